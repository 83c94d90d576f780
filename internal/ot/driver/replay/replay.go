// Package replay plays a recorded log as if its machine were connected.
package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// Options say what is played, and how fast.
type Options struct {
	FS     fs.FS    // nil means the files of the computer
	Files  []string // played one after another
	Format Format
	Now    func() time.Time

	Speed  float64       // 1 is real time; 0 is as fast as possible
	Rebase bool          // shift times so that the log plays now; at speed 0, so that it ends now
	Loop   bool          // begin anew after the last file
	Pause  time.Duration // between two files, by the log's clock
	Gap    time.Duration // longer silences in a file last only this long; 0 leaves them as they are

	// Parts names an item of our own that counts the files played to their end: one part each, where the
	// log itself does not count. "" leaves it out.
	Parts string

	// Anchor says since when the loop has been playing: a restart then goes on where the machine would be
	// by now, and its parts go on counting. Zero begins with each Run. Past is how much of what was played
	// before is delivered first.
	Anchor time.Time
	Past   time.Duration
}

// Driver plays logs. An address is the name of an item. Rows of one item and one time are one reading,
// the last one; rows that are out of order in the log are so in what it delivers.
type Driver struct {
	set Options

	mu     sync.Mutex
	report Report
}

// Report says how a log could be read.
type Report struct {
	Rows    int
	Refused int      // lines that could not be read
	First   []string // the first ten of them: file, line and why
}

// New makes a driver; options that contradict each other are refused with a sentence.
func New(o Options) (*Driver, error) {
	switch {
	case len(o.Files) == 0:
		return nil, errors.New("replay plays no file: name one")
	case o.Now == nil:
		return nil, errors.New("replay has no clock")
	case o.Speed < 0 || math.IsNaN(o.Speed) || math.IsInf(o.Speed, 0):
		return nil, fmt.Errorf("replay has the speed %v: use 1 for real time, or 0 for as fast as possible", o.Speed)
	case o.Loop && (o.Speed == 0 || !o.Rebase):
		return nil, errors.New("replay loops for ever: give it a speed, and rebase it to now")
	case !o.Anchor.IsZero() && !o.Loop:
		return nil, errors.New("replay is anchored in time: let it loop")
	case o.Past != 0 && o.Anchor.IsZero():
		return nil, errors.New("replay delivers the past: anchor it in time")
	case o.Pause < 0 || o.Gap < 0 || o.Past < 0:
		return nil, errors.New("replay has a pause, gap or past below zero")
	}
	return &Driver{set: o}, nil
}

// Run plays the log once, or for ever. After its end the machine is silent until ctx ends.
func (d *Driver) Run(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	err := d.play(ctx, points, emit)
	if ctx.Err() == nil && err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func (d *Driver) play(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	s, err := d.survey(ctx)
	if err != nil {
		return err
	}
	return newPlayer(d, s, points, emit).play(ctx)
}

// Report says how the log could be read when it was last begun.
func (d *Driver) Report() Report {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.report
	r.First = slices.Clone(r.First)
	return r
}

// Browse lists the items of the log.
func (d *Driver) Browse(ctx context.Context, address string) ([]driver.Node, error) {
	if address != "" {
		return nil, nil
	}
	s, err := d.survey(ctx)
	if err != nil {
		return nil, err
	}
	var all []driver.Node
	for _, item := range slices.Sorted(maps.Keys(s.kinds)) {
		all = append(all, driver.Node{Address: item, Name: item, Kind: s.kinds[item]})
	}
	return all, nil
}

func (d *Driver) open(name string) (io.ReadCloser, error) {
	var f io.ReadCloser
	var err error
	if d.set.FS != nil {
		f, err = d.set.FS.Open(name)
	} else {
		f, err = os.Open(name)
	}
	if err != nil {
		return nil, fmt.Errorf("open log %s: %w", name, err)
	}
	return f, nil
}
