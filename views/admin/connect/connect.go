// Package connect is where connections to machines, and the certificates they need, are set up.
package connect

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// List is the page of all connections. Component: ShowList.
type List struct {
	admin.Page
	States  StatesPanel
	Drafted []Drafted // what stands in the draft only
}

// Drafted is a connection that is not in use yet.
type Drafted struct{ ID, Endpoint, Href string }

// StatesPanel is how the connections that are in use are doing. Component: States.
type StatesPanel struct {
	Panel string // its name
	One   bool   // of a single connection, on its own page
	Rows  []State
}

// State is how one does.
type State struct {
	ID, Href   string
	State      ui.State
	Error      string // why it was lost or could not be opened; may be ""
	Retry      string // "in 3 s"; "" unless it waits
	LastSample string
	Rate       string // values a second
	Losses     string // of sessions
	Overflows  string // "at least 3" values that the device dropped
}

// One is the page of one connection. It posts to its own address, and test, enable, disable and remove below it.
// Component: ShowOne.
type One struct {
	admin.Page
	ID       string // "" for a new one
	Driver   string
	Href     string
	Form     Form
	Browse   string // "" when it cannot be looked through
	InUse    bool
	Disabled bool
	Found    *Finding    // of a test just made
	States   StatesPanel // how it is doing, when it is in use
}

// Form is what an OPC UA connection needs to know.
type Form struct {
	Seal, Name, Endpoint, Security string
	User                           User
	Limits                         Limits
	Why                            string // the draft is changed, as typed
	Theirs                         string // as somebody else has changed it meanwhile
	Faults                         []ui.Fault
	Securities                     []ui.Choice
}

// Limits are what a connection may ask of its machine, and be told by it, as typed.
type Limits struct{ Values, Interval, Batch string }

func (l Limits) set() bool { return l != Limits{} }

// Finding is what a test has found.
type Finding struct {
	OK                  bool
	Words, Next, Detail string
	Note                string  // about the form that was tested; may be empty
	Link                ui.Link // where to go next; may be empty
}

// Certificates is the page of certificates. It posts renew-why to /admin/certificates/renew, and shelf, step and why to
// /admin/certificates/machine/THUMBPRINT. Component: ShowCertificates.
type Certificates struct {
	admin.Page
	Own     Certificate
	Soon    string // a warning that its time is nearly over; may be ""
	Judged  string // thumbprint of the one whose form was refused; "" when it was that of our own, or none
	Why     string // of that form, as typed
	Faults  []ui.Fault
	Shelves []Shelf
}

// Shelf is one list of certificates.
type Shelf struct {
	ID, Title, Help, None string
	Steps                 []Step
	All                   []Certificate
}

// Step is a button beside a certificate.
type Step struct {
	Value, Name string
	Danger      bool
}

// Certificate is one certificate. Subject and URI come from a machine, and may say anything.
type Certificate struct {
	Subject, URI, Thumbprint, From, To, Seen string
	Href                                     string
}

func (p StatesPanel) title() string {
	if p.One {
		return "How it is doing"
	}
	return "In use"
}

func (f Form) name() ui.Input {
	return ui.Input{ID: "id", Label: "Identity (required)", Help: "What this connection is called here, not who signs in: small letters, digits, - and _. A test needs it too. It cannot be changed later.", Type: "text", Value: f.Name, Focus: true, Fault: ui.FaultOf(f.Faults, "id")}
}

func (f Form) endpoint() ui.Input {
	return ui.Input{ID: "endpoint", Label: "Endpoint", Help: "opc.tcp://host:port", Type: "text", Value: f.Endpoint, Fault: ui.FaultOf(f.Faults, "endpoint")}
}

func (f Form) security() ui.Input {
	return ui.Input{ID: "security", Label: "Security", Help: "A test tells what the server offers. With any but None the machine must trust our certificate, and you its own: the first test asks for that; many then want a user too, under Sign in.", Value: f.Security, Fault: ui.FaultOf(f.Faults, "security")}
}

func (f Form) limit(id, label, help, value string) ui.Input {
	return ui.Input{ID: "limits." + id, Label: label, Help: help, Type: "text", Value: value, Optional: true, Fault: ui.FaultOf(f.Faults, "limits."+id)}
}

func (f Form) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "As it stands in the draft now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again.", Value: f.Theirs, Rows: 8, Optional: true}
}

func (c Certificates) why() ui.Input {
	in := ui.Input{ID: "renew-why", Label: "Why (required)", Help: "Every machine must be told to trust the new certificate. The old one is kept aside.", Type: "text", Fault: ui.FaultOf(c.Faults, "renew-why")}
	if c.Judged == "" {
		in.Value = c.Why
	}
	return in
}

// judged is what was typed beside a certificate, and what is wrong with that.
func (c Certificates) judged(one Certificate) (why string, wrong []ui.Fault) {
	if c.Judged != one.Thumbprint {
		return "", nil
	}
	return c.Why, c.Faults
}

func foundClass(ok bool) string {
	if ok {
		return "finding finding-good"
	}
	return "finding finding-bad"
}

func foundWord(ok bool) string {
	if ok {
		return "Works"
	}
	return "Does not work yet"
}

func buttonClass(s Step) string {
	if s.Danger {
		return "button button-danger"
	}
	return "button"
}
