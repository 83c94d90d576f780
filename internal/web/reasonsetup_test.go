package web_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/config/changeover"
	"millwright/config/reasons"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
)

// grown is a draft with two reasons for stops, one below the other, and one for scrap.
func grown(t *testing.T) (*world, *browser) {
	t.Helper()
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.get("/admin/reasons").mustSay(t, "No reasons yet")
	for _, step := range []struct {
		at  string
		set map[string]string
	}{
		{"reasons", map[string]string{"id": "technical", "name": "Technical", "category": "breakdown"}},
		{"reasons/technical", map[string]string{"id": "jam", "name": "Bottle <jam>", "names": "de = Flaschenstau\r\npl = Zator"}},
		{"reasons", map[string]string{"id": "material", "name": "Material"}},
		{"scrap", map[string]string{"id": "burr", "name": "Burr"}},
	} {
		kept(t, ada.fill("/admin/reasons/add?at="+url.QueryEscape(step.at), "/admin/reasons/add", step.set))
	}
	return w, ada
}

// outline writes a tree of reasons on one line.
func outline(list []reasons.Entry) string {
	var all []string
	for _, e := range list {
		one := e.ID
		if len(e.Parts) > 0 {
			one += "(" + outline(e.Parts) + ")"
		}
		all = append(all, one)
	}
	return strings.Join(all, " ")
}

func TestReasonsGrowFromTheGeneralToTheParticular(t *testing.T) {
	w, ada := grown(t)
	ada.get("/admin/reasons").mustSay(t, "Bottle &lt;jam&gt;", "also de, pl", "explains breakdown", "Why pieces are scrapped", "Burr")
	d := w.draft()
	if got := outline(d.Reasons) + " / " + outline(d.Scrap); got != "technical(jam) material / burr" {
		t.Errorf("%s", got)
	}
	if e := d.Reasons[0].Parts[0]; e.Names["de"] != "Flaschenstau" || e.Name != "Bottle <jam>" {
		t.Errorf("%+v", e)
	}
	const add = "/admin/reasons/add"
	for field, c := range map[string]struct{ value, want string }{
		"id":       {"jam", "stands already"},
		"name":     {" ", "Say what people call it"},
		"names":    {"german = Stau", "is no language"},
		"category": {"running", "is no loss"},
	} {
		set := map[string]string{"id": "new", "name": "New", field: c.value}
		a := ada.fill(add+"?at=reasons/technical", add, set)
		if a.status != 422 || !strings.Contains(a.body, c.want) || !strings.Contains(a.body, `href="#`+field+`"`) {
			t.Errorf("%s: %d %s", field, a.status, complaint(a))
		}
	}
	if got := outline(w.draft().Reasons); got != "technical(jam) material" {
		t.Errorf("something was half kept: %s", got)
	}
	for _, path := range []string{add + "?at=reasons/nope", add + "?at=orders", "/admin/reasons/edit?at=reasons", "/admin/reasons/remove?at=scrap", "/admin/reasons/edit?at=scrap/jam"} {
		if a := ada.get(path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestAReasonIsRenamedAndStandsElsewhere(t *testing.T) {
	w, ada := grown(t)
	const edit = "/admin/reasons/edit"
	kept(t, ada.fill(edit+"?at=reasons/jam", edit, map[string]string{"name": "Jam", "names": "", "category": "micro-stop", "under": "material"}))
	if d := w.draft(); outline(d.Reasons) != "technical material(jam)" || d.Reasons[1].Parts[0].Category != "micro-stop" || d.Reasons[1].Parts[0].Names != nil {
		t.Errorf("%+v", d.Reasons)
	}
	kept(t, ada.fill(edit+"?at=reasons/material", edit, map[string]string{"under": "technical"}))
	kept(t, ada.fill(edit+"?at=reasons/jam", edit, map[string]string{"under": ""}))
	kept(t, ada.fill(edit+"?at=reasons/technical", edit, map[string]string{"under": "jam"}))
	if got := outline(w.draft().Reasons); got != "jam(technical(material))" {
		t.Errorf("%s", got)
	}
	for _, under := range []string{"technical", "material", "nope", "jam"} { // itself, below itself, nowhere
		a := ada.fill(edit+"?at=reasons/jam", edit, map[string]string{"under": under})
		if a.status != 422 || !strings.Contains(a.body, `href="#under"`) {
			t.Errorf("under %s: %d %s", under, a.status, complaint(a))
		}
	}
	theirs := ada.get(edit + "?at=reasons/material")
	kept(t, ada.fill(edit+"?at=reasons/material", edit, map[string]string{"name": "Missing"}))
	if a := ada.send2(theirs, edit, map[string]string{"name": "Empty"}); a.status != 422 || !strings.Contains(a.body, "Missing") || !strings.Contains(a.body, "Empty") {
		t.Errorf("%d: both versions are not there", a.status)
	}
}

func TestReasonsAreOrderedAndRemoved(t *testing.T) {
	w, ada := grown(t)
	move := func(page answer, at, to string) answer {
		_, rest, _ := strings.Cut(page.body, `name="at" value="`+at+`"`)
		return ada.post("/admin/reasons/move", url.Values{"at": {at}, "to": {to}, "seal": {between(rest, `name="seal" value="`, `"`)}})
	}
	before := ada.get("/admin/reasons")
	kept(t, move(before, "reasons/material", "up"))
	if got := outline(w.draft().Reasons); got != "material technical(jam)" {
		t.Errorf("%s", got)
	}
	if a := move(before, "reasons/material", "up"); a.status != 422 || !strings.Contains(a.body, "Somebody else has changed the order") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	const faults = "/admin/lines/filling-1/unit/filler"
	kept(t, ada.fill(faults, faults+"/faults", map[string]string{"code-0": "107", "reason-0": "jam"}))
	const remove = "/admin/reasons/remove"
	if a := ada.fill(remove+"?at=reasons/technical", remove, nil); a.status != 422 || !strings.Contains(a.body, "there is no reason &#34;jam&#34;") {
		t.Errorf("a reason that a code means was removed: %d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(faults, faults+"/faults", map[string]string{"code-0": "", "reason-0": ""}))
	kept(t, ada.fill(remove+"?at=reasons/technical", remove, nil))
	if got := outline(w.draft().Reasons); got != "material" {
		t.Errorf("%s", got)
	}
	if a := move(before, "reasons/jam", "up"); a.status != 422 && a.status != 404 {
		t.Errorf("a reason that is gone moved: %d", a.status)
	}
}

func TestFaultCodesOfATypeHoldInItsUnits(t *testing.T) {
	w, ada := grown(t)
	const at, faults, unit = "/admin/machines/packml", "/admin/machines/packml/faults", "/admin/lines/filling-1/unit/filler"
	stale := ada.get(at)
	says(t, ada.fill(at, faults, map[string]string{"reason-0": "jam", "code-1": "9-1", "reason-1": "jam"}), `href="#code-0"`, `href="#code-1"`, `value="9-1"`)
	kept(t, ada.fill(at, faults, map[string]string{"code-0": "107", "reason-0": "jam", "code-1": "200-299", "reason-1": "technical", "why": "as the book of the filler says"}))
	if d := w.draft(); !maps.Equal(d.Machines["packml"].Faults, map[string]string{"107": "jam", "200-299": "technical"}) || d.Machines["packml"].Number() != 1 {
		t.Errorf("%+v", d.Machines["packml"])
	}
	if e := w.trail("plant.draft"); e[0].Why != "as the book of the filler says" || e[0].Who.Name != "Ada" {
		t.Errorf("audited %+v", e[0])
	}
	if form := ada.get(unit).form(t, unit+"/faults"); form.Get("code-0") != "107" || form.Get("reason-0") != "jam" || form.Get("for-0") != "packml" {
		t.Errorf("a unit does not inherit it: %v", form)
	}
	kept(t, ada.fill(unit, unit+"/faults", map[string]string{"code-2": "107", "reason-2": "material", "for-2": "."}))
	m, err := w.draft().Model("the draft", nil)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := m.Plant.Line("filling-1")
	if own, _ := l.Codes["filling-1/filler"].Of("107"); own != "material" {
		t.Errorf("the unit's own word is %q", own)
	}
	if other, _ := l.Codes["filling-1/packer"].Of("107"); other != "jam" {
		t.Errorf("what another unit inherits is %q", other)
	}
	for _, set := range []map[string]string{
		{"code-2": "250", "reason-2": "jam"}, {"code-2": "107", "reason-2": "jam"}, {"code-2": "", "reason-2": "jam"}, {"code-2": "9-5", "reason-2": "jam"}, {"code-2": "5", "reason-2": "nope"},
	} {
		if a := ada.fill(at, faults, set); a.status != 422 || !strings.Contains(a.body, `href="#code-2"`) || a.form(t, faults).Get("code-2") != set["code-2"] {
			t.Errorf("%v: %d %s", set, a.status, complaint(a))
		}
	}
	if a := ada.send2(stale, faults, map[string]string{"code-0": "1", "reason-0": "jam"}); a.status != 422 || !strings.Contains(a.body, "somebody else has changed this") && !strings.Contains(a.body, "Somebody else has changed this") {
		t.Errorf("over somebody else: %d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(at, faults, map[string]string{"reason-0": "", "reason-1": ""}))
	if w.draft().Machines["packml"].Faults != nil {
		t.Errorf("%v stay", w.draft().Machines["packml"].Faults)
	}
}

func TestFaultCodesAreMappedWhereTheyWereSeen(t *testing.T) {
	w, ada := grown(t)
	const at, faults, signals = "/admin/lines/filling-1/unit/filler", "/admin/lines/filling-1/unit/filler/faults", "/admin/lines/filling-1/unit/filler/signals"
	kept(t, ada.fill(at, signals, map[string]string{"fault": "product"})) // any tag will do here
	now := w.clock.now()
	for i, code := range []string{"107", "0", "107", "0", "999", "0", "E-<9>"} {
		id, _ := w.tags.Find("filling-1/filler/product")
		if _, err := w.ingest(t.Context(), []tag.Sample{{Tag: id, Time: now.Add(time.Duration(i-10) * time.Minute), Value: tag.TextValue(code)}}); err != nil {
			t.Fatal(err)
		}
	}
	form := ada.get(at).form(t, faults)
	if form.Get("code-0") != "107" || form.Get("code-1") != "999" || form.Get("code-2") != "E-<9>" || form.Get("code-3") != "" {
		t.Errorf("the form does not offer what was seen: %v", form)
	}
	ada.get(at).mustSay(t, "Seen 2×, last ", "Bottle &lt;jam&gt; (Technical)")
	kept(t, ada.fill(at, faults, map[string]string{
		"reason-0": "jam", "for-0": "packml", "reason-1": "material", "for-1": ".", "code-4": "200-299", "reason-4": "technical", "for-4": "packml",
	}))
	d := w.draft()
	if got := d.Machines["packml"].Faults; !maps.Equal(got, map[string]string{"107": "jam", "200-299": "technical"}) {
		t.Errorf("%v", got)
	}
	if got := w.line().Units[0].Faults; !maps.Equal(got, map[string]string{"999": "material"}) {
		t.Errorf("%v", got)
	}
	if form := ada.get(at).form(t, faults); form.Get("code-0") != "E-<9>" || form.Get("code-1") != "999" || form.Get("code-3") != "200-299" {
		t.Errorf("what means something is offered again, or does not stand in the form: %v", form)
	}
	if form := ada.get("/admin/lines/packing-1/unit/filler").form(t, "/admin/lines/packing-1/unit/filler/faults"); form.Get("code-0") != "107" || form.Get("reason-0") != "jam" {
		t.Errorf("another unit of the kind does not know its codes: %v", form)
	}
	for _, c := range []struct {
		set   map[string]string
		field string
	}{
		{map[string]string{"code-4": "250", "reason-4": "jam", "for-4": "packml"}, "code-4"},
		{map[string]string{"code-4": "107", "reason-4": "jam", "for-4": "packml"}, "code-4"},
		{map[string]string{"code-4": "", "reason-4": "jam"}, "code-4"},
		{map[string]string{"code-4": "5", "reason-4": "jam", "for-4": "heated"}, "for-4"},
		{map[string]string{"code-4": "5", "reason-4": "nope", "for-4": "."}, "code-4"},
		{map[string]string{"code-4": "9-5", "reason-4": "jam", "for-4": "."}, "code-4"},
	} {
		a := ada.fill(at, faults, c.set)
		if a.status != 422 || !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%v: %d %s", c.set, a.status, complaint(a))
		}
	}
	theirs := ada.get("/admin/lines/packing-1/unit/filler")
	kept(t, ada.fill(at, faults, map[string]string{"reason-2": "technical"}))
	if a := ada.send2(theirs, "/admin/lines/packing-1/unit/filler/faults", nil); a.status != 422 {
		t.Errorf("a mapping of the same kind was overwritten: %d", a.status)
	}
}

func TestCodesThatMeanNothingAreNamedBesideTheReasons(t *testing.T) {
	w, ada := grown(t)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments[1].Fault = "<E-1>"
	})
	ada.get("/admin/reasons").mustSay(t, "Filler, fault &lt;E-1&gt;", `href="/admin/lines/filling-1/unit/filler#faults"`, "15\u00a0min")
}

func TestChangeoverTargetsAreKeptInTheDraft(t *testing.T) {
	w, ada := grown(t)
	const page, form = "/admin/lines/filling-1", "/admin/lines/filling-1/changeover"
	kept(t, ada.fill(page, form, map[string]string{
		"target": "12,5", "to-0": "WATER-05", "takes-0": "15", "from-1": "COLA-05", "to-1": "WATER-05", "takes-1": "25",
	}))
	want := changeover.Entry{Target: 12*time.Minute + 30*time.Second, To: map[string]time.Duration{"WATER-05": 15 * time.Minute}, FromTo: map[string]time.Duration{"COLA-05 > WATER-05": 25 * time.Minute}}
	if got := w.line().Changeover; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
	if again := ada.get(page).form(t, form); again.Get("target") != "12.5" || again.Get("from-1") != "COLA-05" || again.Get("takes-1") != "25" {
		t.Errorf("%v", again)
	}
	for field, value := range map[string]string{"target": "-1", "takes-0": "never", "takes-1": "1e9", "from-4": "X"} {
		a := ada.fill(page, form, map[string]string{field: value})
		want := strings.Replace(field, "from", "to", 1)
		if a.status != 422 || !strings.Contains(a.body, `href="#`+want+`"`) || !strings.Contains(a.body, `value="`+value+`"`) {
			t.Errorf("%s %s: %d %s", field, value, a.status, complaint(a))
		}
	}
	if a := ada.fill(page, form, map[string]string{"from-1": "COLA>05"}); a.status != 422 || !strings.Contains(a.body, `href="#to-1"`) {
		t.Errorf("a product with the sign between two: %d %s", a.status, complaint(a))
	}
	if a := ada.get(page).form(t, form); a.Get("detect") != "on" || !w.line().Changeover.Detects() {
		t.Error("changeovers are not detected by themselves")
	}
	kept(t, ada.fill(page, form, map[string]string{"detect": "", "from-2": "COLA-05", "to-2": "COLA-05", "takes-2": "3"}))
	if got := w.line().Changeover; got.Detects() || got.FromTo["COLA-05 > COLA-05"] != 3*time.Minute || ada.get(page).form(t, form).Get("detect") != "" {
		t.Errorf("%+v", got)
	}
	kept(t, ada.fill(page, form, map[string]string{"detect": "on", "from-2": "", "to-2": "", "takes-2": ""}))
	kept(t, ada.fill(page, form, map[string]string{"target": "", "to-0": "", "takes-0": "", "from-1": "", "to-1": "", "takes-1": ""}))
	if got := w.line().Changeover; got.Target != 0 || len(got.To)+len(got.FromTo) > 0 {
		t.Errorf("%+v", got)
	}
	kept(t, ada.fill(page, "/admin/lines/filling-1/reasons", map[string]string{"given-material": "on"}))
	if got := w.line().Reasons; fmt.Sprint(got) != "[material]" {
		t.Errorf("%v", got)
	}
	if a := ada.fill(page, "/admin/lines/filling-1/reasons", map[string]string{"given-nope": "on"}); a.status != 422 {
		t.Errorf("a reason that is not there: %d", a.status)
	}
}

// A form keeps all its rows, however many there are.
func TestNoRowOfALongFormIsLost(t *testing.T) {
	w, ada := grown(t)
	const page = "/admin/lines/filling-1"
	rates, targets, codes := map[string]string{}, map[string]string{}, map[string]string{}
	for i := range 700 {
		rates[fmt.Sprintf("product-%d", i)], rates[fmt.Sprintf("cycle-%d", i)], rates[fmt.Sprintf("unit-%d", i)] = fmt.Sprintf("P-%d", i), "1", "s"
		targets[fmt.Sprintf("to-%d", i)], targets[fmt.Sprintf("takes-%d", i)] = fmt.Sprintf("P-%d", i), "1"
		codes[fmt.Sprintf("code-%d", i)], codes[fmt.Sprintf("reason-%d", i)], codes[fmt.Sprintf("for-%d", i)] = fmt.Sprint(i), "jam", "."
	}
	for range 2 { // as they were typed, then as they stand
		kept(t, ada.fill(page, page+"/rates", rates))
		kept(t, ada.fill(page, page+"/changeover", targets))
		kept(t, ada.fill(page+"/unit/filler", page+"/unit/filler/faults", codes))
		l := w.line()
		if n, m, o := len(l.Rates), len(l.Changeover.To), len(l.Units[0].Faults); n != 700 || m != 700 || o != 700 {
			t.Errorf("%d rates, %d targets, %d codes", n, m, o)
		}
		clear(rates)
		clear(targets)
		clear(codes)
	}
}
