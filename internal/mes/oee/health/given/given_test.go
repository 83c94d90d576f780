package given_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

var dawn = time.Date(2026, 11, 12, 6, 0, 0, 0, time.UTC)

func tree() *given.Tree {
	l := plant.Line{ID: "l", Codes: map[plant.UnitID]reason.Layers{"l/filler": {{Exact: map[string]reason.ID{"111": "jam", "113": "valve"}}}}}
	return given.NewTree(&plant.Plant{Reasons: reason.NewBook(reason.Tree{
		{ID: "technical", Name: "Technical", Parts: []reason.Reason{{ID: "jam", Name: "Jam"}, {ID: "valve", Name: "Valve"}}},
		{ID: "other", Name: "Other"},
		{ID: "cleaning", Name: "Cleaning"},
		{ID: "x", Name: "Other, see comment"},
		{ID: "y", Name: "Otherwise busy"},
	}, nil)}, l)
}

// stop is one that began so many minutes after dawn.
func stop(from, lasts int, fault, why, by string) edit.Stop {
	at := dawn.Add(time.Duration(from) * time.Minute)
	return edit.Stop{
		Line: "l", Span: plant.Span{From: at, To: at.Add(time.Duration(lasts) * time.Minute)}, Lasted: time.Duration(lasts) * time.Minute,
		Shift: "Early", Date: "2026-11-12", Category: oee.Breakdown, Derived: oee.Breakdown, Unit: "l/filler", Fault: fault, Reason: why, By: by,
	}
}

// said is that somebody gave a reason so many minutes after the end of a stop.
func said(id int64, x edit.Stop, late float64) edit.Edit {
	return edit.Edit{ID: id, Kind: edit.Reason, From: x.From, To: x.To, Reason: x.Reason, By: plant.Person{Name: x.By}, At: x.To.Add(time.Duration(late * float64(time.Minute)))}
}

// A shift of seven stops of 100 minutes: 10 and 20 without a reason, 5 of Otto's "Technical", and what contradicts.
func TestAShiftIsReckoned(t *testing.T) {
	stops := []edit.Stop{
		stop(0, 10, "", "", ""),                  // nobody said
		stop(20, 20, "999", "", ""),              // nor does the code mean anything
		stop(50, 30, "111", "jam", ""),           // the machine said
		stop(90, 5, "", "technical", "Otto"),     // while it stood
		stop(100, 15, "113", "jam", "Otto"),      // 31 minutes later: the code means the valve
		stop(120, 10, "111", "technical", "Ada"), // 5 minutes later: no contradiction, but vague
		stop(140, 10, "111", "cleaning", "Ada"),  // 9 hours later
		{Span: plant.Span{From: dawn, To: dawn.Add(time.Hour)}, Derived: oee.Starved, Category: oee.Starved, Lasted: time.Hour}, // needs none
	}
	stops[6].Category = oee.PlannedStop // what the reason made of it
	edits := []edit.Edit{said(1, stops[3], -2), said(2, stops[4], 31), said(3, stops[5], 5), said(4, stops[6], 540)}
	var s given.Sums
	s.Add(tree(), stops, edits)
	shifts, all := s.Per(func(k given.Key) string { return k.Shift })
	want := given.Tally{Stops: 7, Lasted: 100 * time.Minute, None: 2, NoneFor: 30 * time.Minute, Vague: 2, Vaguely: 15 * time.Minute, Machine: 1, Delays: [6]int{1, 1, 0, 1, 0, 1}, Against: 2}
	if all != want || len(shifts) != 1 || shifts[0].Tally != want || shifts[0].Name != "Early" {
		t.Errorf("%+v, want %+v", all, want)
	}
	count, lasted := all.Unclear() // 4 of 7, 45 of 100 minutes
	if fmt.Sprintf("%.4f %.4f %.4f", count.Value, lasted.Value, all.Late(30*time.Minute).Value) != "0.5714 0.4500 0.5000" {
		t.Errorf("%v %v %v", count, lasted, all.Late(30*time.Minute))
	}
	for than, want := range map[time.Duration]int{0: 3, 5 * time.Minute: 2, 30 * time.Minute: 2, 2 * time.Hour: 1, 8 * time.Hour: 1} {
		if n := all.Later(than); n != want || all.Said() != 4 {
			t.Errorf("later than %s: %d of %d", than, n, all.Said())
		}
	}
	people, _ := s.Per(func(k given.Key) string { return k.By })
	if len(people) != 3 || people[1].Name != "Ada" || people[1].Stops != 2 || people[1].Against != 1 || people[2].Vague != 1 || people[0].None != 2 {
		t.Errorf("%+v", people)
	}
	if len(s.Against) != 2 || s.Against[0].Means != "valve" || s.Against[0].Reason != "jam" || s.Against[1].Means != "jam" {
		t.Errorf("%+v", s.Against)
	}
	if w := (given.Key{Date: "2026-11-12"}).Week(); w != "2026-W46" {
		t.Error(w)
	}
}

func TestWhatIsNotKnownIsNoShare(t *testing.T) {
	var none given.Tally
	if count, lasted := none.Unclear(); count.OK || lasted.OK || none.Late(0).OK {
		t.Error("of nothing there is a share")
	}
	if w := (given.Key{}).Week(); w != "" {
		t.Error(w)
	}
}

// The first entry that still counts tells how soon somebody spoke: who corrects it later was not late, and what was undone
// was not said.
func TestTheFirstEntryThatStandsCounts(t *testing.T) {
	x := stop(0, 10, "", "jam", "Ada")
	first, second := said(1, x, 1), said(2, x, 600)
	undo := edit.Edit{ID: 3, Kind: edit.Undo, Undoes: 1, From: x.From, To: x.To}
	for name, c := range map[string]struct {
		edits []edit.Edit
		later int
	}{"corrected": {[]edit.Edit{first, second}, 0}, "undone": {[]edit.Edit{first, second, undo}, 1}, "a comment first": {[]edit.Edit{{ID: 9, Kind: edit.Comment, From: x.From, To: x.To, At: x.To}, second}, 1}} {
		var s given.Sums
		s.Add(tree(), []edit.Stop{x}, c.edits)
		if _, all := s.Per(given.Key.Week); all.Later(8*time.Hour) != c.later || all.Said() != 1 {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestWhichReasonsAreVague(t *testing.T) {
	tr := tree()
	for id, want := range map[reason.ID]bool{"technical": true, "jam": false, "other": true, "x": true, "y": false, "cleaning": false, "gone": false} {
		if tr.Vague(id) != want {
			t.Errorf("%s is vague: %v", id, !want)
		}
	}
	for _, c := range []struct {
		a, b reason.ID
		kin  bool
	}{{"jam", "jam", true}, {"jam", "technical", true}, {"technical", "valve", true}, {"jam", "valve", false}, {"jam", "cleaning", false}, {"gone", "jam", false}} {
		if tr.Kin(c.a, c.b) != c.kin {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}

// Sums of parts of the time add up to those of all of it, and each stop is counted as one thing.
func TestSumsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stops []edit.Stop
		var edits []edit.Edit
		for i := range rapid.IntRange(0, 30).Draw(t, "stops") {
			why := rapid.SampledFrom([]string{"", "jam", "technical", "cleaning", "gone"}).Draw(t, "reason")
			by := ""
			if why != "" {
				by = rapid.SampledFrom([]string{"", "Otto", "Ada"}).Draw(t, "by")
			}
			x := stop(i*10, rapid.IntRange(1, 9).Draw(t, "lasts"), rapid.SampledFrom([]string{"", "111", "113", "999"}).Draw(t, "fault"), why, by)
			x.Date = rapid.SampledFrom([]string{"2026-11-12", "2026-12-31", "2027-01-01"}).Draw(t, "date")
			stops = append(stops, x)
			if by != "" {
				edits = append(edits, said(int64(i+1), x, rapid.Float64Range(-5, 1000).Draw(t, "late")))
			}
		}
		cut := rapid.IntRange(0, len(stops)).Draw(t, "cut")
		var whole, one, two given.Sums
		whole.Add(tree(), stops, edits)
		one.Add(tree(), stops[:cut], edits)
		two.Add(tree(), stops[cut:], edits)
		one.Join(&two)
		a, all := whole.Per(given.Key.Week)
		b, _ := one.Per(given.Key.Week)
		if fmt.Sprint(a) != fmt.Sprint(b) || fmt.Sprint(whole.Against) != fmt.Sprint(one.Against) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if all.Stops != len(stops) || all.None+all.Machine+all.Said() != all.Stops || all.NoneFor+all.Vaguely > all.Lasted || all.Against != len(whole.Against) {
			t.Fatalf("%+v", all)
		}
	})
}
