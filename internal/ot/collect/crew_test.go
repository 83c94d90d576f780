package collect

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// nothing is a history in which nothing was ever kept.
type nothing struct{ history.Archive }

func (nothing) Samples(context.Context, history.Range, func(tag.Sample) bool) error { return nil }

// member is a wanted session whose driver says one value and then stays connected.
func member(id, key string, h *heard) Wanted {
	return Wanted{Connection: id, Key: key, Open: func(context.Context) (*Session, error) {
		if key == "broken" {
			return nil, errors.New("there is no such driver")
		}
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{func(ctx context.Context, emit func([]tag.Sample)) error {
			emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.FloatValue(1)}})
			<-ctx.Done()
			return nil
		}}}
		return NewSession(Connection{ID: id, Alive: 1, Tags: two}, d, h.take, Settings{}), nil
	}}
}

func phases(c *Crew) map[string]Phase {
	all := map[string]Phase{}
	for _, s := range c.Status() {
		all[s.Connection] = s.Phase
	}
	return all
}

func TestACrewChangesOnlyWhatThePlantChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		c := NewCrew(nothing{}, time.Now)
		first := []Wanted{member("a", "a1", h), member("b", "b1", h)}
		if err := c.Adopt(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		time.Sleep(time.Second)
		if got := phases(c); got["a"] != Active || got["b"] != Active {
			t.Errorf("after the start %v", got)
		}
		since := c.Status()[0].Since

		second := []Wanted{member("c", "c1", h), member("a", "a1", h), member("b", "b2", h), member("d", "broken", h)}
		time.Sleep(time.Minute)
		c.Dismiss(second)
		if got := phases(c); len(got) != 1 || got["a"] != Idle { // a minute without a value
			t.Errorf("once the others are dismissed %v", got)
		}
		if err := c.Adopt(t.Context(), second); err == nil {
			t.Error("nobody is told that a session cannot be opened")
		}
		time.Sleep(time.Second)
		all := c.Status()
		if len(all) != 4 || all[0].Connection != "c" || all[0].Phase != Active || all[2].Phase != Active || all[3].LastError == "" || all[3].Phase != Stopped {
			t.Errorf("after the change %+v", all)
		}
		if !all[1].Since.Equal(since) {
			t.Error("the session that nothing changed was started anew")
		}
		if bad := len(h.of(2)); bad != 5 { // a, b, b's end, c, and b again
			t.Errorf("%d samples were heard", bad)
		}

		c.Dismiss(nil)
		if got := phases(c); len(got) != 0 {
			t.Errorf("after everything was dismissed %v", got)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestADisabledConnectionIsKnownAndNotOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		c := NewCrew(nothing{}, time.Now)
		off := member("a", "broken", h)
		off.Off = true
		if err := c.Adopt(t.Context(), []Wanted{off}); err != nil {
			t.Fatal(err)
		}
		if s := c.Status(); len(s) != 1 || !s[0].Disabled || s[0].Phase != Stopped || s[0].LastError != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhatEndedSessionsCountedStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		c := NewCrew(nothing{}, time.Now)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		off := member("b", "b2", h)
		off.Off = true
		var last uint64
		for name, wanted := range [][]Wanted{
			{member("a", "a1", h), member("b", "b1", h)},
			{member("a", "a1", h), off},                  // b is disabled
			{member("a", "a2", h), off},                  // a is opened anew
			{member("a", "a2", h), member("b", "b1", h)}, // and b again
			nil,
		} {
			c.Dismiss(wanted)
			between := c.Tally().Samples
			if err := c.Adopt(t.Context(), wanted); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			got := c.Tally()
			if between < last || got.Samples < between || got.All != len(wanted) {
				t.Errorf("change %d: %d samples, %d while it is made, %d of %d sessions after %d samples before", name, got.Samples, between, got.All, len(wanted), last)
			}
			last = got.Samples
		}
		if heard := len(h.of(2)); last == 0 || last < uint64(heard)-4 { // each end says a last word, which no device delivered
			t.Errorf("%d samples are counted, %d were heard", last, heard)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
