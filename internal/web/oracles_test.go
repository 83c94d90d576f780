package web_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/plant"
)

// oracle is a world in which the published cases are planned by programs: a period is a working day, from tomorrow on.
type oracle struct {
	*world
	*browser
	t *testing.T
}

func newOracle(t *testing.T) oracle {
	w := newWorld(t)
	o := oracle{w, w.planner(), t}
	o.ask("/api/v1/suppliers", `{"number":"S-1","name":"Supplier"}`)
	o.ask("/api/v1/customers", `{"number":"C-1","name":"Customer"}`)
	return o
}

func (o oracle) ask(path, text string) (out map[string]any) {
	o.t.Helper()
	a := o.send(path, text)
	if a.status < 200 || a.status > 201 {
		o.t.Fatalf("%s %s: %d %s", path, text, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		o.t.Fatal(err)
	}
	return out
}

// period is the date of a period, Monday to Friday, from the day after today on.
func (o oracle) period(n int) string {
	d := o.planToday()
	for weekend(d) {
		d++
	}
	for ; n > 0; n-- {
		for d++; weekend(d); {
			d++
		}
	}
	return d.String()
}

// behind changes the database behind everybody's back.
func (o oracle) behind(query string) {
	o.t.Helper()
	db, err := sql.Open("sqlite", "file:"+o.ledgers+"?_pragma=busy_timeout(10000)")
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(o.t.Context(), query); err != nil {
		o.t.Fatal(err)
	}
}

func weekend(d plant.Date) bool {
	day := d.Begin(time.UTC).Weekday()
	return day == time.Saturday || day == time.Sunday
}

// has adds an item with its rules, and puts so many into the stock.
func (o oracle) has(number, rules string, pieces int) {
	o.t.Helper()
	o.ask("/api/v1/items", fmt.Sprintf(`{"number":%q,"name":"Item %s",%s}`, number, number, rules))
	if pieces > 0 {
		o.ask("/api/v1/stock/moves", posting(fmt.Sprintf(`{"item":%q,"from":"OPENING","to":"STOCK","quantity":%d,"paid":1}`, number, pieces)))
	}
}

// wanted forecasts so much for each period, from the first on.
func (o oracle) wanted(number string, pieces ...int) {
	o.t.Helper()
	for i, n := range pieces {
		if n > 0 {
			o.wantedIn(number, i+1, n)
		}
	}
}

func (o oracle) wantedIn(number string, period, pieces int) {
	o.t.Helper()
	from, err := plant.ParseDate(o.period(period))
	if err != nil {
		o.t.Fatal(err)
	}
	o.ask("/api/v1/plan/forecast", fmt.Sprintf(`{"forecast":[{"item":%q,"from":%q,"to":%q,"quantity":%d}]}`, number, from, from+1, pieces))
}

// comes orders so much of a supplier for a period.
func (o oracle) comes(number string, pieces, period int) {
	o.t.Helper()
	o.order("purchase", "S-1", number, pieces, period)
}

func (o oracle) order(side, partner, number string, pieces, period int) {
	o.t.Helper()
	id := o.ask("/api/v1/"+side+"/orders", fmt.Sprintf(`{"partner":%q,"lines":[{"item":%q,"quantity":%d,"price":1,"due":%q}]}`, partner, number, pieces, o.period(period)))["id"]
	o.ask(fmt.Sprintf("/api/v1/%s/orders/%v/confirm", side, id), `{"version":1}`)
}

type planDays struct {
	OnHand json.Number
	Days   []struct {
		Date                                        string
		Gross, Receipts, Planned, Balance, Releases json.Number
	}
	Pegs []struct {
		Quantity json.Number
		By, From struct{ Kind, Document, Text string }
	}
}

func (o oracle) plan(number string) planDays {
	o.t.Helper()
	return got[planDays](o.browser, "/api/v1/plan/items/"+number)
}

// row writes what a plan has in periods as "153@2 120@5".
func (o oracle) row(number string, of string) string {
	o.t.Helper()
	at := map[string]int{}
	for n := range 40 {
		at[o.period(n)] = n
	}
	var all []string
	for _, d := range o.plan(number).Days {
		q := map[string]json.Number{"releases": d.Releases, "planned": d.Planned, "balance": d.Balance, "gross": d.Gross}[of]
		if q != "0" || of == "balance" {
			all = append(all, fmt.Sprintf("%s@%d", q, at[d.Date]))
		}
	}
	return strings.Join(all, " ")
}

func (o oracle) rows(of string, want map[string]string) {
	o.t.Helper()
	for number, w := range want {
		if is := o.row(number, of); is != w {
			o.t.Errorf("%s of %s: %s, want %s", of, number, is, w)
		}
	}
}

// The published cases of one item: K1 to K3, T1, and P1 with the message that it gives.
func TestOneItemIsPlannedByTheAPI(t *testing.T) {
	o := newOracle(t)
	for number, rule := range map[string]string{"K1": `"lotRule":"fixed","lotQuantity":230`, "K2": `"lotRule":"periods","lotDays":3`, "K3": `"lotRule":"lot for lot"`} {
		o.has(number, `"kind":"buy","leadDays":2,`+rule, 37)
		o.comes(number, 230, 1)
		o.wanted(number, 150, 0, 0, 120, 0, 150, 120)
	}
	o.has("T1", `"kind":"buy","leadDays":2`, 120)
	o.wanted("T1", 41, 44, 84, 42, 84, 86, 7, 18, 49, 30)
	for number, third := range map[string]int{"P1": 100, "P2": 150} {
		o.has(number, `"kind":"buy","leadDays":4,"lotRule":"fixed","lotQuantity":200`, 100)
		o.comes(number, 200, 2)
		o.comes(number, 200, 4)
		o.wanted(number, 50, 125, third, 60, 40)
	}
	o.rows("releases", map[string]string{"K1": "230@2 230@5", "K2": "153@2 120@5", "K3": "3@2 150@4 120@5", "T1": "49@1 42@2 84@3 86@4 7@5 18@6 49@7 30@8", "P1": ""})
	o.rows("planned", map[string]string{"K1": "230@4 230@7"})
	o.rows("balance", map[string]string{"P1": "100@0 50@1 125@2 25@3 165@4 125@5"})
	for _, d := range o.plan("K1").Days {
		if n, err := d.Balance.Float64(); err != nil || n < 0 {
			t.Errorf("K1 on %s: %s", d.Date, d.Balance)
		}
	}
	first := o.messages()
	if p := first["P2"]; len(p) != 1 || p[0].Action != "expedite" || p[0].From != o.period(4) || p[0].To != o.period(3) || p[0].Reason == "" || p[0].Document == "" {
		t.Errorf("%+v", p)
	}
	if len(first["P1"]) != 0 {
		t.Errorf("%+v", first["P1"])
	}
	if second := o.messages(); fmt.Sprint(first) != fmt.Sprint(second) {
		t.Errorf("planned twice with the same, the list changed:\n%v\n%v", first, second)
	}
}

type planMessage struct {
	ID, Version                              int64
	Action, Item, Document, From, To, Reason string
	Was, Quantity                            json.Number
}

// messages is the whole list, by item.
func (o oracle) messages() map[string][]planMessage {
	o.t.Helper()
	all := map[string][]planMessage{}
	for _, m := range got[struct{ Messages []planMessage }](o.browser, "/api/v1/plan?all=true").Messages {
		all[m.Item] = append(all[m.Item], m)
	}
	return all
}

// Three levels without stock (T2), shared parts with lots and receipts (T4), two nodes a layer (G1), and the pegs.
func TestBillsArePlannedByTheAPI(t *testing.T) {
	o := newOracle(t)
	for number, lead := range map[string]int{"Z": 2, "A": 1, "B": 1, "C": 1, "D": 1, "E": 3} {
		o.has("T2"+number, fmt.Sprintf(`"kind":"make","leadDays":%d`, lead), 0)
	}
	o.released("T2Z", `[{"item":"T2A","quantity":2},{"item":"T2B","quantity":3}]`)
	o.released("T2A", `[{"item":"T2C","quantity":4},{"item":"T2D","quantity":4}]`)
	o.released("T2D", `[{"item":"T2E","quantity":2}]`)
	o.wantedIn("T2Z", 10, 59)

	for number, rules := range map[string]string{"A": `"leadDays":2,"lotMultiple":20`, "B": `"leadDays":2,"lotMultiple":40`, "C": `"leadDays":1`, "D": `"leadDays":3,"lotMultiple":160`, "E": `"leadDays":2`, "F": `"leadDays":2`} {
		o.has("T4"+number, `"kind":"both",`+rules, map[string]int{"A": 5, "B": 10, "D": 100, "E": 100}[number])
	}
	o.released("T4A", `[{"item":"T4B","quantity":1},{"item":"T4C","quantity":1}]`)
	o.released("T4B", `[{"item":"T4D","quantity":3},{"item":"T4F","quantity":1}]`)
	o.released("T4C", `[{"item":"T4B","quantity":3},{"item":"T4D","quantity":1},{"item":"T4E","quantity":4}]`)
	o.released("T4D", `[{"item":"T4E","quantity":1}]`)
	o.comes("T4A", 10, 3)
	o.comes("T4B", 20, 7)
	o.comes("T4F", 40, 5)
	o.comes("T4E", 60, 2)
	o.wantedIn("T4A", 10, 20)

	const layers = 21
	name := func(layer, n int) string { return fmt.Sprintf("G%d-%d", layer, n) }
	for l := range layers {
		o.madeItems(name(l, 0), name(l, 1))
	}
	for l := range layers - 1 {
		for n := range 2 {
			o.released(name(l, n), fmt.Sprintf(`[{"item":%q,"quantity":1},{"item":%q,"quantity":1}]`, name(l+1, 0), name(l+1, 1)))
		}
	}
	o.wantedIn(name(0, 0), 30, 1)
	o.wantedIn(name(0, 1), 30, 1)

	o.rows("releases", map[string]string{
		"T2Z": "59@8", "T2A": "118@7", "T2B": "177@7", "T2C": "472@6", "T2D": "472@6", "T2E": "944@3",
		"T4A": "20@8", "T4C": "20@7", "T4B": "40@5 40@6", "T4D": "160@2", "T4F": "40@4", "T4E": "80@5",
	})
	for n := range 2 {
		sum := int64(0)
		for _, d := range o.plan(name(layers-1, n)).Days {
			q, err := d.Gross.Int64()
			if err != nil {
				t.Fatal(err)
			}
			sum += q
		}
		if sum != 1<<20 {
			t.Errorf("%d are wanted of node %d at the bottom", sum, n)
		}
	}
	ends := map[string]bool{}
	for _, p := range o.plan("T2E").Pegs {
		ends[p.By.Kind+" → "+p.From.Kind] = true
	}
	if !ends["plan → plan"] || len(ends) != 1 {
		t.Errorf("%v", ends)
	}
	promise := got[struct {
		Capable, WaitsFor string
		Path              []string
		FreeOn            *string
	}](o.browser, "/api/v1/plan/promise?item=T2Z&quantity=1")
	if promise.Capable != o.period(7) || promise.WaitsFor != "T2E" || !slices.Equal(promise.Path, []string{"T2Z", "T2A", "T2D", "T2E"}) || promise.FreeOn != nil {
		t.Errorf("%+v", promise)
	}
}

// Reorder points, what is available to promise, and lots and safety stocks by formula.
func TestAdviceByTheAPI(t *testing.T) {
	o := newOracle(t)
	for number, lot := range map[string]int{"R3": 3, "R10": 10} {
		o.has(number, fmt.Sprintf(`"kind":"buy","leadDays":2,"reorder":"point","reorderPoint":14,"lotRule":"fixed","lotQuantity":%d`, lot), 0)
	}
	all := o.messages()
	for number, want := range map[string]json.Number{"R3": "15", "R10": "20"} {
		if m := all[number]; len(m) != 1 || m[0].Action != "order" || m[0].Quantity != want {
			t.Errorf("%s: %+v", number, m)
		}
	}

	o.has("ATP", `"kind":"buy","leadDays":20`, 0)
	o.comes("ATP", 150, 2)
	o.comes("ATP", 150, 7)
	for i, n := range []int{38, 27, 24, 8} {
		o.order("sales", "C-1", "ATP", n, i+1)
	}
	o.ask("/api/v1/stock/moves", posting(`{"item":"ATP","from":"OPENING","to":"STOCK","quantity":55,"paid":1}`)) // after them: what is there would be set aside
	for period, want := range map[int]json.Number{1: "17", 2: "108", 6: "108", 7: "258"} {                       // 17, 91 and 150, added up
		free := got[struct{ Free json.Number }](o.browser, "/api/v1/plan/promise?item=ATP&quantity=1&date="+o.period(period)).Free
		if free != want {
			t.Errorf("in period %d %s are free, want %s", period, free, want)
		}
	}

	advice := said[struct {
		EconomicQuantity, SafetyStock, Cost *float64
		Orders                              []int
	}](o.browser, "/api/v1/plan/advice", `{"demand":14000,"orderCost":320,"holdingCost":4,"deviation":120,"leadPeriods":3,"service":0.95}`, http.StatusOK)
	if math.Abs(*advice.EconomicQuantity-1496.66) > .005 || math.Abs(*advice.SafetyStock-341.9) > .05 || advice.Cost != nil {
		t.Errorf("%v %v %v", *advice.EconomicQuantity, *advice.SafetyStock, advice.Cost)
	}
	advice = said[struct {
		EconomicQuantity, SafetyStock, Cost *float64
		Orders                              []int
	}](o.browser, "/api/v1/plan/advice", `{"orderCost":54,"holdingCost":0.4,"series":[10,62,12,130,154,129,88,52,124,160,238,41]}`, http.StatusOK)
	if *advice.Cost != 501.2 || advice.Orders[0] != 1 || advice.EconomicQuantity != nil {
		t.Errorf("%v %v", *advice.Cost, advice.Orders)
	}
	for _, bad := range []string{`{"service":1}`, `{"demand":-1}`, `{"demand":1e30}`, `{"series":[-1],"orderCost":1}`} {
		if a := o.send("/api/v1/plan/advice", bad); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", bad, a.status, a.body)
		}
	}
}

// V2 and V5, and a cost that comes later.
func TestEveryMethodValuesByTheAPI(t *testing.T) {
	o := newOracle(t)
	type way struct{ number, method, end string }
	moves := func(all ...[2]int) (text []string) {
		for _, m := range all {
			if m[0] > 0 {
				text = append(text, fmt.Sprintf(`"from":"SUPPLIER","to":"STOCK","quantity":%d,"paid":%d`, m[0], m[0]*m[1]))
				continue
			}
			text = append(text, fmt.Sprintf(`"from":"STOCK","to":"CUSTOMER","quantity":%d`, -m[0]))
		}
		return text
	}
	for _, c := range []struct {
		moves []string
		ways  []way
	}{
		{moves([2]int{3, 170}, [2]int{10, 180}, [2]int{-6, 0}, [2]int{8, 190}, [2]int{-9, 0}, [2]int{6, 200}, [2]int{-8, 0}), []way{{"V2F", "fifo", "800"}, {"V2A", "average", "768.512821"}}},
		{moves([2]int{10, 10}, [2]int{10, 20}, [2]int{-15, 0}), []way{{"V5F", "fifo", "100"}, {"V5A", "average", "75"}, {"V5S", "standard", "50"}}},
	} {
		for _, v := range c.ways {
			o.has(v.number, fmt.Sprintf(`"kind":"buy","valuation":%q,"standardCost":10`, v.method), 0)
			for _, m := range c.moves {
				o.ask("/api/v1/stock/moves", posting(fmt.Sprintf(`{"item":%q,%s}`, v.number, m)))
			}
			if is := o.onHand(v.number); !strings.HasSuffix(is, "worth "+v.end) {
				t.Errorf("%s: %s, want %s", v.number, is, v.end)
			}
		}
	}
	o.has("LAND", `"kind":"buy","valuation":"fifo"`, 0)
	first := said[postedMoves](o.browser, "/api/v1/stock/moves", posting(`{"item":"LAND","from":"SUPPLIER","to":"STOCK","quantity":10,"paid":100}`), http.StatusCreated).First
	o.ask("/api/v1/stock/moves", posting(`{"item":"LAND","from":"STOCK","to":"CUSTOMER","quantity":4}`))
	o.ask(fmt.Sprintf("/api/v1/stock/moves/%d/land", first), `{"cost":20,"document":"freight 7","why":"freight"}`)
	if is := o.onHand("LAND"); !strings.HasSuffix(is, "worth 72") { // six tenths of 120
		t.Errorf("%s", is)
	}
	if v := o.get("/api/v1/stock/variances").body; !strings.Contains(v, `"kind":"landed"`) || !strings.Contains(v, `"kind":"price"`) {
		t.Error(v)
	}
	tie := got[struct {
		Green                bool
		In, Out, Gain, Value json.Number
	}](o.browser, "/api/v1/stock/tie-out")
	if !tie.Green {
		t.Errorf("%+v", tie)
	}
}

// What cannot be there in time is taken of an alternate that nothing else wants, by what its item says; the reason is told.
func TestAlternatesArePlannedByTheAPI(t *testing.T) {
	o := newOracle(t)
	o.has("GRANULE", `"kind":"buy","leadDays":5`, 100)
	o.has("POWDER", `"kind":"buy","leadDays":5,"alternates":[{"item":"GRANULE","factor":"1/2"}]`, 20)
	o.has("PIECE", `"kind":"make","leadDays":1`, 0)
	o.released("PIECE", `[{"item":"POWDER","quantity":2}]`)
	o.wantedIn("PIECE", 3, 15)
	type instead struct {
		Of, Item, Wanted, Why string
		Quantity, Taken       json.Number
		By                    struct{ Text string }
	}
	taken := func(number string) []instead {
		t.Helper()
		return got[struct{ Instead []instead }](o.browser, "/api/v1/plan/items/"+number).Instead
	}
	for _, number := range []string{"POWDER", "GRANULE"} {
		if all := taken(number); len(all) != 1 || all[0].Of != "POWDER" || all[0].Item != "GRANULE" || all[0].Quantity != "30" || all[0].Taken != "15" || all[0].By.Text != "planned order of PIECE" || !strings.Contains(all[0].Why, "10 are not there on "+o.period(2)) {
			t.Fatalf("%s: %+v", number, all)
		}
	}
	if m := o.messages()["POWDER"]; len(m) != 0 {
		t.Errorf("%+v", m)
	}
	powder := got[struct {
		ID, Version     int64
		AlternatesTaken string
	}](o.browser, "/api/v1/items/POWDER")
	if powder.AlternatesTaken != "when late" {
		t.Errorf("%+v", powder)
	}
	if page := o.get(fmt.Sprintf("/plan/item/%d", powder.ID)); !strings.Contains(page.body, "Taken instead") || !strings.Contains(page.body, "of GRANULE, 100 are in stock that nothing else wants") {
		t.Error("the page of its plan does not say so")
	}
	var make planMessage
	for _, m := range o.messages()["PIECE"] {
		make = m
	}
	document := o.ask("/api/v1/plan/accept", fmt.Sprintf(`{"messages":[{"id":%d,"version":%d,"release":true}]}`, make.ID, make.Version))
	take := o.messages()["GRANULE"]
	if len(take) != 1 || take[0].Action != "substitute" || take[0].Quantity != "15" || !strings.HasPrefix(take[0].Document, "WO-") && !strings.HasPrefix(take[0].Document, "work/") {
		t.Fatalf("%+v %v", take, document)
	}
	o.ask("/api/v1/plan/accept", fmt.Sprintf(`{"messages":[{"id":%d,"version":%d}]}`, take[0].ID, take[0].Version))
	if all := o.messages(); len(all["GRANULE"])+len(all["POWDER"])+len(all["PIECE"]) != 0 {
		t.Errorf("%+v", all)
	}
	o.ask("/api/v1/items/POWDER/change", fmt.Sprintf(`{"version":%d,"why":"it is dear","alternatesTaken":"by hand"}`, powder.Version))
	if a := o.send("/api/v1/items/POWDER/change", fmt.Sprintf(`{"version":%d,"why":"no","alternatesTaken":"never"}`, powder.Version+1)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "alternatesTaken") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// G2: nobody writes a circle, but data that holds one is planned all the same but for its last step, with a warning.
func TestACircleInTheDataIsAWarning(t *testing.T) {
	o := newOracle(t)
	o.madeItems("A", "B", "C", "D", "E")
	for parent, child := range map[string]string{"A": "B", "B": "C", "C": "E", "D": "E"} {
		o.released(parent, fmt.Sprintf(`[{"item":%q,"quantity":1}]`, child))
	}
	if a := o.send("/api/v1/bills", `{"item":"E","lines":[{"item":"A","quantity":1}]}`); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "would be made of itself") {
		t.Errorf("%d %s", a.status, a.body)
	}
	o.behind(`UPDATE bill_line SET item = (SELECT id FROM item WHERE number = 'A') WHERE bill = (SELECT b.id FROM bill b JOIN item i ON i.id = b.item WHERE i.number = 'C')`)
	o.wantedIn("A", 10, 7)
	o.wantedIn("D", 10, 5)
	if w := got[struct{ Warnings []string }](o.browser, "/api/v1/plan?all=true").Warnings; len(w) != 1 || w[0] != "the bill of material is a circle (A → B → C → A): its last step is left out" {
		t.Errorf("%q", w)
	}
	o.rows("planned", map[string]string{"A": "7@10", "B": "7@10", "C": "7@10", "D": "5@10", "E": "5@10"})
}
