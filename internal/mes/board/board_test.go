package board_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

var anna = plant.Person{ID: 1, Name: "Anna", Role: plant.Manager}

// floor is a plant of two lines, of which both make A, and a board over a real store.
type floor struct {
	*board.Board
	t     *testing.T
	kept  *store.Store
	now   time.Time
	order map[plant.LineID][]string // as it was published
	speed cycle.Speed               // as it was learned of each line and product
}

// Arrange is the queues of the lines.
func (f *floor) Arrange(_ context.Context, line plant.LineID, jobs []string, _ plant.Person, _ string) (int, error) {
	f.order[line] = jobs
	return len(jobs), nil
}

func newFloor(t *testing.T) *floor {
	t.Helper()
	kept, err := store.Open(t.Context(), storetest.SQLite(t).DSN, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	shifts := plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60, Days: []time.Weekday{1, 2, 3, 4, 5}}, {Name: "Late", Start: 14 * 60, End: 22 * 60, Days: []time.Weekday{1, 2, 3, 4, 5}}}}
	line := func(id plant.LineID, name string, calendar plant.Calendar) plant.Line {
		return plant.Line{
			ID: id, Name: name, Calendar: calendar, Rates: []plant.Rate{{Product: "A", IdealCycle: time.Minute}, {Product: "B", IdealCycle: time.Minute}},
			Changeover: plant.Changeover{Default: 30 * time.Minute},
		}
	}
	p := &plant.Plant{Sites: []plant.Site{{ID: "s", Zone: time.UTC, Areas: []plant.Area{{Lines: []plant.Line{line("filler", "Filler", shifts), line("packer", "Packer", plant.Calendar{})}}}}}}
	f := &floor{t: t, kept: kept, now: time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC), order: map[plant.LineID][]string{}} // a Monday
	f.Board = board.New(board.Options{
		Book: kept.Schedule(), Plant: func() *plant.Plant { return p }, Queues: func() board.Queues { return f }, Works: kept.Works(), Now: func() time.Time { return f.now }, Speed: func(plant.LineID, string) cycle.Speed { return f.speed }, Log: slog.New(slog.DiscardHandler),
	})
	return f
}

func (f *floor) job(id, product string, planned int64, due time.Time) {
	f.t.Helper()
	err := f.kept.Books().AddJob(f.t.Context(), execution.Job{ID: id, Line: "filler", Product: product, Planned: plant.Pieces(planned), Status: execution.Waiting, Due: due}, anna, "")
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *floor) plan() *board.Standing {
	f.t.Helper()
	s, err := f.Plan(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func keys(s *board.Standing) string {
	var all []string
	for _, b := range s.Bars {
		all = append(all, b.Key)
	}
	return strings.Join(all, " ")
}

// TestEachBarSaysWhyItIsThere: 24 h of work from Monday afternoon on two shifts, and what follows.
func TestEachBarSaysWhyItIsThere(t *testing.T) {
	f := newFloor(t)
	f.job("J-1", "A", 24*60, f.now.Add(48*time.Hour))
	f.job("J-2", "B", 60, f.now.Add(96*time.Hour))
	s := f.plan()
	if keys(s) != "J-1 J-2" {
		t.Fatalf("placed %s", keys(s))
	}
	first, second := s.Bars[0], s.Bars[1]
	if first.SetUp != f.now || first.Start != f.now.Add(30*time.Minute) || first.End != time.Date(2026, 3, 3, 21, 30, 0, 0, time.UTC) {
		t.Errorf("the first runs %v to %v", first.Start, first.End)
	}
	if want := "after J-1 on Filler and 30 min of set-up"; !strings.HasSuffix(second.Why, want) {
		t.Errorf("%q; want %q", second.Why, want)
	}
	if packer := s.Machine("packer"); packer.Assumed == "" || s.Machine("filler").Assumed != "" {
		t.Error("the calendar that is assumed is not told, or one is assumed where there is one")
	}
	f.now = time.Date(2026, 3, 7, 9, 0, 0, 0, time.UTC) // a Saturday
	if why := f.plan().Bars[0].Why; why != "shift Early begins Mon 06:00" {
		t.Errorf("on Saturday: %q", why)
	}
}

// TestABarIsAsLongAsThePromiseSays: 60 good pieces at the cycle, the yield and the stops that were learned; what is learned
// beside that for a breath moves nothing.
func TestABarIsAsLongAsThePromiseSays(t *testing.T) {
	f := newFloor(t)
	f.job("J-1", "A", 60, f.now.Add(48*time.Hour))
	if b := f.plan().Bars[0]; b.End.Sub(b.Start) != time.Hour || b.Speed != "60 s a piece, the ideal cycle" {
		t.Errorf("by the ideal cycle it takes %s: %q", b.End.Sub(b.Start), b.Speed)
	}
	f.speed = cycle.Speed{Pace: cycle.Pace{Ideal: time.Minute, Cycle: 64 * time.Second, Good: cycle.Share{Part: 1, Whole: 2}}, Uptime: cycle.Share{Part: 4, Whole: 5}}
	for _, share := range []int64{1000, 1010} {
		f.speed.Uptime = cycle.Share{Part: 4 * share, Whole: 5000}
		b := f.plan().Bars[0]
		if want := "64 s a piece as learned lately (ideal 60 s), 50 % of them good, running 80 % of the time"; b.End.Sub(b.Start) != 160*time.Minute || b.Speed != want {
			t.Errorf("as learned it takes %s: %q", b.End.Sub(b.Start), b.Speed)
		}
	}
}

// TestAPlannerPutsABarSomewhere: it stays there, is told to whoever looks at an older schedule, and can be let go again.
func TestAPlannerPutsABarSomewhere(t *testing.T) {
	f := newFloor(t)
	for _, id := range []string{"J-1", "J-2", "J-3"} {
		f.job(id, "A", 120, f.now.Add(time.Duration(id[2]-'0')*24*time.Hour))
	}
	s := f.plan()
	if keys(s) != "J-1 J-2 J-3" {
		t.Fatalf("placed %s", keys(s))
	}
	s2, err := f.Move(t.Context(), board.Move{Key: "J-3", Before: "J-2", Version: s.Version, Why: "the customer asked"}, anna)
	if err != nil || keys(s2) != "J-1 J-3 J-2" {
		t.Fatalf("moved to %s, %v", keys(s2), err)
	}
	if _, err := f.Move(t.Context(), board.Move{Key: "J-1", After: "J-2", Version: s.Version}, anna); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a move of an older schedule: %v", err)
	}
	f.now = f.now.Add(time.Minute)
	s3 := f.plan()
	if b, _ := s3.Find("J-3"); keys(s3) != "J-1 J-3 J-2" || !b.Pinned || b.PinnedBy != "Anna" {
		t.Errorf("a minute later: %s, %+v", keys(s3), b)
	}
	for name, mv := range map[string]board.Move{"elsewhere": {Key: "J-1", Machine: "nowhere"}, "on a line that cannot": {Key: "J-1", Machine: "packer"}, "before itself": {Key: "J-1", Before: "J-1"}} {
		mv.Version = s3.Version
		if _, err := f.Move(t.Context(), mv, anna); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	s4, err := f.Move(t.Context(), board.Move{Key: "J-3", Free: true, Version: s3.Version}, anna)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := s4.Find("J-3"); b.Pinned {
		t.Error("it is still pinned")
	}
	n, err := f.Publish(t.Context(), s4.Version, anna)
	if err != nil || n != 3 || strings.Join(f.order["filler"], " ") != keys(s4) {
		t.Errorf("published %d, %v, %v; want %s", n, f.order, err, keys(s4))
	}
}

// TestExpeditingWritesNothing: what would be is told, and what is kept stays.
func TestExpeditingWritesNothing(t *testing.T) {
	f := newFloor(t)
	for _, id := range []string{"J-1", "J-2", "J-3"} {
		f.job(id, "A", 240, f.now.Add(time.Duration(id[2]-'0')*12*time.Hour))
	}
	s := f.plan()
	before, err := f.kept.Schedule().Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	is, would, err := f.Suppose(t.Context(), "J-3")
	if err != nil {
		t.Fatal(err)
	}
	if keys(is) != keys(s) || !strings.HasPrefix(keys(would), "J-3") {
		t.Errorf("is %s, would be %s", keys(is), keys(would))
	}
	if b, _ := would.Find("J-3"); would.LateJobs != 0 || b.Late != 0 || !b.Due.Equal(f.now.Add(36*time.Hour)) {
		t.Errorf("what comes first is told to be late: %+v", b)
	}
	after, err := f.kept.Schedule().Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Bars) != len(before.Bars) || after.Version != before.Version || keys(f.Standing()) != keys(s) {
		t.Error("it was kept")
	}
	if _, _, err := f.Suppose(t.Context(), "J-9"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("of nothing: %v", err)
	}
}

// TestAMoveIsAmongWhatIsKept: the schedule goes on by the clock, by less than is kept anew, and a bar still comes where it
// is put.
func TestAMoveIsAmongWhatIsKept(t *testing.T) {
	f := newFloor(t)
	for _, id := range []string{"J-1", "J-2", "J-3"} {
		f.job(id, "A", 120, f.now.Add(time.Duration(id[2]-'0')*24*time.Hour))
	}
	f.plan()
	f.now = f.now.Add(3 * time.Minute)
	s := f.plan()
	for _, c := range []struct {
		board.Move
		want string
	}{{board.Move{Key: "J-3", Before: "J-2"}, "J-1 J-3 J-2"}, {board.Move{Key: "J-1", After: "J-3"}, "J-3 J-1 J-2"}, {board.Move{Key: "J-3"}, "J-1 J-2 J-3"}} {
		c.Version = s.Version
		after, err := f.Move(t.Context(), c.Move, anna)
		if err != nil || keys(after) != c.want {
			t.Fatalf("%+v: %s, %v; want %s", c.Move, keys(after), err, c.want)
		}
		f.now = f.now.Add(time.Minute)
		s = f.plan()
	}
}
