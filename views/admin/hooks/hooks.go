// Package hooks is where it is set up which programs elsewhere are told what happens in the business.
package hooks

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Page is the page of all webhooks. It posts name, url, event-… (several) and why to /admin/webhooks; Again posts nothing
// more. Component: Show.
type Page struct {
	admin.Page
	Hooks      []Row
	New        Form
	Deliveries []Delivery
}

// Row is one webhook.
type Row struct{ Name, Href, URL, Events, State string }

// Form is what was typed.
type Form struct {
	Name, URL, Why, Version string
	Active                  string // "on"
	Events                  map[string]bool
	All                     []string // every event
	Faults                  []ui.Fault
}

// One is the page of one webhook; it posts the same and active, version to its own address, and nothing to /test beneath
// it. Component: ShowOne.
type One struct {
	admin.Page
	Href   string
	Now    string
	Active bool
	Change Form
}

// Delivery is one event that was told, or is to be.
type Delivery struct {
	When, Hook, Event, On, State, Attempts, Status, Took, Answer string
	Wrong                                                        bool
	Again                                                        string // "" when it waits
}

func (f Form) name() ui.Input {
	return ui.Input{ID: "name", Label: "Name", Type: "text", Value: f.Name, Complete: "off", Fault: ui.FaultOf(f.Faults, "name")}
}

func (f Form) url() ui.Input {
	return ui.Input{ID: "url", Label: "Address", Help: "It is posted JSON there, signed with a secret that is shown once.", Type: "url", Value: f.URL, Complete: "off", Fault: ui.FaultOf(f.Faults, "url")}
}

func (f Form) why() ui.Input {
	return ui.Input{ID: "why", Label: "Why (required)", Help: "One sentence for the audit.", Type: "text", Value: f.Why, Complete: "off", Fault: ui.FaultOf(f.Faults, "why")}
}

func (f Form) active() ui.Input { return ui.Input{ID: "active", Label: "Active", Value: f.Active} }

func (f Form) event(name string) ui.Input {
	in := ui.Input{ID: "event-" + name, Label: name}
	if f.Events[name] {
		in.Value = "on"
	}
	return in
}
