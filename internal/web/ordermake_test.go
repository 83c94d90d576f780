package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

func TestWhatACustomerOrderedIsMadeFromTheOrder(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.user("Vera", plant.Viewer)
	w.made()
	ctx, by := t.Context(), order.Doing{By: plant.Program()}
	_, err := w.kept.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "Ann", Customer: true}, plant.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	price, due := plant.Currency, (w.planToday() + 30).String()
	o, err := w.kept.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: "C-1", Today: w.planToday().String(), Lines: []order.Wanted{{Item: "BOTTLE", Quantity: plant.Pieces(12), Price: &price, Due: due}, {Item: "CAP", Quantity: plant.Pieces(900), Price: &price, Due: due}}}, by)
	if err == nil {
		_, err = w.kept.Orders().Step(ctx, order.Step{Side: o.Side, ID: o.ID, Version: o.Version, Do: order.Confirm}, by)
	}
	if err != nil {
		t.Fatal(err)
	}
	mara, vera := w.signedIn("Mara"), w.signedIn("Vera")
	page := mara.get("/sales/1").body
	to := regexp.MustCompile(`href="(/work/new\?[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(to) != 1 || strings.Contains(vera.get("/sales/1").body, "/work/new") {
		t.Fatalf("%v", to)
	}
	form := mara.get(html.UnescapeString(to[0][1])).body
	for _, words := range []string{`value="BOTTLE"`, `value="12"`, `value="` + due + `"`, `value="for SO-000001"`} {
		if !strings.Contains(form, words) {
			t.Errorf("the form has no %s", words)
		}
	}
	key := keyField.FindStringSubmatch(form)
	if a := mara.post("/work/new", url.Values{"key": {key[1]}, "item": {"BOTTLE"}, "quantity": {"12"}, "due": {due}, "note": {"for SO-000001"}, "firm": {"on"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if page := mara.get("/sales/1").body; strings.Contains(page, "/work/new") {
		t.Error("what is being made is to be made again")
	}
	says(t, mara.get("/purchase?view=0"), `href="/partners/new?as=supplier"`)
	says(t, mara.get("/sales/new"), "A line without either date stays a quote")
}
