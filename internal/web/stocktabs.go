// The pages that stand beside each other, and the figures on top of an item's stock.

package web

import (
	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/views/ui"
)

// stockTabs are the pages of the stock; at is the one that is open.
func stockTabs(at string) (all []ui.Way) {
	for _, l := range []ui.Link{
		{Name: "Find", Href: "/stock"},
		{Name: "By item", Href: "/stock/item"},
		{Name: "Moves", Href: "/stock/move"},
		{Name: "Lots and serials", Href: "/stock/lot"},
		{Name: "Traces", Href: traceHome},
		{Name: "Reserved", Href: reservedHome},
		{Name: "Places", Href: "/stock/places"},
		{Name: "Counts", Href: "/stock/counts"},
		{Name: "Value", Href: "/stock/value"},
		{Name: "Periods", Href: "/stock/periods"},
		{Name: "Items", Href: "/items"},
		{Name: "Labels", Href: "/labels"},
	} {
		all = append(all, ui.Way{Link: l, Current: l.Href == at})
	}
	return all
}

// stockFigures are how much there is of an item, and what it is worth.
func (s *Server) stockFigures(i item.Item, at stock.Standing) []ui.Figure {
	one := func(name string, q plant.Quantity) ui.Figure {
		return ui.Figure{Name: name, Value: s.much(q), Unit: symbol(i.Unit)}
	}
	available := one("Available", at.Available())
	if at.Available() < 0 {
		available.Mood = ui.Alarm
	}
	all := []ui.Figure{one("On hand", at.OnHand), one("Reserved", at.Reserved), available}
	for _, f := range []struct {
		name string
		q    plant.Quantity
	}{{"Held", at.Held}, {"Planned for", at.Planned}, {"In transit", at.Transit}} {
		if f.q != 0 {
			all = append(all, one(f.name, f.q))
		}
	}
	return append(all, ui.Figure{Name: "Value by " + string(i.Valuation), Value: s.cents(at.Value), Unit: s.painter().site().Currency})
}

// itemTabs are the pages of an item; at is the one that is open.
func itemTabs(id int64, at string) (all []ui.Way) {
	for _, t := range []struct{ key, name, href string }{{"item", "Item", itemHref(id)}, {"stock", "Stock", "/stock/item/" + asDigits(id)}, {"plan", "Plan", planItemHref(id)}} {
		all = append(all, ui.Way{Link: ui.Link{Name: t.name, Href: t.href}, Current: t.key == at})
	}
	return all
}
