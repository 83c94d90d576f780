package web_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/web"
)

// counting gives the filler and the packer of the first line counters of good pieces.
func counting(d *web.Deps) {
	d.Signals = nil
	for _, unit := range d.Plant.Lines()[0].Units {
		id, _ := d.Tags.Find(string(unit.ID) + "/good")
		d.Signals = append(d.Signals, machine.Signals{Unit: unit.ID, Good: machine.Counter{Tag: id}})
	}
}

// worked lets the first line make a piece a second for an hour up to now, but for pauses of 60 s and 400 s.
func (w *world) worked() {
	w.t.Helper()
	begin := w.clock.now().Add(-time.Hour).Truncate(time.Second)
	var batch []tag.Sample
	n := int64(0)
	for s := range 3600 {
		if s >= 900 && s < 960 || s >= 1800 && s < 2200 {
			continue
		}
		n++
		for _, unit := range []string{"filling-1/filler", "filling-1/packer"} {
			batch = append(batch, tag.Sample{Tag: w.id(unit + "/good"), Time: begin.Add(time.Duration(s) * time.Second), Value: tag.IntValue(n)})
		}
	}
	if refused, err := w.ingest(w.t.Context(), batch); err != nil || len(refused) > 0 {
		w.t.Fatalf("%v %v", refused, err)
	}
}

// row gives the cells of a row of a page's table.
func (a answer) row(name string) []string {
	_, rest, _ := strings.Cut(a.body, `<th scope="row">`+name+"</th>")
	rest, _, _ = strings.Cut(rest, "</tr>")
	var cells []string
	for _, cell := range strings.Split(rest, "<td class=\"num\">")[1:] {
		text, _, _ := strings.Cut(cell, "</td>")
		cells = append(cells, text)
	}
	return cells
}

// A plant that runs another way here is tried out that way too: nothing changed changes nothing.
func TestAPreviewFitsThisPlace(t *testing.T) {
	slower := func(m *config.Model) {
		l := &m.Plant.Sites[0].Areas[0].Lines[0]
		l.Thresholds.MicroMax, l.Thresholds.MinStop = 500*time.Second, 20*time.Second
	}
	w := newWorld(t, counting, func(d *web.Deps) {
		d.Setup.Shape = slower
		slower(&config.Model{Plant: *d.Plant})
	})
	ada := w.admin("Ada")
	w.worked()
	a := ada.post("/admin/lines/filling-1/thresholds/preview", ada.get("/admin/lines/filling-1").form(t, "/admin/lines/filling-1/thresholds"))
	for _, name := range []string{"Stops", "Micro-stops"} {
		if cells := a.row(name); len(cells) != 3 || cells[2] != "±0" {
			t.Errorf("%d: %s %v: %s", a.status, name, cells, a.short())
		}
	}
	if cells := a.row("Micro-stops"); len(cells) != 3 || cells[0] != "2" {
		t.Errorf("in use: %v", cells)
	}
}

func TestASettingIsTriedOnThePast(t *testing.T) {
	w := newWorld(t, counting)
	ada := w.admin("Ada")
	w.worked()
	page := ada.get("/admin/lines/filling-1")
	try := func(form string, set map[string]string) answer {
		fields := page.form(t, "/admin/lines/filling-1/"+form)
		for name, value := range set {
			fields.Set(name, value)
		}
		return ada.post("/admin/lines/filling-1/"+form+"/preview", fields)
	}
	same := try("thresholds", nil)
	if cells := same.row("Stops"); same.status != 200 || len(cells) != 3 || cells[0] != "1" || cells[1] != "1" || cells[2] != "±0" {
		t.Errorf("%d: stops %v: %s", same.status, cells, same.short())
	}
	if cells := same.row("Micro-stops"); len(cells) != 3 || cells[0] != "1" {
		t.Errorf("micro-stops %v", cells)
	}
	a := try("thresholds", map[string]string{"micro_max": "50"})
	if cells := a.row("Stops"); len(cells) != 3 || cells[0] != "1" || cells[1] != "2" || !strings.Contains(a.body, "would give 2 stops, 0 micro-stops") {
		t.Errorf("%d: stops %v", a.status, cells)
	}
	if cells := same.row("Running, min"); len(cells) != 3 || cells[2] != "0.0" {
		t.Errorf("what has not changed differs: %v", cells)
	}
	if !strings.Contains(a.body, `value="50"`) {
		t.Error("the form does not show what was typed")
	}
	// 3140 pieces of 300 ms in 3200 s; as it is there is no rate for what has no name.
	a = try("rates", map[string]string{"product-0": "*", "cycle-0": "300", "unit-0": "ms"})
	if cells := a.row("Stops"); len(cells) != 3 || cells[1] != "1" {
		t.Errorf("stops %v", cells)
	}
	if cells := a.row("Performance, %"); len(cells) != 3 || cells[0] != "–" || cells[1] != "29.4" {
		t.Errorf("performance %v", cells)
	}
	if a := try("thresholds", map[string]string{"micro_max": "much"}); a.status != 422 || !strings.Contains(a.body, "much") || strings.Contains(a.body, "would give") {
		t.Errorf("%d: nonsense was tried", a.status)
	}
	if _, err := w.book.Draft(t.Context()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a preview was kept: %v", err)
	}
}

func TestALineWithoutAPastSaysSo(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	if a := ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{}); a.status != 303 {
		t.Errorf("%d", a.status)
	}
	fields := ada.get("/admin/lines/packing-1").form(t, "/admin/lines/packing-1/thresholds")
	if a := ada.post("/admin/lines/packing-1/thresholds/preview", fields); a.status != 200 || !strings.Contains(a.body, "Nothing is known") {
		t.Errorf("%d %s", a.status, a.short())
	}
	kept(t, ada.fill("/admin/equipment/add?at=ulm/filling", "/admin/equipment/add", map[string]string{"id": "new-1", "name": "New", "unit": "press"}))
	fields = ada.get("/admin/lines/new-1").form(t, "/admin/lines/new-1/rates")
	if a := ada.post("/admin/lines/new-1/rates/preview", fields); a.status != 200 || !strings.Contains(a.body, "not in use yet") {
		t.Errorf("%d %s", a.status, a.short())
	}
}

// A line that is drafted only is tried on what tags in use have read at the addresses that it is to read.
func TestALineThatIsOnlyDraftedIsTriedOnWhatIsReadAlready(t *testing.T) {
	w := newWorld(t, counting, func(d *web.Deps) {
		all := slices.Clone(d.Tags.All())
		for i := range all {
			if all[i].Name == "filling-1/filler/good" {
				all[i].Connection, all[i].Address = "plc", "ns=1;s=good"
			}
		}
		var err error
		if d.Tags, err = tag.NewRegistry(all); err != nil {
			t.Fatal(err)
		}
	})
	ada := w.admin("Ada")
	w.worked()
	drafted := "connections: [{id: plc, driver: opcua, endpoint: \"opc.tcp://127.0.0.1:4840\"}]\n" +
		strings.Replace(plantText, "machines:\n", "machines:\n  press: {tags: {good: {address: \"ns=1;s=good\"}, other: {address: \"ns=1;s=other\"}}, signals: {good: {tag: good}}}\n", 1) +
		"          - {id: new-1, name: New, rates: {\"*\": 1s}, units: [{id: press, connection: plc, machines: [press]}]}\n"
	kept(t, ada.drafted(t, drafted))
	const form = "/admin/lines/new-1/thresholds"
	fields := ada.get("/admin/lines/new-1").form(t, form)
	a := ada.post(form+"/preview", fields)
	a.mustSay(t, "would give 1 stop, 1 micro-stop", "not in use yet", "at the same addresses")
	if cells := a.row("Stops"); len(cells) != 3 || cells[0] != "–" || cells[1] != "1" || cells[2] != "–" {
		t.Errorf("%d: stops %v: %s", a.status, cells, a.short())
	}
	fields.Set("micro_max", "50")
	ada.post(form+"/preview", fields).mustSay(t, "would give 2 stops, 0 micro-stops", `value="50"`)

	kept(t, ada.drafted(t, strings.Replace(drafted, "good: {tag: good}}}\n", "good: {tag: other}}}\n", 1)))
	a = ada.post(form+"/preview", ada.get("/admin/lines/new-1").form(t, form))
	a.mustSay(t, "nothing to try the setting on", "Publish the line")
}

// What the draft says otherwise of the machines is tried out as well.
func TestAPreviewReadsTheMachinesAsDrafted(t *testing.T) {
	w := newWorld(t, counting)
	ada := w.admin("Ada")
	w.worked()
	kept(t, ada.drafted(t, strings.Replace(plantText, "signals: {good: {tag: good}, ", "signals: {", 1)))
	a := ada.post("/admin/lines/filling-1/thresholds/preview", ada.get("/admin/lines/filling-1").form(t, "/admin/lines/filling-1/thresholds"))
	if cells := a.row("Running, min"); len(cells) != 3 || cells[0] == cells[1] || cells[1] != "0.0" {
		t.Errorf("%d: running %v without counters: %s", a.status, cells, a.short())
	}
}
