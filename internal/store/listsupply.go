package store

import (
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// supplyList is the list of what suppliers deliver.
func supplyList() list {
	return list{
		Definition: register.Definition{
			Name: "supplies", Title: "What suppliers deliver", One: "item of a supplier", Many: "items of suppliers", Home: "/supplies", Order: "-id",
			Lead: "Which items suppliers deliver, and how. One is added on the page of its supplier.", Duty: plant.Purchaser, Import: true,
			Related: []register.Link{{Name: "Partners", Href: "/partners"}, {Name: "Prices", Href: "/prices"}},
			Columns: []register.Column{
				{Key: "id", Title: "Entry", Kind: register.Count, Sort: true, Filter: true},
				{Key: "supplier", Title: "Supplier", Kind: register.Text, Filter: true, Search: true},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "number", Title: "Their number", Kind: register.Text, Filter: true, Search: true},
				{Key: "unit", Title: "Unit", Kind: register.Text, Filter: true},
				{Key: "price", Title: "Price", Kind: register.Money, Filter: true, Help: "Of one unit, where no other is agreed."},
				{Key: "lead", Title: "Lead time, days", Kind: register.Count, Filter: true, Help: "The supplier's where it is not known."},
				{Key: "least", Title: "Least quantity", Kind: register.Quantity, Filter: true},
				{Key: "multiple", Title: "In multiples of", Kind: register.Quantity, Filter: true},
				{Key: "preferred", Title: "Preferred", Kind: register.State, Filter: true, Words: yesNo()},
			},
		},
		from: "supplier_item s JOIN item ON item.id = s.item JOIN partner ON partner.id = s.partner", id: "s.id",
		sql: map[string]string{
			"id": "s.id", "supplier": "partner.number", "item": "item.number", "name": "item.name", "number": "s.number", "unit": "s.unit", "price": "s.price",
			"lead": "s.lead_days", "least": "s.least", "multiple": "s.multiple", "preferred": yesOr("s.preferred"),
		},
	}
}

// forecastList is the list of what is expected to be ordered.
func forecastList() list {
	return list{
		Definition: register.Definition{
			Name: "forecasts", Title: "Forecasts", One: "forecast", Many: "forecasts", Home: "/plan/forecasts", Order: "-id",
			Lead: "What is expected to be ordered of an item in a time.", New: "/plan/forecast", Duty: plant.Planner, Import: true,
			Columns: []register.Column{
				{Key: "id", Title: "Entry", Kind: register.Count, Sort: true, Filter: true},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "from", Title: "From", Kind: register.Text, Filter: true},
				{Key: "to", Title: "Until before", Kind: register.Text, Filter: true},
				{Key: "quantity", Title: "Quantity", Kind: register.Quantity, Filter: true},
				{Key: "note", Title: "Note", Kind: register.Text, Filter: true, Search: true},
			},
		},
		from: "plan_forecast f JOIN item ON item.id = f.item", id: "f.id",
		sql: map[string]string{
			"id": "f.id", "item": "item.number", "name": "item.name", "from": "f.from_day", "to": "f.to_day", "quantity": "f.quantity", "note": "f.note",
		},
	}
}
