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
	return []list{orderList(partner.Sales), orderList(partner.Purchase), partnerList()}
}

// orderList is the list of one side's orders.
func orderList(side order.Side) list {
	title, whom, lead, duty := "Sales orders", "Customer", "What customers want, from the quote on.", plant.Sales
	if side == partner.Purchase {
		title, whom, lead, duty = "Purchase orders", "Supplier", "What the plant wants of its suppliers, from the request on.", plant.Purchaser
	}
	table := string(side) + "_order"
	moods := map[order.State]register.Mood{order.Partly: register.Warning, order.Delivered: register.Good, order.Closed: register.Good}
	var states []register.Word
	for _, s := range order.States() {
		states = append(states, register.Word{Value: string(s), Name: s.Word(side), Mood: moods[s]})
	}
	l := list{
		Definition: register.Definition{
			Name: string(side), Title: title, One: strings.TrimSuffix(strings.ToLower(title), "s"), Many: strings.ToLower(title), Home: "/" + string(side), Order: "-number",
			Lead: lead, New: "/" + string(side) + "/new", Duty: duty,
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
		from: table + " LEFT JOIN partner ON partner.id = " + table + ".partner", id: table + ".id",
		sql: map[string]string{
			"number": "T.number", "partner": "partner.number", "name": "partner.name", "reference": "T.reference", "state": "T.state", "due": "T.due",
			"amount": "T.amount", "created": "T.created_at", "by": "T.created_name",
		},
	}
	for key, expression := range l.sql {
		l.sql[key] = strings.ReplaceAll(expression, "T.", table+".")
	}
	return l
}

// partnerList is the list of customers and suppliers.
func partnerList() list {
	return list{
		Definition: register.Definition{
			Name: "partners", Title: "Partners", One: "partner", Many: "partners", Home: "/partners", Order: "number",
			Lead: "Whom the plant sells to and buys from.", New: "/partners/new", Duty: plant.Sales | plant.Purchaser,
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
		from: "partner", id: "partner.id",
		sql: map[string]string{
			"number": "partner.number", "name": "partner.name", "list": "partner.list", "lead": "partner.lead_days", "terms": "partner.terms",
			"kind":  "CASE WHEN partner.customer AND partner.supplier THEN 'both' WHEN partner.supplier THEN 'supplier' ELSE 'customer' END",
			"state": "CASE WHEN partner.retired THEN 'retired' ELSE 'in use' END",
		},
	}
}
