package embedded

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

var _ history.Corrector = (*Archive)(nil)

// Correct puts other values in the place of samples that are kept: see history.Corrector. What stood there stays on the
// disk, in the series it came in, and is read no more.
func (a *Archive) Correct(_ context.Context, now time.Time, samples []tag.Sample) ([]history.Refusal, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	fail := func(err error) ([]history.Refusal, error) {
		return nil, fmt.Errorf("correct %d samples of the history: %w", len(samples), err)
	}
	if err := a.roomOnDisk(a.opts.Reserve); err != nil {
		return fail(err)
	}
	if a.broken != nil {
		if err := a.renew(); err != nil {
			return fail(err)
		}
	}
	leave, err := a.enter()
	if err != nil {
		return fail(err)
	}
	defer leave()
	b := newBatch(a, a.lanes, samples)
	if err := b.correct(now); err != nil {
		return fail(err)
	}
	slices.SortFunc(b.refused, byIndex)
	return b.refused, nil
}

// correct keeps the samples of a batch over those of their times.
func (b *batch) correct(now time.Time) error {
	b.check(now, now.Add(-b.a.opts.Window))
	if err := b.learnTexts(); err != nil {
		return err
	}
	fixes := make([]int, len(b.samples))
	once := map[tag.Sample]bool{}
	for i, s := range b.samples {
		key := tag.Sample{Tag: s.Tag, Time: s.Time}
		if s.Tag == 0 {
			continue
		}
		if once[key] {
			b.refuse(i, "its time is corrected twice in one batch")
			continue
		}
		once[key] = true
		old, fix, there, err := b.a.standing(s.Tag, s.Time.UnixMicro())
		switch {
		case err != nil:
			return err
		case !there:
			b.refuse(i, "nothing stands at %s that could be corrected; send it as it is", s.Time.Format(time.RFC3339Nano))
		case s.Quality == old.Quality && s.Value.Same(old.Value):
			b.same++
			b.samples[i].Tag = 0
		default:
			fixes[i] = fix + 1
			b.late = append(b.late, i)
		}
	}
	if len(b.late) == 0 {
		b.total()
		return nil
	}
	err := b.commit(func() error {
		for _, i := range b.late {
			s := b.samples[i]
			l := &b.lanes[s.Tag]
			if b.put(i, l, fixes[i]) && l.known && l.newest == s.Time.UnixMicro() {
				l.last = s
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.a.store.Late(len(b.late))
	b.total()
	return nil
}

// standing gives what holds at a time of a tag, and the how manieth correction that is.
func (a *Archive) standing(id tag.ID, t int64) (s tag.Sample, fix int, ok bool, err error) {
	in, err := a.stream(id, t, t+1)
	if err != nil {
		return s, 0, false, err
	}
	defer in.close()
	s, ok, err = in.next()
	return s, in.fix, ok, err
}
