package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// order is other tags for a session that runs.
type order struct {
	tags  []tag.Tag
	known map[tag.ID]tag.Sample // what the history says last of those that are new to it
	done  chan struct{}         // closed when samples of the session are of these tags
}

// sameReading tells whether two tags are read, and made samples of, in the same way.
func sameReading(a, b tag.Tag) bool {
	return a.ID == b.ID && a.Address == b.Address && a.Kind == b.Kind && a.Interval == b.Interval && a.Queue == b.Queue &&
		a.Deadband == b.Deadband && a.Heartbeat == b.Heartbeat && a.Scale == b.Scale && a.Offset == b.Offset
}

// stay gives those of other tags that the session reads already, in the same way.
func stay(tags, others []tag.Tag) (same []tag.Tag) {
	now := make(map[tag.ID]tag.Tag, len(tags))
	for _, t := range tags {
		now[t.ID] = t
	}
	for _, t := range others {
		if was, there := now[t.ID]; there && sameReading(was, t) {
			same = append(same, t)
		}
	}
	return same
}

// Changes tells whether the session can go on with other tags.
func (s *Session) Changes() bool {
	_, can := s.driver.(driver.Changer)
	return can
}

// Retag puts other tags in the place of a running session's, and returns when its samples are of these; false when ended
// was closed before. Samples of tags that are read as before go on; those of a tag that is gone end with a Bad one. A tag
// whose settings change must be gone for a moment, so that nobody takes a value of the one for the other's.
func (s *Session) Retag(o []tag.Tag, known map[tag.ID]tag.Sample, ended <-chan struct{}) bool {
	order := order{o, known, make(chan struct{})}
	select {
	case s.orders <- order:
		<-order.done
		return true
	case <-ended:
		return false
	}
}

// retag is Retag on the session's own goroutine.
func (s *Session) retag(o order, now time.Time) {
	gone := s.intake.retag(o.tags, o.known, now)
	s.tags, s.points = o.tags, s.pointsOf(o.tags)
	if len(gone) > 0 && s.phase() == Active {
		s.emit(gone)
	}
	s.update(func(st *Status) {
		st.Tags = len(o.tags)
		st.Bad, st.FirstBad = s.intake.bad()
	})
	close(o.done)
}

// retag puts other tags in the place of these, and gives a last Bad sample for each that was delivered and is gone.
func (in *intake) retag(tags []tag.Tag, known map[tag.ID]tag.Sample, now time.Time) (gone []tag.Sample) {
	next := newIntake(tags, in.ahead)
	next.since, next.lag, next.skew, next.parted = in.since, in.lag, in.skew, in.parted
	for i, t := range in.tags {
		k, stays := next.at[t.ID]
		if !stays {
			if in.fresh[i] {
				s := tag.Sample{Tag: t.ID, Quality: tag.BadOutOfService, Time: plant.Later(now.Add(-in.skew), in.last[i].Time.Add(time.Microsecond))}.Clean()
				in.last[i] = s
				gone = append(gone, s)
			}
			next.parted[t.ID] = in.last[i]
			continue
		}
		next.last[k], next.fresh[k], next.kinds[k], next.told[k], next.sick[k] = in.last[i], in.fresh[i], in.kinds[i], in.told[i], in.sick[i]
		if in.sick[i] {
			next.sicks++
		}
		if in.echo != nil && next.echo != nil {
			next.echo.repeated[k], next.echo.said[k] = in.echo.repeated[i], in.echo.said[i]
		}
	}
	for k, t := range tags {
		if _, stays := in.at[t.ID]; stays {
			continue
		}
		next.last[k] = known[t.ID]
		if s, was := next.parted[t.ID]; was && s.Time.After(next.last[k].Time) {
			next.last[k] = s
		}
		delete(next.parted, t.ID)
	}
	*in = *next
	return gone
}

// Known gives what the history says last of those of other tags that the session does not read.
func (s *Session) Known(ctx context.Context, archive history.Archive, reads, others []tag.Tag, now time.Time) (map[tag.ID]tag.Sample, error) {
	has := make(map[tag.ID]bool, len(reads))
	for _, t := range reads {
		has[t.ID] = true
	}
	var fresh []tag.Tag
	for _, t := range others {
		if !has[t.ID] {
			fresh = append(fresh, t)
		}
	}
	from := now.Add(s.set.Ahead)
	newest, _, err := lastOf(ctx, archive, fresh, plant.Span{From: from, To: from.Add(time.Microsecond)})
	return newest, err
}

// pointing tells a driver which points are wanted, one change at a time.
type pointing struct {
	driver driver.Driver
	next   []driver.Point // wanted since the change that is on its way; nil for none
	busy   bool
	done   chan error // how a change went
	failed error      // why what is read is not what is wanted
}

// change tells the driver, at once or after the change that is on its way.
func (p *pointing) change(ctx context.Context, points []driver.Point) {
	if p.next = points; p.busy {
		return
	}
	p.start(ctx)
}

func (p *pointing) start(ctx context.Context) {
	points := p.next
	p.next, p.busy = nil, true
	go func() {
		c, can := p.driver.(driver.Changer)
		if !can {
			p.done <- errors.New("its points cannot be changed while it goes on")
			return
		}
		p.done <- c.Change(ctx, points)
	}()
}

// changed takes the end of a change; false when the session must end. One that is not up yet has not failed by that.
func (p *pointing) changed(ctx context.Context, err error, up bool) bool {
	p.busy = false
	if err != nil && up {
		p.failed = fmt.Errorf("change what is read: %w", err)
	}
	if err != nil {
		return false
	}
	if p.next != nil {
		p.start(ctx)
	}
	return true
}

// wait waits for a change that is on its way.
func (p *pointing) wait() {
	if !p.busy {
		return
	}
	if err := <-p.done; err != nil {
		p.failed = err
	}
}
