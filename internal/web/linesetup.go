// The page of one line, with a form for each thing that is set up about it.

package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// lineSetup is the page of one line.
func (s *Server) lineSetup(c echo.Context) error { return s.linePage(c, "", refusal{}, nil) }

// linePlace finds the line of an address in a document.
func (s *Server) linePlace(c echo.Context) (place, error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return place{}, err
	}
	at, ok := lineAt(&d, c.Param("line"))
	if !ok {
		if l, used := s.painter().line(plant.LineID(c.Param("line"))); used {
			c.Set(nextField, ui.Link{Name: "See what is drafted", Href: "/admin/plant"})
			return place{}, errs.New(errs.NotFound, "line %s is in use, and the draft removes it: take that back among the changes to set it up", l.ID)
		}
		return place{}, s.noLine(c, visitorOf(c), errs.New(errs.NotFound, "there is no line %q in the plant as it is drafted", errs.Clip(c.Param("line"))))
	}
	p, _ := placeOf(&d, at)
	return p, nil
}

// linePage shows the forms of a line; the one that was refused, or tried out, as it was typed.
func (s *Server) linePage(c echo.Context, form string, r refusal, tried *equipment.Preview) error {
	p, err := s.linePlace(c)
	if err != nil {
		return err
	}
	page, err := s.admin(c, "/admin/lines", p.name(), "Line "+p.id())
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, {Name: p.name()}}
	one := equipment.One{Page: page, Preview: tried, Title: "Work units, in the order of the flow", Forms: []equipment.Form{flowForm(p), proposed(c, s.cycleHelp(ratesForm(p), p)), changeoverForm(p), thresholdsForm(p), givenForm(p)}}
	for i, f := range one.Forms {
		if form == "" && f.ID == c.QueryParam("propose") {
			one.Forms[i] = filledIn(f, c.QueryParams())
		}
	}
	for _, u := range p.parts() {
		one.Parts = append(one.Parts, equipment.Link{Link: ui.Link{Name: u.name(), Href: u.href()}, Note: u.note()})
	}
	return s.formsPage(c, one, form, r)
}

// filledIn fills in fields by their names, as a link proposes. Nothing of it is kept before somebody keeps it.
func filledIn(f equipment.Form, q url.Values) equipment.Form {
	f.Lead = "Filled in as was proposed; it is not kept yet. " + f.Lead
	for _, g := range f.Groups {
		for j := range g.Fields {
			if value := q.Get(g.Fields[j].ID); value != "" {
				g.Fields[j].Value = errs.Clip(value)
			}
		}
	}
	return f
}

// lineForm is a form of the page of a line.
type lineForm struct {
	part  func(place) any
	read  func(c echo.Context, e *config.LineEntry) error
	names func(place) []renamed
}

func lineForms() map[string]lineForm {
	return map[string]lineForm{
		"flow":       {part: flowOf, read: readFlow, names: flowNames},
		"rates":      {part: ratesOf, read: readRates},
		"thresholds": {part: thresholdsOf, read: readThresholds},
		"changeover": {part: func(p place) any { return p.line.Changeover }, read: readChangeover},
		"reasons":    {part: func(p place) any { return p.line.Reasons }, read: readGiven},
	}
}

// previewed is the button that tries a setting of a line out.
const previewed = "Preview on the last 24 hours"

// keepLine keeps a form of a line in the draft.
func (s *Server) keepLine(form string) echo.HandlerFunc {
	how := lineForms()[form]
	return func(c echo.Context) error {
		p, err := s.linePlace(c)
		if err != nil {
			return err
		}
		r, err := s.change(c, subject{at: p.at, part: how.part, names: how.names, apply: func(p place) error { return how.read(c, p.line) }})
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.linePage(c, form, r, nil)
		}
		return done(c, "/admin/lines/"+p.id(), "drafted")
	}
}
