package store

import (
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// itemList is the list of items.
func itemList() list {
	return list{
		Definition: register.Definition{
			Name: "items", Title: "Items", One: "item", Many: "items", Home: "/items", Order: "number",
			Lead: "What is made, bought, kept and sold.", New: "/items/new", Duty: plant.Planner, Import: true,
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "kind", Title: "Kind", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "make", Name: "Made"}, {Value: "buy", Name: "Bought"}, {Value: "both", Name: "Made or bought"}, {Value: "service", Name: "Service"},
				}},
				{Key: "unit", Title: "Unit", Kind: register.Text, Filter: true, Help: "A code of UNECE Recommendation 20: H87 is a piece, KGM a kilogram."},
				{Key: "tracking", Title: "Tracking", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "none", Name: "None"}, {Value: "lot", Name: "Lots"}, {Value: "serial", Name: "Serial numbers"},
				}},
				{Key: "valuation", Title: "Valuation", Kind: register.State, Filter: true, Hidden: true, Words: []register.Word{
					{Value: "fifo", Name: "FIFO"}, {Value: "average", Name: "Moving average"}, {Value: "standard", Name: "Standard"},
				}},
				{Key: "cost", Title: "Standard cost", Kind: register.Money, Filter: true},
				{Key: "lead", Title: "Lead time, days", Kind: register.Count, Filter: true},
				{Key: "safety", Title: "Safety stock", Kind: register.Quantity, Filter: true, Hidden: true},
				{Key: "planned", Title: "Planned by", Kind: register.State, Filter: true, Hidden: true, Words: []register.Word{
					{Value: "mrp", Name: "Requirements"}, {Value: "point", Name: "Reorder point"}, {Value: "kanban", Name: "Kanban"}, {Value: "none", Name: "Not planned"},
				}},
				{Key: "product", Title: "Product of the lines", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "barcode", Title: "Barcode", Kind: register.Text, Filter: true, Search: true, Hidden: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "in use", Name: "In use"}, {Value: "retired", Name: "Retired", Mood: register.Warning},
				}},
			},
		},
		from: "item", id: "item.id",
		sql: map[string]string{
			"number": "item.number", "name": "item.name", "kind": "item.kind", "unit": "item.unit", "tracking": "item.tracking",
			"valuation": "item.valuation", "cost": "item.standard_cost", "lead": "item.lead_days", "safety": "item.safety",
			"planned": "item.reorder_method", "product": "item.product", "barcode": "item.barcode",
			"state": "CASE WHEN item.retired THEN 'retired' ELSE 'in use' END",
		},
	}
}
