package office

import (
	"context"
	"fmt"

	"millwright/internal/erp/item"
	"millwright/internal/plant"
)

// good is an item of the company, in the words of a card on the shelf.
type good struct {
	number, name string
	kind         item.Kind
	unit         string // UNECE Recommendation 20
	tracking     item.Tracking
	shelf        int64  // days
	cost         string // of one stock unit
	lead         int64  // working days
	lot, least   string // as it is bought or made: in multiples of lot, from least on
	point        string // more is bought, or made, when there is less; "" is never
	from         string // the supplier's number; "" is made here
}

// goods are what the plant makes, three levels deep, and what it buys for that.
func goods() []good {
	const piece, litre, kilo, metre, square = "H87", "LTR", "KGM", "MTR", "MTK"
	const lot, none = item.Lot, item.None
	return []good{
		{"COLA-05", "Cola, bottle of 0.5 l", item.Make, piece, lot, 365, "0.205", 1, "1200", "2400", "", ""},
		{"COLA-10", "Cola, bottle of 1.0 l", item.Make, piece, lot, 365, "0.334", 1, "1200", "2400", "", ""},
		{"WATER-05", "Table water, bottle of 0.5 l", item.Make, piece, lot, 540, "0.118", 1, "1200", "2400", "", ""},
		{"VALVE-A", "Valve A, DN 15", item.Make, piece, lot, 0, "6.42", 1, "100", "300", "", ""},
		{"VALVE-B", "Valve B, DN 20", item.Make, piece, lot, 0, "8.05", 1, "100", "300", "", ""},
		{"BOX-S", "Shipping box S, made up and sealed", item.Make, piece, none, 0, "0.61", 1, "200", "400", "", ""},
		{"BOX-L", "Shipping box L, made up and sealed", item.Make, piece, none, 0, "0.98", 1, "200", "400", "", ""},
		{"BOX-OP1", "Housing, first side milled", item.Make, piece, none, 0, "71.50", 3, "10", "10", "", ""},

		{"COLA-DRINK", "Cola, ready to fill", item.Make, litre, none, 0, "0.13", 0, "", "", "", ""},
		{"SYRUP", "Cola syrup", item.Make, litre, lot, 30, "0.71", 1, "2000", "2000", "8000", ""},
		{"BOTTLE-05", "Bottle, PET, 0.5 l", item.Make, piece, none, 0, "0.064", 1, "5000", "20000", "60000", ""},
		{"BOTTLE-10", "Bottle, PET, 1.0 l", item.Make, piece, none, 0, "0.092", 1, "5000", "20000", "25000", ""},
		{"BODY-A", "Valve body A, machined", item.Make, piece, none, 0, "3.85", 2, "50", "200", "9000", ""},
		{"BODY-B", "Valve body B, machined", item.Make, piece, none, 0, "4.95", 2, "50", "200", "7000", ""},
		{"SEAT", "Seat, pre-assembled", item.Make, piece, none, 0, "0.88", 1, "500", "1000", "18000", ""},
		{"BLANK-S", "Box blank S, die-cut", item.Make, piece, none, 0, "0.36", 1, "500", "1000", "20000", ""},
		{"BLANK-L", "Box blank L, die-cut", item.Make, piece, none, 0, "0.62", 1, "500", "1000", "12000", ""},

		{"WATER-T", "Water, treated", item.Buy, litre, none, 0, "0.0021", 0, "10000", "10000", "240000", "S-100"},
		{"CO2", "Carbon dioxide, food grade", item.Buy, kilo, lot, 0, "0.38", 3, "1000", "1000", "900", "S-110"},
		{"CONC", "Cola concentrate", item.Buy, kilo, lot, 180, "9.40", 8, "50", "200", "420", "S-120"},
		{"SUGAR", "Sugar, white", item.Buy, kilo, lot, 730, "0.74", 4, "1000", "2000", "9000", "S-120"},
		{"PREFORM-05", "Preform, 24 g", item.Buy, piece, none, 0, "0.046", 6, "10000", "50000", "160000", "S-130"},
		{"PREFORM-10", "Preform, 36 g", item.Buy, piece, none, 0, "0.069", 6, "10000", "50000", "60000", "S-130"},
		{"CAP-28B", "Cap, 28 mm, blue", item.Buy, piece, none, 0, "0.012", 5, "20000", "20000", "", "S-130"},
		{"CAP-28", "Cap, 28 mm", item.Buy, piece, none, 0, "0.011", 5, "20000", "100000", "220000", "S-130"},
		{"LABEL-COLA-05", "Label, Cola 0.5 l", item.Buy, piece, lot, 0, "0.009", 10, "25000", "50000", "110000", "S-140"},
		{"LABEL-COLA-10", "Label, Cola 1.0 l", item.Buy, piece, lot, 0, "0.011", 10, "25000", "50000", "60000", "S-140"},
		{"LABEL-WATER", "Label, table water", item.Buy, piece, lot, 0, "0.009", 10, "25000", "50000", "60000", "S-140"},
		{"CARTON-12", "Carton for 12 bottles", item.Buy, piece, none, 0, "0.21", 5, "1000", "5000", "18000", "S-150"},
		{"CASTING-A", "Casting A, brass", item.Buy, piece, lot, 0, "2.35", 15, "100", "500", "30000", "S-160"},
		{"CASTING-B", "Casting B, brass", item.Buy, piece, lot, 0, "3.10", 15, "100", "500", "25000", "S-160"},
		{"SEAL", "Seal, EPDM", item.Buy, piece, lot, 1460, "0.19", 7, "500", "2000", "60000", "S-170"},
		{"SPRING", "Spring, stainless", item.Buy, piece, none, 0, "0.24", 7, "500", "2000", "30000", "S-170"},
		{"SCREW-M6", "Screw M6 × 16", item.Buy, piece, none, 0, "0.031", 4, "1000", "10000", "90000", "S-170"},
		{"BOARD", "Corrugated board, B flute", item.Buy, square, none, 0, "0.48", 3, "500", "2000", "25000", "S-150"},
		{"GLUE", "Hot-melt glue", item.Buy, kilo, lot, 365, "3.20", 5, "25", "100", "400", "S-150"},
		{"TAPE", "Sealing tape, 50 mm", item.Buy, metre, none, 0, "0.018", 5, "990", "9900", "40000", "S-150"},
		{"BILLET", "Billet, aluminium 6082", item.Buy, piece, lot, 0, "24.00", 12, "10", "50", "60", "S-160"},
		{"COOLANT", "Cooling lubricant, mixed", item.Buy, litre, none, 0, "0.42", 4, "200", "200", "300", "S-180"},
		{"INSERT", "Cutting insert, carbide", item.Buy, piece, none, 0, "9.80", 4, "10", "50", "60", "S-180"},
		{"BOARD-WASTE", "Board waste, for recycling", item.Make, kilo, none, 0, "0.05", 0, "", "", "", ""},
		{"FREIGHT", "Freight within the country", item.Service, piece, none, 0, "38.00", 1, "", "", "", ""},
	}
}

// reported tells whether lines report the item by its number.
func reported(number string) bool {
	_, is := prices()[number]
	return is
}

// keepGoods puts the items on the books, and gives their ids by number.
func (o *Office) keepGoods(ctx context.Context, suppliers map[string]int64) (ids map[string]int64, err error) {
	var rows []item.Row
	for _, g := range goods() {
		rows = append(rows, item.Row{Number: g.number, Change: func(i *item.Item) { g.on(i, suppliers) }})
	}
	all, err := o.Store.Items().Put(ctx, item.Batch{Rows: rows, All: true, Change: item.Change{By: by(), Why: why}})
	if err != nil {
		return nil, err
	}
	ids = map[string]int64{}
	for i, out := range all {
		if out.Err != nil {
			return nil, fmt.Errorf("keep the demo's item %s: %w", rows[i].Number, out.Err)
		}
		ids[out.Item.Number] = out.Item.ID
	}
	return ids, nil
}

// on sets what the card says on an item.
func (g good) on(i *item.Item, suppliers map[string]int64) {
	i.Number, i.Name, i.Kind, i.Unit, i.Tracking, i.ShelfDays = g.number, g.name, g.kind, g.unit, g.tracking, g.shelf
	i.Standard = money(g.cost)
	i.Valuation = item.Average
	if g.kind == item.Make {
		i.Valuation = item.Standard
	}
	if reported(g.number) {
		i.Product = g.number
	}
	i.Phantom = g.number == "COLA-DRINK"
	if g.number == "CAP-28" {
		i.Alternates = []item.Alternate{{Number: "CAP-28B", Factor: item.One()}}
	}
	p := item.Planning{LeadDays: g.lead, Rule: item.LotForLot, Method: item.MRP, Multiple: quantity(g.lot), Min: quantity(g.least), Supplier: suppliers[g.from]}
	if g.point != "" {
		p.Safety, _ = quantity(g.point).Times(1, 4)
		p.SafetyDays = 1
	}
	if g.lot == "" {
		p.Method = item.Never
	}
	i.Planning = p
	if g.unit == "H87" && g.kind != item.Service {
		i.Units = []item.Unit{{Code: "MIL", Factor: item.Ratio{Num: 1000, Den: 1}}}
	}
}

// quantity reads a quantity of the tables here; "" is none.
func quantity(s string) plant.Quantity {
	q, err := plant.ParseQuantity(s)
	if err != nil {
		return 0
	}
	return q
}

// money reads an amount of the tables here.
func money(s string) plant.Money { return plant.Money(quantity(s)) }
