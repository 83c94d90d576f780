package embedded

import (
	"context"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// Correct lets other values hold at times that are taken: see history.Corrector. What stood there stays on the disk.
func (a *Archive) Correct(_ context.Context, now time.Time, samples []tag.Sample) ([]history.Refusal, error) {
	return a.write("correct", samples, func(b *batch) error { return b.correct(now) })
}

// correct keeps each sample of a batch over the one of its time.
func (b *batch) correct(now time.Time) error {
	b.check(now, now.Add(-b.a.opts.Window))
	if err := b.learnTexts(); err != nil {
		return err
	}
	for i, s := range b.samples {
		if s.Tag == 0 {
			continue
		}
		old, fix, there, err := b.a.standing(s.Tag, s.Time.UnixMicro())
		switch {
		case err != nil:
			return err
		case !there:
			b.refuse(i, "nothing stands at %s that could be corrected; send it as it is", s.Time.Format(time.RFC3339Nano))
			continue
		case s.Quality == old.Quality && s.Value.Same(old.Value):
			b.same++
			continue
		}
		err = b.commit(func() error {
			if l := &b.lanes[s.Tag]; b.put(i, l, fix+1) && l.known && l.newest == s.Time.UnixMicro() {
				l.last = s
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.a.store.Late(b.kept)
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
