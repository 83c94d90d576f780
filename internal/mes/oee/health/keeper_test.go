package health_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/store/storetest"
)

var (
	ben = plant.Person{ID: 1, Name: "Ben", Role: plant.Operator}
	now = time.Now().UTC().Truncate(time.Hour) // samples may not be older than the history reaches back
)

// TestMain ends the database server.
func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// machines are a line that runs an hour and stands for five minutes, hour after hour, for four days up to now.
type machines struct {
	segments []oee.Segment
	broken   error
	reads    int
}

const hours = 96

func standing(i int) time.Time { return now.Add(time.Duration(i-hours)*time.Hour + 55*time.Minute) }

func newMachines() *machines {
	m := &machines{}
	for i := range hours {
		at := standing(i)
		one := oee.Segment{Line: "l", From: at.Add(-55 * time.Minute), To: at, Category: oee.Running, Unit: "l/filler", Product: "A", Shift: "Day", Date: at.Format(time.DateOnly), Good: plant.Pieces(1700)}
		two := one
		two.From, two.To, two.Category, two.Good = at, at.Add(5*time.Minute), oee.Breakdown, 0
		m.segments = append(m.segments, one, two)
	}
	return m
}

func (m *machines) Begin(plant.LineID) time.Time { return time.Time{} }

func (m *machines) Snapshot(plant.LineID) (oee.Snapshot, bool) { return oee.Snapshot{}, false }

func (m *machines) Segments(_ context.Context, _ plant.LineID, from, to time.Time) (all []oee.Segment, err error) {
	m.reads++
	for _, s := range m.segments {
		if s.From.Before(to) && from.Before(s.To) {
			all = append(all, s)
		}
	}
	return all, m.broken
}

type world struct {
	*machines
	book   *logbook.Book
	keeper *health.Keeper
	clock  time.Time
	tags   *tag.Registry
}

func (w *world) say(t *testing.T, i int, why string) {
	t.Helper()
	v, err := w.book.View(t.Context(), "l", plant.Span{From: standing(i), To: standing(i).Add(time.Minute)})
	if err != nil || len(v.Stops) != 1 {
		t.Fatal(err, len(v.Stops))
	}
	x := v.Stops[0]
	if _, err := w.book.Say(t.Context(), edit.Edit{Line: "l", Kind: edit.Reason, From: x.From, To: x.To, Reason: why, By: ben}, x.Seen); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, database storetest.Database, signals ...machine.Signals) *world {
	t.Helper()
	p := &plant.Plant{
		Sites:   []plant.Site{{Zone: time.UTC, Areas: []plant.Area{{Lines: []plant.Line{{ID: "l", Units: []plant.Unit{{ID: "l/filler"}}, Rates: []plant.Rate{{Product: "A", IdealCycle: 2 * time.Second}}}}}}}},
		Reasons: reason.NewBook(reason.Tree{{ID: "jam", Name: "Jam"}, {ID: "valve", Name: "Valve"}}, nil),
	}
	if len(signals) > 0 { // the filler paces, and another machine gives the pieces
		l := &p.Sites[0].Areas[0].Lines[0]
		l.Units, l.Pacer, l.Output = append(l.Units, plant.Unit{ID: "l/packer"}), "l/filler", "l/packer"
	}
	tags, err := tag.NewRegistry([]tag.Tag{{Name: "l/filler/jam"}, {Name: "l/filler/good"}})
	if err != nil {
		t.Fatal(err)
	}
	archive, err := embedded.Open(t.TempDir(), tags, slog.Default(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	var batch []tag.Sample
	for i := range hours { // every second stop is a jam
		for _, s := range []struct {
			before time.Duration
			value  int64
		}{{30 * time.Minute, 0}, {10 * time.Second, int64(i % 2)}} {
			batch = append(batch, tag.Sample{Tag: 1, Time: standing(i).Add(-s.before), Value: tag.IntValue(s.value)})
		}
	}
	for i := range hours * 60 { // 29 a minute
		batch = append(batch, tag.Sample{Tag: 2, Time: now.Add(time.Duration(i-hours*60) * time.Minute), Value: tag.IntValue(int64(i * 29))})
	}
	if refused, err := archive.Append(t.Context(), time.Now(), batch); err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	w := &world{machines: newMachines(), clock: now, tags: tags}
	clock := func() time.Time { return w.clock }
	w.book = logbook.New(logbook.Options{
		Plant: p, Lines: w.machines, Edits: database.Open().Edits(), Now: clock,
		Said: func(l plant.LineID, of plant.Span) { w.keeper.Forget(l, of) },
	})
	w.keeper = health.New(health.Options{Plant: p, Book: w.book, Archive: archive, Tags: tags, Signals: signals, Now: clock})
	return w
}

func TestAStopIsOpenUntilSomebodySaysWhy(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, d storetest.Database) {
		w := open(t, d)
		all, err := w.keeper.Open(t.Context(), "l", now.Add(-time.Hour*hours))
		if err != nil || len(all) != hours {
			t.Fatalf("%d open, %v", len(all), err)
		}
		w.say(t, 10, "jam")
		all, err = w.keeper.Open(t.Context(), "l", now.Add(-time.Hour*hours))
		if err != nil || len(all) != hours-1 {
			t.Fatalf("%d open at once, %v", len(all), err)
		}
		for i := range all {
			if all[i].From.Equal(standing(10)) || i > 0 && all[i].From.Before(all[i-1].From) {
				t.Errorf("%+v", all[i])
			}
		}
		if all, _ = w.keeper.Open(t.Context(), "l", now.Add(-3*time.Hour)); len(all) != 3 {
			t.Errorf("%d of the last three hours", len(all))
		}
		sums, err := w.keeper.Given(t.Context(), "l", plant.DateOf(now)-10)
		_, tally := sums.Per(func(given.Key) string { return "" })
		if err != nil || tally.Stops != hours || tally.None != hours-1 || tally.Later(8*time.Hour) != 1 {
			t.Errorf("%+v, %v", tally, err)
		}
		if _, err := w.keeper.Open(t.Context(), "nowhere", now); err == nil {
			t.Error("a line that is not there has stops")
		}
	})
}

func TestWhatIsKnownIsNotReadAgain(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	w.keeper.Round(t.Context())
	w.reads = 0
	for range 3 {
		w.keeper.Round(t.Context())
		if _, err := w.keeper.Open(t.Context(), "l", now.Add(-30*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if w.reads != 0 {
		t.Errorf("read %d times", w.reads)
	}
	w.clock = w.clock.Add(20 * time.Second) // the day that goes on
	w.keeper.Round(t.Context())
	if w.reads == 0 || w.reads > 4 {
		t.Errorf("read %d times", w.reads)
	}
	w.clock, w.broken = w.clock.Add(time.Hour), errors.New("away")
	if _, err := w.keeper.Open(t.Context(), "l", now.Add(-time.Hour)); err == nil {
		t.Error("what cannot be read is known")
	}
}

func TestReasonsAreSuggestedOnceEnoughWereGiven(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	stops, err := w.keeper.Open(t.Context(), "l", now.Add(-2*time.Hour)) // one of each kind
	if err != nil || len(stops) != 2 {
		t.Fatal(err, stops)
	}
	for i := range 16 {
		w.keeper.Round(t.Context())
		all, err := w.keeper.Hunches(t.Context(), "l", stops...)
		if err != nil {
			t.Fatal(err)
		}
		if i < 10 && len(all[0])+len(all[1]) > 0 {
			t.Fatalf("after %d stops: %+v", i, all)
		}
		w.say(t, i, []string{"valve", "jam"}[i%2])
	}
	w.keeper.Round(t.Context())
	all, err := w.keeper.Hunches(t.Context(), "l", stops...)
	if err != nil || w.keeper.Learned("l") != 16 || len(all[0]) != 1 || len(all[1]) != 1 {
		t.Fatalf("learned from %d: %+v, %v", w.keeper.Learned("l"), all, err)
	}
	if all[0][0].Reason != "valve" || all[1][0].Reason != "jam" || all[1][0].Grounds[0].Value != "went to 1" || all[1][0].Grounds[0].With != 8 || all[1][0].Right != 16 {
		t.Errorf("%+v", all)
	}
}

func TestFindingsAreJudged(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	found, err := w.keeper.Findings(t.Context(), "l")
	if err != nil || len(found) != 2 || found[0].What != health.CycleTooSlow || found[1].What != health.Unexplained || found[1].Count != hours {
		t.Fatalf("%+v, %v", found, err)
	}
	if found[0].Rate.Fitting != 1940*time.Millisecond { // 3300 s ÷ 1700
		t.Errorf("%+v", found[0].Rate)
	}
	if w.keeper.Count("l") != 0 {
		t.Error("counted before there was a round")
	}
	w.keeper.Round(t.Context())
	if w.keeper.Count("l") != 2 || w.keeper.Count("nowhere") != 0 {
		t.Errorf("%d", w.keeper.Count("l"))
	}
}

// The line gives 1700 pieces in 55 minutes, and its pacer makes 29 a minute: the rest comes from what is buffered.
func TestThePacerIsCounted(t *testing.T) {
	w := open(t, storetest.SQLite(t), machine.Signals{Unit: "l/filler", Good: machine.Counter{Tag: 2}})
	r, err := w.keeper.Rates(t.Context(), "l", health.Days)
	if err != nil || len(r.All) != 1 || r.All[0].Verdict != sustain.Fits || r.All[0].Stretches < hours-2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if s := r.All[0].Speed.Value; s < 29.0/30-1e-6 || s > 29.0/30+1e-6 {
		t.Errorf("at %v of its ideal", s)
	}
	found, err := w.keeper.Findings(t.Context(), "l")
	if err != nil || len(found) != 1 || found[0].What != health.Unexplained {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestLittleIsNoFinding(t *testing.T) {
	hour := time.Hour
	for name, c := range map[string]struct {
		tally given.Tally
		want  []health.What
	}{
		"nothing":              {given.Tally{}, nil},
		"nine stops":           {given.Tally{Stops: 9, Lasted: hour, None: 9, NoneFor: hour}, nil},
		"a tenth of the time":  {given.Tally{Stops: 10, Lasted: 10 * hour, None: 9, NoneFor: hour}, nil},
		"more than that":       {given.Tally{Stops: 10, Lasted: 10 * hour, None: 1, NoneFor: hour + 1}, []health.What{health.Unexplained}},
		"a fifth vague":        {given.Tally{Stops: 10, Lasted: 10 * hour, Vague: 2, Vaguely: 2*hour + 1}, []health.What{health.Vague}},
		"a quarter late":       {given.Tally{Stops: 12, Lasted: hour, Delays: [6]int{3, 3, 3, 3}}, nil},
		"more late":            {given.Tally{Stops: 12, Lasted: hour, Delays: [6]int{2, 3, 3, 1, 1, 2}}, []health.What{health.Late}},
		"two contradictions":   {given.Tally{Stops: 2, Lasted: hour, Against: 2}, nil},
		"three contradictions": {given.Tally{Stops: 3, Lasted: hour, Against: 3}, []health.What{health.Contradicts}},
	} {
		var got []health.What
		for _, f := range health.Judge([]sustain.Rate{{Verdict: sustain.Few}, {Verdict: sustain.Fits}}, &c.tally) {
			got = append(got, f.What)
		}
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s: %v", name, got)
		}
	}
}
