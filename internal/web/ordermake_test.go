package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millwright/internal/erp/item"
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
	for _, words := range []string{`value="BOTTLE"`, `value="12"`, `value="` + due + `"`, `value="for SO-000001"`, `value="SO-000001/1"`} {
		if !strings.Contains(form, words) {
			t.Errorf("the form has no %s", words)
		}
	}
	key := keyField.FindStringSubmatch(form)
	made := url.Values{"key": {key[1]}, "item": {"BOTTLE"}, "quantity": {"12"}, "due": {due}, "note": {"for SO-000001"}, "firm": {"on"}}
	for typed, words := range map[string]string{"SO-000001/9": "There is no such line", "SO-000001/2": "is for another item", "nothing": "There is no such line"} {
		if a := mara.post("/work/new", with(made, "for", typed)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, words) || !strings.Contains(a.body, `value="`+typed+`"`) {
			t.Errorf("for %s: %d %s", typed, a.status, a.short())
		}
	}
	if a := mara.post("/work/new", with(made, "for", "so-000001/1")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if page := mara.get("/sales/1").body; strings.Contains(page, "/work/new") {
		t.Error("what is being made is to be made again")
	}
	says(t, mara.get("/sales/1"), "Made for it:", `href="/work/1"`, "0 of 12 made")
	says(t, mara.get("/work/1"), "Made for", "SO-000001/1, Ann", `href="/sales/1"`)
	bottle, err := w.kept.Items().ByNumber(ctx, "BOTTLE")
	if err != nil {
		t.Fatal(err)
	}
	says(t, mara.get(fmt.Sprintf("/plan/item/%d", bottle.ID)), "made for it alone")
	says(t, mara.get("/purchase?view=0"), `href="/partners/new?as=supplier"`)
	says(t, mara.get("/sales/new"), "A line without either date is promised when the order is confirmed")
}

func TestALineWithoutADateIsPromisedAsItIsConfirmed(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.made()
	ctx, by := t.Context(), order.Doing{By: plant.Program()}
	if _, err := w.kept.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "Ann", Customer: true}, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	rag := item.Blank("RAG")
	rag.Name, rag.Kind, rag.Planning.Method = "Rag", item.Buy, item.Never
	if _, err := w.kept.Items().Add(ctx, rag, item.Change{By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	price := plant.Currency
	quote := func(lines ...string) string {
		t.Helper()
		d := order.Draft{Side: partner.Sales, Partner: "C-1", Today: w.planToday().String()}
		for _, l := range lines {
			d.Lines = append(d.Lines, order.Wanted{Item: l, Quantity: plant.Pieces(12), Price: &price})
		}
		o, err := w.kept.Orders().Create(ctx, d, by)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("/sales/%d", o.ID)
	}
	mara := w.signedIn("Mara")
	page := quote("BOTTLE", "CAP")
	form := mara.get(page).form(t, page+"/confirm")
	for range 2 { // as after a lost answer
		if a := mara.post(page+"/confirm", form); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	o, err := w.kept.Orders().Order(ctx, partner.Sales, 1)
	if err != nil || !o.Firm || o.Lines[0].Due == "" || o.Lines[0].Promise == "" || o.Lines[1].Due == "" {
		t.Fatalf("%+v, %v", o, err)
	}
	says(t, mara.get(page), o.Lines[0].Due, o.Lines[0].Promise)
	// What is agreed is amended with a reason, and its history tells it.
	amended := mara.filledIn(page+"/change", map[string]string{"lines-quantity-0": "10"})
	if a := mara.post(page+"/change", amended); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "say why it is changed") || !strings.Contains(a.body, `value="10"`) {
		t.Errorf("without a reason: %d %s", a.status, complaint(a))
	}
	if a := mara.post(page+"/change", with(amended, "why", "they need less")); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if a := mara.post(page+"/change", with(amended, "why", "late", "key", "other", "lines-quantity-0", "9")); a.status != http.StatusConflict {
		t.Errorf("by who has not seen it: %d %s", a.status, complaint(a))
	}
	page = quote("RAG")
	a := mara.post(page+"/confirm", mara.get(page).form(t, page+"/confirm"))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "none can be promised (nobody orders RAG") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}
