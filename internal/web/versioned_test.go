package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
)

// What is changed on the pages of people, tokens, certificates and rules is a version with its difference, who and why,
// and can be put back.
func TestEveryChangeOfWhoMayComeInIsAVersion(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.user("Bert", plant.Viewer)
	number := 0
	version := func(why string, says ...string) {
		t.Helper()
		number++
		page := ada.get(fmt.Sprintf("%s/version/%d", atAccess, number))
		page.mustSay(t, append(says, why, "Ada", "browser", "Put it back")...)
		ada.get(atAccess).mustSay(t, fmt.Sprintf(`href="%s/version/%d"`, atAccess, number))
		if _, err := w.kept.Access().Version(t.Context(), int64(number+1)); err == nil {
			t.Errorf("%s made more than one version", why)
		}
	}
	post := func(path string, form url.Values) {
		t.Helper()
		if a := ada.post(path, form); a.status >= 400 {
			t.Fatalf("%s: %d %s", path, a.status, complaint(a))
		}
	}
	bert, err := w.vault.UserByName(t.Context(), "Bert")
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/admin/people/%d", bert.ID)
	grant := ada.get(at).form(t, at+"/grants")
	for name, value := range map[string]string{"grant-at": "ulm/filling", "grant-role": "operator", "grant-why": "works there"} {
		grant.Set(name, value)
	}
	post(at+"/grants", grant)
	version("works there", "+", "ulm/filling: operator")
	page := ada.get(at)
	form := page.form(t, at)
	form.Set("role", "manager")
	form.Set("why", "leads the shift")
	post(at, form)
	version("leads the shift", "+       role: manager")
	post("/admin/tokens", url.Values{"name": {"screen"}, "role": {"display"}, "page": {"/wall/line/filling-1"}, "why": {"hangs in the hall"}})
	version("hangs in the hall", "+", "page: /wall/line/filling-1")
	tokens, err := w.vault.Tokens(t.Context(), 10)
	if err != nil || len(tokens) != 1 {
		t.Fatalf("%+v %v", tokens, err)
	}
	moved := ada.get(tokenAt(tokens[0])).form(t, tokenAt(tokens[0])+"/page")
	moved.Set("page", "/wall/line/packing-1")
	moved.Set("page-why", "the other line")
	post(tokenAt(tokens[0])+"/page", moved)
	version("the other line", "−       page: /wall/line/filling-1", "+       page: /wall/line/packing-1")

	der, key, err := pki.Own(t.TempDir(), "urn:press", w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := pki.Load(der, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := (pki.Store{Dir: w.folder}).Put(pair.Certificate, pki.Pending); err != nil {
		t.Fatal(err)
	}
	given := pki.Thumbprint(pair.Certificate)
	post("/admin/certificates/machine/"+given, url.Values{"shelf": {"rejected"}, "step": {"trust"}, "why": {"compared on the panel"}})
	version("compared on the panel", "+", "thumbprint: "+given, "state: trusted")

	// What changes nothing of it, or is refused, is no version.
	number--
	post(at+"/password", url.Values{"password": {"correct horse battery"}, "password-why": {"forgot it"}, "why": {"forgot it"}})
	if a := ada.post(at+"/grants", url.Values{"grant-at": {"moon"}, "grant-role": {"operator"}, "grant-why": {"x"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.status)
	}
	version("compared on the panel")

	// An earlier one is put back, with what that changes told before: the grant alone stays, the certificate is not trusted.
	back := ada.get(atAccess + "?version=1")
	back.mustSay(t, "was manager, operator at ulm/filling, becomes viewer, operator at ulm/filling")
	form = back.form(t, atAccess+"/check")
	form.Set("prune", "on")
	checked := ada.post(atAccess+"/check", form)
	kept(t, ada.send2(checked, atAccess+"/apply", map[string]string{"why": "as on the first day"}))
	u, err := w.vault.UserByName(t.Context(), "Bert")
	if err != nil || u.Role != plant.Viewer || len(u.Grants) != 1 {
		t.Errorf("%+v %v", u, err)
	}
	if trusted, err := w.machines.Certificates(pki.Trusted); err != nil || len(trusted) != 0 {
		t.Errorf("%d are still trusted, %v", len(trusted), err)
	}
	if tokens, err = w.vault.Tokens(t.Context(), 10); err != nil || len(tokens) == 1 && !tokens[0].Revoked {
		t.Errorf("the display still works: %+v %v", tokens, err)
	}
	if strings.Contains(ada.get(atAccess).body, "No text was put into force yet") {
		t.Error("there is no history")
	}
}
