package embedded

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/tag"
)

// cursor reads one series.
type cursor struct {
	kind   tag.Kind
	part   coding.Part
	fix    int // the how manieth correction it holds
	series storage.Series
	it     chunkenc.Iterator // nil until it is first looked into
	t      int64
	v      float64
	ok     bool // t and v are a point
}

func (c *cursor) step(kind chunkenc.ValueType) error {
	c.ok = kind == chunkenc.ValFloat
	if c.ok {
		c.t, c.v = c.it.At()
		return nil
	}
	if kind != chunkenc.ValNone {
		return fmt.Errorf("a series of the history holds something that is no number")
	}
	return c.it.Err()
}

func (c *cursor) next() error { return c.step(c.it.Next()) }

// at gives the value at exactly a time; times must not go backwards.
func (c *cursor) at(t int64) (v float64, ok bool, err error) {
	if c.it == nil {
		c.it = c.series.Iterator(nil)
		err = c.next()
	}
	if err == nil && c.ok && c.t < t {
		err = c.step(c.it.Seek(t))
	}
	return c.v, err == nil && c.ok && c.t == t, err
}

// window is the store as it stands at one moment, for some stretch of time.
type window struct{ q storage.Querier }

func (w window) close() { _ = w.q.Close() }

// window opens the store for from <= time < to, in microseconds. It must be closed.
func (a *Archive) window(id tag.ID, from, to int64) (window, error) {
	if from >= to {
		return window{storage.NoopQuerier()}, nil
	}
	q, err := a.store.Querier(from, to-1)
	if err != nil {
		return window{}, fmt.Errorf("read tag %s: %w", a.name(id), err)
	}
	return window{q}, nil
}

// stream reads the samples of one tag in time order.
type stream struct {
	window
	a      *Archive
	tag    tag.ID
	spines []*cursor
	sides  []*cursor
	last   int64
	fix    int // of the sample that was given last
}

// stream opens the samples with from <= time < to, in microseconds. It must be closed.
func (a *Archive) stream(id tag.ID, from, to int64) (*stream, error) {
	w, err := a.window(id, from, to)
	if err != nil {
		return nil, err
	}
	s, err := a.read(id, w)
	if err != nil {
		w.close()
	}
	return s, err
}

// read gives the samples of a tag that a window shows.
func (a *Archive) read(id tag.ID, w window) (*stream, error) {
	s := &stream{window: w, a: a, tag: id, last: math.MinInt64}
	found := w.q.Select(context.Background(), true, nil, a.matcher(id))
	for found.Next() {
		k, p, ok := coding.Identify(found.At().Labels())
		if !ok {
			continue
		}
		c := &cursor{kind: k, part: p, fix: coding.Fix(found.At().Labels()), series: found.At()}
		if !p.Spine() {
			s.sides = append(s.sides, c)
			continue
		}
		c.it = c.series.Iterator(nil)
		s.spines = append(s.spines, c)
	}
	err := found.Err()
	for _, c := range s.spines {
		if err == nil {
			err = c.next()
		}
	}
	if err != nil {
		return nil, s.fail(err)
	}
	return s, nil
}

func (a *Archive) matcher(id tag.ID) *labels.Matcher {
	return labels.MustNewMatcher(labels.MatchEqual, coding.LabelTag, a.name(id))
}

func (s *stream) fail(err error) error {
	return fmt.Errorf("read tag %s: %w", s.a.name(s.tag), err)
}

// next gives the next sample, of those of one time the newest correction; ok is false at the end.
func (s *stream) next() (out tag.Sample, ok bool, err error) {
	for {
		var c *cursor
		for _, x := range s.spines {
			if x.ok && (c == nil || x.t < c.t || x.t == c.t && x.fix > c.fix) {
				c = x
			}
		}
		if c == nil {
			return tag.Sample{}, false, nil
		}
		out, ok, err = s.sample(c)
		fresh := c.t > s.last
		if ok { // else what stood there before still holds
			s.last, s.fix = c.t, c.fix
		}
		if err == nil {
			err = c.next()
		}
		if err != nil {
			return tag.Sample{}, false, s.fail(err)
		}
		if ok && fresh {
			return out, true, nil
		}
	}
}

// sample reads the sample that a point on a spine stands for; ok is false when a crash kept its sides
// from being written, so that it was never acknowledged.
func (s *stream) sample(c *cursor) (out tag.Sample, ok bool, err error) {
	out = tag.Sample{Tag: s.tag, Time: time.UnixMicro(c.t).UTC()}
	form, quality := coding.Read(c.v)
	out.Quality = quality
	switch form {
	case coding.Plain:
		out.Value, err = s.value(c.kind, c.part.Restore(c.v))
		return out, err == nil, err
	case coding.SideFloat:
		var v float64
		if v, ok, err = s.side(c, coding.SideValue); ok {
			out.Value, err = s.value(c.kind, v)
		}
	case coding.SideBits:
		out.Value, ok, err = s.big(c)
	default:
		ok = true
	}
	return out, ok && err == nil, err
}

func (s *stream) value(k tag.Kind, v float64) (tag.Value, error) {
	if k != tag.Text {
		return coding.Value(k, v, ""), nil
	}
	text, ok := s.a.words.Text(uint32(v))
	if !ok {
		return tag.Value{}, fmt.Errorf("text number %.0f is not in the lexicon (the file texts): it is older than the samples; put both back from the same backup", v)
	}
	return tag.TextValue(text), nil
}

func (s *stream) big(c *cursor) (v tag.Value, ok bool, err error) {
	high, ok, err := s.side(c, coding.SideHigh)
	if !ok {
		return v, false, err
	}
	low, ok, err := s.side(c, coding.SideLow)
	if !ok {
		return v, false, err
	}
	return coding.Big(c.kind, high, low), true, nil
}

// side looks up the side value that belongs to a marker.
func (s *stream) side(c *cursor, p coding.Part) (v float64, ok bool, err error) {
	for _, x := range s.sides {
		if x.part == p && x.kind == c.kind && x.fix == c.fix {
			return x.at(c.t)
		}
	}
	return 0, false, nil
}
