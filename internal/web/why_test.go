package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/web"
)

// explained is a plant that says what its fault codes mean, and how long a changeover may take.
func explained(d *web.Deps) {
	d.Plant.Reasons = reason.NewBook(
		reason.Tree{
			{ID: "technical", Name: "Technical", Loss: "breakdown", Parts: []reason.Reason{{ID: "jam", Name: "Bottle <jam>", Names: map[string]string{"de": "Flaschenstau"}}}},
			{ID: "material", Name: "Material"},
		},
		reason.Tree{{ID: "burr", Name: "Burr"}},
	)
	for _, a := range d.Plant.Sites[0].Areas {
		for i := range a.Lines {
			l := &a.Lines[i]
			l.Codes = map[plant.UnitID]reason.Layers{plant.UnitID(string(l.ID) + "/filler"): {{Exact: map[string]reason.ID{"E-107": "jam"}}}}
			l.Changeover = plant.Changeover{Default: 12 * time.Minute}
		}
	}
	d.Plant.Sites[0].Areas[1].Lines[0].Language = "de"
	d.Plant.Sites[0].Areas[1].Lines[0].Reasons = []reason.ID{"material"}
}

func TestAFaultIsShownByWhatItMeans(t *testing.T) {
	w := newWorld(t, explained)
	w.user("Vera", plant.Viewer)
	for _, line := range []plant.LineID{"filling-1", "packing-1"} {
		w.lines.change(line, func(s *oee.Snapshot) {
			last := s.Segments[len(s.Segments)-1]
			last.Category, last.Unit, last.Fault = oee.Breakdown, plant.UnitID(string(line)+"/filler"), "E-107"
			s.Segments = append(s.Segments[:len(s.Segments)-1:len(s.Segments)-1], last)
			s.Now, s.Cause, s.Fault = oee.Breakdown, last.Unit, last.Fault
		})
	}
	b := w.signedIn("Vera")
	for _, page := range []string{"/", "/line/filling-1"} {
		b.get(page).mustSay(t, "Filler, Bottle &lt;jam&gt; (E-107)")
	}
	for _, page := range []string{"/", "/line/packing-1"} {
		b.get(page).mustSay(t, "Filler, Flaschenstau (E-107)")
	}
	wall := w.display("/wall/line/filling-1").get("/wall/line/filling-1")
	wall.mustSay(t, "Filler, Bottle &lt;jam&gt; (E-107)", ">Bottle &lt;jam&gt; (E-107)") // now, and among the stops, where there is little room
	w.display("/wall/hall/packing").get("/wall/hall/packing").mustSay(t, "Flaschenstau (E-107)")
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Fault = "E-999" })
	b.get("/").mustSay(t, "Filler, fault E-999")

	api := w.program(w.token(plant.Viewer, ""))
	api.get("/api/v1/lines/packing-1").mustSay(t, `"fault":"E-107","reason":{"id":"jam","name":"Flaschenstau","loss":"breakdown"}`)
	if a := api.get("/api/v1/lines/filling-1"); strings.Contains(a.body, `"reason"`) {
		t.Errorf("a code that nobody explained has a reason: %s", a.body)
	}
	day := url.Values{"line": {"packing-1"}, "from": {w.clock.now().Add(-24 * time.Hour).UTC().Format(time.RFC3339)}, "to": {w.clock.now().UTC().Format(time.RFC3339)}}
	api.get("/api/v1/segments?"+day.Encode()).mustSay(t, `"reason":{"id":"jam"`)
	api.get("/api/v1/reasons").mustSay(t, `"stops":[{"id":"technical"`, `"names":{"de":"Flaschenstau"}`, `"scrap":[{"id":"burr","name":"Burr"}]`)
	if a := api.get("/api/v1/reasons?line=packing-1"); strings.Contains(a.body, "technical") || !strings.Contains(a.body, "material") {
		t.Errorf("the line offers what it does not name: %s", a.body)
	}
	if a := api.get("/api/v1/reasons?line=nope"); a.status != 404 {
		t.Errorf("a line that is not there: %d", a.status)
	}
}

func TestAChangeoverIsShownAgainstItsTarget(t *testing.T) {
	w := newWorld(t, explained)
	w.user("Vera", plant.Viewer)
	begin := func(ago time.Duration) {
		w.lines.change("filling-1", func(s *oee.Snapshot) {
			from := w.clock.now().Add(-ago)
			last := s.Segments[len(s.Segments)-1]
			last.From, last.To, last.Category, last.Unit, last.Fault = from, w.clock.now(), oee.Changeover, "filling-1/filler", ""
			s.Segments = append(s.Segments[:len(s.Segments)-1:len(s.Segments)-1], last)
			s.Now, s.Since, s.Fault, s.Window.To, s.At = oee.Changeover, from, "", last.To, last.To
		})
	}
	b := w.signedIn("Vera")
	begin(8 * time.Minute)
	b.get("/").mustSay(t, "target 12\u00a0min")
	if page := b.get("/line/filling-1"); strings.Count(page.body, ">to order J-7001, target 12\u00a0min<") != 2 { // in the head, and in the list of stops
		t.Errorf("the line says its target %d times", strings.Count(page.body, ">to order J-7001, target 12\u00a0min<"))
	}
	w.program(w.token(plant.Viewer, "")).get("/api/v1/lines/filling-1").mustSay(t, `"changeoverTarget":720,"changeover":{"from":"`, `"to":null,"fromProduct":"COLA-05","toOrder":"J-7001","target":720,"took":480`)
	begin(13 * time.Minute)
	b.get("/").mustSay(t, "past its target of 12\u00a0min")
}
