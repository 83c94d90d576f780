package line

import (
	"strings"

	"github.com/a-h/templ"

	"millwright/views/figure"
	"millwright/views/ui"
)

// panel gives the attributes by which a live part is found: "line/<id>/<part>".
func panel(line, part string) templ.Attributes {
	name := "line/" + line + "/" + part
	return templ.Attributes{"id": "panel:" + name, "data-panel": name}
}

func dash(word string) string {
	if word == "" {
		return figure.Unknown
	}
	return word
}

func due(j Job) string {
	var parts []string
	if j.Due != "" {
		parts = append(parts, "due "+j.Due)
	}
	if j.Promise != "" {
		parts = append(parts, j.Promise)
	}
	return strings.Join(parts, ", ")
}

// legendStates is every tone with the word that a reader of the strip needs.
func legendStates() []ui.State {
	return []ui.State{
		{Tone: ui.Running, Word: "Running"},
		{Tone: ui.Slow, Word: "Slow, micro-stop"},
		{Tone: ui.Stopped, Word: "Stopped"},
		{Tone: ui.Changeover, Word: "Changeover"},
		{Tone: ui.Material, Word: "Starved, blocked"},
		{Tone: ui.NoOrder, Word: "No order"},
		{Tone: ui.Planned, Word: "Planned stop"},
		{Tone: ui.Off, Word: "Not scheduled"},
		{Tone: ui.NoData, Word: "No data"},
	}
}
