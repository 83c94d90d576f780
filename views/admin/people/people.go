// Package people is where users, their stays, and the tokens of programs and displays are set up.
package people

import (
	"fmt"

	"millwright/views/admin"
	"millwright/views/layout"
	"millwright/views/ui"
)

// List is the page of all users. It posts name, role, duty-planner and so on, password (none has one made) and why to /admin/people. Component: ShowList.
type List struct {
	admin.Page
	People []Row
	New    Form // what was typed for a new one
}

// Row is one user.
type Row struct {
	Name     string
	Href     string
	Role     string
	Duties   string   // "planner, sales"; "" for none
	Places   []string // "operator at Ulm works › Filling"
	Off      bool
	SignedIn string // "Sat 28 Nov 2026, 14:05"
	Wayless  bool   // there is no way in for this person yet
}

// Form is what was typed, and what is wrong with it.
type Form struct {
	Name   string
	Role   string
	Page   string
	Scopes map[string]bool // those that are ticked
	At     map[string]bool // where a program may; none is the whole plant
	Duties map[string]bool // those that are ticked
	Off    string          // "on" when the box is ticked
	Owner  string          // "OT", "IT" or ""
	Theirs string          // as somebody else has changed it meanwhile; "" when nobody has
	Turns  []Turn          // of a display, with empty ones for more
	Calls  string          // "on": a wall stays while somebody is called for there
	Stops  string          // "on": a wall stays while a line on it is stopped
	Seen   string          // what the display showed when the form was made
	Why    string
	Faults []ui.Fault
}

// One is the page of one user. It posts version, role, duty-planner and so on, off, owner and why to its own address, password and password-why
// to …/password, version, subject and provider-why to …/provider, and session (several) or all, and sessions-why to
// …/sessions; see Grants. Component: ShowOne.
type One struct {
	admin.Page
	Href     string
	Version  string
	Now      string // "Operator, active"
	Made     string
	SignedIn string
	Change   Form
	Grants   Grants
	Password Form
	Stays    Stays

	Tied     bool   // a provider of identities vouches for the person, who has no password
	Provider string // as people call it; "" when there is none now
	Tie      Form   // its Name is who the person is there
}

// Stays are the sessions of a person.
type Stays struct {
	Rows   []Stay
	Why    string
	Faults []ui.Fault
}

// Stay is one session.
type Stay struct {
	ID     string
	Since  string
	Seen   string
	Source string
	Agent  string // "Firefox on Windows"
	Here   bool   // the one by which the page is read
}

// Secret shows what is shown only once. Component: ShowSecret.
type Secret struct {
	admin.Page
	Label  string // "Password of Anna"
	Secret string
	Help   string
	Back   ui.Link
}

// Account is a person's own page. It posts old, password and again to /account/password, and session (several) or
// all to /account/sessions. Component: ShowAccount.
type Account struct {
	Frame  layout.Frame
	Role   string
	Done   string
	Least  int
	Faults []ui.Fault // of the password
	Stays  Stays
	Tied   bool // a provider of identities vouches for the person, who has no password
}

// Roles are the choices for a person.
func Roles() []ui.Choice {
	return []ui.Choice{
		{Value: "nobody", Name: "None: only what is given at some places"},
		{Value: "viewer", Name: "Viewer: sees everything"},
		{Value: "operator", Name: "Operator: also reports at the machine"},
		{Value: "manager", Name: "Manager: also plans and corrects"},
		{Value: "admin", Name: "Admin: also sets up"},
	}
}

const passwordHelp = "Leave it empty to have one made. It is shown once."

func (f Form) name(help string) ui.Input {
	return ui.Input{ID: "name", Label: "Name", Help: help, Type: "text", Value: f.Name, Complete: "off", Fault: ui.FaultOf(f.Faults, "name")}
}

func (f Form) role() ui.Input {
	return ui.Input{ID: "role", Label: "Role in the whole plant", Value: f.Role, Fault: ui.FaultOf(f.Faults, "role")}
}

// duties are what a person may do in the business.
func duties() []ui.Choice {
	return []ui.Choice{
		{Value: "planner", Name: "Planner: keeps items and bills, plans, releases work orders"},
		{Value: "storekeeper", Name: "Storekeeper: moves material, and counts it"},
		{Value: "purchaser", Name: "Purchaser: keeps suppliers, and orders from them"},
		{Value: "sales", Name: "Sales: keeps customers and their orders"},
	}
}

func (f Form) duty(c ui.Choice) ui.Input {
	in := ui.Input{ID: "duty-" + c.Value, Label: c.Name}
	if f.Duties[c.Value] {
		in.Value = "on"
	}
	return in
}

func (f Form) dutyFault() string { return ui.FaultOf(f.Faults, "duty") }

func (f Form) off() ui.Input {
	return ui.Input{ID: "off", Label: "Disabled: may not come in", Value: f.Off}
}

func (f Form) owner() (ui.Input, []ui.Choice) {
	return ui.Input{ID: "owner", Label: "Owner", Help: "An owner approves changes that both sides feel; see Requests.", Value: f.Owner, Fault: ui.FaultOf(f.Faults, "owner")},
		[]ui.Choice{{Value: "", Name: "For no side"}, {Value: "OT", Name: "For OT: the machines"}, {Value: "IT", Name: "For IT: what is made of them"}}
}

func (f Form) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "As it stands now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again: yours takes its place.", Value: f.Theirs, Rows: 4, Optional: true}
}

func (f Form) password() ui.Input {
	return ui.Input{ID: "password", Label: "Password", Help: passwordHelp, Type: "password", Complete: "new-password", Optional: true, Fault: ui.FaultOf(f.Faults, "password")}
}

// why is the reason of a form; a page with several forms has one for each.
func (f Form) why(id string) ui.Input {
	return ui.Input{ID: id, Label: "Why (required)", Help: "One sentence for the audit.", Type: "text", Value: f.Why, Complete: "off", Fault: ui.FaultOf(f.Faults, id)}
}

func (f Form) subject(provider string) ui.Input {
	return ui.Input{
		ID: "subject", Label: "Subject at " + provider, Type: "text", Value: f.Name, Complete: "off", Optional: true, Fault: ui.FaultOf(f.Faults, "subject"),
		Help: "Who the person is there (the claim sub). The audit trail has it of everyone who was refused. Empty unties.",
	}
}

func (s Stays) why() ui.Input { return Form{Why: s.Why, Faults: s.Faults}.why("sessions-why") }

func (a Account) old() ui.Input {
	return ui.Input{ID: "old", Label: "Password until now", Type: "password", Complete: "current-password", Fault: ui.FaultOf(a.Faults, "old")}
}

func (a Account) password() ui.Input {
	return ui.Input{
		ID: "password", Label: "New password", Type: "password", Complete: "new-password", Least: a.Least, Fault: ui.FaultOf(a.Faults, "password"),
		Help: fmt.Sprintf("At least %d characters. A sentence is easier to remember than a riddle.", a.Least),
	}
}

func (a Account) again() ui.Input {
	return ui.Input{ID: "again", Label: "New password once more", Type: "password", Complete: "new-password", Fault: ui.FaultOf(a.Faults, "again")}
}

func (r Row) state() string {
	switch {
	case r.Off:
		return "Disabled"
	case r.Wayless:
		return "No password yet"
	}
	return "Active"
}

// others tells whether there is a session that the reader may end.
func (s Stays) others() bool {
	for _, r := range s.Rows {
		if !r.Here {
			return true
		}
	}
	return false
}
