package office

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// house is a customer or a supplier.
type house struct {
	number, name, town, person, mail string
	lead                             int
	buys                             string // the family of products a customer buys
}

func suppliers() []house {
	return []house{
		{"S-100", "Stadtwerke Ulm", "Karlstraße 1, 89073 Ulm", "Jan Weber", "service@stadtwerke.example", 0, ""},
		{"S-110", "Alb Gase", "Industriestraße 14, 89150 Laichingen", "Petra Noll", "orders@albgase.example", 3, ""},
		{"S-120", "Danube Ingredients", "Hafenstraße 8, 93055 Regensburg", "Luca Conti", "sales@danube.example", 4, ""},
		{"S-130", "Plastform", "Am Sandberg 3, 86153 Augsburg", "Elif Kaya", "plan@plastform.example", 6, ""},
		{"S-140", "Etikett & Druck Braun", "Gutenbergweg 5, 88212 Ravensburg", "Tom Braun", "dispo@braun.example", 10, ""},
		{"S-150", "Papier Süd", "Mühlweg 22, 88400 Biberach", "Nina Roth", "orders@papiersued.example", 5, ""},
		{"S-160", "Metallguss Heuberg", "Gießereiweg 2, 78549 Spaichingen", "Kai Storz", "sales@heuberg.example", 15, ""},
		{"S-170", "Dichtwerk", "Ringstraße 40, 70565 Stuttgart", "Ana Kovač", "orders@dichtwerk.example", 7, ""},
		{"S-180", "Werkzeughaus Donau", "Schillerstraße 18, 89077 Ulm", "Eva Petri", "orders@wzdonau.example", 4, ""},
	}
}

func customers() []house {
	return []house{
		{"C-100", "Frisch & Nah Markets", "Zentrallager 1, 86368 Gersthofen", "Eva Lang", "dispo@frischundnah.example", 1, "bottles"},
		{"C-110", "Alpenblick Hotels", "Seestraße 9, 87629 Füssen", "Max Huber", "einkauf@alpenblick.example", 1, "bottles"},
		{"C-120", "Getränke Bodensee", "Uferweg 12, 88045 Friedrichshafen", "Ines Graf", "order@bodensee.example", 1, "bottles"},
		{"C-130", "Rail Catering South", "Bahnhofplatz 3, 80335 Munich", "Omar Said", "supply@railcatering.example", 2, "bottles"},
		{"C-200", "Hydrotec", "Pumpengasse 7, 71034 Böblingen", "Rita Maas", "einkauf@hydrotec.example", 2, "valves"},
		{"C-210", "Thermo Anlagenbau", "Kesselstraße 4, 73033 Göppingen", "Jörg Fink", "parts@thermo.example", 2, "valves"},
		{"C-220", "Wasserwerk Service", "Brunnenweg 1, 89522 Heidenheim", "Lea Sommer", "lager@wws.example", 2, "valves"},
		{"C-300", "Versandhaus Kranich", "Logistikpark 6, 89264 Weißenhorn", "Ugo Neri", "material@kranich.example", 1, "boxes"},
		{"C-310", "Bücherbote", "Lindenallee 30, 72764 Reutlingen", "Mia Vogt", "einkauf@buecherbote.example", 1, "boxes"},
		{"C-400", "Sensorik Ulm", "Wissenschaftspark 11, 89081 Ulm", "Ida Brandt", "order@sensorik.example", 1, "housings"},
	}
}

// list is the price list of all customers.
const list = "LIST"

// prices are what a piece is sold for, and from a thousand pieces on.
func prices() map[string][2]string {
	return map[string][2]string{
		"COLA-05": {"0.39", "0.315"}, "COLA-10": {"0.62", "0.504"}, "WATER-05": {"0.22", "0.178"},
		"VALVE-A": {"9.20", "8.32"}, "VALVE-B": {"11.90", "10.65"},
		"BOX-S": {"1.20", "1.03"}, "BOX-L": {"1.90", "1.62"}, "BOX-OP1": {"118.00", "118.00"},
	}
}

// family tells which customers buy a product.
func family(product string) string {
	switch product {
	case "VALVE-A", "VALVE-B":
		return "valves"
	case "BOX-S", "BOX-L":
		return "boxes"
	case "BOX-OP1":
		return "housings"
	}
	return "bottles"
}

// keepPartners puts customers and suppliers on the books, and gives the suppliers' ids by number.
func (o *Office) keepPartners(ctx context.Context) (ids map[string]int64, err error) {
	ids = map[string]int64{}
	keep := func(h house, customer bool) error {
		was, err := o.Store.Partners().Numbered(ctx, h.number)
		if errs.KindOf(err) == errs.NotFound {
			was, err = o.Store.Partners().Keep(ctx, partner.Partner{
				Number: h.number, Name: h.name, Customer: customer, Supplier: !customer, LeadDays: h.lead, Terms: "30 days net",
				List: map[bool]string{true: list}[customer], Contacts: []partner.Contact{{Name: h.person, Task: map[bool]string{true: "Purchasing", false: "Sales"}[customer], Mail: h.mail}},
				Places: []partner.Address{{Name: "Main", Text: h.name + "\n" + h.town}},
			}, by(), why)
		}
		ids[h.number] = was.ID
		return err
	}
	for _, h := range suppliers() {
		if err := keep(h, false); err != nil {
			return nil, fmt.Errorf("keep the demo's supplier %s: %w", h.number, err)
		}
	}
	for _, h := range customers() {
		if err := keep(h, true); err != nil {
			return nil, fmt.Errorf("keep the demo's customer %s: %w", h.number, err)
		}
	}
	return ids, nil
}

// keepPrices puts the price list and what suppliers deliver on the books.
func (o *Office) keepPrices(ctx context.Context, items, suppliers map[string]int64) error {
	there, err := o.Store.Partners().Prices(ctx, partner.Ask{Side: partner.Sales, List: list})
	if err != nil {
		return err
	}
	known := map[int64]bool{}
	for _, p := range there {
		known[p.Item] = true
	}
	for number, p := range prices() {
		for i, least := range []string{"", "1000"} {
			if known[items[number]] {
				continue
			}
			_, err := o.Store.Partners().KeepPrice(ctx, partner.Price{Side: partner.Sales, List: list, Item: items[number], Unit: "H87", Least: quantity(least), Amount: money(p[i])}, by(), why)
			if err != nil {
				return fmt.Errorf("keep the demo's price of %s: %w", number, err)
			}
		}
	}
	for _, g := range goods() {
		if g.from == "" {
			continue
		}
		if err := o.keepSupply(ctx, g, items[g.number], suppliers[g.from]); err != nil {
			return fmt.Errorf("keep who delivers %s to the demo: %w", g.number, err)
		}
	}
	return nil
}

func (o *Office) keepSupply(ctx context.Context, g good, item, supplier int64) error {
	was, err := o.Store.Partners().Supplies(ctx, supplier, item)
	if err != nil || len(was) > 0 {
		return err
	}
	cost := money(g.cost)
	_, err = o.Store.Partners().KeepSupply(ctx, partner.Supply{
		Partner: supplier, Item: item, Number: g.from + "/" + g.number, Unit: g.unit, Price: &cost, Least: quantity(g.least), Multiple: quantity(g.lot), Preferred: true,
	}, by(), why)
	return err
}

// keepPlaces puts the places of the plant on the books, and gives the id of the store of raw materials.
func (o *Office) keepPlaces(ctx context.Context) (raw int64, err error) {
	all, err := o.Store.Places().Places(ctx)
	if err != nil {
		return 0, err
	}
	ids := map[string]int64{}
	for _, p := range all {
		ids[p.Code] = p.ID
	}
	for _, p := range []stock.Place{
		{Code: "RAW", Name: "Raw materials"},
		{Code: "FINISHED", Name: "Finished goods"},
		{Code: "BLOCKED", Name: "Blocked stock", Quarantine: true},
		{Code: "RAW-A", Name: "Raw materials, aisle A"},
		{Code: "RAW-B", Name: "Raw materials, aisle B"},
		{Code: "COLD", Name: "Cold store"},
		{Code: "F1-SIDE", Name: "Beside filling line 1", Line: "filling-1"},
		{Code: "F2-SIDE", Name: "Beside filling line 2", Line: "filling-2"},
		{Code: "A1-SIDE", Name: "Beside valve assembly", Line: "assembly-1"},
		{Code: "P1-SIDE", Name: "Beside box packing", Line: "packing-1"},
	} {
		if ids[p.Code] != 0 {
			continue
		}
		p.Parent = stock.Warehouse
		if p.Code == "RAW-A" || p.Code == "RAW-B" || p.Code == "COLD" {
			p.Parent = ids["RAW"]
		}
		kept, err := o.Store.Places().KeepPlace(ctx, p, by(), "")
		if err != nil {
			return 0, fmt.Errorf("keep the demo's place %s: %w", p.Code, err)
		}
		ids[p.Code] = kept.ID
	}
	return ids["RAW"], nil
}

// open posts what lay on the shelves on the first day: enough of what is bought for some days, and a little of what is made.
func (o *Office) open(ctx context.Context, items map[string]int64, raw int64) error {
	var moves []stock.Move
	for _, g := range goods() {
		q := quantity(g.least)
		if g.point != "" {
			q = o.keeps(g) * 5 / 2
		}
		if q == 0 || g.kind == "service" || g.number == "COLA-DRINK" {
			continue
		}
		m := stock.Move{Item: items[g.number], From: stock.Opening, To: raw, Quantity: q, Document: "item/" + fmt.Sprint(items[g.number]), Source: "person"}
		if g.kind == "make" {
			m.To = stock.Warehouse
		}
		if g.tracking == "lot" {
			m.Lot = "OPEN-" + g.number
		}
		paid, ok := money(g.cost).Times(int64(q), int64(plant.One))
		if ok {
			m.Paid = &paid
		}
		moves = append(moves, m)
	}
	_, err := o.Store.Stock().Post(ctx, stock.Posting{Key: "demo/opening", By: by(), Why: "what lay on the shelves on the first day", Moves: moves})
	if errs.KindOf(err) == errs.Invalid { // the shelves were opened by another version of this company
		return nil
	}
	return err
}

// purchase orders enough of a good for some days.
func (o *Office) purchase(ctx context.Context, g good) error {
	today := o.today(0)
	due := o.today(int(g.lead))
	made, err := o.Store.Orders().Create(ctx, order.Draft{
		Side: partner.Purchase, Partner: g.from, Today: today, Lines: []order.Wanted{{Item: g.number, Quantity: o.lots(g), Requested: due, Due: due}},
	}, order.Doing{By: by(), Why: why, Key: fmt.Sprintf("demo/buy/%s/%d", g.number, o.Now().Unix()/60)})
	if err != nil {
		return fmt.Errorf("order %s for the demo: %w", g.number, err)
	}
	if made.State() == order.Open {
		if made, err = o.Store.Orders().Step(ctx, order.Step{Side: partner.Purchase, ID: made.ID, Version: made.Version, Do: order.Confirm}, order.Doing{By: by(), Why: why}); err != nil {
			return fmt.Errorf("place the demo's order %s: %w", made.Number, err)
		}
	}
	o.coming[g.number] = coming{made.ID, made.Created}
	return nil
}

// takeIn receives the purchase orders that are due.
func (o *Office) takeIn(ctx context.Context) error {
	for number, c := range o.coming {
		was, err := o.Store.Orders().Order(ctx, partner.Purchase, c.id)
		if err != nil {
			return err
		}
		if was.State() == order.Firm && !o.here(was, c) {
			continue
		}
		if was.State() == order.Firm {
			l := was.Lines[0]
			pick := order.Pick{Place: l.Place, Quantity: l.In(l.Open()), Stock: o.raw}
			if l.Stock.Tracking == "lot" {
				pick.Lot, pick.Theirs = fmt.Sprintf("%s-%s", was.Number, l.Number), fmt.Sprintf("%s-%d", was.Partner.Number, 7000+c.id)
			}
			_, err = o.Store.Orders().Move(ctx, order.Movement{Side: partner.Purchase, ID: c.id, Version: was.Version, Kind: order.Delivery, Reference: "DN-" + was.Number, Picks: []order.Pick{pick}}, order.Doing{By: by(), Why: why, Key: "demo/in/" + was.Number})
			if err != nil {
				return fmt.Errorf("take in %s for the demo: %w", was.Number, err)
			}
		}
		delete(o.coming, number)
	}
	return nil
}

// here tells whether what was ordered has come: at its date, or sooner where the machines are faster than the clock.
func (o *Office) here(p order.Order, c coming) bool {
	due, err := time.ParseInLocation(time.DateOnly, p.Due(), o.Zone)
	if err != nil {
		return true
	}
	if takes := due.Sub(c.placed); o.Speed > 1 && takes > 0 {
		due = c.placed.Add(time.Duration(float64(takes) / o.Speed))
	}
	return !o.Now().Before(due)
}
