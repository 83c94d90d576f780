// Package accessfile is who and what may come in as one text: what is in force, what another text would change, and what
// was before.
package accessfile

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Home is the page that puts a text beside what is in force. It posts text and prune to /admin/access/check and, once
// that has said what would change, text, prune, seal and why to /admin/access/apply. Component: Show.
type Home struct {
	admin.Page
	Text   string
	Prune  string // "on"
	Plan   *Plan  // nil before anybody asked
	Faults []ui.Fault
	Past   []Version
	Older  string // link to what was before those; "" for none
}

// Plan is what a text would change.
type Plan struct {
	Seal    string // of what it was compared with
	Changes []admin.Effect
	Diff    admin.Diff
	Why     string // as typed
	Faults  []ui.Fault
}

// Version is one text that was put into force.
type Version struct {
	Number, At, By, Why, Origin, Href string
}

// One is the page of one version. Component: ShowOne.
type One struct {
	admin.Page
	Version
	Diff admin.Diff // from what was in force before
	Back string     // address of the page that says what putting it back would change
	File string     // address of the text
}

func (h Home) text() ui.Input {
	return ui.Input{
		ID: "text", Label: "Who and what may come in", Value: h.Text, Rows: 24, Fault: ui.FaultOf(h.Faults, "text"),
		Help: "As it is in force, or from a file. A part that is left out stays as it is. No password and no secret stands in it.",
	}
}

func (h Home) prune() ui.Input {
	return ui.Input{
		ID: "prune", Label: "Take away what its parts leave out", Value: h.Prune,
		Help: "People are disabled, tokens revoked for ever, certificates forgotten. Without it, only what the text says changes.",
	}
}

func (p Plan) why() ui.Input {
	return ui.Input{ID: "why", Label: "Why (required)", Help: "One sentence; the audit keeps it with each change.", Type: "text", Value: p.Why, Fault: ui.FaultOf(p.Faults, "why")}
}
