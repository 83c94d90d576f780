package web_test

import (
	"net/http"
	"strings"
	"testing"

	"millwright/internal/plant"
)

func TestOperatorsSignOnAtTheTerminalAndOff(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Mia", plant.Operator)
	w.user("Vera", plant.Viewer)
	otto := w.signedIn("Otto")
	form := otto.formWith(terminal, `name="on"`)
	if page := otto.get(terminal).body; !strings.Contains(page, "Nobody is signed on.") || strings.Contains(page, ">Vera<") {
		t.Error("the terminal offers whom it should not, or has somebody signed on")
	}
	for range 2 { // sent again, it says the same
		if a := otto.post(terminal+"/crew", with(form, "on", "1", "place", "filling-1/filler")); a.status != http.StatusSeeOther || a.header.Get("Location") != terminal {
			t.Fatalf("sign on: %d %s", a.status, a.short())
		}
	}
	mia := w.signedIn("Mia").formWith(terminal, `name="on"`) // her name is chosen where she is signed in
	if a := otto.post(terminal+"/crew", with(mia, "on", "1")); a.status != http.StatusSeeOther {
		t.Fatalf("sign another on: %d %s", a.status, a.short())
	}
	page := otto.get(terminal).body
	if strings.Count(page, `name="off"`) != 2 || !strings.Contains(page, "Sign off Otto at Filler") || !strings.Contains(page, "Sign off Mia") {
		t.Error("they are not both at the line")
	}
	if a := otto.post(terminal+"/crew", otto.formWith(terminal, "Sign off Otto")); a.status != http.StatusSeeOther {
		t.Fatalf("sign off: %d %s", a.status, a.short())
	}
	if page := otto.get(terminal).body; strings.Contains(page, "Sign off Otto") || !strings.Contains(page, "Sign off Mia") {
		t.Error("Otto is still at the line, or Mia is not")
	}
	for what, sent := range map[string][]string{"choose an operator": {"who", "99"}, "choose a machine of this line": {"place", "packing-1/packer"}} {
		if a := otto.post(terminal+"/crew", with(form, append(sent, "on", "1")...)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, what) {
			t.Errorf("%s: %d %s", what, a.status, a.short())
		}
	}
	if a := w.signedIn("Vera").post(terminal+"/crew", with(form, "on", "1")); a.status != http.StatusForbidden {
		t.Errorf("a viewer signs on: %d", a.status)
	}
}
