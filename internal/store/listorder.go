package store

import (
	"strings"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// orderLists are the lists of orders, and of whom they are agreed with.
func orderLists() []list {
	return []list{orderList(partner.Sales), orderList(partner.Purchase), partnerList(), priceList()}
}

// orderList is the list of one side's orders.
func orderList(side order.Side) list {
	var adds []register.Link
	title, whom, lead, duty := "Sales orders", "Customer", "What customers want, from the quote on.", plant.Sales
	if side == partner.Purchase {
		adds = []register.Link{newSupplier()}
		title, whom, lead, duty = "Purchase orders", "Supplier", "What the plant wants of its suppliers, from the request on.", plant.Purchaser
	}
	table := string(side) + "_order"
	moods := map[order.State]register.Mood{order.Partly: register.Warning, order.Delivered: register.Good, order.Closed: register.Good}
	var states []register.Word
	for _, s := range order.States() {
		states = append(states, register.Word{Value: string(s), Name: s.Word(side), Mood: moods[s]})
	}
	agree := register.Action{Key: "confirm", Title: "Confirm", Confirm: "The customers have agreed. Lines without a date are promised one; where none can be, the order stays a quote.", Duty: duty}
	if side == partner.Purchase {
		agree.Title, agree.Confirm = "Order", "They are sent to the suppliers."
	}
	l := list{
		Definition: register.Definition{
			Name: string(side), Title: title, One: strings.TrimSuffix(strings.ToLower(title), "s"), Many: strings.ToLower(title), Home: "/" + string(side), Order: "-number",
			Lead: lead, New: "/" + string(side) + "/new", Adds: adds, Duty: duty, Import: true,
			Actions: []register.Action{agree, {Key: "cancel", Title: "Cancel the rest", Confirm: "What is open of them will not go.", Why: true, Duty: duty}},
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "partner", Title: whom, Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "reference", Title: "Their number", Kind: register.Text, Filter: true, Search: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: states},
				{Key: "due", Title: "Next due", Kind: register.Text, Sort: true, Filter: true, Help: "The first date of what is open."},
				{Key: "amount", Title: "Amount", Kind: register.Money, Filter: true, Sum: true},
				{Key: "created", Title: "Written", Kind: register.Time, Filter: true, Hidden: true},
				{Key: "by", Title: "By", Kind: register.Text, Filter: true, Hidden: true},
			},
		},
		from: table + " LEFT JOIN partner ON partner.id = " + table + ".partner", id: table + ".id", version: table + ".version",
		sql: map[string]string{
			"number": "T.number", "partner": "partner.number", "name": "partner.name", "reference": "T.reference", "state": "T.state", "due": "T.due",
			"amount": "T.amount", "created": "T.created_at", "by": "T.created_name",
		},
		begins: map[string][]beginning{
			"partner":   {{table + ".partner", "SELECT x.id FROM partner x WHERE @BEGINS(x.number)"}},
			"name":      {{table + ".partner", "SELECT x.id FROM partner x WHERE @BEGINS(x.name)"}},
			"reference": {{of: table + ".reference <> '' AND @BEGINS(" + table + ".reference)"}},
		},
	}
	for key, expression := range l.sql {
		l.sql[key] = strings.ReplaceAll(expression, "T.", table+".")
	}
	return l
}

// retiring are the actions that take records out of use, and back into it.
func retiring(confirm string, duty plant.Duty) []register.Action {
	return []register.Action{
		{Key: "retire", Title: "Retire", Confirm: confirm, Why: true, Duty: duty},
		{Key: "use", Title: "Use again", Confirm: "They may be used in what is new again.", Duty: duty},
	}
}

func newSupplier() register.Link {
	return register.Link{Name: "Add a supplier", Href: "/partners/new?as=supplier"}
}

// partnerList is the list of customers and suppliers.
func partnerList() list {
	return list{
		Definition: register.Definition{
			Name: "partners", Title: "Partners", One: "partner", Many: "partners", Home: "/partners", Order: "number",
			Lead: "Whom the plant sells to and buys from.", New: "/partners/new", Adds: []register.Link{newSupplier()}, Duty: plant.Sales | plant.Purchaser, Import: true,
			Related: []register.Link{{Name: "Prices", Href: "/prices"}, {Name: "What suppliers deliver", Href: "/supplies"}},
			Actions: retiring("Nothing new is agreed with them.", plant.Sales|plant.Purchaser),
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "kind", Title: "Is", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "customer", Name: "Customer"}, {Value: "supplier", Name: "Supplier"}, {Value: "both", Name: "Customer and supplier"},
				}},
				{Key: "list", Title: "Price list", Kind: register.Text, Filter: true},
				{Key: "lead", Title: "Lead time, days", Kind: register.Count, Filter: true},
				{Key: "terms", Title: "Terms of payment", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "in use", Name: "In use"}, {Value: "retired", Name: "Retired", Mood: register.Warning},
				}},
			},
		},
		from: "partner", id: "partner.id", version: "partner.version",
		sql: map[string]string{
			"number": "partner.number", "name": "partner.name", "list": "partner.list", "lead": "partner.lead_days", "terms": "partner.terms",
			"kind":  "CASE WHEN partner.customer AND partner.supplier THEN 'both' WHEN partner.supplier THEN 'supplier' ELSE 'customer' END",
			"state": "CASE WHEN partner.retired THEN 'retired' ELSE 'in use' END",
		},
	}
}

// priceList is the list of prices, of lists and of partners.
func priceList() list {
	return list{
		Definition: register.Definition{
			Name: "prices", Title: "Prices", One: "price", Many: "prices", Home: "/prices", Order: "-id",
			Lead: "What items cost: by a list, or agreed with one partner. One is added on the page of its partner.", Duty: plant.Sales | plant.Purchaser, Import: true,
			Related: []register.Link{{Name: "Partners", Href: "/partners"}, {Name: "What suppliers deliver", Href: "/supplies"}},
			Columns: []register.Column{
				{Key: "id", Title: "Entry", Kind: register.Count, Sort: true, Filter: true},
				{Key: "side", Title: "For", Kind: register.State, Filter: true, Words: []register.Word{{Value: "sales", Name: "Sales"}, {Value: "purchase", Name: "Purchase"}}},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "list", Title: "Price list", Kind: register.Text, Filter: true, Search: true},
				{Key: "partner", Title: "Partner", Kind: register.Text, Filter: true, Search: true},
				{Key: "least", Title: "From quantity", Kind: register.Quantity, Filter: true},
				{Key: "unit", Title: "Unit", Kind: register.Text, Filter: true},
				{Key: "amount", Title: "Price of one unit", Kind: register.Money, Filter: true},
				{Key: "from", Title: "Valid from", Kind: register.Text, Filter: true},
				{Key: "to", Title: "Valid to", Kind: register.Text, Filter: true},
			},
		},
		from: "price JOIN item ON item.id = price.item LEFT JOIN partner ON partner.id = price.partner", id: "price.id",
		sql: map[string]string{
			"id": "price.id", "side": "price.side", "item": "item.number", "name": "item.name", "list": "price.list", "partner": "COALESCE(partner.number, '')",
			"least": "price.least", "unit": "price.unit", "amount": "price.amount", "from": "price.valid_from", "to": "price.valid_to",
		},
	}
}
