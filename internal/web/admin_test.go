package web_test

import (
	"net/http"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// stepsOf are the names of the steps on the overview, those that are done with a +.
func stepsOf(a answer) string {
	var all []string
	for _, li := range strings.Split(between(a.body, `<ol class="first-steps">`, `</ol>`), "<li")[1:] {
		name := between(li, "<h3>", "</h3>")
		if strings.Contains(li, ">Done<") {
			name = "+" + name
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

func TestTheOverviewTellsWhatToDoNext(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	text := func(text string) {
		t.Helper()
		kept(t, ada.drafted(t, text))
	}
	text("enterprise: Empty\n")
	if got := stepsOf(ada.get("/admin")); got != "Connect a machine, Choose what is read, Set up a line, Say what counts, Say how fast, Say when it works, Publish, Let people in" {
		t.Errorf("an empty plant: %s", got)
	}
	text(`connections: [{id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:4840"}]
machines: {press: {tags: {good: {address: "ns=2;s=good"}}}}
sites: [{id: ulm, zone: Europe/Berlin, areas: [{id: hall, lines: [{id: one, name: Line <1>, units: [{id: press, connection: plc, machines: [press]}]}, {id: two, units: [{id: press}]}]}]}]
`)
	page := ada.get("/admin")
	if got := stepsOf(page); got != "+Connect a machine, +Choose what is read, +Set up a line, Say what counts, Say how fast, Say when it works, Publish, Let people in" {
		t.Errorf("a line: %s", got)
	}
	page.mustSay(t, `href="/admin/lines/one/unit/press"`, `href="/admin/calendar/site/ulm"`, "2 lines lack it.", "Line &lt;1&gt;")
	if strings.Count(page.body, "step-next") != 1 || strings.Count(page.body, "button-primary") != 1 {
		t.Error("there is not one next step")
	}
	w.user("Vera", plant.Viewer)
	text(strings.Replace(plantText, "enterprise: Test", "enterprise: Rest", 1))
	if got := stepsOf(ada.get("/admin")); !strings.Contains(got, "+Say what counts, +Say how fast") || !strings.Contains(got, ", Publish, +Let people in") {
		t.Errorf("a whole plant: %s", got)
	}
}

func TestAdminPagesStandInGroups(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.user("Mara", plant.Manager)
	nav := func(path string) string {
		return between(ada.get(path).body, `<nav class="tabs" aria-label="Admin">`, "</nav>")
	}
	for path, want := range map[string][2]string{
		"/admin":                 {"/admin", ""},
		"/admin/lines":           {"/admin/lines", "/admin/lines"},
		"/admin/reasons":         {"/admin/lines", "/admin/reasons"},
		"/admin/tags":            {"/admin/connections", "/admin/tags"},
		"/admin/machines":        {"/admin/connections", "/admin/machines"},
		"/admin/requests":        {"/admin/plant", "/admin/requests"},
		"/admin/audit":           {"", "/admin/audit"},
		"/admin/people/1":        {"/admin/people", "/admin/people"},
		"/admin/lines/filling-1": {"/admin/lines", "/admin/lines"},
	} {
		got := nav(path)
		group, page := want[0], want[1]
		if group != "" && !strings.Contains(got, `<a href="`+group+`" aria-current="true">`) || page != "" && !strings.Contains(got, `<a href="`+page+`" aria-current="page">`) || strings.Count(got, `aria-current="true"`) != 1 {
			t.Errorf("%s shows %s", path, got)
		}
	}
	if a := w.signedIn("Mara").get("/admin"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/requests" {
		t.Errorf("a manager: %d %s", a.status, a.header.Get("Location"))
	}
}
