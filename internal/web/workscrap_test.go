package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestScrapOfAnOrderIsToldByItsReasons: who reports it says why, by the form and by the API, or nobody does.
func TestScrapOfAnOrderIsToldByItsReasons(t *testing.T) {
	w := newWorld(t)
	p, pia := w.planner(), w.keeper("Pia")
	p.madeItems("CAP")
	said[thing](p, "/api/v1/work", `{"item":"CAP","quantity":5,"due":"2099-01-01"}`, http.StatusCreated)
	said[thing](p, "/api/v1/work/1/steps/release", `{"version":1}`, http.StatusOK)
	if a := pia.get("/work/1"); strings.Contains(a.body, `id="scrapped"`) {
		t.Error("there is no scrap yet")
	}
	said[thing](p, "/api/v1/work/1/reports", `{"good":1,"scrap":2,"scrapReason":"short shot <b>"}`, http.StatusOK)
	if a := pia.post("/work/1/report", url.Values{"scrap": {"3"}, "reason": {" dented "}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	said[thing](p, "/api/v1/work/1/reports", `{"scrap":1}`, http.StatusOK)
	says(t, pia.get("/work/1"), `id="scrapped"`, "Dented", "Short shot &lt;b&gt;", "Nobody gave a reason")
	if a := p.get("/api/v1/work/1"); !strings.Contains(a.body, `"scraps":[{"reason":"dented","quantity":3},{"reason":"short shot <b>","quantity":2},{"reason":"","quantity":1}]`) {
		t.Errorf("it tells %s", a.body)
	}
	if a := pia.post("/work/1/report", url.Values{"scrap": {"3"}, "reason": {strings.Repeat("x", 81)}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="reason-fault"`) {
		t.Errorf("a long reason: %d", a.status)
	}
}
