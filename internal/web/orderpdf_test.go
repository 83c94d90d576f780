package web_test

import (
	"net/http"
	"strings"
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// TestDocumentsSayWhatWasAgreed reads what is printed back out of the files: who, what, how much, and what it costs in whole
// cents.
func TestDocumentsSayWhatWasAgreed(t *testing.T) {
	k := newShop(t)
	ctx := t.Context()
	_, err := k.trade.Items.Add(ctx, item.Item{
		Number: "ÖL-7", Name: "Rührwerköl, Größe ½ (mild)", Kind: item.Buy, Tracking: item.Lot, Unit: "KGM", Valuation: item.FIFO, Standard: plant.Currency, Planning: item.Planning{Rule: item.LotForLot, Method: item.MRP},
	}, item.Change{By: plant.Program()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.trade.Partners.Keep(ctx, partner.Partner{Number: "C-200", Name: "Müßig & Söhne", Customer: true, Supplier: true, Tax: "DE123456789", Terms: "30 Tage, Überweisung", Places: []partner.Address{{Text: "Mühlgäßchen 3"}}}, plant.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	lines := func(due string) map[string]string {
		return map[string]string{
			"partner": "C-200", "reference": "Anfrage Ä-1", "note": "Bitte früh liefern", "lines-item-0": "ÖL-7", "lines-quantity-0": "1234.5", "lines-price-0": "98765.4321", "lines-due-0": due,
			"lines-item-1": "A-100", "lines-quantity-1": "3", "lines-unit-1": "XBX", "lines-price-1": "0.333", "lines-due-1": due,
		}
	}
	has := func(path, part string, want ...string) {
		t.Helper()
		a := k.viewer.get(path)
		if a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") {
			t.Fatalf("%s: %d", path, a.status)
		}
		page := paperText(t, a.body)
		for _, w := range want {
			if !strings.Contains(page, dense(w)) {
				t.Errorf("%s: %s does not say %q, but %q", path, part, w, page)
			}
		}
	}
	agreed := []string{
		"C-200 Müßig & Söhne", "Anfrage Ä-1", "30 Tage, Überweisung", "DE123456789", "Bitte früh liefern",
		"1 ÖL-7 Rührwerköl, Größe ½ (mild) 1234.5 kg 2026-12-24 98765.4321 121925925.93", "2 A-100 Bottle 3 box 2026-12-24 0.333 1.00", "Total EUR 121925926.93",
	}
	k.posts(k.buyer, "/purchase/new", lines("2026-12-24"), http.StatusSeeOther)
	has("/purchase/1/order.pdf", "the request", append(agreed, "Request PO-000001")...)
	k.presses(k.buyer, "/purchase/1", "/purchase/1/confirm", http.StatusSeeOther)
	has("/purchase/1/order.pdf", "the purchase order", append(agreed, "Purchase order PO-000001", "Supplier")...)
	k.posts(k.store, "/purchase/1/deliver", map[string]string{"reference": "LS-9", "lines-lot-0": "CHARGE-Ü"}, http.StatusSeeOther)
	has("/purchase/1/paper/1", "the receipt", "Goods received GR-000001", "1 ÖL-7 Rührwerköl, Größe ½ (mild) 1234.5 kg CHARGE-Ü", "2 A-100 Bottle 3 box")
	k.posts(k.sales, "/sales/new", lines("2026-12-24"), http.StatusSeeOther)
	has("/sales/1/order.pdf", "the quote", append(agreed, "Quote SO-000001", "Customer", "Goods go to Mühlgäßchen 3")...)
	k.presses(k.sales, "/sales/1", "/sales/1/confirm", http.StatusSeeOther)
	has("/sales/1/order.pdf", "the confirmation", append(agreed, "Order confirmation SO-000001")...)
	k.posts(k.store, "/sales/1/deliver", map[string]string{"lines-quantity-0": "1000.000001", "lines-quantity-1": "2"}, http.StatusSeeOther)
	has("/sales/1/paper/1", "the delivery note", "Delivery note DN-000001", "C-200 Müßig & Söhne", "1 ÖL-7 Rührwerköl, Größe ½ (mild) 1000.000001 kg CHARGE-Ü", "2 A-100 Bottle 2 box", "Mühlgäßchen 3")
	k.presses(k.sales, "/sales/export", "/sales/export", http.StatusSeeOther)
	export := k.sales.get("/sales/export/1").body
	for _, want := range []string{"Müßig & Söhne", `ÖL-7,"Rührwerköl, Größe ½ (mild)",KGM,1000.000001,98765.4321,98765432.2`, "A-100,Bottle,XBX,2,0.333,0.67"} {
		if !strings.Contains(export, want) {
			t.Errorf("accounting is not handed %q: %s", want, export)
		}
	}
}
