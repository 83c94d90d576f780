package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/plant"
)

func TestADocumentIsCommentedAndGetsFiles(t *testing.T) {
	w := newWorld(t)
	pia := w.shelved()
	page := pia.get("/folio/item/1")
	says(t, page, "Nobody has said anything yet", "Item added", "imported from items.csv")
	key := page.hidden("key")
	a := pia.post("/folio/item/1/comment", url.Values{"words": {"<b>Mind the cap.</b>"}, "key": {key}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/items/1#comments" {
		t.Fatalf("%d %s", a.status, a.header.Get("Location"))
	}
	pia.post("/folio/item/1/comment", url.Values{"words": {"<b>Mind the cap.</b>"}, "key": {key}})
	if body := pia.get("/folio/item/1").body; strings.Count(body, `class="folio-words">&lt;b&gt;Mind the cap.&lt;/b&gt;`) != 1 {
		t.Error("the comment is not there once")
	}
	if a := pia.post("/folio/item/1/comment", url.Values{"words": {""}, "key": {"x"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say something") {
		t.Errorf("%d", a.status)
	}
	if a := pia.upload("/folio/item/1/file", "evil.svg", []byte("<svg onload=alert(1)>")); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a file without a key: %d", a.status)
	}
	a = pia.sent("/folio/item/1/file", url.Values{"key": {"k"}}, map[string][]byte{"file": []byte("<svg onload=alert(1)>")})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	f := pia.get("/folio/item/1/file/1")
	if f.status != http.StatusOK || !strings.HasPrefix(f.header.Get("Content-Disposition"), "attachment") || f.header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(f.header.Get("Content-Type"), "svg") {
		t.Errorf("%d %v", f.status, f.header)
	}
	vera := w.dutiful("Vera", plant.NoDuty)
	says(t, vera.get("/folio/item/1"), "Mind the cap")
	for path, status := range map[string]int{"/folio/item/1/comment": 403, "/folio/item/1/file": 403, "/folio/item/1/file/1/remove": 403} {
		if a := vera.post(path, url.Values{"words": {"x"}, "key": {"y"}}); a.status != status {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, path := range []string{"/folio/item/99", "/folio/users/1", "/folio/item/x", "/folio/item/1/file/99", "/folio/item/2/file/1"} {
		if a := vera.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := pia.post("/folio/item/1/file/1/remove", nil); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	says(t, pia.get("/folio/item/1"), "taken away", "File removed")
}

func TestAnAdminSetsUpAWebhook(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	bad := ada.post("/admin/webhooks", url.Values{"name": {""}, "url": {"http://erp.example"}, "why": {"x"}})
	if bad.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", bad.status)
	}
	says(t, bad, `href="#name"`, `href="#url"`, `value="http://erp.example"`)
	made := ada.post("/admin/webhooks", url.Values{"name": {"ERP"}, "url": {"https://erp.example/in"}, "event-sales": {"on"}, "why": {"orders go there"}})
	says(t, made, "whsec_", "shown only now")
	page := ada.get("/admin/webhooks")
	says(t, page, "ERP", "https://erp.example/in", "sales", "Active")
	if strings.Contains(page.body, "whsec_") || strings.Contains(w.log.String(), "whsec_") {
		t.Error("the secret is told again")
	}
	one := ada.get("/admin/webhooks/1")
	form := url.Values{"version": {one.hidden("version")}, "name": {"ERP"}, "url": {"https://erp.example/in"}, "why": {"not now"}}
	if a := ada.post("/admin/webhooks/1", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	says(t, ada.get("/admin/webhooks"), "Off", "everything")
	says(t, ada.post("/admin/webhooks/1", form), "changed by somebody else")
	if e := w.trail("webhook.change"); e[0].Why != "not now" || strings.Contains(e[0].New, "whsec_") {
		t.Errorf("%+v", e[0])
	}
}

// A program sets up who is told, tries it, and reads what came of it; a request that comes twice adds nothing.
func TestAProgramSetsUpAWebhook(t *testing.T) {
	w := newWorld(t)
	p := w.scoped([]access.Scope{access.Administer})
	type made struct {
		ID, Version  int64
		Name, Secret string
		Active       bool
		Events       []string
	}
	add := func(key, text string) answer {
		return p.do(http.MethodPost, "/api/v1/webhooks", strings.NewReader(text), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	}
	text := `{"name":"ERP","url":"https://erp.example/in","events":["sales"],"why":"orders go there"}`
	var first, second made
	for _, m := range []*made{&first, &second} {
		if a := add("k1", text); a.status != http.StatusCreated {
			t.Fatalf("%d %s", a.status, a.short())
		} else if err := json.Unmarshal([]byte(a.body), m); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(first, second) || !strings.HasPrefix(first.Secret, "whsec_") || !first.Active || first.ID != 1 || first.Version != 2 {
		t.Errorf("%+v, and again %+v", first, second)
	}
	for body, status := range map[string]int{
		strings.Replace(text, "ERP", "MES", 1):                                  http.StatusUnprocessableEntity, // the same key for another
		`{"name":"","url":"http://erp.example","events":["weather"],"why":"x"}`: http.StatusUnprocessableEntity,
		`{"name":"ERP","url":"https://erp.example","why":" "}`:                  http.StatusUnprocessableEntity,
	} {
		if a := add("k1", body); a.status != status {
			t.Errorf("%s: %d %s", body, a.status, a.short())
		}
	}
	type delivery struct {
		ID, Webhook  int64
		Event, State string
		Data         map[string]string
		Status       *int
		Took         *float64
	}
	one := said[delivery](p, "/api/v1/webhooks/1/test", "", http.StatusOK)
	if two := said[delivery](p, "/api/v1/webhooks/1/test", "", http.StatusOK); one.Event != "webhook.test" || one.State != "waiting" || two.ID != one.ID || one.Status != nil || one.Took != nil || one.Data["by"] == "" {
		t.Errorf("%+v, and again %+v", one, two)
	}
	log := got[struct {
		Deliveries []delivery
		Next       *int64
	}](p, "/api/v1/webhook-deliveries?webhook=1&state=waiting&limit=1")
	if len(log.Deliveries) != 1 || log.Next != nil {
		t.Errorf("%+v", log)
	}
	if a := p.send("/api/v1/webhook-deliveries/"+strconv.FormatInt(one.ID, 10)+"/again", ""); a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, a.short())
	}
	off := `{"name":"ERP","url":"https://erp.example/in","active":false,"version":2,"why":"not now"}`
	if h := said[made](p, "/api/v1/webhooks/1/change", off, http.StatusOK); h.Active || h.Version != 3 || h.Events == nil || len(h.Events) != 0 {
		t.Errorf("%+v", h)
	}
	for path, body := range map[string]string{"/api/v1/webhooks/1/change": off, "/api/v1/webhooks/1/test": ""} {
		if a := p.send(path, body); a.status != http.StatusConflict {
			t.Errorf("%s: %d %s", path, a.status, a.short())
		}
	}
	if a := w.scoped([]access.Scope{access.Read}).get("/api/v1/webhooks"); a.status != http.StatusForbidden {
		t.Errorf("%d", a.status)
	}
	if strings.Contains(p.get("/api/v1/webhooks").body+w.log.String(), "whsec_") {
		t.Error("the secret is told again")
	}
}

// Entries of the ledger and work centres are documents like any other.
func TestMovesAndWorkCentresAreCommented(t *testing.T) {
	o := newOracle(t)
	o.has("BOLT", `"kind":"buy"`, 5)
	o.ask("/api/v1/work-centres", `{"code":"SAW","name":"Saw"}`)
	for on, home := range map[string]string{"/folio/move/1": "/stock/move/1", "/folio/centre/1": "/centres/1"} {
		page := o.get(home)
		says(t, page, "Nobody has said anything yet")
		a := o.post(on+"/comment", url.Values{"words": {"Ask Pia first."}, "key": {on}})
		if a.status != http.StatusSeeOther || a.header.Get("Location") != home+"#comments" {
			t.Errorf("%s: %d %s", on, a.status, a.header.Get("Location"))
		}
		says(t, o.get(home), "Ask Pia first.")
	}
	if a := o.get("/folio/move/99"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
	says(t, o.get("/centres/1"), "Centre added")
}
