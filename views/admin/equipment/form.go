// Package equipment is where lines, their signals, rates and calendars are set up.
package equipment

import (
	"slices"

	"millwright/views/ui"
)

// Form changes one subject of the plant. It posts its fields, at and seal to Action. Component: Show.
type Form struct {
	ID      string // unique in the page
	Title   string
	Lead    string      // one sentence under the title; may be ""
	Look    ui.Link     // to where what is asked for is looked for; no Href for none
	Offers  []ui.Choice // what a browser offers while one of the fields is typed whose List is ID-offers
	Action  string
	At      string // the place in the tree; "" for none
	Seal    string // of what it shows
	Groups  []Group
	Button  string
	Try     string // where it is posted to be tried out without being kept; "" for nowhere
	TryName string // of the button for that
	Danger  bool   // it takes away
	Why     string // it is changed, as typed
	Reason  bool   // it is not kept without a reason
	Faults  []ui.Fault
	Shown   string // which part of a long list it shows; "" when all of it
	Earlier string // the pages with other parts of it; "" for none
	Later   string
	Theirs  string // the subject as somebody else has changed it meanwhile; "" when nobody has
}

// Group is fields that belong together.
type Group struct {
	Title  string // "" for none
	Fold   string // it is folded away under these words until something stands in it; "" for never
	Row    bool   // beside each other
	Days   bool   // boxes to tick, beside each other
	Fields []Field
}

// Field is one input of a form.
type Field struct {
	ui.Input
	Kind    Kind
	Choices []ui.Choice // of a Choose
}

// Kind is how a field is filled in.
type Kind uint8

// The kinds.
const (
	Write  Kind = iota // one line
	Lines              // several
	Choose             // one of several
	Tick               // yes or no
)

// Typed gives the form with what somebody has typed into it, and what is wrong with that.
func (f Form) Typed(value func(name string) string, faults []ui.Fault) Form {
	groups := make([]Group, len(f.Groups))
	known := map[string]bool{}
	for i, g := range f.Groups {
		groups[i] = g
		groups[i].Fields = make([]Field, len(g.Fields))
		for j, field := range g.Fields {
			field.Value = value(field.ID)
			field.Fault = ui.FaultOf(faults, field.ID)
			known[field.ID] = true
			groups[i].Fields[j] = field
		}
	}
	f.Groups, f.Faults, f.Why = groups, nil, value(ui.WhyField)
	known[ui.WhyField] = true
	for _, fault := range faults {
		if fault.Field != "" && !known[fault.Field] {
			fault = ui.Fault{Text: fault.Field + ": " + fault.Text}
		}
		f.Faults = append(f.Faults, fault)
	}
	return f
}

func (f Form) theirs() ui.Input {
	return ui.Input{
		ID: f.ID + "-theirs", Label: "As it stands now", Help: "Somebody else has changed it since you opened this page. Take over what you need, then save again: yours takes its place.",
		Value: f.Theirs, Rows: 8, Optional: true,
	}
}

func (f Form) reason() ui.Input {
	return ui.Input{ID: ui.WhyField, Label: "Why (required)", Help: "The audit keeps it.", Value: f.Why, Fault: ui.FaultOf(f.Faults, ui.WhyField)}
}

func (f Form) button() string {
	if f.Danger {
		return "button button-danger"
	}
	return "button button-primary"
}

// open tells whether something in a folded group is to be seen.
func (g Group) open() bool {
	return slices.ContainsFunc(g.Fields, func(f Field) bool { return f.Value != "" || f.Fault != "" })
}

func (g Group) class() string {
	switch {
	case g.Row:
		return "field-row"
	case g.Days:
		return "field-days"
	}
	return "form"
}
