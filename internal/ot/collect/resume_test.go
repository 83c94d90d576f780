package collect

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// told is a history that forgets when the test ends.
type told struct {
	history.Archive
	mu      sync.Mutex
	samples []tag.Sample
}

func (h *told) Append(_ context.Context, _ time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.samples = append(h.samples, batch...)
	return nil, nil
}

func (h *told) Samples(ctx context.Context, r history.Range, yield func(tag.Sample) bool) error {
	return h.Merge(ctx, []history.Range{r}, yield)
}

func (h *told) Merge(_ context.Context, ranges []history.Range, yield func(tag.Sample) bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.SortStableFunc(h.samples, func(a, b tag.Sample) int { return a.Time.Compare(b.Time) })
	for _, r := range ranges {
		var carry, within []tag.Sample
		for _, s := range h.samples {
			switch {
			case s.Tag != r.Tag || !s.Time.Before(r.To):
			case !s.Time.Before(r.From):
				within = append(within, s)
			case r.Carry:
				carry = []tag.Sample{s}
			}
		}
		for _, s := range append(carry, within...) {
			if !yield(s) {
				return nil
			}
		}
	}
	return nil
}

func refused(context.Context, func([]tag.Sample)) error { return errors.New("connection refused") }

// What a machine is known to have said yesterday, by whatever way, does not hold today when it cannot be reached.
func TestAMachineThatWasNeverReachedIsUnknownFromTheEndOfWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := time.Now().Add(-2 * time.Hour).UTC()
		h := &told{samples: []tag.Sample{
			{Tag: 2, Time: ended.Add(-time.Hour), Value: tag.IntValue(6)},
			{Tag: 3, Time: ended, Value: tag.IntValue(70)},
		}}
		says := &heard{}
		kept := func(batch []tag.Sample) {
			says.take(batch)
			_, _ = h.Append(t.Context(), time.Now(), batch)
		}
		s := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, &device{sessions: []func(context.Context, func([]tag.Sample)) error{refused}}, kept, Settings{})
		if err := s.Resume(t.Context(), h, time.Now()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(50 * time.Second)
		ended = ended.Add(time.Minute)
		if _, err := h.Append(t.Context(), time.Now(), []tag.Sample{{Tag: 3, Time: ended, Value: tag.IntValue(80)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Second)
		if got := append(says.of(2), says.of(3)...); len(got) > 0 {
			t.Errorf("while its past is still told: %v", got)
		}
		time.Sleep(2 * time.Minute)
		for _, id := range []tag.ID{2, 3} {
			if got := says.of(id); len(got) != 1 || got[0].Quality != tag.BadNoCommunication || !got[0].Time.Equal(ended.Add(time.Microsecond)) {
				t.Errorf("tag %d: %v", id, got)
			}
		}
		time.Sleep(10 * time.Minute)
		if len(says.of(2)) != 1 || len(says.of(1)) != 1 {
			t.Errorf("said again: %v %v", says.of(1), says.of(2))
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		next := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, &device{}, says.take, Settings{})
		if err := next.Resume(t.Context(), h, time.Now()); err != nil || len(h.samples) != 3+3 {
			t.Errorf("the next start adds %v, %v", h.samples, err)
		}
	})
}

// A machine that is reached in time has no gap between what was told of its past and what it says itself.
func TestAMachineThatIsReachedInTimeHasNoGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &told{samples: []tag.Sample{{Tag: 2, Time: time.Now().Add(-time.Second).UTC(), Value: tag.IntValue(6)}}}
		says := &heard{}
		up := func(ctx context.Context, emit func([]tag.Sample)) error {
			emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.IntValue(6)}})
			<-ctx.Done()
			return nil
		}
		s := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, &device{sessions: []func(context.Context, func([]tag.Sample)) error{refused, refused, refused, up}}, says.take, Settings{})
		if err := s.Resume(t.Context(), h, time.Now()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if got := says.of(2); len(got) != 2 || !got[0].Good() || got[1].Quality != tag.BadOutOfService {
			t.Errorf("%v", got)
		}
	})
}
