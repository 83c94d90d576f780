package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// most is how many samples are delivered at once.
const most = 1024

// player plays surveyed files to one session.
type player struct {
	*survey
	set    Options
	open   func(name string) (io.ReadCloser, error)
	emit   func([]tag.Sample)
	points map[string][]tag.ID
	start  time.Time // when the session began
	origin time.Time // when the loop began
	from   time.Time // before it only the newest sample of each tag is delivered
	now    time.Time // by the clock, when it was last looked at

	held  map[tag.ID]tag.Sample // newest from before from
	group []tag.Sample          // of one time, a tag once
	batch []tag.Sample
}

func newPlayer(d *Driver, s *survey, points []driver.Point, emit func([]tag.Sample)) *player {
	p := &player{
		survey: s, set: d.set, open: d.open, emit: emit,
		points: make(map[string][]tag.ID, len(points)), held: map[tag.ID]tag.Sample{},
	}
	for _, x := range points {
		p.points[x.Address] = append(p.points[x.Address], x.Tag)
	}
	p.start = d.set.Now()
	p.now, p.origin = p.start, p.start
	switch {
	case !d.set.Anchor.IsZero():
		p.origin, p.from = d.set.Anchor, p.start.Add(-d.set.Past)
	case d.set.Speed == 0:
		p.origin = p.start.Add(d.set.Pause - s.cycle)
	}
	return p
}

// play delivers every cycle of the loop, or the only one.
func (p *player) play(ctx context.Context) error {
	p.missing()
	cycle := p.first()
	p.count(cycle*len(p.tracks), p.stamp(p.at(cycle, p.tracks[0], 0), p.tracks[0].first))
	for ; ; cycle++ {
		for i, t := range p.tracks {
			end, err := p.track(ctx, cycle, t)
			if err != nil {
				return err
			}
			p.count(cycle*len(p.tracks)+i+1, p.stamp(p.at(cycle, t, t.length), end))
		}
		if !p.set.Loop {
			p.flush()
			return nil
		}
	}
}

// first is the cycle to begin with: one before the first that is delivered, so that every item has a value.
func (p *player) first() int {
	if p.set.Anchor.IsZero() {
		return 0
	}
	return max(0, int(p.from.Sub(p.origin)/max(1, p.scaled(p.cycle)))-1)
}

// at is when a position in a cycle is played.
func (p *player) at(cycle int, t track, position time.Duration) time.Time {
	return p.origin.Add(p.scaled(time.Duration(cycle)*p.cycle + t.begins + position))
}

// scaled is how long a time of the log lasts when it is played.
func (p *player) scaled(d time.Duration) time.Duration {
	if p.set.Speed == 0 || p.set.Speed == 1 {
		return d
	}
	return time.Duration(float64(d) / p.set.Speed)
}

// stamp is the source time of a row that is played at a time.
func (p *player) stamp(played, logged time.Time) time.Time {
	if !p.set.Rebase {
		return logged
	}
	return played.UTC().Truncate(time.Microsecond)
}

// track plays one file and gives the newest time in it.
func (p *player) track(ctx context.Context, cycle int, t track) (end time.Time, err error) {
	f, err := p.open(t.name)
	if err != nil {
		return end, err
	}
	defer func() { _ = f.Close() }()
	tape := tape{gap: p.set.Gap}
	for row, err := range Read(f, p.set.Format) {
		var hostile *RowError
		switch {
		case errors.As(err, &hostile):
			continue
		case err != nil:
			return end, fmt.Errorf("play log %s: %w", t.name, err)
		case ctx.Err() != nil:
			return end, ctx.Err()
		}
		played := p.at(cycle, t, tape.position(row.Time))
		if len(p.points[row.Item]) == 0 {
			continue
		}
		if err := p.await(ctx, played); err != nil {
			return end, err
		}
		p.put(row.Item, tag.Sample{Time: p.stamp(played, row.Time), Quality: row.Quality, Value: row.As(p.kinds[row.Item])})
	}
	return tape.top, nil
}

// await waits until a row is due. Before it sleeps it delivers what is ready.
func (p *player) await(ctx context.Context, played time.Time) error {
	due := played.Sub(p.start)
	if p.set.Speed == 0 || p.now.Sub(p.start) >= due {
		return nil
	}
	if p.now = p.set.Now(); p.now.Sub(p.start) >= due {
		return nil
	}
	p.flush()
	timer := time.NewTimer(due - p.now.Sub(p.start))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		p.now = p.set.Now()
		return nil
	}
}

// count says how many files have been played to their end.
func (p *player) count(n int, at time.Time) {
	if p.set.Parts != "" {
		p.put(p.set.Parts, tag.Sample{Time: at, Value: tag.IntValue(int64(n))})
	}
}

// missing marks the points that no file has.
func (p *player) missing() {
	at := p.stamp(p.start, p.tracks[0].first)
	for item, tags := range p.points {
		if _, known := p.kinds[item]; known {
			continue
		}
		for _, id := range tags {
			p.batch = append(p.batch, tag.Sample{Tag: id, Quality: tag.BadNodeUnknown, Time: at})
		}
	}
	slices.SortFunc(p.batch, func(a, b tag.Sample) int { return int(a.Tag) - int(b.Tag) })
}

// put adds a reading for every tag of an item. Of readings at one time the last one stays.
func (p *player) put(item string, s tag.Sample) {
	if len(p.group) > 0 && !p.group[0].Time.Equal(s.Time) {
		p.settle()
	}
	for _, s.Tag = range p.points[item] {
		p.group = slices.DeleteFunc(p.group, func(x tag.Sample) bool { return x.Tag == s.Tag })
		p.group = append(p.group, s)
	}
}

// settle hands the readings of one time over to be delivered, or holds them while they are of the past.
func (p *player) settle() {
	for _, s := range p.group {
		if s.Time.Before(p.from) {
			if !s.Time.Before(p.held[s.Tag].Time) {
				p.held[s.Tag] = s
			}
			continue
		}
		p.release()
		p.batch = append(p.batch, s)
	}
	p.group = p.group[:0]
	if len(p.batch) >= most {
		p.send()
	}
}

// release hands over what the past ended with.
func (p *player) release() {
	if len(p.held) == 0 {
		return
	}
	from := len(p.batch)
	for _, s := range p.held {
		p.batch = append(p.batch, s)
	}
	slices.SortFunc(p.batch[from:], func(a, b tag.Sample) int {
		if c := a.Time.Compare(b.Time); c != 0 {
			return c
		}
		return int(a.Tag) - int(b.Tag)
	})
	clear(p.held)
}

// flush delivers everything that is ready.
func (p *player) flush() {
	p.settle()
	p.release()
	p.send()
}

func (p *player) send() {
	if len(p.batch) > 0 {
		p.emit(p.batch)
		p.batch = nil
	}
}
