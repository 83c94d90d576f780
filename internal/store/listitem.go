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
			Related: []register.Link{{Name: "Bills and routings", Href: "/bills"}, {Name: "Work centres", Href: "/centres"}},
			Actions: retiring("They may not be used in anything new.", plant.Planner),
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
		from: "item", id: "item.id", version: "item.version",
		begins: map[string][]beginning{"barcode": {{of: "item.barcode <> '' AND @BEGINS(item.barcode)"}}},
		sql: map[string]string{
			"number": "item.number", "name": "item.name", "kind": "item.kind", "unit": "item.unit", "tracking": "item.tracking",
			"valuation": "item.valuation", "cost": "item.standard_cost", "lead": "item.lead_days", "safety": "item.safety",
			"planned": "item.reorder_method", "product": "item.product", "barcode": "item.barcode",
			"state": "CASE WHEN item.retired THEN 'retired' ELSE 'in use' END",
		},
	}
}

// toolList is the list of tools.
func toolList() list {
	return list{
		Definition: register.Definition{
			Name: "tools", Title: "Tools", One: "tool", Many: "tools", Home: "/tools", Order: "number",
			Lead: "What operations take besides machines and people: moulds, fixtures, gauges. The schedule gives each to no more operations at once than there are of it.",
			New:  "/tools/new", Duty: plant.Planner, Import: true,
			Related: []register.Link{{Name: "Bills and routings", Href: "/bills"}, {Name: "Work centres", Href: "/centres"}, {Name: "Schedule", Href: "/schedule"}},
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "count", Title: "There are", Kind: register.Count, Filter: true},
				{Key: "away", Title: "In maintenance", Kind: register.Count, Filter: true, Help: "How many of these. From when they are back on, all are there again."},
				{Key: "back", Title: "Back", Kind: register.Time, Filter: true},
				{Key: "place", Title: "Kept at", Kind: register.Text, Filter: true, Search: true},
				{Key: "note", Title: "Note", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "in use", Name: "In use"}, {Value: "retired", Name: "Retired", Mood: register.Warning},
				}},
			},
		},
		from: "tool", id: "tool.id",
		sql: map[string]string{
			"number": "tool.number", "name": "tool.name", "count": "tool.pieces", "away": "tool.away", "back": "tool.back_at", "place": "tool.place", "note": "tool.note",
			"state": "CASE WHEN tool.retired THEN 'retired' ELSE 'in use' END",
		},
	}
}

// billList is the list of how items are made, in versions.
func billList() list {
	return list{
		Definition: register.Definition{
			Name: "bills", Title: "Bills and routings", One: "bill", Many: "bills", Home: "/bills", Order: "-id",
			Lead: "How items are made, each version of it. A new version is begun on the page of its item.",
			Duty: plant.Planner, Import: true,
			Related: []register.Link{{Name: "Items", Href: "/items"}, {Name: "Work centres", Href: "/centres"}, {Name: "Tools", Href: "/tools"}},
			Actions: []register.Action{
				{Key: "release", Title: "Release", Confirm: "They hold from now on and cannot be changed any more; a change is a new version.", Duty: plant.Planner},
				{Key: "obsolete", Title: "Make obsolete", Confirm: "They hold no longer.", Why: true, Duty: plant.Planner},
			},
			Columns: []register.Column{
				{Key: "id", Title: "Bill", Kind: register.Count, Sort: true},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "version", Title: "Version", Kind: register.Count, Filter: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "draft", Name: "Draft"}, {Value: "released", Name: "Released", Mood: register.Good}, {Value: "obsolete", Name: "Obsolete", Mood: register.Warning},
				}},
				{Key: "from", Title: "Holds from", Kind: register.Time, Filter: true},
				{Key: "batch", Title: "Batch", Kind: register.Quantity, Filter: true},
				{Key: "lines", Title: "Lines", Kind: register.Count},
				{Key: "operations", Title: "Operations", Kind: register.Count},
				{Key: "revision", Title: "Revision", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "note", Title: "Note", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "by", Title: "By", Kind: register.Text, Filter: true, Hidden: true},
			},
		},
		from: "bill LEFT JOIN item ON item.id = bill.item", id: "bill.id", version: "bill.version",
		begins: ofItems("bill.item"),
		sql: map[string]string{
			"id": "bill.id", "item": "item.number", "name": "item.name", "version": "bill.number", "state": "bill.state", "from": "bill.from_at",
			"batch": "bill.batch", "revision": "bill.revision", "note": "bill.note", "by": "bill.made_name",
			"lines":      "(SELECT COUNT(*) FROM bill_line l WHERE l.bill = bill.id)",
			"operations": "(SELECT COUNT(*) FROM bill_operation o WHERE o.bill = bill.id)",
		},
	}
}

// ofItems are the ways to records of items whose number or name begins with a word.
func ofItems(column string) map[string][]beginning {
	return map[string][]beginning{
		"item": {{column, "SELECT x.id FROM item x WHERE @BEGINS(x.number)"}},
		"name": {{column, "SELECT x.id FROM item x WHERE @BEGINS(x.name)"}},
	}
}
