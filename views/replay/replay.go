// Package replay shows the plant as it stood at a moment of the past.
package replay

import (
	"github.com/a-h/templ"

	"millwright/views/layout"
	"millwright/views/oee"
	"millwright/views/ui"
)

// Page is a time of the past that can be gone through.
//
// Components: Show(p Page), and Moment(v View) which is the part of it that another moment changes.
type Page struct {
	Frame  layout.Frame
	Title  string // "Early shift, Fri 27 Mar 2026, 06:00–14:00"
	Tools  Tools
	Before string // addresses of the shift before, and of the one after; may be ""
	After  string
	Player Player
	Steps  []ui.Link // to other moments, without scripts
	View   *View     // nil where Empty says why, or a field is wrong
	Empty  *ui.Empty
}

// Tools is how lines and a time are chosen.
type Tools struct {
	Places       []ui.Choice
	Where        string
	From, To, At string // as typed; From and To are "" for the shift of the moment
	Faults       []ui.Fault
}

// Player is what the script needs.
type Player struct {
	From, To, At string // Unix ms
	Begin, End   string // for people
	View         string // address of a moment's part, without the moment
	Page         string // address of the page, without it
}

func (p Player) attributes() templ.Attributes {
	return templ.Attributes{"data-from": p.From, "data-to": p.To, "data-at": p.At, "data-view": p.View, "data-page": p.Page}
}

func (p Player) ends() templ.Attributes {
	return templ.Attributes{"min": p.From, "max": p.To, "value": p.At}
}

// View is every line at one moment.
type View struct {
	Moment  string // "Sat 28 Nov 2026, 14:05:12"
	At      string // Unix ms
	Typed   string // as it is written into the field
	Figures []ui.Figure
	Lines   oee.LinesPanel
}

// speeds are how fast it can be played.
func speeds() []string { return []string{"1", "10", "60", "600"} }

func usual(speed string) templ.Attributes {
	if speed == "60" {
		return templ.Attributes{"checked": true}
	}
	return nil
}
