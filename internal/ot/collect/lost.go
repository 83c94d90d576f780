package collect

import (
	"context"
	"math/rand/v2"
	"time"

	"millwright/internal/ot/tag"
)

// lost marks every tag Bad, so that nothing old is taken for live.
func (s *Session) lost(ctx context.Context, err error) {
	now, was := time.Now(), s.phase()
	quality := tag.BadNoCommunication
	if ctx.Err() != nil {
		quality = tag.BadOutOfService
	}
	news := false
	s.update(func(st *Status) {
		st.Phase, st.Since, st.Rated = Waiting, now, false
		if was == Active {
			st.Losses++
		}
		if err != nil && ctx.Err() == nil {
			news = st.LastError != err.Error()
			st.LastError = err.Error()
		}
	})
	if news {
		s.set.Log.Warn("a connection is lost or cannot be opened; it is tried again", "connection", s.connection, "err", err)
	}
	if was == Active {
		s.emit(append(s.intake.lose(quality, now), tag.Sample{Tag: s.alive, Time: now, Value: tag.BoolValue(false)}.Clean()))
	}
}

// wait pauses with jitter, so that a plant's sessions don't knock at once; false when ctx ended.
func (s *Session) wait(ctx context.Context, pause time.Duration) bool {
	if ctx.Err() != nil {
		return false
	}
	pause = pause/2 + rand.N(pause/2+1)
	s.update(func(st *Status) { st.RetryAt = time.Now().Add(pause) })
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case o := <-s.orders:
			s.retag(o, time.Now())
		case <-timer.C:
			return true
		case <-ctx.Done():
			return false
		}
	}
}
