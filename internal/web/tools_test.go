package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// TestAToolIsKeptByTheForm: what is wrong stands beside its field, and who was first wins.
func TestAToolIsKeptByTheForm(t *testing.T) {
	w := newWorld(t)
	pia := w.keeper("Pia")
	wrong := with(pia.formAt("/tools/new"), "number", "M-7", "name", "", "count", "two", "back", "soon")
	a := pia.post("/tools/new", wrong)
	for _, want := range []string{`id="count-fault"`, `id="back-fault"`, `value="two"`, `value="soon"`} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d, no %s", a.status, want)
		}
	}
	good := with(pia.formAt("/tools/new"), "number", "M-7", "name", "<b>Mould</b>", "count", "2", "away", "1", "back", "2099-03-09 06:00", "place", "Rack 3")
	if a := pia.post("/tools/new", with(good, "away", "3")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="away-fault"`) {
		t.Errorf("more away than there are: %d", a.status)
	}
	if a := pia.post("/tools/new", good); a.status != http.StatusSeeOther || a.header.Get("Location") != "/tools/1?done=added" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := pia.post("/tools/new", good); a.status != http.StatusConflict || !strings.Contains(a.body, "there is a tool M-7 already") && !strings.Contains(a.body, "There is a tool M-7 already") {
		t.Errorf("the same number again: %d", a.status)
	}
	says(t, pia.get("/tools/1?done=added"), "Added.", "&lt;b&gt;Mould&lt;/b&gt;", "1 of 2 in maintenance", "2099-03-09 06:00", "Rack 3", "No operation takes it")
	says(t, pia.get("/tools?search=m-7"), ">M-7<", "Rack 3")
	if a := pia.get("/lists/tools/export?as=csv"); a.status != http.StatusOK || !strings.Contains(a.body, "M-7,") {
		t.Errorf("the export is %d %s", a.status, a.short())
	}
	stale := with(pia.formAt("/tools/1/change"), "name", "Mine")
	if a := pia.post("/tools/1/change", with(pia.formAt("/tools/1/change"), "away", "", "name", "Theirs")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := pia.post("/tools/1/change", stale); a.status != http.StatusConflict || !strings.Contains(a.body, `value="Mine"`) {
		t.Errorf("changed by two: %d", a.status)
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	if a := vera.get("/tools/1"); a.status != http.StatusOK || strings.Contains(a.body, "/tools/1/change") {
		t.Errorf("%d: a viewer is offered to change it", a.status)
	}
	if a := vera.post("/tools/1/change", stale); a.status != http.StatusForbidden {
		t.Errorf("a viewer changes it: %d", a.status)
	}
}

// TestAnOperationTakesToolsAndPeople: by the API, by the form of a bill, and as a work order copies it.
func TestAnOperationTakesToolsAndPeople(t *testing.T) {
	w := newWorld(t)
	p, pia := w.planner(), w.keeper("Pia")
	p.madeItems("CAP")
	said[thing](p, "/api/v1/tools", `{"number":"M-7","name":"Mould","count":2}`, http.StatusCreated)
	said[thing](p, "/api/v1/work-centres", `{"code":"PRESS","name":"Press"}`, http.StatusCreated)
	said[thing](p, "/api/v1/tools", `{"number":"G-1","name":"Gauge","count":3}`, http.StatusCreated)
	for _, name := range []string{"Fitting", "Welding"} {
		if _, err := w.kept.Skills().Add(t.Context(), name, plant.Program()); err != nil {
			t.Fatal(err)
		}
	}
	draft := func(takes string) string {
		return `{"item":"CAP","operations":[{"name":"Press","centre":"PRESS","runSeconds":90,` + takes + `}]}`
	}
	for takes, where := range map[string]string{
		`"tool":"M-9"`: "operations[0].tool", `"skill":"Magic"`: "operations[0].skill", `"tool":"M-7","tools":3`: "operations[0].tools", `"tools":2`: "operations[0].tool", `"also":"2 × Welding"`: "operations[0].also", `"tool":"M-7","also":"M-7"`: "operations[0].also", `"skill":"Fitting","crew":0`: "operations[0].crew",
	} {
		if a := p.send("/api/v1/bills", draft(takes)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, where) {
			t.Errorf("%s: %d %s", takes, a.status, a.body)
		}
	}
	b := said[thing](p, "/api/v1/bills", draft(`"skill":"fitting","crew":2,"tool":"m-7","also":"g-1;welding"`), http.StatusCreated)
	if a := p.get("/api/v1/bills/1"); !strings.Contains(a.body, `"skill":"Fitting","tool":"M-7","tools":1,"also":"G-1; Welding"`) {
		t.Errorf("the bill tells %s", a.body)
	}
	f := pia.formAt("/bills/1/change")
	if f.Get("operations-also-0") != "G-1; Welding" || f.Get("operations-skill-0") != "Fitting" || f.Get("operations-tool-0") != "M-7" || f.Get("operations-tools-0") != "1" {
		t.Errorf("the form has %v", f)
	}
	if a := pia.post("/bills/1/change", with(f, "operations-tools-0", "3", "do", "keep")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="operations-tools-0-fault"`) {
		t.Errorf("more of a tool than there are: %d", a.status)
	}
	if a := pia.post("/bills/1/change", with(f, "operations-also-0", "4 × G-1", "do", "keep")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="operations-also-0-fault"`) || !strings.Contains(a.body, `value="4 × G-1"`) {
		t.Errorf("more of another tool than there are: %d", a.status)
	}
	f.Set("operations-also-0", "2 × G-1; Welding")
	if a := pia.post("/bills/1/change", with(f, "operations-tools-0", "2", "do", "keep")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	says(t, pia.get("/bills/1"), "Fitting", "2 × M-7", "2 × G-1; Welding", "/tools/1")
	says(t, pia.get("/tools/1"), ">CAP<", "Version 1", ">2<")
	says(t, pia.get("/tools/2"), ">CAP<", "Version 1", ">2<")
	said[thing](p, "/api/v1/bills/1/release", `{"version":`+idOf(b.Version+1)+`}`, http.StatusOK)
	said[thing](p, "/api/v1/work", `{"item":"CAP","quantity":5,"due":"2099-01-01"}`, http.StatusCreated)
	said[thing](p, "/api/v1/work/1/steps/release", `{"version":1}`, http.StatusOK)
	if a := p.get("/api/v1/work/1"); !strings.Contains(a.body, `"crew":2,"skill":"Fitting","tool":"M-7","tools":2,"also":"2 × G-1; Welding"`) {
		t.Errorf("the order tells %s", a.body)
	}
	says(t, pia.get("/work/1"), "2 × Fitting, 2 × M-7, 2 × G-1; Welding")
	if a := pia.get("/work/1/traveller.pdf"); a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF") {
		t.Errorf("the traveller is %d", a.status)
	}
	tool := got[struct{ Uses []struct{ Item string } }](p, "/api/v1/tools/1")
	if len(tool.Uses) != 1 || tool.Uses[0].Item != "CAP" {
		t.Errorf("it is taken by %+v", tool)
	}
}

// TestHowManyWorkInAShift: planners say it, by the page and by the API.
func TestHowManyWorkInAShift(t *testing.T) {
	w := newWorld(t)
	p, pia := w.planner(), w.keeper("Pia")
	if _, err := w.kept.Skills().Add(t.Context(), "Fitting", plant.Program()); err != nil {
		t.Fatal(err)
	}
	says(t, pia.get("/skills"), "People in a shift", "Early", "Night")
	form := url.Values{"staffed": {"1"}, "shift": {"Early"}, "people": {"3"}}
	if a := pia.post("/skills/staff", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	for field, value := range map[string]string{"people": "-1", "shift": "Tea", "staffed": "9"} {
		if a := pia.post("/skills/staff", with(form, field, value)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="`+field+`-fault"`) {
			t.Errorf("%s %s: %d", field, value, a.status)
		}
	}
	type staffed struct {
		Skills []struct {
			Staff []struct {
				Shift  string
				People int64
			}
		}
	}
	if s := got[staffed](p, "/api/v1/skills"); len(s.Skills[0].Staff) != 1 || s.Skills[0].Staff[0].People != 3 {
		t.Errorf("kept %+v", s)
	}
	if s := said[staffed](p, "/api/v1/skills/1/staff", `{"shift":"Early"}`, http.StatusOK); len(s.Skills[0].Staff) != 0 {
		t.Errorf("taken back, there is %+v", s)
	}
	if a := p.send("/api/v1/skills/9/staff", `{"shift":"Early","people":1}`); a.status != http.StatusNotFound {
		t.Errorf("of no skill: %d", a.status)
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	if a := vera.post("/skills/staff", form); a.status != http.StatusForbidden {
		t.Errorf("a viewer says it: %d", a.status)
	}
}

// TestToolsAreImported: what a table would do is shown before it is kept, by the page; programs send tables too.
func TestToolsAreImported(t *testing.T) {
	w := newWorld(t)
	pia := w.keeper("Pia")
	says(t, pia.get("/tools"), `href="/lists/tools/import"`, `href="/tools/new"`)
	a := pia.upload("/lists/tools/import", "tools.csv", []byte("number,name,there are,in maintenance,back\nM-1,Mould,2,1,2099-03-09 06:00\nM-2,,1,,\n"))
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	says(t, pia.get(a.header.Get("Location")), "1 new, 0 changed, 0 unchanged, 1 wrong", "it is empty")
	if a := pia.post(a.header.Get("Location"), url.Values{}); a.status != http.StatusOK || !strings.Contains(a.body, "Kept.") {
		t.Errorf("%d %s", a.status, a.short())
	}
	says(t, pia.get("/tools/1"), "Mould", "1 of 2 in maintenance")
	p := w.planner()
	send := func(table string) answer {
		return p.do(http.MethodPost, "/api/v1/tools/import", strings.NewReader(table), http.Header{"Content-Type": {"text/csv"}})
	}
	if a := send("number,name\nm-1,Mould for caps\nG-1,Gauge\n"); a.status != http.StatusOK || !strings.Contains(a.body, `"new":1`) || !strings.Contains(a.body, `"changed":1`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	away := `{"number":"M-1","name":"Mould for caps","count":2,"away":2,"back":"2099-01-01","version":2}`
	if kept := said[struct {
		Away, Version int64
		Back          string
	}](p, "/api/v1/tools/1/change", away, http.StatusOK); kept.Away != 2 || kept.Version != 3 || !strings.HasPrefix(kept.Back, "2098-12-31T23") {
		t.Errorf("changed to %+v", kept)
	}
	for text, status := range map[string]int{away: http.StatusConflict, `{"number":"M-1","name":"M","count":1,"back":"soon","version":3}`: 422, `{"number":"M-1","name":"","count":1,"version":3}`: 422} {
		if a := p.send("/api/v1/tools/1/change", text); a.status != status {
			t.Errorf("%s: %d %s", text, a.status, a.body)
		}
	}
	if list := got[struct{ Tools []struct{ Name string } }](p, "/api/v1/tools"); len(list.Tools) != 2 || list.Tools[1].Name != "Mould for caps" {
		t.Errorf("there are %+v", list)
	}
}
