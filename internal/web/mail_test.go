package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/mail/mailtest"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/internal/store"
)

// theForm is what a page's form says of itself, with what is typed into it.
func (b *browser) theForm(page, action string, typed map[string]string) url.Values {
	b.w.t.Helper()
	for _, form := range strings.Split(b.get(page).body, "<form ")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		if strings.Contains(form, `action="`+action+`"`) {
			f := fieldsOf(form)
			for k, v := range typed {
				f.Set(k, v)
			}
			return f
		}
	}
	b.w.t.Fatalf("%s has no form of %s", page, action)
	return nil
}

func TestMailIsSetUpTriedOutAndUsed(t *testing.T) {
	w, box := newWorld(t), mailtest.Open(t)
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	if page := b.get("/admin/mail").body; !strings.Contains(page, "Nothing is sent before") || strings.Contains(page, "Send a test") {
		t.Error("a mail server seems to be set")
	}
	set := func(host, port string) answer {
		return b.post("/admin/mail", b.theForm("/admin/mail", "/admin/mail", map[string]string{"host": host, "port": port, "security": "none", "user": "", "password": "four-otters", "from": "reports@plant.example", "why": "reports go by mail"}))
	}
	a := set("evil.example", "80")
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "do not name this server") || !strings.Contains(a.body, "evil.example") || strings.Contains(a.body, "four-otters") {
		t.Errorf("%d %s", a.status, a.body)
	}
	unsaid := b.theForm("/admin/mail", "/admin/mail", map[string]string{"host": "127.0.0.1", "port": strconv.Itoa(box.Port), "security": "none", "from": "reports@plant.example"})
	if a := b.post("/admin/mail", unsaid); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="why-fault"`) || !strings.Contains(a.body, `value="reports@plant.example"`) {
		t.Errorf("set without a reason: %d", a.status)
	}
	if a := set("127.0.0.1", strconv.Itoa(box.Port)); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if told := w.trail("mail.server"); len(told) != 1 || told[0].Why != "reports go by mail" {
		t.Errorf("%+v", told)
	}
	try := func(to string) answer { return b.post("/admin/mail/test", url.Values{"test-to": {to}}) }
	if a := try("nobody"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write one address") {
		t.Errorf("%d", a.status)
	}
	if a := try("mara@example.com"); !strings.Contains(a.body, "The test went through") || len(box.Letters()) != 1 {
		t.Errorf("%d letters, %s", len(box.Letters()), a.body)
	}
	box.Answer(func(string) error { return errs.New(errs.Invalid, "we take no letters from you") })
	if a := try("mara@example.com"); a.status != http.StatusOK || !strings.Contains(a.body, "The test did not go through") || !strings.Contains(a.body, "Technical") || !strings.Contains(a.body, "we take no letters from you") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestASubscriptionIsKeptChangedAndRemoved(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	const fresh = "/admin/mail/subscription"
	typed := map[string]string{"name": "Morning round", "kind": "shift", "place": "ulm/filling", "delay": "20", "time": "07:00", "weekday": "1", "format": "xlsx", "to": "mara@example.com\r\notto@example.com\r\n", "why": "the morning round"}
	with := func(field, value string) map[string]string {
		all := map[string]string{field: value}
		for k, v := range typed {
			if k != field {
				all[k] = v
			}
		}
		return all
	}
	for field, value := range map[string]string{"name": "", "to": "mara@example.com\r\nBcc: x", "delay": "soon", "place": "moon", "time": "25:00", "format": "doc", "why": ""} {
		a := b.post(fresh, b.theForm(fresh, fresh, with(field, value)))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="`+field+`-fault"`) || field != "name" && !strings.Contains(a.body, "Morning round") {
			t.Errorf("%s: %d %s", field, a.status, a.body)
		}
	}
	if a := b.post(fresh, b.theForm(fresh, fresh, typed)); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	page := b.get("/admin/mail").body
	for _, want := range []string{"Morning round", "20 min after each shift", "Ulm works › Filling", "mara@example.com, otto@example.com", "XLSX"} {
		if !strings.Contains(page, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	one := fresh + "/1"
	stale := b.theForm(one, one, map[string]string{"delay": "30", "why": "people need longer"})
	if a := b.post(one, stale); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if a := b.post(one, stale); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "somebody else has changed") && !strings.Contains(a.body, "Somebody else has changed") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.post(one+"/remove", url.Values{"remove-why": {""}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="remove-why-fault"`) || !strings.Contains(a.body, `value="Morning round"`) {
		t.Errorf("removed without a reason: %d", a.status)
	}
	if a := b.post(one+"/remove", url.Values{"remove-why": {"nobody reads it"}}); a.status != http.StatusSeeOther || strings.Contains(b.get("/admin/mail").body, "Morning round") {
		t.Errorf("%d", a.status)
	}
	all, err := w.audit.List(t.Context(), "", store.Page{Limit: 10})
	if err != nil || len(all) < 3 || all[0].What != "mail.subscription" || !strings.Contains(all[0].Old, "30 min") || all[0].Why != "nobody reads it" || all[1].Why != "people need longer" || all[2].Why != "the morning round" {
		t.Errorf("%+v, %v", all, err)
	}
}

// What is mailed is what the page gives.
func TestTheReportByMailIsThatOfThePage(t *testing.T) {
	w := newWorld(t, worth)
	w.clock.stop()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	window, _ := w.aNight(t, "2026-03-02")
	office := w.site.Office()
	shift := mail.Subscription{Kind: mail.Shift, Place: "ulm/filling", Format: report.CSV}
	night := mail.Period{Line: "filling-1", From: window.From}
	if wait, err := office.Settled(t.Context(), shift, night); wait != "" || err != nil {
		t.Errorf("it waits: %q, %v", wait, err)
	}
	later := mail.Period{Line: "filling-1", From: window.To}
	if wait, err := office.Settled(t.Context(), shift, later); wait == "" || err != nil {
		t.Errorf("a shift that is not laid out does not wait: %v", err)
	}
	first, _ := plant.ParseDate("2026-03-02")
	days := mail.Period{First: first, Last: first}
	losses := mail.Subscription{Kind: mail.Day, Place: "ulm/filling/filling-1", Format: report.CSV}
	for name, c := range map[string]struct {
		s mail.Subscription
		p mail.Period
	}{"shift": {shift, night}, "losses": {losses, days}} {
		r, page, err := office.Report(t.Context(), c.s, c.p)
		if err != nil {
			t.Fatal(err)
		}
		file, err := office.File(r, report.CSV)
		if err != nil {
			t.Fatal(err)
		}
		if a := b.get(page + "&format=csv"); a.status != http.StatusOK || a.body != string(file) || !strings.Contains(a.body, "Hour by hour") && name == "shift" {
			t.Errorf("%s: %d; the file by mail is\n%s\nand that of %s is\n%s", name, a.status, file, page, a.body)
		}
	}
	shift.Place = "ulm/packing"
	if _, _, err := office.Report(t.Context(), shift, night); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a line of another place is mailed: %v", err)
	}
}
