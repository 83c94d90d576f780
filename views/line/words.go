package line

import (
	"millwright/views/ui"
)

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

// titled is all that the row of a stop says, where there is no room for it.
func titled(s Stop) string {
	if s.Note == "" {
		return s.Cause
	}
	return s.Cause + " · " + s.Note
}
