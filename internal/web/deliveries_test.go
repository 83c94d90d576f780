package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

func TestDeliverySchedulesAreReadByAnybody(t *testing.T) {
	w := newWorld(t)
	w.made()
	w.user("Vera", plant.Viewer)
	ctx, by := t.Context(), order.Doing{By: plant.Program()}
	if _, err := w.kept.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "Drinks <Ltd>", Customer: true}, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	day, price := w.planToday(), plant.Currency
	for _, due := range []plant.Date{day, day + 1, day + 5} {
		o, err := w.kept.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: "C-1", Today: day.String(), Lines: []order.Wanted{{Item: "BOTTLE", Quantity: plant.Pieces(20), Price: &price, Requested: due.String(), Due: due.String()}}}, by)
		if err == nil {
			_, err = w.kept.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: o.ID, Version: o.Version, Do: order.Confirm}, by)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	vera := w.signedIn("Vera")
	since := "since=" + (day - 30).String()
	says(t, vera.get("/plan/deliveries?"+since), "C-1", "Drinks &lt;Ltd&gt;", "BOTTLE", "Day by day", (day + 5).String(), "60", "SO-000001", "deliveries.csv")
	empty := vera.get("/plan/deliveries?side=purchase")
	if says(t, empty, "Nothing is called"); strings.Contains(empty.body, "went wrong") {
		t.Error("something went wrong where nothing did")
	}
	a := vera.get("/plan/deliveries.csv?" + since)
	want := "C-1,Drinks <Ltd>,BOTTLE,Item <b>BOTTLE,H87," + (day + 5).String() + ",20,60,0,20,SO-000003\n"
	if a.status != 200 || !strings.HasSuffix(a.body, want) || strings.Count(a.body, "\n") != 4 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := vera.get("/plan/deliveries?since=long+ago"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="long ago"`) {
		t.Errorf("%d", a.status)
	}
}

var versionField = regexp.MustCompile(`name="version" value="([0-9]+)"`)

func TestAKanbanCardOrdersOnce(t *testing.T) {
	w := newWorld(t)
	w.made()
	w.user("Ada", plant.Admin)
	w.user("Vera", plant.Viewer)
	ada, stan := w.signedIn("Ada"), w.dutiful("Stan", plant.Storekeeper)
	if a := ada.post("/plan/kanban", url.Values{"item": {"CAP"}, "supply": {"buy"}, "quantity": {"500"}, "cards": {"2"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	for path, want := range map[string]int{"/plan/kanban/cards.pdf": 200, "/plan/kanban/cards.pdf?loop=1": 200, "/plan/kanban/cards.pdf?card=KB-000002": 200, "/plan/kanban/cards.pdf?loop=7": 404, "/plan/kanban/card/KB-000009": 404} {
		if a := ada.get(path); a.status != want || want == 200 && !strings.HasPrefix(a.body, "%PDF-") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, code := range []string{"KB-000001", "http://elsewhere.example/plan/kanban/card/KB-000001"} {
		if a := stan.get("/scan?code=" + url.QueryEscape(code)); a.header.Get("Location") != "/plan/kanban/card/KB-000001" {
			t.Errorf("%s: %d %s", code, a.status, a.header.Get("Location"))
		}
	}
	page := stan.get("/plan/kanban/card/KB-000001")
	says(t, page, "Full", "S-1 Caps Ltd", "500", "Order: the box is empty")
	version := versionField.FindStringSubmatch(page.body)[1]
	if a := w.signedIn("Vera").post("/plan/kanban/card/KB-000001", url.Values{"version": {version}}); a.status != http.StatusForbidden {
		t.Errorf("a viewer orders: %d", a.status)
	}
	turn := func(b *browser, key string) answer {
		return b.post("/plan/kanban/card/KB-000001", url.Values{"version": {version}, "key": {key}})
	}
	for range 2 { // the same form
		if a := turn(stan, "k1"); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	if a := turn(ada, "k2"); a.status != http.StatusConflict || !strings.Contains(a.body, "it is ordered now") { // somebody else, from what they saw before
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := stan.post("/plan/kanban/scan", url.Values{"code": {"kb-000001"}, "key": {"k3"}}); a.header.Get("Location") != "/plan/kanban/card/KB-000001?done=ordered" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	says(t, stan.get("/plan/kanban/card/KB-000001?done=ordered"), "ordered already", "purchase/1", "The box is full again")
	if a := stan.get("/purchase/2"); a.status != http.StatusNotFound {
		t.Errorf("a card has ordered twice: %d", a.status)
	}
}
