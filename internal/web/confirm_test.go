package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"millwright/internal/access/provider"
	"millwright/internal/plant"
)

// tied takes a person's password away: a provider vouches for him from now on.
func (w *world) tied(name, issuer, subject string) {
	w.t.Helper()
	u, err := w.vault.UserByName(w.t.Context(), name)
	if err == nil {
		u.Hash, u.Issuer, u.Subject = "", issuer, subject
		err = w.vault.SaveUser(w.t.Context(), u, plant.Program(), "it is she")
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func leads(s *provider.Settings) { s.Roles["leads"] = plant.Manager }

// Who has no password here signs by being asked anew at the provider, for this very request.
func TestAProviderAsksAnewBeforeSomebodySigns(t *testing.T) {
	issuer := realProvider(t)
	w, ada, olga, _ := governed(t, vouchedBy(t, issuer, leads))
	where, other := ada.asked(t, renamed), ada.asked(t, strings.Replace(plantText, "COLA-05: 600ms", "COLA-05: 900ms", 1))
	w.tied("Olga", issuer, "5")
	who := there{"5", "olga", "leads"}
	if a := olga.get(olga.atProvider(issuer, who)); a.status != http.StatusSeeOther { // by which she is in now, and just asked
		t.Fatalf("%d %s", a.status, a.short())
	}
	page := olga.get(where)
	if says(t, page, "Keycloak asks once more who you are", `href="`+where+`/confirm"`); strings.Contains(page.body, "Approve and sign") || strings.Contains(page.body, `type="password"`) {
		t.Error("it can be signed at once")
	}
	unsigned := func(what, where string) {
		t.Helper()
		if a := olga.approve(where); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "confirm first who you are") {
			t.Errorf("%s: %d %s", what, a.status, complaint(a))
		}
	}
	unsigned("a session as fresh as can be", where)
	confirm := func(who there) answer {
		t.Helper()
		back, asked := olga.through(issuer, where+"/confirm", who)
		if !asked {
			t.Error("the provider let her through in silence")
		}
		return olga.get(back)
	}
	if a := confirm(there{"6", "otto", "leads"}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "vouched for somebody else than you") {
		t.Errorf("by somebody else: %d %s", a.status, complaint(a))
	}
	if a := confirm(there{}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "did not let you in, or you turned back there") {
		t.Errorf("turned back: %d %s", a.status, complaint(a))
	}
	unsigned("after failing twice", where)
	if a := confirm(who); a.status != http.StatusSeeOther || a.header.Get("Location") != where+"?done=confirmed" {
		t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), complaint(a))
	}
	if e := w.trail("request.confirm"); len(e) != 1 || e[0].Who.Name != "Olga" || e[0].On != "request 1" || e[0].New != issuer+" as 5" {
		t.Errorf("%+v", e)
	}
	says(t, olga.get(where), "that counts until", "Approve and sign")
	unsigned("another request", other)
	kept(t, ada.post(where+"/effect", nil))
	unsigned("another effect", where)
	kept(t, confirm(who))
	w.clock.pass(6 * time.Minute)
	unsigned("six minutes after", where)
	w.clock.pass(-6 * time.Minute)
	kept(t, olga.approve(where))
	says(t, ada.get(where), "Waits for an owner for IT", "Olga")
	if _, err := w.chain.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNobodyConfirmsInASessionThatHasEnded(t *testing.T) {
	issuer := realProvider(t)
	w, ada, olga, _ := governed(t, vouchedBy(t, issuer, leads))
	where := ada.asked(t, renamed)
	w.tied("Olga", issuer, "5")
	olga.get(olga.atProvider(issuer, there{"5", "olga", "leads"}))
	back, _ := olga.through(issuer, where+"/confirm", there{"5", "olga", "leads"})
	olga.post("/sign-out", nil)
	if a := olga.get(back); a.status != http.StatusUnauthorized || olga.cookie("session") != "" || !strings.Contains(a.body, "not signed in here any more") {
		t.Errorf("%d %s", a.status, a.short())
	}
}
