package kpi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// scheduled lays a running line out by a calendar: one segment for each stretch.
func scheduled(c plant.Calendar, from, to time.Time) (all []oee.Segment) {
	for _, s := range c.Cut(from, to) {
		seg := oee.Segment{From: s.From, To: s.To, Category: oee.NotScheduled, Shift: s.Shift.Name, Date: s.Shift.Date}
		if s.Plan != plant.OffShift {
			seg.Category = oee.Running
			seg.Good = plant.Pieces(int64(s.Duration() / time.Second))
		}
		all = append(all, seg)
	}
	return all
}

func TestHoursAreCountedFromTheShiftsStart(t *testing.T) {
	zone := berlin(t)
	c := plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{Name: "Night", Start: 22*60 + 30, End: 6 * 60}}}
	cases := []struct {
		opened string
		hours  int // whole ones and the last half
		lasts  time.Duration
	}{
		{"2026-03-03", 8, 7*time.Hour + 30*time.Minute},
		{"2026-03-28", 7, 6*time.Hour + 30*time.Minute}, // clocks go forward
		{"2026-10-24", 9, 8*time.Hour + 30*time.Minute}, // and back
	}
	for _, x := range cases {
		day, _ := time.ParseInLocation(time.DateOnly, x.opened, zone)
		window := plant.Span{From: day, To: day.AddDate(0, 0, 2)}
		rows := Layout{Line: "l", Zone: zone}.Rows(window, scheduled(c, window.From.AddDate(0, 0, -1), window.To))
		var night []Row
		sum := time.Duration(0)
		for _, r := range rows {
			if r.Shift == "Night" && r.Date == x.opened {
				night = append(night, r)
				sum += r.Window()
			}
			if r.Shift == "" && r.Date != r.From.In(zone).Format(time.DateOnly) {
				t.Errorf("%s outside shifts is of %s", r.From, r.Date)
			}
		}
		if len(night) != x.hours || sum != x.lasts {
			t.Fatalf("the night of %s has %d hours, %s; want %d, %s", x.opened, len(night), sum, x.hours, x.lasts)
		}
		start := day.Add(22*time.Hour + 30*time.Minute)
		for i, r := range night {
			if !r.From.Equal(start.Add(time.Duration(i) * time.Hour)) {
				t.Errorf("hour %d of %s begins at %s", i, x.opened, r.From.In(zone))
			}
		}
		if last := night[len(night)-1]; last.Duration() != 30*time.Minute {
			t.Errorf("the last slot of %s lasts %s, want the half hour up to the end of the shift", x.opened, last.Duration())
		}
	}
}

func TestPeriodsFollowTheDateOnWhichTheShiftOpened(t *testing.T) {
	zone := berlin(t)
	c := plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{
		{Name: "Early", Start: 6 * 60, End: 14 * 60}, {Name: "Night", Start: 22 * 60, End: 6 * 60},
	}}
	from := time.Date(2026, 3, 28, 0, 0, 0, 0, zone) // a Saturday; clocks go forward in its night
	window := plant.Span{From: from, To: time.Date(2026, 4, 2, 0, 0, 0, 0, zone)}
	rows := Layout{Line: "l", Zone: zone}.Rows(window, scheduled(c, from.AddDate(0, 0, -2), window.To))
	for words, want := range map[string]string{
		"day":        "2026-03-27 6h, 2026-03-28 23h, 2026-03-29 24h, 2026-03-30 24h, 2026-03-31 24h, 2026-04-01 18h",
		"week":       "2026-W13 53h, 2026-W14 66h",
		"month":      "2026-03 101h, 2026-04 18h",
		"shift-name": " 40h, Early 40h, Night 39h",
		"shift":      "2026-03-27 Night 6h, 2026-03-28 Early 8h, 2026-03-28 8h, 2026-03-28 Night 7h, 2026-03-29 Early 8h, 2026-03-29 8h, 2026-03-29 Night 8h, 2026-03-30 Early 8h, 2026-03-30 8h, 2026-03-30 Night 8h, 2026-03-31 Early 8h, 2026-03-31 8h, 2026-03-31 Night 8h, 2026-04-01 Early 8h, 2026-04-01 8h, 2026-04-01 Night 2h",
		"":           " 119h",
	} {
		if got := shownGroups(t, words, rows); got != want {
			t.Errorf("by %q:\ngot  %s\nwant %s", words, got, want)
		}
	}
}

func shownGroups(t *testing.T, words string, rows []Row) (text string) {
	t.Helper()
	by, err := ParseBy(words)
	if err != nil {
		t.Fatal(err)
	}
	all := plant.Span{From: rows[0].From, To: rows[len(rows)-1].To}
	g := NewGrouper(by, all, 1000, func(plant.LineID) (string, string) { return "hall", "site" })
	for i := range rows {
		g.Add(&rows[i])
	}
	groups, err := g.Groups()
	if err != nil {
		t.Fatal(err)
	}
	for i := range groups {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s%s %v", groups[i].Period, strings.Join(groups[i].Sides[:], ""), groups[i].Window().Hours()) + "h"
	}
	return text
}

func TestAStopIsCountedOnceAndInEachShift(t *testing.T) {
	_, all := laid(piece{30, oee.Running, 0, 0, 0}, piece{50, oee.Breakdown, 0, 0, 0}, piece{40, oee.Breakdown, 0, 0, 0}, piece{10, oee.Running, 0, 0, 0}, piece{5, oee.Breakdown, 0, 0, 0})
	all[2].Shift = "Late" // the same stop, cut by the end of the shift and by the hours
	all[3].Shift, all[4].Shift, all[4].Fault, all[4].Reason = "Late", "Late", "E1", "jam"
	window := plant.Span{From: all[0].From, To: all[4].To}
	s := Of(window, all)
	if s.Failures != 2 || s.Stops[oee.Breakdown] != 3 || s.Unasked != 2 || s.Unexplained != 90*time.Minute {
		t.Errorf("%d failures, %d stops, %d of them unexplained for %s; want 2, 3, 2, 1h30m", s.Failures, s.Stops[oee.Breakdown], s.Unasked, s.Unexplained)
	}
	all[4].Reason = "" // a fault code that means nothing yet explains nothing
	if s := Of(window, all); s.Unasked != 3 || s.Unexplained != 95*time.Minute {
		t.Errorf("%d stops are unexplained for %s; want 3, 1h35m", s.Unasked, s.Unexplained)
	}
	late := Of(plant.Span{From: all[2].From, To: window.To}, all)
	if late.Failures != 1 || late.Stops[oee.Breakdown] != 2 {
		t.Errorf("of the late shift: %d failures, %d stops; want 1, 2", late.Failures, late.Stops[oee.Breakdown])
	}
}

func TestUnitsAreMeasuredAgainstTheirLine(t *testing.T) {
	window, all := laid(piece{300, oee.Running, 0, 0, 0}, piece{40, oee.Breakdown, 0, 0, 0}, piece{60, oee.Running, 0, 0, 0}, piece{20, oee.Breakdown, 0, 0, 0})
	for i, unit := range []plant.UnitID{"l/pacer", "l/packer", "l/pacer", "l/packer"} {
		all[i].Unit = unit
	}
	g := NewGrouper(Per(Unit), window, 10, nil)
	for _, r := range (Layout{Line: "l"}).Rows(window, all) {
		g.Add(&r)
	}
	groups, err := g.Groups()
	if err != nil || len(groups) != 2 {
		t.Fatal(groups, err)
	}
	got := map[ID]Value{}
	for _, v := range CauseValues(&groups[1]) {
		got[v.ID] = v
	}
	near(t, "MTTR", got[MTTR].Ratio, 30*60)
	near(t, "MTBF", got[MTBF].Ratio, 180*60) // the line ran for 360 min
	near(t, "share lost", got[LossShare].Ratio, 60.0/420)
}

func TestByIsReadStrictly(t *testing.T) {
	for words, want := range map[string]By{
		"": {}, "line": Per(Line), "day,line": {Day, [4]Side{Line}}, "line,day": {Day, [4]Side{Line}},
		"line,reason,week,product,shift-name": {Week, [4]Side{Line, Reason, Product, ShiftName}},
	} {
		if got, err := ParseBy(words); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", words, got, err)
		}
	}
	for _, words := range []string{"line,area,site,unit,order", "day,week", ",", "line,", "colour", "line,line"} {
		if _, err := ParseBy(words); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q is taken: %v", words, err)
		}
	}
	g := NewGrouper(Per(Product), plant.Span{}, 2, nil)
	for _, p := range []string{"a", "b", "a", "c"} {
		g.Add(&Row{Key: Key{Product: p}})
	}
	if _, err := g.Groups(); errs.KindOf(err) != errs.Invalid {
		t.Errorf("more groups than the most: %v", err)
	}
}

// anyLedger draws a gap-free ledger.
func anyLedger(t *rapid.T) (plant.Span, []oee.Segment) {
	at := morning.Add(time.Duration(rapid.Int64Range(-86_400, 86_400).Draw(t, "start")) * time.Second)
	from := at
	shifts := []string{"", "Early", "Late"}
	shift, date := 0, morning
	var all []oee.Segment
	for range rapid.IntRange(1, 30).Draw(t, "segments") {
		if rapid.IntRange(0, 4).Draw(t, "shift ends") == 0 {
			if shift = (shift + 1) % len(shifts); shift == 1 {
				date = date.AddDate(0, 0, 1)
			}
		}
		to := at.Add(time.Duration(rapid.Int64Range(1, 40_000_000_000).Draw(t, "µs")) * time.Microsecond)
		s := oee.Segment{
			From: at, To: to, Category: oee.Category(rapid.IntRange(0, 9).Draw(t, "category")), Shift: shifts[shift],
			Unit:    plant.UnitID(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "unit")),
			Order:   rapid.SampledFrom([]string{"", "J-1"}).Draw(t, "order"),
			Product: rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "product"),
			Good:    plant.Quantity(rapid.Int64Range(0, 1e12).Draw(t, "good")), Reject: plant.Quantity(rapid.Int64Range(0, 1e9).Draw(t, "reject")),
			Ideal: time.Duration(rapid.Int64Range(0, 1e14).Draw(t, "ideal")), Unrated: plant.Quantity(rapid.Int64Range(0, 3).Draw(t, "unrated")),
			Unseen: time.Duration(rapid.SampledFrom([]int64{0, 0, 1e12}).Draw(t, "unseen")),
		}
		if s.Shift != "" {
			s.Date = date.Format(time.DateOnly)
		}
		all = append(all, s)
		at = to
	}
	return plant.Span{From: from, To: at}, all
}

func TestAnyPartsAddUpToTheWhole(t *testing.T) {
	zone := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		window, all := anyLedger(t)
		window.From = window.From.Add(-time.Hour)
		window.To = window.To.Add(time.Hour)
		layout := Layout{Line: "l", Zone: zone}
		whole := Of(window, all)
		if whole.Window() != window.Duration() {
			t.Fatalf("the sums are of %s, the window is %s", whole.Window(), window.Duration())
		}
		if c := oee.Measure(window, all); c != whole.Classic() {
			t.Fatalf("measured %+v\nsummed   %+v", c, whole.Classic())
		}
		cuts := []time.Time{window.From, window.To}
		for range rapid.IntRange(0, 4).Draw(t, "cuts") {
			cuts = append(cuts, window.From.Add(time.Duration(rapid.Int64Range(0, int64(window.Duration())).Draw(t, "cut"))))
		}
		slices.SortFunc(cuts, time.Time.Compare)
		parts := map[Key]Sums{}
		for i, from := range cuts[1:] {
			for _, r := range layout.Rows(plant.Span{From: cuts[i], To: from}, all) {
				s := parts[r.Key]
				s.Add(&r.Sums)
				parts[r.Key] = s
			}
		}
		for _, r := range layout.Rows(window, all) {
			s := parts[r.Key]
			r.negate()
			s.Add(&r.Sums)
			parts[r.Key] = s
		}
		for k, s := range parts {
			if s != (Sums{}) {
				t.Fatalf("cut at %v, %+v is off by %+v", cuts, k, s)
			}
		}
	})
}

func (s *Sums) negate() {
	was := *s
	for i := range s.Times {
		s.Times[i], s.Stops[i] = -was.Times[i], -was.Stops[i]
	}
	s.Failures, s.Good, s.Reject, s.Unrated = -was.Failures, -was.Good, -was.Reject, -was.Unrated
	s.Ideal, s.GoodIdeal, s.Ordered, s.OrderedPieces = -was.Ideal, -was.GoodIdeal, -was.Ordered, -was.OrderedPieces
	s.Edited, s.Unexplained, s.Unasked, s.Unseen = -was.Edited, -was.Unexplained, -was.Unasked, -was.Unseen
}

func TestSlotsAreOfTheShiftWhateverWindowIsAskedFor(t *testing.T) {
	zone := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		window, all := anyLedger(t)
		layout := Layout{Line: "l", Zone: zone}
		slots := map[plant.Span]bool{}
		rows, upTo := layout.Closed(window, all)
		for _, r := range rows {
			slots[r.Span] = true
			if r.Duration() > time.Hour || !r.From.Before(r.To) {
				t.Fatalf("a slot of %v", r.Span)
			}
		}
		later := plant.Span{From: window.From.Add(time.Duration(rapid.Int64Range(0, int64(window.Duration())).Draw(t, "later"))), To: window.To}
		for _, r := range layout.Rows(later, all) {
			if !slots[r.Span] {
				t.Fatalf("from %s there is a slot %v, which the whole has not", later.From, r.Span)
			}
		}
		cut := window.From.Add(time.Duration(rapid.Int64Range(0, int64(window.Duration())).Draw(t, "cut")))
		early, closed := layout.Closed(plant.Span{From: window.From, To: cut}, all)
		for _, r := range early {
			if !r.To.After(closed) && !slots[r.Span] {
				t.Fatalf("up to %s the slots are whole, but %v is none", closed, r.Span)
			}
		}
		if upTo.After(window.To) || closed.After(cut) {
			t.Fatalf("slots are whole up to %s and %s, after the windows", upTo, closed)
		}
	})
}

// Pieces that were made while nobody saw the line have their part in quality, and none in performance and the actual cycle.
func TestPiecesOfUnseenTimeAreNotFast(t *testing.T) {
	window, all := laid(piece{100, oee.Running, time.Minute, 90, 18})
	all[0].Good, all[0].Reject = 2*all[0].Good, 3*all[0].Reject
	all[0].Ideal, all[0].Unseen = 198*time.Minute, 108*time.Minute
	s := Of(window, all)
	for _, bare := range []bool{false, true} {
		values := Values(&s, About{})
		if bare {
			values = Bare(&s, About{})
		}
		for _, v := range values {
			switch want := map[ID]float64{Performance: 0.9, Effectiveness: 0.9, Quality: 144.0 / 198, OEE: 0.9 * 144 / 198, ActualCycle: 6000.0 / 90, FTY: 144.0 / 198}[v.ID]; {
			case want == 0:
			case !bare && len(v.Terms) == 0:
				t.Errorf("%s has no formula", v.ID)
			default:
				near(t, string(v.ID), v.Ratio, want)
			}
		}
	}
	c := s.Classic()
	if l, ok := c.Losses(); !ok || l.Performance != 10*time.Minute || l.Good+l.Quality != 90*time.Minute || l.Availability != 0 {
		t.Errorf("the losses are %+v", l)
	}
}

// What was before a line came in is none of its time: it makes nothing unknown.
func TestALineIsMeasuredFromWhereItBegins(t *testing.T) {
	window, all := laid(piece{300, oee.Running, time.Minute, 270, 27}, piece{20, oee.NoData, 0, 0, 0}, piece{40, oee.Breakdown, 0, 0, 0})
	longer := plant.Span{From: window.From.AddDate(0, -1, 0), To: window.To.Add(time.Hour)}
	began := Layout{Line: "l", Begin: window.From}
	sum := func(l Layout, of plant.Span) (s Sums) {
		for _, r := range l.Rows(of, all) {
			s.Add(&r.Sums)
		}
		return s
	}
	if got, want := sum(began, longer), sum(began, plant.Span{From: window.From, To: longer.To}); got != want || got.Times[oee.NoData] != 80*time.Minute {
		t.Errorf("of all time it has %+v, of its own %+v", got, want)
	}
	if got := sum(Layout{Line: "l"}, longer); got.Window() != longer.Duration() {
		t.Errorf("of a line of which nobody says when it began, %s of %s are told", got.Window(), longer.Duration())
	}
	if got := began.Rows(plant.Span{From: longer.From, To: window.From}, nil); len(got) != 0 {
		t.Errorf("before it began there is %+v", got)
	}
}

func TestStopsWithoutAReasonAreCountedAsTheyAreAsked(t *testing.T) {
	window, all := laid(piece{60, oee.Running, 0, 0, 0}, piece{20, oee.Breakdown, 0, 0, 0}, piece{15, oee.Breakdown, 0, 0, 0},
		piece{5, oee.Running, 0, 0, 0}, piece{10, oee.Breakdown, 0, 0, 0}, piece{30, oee.Running, 0, 0, 0}, piece{10, oee.Breakdown, 0, 0, 0})
	all[1].Unit, all[2].Unit = "l/filler", "l/packer" // one stop that goes through two units
	all[4].Fault, all[6].Fault = "E1", "E2"
	for name, c := range map[string]struct {
		said []edit.Edit
		want int64
	}{
		"nobody said anything":   {nil, 3},
		"two were made one":      {[]edit.Edit{{ID: 1, Line: "l", Kind: edit.Merge, From: all[1].From, To: all[4].To}}, 2},
		"one was cut":            {[]edit.Edit{{ID: 1, Line: "l", Kind: edit.Split, From: all[1].From, To: all[2].To, Cut: all[1].From.Add(5 * time.Minute)}}, 4},
		"a code means something": {nil, 2},
	} {
		laid := edit.Overlay(all, c.said)
		if name == "a code means something" {
			edit.Explain(laid, func(_ plant.UnitID, fault string) (string, bool) { return "jam", fault == "E2" })
		}
		s := Of(window, laid)
		if asked := int64(edit.Missing(laid)); s.Unasked != c.want || asked != c.want {
			t.Errorf("%s: %d are counted, %d are asked; want %d", name, s.Unasked, asked, c.want)
		}
	}
}

// Who does not ask how a figure is made gets the same figures.
func TestBareFiguresAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := Group{}
		for _, s := range []*Sums{&g.Sums, &g.Line} {
			for i := range Numbers {
				s.Plus(i, rapid.SampledFrom([]int64{0, 0, 1, 3_000_000, 60_000_000_000, 3_600_000_000_000}).Draw(t, "number"))
			}
		}
		about := About{Demand: plant.Quantity(rapid.Int64Range(0, 9_000_000).Draw(t, "demand"))}
		for what, pair := range map[string][2][]Value{
			"sums": {Values(&g.Sums, about), Bare(&g.Sums, about)}, "causes": {CauseValues(&g), BareCauses(&g)},
		} {
			if len(pair[0]) != len(pair[1]) {
				t.Fatalf("%s: %d and %d figures", what, len(pair[0]), len(pair[1]))
			}
			for i, v := range pair[0] {
				b := pair[1][i]
				if v.ID != b.ID || v.Ratio != b.Ratio || v.Low != b.Low || v.High != b.High || v.AtLeast != b.AtLeast || v.Measure != b.Measure || v.Name != b.Name {
					t.Fatalf("%s: %+v is %+v", what, v, b)
				}
			}
		}
	})
}
