package wall

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"millwright/views/figure"
	"millwright/views/ui"
)

// root are the attributes by which a wall is found. On a display that shows several it stands where the others do.
func (t Turn) root(panel string) templ.Attributes {
	if t.Panel == "" {
		return ui.Panel(panel)
	}
	return templ.Attributes{"id": "panel:wall/turns", "data-panel": t.Panel}
}

// verdictTone colours the word that tells whether an order is in time.
func verdictTone(m ui.Mood) string {
	switch m {
	case ui.Alarm:
		return "tone-stopped"
	case ui.Well:
		return "orders-well"
	}
	return "orders-open"
}

// orderName gives the name of a line that is too long for its column two smaller lines.
func orderName(name string) string {
	if utf8.RuneCountInString(name) > 13 {
		return "orders-name orders-name-2"
	}
	return "orders-name"
}

// withDay tells whether a time is longer than that of today.
func withDay(time string) bool { return utf8.RuneCountInString(time) > len("13:40") }

// lately are the last hours that have begun: so many as stand side by side in figures that are read from five metres.
func lately(hours []ui.Hour) []ui.Hour {
	begun := 0
	for i, h := range hours {
		if h.Actual != "" {
			begun = i + 1
		}
	}
	begun = max(begun, min(1, len(hours)))
	most := 4
	for first := begun; first > max(0, begun-most); first-- {
		h := hours[first-1]
		if n := max(utf8.RuneCountInString(h.Actual), utf8.RuneCountInString(h.Delta)); n > 6 {
			most = 2
		} else if n > 4 {
			most = min(most, 3)
		}
	}
	return hours[max(0, begun-most):begun]
}

// ahead is the word that stands by a difference, so that its sign is not all there is to read.
func ahead(delta string, behind bool) string {
	switch {
	case delta == figure.Unknown || delta == "":
		return "To target"
	case behind:
		return "Behind"
	}
	return "Ahead"
}

// dueLine says when a job is wanted and when it will be ready. Of one that will be late, how late says enough.
func dueLine(j Job) string {
	if j.Mood == ui.Alarm && strings.HasPrefix(j.Promise, "ready ") {
		return j.Promise
	}
	return ui.Due(j.Due, j.Promise)
}

// columns picks the grid in which so many tiles fill the screen best.
func columns(n int) string {
	if n > 12 {
		return "tiles-many"
	}
	return "tiles-" + strconv.Itoa(max(n, 1))
}

// stateSize picks the largest letters in which a state's word and timer stand side by side.
func stateSize(l LinePanel) string {
	n := utf8.RuneCountInString(l.State.Word) + max(utf8.RuneCountInString(l.Since.Text), len("0:00:00"))
	if l.Handed != nil { // which takes of the height
		n = max(n, 18)
	}
	return "state-" + grade(n, []int{14, 17, 21})
}

// nameSize gives a name that is too long for its line two smaller ones: names often differ in nothing but their end.
func nameSize(name string) string { return "name-" + grade(utf8.RuneCountInString(name), []int{24}) }

// numberSize picks the largest figures in which actual, target and difference stand side by side.
func numberSize(l LinePanel) string {
	n := utf8.RuneCountInString(l.Actual + l.Target + l.Delta)
	if l.Handed != nil {
		n = max(n, 20)
	}
	return "numbers-" + grade(n, []int{13, 16, 19})
}

// grade is 1 for the least, and one more for each limit that n exceeds.
func grade(n int, limits []int) string {
	g := 1
	for _, limit := range limits {
		if n > limit {
			g++
		}
	}
	return strconv.Itoa(g)
}
