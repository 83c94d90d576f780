// Package connect is where connections to machines, and the certificates they need, are set up.
package connect

import (
	"github.com/a-h/templ"

	"millwright/views/admin"
	"millwright/views/figure"
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
	Rows []State
}

// State is how one does.
type State struct {
	ID, Href   string
	State      ui.State
	Error      string // why it was lost or could not be opened; may be ""
	Retry      string // "in 3 s"; "" unless it waits
	LastSample string
	Rate       string // values a second
	Losses     string
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
	Found    *Finding // of a test just made
}

// Form is what an OPC UA connection needs to know.
type Form struct {
	Seal, Name, Endpoint, Security, User string
	HasPassword                          bool
	Theirs                               string // as somebody else has changed it meanwhile
	Faults                               []ui.Fault
	Securities                           []ui.Choice
}

// Finding is what a test has found.
type Finding struct {
	OK                  bool
	Words, Next, Detail string
	Link                ui.Link // where to go next; may be empty
}

// Certificates is the page of certificates. It posts why to /admin/certificates/renew, and step to
// /admin/certificates/machine/THUMBPRINT. Component: ShowCertificates.
type Certificates struct {
	admin.Page
	Own     Certificate
	Soon    string // a warning that its time is nearly over; may be ""
	Why     string
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

func panel(name string) templ.Attributes {
	return templ.Attributes{"id": "panel:" + name, "data-panel": name}
}

func dash(s string) string {
	if s == "" {
		return figure.Unknown
	}
	return s
}

func (f Form) name() ui.Input {
	return ui.Input{ID: "id", Label: "Identity", Help: "Small letters, digits, - and _. It cannot be changed later.", Type: "text", Value: f.Name, Focus: true, Fault: ui.FaultOf(f.Faults, "id")}
}

func (f Form) endpoint() ui.Input {
	return ui.Input{ID: "endpoint", Label: "Endpoint", Help: "opc.tcp://host:port", Type: "text", Value: f.Endpoint, Fault: ui.FaultOf(f.Faults, "endpoint")}
}

func (f Form) security() ui.Input {
	return ui.Input{ID: "security", Label: "Security", Help: "A test tells what the server offers.", Value: f.Security, Fault: ui.FaultOf(f.Faults, "security")}
}

func (f Form) user() ui.Input {
	return ui.Input{ID: "user", Label: "User", Help: "Empty for anonymous.", Type: "text", Value: f.User, Optional: true, Complete: "off", Fault: ui.FaultOf(f.Faults, "user")}
}

func (f Form) password() ui.Input {
	help := "It is kept sealed and never shown again."
	if f.HasPassword {
		help = "One is set. Leave this empty to keep it."
	}
	return ui.Input{ID: "password", Label: "Password", Help: help, Type: "password", Optional: true, Complete: "new-password", Fault: ui.FaultOf(f.Faults, "password")}
}

func (f Form) forget() ui.Input {
	return ui.Input{ID: "forget", Label: "Forget the password"}
}

func (f Form) theirs() ui.Input {
	return ui.Input{ID: "theirs", Label: "As it stands in the draft now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again.", Value: f.Theirs, Rows: 8, Optional: true}
}

func (c Certificates) why() ui.Input {
	return ui.Input{ID: "why", Label: "Why", Help: "Every machine must be told to trust the new certificate. The old one is kept aside.", Type: "text", Value: c.Why, Fault: ui.FaultOf(c.Faults, "why")}
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
