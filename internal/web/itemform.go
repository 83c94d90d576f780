// The form of an item.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
	"millwright/internal/plant"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// newItem shows the form of a new item.
func (s *Server) newItem(c echo.Context) error {
	if s.Trade.Items == nil {
		return errs.New(errs.NotFound, "there are no items here")
	}
	return s.itemForm(c, http.StatusOK, item.Blank(strings.TrimSpace(c.QueryParam("number"))), nil)
}

// showItemForm shows the form of an item.
func (s *Server) showItemForm(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	return s.itemForm(c, http.StatusOK, i, nil)
}

// addItem keeps a new item.
func (s *Server) addItem(c echo.Context) error {
	if s.Trade.Items == nil {
		return errs.New(errs.NotFound, "there are no items here")
	}
	return s.takeItem(c, item.Blank(""))
}

// keepItem keeps a changed item.
func (s *Server) keepItem(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	return s.takeItem(c, i)
}

// takeItem keeps what was typed, or shows it again with all that is wrong.
func (s *Server) takeItem(c echo.Context, was item.Item) error {
	i := was
	err := s.typedItem(c, &i)
	if err == nil {
		if was.ID == 0 {
			i, err = s.Trade.Items.Add(c.Request().Context(), i, changeOf(c))
		} else {
			i.Version = seenVersion(c)
			i, err = s.Trade.Items.Save(c.Request().Context(), i, item.Change{By: visitorOf(c).Person, Why: strings.TrimSpace(c.FormValue("why"))})
		}
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, itemHref(i.ID)+"?done="+map[bool]string{true: "added", false: "kept"}[was.ID == 0])
	}
	status, again := typedAgain(err)
	if !again {
		return err
	}
	return s.itemForm(c, status, was, itemFaults(err))
}

// itemFaults ties what is wrong with a list to the field that the list is typed in.
func itemFaults(err error) []ui.Fault {
	all := faults(err)
	for n, f := range all {
		at, _, _ := strings.Cut(f.Field, "[")
		all[n] = ui.Fault{Field: at, Text: upper(strings.TrimSuffix(f.Text, ".")) + "."}
	}
	return all
}

// typedItem writes what was typed into an item. Boxes that are not ticked are not sent.
func (s *Server) typedItem(c echo.Context, i *item.Item) error {
	fields, sent := map[string]string{"phantom": "", "retired": ""}, map[string]bool{}
	all, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read: %w", err)
	}
	for _, name := range written.Fields() {
		if all.Has(name) {
			fields[name], sent[name] = all.Get(name), true
		}
	}
	set, err := written.Read(fields, s.zone())
	if err != nil {
		return err
	}
	set(i)
	return nil
}

func (s *Server) itemForm(c echo.Context, status int, i item.Item, wrong []ui.Fault) error {
	title, action, back := "New item", itemsHome+"/new", itemsHome
	if i.ID != 0 {
		title, action, back = "Change "+i.Number, itemHref(i.ID)+"/change", itemHref(i.ID)
	}
	f := itemview.Form{
		Frame: s.itemView(c, title, ui.Link{Name: title}).Frame, Title: title, Action: action, Faults: wrong, Button: "Keep", Back: ui.Link{Name: "Back", Href: back},
		Version: strconv.FormatInt(i.Version, 10), Key: formKey(c), Groups: s.itemFields(i),
	}
	if status == http.StatusConflict && i.ID != 0 {
		f.Lead = "Somebody has changed it meanwhile. What you typed stands below; keep it once more to put it in the place of theirs, or go back to see theirs."
	} else if status == http.StatusUnprocessableEntity && c.FormValue("version") != "" {
		f.Version = c.FormValue("version")
	}
	for g := range f.Groups {
		for n := range f.Groups[g].Fields {
			in := &f.Groups[g].Fields[n].Input
			in.Fault = ui.FaultOf(wrong, in.ID)
			if len(wrong) > 0 {
				in.Value = c.FormValue(in.ID)
			}
		}
	}
	return s.showAs(c, status, itemview.Write(f))
}

// line is a field of one line; what is below are others.
func line(id, label, help, value string) itemview.Field {
	return itemview.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Value: value, Optional: true}}
}

func among(id, label, value string, all []ui.Choice) itemview.Field {
	return itemview.Field{Choices: all, Input: ui.Input{ID: id, Label: label, Value: value}}
}

func box(id, label, help string, on bool) itemview.Field {
	return itemview.Field{Check: true, Input: ui.Input{ID: id, Label: label, Help: help, Value: map[bool]string{true: "on"}[on]}}
}

func several(id, label, help, value string) itemview.Field {
	return itemview.Field{Area: true, Input: ui.Input{ID: id, Label: label, Help: help, Value: value, Rows: 3, Optional: true}}
}

// amountText writes a quantity into a field, where nothing is nothing.
func amountText(q plant.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}

func daysText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func (s *Server) itemFields(i item.Item) []itemview.Group {
	p, unit := i.Planning, symbol(i.Unit)
	in := func(f itemview.Field, unit string) itemview.Field {
		f.Unit = unit
		return f
	}
	number := line("number", "Number", "As people know it; there is one of each.", i.Number)
	number.Optional, number.Focus = false, i.ID == 0
	name := line("name", "Name", "", i.Name)
	name.Optional = false
	stock := line("unit", "Stock unit", "In which it is counted in stock: a code such as H87 (piece), KGM, MTR, LTR.", i.Unit)
	stock.Offers, stock.Optional = unitOffers(), false
	return []itemview.Group{
		{Fields: []itemview.Field{
			number, name, among("kind", "Comes by", string(i.Kind), choices(item.Kinds())), stock,
			several("units", "Other units", "One on each line, with how many stock units it is: XBG = 25. Factors are exact: 0.45359237, 1/12. Units of the same kind, as kg and lb, need no line.", written.WriteUnits(i.Units)),
			among("tracking", "Tracked by", string(i.Tracking), choices(item.Trackings())),
			in(line("shelfDays", "Keeps", "How long a lot keeps after it was made; nothing is for ever.", daysText(i.ShelfDays)), "days"),
			line("barcode", "Barcode", "A GTIN, whose check digit must be right, or a code of your own. Without one, labels carry the number.", i.Barcode),
			line("product", "Product code of the lines", "The code that lines report when they make it.", i.Product),
			box("phantom", "Phantom", "A step on paper: never ordered or stocked; its parts are taken when it is.", i.Phantom),
			several("revisions", "Revisions", "One on each line: B from 2026-03-02: new drill pattern. Without a date it is not in effect yet.", written.WriteRevisions(i.Revisions, s.zone())),
			several("alternates", "Alternates", "What may be taken in its place, the best first: A-200, or A-200 = 1.5 where it takes more of it.", written.WriteAlternates(i.Alternates)),
		}},
		{Title: "Value", Fields: []itemview.Field{
			among("valuation", "Valued by", string(i.Valuation), choices(item.Valuations())),
			in(line("standardCost", "Standard cost", "Of one stock unit.", amountText(plant.Quantity(i.Standard))), s.painter().site().Currency),
		}},
		{Title: "Planning", Fields: []itemview.Field{
			among("reorder", "Ordered by", string(p.Method), choices(item.Reorders())),
			in(line("leadDays", "Lead time", "Working days from the release of an order to its receipt.", daysText(p.LeadDays)), "days"),
			among("lotRule", "Lot size", string(p.Rule), choices(item.LotRules())),
			in(line("lotQuantity", "Lot quantity", "Of the rules fixed, economic and up to.", amountText(p.Lot)), unit),
			in(line("lotDays", "Days of a lot", "Of the rule periods.", daysText(p.LotDays)), "days"),
			in(line("lotMin", "At least", "", amountText(p.Min)), unit), in(line("lotMax", "At most", "", amountText(p.Max)), unit), in(line("lotMultiple", "Multiples of", "", amountText(p.Multiple)), unit),
			in(line("safety", "Safety stock", "", amountText(p.Safety)), unit), in(line("safetyDays", "Safety time", "", daysText(p.SafetyDays)), "days"),
			in(line("fenceDays", "Time fence", "The plan makes no orders of its own in the first so many days.", daysText(p.FenceDays)), "days"),
			among("alternatesTaken", "Alternates are taken", string(p.Alternates), choices(item.Substitutions())),
			in(line("reorderPoint", "Reorder point", "Of the method point.", amountText(p.Point)), unit),
			line("yield", "Yield", "The share of what is started that becomes good: 0.98.", p.Yield.String()),
		}},
		{Fields: []itemview.Field{
			several("note", "Note", "", i.Note), box("retired", "Retired", "It may not be used in anything new.", i.Retired),
			line("why", "Why", "The audit keeps it.", ""),
		}},
	}
}
