// Work centres: where work is done, and what an hour of it costs.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
	"millwright/internal/plant"
	folioview "millwright/views/folio"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// centresPage lists the work centres.
func (s *Server) centresPage(c echo.Context) error {
	if s.Trade.Centres == nil {
		return errs.New(errs.NotFound, "there are no work centres here")
	}
	all, err := s.Trade.Centres.Centres(c.Request().Context())
	if err != nil {
		return err
	}
	page := s.itemView(c, "Work centres", ui.Link{Name: "Work centres"})
	page.Lead = "Where the operations of routings are done. The costs of an hour go into what items cost."
	t := itemview.Table{ID: "centres", Title: "All", Columns: heads("Code", "Name", "Line or machine", "#Machine, an hour", "#Labour, a person and hour", "State"), Empty: "There are no work centres yet."}
	if s.keeps(c) {
		t.Next = ui.Link{Name: "New work centre", Href: centresHome + "/new"}
	}
	for _, k := range all {
		code, state := plainCell(k.Code), ""
		if s.keeps(c) {
			code.Href = centresHome + "/" + strconv.FormatInt(k.ID, 10)
		}
		if k.Retired {
			state = "Retired"
		}
		r := cells(code, plainCell(k.Name), plainCell(s.placeName(k.Place)), num(s.priced(k.Machine)), num(s.priced(k.Labour)), plainCell(state))
		r.Hush = k.Retired
		t.Rows = append(t.Rows, r)
	}
	page.Tables = []itemview.Table{t}
	return s.show(c, itemview.Show(page))
}

// workPlaces are the lines and machines of the plant.
func (s *Server) workPlaces() (all []ui.Choice) {
	for _, l := range s.painter().Plant.Lines() {
		all = append(all, ui.Choice{Value: string(l.ID), Name: l.Name})
		for _, u := range l.Units {
			all = append(all, ui.Choice{Value: string(u.ID), Name: l.Name + ", " + u.Name})
		}
	}
	return all
}

func (s *Server) placeName(place string) string {
	for _, p := range s.workPlaces() {
		if p.Value == place {
			return p.Name
		}
	}
	return place
}

// centreOf finds the work centre that an address names; without a number a new one.
func (s *Server) centreOf(c echo.Context) (bill.Centre, error) {
	if s.Trade.Centres == nil {
		return bill.Centre{}, errs.New(errs.NotFound, "there are no work centres here")
	}
	if c.Param("number") == "" {
		return bill.Centre{}, nil
	}
	id, err := numberOf(c, "such work centre")
	if err != nil {
		return bill.Centre{}, err
	}
	return s.Trade.Centres.Centre(c.Request().Context(), id)
}

// newCentre shows the form of a new work centre.
func (s *Server) newCentre(c echo.Context) error { return s.showCentre(c) }

// showCentre shows the form of a work centre.
func (s *Server) showCentre(c echo.Context) error {
	k, err := s.centreOf(c)
	if err != nil {
		return err
	}
	return s.centreForm(c, http.StatusOK, k, nil)
}

// keepCentre keeps a work centre.
func (s *Server) keepCentre(c echo.Context) error {
	was, err := s.centreOf(c)
	if err != nil {
		return err
	}
	k, wrong := bill.Centre{ID: was.ID, Code: c.FormValue("code"), Name: c.FormValue("name"), Place: c.FormValue("place"), Retired: c.FormValue("retired") == "on", Version: seenVersion(c)}, []ui.Fault{}
	k.Code, k.Name = strings.TrimSpace(k.Code), strings.TrimSpace(k.Name)
	for field, into := range map[string]*plant.Money{"machine_hour": &k.Machine, "labour_hour": &k.Labour} {
		q, err := written.Decimal(c.FormValue(field))
		if err != nil {
			wrong = append(wrong, ui.Fault{Field: field, Text: upper(err.Error()) + "."})
		}
		*into = plant.Money(q)
	}
	if len(wrong) > 0 {
		return s.centreForm(c, http.StatusUnprocessableEntity, was, wrong)
	}
	by := item.Change{By: visitorOf(c).Person, Why: strings.TrimSpace(c.FormValue("why"))}
	if was.ID == 0 {
		_, err = s.Trade.Centres.AddCentre(c.Request().Context(), k, by)
	} else {
		_, err = s.Trade.Centres.SaveCentre(c.Request().Context(), k, by)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, centresHome+"?done=kept")
	}
	status, again := typedAgain(err)
	if !again {
		return err
	}
	return s.centreForm(c, status, was, itemFaults(err))
}

func (s *Server) centreForm(c echo.Context, status int, k bill.Centre, wrong []ui.Fault) error {
	title, action := "New work centre", centresHome+"/new"
	if k.ID != 0 {
		title, action = "Change "+k.Code, centresHome+"/"+strconv.FormatInt(k.ID, 10)
	}
	currency := s.painter().site().Currency
	money := func(f itemview.Field) itemview.Field {
		f.Unit = currency
		return f
	}
	fields := []itemview.Field{
		line("code", "Code", "Short, as routings name it.", k.Code), line("name", "Name", "", k.Name),
		among("place", "Line or machine", k.Place, append([]ui.Choice{{Name: "None of the plant"}}, s.workPlaces()...)),
		money(line("machine_hour", "Machine, an hour", "", amountText(plant.Quantity(k.Machine)))), money(line("labour_hour", "Labour, one person and hour", "", amountText(plant.Quantity(k.Labour)))),
		box("retired", "Retired", "New operations are not done there.", k.Retired), line("why", "Why", "The audit keeps it.", ""),
	}
	for n := range fields {
		in := &fields[n].Input
		if in.Fault = ui.FaultOf(wrong, in.ID); len(wrong) > 0 {
			in.Value = c.FormValue(in.ID)
		}
	}
	var hanging *folioview.Panel
	if k.ID != 0 {
		var err error
		if hanging, err = s.hanging(c, "centre", k.ID); err != nil {
			return err
		}
	}
	return s.showAs(c, status, itemview.Write(itemview.Form{
		Folio: hanging,
		Frame: s.itemView(c, title, ui.Link{Name: "Work centres", Href: centresHome}, ui.Link{Name: title}).Frame, Title: title, Action: action, Version: strconv.FormatInt(k.Version, 10),
		Faults: wrong, Button: "Keep", Back: ui.Link{Name: "Back", Href: centresHome}, Groups: []itemview.Group{{Fields: fields}},
	}))
}
