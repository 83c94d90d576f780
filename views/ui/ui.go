// Package ui holds the small parts that pages are made of.
package ui

import (
	"time"

	"millwright/views/figure"
)

// Tone is the andon colour of a state. Each has an icon or a pattern as well, so it reads without colour.
type Tone string

// The tones. NoData never looks like any other.
const (
	Running    Tone = "running"    // green, play
	Slow       Tone = "slow"       // yellow, half disc: slow or micro-stop
	Stopped    Tone = "stopped"    // red, square: breakdown or unexplained stop
	Changeover Tone = "changeover" // blue, two arrows
	Material   Tone = "material"   // blue, striped: starved or blocked
	NoOrder    Tone = "noorder"    // grey, ring: able, but nothing to make
	Planned    Tone = "planned"    // grey, pause: planned stop
	Off        Tone = "off"        // grey, dash: not scheduled
	NoData     Tone = "nodata"     // hatched, question mark
)

// State is what a line or unit does: a tone and the word for it.
type State struct {
	Tone Tone
	Word string // "Running", "Breakdown", "Starved"
}

// Mood is how a figure stands against what was wanted. It is shown by a sign or word too.
type Mood string

// The moods.
const (
	Plain   Mood = ""
	Well    Mood = "well"
	Warning Mood = "warning"
	Alarm   Mood = "alarm"
)

// Link is a word that leads somewhere.
type Link struct {
	Name string
	Href string
}

// Timer is a time that ticks in the page: since (or until) a moment. Text is what it shows without scripts.
type Timer struct {
	Unix int64 // of the moment, ms; 0 when unknown
	Text string
}

// Since makes a stop watch that has been running since a moment.
func Since(t, now time.Time) Timer {
	if t.IsZero() {
		return Timer{Text: figure.Unknown}
	}
	return Timer{Unix: t.UnixMilli(), Text: figure.Timer(now.Sub(t))}
}

// Until makes a count-down to a moment.
func Until(t, now time.Time) Timer {
	if t.IsZero() {
		return Timer{Text: figure.Unknown}
	}
	return Timer{Unix: t.UnixMilli(), Text: figure.Span(max(t.Sub(now), 0))}
}

// AgeOf makes the age of a value that was read at a moment.
func AgeOf(t, now time.Time) Timer {
	if t.IsZero() {
		return Timer{Text: figure.Unknown}
	}
	return Timer{Unix: t.UnixMilli(), Text: figure.Age(now.Sub(t))}
}

// Share is a part of a whole in thousandths, for bars. It may exceed 1000, and may be unknown.
type Share struct {
	Permille int
	OK       bool
}

// Ratio makes a Share of a ratio that may be unknown.
func Ratio(value float64, ok bool) Share {
	if !ok || value != value || value > 1e6 || value < -1e6 {
		return Share{}
	}
	return Share{Permille: int(value*1000 + 0.5), OK: true}
}

// Figure is a number with its name: one cell of a line of totals.
type Figure struct {
	Name  string // "Good pieces"
	Value string // "12 480"; figure.Unknown when unknown
	Unit  string // "%"; may be ""
	Note  string // muted, after it: "of 13 200"; may be ""
	Mood  Mood
	Href  string // to what it is made of; may be ""
}

// KPI is a figure that opens its formula with the numbers in it.
type KPI struct {
	ID      string // short and unique in the page: "oee"
	Name    string // "Availability"
	Value   string // "87.3"
	Unit    string // "%"
	Share   Share  // drawn as a bar
	Formula string // "run time ÷ planned production time"
	Terms   []Term // the numbers in it, in the order of the formula
	Working string // "312.4 min ÷ 357.0 min = 87.5 %"
	Note    string // what to know about it: "known for 96 % of the time"; may be ""
	Rows    Link   // the ledger rows behind it; no Href when there is no such page
}

// Term is one number of a formula.
type Term struct {
	Name, Value string
	Href        string // to what it is made of; may be ""
}

// Empty says that there is nothing yet, and what to do next.
type Empty struct {
	Title string
	Text  string
	Next  Link // may be without Href
}

// Fault is one entry of an error summary: which field, and what to do about it.
type Fault struct {
	Field string // id of the field it leads to; "" when it is about the whole form
	Text  string
}
