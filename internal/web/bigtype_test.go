package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"millwright/config"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// crowded gives the machine type of all units in the draft 9,000 more tags.
func (w *world) crowded() {
	w.drafted(func(d *config.Document) {
		t := d.Machines["packml"]
		t.Tags = maps.Clone(t.Tags)
		for i := range 9_000 {
			t.Tags[fmt.Sprintf("node-%04d", i)] = config.TagEntry{Address: fmt.Sprint("ns=2;i=", i), Label: fmt.Sprint("Value ", i)}
		}
		t.Tags["total"] = config.TagEntry{Address: "ns=2;s=total", Label: "All <b>pieces"}
		d.Machines["packml"] = t
	})
}

// TestATagOfThousandsIsNamed: nobody chooses from 9,000, so a form asks for a tag's name, and a page shows a part.
func TestATagOfThousandsIsNamed(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.crowded()
	tags := w.draft().Machines["packml"].Tags
	for page, sent := range map[string]string{"/admin/machines/packml": "/admin/machines/packml/signals", fillerHref: fillerHref + "/signals"} {
		a := ada.get(page)
		a.mustSay(t, fmt.Sprintf("1 to 100 of %d", len(tags)), fmt.Sprintf("There are %d tags: write a tag", len(tags)), `list="signals-offers"`, "Look for a tag", "?page=1#")
		if n := strings.Count(a.body, "<option value=\"total\">"); n != 1 || strings.Contains(a.body, `<select id="speed"`) || strings.Contains(a.body, "node-8999") || strings.Contains(a.body, "<b>pieces") {
			t.Errorf("%s offers a tag %d times, or too much", page, n)
		}
		if len(a.body) > 200_000 {
			t.Errorf("%s has %d bytes", page, len(a.body))
		}
		a = ada.fill(page, sent, map[string]string{"speed": "Sped", "total": "node-90000", "order": "total recall of everything"})
		if a.status != http.StatusUnprocessableEntity || strings.Count(a.body, "There is no tag") != 6 || !strings.Contains(a.body, "Near it: speed.") || !strings.Contains(a.body, `value="Sped"`) || !strings.Contains(a.body, "node-9000") {
			t.Errorf("%s: %d %s", page, a.status, complaint(a))
		}
		kept(t, ada.fill(page, sent, map[string]string{"total": " total ", "good": "node-7777"}))
	}
	d := w.draft()
	u := d.Sites[0].Areas[0].Lines[0].Units[0]
	if m := d.Machines["packml"]; m.Signals.Total.Tag != "total" || m.Signals.Good.Tag != "node-7777" || u.Signals.Total.Tag != "total" || !maps.Equal(m.Tags, tags) {
		t.Errorf("%+v, %+v", m.Signals, u.Signals)
	}
	ada.get(fillerHref).mustSay(t, "node-7777", "those that are used first")
	kept(t, ada.fill(fillerHref, fillerHref+"/signals", map[string]string{"good": config.None, "total": ""}))
	if u := w.draft().Sites[0].Areas[0].Lines[0].Units[0]; u.Signals.Good.Tag != config.None || u.Signals.Total.Tag != "" {
		t.Errorf("%+v", u.Signals)
	}
}

// TestTagsAreTakenOutPageByPage: what a page does not show stays.
func TestTagsAreTakenOutPageByPage(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.crowded()
	const page = "/admin/machines/packml"
	many := len(w.draft().Machines["packml"].Tags)
	a := ada.get(page + "?page=2")
	a.mustSay(t, fmt.Sprintf("201 to 300 of %d", many), "?page=1#tags", "?page=3#tags", "/tags/remove?page=2")
	_, rest, _ := strings.Cut(a.body, "/tags/remove?page=2")
	form := url.Values{"seal": {between(rest, `name="seal" value="`, `"`)}, "tag": {between(rest, `name="tag" value="`, `"`)}}
	b := ada.post(page+"/tags/remove?page=2", form)
	if kept(t, b); b.header.Get("Location") != page+"?page=2&done=drafted" {
		t.Errorf("it leads to %s", b.header.Get("Location"))
	}
	left := w.draft().Machines["packml"].Tags
	if _, there := left[form.Get("tag")]; there || len(left) != many-1 {
		t.Errorf("%d of %d tags are left", len(left), many)
	}
	for _, far := range []string{"?page=100000", "?page=-1", "?page=x"} {
		if a := ada.get(page + far); a.status != http.StatusOK {
			t.Errorf("%s: %d", far, a.status)
		}
		if a := ada.get(fillerHref + far); a.status != http.StatusOK {
			t.Errorf("the unit %s: %d", far, a.status)
		}
	}
}

// TestEveryPageOfAUnitsTagsFollowsItsMachine: each page of them is a panel of its own.
func TestEveryPageOfAUnitsTagsFollowsItsMachine(t *testing.T) {
	w := newWorld(t).running()
	ada := w.admin("Ada")
	w.crowded()
	const panel = "admin/unit/filling-1/filler"
	ada.get(fillerHref+"?page=1").mustSay(t, `data-panel="`+panel+`?page=1"`, "101 to 200 of ", "?page=2#values-title")
	s := ada.watch(panel+"?page=1", panel)
	s.sees(panel+"?page=1", "node-0100")
	w.says("filling-1/filler/speed", tag.FloatValue(82.25))
	s.sees(panel, "82.25")
	for _, other := range []string{"?page=0", "?page=01", "?page=-1", "?page=x", "?", "?page=1&page=2"} {
		if code := ada.watch(panel + other).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: %d", other, code)
		}
	}
}

// TestTheEnterpriseIsNamed: on the page of the tree, as sites are.
func TestTheEnterpriseIsNamed(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	ada, eve := w.admin("Ada"), w.admin("Eve")
	const href = "/admin/equipment/name"
	ada.get("/admin/lines").mustSay(t, "Enterprise", `href="`+href+`?at="`)
	hers := eve.get(href + "?at=")
	kept(t, ada.fill(href+"?at=", href, map[string]string{"name": " Ulm <Beverages> "}))
	if d := w.draft(); d.Enterprise != "Ulm <Beverages>" {
		t.Errorf("%q", d.Enterprise)
	}
	ada.get("/admin/lines").mustSay(t, "Ulm &lt;Beverages&gt;")
	if a := eve.send2(hers, href, map[string]string{"name": "Another"}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Ulm &lt;Beverages&gt;") {
		t.Errorf("the second of two: %d %s", a.status, complaint(a))
	}
	if a := ada.fill(href+"?at=", href, map[string]string{"name": " "}); a.status != http.StatusUnprocessableEntity || w.draft().Enterprise == "" {
		t.Errorf("without a name: %d %s", a.status, complaint(a))
	}
	if a := ada.get(href + "?at=ulm/filling/filling-1"); a.status != http.StatusNotFound {
		t.Errorf("a line: %d", a.status)
	}
}
