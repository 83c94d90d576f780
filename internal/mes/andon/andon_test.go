package andon_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
)

var (
	monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	ben    = plant.Person{ID: 2, Name: "Ben", Role: plant.Operator}
	mia    = plant.Person{ID: 3, Name: "Mia", Role: plant.Operator}
)

func by(p plant.Person, minute int) andon.Mark {
	return andon.Mark{By: p, At: monday.Add(time.Duration(minute) * time.Minute)}
}

func TestACallGoesItsWayAndNotBack(t *testing.T) {
	raised := andon.Call{ID: 1, Line: "filling-1", Kind: andon.Material, Raised: by(ben, 0), Version: 1}
	answered, err := raised.Taken(andon.Answer, by(mia, 4))
	if err != nil || answered.Answered != by(mia, 4) || !answered.Open() || answered.Version != 2 {
		t.Fatalf("%+v, %v", answered, err)
	}
	done, err := answered.Taken(andon.Finish, by(ben, 9))
	if err != nil || done.Open() || done.Answered != by(mia, 4) || done.Version != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	if at, err := raised.Taken(andon.Finish, by(mia, 7)); err != nil || at.Answered != by(mia, 7) {
		t.Errorf("done without an answer: %+v, %v", at, err)
	}
	for name, c := range map[string]struct {
		of   andon.Call
		step andon.Step
		kind errs.Kind
	}{
		"answered twice": {answered, andon.Answer, errs.Conflict}, "answered when done": {done, andon.Answer, errs.Conflict},
		"done twice": {done, andon.Finish, errs.Conflict}, "raised again": {raised, andon.Raise, errs.Invalid}, "no step": {raised, "dance", errs.Invalid},
	} {
		if got, err := c.of.Taken(c.step, by(mia, 20)); errs.KindOf(err) != c.kind || got != c.of {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestACallIsLookedBackAtAsItStood(t *testing.T) {
	c := andon.Call{ID: 1, Line: "filling-1", Kind: andon.Material, Raised: by(ben, 10), Answered: by(mia, 14), Done: by(ben, 19)}
	for _, then := range []struct {
		minute         int
		open, answered bool
	}{{9, false, false}, {10, true, false}, {13, true, false}, {14, true, true}, {18, true, true}, {19, false, false}, {30, false, false}} {
		was, ok := c.Then(by(ben, then.minute).At)
		if ok != then.open || was.Answered.At.IsZero() == then.answered || !was.Done.At.IsZero() {
			t.Errorf("at minute %d: %v, %+v", then.minute, ok, was)
		}
	}
	c.Done = andon.Mark{}
	if was, ok := c.Then(by(ben, 300).At); !ok || was != c {
		t.Errorf("one that is open: %v, %+v", ok, was)
	}
}

func TestResponseTimesAreThoseThatHappened(t *testing.T) {
	call := func(line plant.LineID, k andon.Kind, raised, answered, done int) andon.Call {
		c := andon.Call{Line: line, Kind: k, Raised: by(ben, raised)}
		if answered >= 0 {
			c.Answered = by(mia, answered)
		}
		if done >= 0 {
			c.Done = by(mia, done)
		}
		return c
	}
	calls := []andon.Call{
		call("b", andon.Quality, 0, -1, -1),
		call("a", andon.Material, 0, 7, 20), call("a", andon.Material, 10, 9, 30), // a clock that was set back
		call("a", andon.Maintenance, 0, 3, -1), call("a", andon.Maintenance, 0, 5, 6), call("a", andon.Maintenance, 0, 1, 60),
	}
	minutes := func(n, median, longest int) andon.Times {
		return andon.Times{N: n, Median: time.Duration(median) * time.Minute, Longest: time.Duration(longest) * time.Minute}
	}
	want := []andon.Response{
		{Line: "a", Kind: andon.Material, Calls: 2, Answered: minutes(2, 0, 7), Done: minutes(2, 20, 20)},
		{Line: "a", Kind: andon.Maintenance, Calls: 3, Open: 1, Answered: minutes(3, 3, 5), Done: minutes(2, 6, 60)},
		{Line: "b", Kind: andon.Quality, Calls: 1, Waiting: 1, Open: 1},
	}
	if d := cmp.Diff(want, andon.Responses(calls)); d != "" {
		t.Error(d)
	}
}

// Of any calls, half were answered within the median, all within the longest, and both are times that happened.
func TestResponseTimesHoldTheirPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		took := rapid.SliceOfN(rapid.IntRange(0, 10000), 1, 200).Draw(t, "took")
		calls := make([]andon.Call, len(took))
		for i, n := range took {
			calls[i] = andon.Call{Kind: andon.Quality, Raised: by(ben, 0), Answered: by(mia, n)}
		}
		r := andon.Responses(calls)[0].Answered
		within, before := 0, 0
		for _, m := range took {
			if time.Duration(m)*time.Minute <= r.Median {
				within++
			}
			if time.Duration(m)*time.Minute < r.Median {
				before++
			}
		}
		if within*2 < len(took) || before*2 >= len(took) || r.N != len(took) || r.Longest != time.Duration(slices.Max(took))*time.Minute {
			t.Fatalf("%+v of %v", r, took)
		}
		if !slices.Contains(took, int(r.Median/time.Minute)) {
			t.Fatalf("%+v did not happen in %v", r, took)
		}
	})
}

func TestWhatIsNoCallIsRefused(t *testing.T) {
	good := andon.Call{Line: "filling-1", Kind: andon.Quality}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	bad := andon.Call{Kind: "lunch", Note: string(make([]rune, 201)), Key: string(make([]byte, 101))}
	var e *errs.Error
	if err := bad.Check(); !errors.As(err, &e) || len(e.Fields) != 4 {
		t.Errorf("%v", err)
	}
}
