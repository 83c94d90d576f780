package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
)

const atAccess = "/admin/access"

func TestWhoMayComeInIsPutIntoForceAsATextAndPutBack(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.user("Bert", plant.Operator)
	ada.get(atAccess).mustSay(t, "No text was put into force yet")
	secret := ada.post("/admin/tokens", url.Values{"name": {"orders"}, "role": {"program"}, "scope-read": {"on"}, "why": {"reads"}}).secret()
	home := ada.get(atAccess)
	home.mustSay(t, "name: Bert", "name: orders", `href="/admin/access/version/1"`) // adding the token is the first version
	ada.get("/admin/people").mustSay(t, `href="/admin/access"`)
	ada.get("/admin/plant").mustSay(t, `href="/admin/access"`)
	text := home.form(t, atAccess+"/check").Get("text")
	if file := ada.get(atAccess + "/file"); file.body != text || strings.Contains(text, "argon2id") || strings.Contains(text, secret) {
		t.Fatalf("%s\n%s", file.body, text)
	}
	ada.post(atAccess+"/check", url.Values{"text": {text}, "prune": {"on"}}).mustSay(t, "nothing would change")

	changed := strings.Replace(text, "role: operator", "role: manager", 1)
	changed = strings.Replace(changed, "scopes: [read]", "scopes: [read, 'jobs:step']", 1)
	changed = strings.Replace(changed, "displays: []", "displays: [{name: screen, page: /wall/line/filling-1}]", 1)
	changed = strings.Replace(changed, "  people:\n", "  people:\n    - {name: Eve, role: viewer, grants: {ulm/filling: operator}}\n", 1)
	page := ada.post(atAccess+"/check", url.Values{"text": {strings.ReplaceAll(changed, "\n", "\r\n")}})
	page.mustSay(t, "was operator, becomes manager", "Program orders", "becomes read jobs:step; its secret stays", "works once its secret is made", "<strong>Eve</strong> is added", "Put into force")
	if u, err := w.vault.UserByName(t.Context(), "Bert"); err != nil || u.Role != plant.Operator {
		t.Errorf("a look changes something: %+v %v", u, err)
	}
	if a := ada.send2(page, atAccess+"/apply", nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say in one sentence") || !strings.Contains(a.body, "becomes manager") {
		t.Errorf("without a reason: %d", a.status)
	}
	a := ada.send2(page, atAccess+"/apply", map[string]string{"why": "a new shift"})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != atAccess+"/version/2?done=inforce" {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	if audit := ada.get("/admin/audit"); strings.Contains(audit.body, "<summary></summary>") || !strings.Contains(audit.body, "-      role: operator") {
		t.Error("the audit does not tell what was changed under a name")
	}
	if again := ada.send2(page, atAccess+"/apply", map[string]string{"why": "sent twice"}); again.status != http.StatusSeeOther {
		t.Errorf("sent twice: %d", again.status)
	}
	ada.get(atAccess+"/version/2").mustSay(t, "a new shift", "+       role: manager", "Put it back", "Ada", "browser")
	ada.get(atAccess).mustSay(t, `href="/admin/access/version/2"`, "a new shift")
	if a := w.program(secret).get("/api/v1/jobs"); a.status == http.StatusUnauthorized {
		t.Error("the secret works no more")
	}
	ada.get("/admin/people").mustSay(t, "No password yet")
	for _, trail := range []string{"Bert", "Eve"} {
		if told := w.trail("user.change"); len(told) == 0 || told[0].Why != "a new shift" || told[0].Who.Name != "Ada" {
			t.Errorf("%s: %+v", trail, told)
		}
	}

	// The display works once its secret is made, which is shown once.
	ada.get("/admin/tokens").mustSay(t, "Has no secret yet")
	tokens, err := w.vault.Tokens(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tokens {
		if !k.Keyless() {
			continue
		}
		at := tokenAt(k)
		if a := ada.post(at+"/secret", url.Values{}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", a.status)
		}
		link := ada.post(at+"/secret", url.Values{"secret-why": {"it hangs now"}}).secret()
		if a := w.browser().get(link[max(0, strings.Index(link, "/wall/open/")):]); a.status != http.StatusSeeOther {
			t.Errorf("the link opens nothing: %d", a.status)
		}
	}

	// Putting it back says first what that changes; who came since stays, unless it is to go.
	kept(t, ada.send2(ada.post(atAccess+"/check", url.Values{"text": {"access: {people: [{name: Bert, role: viewer}, {name: Fay, role: admin}]}"}}), atAccess+"/apply", map[string]string{"why": "a mistake"}))
	back := ada.get(atAccess + "?version=2")
	back.mustSay(t, "was viewer, becomes manager", "Put into force")
	if strings.Contains(back.body, "Fay</strong>") {
		t.Error("who came since would go unasked")
	}
	form := back.form(t, atAccess+"/check")
	form.Set("prune", "on")
	page = ada.post(atAccess+"/check", form)
	page.mustSay(t, "<strong>Fay</strong> is disabled")
	kept(t, ada.send2(page, atAccess+"/apply", map[string]string{"why": "as it was"}))
	if u, err := w.vault.UserByName(t.Context(), "Fay"); err != nil || !u.Disabled {
		t.Errorf("%+v %v", u, err)
	}
}

func TestATextThatCannotBeIsShownAgainWithWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for text, want := range map[string]string{
		"access: {people: [{name: Eve, role: king}]}":        "is no role",
		"access: {people: [{name: Eve, password: hunter2}]}": "is unknown here",
		"sites: []": "is unknown here",
		"access: {people: [{name: <script>x</script>, role: nobody}]}":   "A name is made of",
		"access: {certificates: [{state: trusted, thumbprint: \"00\"}]}": "no machine has shown",
	} {
		for _, form := range []string{"check", "apply"} {
			a := ada.post(atAccess+"/"+form, url.Values{"text": {text}, "why": {"x"}})
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>x") || !strings.Contains(a.body, `id="text"`) {
				t.Errorf("%s: %d %s", text, a.status, complaint(a))
			}
		}
	}
	if a := ada.get(atAccess + "/version/1"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
	if a := ada.get(atAccess + "?version=x"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

// Two admins: the second sees what changed meanwhile; and nobody locks himself out, nor everybody.
func TestTheSecondOfTwoWhoPutATextIntoForceLooksAgain(t *testing.T) {
	w := newWorld(t)
	ada, cleo := w.admin("Ada"), w.admin("Cleo")
	const text = "access: {people: [{name: Eve, role: viewer}]}"
	page := ada.post(atAccess+"/check", url.Values{"text": {text}})
	kept(t, cleo.send2(cleo.post(atAccess+"/check", url.Values{"text": {"access: {people: [{name: Fay, role: viewer}]}"}}), atAccess+"/apply", map[string]string{"why": "first"}))
	a := ada.send2(page, atAccess+"/apply", map[string]string{"why": "second"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "omebody else has changed") || !strings.Contains(a.body, `value="second"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.send2(a, atAccess+"/apply", nil))

	page = ada.post(atAccess+"/check", url.Values{"text": {"access: {people: []}"}, "prune": {"on"}})
	a = ada.send2(page, atAccess+"/apply", map[string]string{"why": "all out"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "your own place") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if u, err := w.vault.UserByName(t.Context(), "Ada"); err != nil || u.Disabled {
		t.Errorf("%+v %v", u, err)
	}
}
