package wall

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"millwright/views/figure"
	"millwright/views/ui"
)

// panel gives the attributes by which a wall is found: "wall/line/<id>", "wall/hall/<area>".
func panel(kind, id string) templ.Attributes {
	name := "wall/" + kind + "/" + id
	return templ.Attributes{"id": "panel:" + name, "data-panel": name}
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
	var parts []string
	if j.Due != "" {
		parts = append(parts, "due "+j.Due)
	}
	if j.Promise != "" {
		parts = append(parts, j.Promise)
	}
	return strings.Join(parts, ", ")
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
	return "state-" + grade(n, []int{14, 17, 21})
}

// nameSize gives a name that is too long for its line two smaller ones: names often differ in nothing but their end.
func nameSize(name string) string { return "name-" + grade(utf8.RuneCountInString(name), []int{24}) }

// numberSize picks the largest figures in which actual, target and difference stand side by side.
func numberSize(l LinePanel) string {
	n := utf8.RuneCountInString(l.Actual + l.Target + l.Delta)
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
