package replay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"millwright/internal/ot/tag"
)

// survey is what there is to know of all files before they are played.
type survey struct {
	tracks []track
	cycle  time.Duration // from one begin of the loop to the next, by the log's clock
	kinds  map[string]tag.Kind
}

// track is one file.
type track struct {
	name   string
	first  time.Time     // of its rows
	begins time.Duration // after the loop's begin
	length time.Duration // silences cut
}

// tape turns the times of a file into how far it has been played: silences are cut, and a row that is
// out of order lies as far back as it is late.
type tape struct {
	gap time.Duration
	top time.Time // newest so far
	at  time.Duration
}

func (t *tape) position(row time.Time) time.Duration {
	if t.top.IsZero() {
		t.top = row
	}
	step := row.Sub(t.top)
	if step <= 0 {
		return t.at + step
	}
	if t.gap > 0 {
		step = min(step, t.gap)
	}
	t.top = row
	t.at += step
	return t.at
}

// survey reads all files once.
func (d *Driver) survey(ctx context.Context) (*survey, error) {
	s := &survey{kinds: map[string]tag.Kind{}}
	var report Report
	for _, name := range d.set.Files {
		t, err := d.look(ctx, name, s.kinds, &report)
		if err != nil {
			return nil, err
		}
		t.begins = s.cycle
		s.cycle += t.length + d.set.Pause
		s.tracks = append(s.tracks, t)
	}
	if d.set.Loop && s.cycle <= 0 {
		return nil, errors.New("the log lasts no time: it cannot be looped without a pause")
	}
	if d.set.Parts != "" {
		if _, taken := s.kinds[d.set.Parts]; taken {
			return nil, fmt.Errorf("the log has an item %q itself: count the parts by another name", d.set.Parts)
		}
		s.kinds[d.set.Parts] = tag.Int
	}
	d.mu.Lock()
	d.report = report
	d.mu.Unlock()
	return s, nil
}

// look reads one file. What ends it early is met again when it is played, unless nothing comes before it.
func (d *Driver) look(ctx context.Context, name string, kinds map[string]tag.Kind, report *Report) (track, error) {
	f, err := d.open(name)
	if err != nil {
		return track{}, err
	}
	defer func() { _ = f.Close() }()
	t, tape, why := track{name: name}, tape{gap: d.set.Gap}, errors.New("it is empty")
	for row, err := range Read(f, d.set.Format) {
		if ctx.Err() != nil {
			return t, ctx.Err()
		}
		if err != nil {
			why = err
			report.note(name, err)
			continue
		}
		if t.first.IsZero() {
			t.first = row.Time
		}
		t.length = max(t.length, tape.position(row.Time))
		kinds[row.Item] = wider(kinds[row.Item], row.Value.Kind())
		report.Rows++
	}
	if t.first.IsZero() {
		return t, fmt.Errorf("log %s has no row that can be read: %w", name, why)
	}
	return t, nil
}

// note keeps the first few lines that could not be read.
func (r *Report) note(file string, err error) {
	const kept = 10
	r.Refused++
	if len(r.First) < kept {
		r.First = append(r.First, fmt.Sprintf("%s: %s", file, err))
	}
}
