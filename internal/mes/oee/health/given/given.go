// Package given is how well people say why a line stood: whether at all, how exactly, how soon, and whether the machine
// says the same.
package given

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// Key is by what entries are told apart: the date of the shift, its name, and who said why. By is "" where nobody did.
type Key struct{ Date, Shift, By string }

// Tally is what is counted of the stops that want a reason: those that the machines laid out as breakdowns.
type Tally struct {
	Stops   int
	Lasted  time.Duration
	None    int // nobody said why, and no fault code did
	NoneFor time.Duration
	Vague   int // the reason says nothing in particular
	Vaguely time.Duration
	Machine int                 // a fault code said why, and nobody anything else
	Delays  [len(Steps) + 1]int // of what people said: how long after the end of the stop, by Steps
	Against int                 // people said another reason than the one that the fault code means
}

// Steps bound how late something was said: while the line stood or at its end, within five minutes, and so on; what came
// later still is counted last.
var Steps = [...]time.Duration{0, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour}

// Said is how many of the stops people said why of.
func (t *Tally) Said() (n int) {
	for _, d := range t.Delays {
		n += d
	}
	return n
}

// Later counts what was said later than one of the Steps after the stop.
func (t *Tally) Later(than time.Duration) (n int) {
	for i, d := range t.Delays {
		if i == len(Steps) || Steps[i] > than {
			n += d
		}
	}
	return n
}

// Add adds others.
func (t *Tally) Add(o *Tally) {
	t.Stops += o.Stops
	t.Lasted += o.Lasted
	t.None += o.None
	t.NoneFor += o.NoneFor
	t.Vague += o.Vague
	t.Vaguely += o.Vaguely
	t.Machine += o.Machine
	t.Against += o.Against
	for i := range t.Delays {
		t.Delays[i] += o.Delays[i]
	}
}

// Unclear is the share of the stops whose reason is missing or vague, and that of their time.
func (t *Tally) Unclear() (count, lasted oee.Ratio) {
	return ratio(int64(t.None+t.Vague), int64(t.Stops)), ratio(int64(t.NoneFor+t.Vaguely), int64(t.Lasted))
}

// Late is the share of what people said that they said later than one of the Steps after the stop.
func (t *Tally) Late(than time.Duration) oee.Ratio {
	return ratio(int64(t.Later(than)), int64(t.Said()))
}

func ratio(part, whole int64) oee.Ratio {
	if whole <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: float64(part) / float64(whole), OK: true}
}

// Against is a stop of which somebody said another reason than its fault code means.
type Against struct {
	edit.Stop
	Means reason.ID
}

// Sums is what is known of some stops of a line. The zero Sums is of none; Sums of parts of the time add up.
type Sums struct {
	By      map[Key]*Tally
	Against []Against // the newest last, at most MostAgainst
}

// MostAgainst bounds the list of contradictions; all of them are counted.
const MostAgainst = 200

// Line is what reasons and fault codes mean where the stops were.
type Line interface {
	Meaning(unit plant.UnitID, fault string) (reason.ID, bool)
	Vague(reason.ID) bool    // it says nothing in particular
	Kin(a, b reason.ID) bool // they are the same, or one is a part of the other
}

// Add adds stops, with the edits about them.
func (s *Sums) Add(l Line, stops []edit.Stop, edits []edit.Edit) {
	standing := edit.Standing(edits)
	for i := range stops {
		if x := &stops[i]; x.Derived == oee.Breakdown {
			s.add(l, x, standing)
		}
	}
}

func (s *Sums) add(l Line, x *edit.Stop, standing []edit.Edit) {
	key := Key{Date: x.Date, Shift: x.Shift, By: x.By}
	if s.By == nil {
		s.By = map[Key]*Tally{}
	}
	t := s.By[key]
	if t == nil {
		t = &Tally{}
		s.By[key] = t
	}
	t.Stops++
	t.Lasted += x.Lasted
	switch {
	case x.Reason == "":
		t.None++
		t.NoneFor += x.Lasted
		return
	case l.Vague(reason.ID(x.Reason)):
		t.Vague++
		t.Vaguely += x.Lasted
	}
	if x.By == "" {
		t.Machine++
		return
	}
	if at, ok := saidAt(x, standing); ok {
		t.Delays[step(at.Sub(x.To))]++
	}
	if means, ok := l.Meaning(x.Unit, x.Fault); ok && !l.Kin(means, reason.ID(x.Reason)) {
		t.Against++
		s.Against = append(s.Against, Against{*x, means})
		s.Against = s.Against[max(0, len(s.Against)-MostAgainst):]
	}
}

// saidAt is when a reason was first given of a stop, of those that still count.
func saidAt(x *edit.Stop, standing []edit.Edit) (time.Time, bool) {
	for i := range standing {
		e := &standing[i]
		if e.Reason != "" && (e.Kind == edit.Reason || e.Kind == edit.Merge) && e.From.Before(x.To) && x.From.Before(e.To) {
			return e.At, true
		}
	}
	return time.Time{}, false
}

// step finds the first of Steps that is not less.
func step(late time.Duration) int {
	i := slices.IndexFunc(Steps[:], func(s time.Duration) bool { return late <= s })
	if i < 0 {
		return len(Steps)
	}
	return i
}

// Join adds the sums of a later time.
func (s *Sums) Join(o *Sums) {
	if s.By == nil {
		s.By = map[Key]*Tally{}
	}
	for k, t := range o.By {
		if s.By[k] == nil {
			s.By[k] = &Tally{}
		}
		s.By[k].Add(t)
	}
	s.Against = append(s.Against, o.Against...)
	s.Against = s.Against[max(0, len(s.Against)-MostAgainst):]
}

// Part is one of what sums are told apart by.
type Part struct {
	Name string
	Tally
}

// Per adds up what is called the same, and all; names come in their order.
func (s *Sums) Per(name func(Key) string) (parts []Part, all Tally) {
	at := map[string]*Tally{}
	for k, t := range s.By {
		n := name(k)
		if at[n] == nil {
			at[n] = &Tally{}
		}
		at[n].Add(t)
		all.Add(t)
	}
	for n, t := range at {
		parts = append(parts, Part{n, *t})
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return parts, all
}

// Week is the ISO week of a key's date, "2026-W48"; "" of none.
func (k Key) Week() string {
	d, err := plant.ParseDate(k.Date)
	if err != nil {
		return ""
	}
	year, week := d.Begin(time.UTC).ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}
