package people

import (
	"strconv"

	"millwright/views/admin"
	"millwright/views/ui"
)

// Tokens is the page of all tokens. It posts name, role ("display" or "program"), page, scope-… for each scope that is
// ticked, at-… for each place that is, and why to /admin/tokens. Component: ShowTokens.
type Tokens struct {
	admin.Page
	Rows   []Token
	More   bool // there are older ones, which are revoked
	Walls  []ui.Choice
	Scopes []ui.Choice
	Places []ui.Choice
	New    Form
}

// Token is one secret of a program or a display.
type Token struct {
	Name    string
	Href    string
	Role    string // "Display", "Program"
	Page    string // of a display; of a program where it may: "Ulm works › Filling"
	May     string // what a program may: "read, samples:write"
	Made    string
	Seen    string
	Ended   bool
	Keyless bool // it has no secret yet
}

// Turn is one wall of a display, and for how many seconds it is shown.
type Turn struct{ Page, Seconds string }

// OneToken is the page of one token. It posts page and seconds, page-2 and seconds-2 …, calls, stops, seen and page-why
// to …/page, secret-why to …/secret,
// and why to …/revoke. Component: ShowToken.
type OneToken struct {
	admin.Page
	Token
	Walls []ui.Choice // empty for a program
	Shown ui.Link     // to what the display shows
	Move  Form
	End   Form
	Key   Form
}

// TokenRoles are the choices for a token.
func TokenRoles() []ui.Choice {
	return []ui.Choice{
		{Value: "display", Name: "A display: shows one wall"},
		{Value: "program", Name: "A program: may what is ticked"},
	}
}

func (f Form) kind() ui.Input {
	return ui.Input{ID: "role", Label: "For", Value: f.Role, Fault: ui.FaultOf(f.Faults, "role")}
}

func (f Form) scope(c ui.Choice) ui.Input {
	in := ui.Input{ID: "scope-" + c.Value, Label: c.Value, Help: c.Name}
	if f.Scopes[c.Value] {
		in.Value = "on"
	}
	return in
}

func (f Form) scopeFault() string { return ui.FaultOf(f.Faults, "scope") }

// place is a place that a program may be bound to.
func (f Form) place(c ui.Choice) ui.Input {
	in := ui.Input{ID: "at-" + c.Value, Label: c.Name}
	if f.At[c.Value] {
		in.Value = "on"
	}
	return in
}

func (f Form) placeFault() string { return ui.FaultOf(f.Faults, "at") }

func (f Form) page(help string) ui.Input {
	return ui.Input{ID: "page", Label: "Wall", Help: help, Value: f.Page, Fault: ui.FaultOf(f.Faults, "page")}
}

// turn is a wall of a display, and its seconds.
func (f Form) turn(i int, t Turn) (wall, seconds ui.Input) {
	id := func(name string) string {
		if i == 0 {
			return name
		}
		return name + "-" + strconv.Itoa(i+1)
	}
	wall = ui.Input{ID: id("page"), Label: "Wall " + strconv.Itoa(i+1), Value: t.Page, Fault: ui.FaultOf(f.Faults, id("page"))}
	seconds = ui.Input{ID: id("seconds"), Label: "For", Type: "text", Unit: "s", Value: t.Seconds, Optional: true, Complete: "off", Fault: ui.FaultOf(f.Faults, id("seconds"))}
	return wall, seconds
}

func (f Form) staysForCalls() ui.Input {
	return ui.Input{ID: "calls", Label: "Stay on a wall while somebody is called for there", Value: f.Calls}
}

func (f Form) staysForStops() ui.Input {
	return ui.Input{ID: "stops", Label: "Stay on a wall while a line there is stopped", Value: f.Stops}
}

// withNone lets a program choose no wall.
func withNone(walls []ui.Choice) []ui.Choice {
	return append([]ui.Choice{{Value: "", Name: "None"}}, walls...)
}

func (t Token) working() string {
	switch {
	case t.Ended:
		return "Revoked"
	case t.Keyless:
		return "Has no secret yet"
	}
	return "Works"
}
