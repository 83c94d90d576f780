// The form of a partner.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/partner"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// newPartner shows the form of a partner.
func (s *Server) newPartner(c echo.Context) error {
	_, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	return s.partnerForm(c, http.StatusOK, p, contactRows(p), nil)
}

// contactColumns are the fields of a contact.
func contactColumns() []ui.Input {
	return []ui.Input{
		{ID: "name", Label: "Name", Type: "text"}, {ID: "task", Label: "Task", Type: "text"}, {ID: "mail", Label: "Mail", Type: "text"}, {ID: "phone", Label: "Phone", Type: "text"},
	}
}

func contactRows(p partner.Partner) (all []typedLine) {
	for _, k := range p.Contacts {
		all = append(all, typedLine{"name": k.Name, "task": k.Task, "mail": k.Mail, "phone": k.Phone})
	}
	return append(all, typedLine{})
}

func typedContacts(c echo.Context) (all []typedLine) {
	for _, n := range rowsSent(c, "contacts-name-") {
		l := typedLine{}
		for _, col := range contactColumns() {
			l[col.ID] = strings.TrimSpace(c.FormValue("contacts-" + col.ID + "-" + n))
		}
		all = append(all, l)
	}
	return all
}

func (s *Server) partnerForm(c echo.Context, status int, p partner.Partner, contacts []typedLine, wrong []ui.Fault) error {
	title, action := "New partner", partnersHome+"/new"
	back := ui.Link{Name: "Back", Href: partnersHome}
	if p.ID != 0 {
		title, action = "Change "+p.Number, partnerHref(p.ID)+"/change"
		back.Href = partnerHref(p.ID)
	}
	form := orderview.Form{Title: title, Action: action, Faults: wrong, Button: "Save", Back: back, Version: strconv.FormatInt(p.Version, 10), Fields: partnerFields(p)}
	table := &orderview.Table{Title: "Contacts", More: "Add a contact"}
	for _, col := range contactColumns() {
		table.Columns = append(table.Columns, col.Label)
	}
	for i, l := range contacts {
		row := orderview.Row{Head: "contact " + strconv.Itoa(i+1)}
		for _, col := range contactColumns() {
			name := col.ID
			col.ID, col.Value = "contacts-"+name+"-"+strconv.Itoa(i), l[name]
			col.Fault = ui.FaultOf(wrong, col.ID)
			row.Cells = append(row.Cells, orderview.Cell{Input: col})
		}
		table.Rows = append(table.Rows, row)
	}
	form.Table = table
	for i := range maxPlaces {
		in := ui.Input{ID: "places-text-" + strconv.Itoa(i), Label: "Address " + strconv.Itoa(i+1), Optional: true, Rows: 3}
		if i == 0 {
			in.Help = "The first is where goods go."
		}
		if i < len(p.Places) {
			in.Label, in.Value = strings.TrimSpace(in.Label+" "+p.Places[i].Name), p.Places[i].Text
		}
		if i <= len(p.Places) {
			form.After = append(form.After, orderview.Field{Area: true, Input: in})
		}
	}
	form.After = append(form.After, orderview.Field{Input: ui.Input{ID: ui.WhyField, Label: "Why", Type: "text", Optional: true, Help: "The history keeps it."}})
	return s.partForm(c, status, form)
}

// partForm shows a form of partners; after it was sent as it was typed.
func (s *Server) partForm(c echo.Context, status int, form orderview.Form) error {
	f := s.frame(c, form.Title, ui.Link{Name: "Partners", Href: partnersHome}, ui.Link{Name: form.Title})
	f.Live, f.Refresh, f.Path = false, 0, form.Action
	form.Frame = f
	if c.Request().Method == http.MethodPost {
		form.Version = c.FormValue("version")
		for _, all := range [][]orderview.Field{form.Fields, form.After} {
			for i := range all {
				all[i].Value, all[i].Fault = c.FormValue(all[i].ID), ui.FaultOf(form.Faults, all[i].ID)
			}
		}
	}
	return s.showAs(c, status, orderview.ShowForm(form))
}

func tick(on bool) string {
	if on {
		return "on"
	}
	return ""
}

func partnerFields(p partner.Partner) []orderview.Field {
	line := func(id, label, help, value string) orderview.Field {
		return orderview.Field{Input: ui.Input{ID: id, Label: label, Help: help, Value: value, Type: "text", Optional: true}}
	}
	check := func(id, label string, on bool) orderview.Field {
		return orderview.Field{Check: true, Input: ui.Input{ID: id, Label: label, Value: tick(on)}}
	}
	unit := func(f orderview.Field, unit string) orderview.Field {
		f.Unit = unit
		return f
	}
	area := func(id, label, help, value string) orderview.Field {
		return orderview.Field{Area: true, Input: ui.Input{ID: id, Label: label, Help: help, Value: value, Optional: true, Rows: 2}}
	}
	return []orderview.Field{
		line("number", "Number", "As people write it: C-100.", p.Number), line("name", "Name", "", p.Name),
		check("customer", "Customer", p.Customer), check("supplier", "Supplier", p.Supplier),
		line("list", "Price list", "By which a customer buys.", p.List),
		area("terms", "Terms of payment", "As they are printed.", p.Terms), line("tax", "Tax number", "", p.Tax),
		unit(line("lead", "Lead time", "Until goods of a supplier are here.", strconv.Itoa(p.LeadDays)), "d"),
		unit(line("over", "May come too much", "Of what was ordered from a supplier.", p.Margin.Over.String()), "%"),
		unit(line("under", "May be missing", "And the line is done all the same.", p.Margin.Under.String()), "%"),
		line("days", "Goods go on", "Mon Tue Wed Thu Fri Sat Sun. Empty: every day.", strings.Join(p.Calendar.Days.Names(), " ")),
		area("closed", "Closed days", "Dates like 2026-12-24, one on each line.", strings.Join(p.Calendar.Closed, "\n")),
		area("note", "Note", "", p.Note), check("retired", "Retired: nothing new is agreed with them", p.Retired),
	}
}
