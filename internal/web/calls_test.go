package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// step reads the form that takes a call a step further.
func (b *browser) step(label string) url.Values { return b.formWith(terminal, ">"+label+"<") }

func TestHelpIsCalledAndComes(t *testing.T) {
	w := newWorld(t).running()
	w.user("Otto", plant.Operator)
	w.user("Mia", plant.Operator)
	w.user("Vera", plant.Viewer)
	otto, mia, vera := w.signedIn("Otto"), w.signedIn("Mia"), w.signedIn("Vera")
	socket := vera.watch("line/filling-1/calls", "now/lines", "wall/line/filling-1")
	raise := with(otto.formWith(terminal, `name="call"`), "call", "maintenance", "unit", "filling-1/filler", "note", "it <b>leaks</b>")
	for range 2 { // sent twice, called once
		if a := otto.post(terminal+"/call", raise); a.status != http.StatusSeeOther || a.header.Get("Location") != terminal {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if seen := socket.sees("line/filling-1/calls", "Maintenance, Filler: it &lt;b&gt;leaks"); strings.Contains(seen, "<form") {
		t.Error("a viewer gets the buttons")
	}
	socket.sees("now/lines", "Maintenance, Filler: Called by Otto")
	socket.sees("wall/line/filling-1", "Maintenance, Filler")
	if page := vera.get("/line/filling-1").body; !strings.Contains(page, "Called by Otto") || strings.Contains(page, "I come") {
		t.Error("the page of the line does not tell of the call, or has buttons for a viewer")
	}
	answer, late := mia.step("I come"), otto.step("I come")
	for range 2 {
		if a := mia.post(terminal+"/call", answer); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := otto.post(terminal+"/call", late); a.status != http.StatusConflict || !strings.Contains(a.body, "Mia has answered this call already") {
		t.Errorf("the second who answers: %d %s", a.status, a.short())
	}
	socket.sees("wall/line/filling-1", "Mia comes")
	if a := otto.post(terminal+"/call", otto.step("Done")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if strings.Contains(vera.get("/line/filling-1").body, "Mia comes") {
		t.Error("it is done, and still told")
	}
	for what, who := range map[string]string{"call.raise": "Otto", "call.answer": "Mia", "call.done": "Otto"} {
		if e := w.trail(what); len(e) != 1 || e[0].Who.Name != who {
			t.Errorf("%s: %+v", what, e)
		}
	}
}

func TestACallThatIsNoneIsShownAsTyped(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	form := otto.formWith(terminal, `name="call"`)
	long := strings.Repeat("y", 201)
	for name, c := range map[string]struct {
		act    url.Values
		status int
		want   []string
	}{
		"for lunch":      {with(form, "call", "lunch", "note", "hungry"), 422, []string{"call for material", `value="hungry"`}},
		"too long":       {with(form, "call", "quality", "note", long), 422, []string{"under 200", `id="note-fault"`, long}},
		"of nowhere":     {with(form, "call", "quality", "unit", "packing-1/filler"), 422, []string{"choose a machine of this line", `id="unit-fault"`}},
		"no call":        {url.Values{"step": {"answer"}, "id": {"x"}, "version": {"1"}}, 404, nil},
		"no step":        {url.Values{"step": {"dance"}, "id": {"4711"}, "version": {"1"}}, 404, nil},
		"nothing at all": {url.Values{}, 422, []string{"call for material"}},
	} {
		a := otto.post(terminal+"/call", c.act)
		if a.status != c.status {
			t.Errorf("%s: %d %s", name, a.status, a.short())
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
	}
	if e := w.trail("call.raise"); len(e) > 0 {
		t.Errorf("%+v", e)
	}
	if a := otto.post(terminal+"/call", with(form, "call", "quality")); a.status != 303 {
		t.Fatalf("%d", a.status)
	}
	if a := otto.post(terminal+"/call", with(otto.formWith(terminal, `name="call"`), "call", "quality")); a.status != 409 || !strings.Contains(a.body, "Otto has called for quality there already") {
		t.Errorf("called twice: %d %s", a.status, a.short())
	}
}
