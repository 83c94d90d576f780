package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAnOrderGoesFromItsQuoteToItsDelivery sells ten pumps that are neither made nor are their seals here: by clicking
// alone they are quoted, planned, bought for, made and delivered.
func TestAnOrderGoesFromItsQuoteToItsDelivery(t *testing.T) {
	t.Parallel()
	listen, data := freePort(t), t.TempDir()
	s := &server{t: t, bin: binary(t), url: "http://" + listen, data: data}
	s.args = []string{"serve", "--data", data, "--listen", listen, "--plant", file(t, "p.yaml", onePlant)}
	s.start()
	t.Cleanup(func() { s.stop(syscall.SIGTERM) })
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.makesPumps(s.url)
	b.quotes(s.url)

	b.until(soon, "planning to have planned it", `document.querySelectorAll('[name="row"]').length === 2 || (location.href = "/plan?sort=to", false)`)
	b.reads("SEAL", "PUMP", "wanted on", "by SO-000001/1")
	b.do(10*time.Second, "tick both", chromedp.Evaluate(`for (const t of document.querySelectorAll('[name="row"]')) t.click()`, nil))
	b.press("Follow", `[name="sure"]`)
	b.press("Follow", `#main`)
	b.reads("2 of 2 messages done")

	b.open(s.url + "/purchase")
	b.press("PO-000001", `#main`)
	b.reads("SEAL", "20 pcs", "S-1")
	b.press("Order", told)
	b.press("Receive", `form[action$="/deliver"]`)
	b.press("Post", told)
	b.reads("Received")

	b.open(s.url + "/work")
	b.press("WO-000001", `#main`)
	b.reads("PUMP")
	b.press("Release", told)
	b.fill(`form[action$="/report"]`, map[string]string{"good": "10"}, told)
	b.press("Complete", told)
	b.reads("Completed", "10 of 10")

	b.open(s.url + "/sales")
	b.press("SO-000001", `#main`)
	b.press("Deliver", `form[action$="/deliver"]`)
	b.press("Post", told)
	b.reads("Delivered")
	b.clean()
	if said := s.command("", "verify"); strings.Contains(said, "wrong") {
		t.Error(said)
	}
}

// told is what a page says about what was done.
const told = `main [role="status"]`

// makesPumps sets up what is made of what, who delivers and who buys.
func (b *browser) makesPumps(url string) {
	b.t.Helper()
	const form = `main form`
	b.open(url + "/items")
	b.press("Add", form)
	b.fill(form, map[string]string{"number": "SEAL", "name": "Seal", "kind": "buy", "standardCost": "2.5", "leadDays": "2"}, told)
	b.open(url + "/items/new")
	b.fill(form, map[string]string{"number": "PUMP", "name": "Pump", "kind": "make", "leadDays": "1"}, told)
	b.press("New version", `#lines-item-0`)
	b.fill(form, map[string]string{"lines-item-0": "SEAL", "lines-quantity-0": "2"}, told)
	b.press("Release", told)
	b.open(url + "/partners/new?as=supplier")
	b.fill(form, map[string]string{"number": "S-1", "name": "Seals Ltd"}, told)
	b.press("Add what they deliver", form)
	b.fill(form, map[string]string{"item": "SEAL", "price": "2.5", "lead": "2"}, told)
	b.open(url + "/partners/new")
	b.fill(form, map[string]string{"number": "C-1", "name": "Waterworks"}, told)
}

// quotes offers pumps to the customer, who takes them.
func (b *browser) quotes(url string) {
	b.t.Helper()
	b.press("New quote", `#lines-item-0`)
	due := time.Now().AddDate(0, 0, 14).Format(time.DateOnly)
	b.fill(`main form`, map[string]string{"lines-item-0": "PUMP", "lines-quantity-0": "10", "lines-price-0": "99", "lines-requested-0": due}, told)
	b.reads("Quote", "990.00")
	b.press("Confirm", told)
	b.reads("Confirmed")
}
