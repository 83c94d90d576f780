package watch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/ot/tag"
)

// memory is a historian that forgets when the test ends.
type memory struct {
	mu      sync.Mutex
	samples []tag.Sample // by time, then tag
	broken  error        // of every reading
}

func (m *memory) Append(_ context.Context, _ time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range batch {
		i, taken := slices.BinarySearchFunc(m.samples, s, inTime)
		if !taken {
			m.samples = slices.Insert(m.samples, i, s)
		}
	}
	return nil, nil
}

func inTime(a, b tag.Sample) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return int(a.Tag) - int(b.Tag)
}

func (m *memory) Samples(ctx context.Context, r history.Range, yield func(tag.Sample) bool) error {
	return m.Merge(ctx, []history.Range{r}, yield)
}

func (m *memory) Merge(ctx context.Context, ranges []history.Range, yield func(tag.Sample) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	var all []tag.Sample
	for _, r := range ranges {
		carry := -1
		for i, s := range m.samples {
			switch {
			case s.Tag != r.Tag || !s.Time.Before(r.To):
			case s.Time.Before(r.From):
				carry = i
			default:
				all = append(all, s)
			}
		}
		if r.Carry && carry >= 0 {
			all = append(all, m.samples[carry])
		}
	}
	slices.SortStableFunc(all, inTime)
	for _, s := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !yield(s) {
			return nil
		}
	}
	return nil
}

func (m *memory) Buckets(context.Context, history.Range, time.Duration) ([]history.Bucket, error) {
	return nil, errors.New("a test's memory has no buckets")
}

// remember keeps samples written as `10:00:00 good 1000`.
func remember(t *testing.T, lines ...string) *memory {
	t.Helper()
	m := &memory{}
	if _, err := m.Append(t.Context(), machinetest.Day(), machinetest.Samples(t, lines...)); err != nil {
		t.Fatal(err)
	}
	return m
}
