package store

import (
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// workOpen are the orders of which something is still to be done.
const workOpen = "work_order.lifecycle IN ('created', 'firmed', 'released', 'started')"

// besideWork are the pages that tell more of work orders.
func besideWork() []register.Link {
	return []register.Link{
		{Name: "Schedule", Href: "/schedule"},
		{Name: "Shortages", Href: "/work/short"},
		{Name: "Parked counts", Href: "/work/parked"},
		{Name: "In work and short", Href: "/work/costs"},
		{Name: "Performance", Href: "/work/performance"},
		{Name: "Learned standards", Href: "/standards"},
	}
}

// workList is the list of work orders.
func workList() list {
	const plans = plant.Planner
	return list{
		begins: ofWork(),
		Definition: register.Definition{
			Name: "work", Title: "Work orders", One: "work order", Many: "work orders", Home: "/work", Order: "due",
			Lead: "What is made to order.", New: "/work/new", Duty: plans, Import: true,
			First:   "filter=state%3Dcreated%7Cfirmed%7Creleased%7Cstarted%7Con+hold",
			Related: besideWork(),
			Columns: []register.Column{
				{Key: "number", Title: "Number", Kind: register.Text, Sort: true, Filter: true, Search: true},
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "quantity", Title: "Quantity", Kind: register.Quantity, Filter: true},
				{Key: "good", Title: "Good", Kind: register.Quantity, Filter: true},
				{Key: "scrap", Title: "Scrap", Kind: register.Quantity, Filter: true, Hidden: true},
				{Key: "begin", Title: "Begin", Kind: register.Text, Sort: true, Filter: true},
				{Key: "due", Title: "Due", Kind: register.Text, Sort: true, Filter: true},
				{Key: "line", Title: "Line", Kind: register.Text, Filter: true},
				{Key: "state", Title: "State", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "created", Name: "Created"},
					{Value: "firmed", Name: "Firmed"},
					{Value: "released", Name: "Released"},
					{Value: "started", Name: "Started"},
					{Value: "on hold", Name: "On hold", Mood: register.Warning},
					{Value: "completed", Name: "Completed", Mood: register.Good},
					{Value: "closed", Name: "Closed", Mood: register.Good},
					{Value: "cancelled", Name: "Cancelled"},
				}},
				{Key: "late", Title: "In time", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "no", Name: "Late", Mood: register.Warning}, {Value: "yes", Name: "Not late"},
				}},
				{Key: "short", Title: "Material", Kind: register.State, Filter: true, Hidden: true, Help: "Whether counts have used what was not issued.", Words: []register.Word{
					{Value: "short", Name: "Short", Mood: register.Bad}, {Value: "issued", Name: "Nothing short"},
				}},
				{Key: "reference", Title: "Their number", Kind: register.Text, Filter: true, Search: true, Hidden: true, Help: "By which another system knows the order."},
				{Key: "rank", Title: "Rank", Kind: register.Count, Filter: true, Hidden: true},
				{Key: "note", Title: "Note", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "created", Title: "Written", Kind: register.Time, Filter: true, Hidden: true},
				{Key: "by", Title: "By", Kind: register.Text, Filter: true, Hidden: true},
			},
			Actions: []register.Action{
				{Key: "firm", Title: "Firm", Confirm: "Planning leaves a firmed order alone.", Duty: plans},
				{Key: "release", Title: "Release", Confirm: "Bill and routing are copied into each order as they are now.", Duty: plans},
				{Key: "hold", Title: "Hold", Confirm: "Nothing is posted to an order on hold.", Why: true, Duty: plans},
				{Key: "resume", Title: "Resume", Confirm: "They go on where they were.", Duty: plans},
				{Key: "close", Title: "Close", Confirm: "Costs are settled; nothing can be posted to a closed order any more.", Duty: plans},
			},
		},
		from: "work_order LEFT JOIN item ON item.id = work_order.item", id: "work_order.id", version: "work_order.version",
		sql: map[string]string{
			"number": "work_order.number", "item": "item.number", "name": "item.name", "quantity": "work_order.quantity", "good": "work_order.good", "scrap": "work_order.scrap",
			"begin": "work_order.begins", "due": "work_order.due", "line": "work_order.line", "rank": "work_order.rank", "note": "work_order.note",
			"reference": "work_order.reference", "created": "work_order.created_at", "by": "work_order.created_name",
			"state": "CASE WHEN work_order.held <> '' AND " + workOpen + " THEN 'on hold' ELSE work_order.lifecycle END",
			"late":  "CASE WHEN work_order.due < @TODAY AND " + workOpen + " THEN 'no' ELSE 'yes' END",
			"short": "CASE WHEN EXISTS (SELECT 1 FROM work_component c WHERE c.work_order = work_order.id AND c.short > 0) THEN 'short' ELSE 'issued' END",
		},
	}
}

// ofWork are the ways to work orders whose item or number with others begins with a word.
func ofWork() map[string][]beginning {
	all := ofItems("work_order.item")
	all["reference"] = []beginning{{of: "work_order.reference <> '' AND @BEGINS(work_order.reference)"}}
	return all
}

// messageList is the planner's worklist.
func messageList() list {
	const plans = plant.Planner
	actions := []register.Word{
		{Value: "order", Name: "Order"},
		{Value: "make", Name: "Make"},
		{Value: "expedite", Name: "Expedite", Mood: register.Warning},
		{Value: "defer", Name: "Defer"},
		{Value: "cancel", Name: "Cancel"},
		{Value: "increase", Name: "Increase"},
		{Value: "decrease", Name: "Decrease"},
		{Value: "substitute", Name: "Substitute", Mood: register.Warning},
	}
	return list{
		begins: ofMessages(), looked: 4000,
		Definition: register.Definition{
			Name: "messages", Title: "Planning", One: "message", Many: "messages", Home: "/plan", Rows: "/plan/message", Order: "to",
			Lead:  "What planning asks for. Following a message makes or changes the order; the list is planned anew by itself.",
			First: "filter=when%3Dnow",
			Related: []register.Link{
				{Name: "Promise a date", Href: "/plan/promise"},
				{Name: "What if", Href: "/plan/whatif"},
				{Name: "Forecast", Href: "/plan/forecast"},
				{Name: "Kanban", Href: "/plan/kanban"},
				{Name: "Delivery schedules", Href: "/plan/deliveries"},
				{Name: "Work orders", Href: "/work"},
				{Name: "Schedule", Href: "/schedule"},
			},
			Columns: []register.Column{
				{Key: "item", Title: "Item", Kind: register.Text, Filter: true, Search: true},
				{Key: "name", Title: "Name", Kind: register.Text, Filter: true, Search: true},
				{Key: "action", Title: "Do", Kind: register.State, Filter: true, Words: actions},
				{Key: "document", Title: "Order", Kind: register.Text, Filter: true, Search: true, Help: "That it is about; nothing for one that is only planned."},
				{Key: "quantity", Title: "Quantity", Kind: register.Quantity, Filter: true},
				{Key: "was", Title: "Is now", Kind: register.Quantity, Filter: true, Hidden: true},
				{Key: "from", Title: "Now", Kind: register.Text, Sort: true, Filter: true, Help: "When it is due now; of a planned order, when it is to be released."},
				{Key: "to", Title: "Wanted", Kind: register.Text, Sort: true, Filter: true},
				{Key: "reason", Title: "Why", Kind: register.Text, Filter: true},
				{Key: "when", Title: "When", Kind: register.State, Filter: true, Words: []register.Word{
					{Value: "now", Name: "To do"}, {Value: "later", Name: "Not yet"}, {Value: "dismissed", Name: "Dismissed"},
				}},
				{Key: "until", Title: "Dismissed until", Kind: register.Text, Filter: true, Hidden: true},
				{Key: "words", Title: "Why dismissed", Kind: register.Text, Filter: true, Hidden: true},
			},
			Actions: []register.Action{
				{Key: "follow", Title: "Follow", Confirm: "Each makes or changes the order that it asks for: what is to be made is firmed, what is to be bought is requested.", Duty: plans},
				{Key: "release", Title: "Make and release", Confirm: "Each planned order to make becomes a work order that is released at once, with bill and routing as they are now.", Duty: plans},
				{Key: "dismiss", Title: "Dismiss", Confirm: "They are left out of the list until a date.", Why: true, Until: true, Duty: plans},
			},
		},
		from: "plan_message LEFT JOIN item ON item.id = plan_message.item", id: "plan_message.id", version: "plan_message.version",
		sql: map[string]string{
			"item": "item.number", "name": "item.name", "action": "plan_message.action", "document": planDocumentSQL, "quantity": "plan_message.quantity", "was": "plan_message.was",
			"from": "plan_message.from_day", "to": "plan_message.to_day", "reason": "plan_message.reason", "until": "plan_message.ignored", "words": "plan_message.why",
			"when": "CASE WHEN plan_message.ignored > @TODAY THEN 'dismissed' WHEN plan_message.soon THEN 'now' ELSE 'later' END",
		},
	}
}

// planDocumentSQL is the number of the order that a message is about.
const planDocumentSQL = `CASE WHEN plan_message.document = '' THEN '' ELSE COALESCE(
	(SELECT w.number FROM work_order w WHERE w.id = CASE WHEN plan_message.document LIKE 'work/%' THEN CAST(SUBSTR(plan_message.document, 6) AS BIGINT) END),
	(SELECT p.number FROM purchase_order p WHERE p.id = CASE WHEN plan_message.document LIKE 'purchase/%' THEN CAST(SUBSTR(plan_message.document, 10) AS BIGINT) END),
	plan_message.document) END`

// ofMessages are the ways to messages about items and orders that begin with a word.
func ofMessages() map[string][]beginning {
	all := ofItems("plan_message.item")
	all["document"] = []beginning{
		{"plan_message.document <> '' AND plan_message.document", "SELECT 'work/' || CAST(x.id AS TEXT) FROM work_order x WHERE @BEGINS(x.number)"},
		{"plan_message.document <> '' AND plan_message.document", "SELECT 'purchase/' || CAST(x.id AS TEXT) FROM purchase_order x WHERE @BEGINS(x.number)"},
	}
	return all
}
