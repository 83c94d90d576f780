package station

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/simulate"
)

// Past is how far back a new plant begins when it has somebody to tell. A fast plant lives through so much
// in a day that it begins later.
func Past(speed float64) time.Duration {
	const whole, much = 24 * time.Hour, 10
	if speed > much {
		return time.Duration(float64(whole) * much / speed).Truncate(time.Minute)
	}
	return whole
}

// memory is the snapshot file.
type memory struct {
	Untold bool // the past since the plant's start was not told completely
	Plant  simulate.Snapshot
}

// Untold tells whether a plant with this snapshot file has a past to tell: it is new, or was stopped while telling it.
func Untold(snapshot string) bool {
	m, found, err := load(snapshot)
	return err == nil && (!found || m.Untold)
}

// Check tells whether a plant can be run so, before anything is started: nothing is changed.
func Check(o Options) error {
	if _, err := simulate.New(simulate.Demo(), o.Seed, time.Time{}, o.Speed); err != nil {
		return errs.New(errs.Invalid, "%w", err)
	}
	_, _, err := recall(o)
	return err
}

// open takes up the plant of the snapshot file, or makes a new one.
func open(o Options, now time.Time) (*room, error) {
	r := &room{Options: o, writes: make(chan write), over: make(chan struct{})}
	p, untold, err := recall(o)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return r, r.begin(now)
	}
	r.plant, r.past = p, untold && o.BackfillURL != ""
	return r, nil
}

// recall gives the plant of the snapshot file, nil when there is none, and whether its past is still to be told.
func recall(o Options) (p *simulate.Plant, untold bool, err error) {
	m, found, err := load(o.Snapshot)
	if err != nil || !found {
		return nil, false, err
	}
	if m.Plant.Seed != o.Seed {
		return nil, false, errs.New(errs.Invalid, "snapshot %s of the simulated plant was made with seed %d, not %d: give that seed, or move the file away to start another plant", o.Snapshot, m.Plant.Seed, o.Seed)
	}
	m.Plant.Speed = o.Speed
	p, err = simulate.Restore(simulate.Demo(), m.Plant)
	if err != nil {
		return nil, false, errs.New(errs.Invalid, "snapshot %s: %w; move the file away to start a new plant", o.Snapshot, err)
	}
	return p, m.Untold, nil
}

// begin makes a new plant and writes it down at once: that the file can be written must show before hours depend on it.
func (r *room) begin(now time.Time) error {
	start := now
	if r.BackfillURL != "" {
		start, r.past = now.Add(-Past(r.Speed)), true
	}
	p, err := simulate.New(simulate.Demo(), r.Seed, start.Truncate(time.Minute), r.Speed)
	if err != nil {
		return errs.New(errs.Invalid, "%w", err)
	}
	r.plant = p
	return r.save()
}

func load(path string) (m memory, found bool, err error) {
	if path == "" {
		return memory{}, false, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return memory{}, false, nil
	}
	if err != nil {
		return memory{}, false, fmt.Errorf("snapshot of the simulated plant: %w", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return memory{}, false, errs.New(errs.Invalid, "snapshot %s of the simulated plant is damaged (%w): move the file away to start a new plant", path, err)
	}
	return m, true, nil
}

// save writes the snapshot file: whole or not at all, also when the power goes.
func (r *room) save() error {
	r.saved = time.Now()
	if r.Snapshot == "" {
		return nil
	}
	text, err := json.Marshal(memory{Untold: r.past, Plant: r.plant.Snapshot()})
	if err != nil {
		return fmt.Errorf("snapshot of the simulated plant: %w", err)
	}
	if err := replace(r.Snapshot, text); err != nil {
		return fmt.Errorf("snapshot of the simulated plant: %w", err)
	}
	return nil
}

// replace puts a new content in the place of a file's.
func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
