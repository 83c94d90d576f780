// Package rotation is the walls that a display shows by turns.
package rotation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
)

// The bounds of a Rotation.
const (
	Most     = 12 // turns
	Shortest = 5 * time.Second
	Longest  = time.Hour
)

// Turn is one wall, and how long it is shown.
type Turn struct {
	Page string // "/wall/line/filling-1"
	For  time.Duration
}

// Rotation is what a display shows one after the other. The zero Rotation is that of a display that shows one wall only.
type Rotation struct {
	Turns []Turn
	Calls bool // a wall stays while somebody is called for on it
	Stops bool // a wall stays while a line on it is stopped
}

// The words that stand behind the turns.
const (
	forCalls = "calls"
	forStops = "stops"
)

// None tells whether there are no turns.
func (r Rotation) None() bool { return len(r.Turns) == 0 }

// Same tells whether two are the same.
func (r Rotation) Same(o Rotation) bool {
	return r.Calls == o.Calls && r.Stops == o.Stops && slices.Equal(r.Turns, o.Turns)
}

// String writes it as it is kept: "/wall/line/filling-1=20 /wall/hall/filling=60 calls"; "" for none.
func (r Rotation) String() string {
	if r.None() {
		return ""
	}
	var words []string
	for _, t := range r.Turns {
		words = append(words, t.Page+"="+strconv.Itoa(int(t.For/time.Second)))
	}
	if r.Calls {
		words = append(words, forCalls)
	}
	if r.Stops {
		words = append(words, forStops)
	}
	return strings.Join(words, " ")
}

// Parse reads what String wrote.
func Parse(text string) (Rotation, error) {
	var r Rotation
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case text == "":
		case word == forCalls:
			r.Calls = true
		case word == forStops:
			r.Stops = true
		case len(r.Turns) == Most:
			return Rotation{}, errs.New(errs.Invalid, "a display shows %d walls by turns at most", Most)
		default:
			page, seconds, _ := strings.Cut(word, "=")
			n, err := strconv.Atoi(seconds)
			if err != nil {
				return Rotation{}, errs.New(errs.Invalid, "%q is no turn: write /wall/line/ID=SECONDS", errs.Clip(word))
			}
			r.Turns = append(r.Turns, Turn{page, time.Duration(n) * time.Second})
		}
	}
	if err := r.Check(); err != nil {
		return Rotation{}, err
	}
	if r.String() != text {
		return Rotation{}, errs.New(errs.Invalid, "the walls of a display are not written as they are kept")
	}
	return r, nil
}

// Check refuses what no display can show. A fault's path is page or seconds, from the second turn on with its number.
func (r Rotation) Check() error {
	if r.None() {
		return nil
	}
	var fields []errs.Field
	for i, t := range r.Turns {
		if !IsWall(t.Page) {
			fields = append(fields, errs.Field{Path: Field("page", i), Message: "Choose a wall."})
		}
		if t.For < Shortest || t.For > Longest || t.For%time.Second != 0 {
			fields = append(fields, errs.Field{Path: Field("seconds", i), Message: "A wall is shown for 5 to 3,600 seconds."})
		}
	}
	switch n := len(r.Turns); {
	case n == 1:
		fields = append(fields, errs.Field{Path: "page-2", Message: "Choose a second wall, or show one only."})
	case n > Most:
		fields = append(fields, errs.Field{Path: "page", Message: "A display shows 12 walls by turns at most."})
	}
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "a display cannot show this by turns", Fields: fields}
}

// Field names the field of a turn in a form: "page", "page-2".
func Field(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(i+1)
}

// kinds are the walls, those that tell most of a line first.
var kinds = [...]string{"/wall/line/", "/wall/hall/", "/wall/orders/"}

// IsWall tells whether an address is that of a wall.
func IsWall(page string) bool { return kindOf(page) < len(kinds) }

func kindOf(page string) int {
	for i, kind := range kinds {
		if id, ok := strings.CutPrefix(page, kind); ok && id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == "" {
			return i
		}
	}
	return len(kinds)
}

// Now gives the turn of a moment: the same on every display with the same turns, and after a restart. While some walls
// are held it goes round among those that tell most of what holds them.
func (r Rotation) Now(now time.Time, held func(page string) bool) (turn int, holds bool) {
	var among []int
	least := len(kinds)
	for i, t := range r.Turns {
		switch kind := kindOf(t.Page); {
		case kind > least || !held(t.Page):
		case kind < least:
			least, among = kind, []int{i}
		default:
			among = append(among, i)
		}
	}
	if holds = len(among) > 0; !holds {
		for i := range r.Turns {
			among = append(among, i)
		}
	}
	return r.round(now, among), holds
}

// round goes round among some turns, by the clock.
func (r Rotation) round(now time.Time, among []int) int {
	var whole time.Duration
	for _, i := range among {
		whole += r.Turns[i].For
	}
	if whole <= 0 {
		return 0
	}
	at := time.Duration(now.Unix()%int64(whole/time.Second)) * time.Second
	for _, i := range among {
		if at < r.Turns[i].For {
			return i
		}
		at -= r.Turns[i].For
	}
	return among[0]
}
