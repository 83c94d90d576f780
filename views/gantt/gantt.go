// Package gantt draws what machines do when, as bars on a common axis of time.
package gantt

import (
	"fmt"
	"net/url"
	"time"

	"millwright/views/ui"
)

// Chart is lanes of bars over one stretch of time.
//
// Components: Draw(c Chart).
type Chart struct {
	Name     string // for who cannot see it
	From, To time.Time
	Now      time.Time
	Zone     *time.Location
	Lanes    []Lane
	Drag     *Drag // how bars are moved by hand; nil when they cannot be
}

// Drag is the form that a bar which was dragged is sent with.
type Drag struct {
	Action  string
	Version string
}

// Lane is one machine.
type Lane struct {
	Key    string
	Name   string
	Href   string   // may be ""
	Note   string   // may be ""
	State  ui.State // what it does where it does not run; zero where it does
	Closed []Span   // when it does not work
	Bars   []Bar
}

// Span is a stretch of time.
type Span struct{ From, To time.Time }

// Bar is something that a machine does.
type Bar struct {
	Key      string
	Href     string // where it is told of
	Label    string // what stands in it
	Short    string // what stands in one that is too narrow for the label
	Title    string // all of it, for the pointer and for who cannot see it
	SetUp    time.Time
	From, To time.Time
	State    State
	Late     bool
	Pinned   bool
	Chosen   bool
	Moves    bool // it can be dragged
}

// ID is the id of what a page shows of something with a key.
func ID(what, key string) string { return what + "-" + url.PathEscape(key) }

// State is how far it is.
type State string

// The states.
const (
	Planned State = "planned"
	Running State = "running"
	Waiting State = "waiting" // in the queue of its line
)

// box is where something lies on the axis, in percent.
type box struct{ x, w string }

const scale = 100_000

func (c Chart) at(t time.Time) int64 {
	whole := c.To.Sub(c.From)
	if whole <= 0 {
		return 0
	}
	d := min(max(t.Sub(c.From), 0), whole)
	return int64(float64(d)/float64(whole)*scale + 0.5)
}

func percent(n int64) string { return fmt.Sprintf("%d.%03d%%", n/1000, n%1000) }

func (c Chart) box(from, to time.Time) box {
	a, b := c.at(from), c.at(to)
	return box{percent(a), percent(b - a)}
}

// within tells whether something is to be seen.
func (c Chart) within(from, to time.Time) bool { return from.Before(c.To) && to.After(c.From) }

// width is that of a bar, which is never too thin to be hit.
func (c Chart) bar(b Bar) box {
	x, w := c.at(b.From), c.at(b.To)-c.at(b.From)
	return box{percent(x), percent(max(w, 250))}
}

// label is what fits into a bar: a part of a word says nothing.
func (c Chart) label(b Bar) string {
	switch w := c.at(b.To) - c.at(b.From); {
	case w >= scale*18/100:
		return b.Label
	case w >= scale*7/100:
		return b.Short
	}
	return ""
}

func (b Bar) class() string {
	all := "gantt-bar gantt-" + string(b.State)
	for _, c := range []struct {
		is   bool
		name string
	}{{b.Late, " gantt-late"}, {b.Pinned, " gantt-pinned"}, {b.Chosen, " gantt-chosen"}, {b.Moves, " gantt-moves"}} {
		if c.is {
			all += c.name
		}
	}
	return all
}

// signs are drawn in front of the label, one beside the other.
func (b Bar) signs() (all []sign) {
	x := 6
	add := func(is bool, name, d string) {
		if is {
			all = append(all, sign{name, d, fmt.Sprintf("translate(%d 8)", x)})
			x += 14
		}
	}
	add(b.State == Running, "sign-running", "M0 0 L9 5.5 L0 11 Z")
	add(b.Late, "sign-late", "M4 0 H7 V7 H4 Z M4 8.5 H7 V11 H4 Z")
	add(b.Pinned, "sign-pinned", "M1 0 H3 V11 H1 Z M3 0 H10 L7.5 3 L10 6 H3 Z")
	return all
}

// text is where the label begins, behind the signs.
func (b Bar) text() string { return fmt.Sprint(6 + 14*len(b.signs())) }

type sign struct{ class, d, at string }

// tick is a moment of the axis.
type tick struct {
	x, label, anchor string
	day              bool
}

// ticks are round moments by the plant's clocks: at most a dozen or so.
func (c Chart) ticks() (all []tick) {
	step := time.Duration(0)
	for _, s := range []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 96 * time.Hour} {
		if step = s; c.To.Sub(c.From)/s <= 14 {
			break
		}
	}
	local := c.From.In(c.Zone)
	for d := 0; d < 120; d++ {
		midnight := time.Date(local.Year(), local.Month(), local.Day()+d, 0, 0, 0, 0, c.Zone)
		if !midnight.Before(c.To) {
			return all
		}
		if step > 24*time.Hour && d%int(step/(24*time.Hour)) != 0 {
			continue
		}
		for h := time.Duration(0); h < 24*time.Hour; h += step {
			t := time.Date(local.Year(), local.Month(), local.Day()+d, int(h/time.Hour), 0, 0, 0, c.Zone)
			if t.Before(c.From) || !t.Before(c.To) {
				continue
			}
			all = append(all, c.tick(t, h == 0))
		}
	}
	return all
}

func (c Chart) tick(t time.Time, day bool) tick {
	k := tick{x: percent(c.at(t)), label: t.Format("15:04"), anchor: "middle", day: day}
	local := t.In(c.Zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.Zone)
	switch {
	case day && c.at(t) >= 94_000:
		k.label = "" // there is no room for it but on the label before
	case day:
		k.label = t.Format("Mon 2 Jan")
	case c.at(t)-c.at(midnight) < 9000 || c.at(midnight.AddDate(0, 0, 1))-c.at(t) < 6000 && midnight.AddDate(0, 0, 1).Before(c.To):
		k.label = "" // the day's own stands there
	}
	switch at := c.at(t); {
	case at < 3000 || day:
		k.anchor = "start"
	case at > 96_000:
		k.anchor = "end"
	}
	return k
}
