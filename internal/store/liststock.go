package store

import (
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// ours is SQL for what of an item lies at places of ours; b is its balances.
const ours = "SELECT COALESCE(SUM(b.qty), 0) FROM stock_balance b WHERE b.item = item.id AND b.place <> 6"

// withheld is SQL for what of an item is on hold or in quarantine, or of what only some column is asked for.
func withheld(column string, is bool) string {
	not := "NOT "
	if is {
		not = ""
	}
	return `SELECT COALESCE(SUM(b.` + column + `), 0) FROM stock_balance b JOIN stock_place p ON p.id = b.place
		LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END AND l.serial = (b.serial <> '') AND l.state <> 'free'
		WHERE b.item = item.id AND b.place <> 6 AND ` + not + `(p.quarantine OR l.id IS NOT NULL)`
}

// aside is SQL for what of an item is set aside, wherever it lies.
const aside = "SELECT COALESCE(SUM(r.qty), 0) FROM reservation r WHERE r.hard AND r.place = 0 AND r.item = item.id"

func whole(sql string) string { return "CAST((" + sql + ") AS BIGINT)" }

// stockList is the list of what there is of each item.
func stockList() list {
	return list{
		Definition: register.Definition{
			Name: "stock", Title: "Stock by item", One: "item", Many: "items in stock", Home: "/stock/item", Order: "number",
			Lead: "What there is of each item. Open one to see where it is and how it moved.",
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "unit", Title: "Unit", Kind: register.Text, Filter: true},
				{Key: "onhand", Title: "On hand", Kind: register.Quantity, Filter: true},
				{Key: "held", Title: "Held", Kind: register.Quantity, Help: "On hold or in quarantine."},
				{Key: "reserved", Title: "Reserved", Kind: register.Quantity, Help: "Of the rest, allocated to documents or set aside for them."},
				{Key: "available", Title: "Available", Kind: register.Quantity, Help: "On hand, less what is held and reserved."},
				{Key: "ordered", Title: "On order", Kind: register.Quantity, Help: "Ordered from suppliers, and still to come."},
				{Key: "value", Title: "Value", Kind: register.Money, Filter: true},
				{Key: "barcode", Title: "Barcode", Kind: register.Text, Filter: true, Search: true, Hidden: true},
			},
		},
		from: "item LEFT JOIN stock_value v ON v.item = item.id", id: "item.id",
		begins: map[string][]beginning{"name": {{of: "@BEGINS(item.name)"}}, "barcode": {{of: "item.barcode <> '' AND @BEGINS(item.barcode)"}}},
		sql: map[string]string{
			"number": "item.number", "name": "item.name", "unit": "item.unit", "barcode": "item.barcode", "value": "COALESCE(v.value, 0)",
			"onhand": whole(ours), "held": whole(withheld("qty", true)), "reserved": whole("(" + withheld("allocated", false) + ") + (" + aside + ")"),
			"available": whole("(" + withheld("qty", false) + ") - (" + withheld("allocated", false) + ") - (" + aside + ")"),
			"ordered":   whole("SELECT COALESCE(SUM(o.open), 0) FROM purchase_line o WHERE o.item = item.id"),
		},
	}
}

// moveList is the ledger of material, the newest moves first.
func moveList() list {
	kinds := []register.Word{
		{Value: "receipt", Name: "Receipt"},
		{Value: "issue", Name: "Issue"},
		{Value: "return", Name: "Return"},
		{Value: "transfer", Name: "Transfer"},
		{Value: "production", Name: "Production"},
		{Value: "consumption", Name: "Consumption"},
		{Value: "scrap", Name: "Scrap", Mood: register.Warning},
		{Value: "count", Name: "Count"},
		{Value: "opening", Name: "Opening stock"},
		{Value: "reversal", Name: "Reversal", Mood: register.Warning},
	}
	return list{
		Definition: register.Definition{
			Name: "moves", Title: "Moves of material", One: "move", Many: "moves", Home: "/stock/move", Order: "-number",
			Lead: "Every change of the stock is a move between two places, in posting order. Moves are only ever added.",
			Columns: []register.Column{
				{Key: "number", Title: "Move", Kind: register.Count, Sort: true, Filter: true},
				{Key: "at", Title: "Happened", Kind: register.Time, Filter: true},
				{Key: "kind", Title: "What", Kind: register.State, Filter: true, Words: kinds},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "lot", Title: "Lot", Kind: register.Text, Filter: true, Search: true},
				{Key: "serial", Title: "Serial", Kind: register.Text, Filter: true, Search: true, Hidden: true},
				{Key: "quantity", Title: "Quantity", Kind: register.Quantity, Filter: true},
				{Key: "from", Title: "From", Kind: register.Text, Filter: true},
				{Key: "to", Title: "To", Kind: register.Text, Filter: true},
				{Key: "value", Title: "Value", Kind: register.Money, Filter: true},
				{Key: "document", Title: "For", Kind: register.Text, Filter: true, Search: true},
				{Key: "by", Title: "By", Kind: register.Text, Filter: true},
				{Key: "why", Title: "Why", Kind: register.Text, Hidden: true},
			},
		},
		from: "stock_move m LEFT JOIN stock_posting p ON p.first_move = m.posting LEFT JOIN item i ON i.id = m.item LEFT JOIN stock_place f ON f.id = m.from_place LEFT JOIN stock_place t ON t.id = m.to_place",
		id:   "m.number",
		sql: map[string]string{
			"number": "m.number", "at": "m.at", "kind": "m.kind", "item": "i.number", "lot": "m.lot", "serial": "m.serial", "quantity": "m.qty", "from": "f.code", "to": "t.code",
			"value": "m.value", "document": "m.document", "by": "p.who_name", "why": "p.why",
		},
		leads: map[string]string{
			"item":     "m.item IN (SELECT x.id FROM item x WHERE x.number IN (?))",
			"lot":      "m.lot <> '' AND m.lot IN (?) AND m.item IN (SELECT x.item FROM lot x WHERE x.number IN (?) AND NOT x.serial)",
			"serial":   "m.serial <> '' AND m.serial IN (?) AND m.item IN (SELECT x.item FROM lot x WHERE x.number IN (?) AND x.serial)",
			"document": "m.document <> '' AND m.document IN (?)",
		},
		begins: map[string][]beginning{
			"item":   {{"m.item", "SELECT x.id FROM item x WHERE @BEGINS(x.number)"}},
			"lot":    {{"m.lot <> '' AND (m.item, m.lot)", "SELECT x.item, x.number FROM lot x WHERE @BEGINS(x.number)"}},
			"serial": {{"m.serial <> '' AND (m.item, m.serial)", "SELECT x.item, x.number FROM lot x WHERE @BEGINS(x.number)"}},
			"document": {
				{of: "m.document <> '' AND @BEGINS(m.document)"},
				{"m.document <> '' AND m.document", "SELECT 'sales/' || CAST(x.id AS TEXT) FROM sales_order x WHERE @BEGINS(x.number)"},
				{"m.document <> '' AND m.document", "SELECT 'purchase/' || CAST(x.id AS TEXT) FROM purchase_order x WHERE @BEGINS(x.number)"},
				{"m.document <> '' AND m.document", "SELECT 'work/' || CAST(x.id AS TEXT) FROM work_order x WHERE @BEGINS(x.number)"},
			},
		},
	}
}

// lotList is the list of lots and serials.
func lotList() list {
	return list{
		Definition: register.Definition{
			Name: "lots", Title: "Lots and serials", One: "lot", Many: "lots", Home: "/stock/lot", Order: "number",
			Lead: "What was made or bought together. A serial is a lot of one piece.", Duty: plant.Storekeeper, Import: true,
			Actions: []register.Action{
				{Key: "hold", Title: "Hold", Confirm: "A lot on hold can be moved into quarantine, given back or scrapped, and not issued.", Why: true, Duty: plant.Storekeeper},
				{Key: "free", Title: "Free", Confirm: "They may be issued again.", Why: true, Duty: plant.Storekeeper},
			},
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "free", Name: "Free"}, {Value: "hold", Name: "On hold", Mood: register.Bad}, {Value: "quarantine", Name: "Quarantine", Mood: register.Warning},
				}},
				{Key: "quantity", Title: "On hand", Kind: register.Quantity},
				{Key: "expires", Title: "Expires", Kind: register.Date, Filter: true},
				{Key: "theirs", Title: "Supplier's lot", Kind: register.Text, Filter: true, Search: true},
				{Key: "came", Title: "Came", Kind: register.Time, Filter: true},
				{Key: "why", Title: "Why", Kind: register.Text, Hidden: true},
			},
		},
		from: "lot LEFT JOIN item i ON i.id = lot.item", id: "lot.id", version: "lot.version",
		begins: map[string][]beginning{
			"item":   {{"lot.item", "SELECT x.id FROM item x WHERE @BEGINS(x.number)"}},
			"theirs": {{of: "lot.supplier_lot <> '' AND @BEGINS(lot.supplier_lot)"}},
		},
		sql: map[string]string{
			"number": "lot.number", "item": "i.number", "state": "lot.state", "expires": "COALESCE(lot.expires_at, 0)", "theirs": "lot.supplier_lot", "came": "lot.came_at", "why": "lot.why",
			"quantity": whole("SELECT COALESCE(SUM(b.qty), 0) FROM stock_balance b WHERE b.item = lot.item AND (NOT lot.serial AND b.lot = lot.number OR lot.serial AND b.serial = lot.number)"),
		},
	}
}

// placeList is the list of places.
func placeList() list {
	return list{
		Definition: register.Definition{
			Name: "places", Title: "List of places", One: "place", Many: "places", Home: "/stock/place", Order: "code",
			Lead: "Where material can be, place by place.", New: "/stock/place/0", Duty: plant.Storekeeper, Import: true,
			Related: []register.Link{{Name: "Places in each other", Href: "/stock/places"}},
			Columns: []register.Column{
				{Key: "code", Title: "Code", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "within", Title: "Lies in", Kind: register.Text, Filter: true, Search: true},
				{Key: "line", Title: "Beside line", Kind: register.Text, Filter: true, Search: true},
				{Key: "quarantine", Title: "Quarantine", Kind: register.State, Filter: true, Words: yesNo()},
				{Key: "retired", Title: "Retired", Kind: register.State, Filter: true, Words: yesNo()},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Hidden: true, Words: []register.Word{
					{Value: "ours", Name: "Ours"}, {Value: "counted", Name: "Being counted", Mood: register.Warning}, {Value: "not ours", Name: "Not ours"},
				}},
			},
		},
		from: "stock_place p LEFT JOIN stock_place u ON u.id = p.parent", id: "p.id",
		sql: map[string]string{
			"code": "p.code", "name": "p.name", "within": "COALESCE(u.code, '')", "line": "p.line", "quarantine": yesOr("p.quarantine"), "retired": yesOr("p.retired"),
			"state": "CASE WHEN p.virtual THEN 'not ours' WHEN p.counting <> 0 THEN 'counted' ELSE 'ours' END",
		},
	}
}

// yesNo are the words of what is or is not.
func yesNo() []register.Word {
	return []register.Word{{Value: "yes", Name: "Yes"}, {Value: "no", Name: "No"}}
}

func yesOr(is string) string { return "CASE WHEN " + is + " THEN 'yes' ELSE 'no' END" }
