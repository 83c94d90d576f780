package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/config"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

func TestEveryTagIsListedWithWhatItSays(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.says("filling-1/filler/speed", tag.FloatValue(81.5))
	w.says("filling-1/filler/product", tag.TextValue("<script>x"))
	page := ada.get("/admin/tags")
	page.mustSay(t, "1 to 12 of 12", "81.5", "&lt;script", "filling-1/filler", "packing-1/packer", "1/min", "good")
	ada.get("/admin/tags?find=SPEED+packing").mustSay(t, "1 to 2 of 2")
	ada.get("/admin/tags?find=nothing").mustSay(t, "No tags")
	ada.get("/admin/tags?of=packml&page=99").mustSay(t, "1 to 12 of 12")
	one := ada.get("/admin/tags/one?of=packml&tag=speed&at=filling-1/filler")
	one.mustSay(t, "81.5\u00a01/min", "The last reading", "filling-1/packer", "float")
	if a := ada.get("/admin/tags/one?of=packml&tag=nope"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

func TestTheListAndThePageOfATagAreLive(t *testing.T) {
	w := newWorld(t).running()
	w.user("Mara", plant.Manager)
	ada := w.admin("Ada")
	const list = "admin/tags?find=speed&of=packml"
	const one = "admin/tag/filling-1%2Ffiller%2Fspeed/"
	w.says("filling-1/filler/speed", tag.FloatValue(81.5))
	ada.get("/admin/tags?of=packml&find=speed&page=3").mustSay(t, `data-panel="admin/tags?find=speed&amp;of=packml"`, "81.5")
	ada.get("/admin/tags/one?of=packml&tag=speed&at=filling-1/filler").mustSay(t, `data-panel="`+one+`now"`, `data-panel="`+one+`points"`)
	s := ada.watch(list, one+"now", one+"points")
	s.sees(one+"now", "81.5\u00a01/min")
	w.clock.pass(time.Second)
	w.says("filling-1/filler/speed", tag.FloatValue(82.25))
	escaped := strings.ReplaceAll(list, "&", "&amp;")
	s.sees(escaped, ">82.25<")
	s.sees(one+"now", "82.25\u00a01/min")
	s.sees(one+"points", "The last 2 readings")
	for _, panel := range []string{
		"admin/tags?page=-1", "admin/tags?of=x&find=y", "admin/tags?x=y", "admin/tag/nope/now", "admin/tag/filling-1/filler/speed/now", one + "x", "admin/tag/now", "admin/tag//",
	} {
		if code := ada.watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: %d", panel, code)
		}
	}
	for _, panel := range []string{"admin/tags", one + "now"} {
		if code := w.signedIn("Mara").watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("a manager watches %s: %d", panel, code)
		}
	}
}

func TestTheLastPointsOfATagStandOnItsPage(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	var batch []tag.Sample
	for i := range 150 {
		batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/speed"), Time: w.clock.now().Add(time.Duration(i-150) * time.Second), Value: tag.FloatValue(float64(i) + .25)}.Clean())
	}
	if _, err := w.ingest(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	a := ada.get("/admin/tags/one?of=packml&tag=speed")
	a.mustSay(t, "The last 100 readings", ">149.25<", ">50.25<", "data-chart")
	if strings.Contains(a.body, ">49.25<") {
		t.Error("more than the last 100 are shown")
	}
	const last = "/api/v1/tags/last?tag=filling-1/filler/speed"
	ada.get(last+"&limit=2").mustSay(t, `"value":148.25`, `"value":149.25`)
	if n := strings.Count(ada.get(last).body, `"value"`); n != 100 {
		t.Errorf("%d samples", n)
	}
	for path, status := range map[string]int{last + "&limit=0": 422, last + "&limit=5000": 422, "/api/v1/tags/last?tag=nope": 404, "/api/v1/tags/last": 422} {
		if a := ada.get(path); a.status != status {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestTheSettingsOfATagGoIntoTheDraft(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const at = "/admin/tags/one?at=filling-1%2Ffiller&of=packml&tag=speed"
	const action = "/admin/tags/one?at=filling-1%2Ffiller&amp;of=packml&amp;tag=speed"
	fill := func(set map[string]string) answer {
		form := fieldsOf(ada.get(at).body)
		for k, v := range set {
			form.Set(k, v)
		}
		return ada.post(at, form)
	}
	if !strings.Contains(ada.get(at).body, action) {
		t.Fatal("the form leads elsewhere")
	}
	if a := fill(map[string]string{"unit": "RPM", "interval": "0,5", "deadband": "2", "scale": "-0.1", "offset": "3", "low": "10", "high": "90", "writable": "on", "address": "ns=2;s={unit}"}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	low, high := 10., 90.
	e := w.draft().Machines["packml"].Tags["speed"]
	if e.Low == nil || e.High == nil || *e.Low != low || *e.High != high {
		t.Fatalf("%+v", e)
	}
	e.Low, e.High = nil, nil
	if want := (config.TagEntry{Label: "Speed", Unit: "RPM", Interval: 500 * time.Millisecond, Deadband: 2, Scale: -.1, Offset: 3, Writable: true, Address: "ns=2;s={unit}"}); e != want {
		t.Errorf("%+v", e)
	}
	ada.get(at).mustSay(t, "r/min, revolutions per minute (RPM)", "ns=2;s=filler")
	for set, want := range map[string]string{
		"interval=soon": "a number", "interval=-1": "0.001", "deadband=-1": "0 or more", "queue=1.5": "a whole number", "queue=-1": "1 to 10000", "heartbeat=0.1": "1s to 24h", "swing=-1": "0 or more", "high=5": "a higher number", "scale=x": "a number", "unit=" + strings.Repeat("x", 41): "up to 40",
		"address=" + strings.Repeat("x", 1001): "up to 1000",
	} {
		name, value, _ := strings.Cut(set, "=")
		a := fill(map[string]string{name: value})
		if a.status != 422 || !strings.Contains(a.body, want) || !strings.Contains(a.body, `href="#`+name+`"`) {
			t.Errorf("%.40s: %d %s", set, a.status, complaint(a))
		}
	}
	stale := fieldsOf(ada.get(at).body)
	fill(map[string]string{"label": "Pace"})
	stale.Set("label", "Drive")
	if a := ada.post(at, stale); a.status != 422 || !strings.Contains(a.body, "label: Pace") || !strings.Contains(a.body, "Drive") {
		t.Errorf("%d: somebody else's change was overwritten: %s", a.status, complaint(a))
	}
	fill(map[string]string{"unit": "XYZ"})
	ada.get(at).mustSay(t, "XYZ looks like a UNECE code")
}

// Whatever a tag can be told is kept, and shown again as it was typed.
func TestEverySettingOfATagIsKeptAndShownAgain(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	if a := ada.drafted(t, strings.Replace(plantText, "      speed: {", "      heat: {label: Heat}\n      speed: {", 1)); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	const at = "/admin/tags/one?at=filling-1%2Ffiller&of=packml&tag="
	for _, c := range []struct {
		name  string
		typed map[string]string // as it is shown again
		want  func(e config.TagEntry) bool
	}{
		{"data type", map[string]string{"type": "float"}, func(e config.TagEntry) bool { return e.Type == "float" }},
		{"unit", map[string]string{"unit": "CEL"}, func(e config.TagEntry) bool { return e.Unit == "CEL" }},
		{"scaling", map[string]string{"scale": "0.1", "offset": "-40"}, func(e config.TagEntry) bool { return e.Scale == .1 && e.Offset == -40 }},
		{"deadband", map[string]string{"deadband": "2.5"}, func(e config.TagEntry) bool { return e.Deadband == 2.5 && e.Percent == 0 }},
		{"deadband in per cent", map[string]string{"deadband": "", "deadband_percent": "1.5", "low": "20", "high": "220"}, func(e config.TagEntry) bool {
			return e.Deadband == 0 && e.Percent == 1.5 && *e.Low == 20 && *e.High == 220
		}},
		{"heartbeat", map[string]string{"heartbeat": "30"}, func(e config.TagEntry) bool { return e.Heartbeat == 30*time.Second }},
		{"swing", map[string]string{"swing": "0.25"}, func(e config.TagEntry) bool { return e.Swing == .25 }},
	} {
		form := fieldsOf(ada.get(at + "heat").body)
		for k, v := range c.typed {
			form.Set(k, v)
		}
		if a := ada.post(at+"heat", form); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", c.name, a.status, complaint(a))
		}
		if e := w.draft().Machines["packml"].Tags["heat"]; !c.want(e) {
			t.Errorf("%s is kept as %+v", c.name, e)
		}
		again := fieldsOf(ada.get(at + "heat").body)
		for k, v := range c.typed {
			if again.Get(k) != v {
				t.Errorf("%s: %s is shown again as %q", c.name, k, again.Get(k))
			}
		}
	}
	for field, wrong := range map[string]string{"type": "double", "deadband_percent": "x", "heartbeat": "0.5", "swing": "x", "deadband": "1"} {
		form := fieldsOf(ada.get(at + "heat").body)
		form.Set(field, wrong)
		a := ada.post(at+"heat", form)
		if a.status != http.StatusUnprocessableEntity || field != "type" && fieldsOf(a.body).Get(field) != wrong {
			t.Errorf("%s %s: %d %s", field, wrong, a.status, complaint(a))
		}
	}
}

// upload sends a file by a form.
func (b *browser) upload(path, name string, file []byte) answer {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, _ := m.CreateFormFile("file", name)
	_, _ = part.Write(file)
	_ = m.Close()
	return b.do(http.MethodPost, path, &body, http.Header{"Content-Type": {m.FormDataContentType()}})
}

// looked waits until a table was worked through, and gives the page of its report.
func (b *browser) looked(t testing.TB, a answer) (href string, page answer) {
	t.Helper()
	href = a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(href, "/admin/tags/import/") {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	eventually(t, "the table was worked through", func() bool {
		page = b.get(href)
		return !strings.Contains(page.body, "data-poll")
	})
	return href, page
}

func TestATableIsLookedThroughAndItsGoodRowsAreTaken(t *testing.T) {
	w := newWorld(t)
	w.user("Eve", plant.Admin)
	ada, eve := w.admin("Ada"), w.signedIn("Eve")
	const table = "machine type;tag;unit;deadband;address\npackml;speed;RPM;0,5;\npackml;<b>;;;\nnew;a;CEL;;x\npackml;good;;;\n"
	href, page := ada.looked(t, ada.upload("/admin/tags/import", "tags.csv", []byte(table)))
	if strings.Contains(page.body, "needs your attention") {
		t.Error("the page complains of nothing")
	}
	page.mustSay(t, "1 to 1 of 1 wrong", "&lt;b&gt;", "is no name of a tag", "Take the 2 good rows")
	ada.get(href+"?show=changed").mustSay(t, "Unit:", "1/min → RPM", "– → 0.5")
	ada.get(href+"?show=new").mustSay(t, "CEL")
	ada.get(href+"?show=unchanged").mustSay(t, "good")
	if a := eve.get(href); a.status != http.StatusNotFound {
		t.Errorf("another person sees the table: %d", a.status)
	}
	if a := eve.post(href, nil); a.status != http.StatusNotFound {
		t.Errorf("another person takes the table: %d", a.status)
	}
	if d := w.draft(); d.Machines["packml"].Tags["speed"].Unit != "1/min" {
		t.Error("something was changed before it was taken")
	}
	_, page = ada.looked(t, ada.post(href, nil))
	page.mustSay(t, "Taken into the draft: 1 new, 1 changed")
	if e := w.draft().Machines["packml"].Tags["speed"]; e.Unit != "RPM" || e.Deadband != .5 || e.Label != "Speed" {
		t.Errorf("%+v", e)
	}
	if _, there := w.draft().Machines["new"].Tags["a"]; !there {
		t.Error("the new tag is not there")
	}
	before, _ := w.book.Draft(t.Context())
	ada.looked(t, ada.post(href, nil))
	if after, _ := w.book.Draft(t.Context()); after.Version != before.Version {
		t.Error("the same rows were taken twice")
	}
}

func TestATableIsNotTakenOverWhatSomebodyElseChanged(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	href, _ := ada.looked(t, ada.upload("/admin/tags/import", "tags.csv", []byte("machine type,tag,unit\npackml,speed,RPM\n")))
	other := fieldsOf(ada.get("/admin/tags/one?of=packml&tag=speed").body)
	other.Set("unit", "HTZ")
	ada.post("/admin/tags/one?of=packml&tag=speed", other)
	_, page := ada.looked(t, ada.post(href, nil))
	page.mustSay(t, "The draft was changed", "HTZ → RPM")
	if e := w.draft().Machines["packml"].Tags["speed"]; e.Unit != "HTZ" {
		t.Errorf("%+v", e)
	}
	ada.looked(t, ada.post(href, nil))
	if e := w.draft().Machines["packml"].Tags["speed"]; e.Unit != "RPM" {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsNoTableIsASentence(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for name, file := range map[string][]byte{"no zip.xlsx": []byte("PK\x03\x04x"), "binary": {1, 0, 2}, "names": []byte("a,b\n1,2\n")} {
		if _, page := ada.looked(t, ada.upload("/admin/tags/import", name, file)); page.status != 422 || !strings.Contains(page.body, `type="file"`) {
			t.Errorf("%s: %d", name, page.status)
		}
	}
	if a := ada.upload("/admin/tags/import", "none", nil); a.status != 422 || !strings.Contains(a.body, `href="#file"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if a := ada.post("/admin/tags/import", url.Values{}); a.status != 422 {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if a := ada.upload("/admin/tags/import", "large", bytes.Repeat([]byte("x"), 9<<20)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

func TestAnExportIsInertAndComesBack(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.looked(t, ada.upload("/admin/tags/import", "x.csv", []byte("machine type,tag,address,formula,label,offset\npackml,evil,x,,=1+1,-4.5\npackml,fast,,speed * 2,,\npackml,lost,,,,2\n")))
	href, _ := ada.looked(t, ada.upload("/admin/tags/import", "x.csv", []byte("machine type,tag,address,formula,label,offset\npackml,evil,x,,=1+1,-4.5\npackml,fast,,speed * 2,,\npackml,lost,,,,2\n")))
	_, page := ada.looked(t, ada.post(href, nil))
	page.mustSay(t, "neither an address nor a formula")
	a := ada.get("/admin/tags/export.csv?of=packml")
	a.mustSay(t, "packml,evil,x,,'=1+1,,,,,,,,,,-4.5,,,\n", "packml,fast,,speed * 2,,,,,,,,,,,,,,\n")
	for _, as := range []string{"csv", "xlsx"} {
		file := ada.get("/admin/tags/export." + as)
		if file.status != 200 || !strings.Contains(file.header.Get("Content-Disposition"), "."+as) {
			t.Errorf("%d %v", file.status, file.header)
		}
		_, page := ada.looked(t, ada.upload("/admin/tags/import", "back."+as, []byte(file.body)))
		page.mustSay(t, "1 to 5 of 5 unchanged")
	}
	if a := ada.get("/admin/tags/export.csv?of=nope"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

// large is a plant of ten thousand tags, a hundred in each of a hundred units.
// large is a plant of a hundred tags for each kind of machine, and a hundred that no line has.
func large(kinds int) string {
	var b strings.Builder
	b.WriteString("machines:\n  big:\n    tags:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "      t%03d: {label: Tag %d, unit: CEL, address: \"ns=2;s={line}.{unit}.t%d\"}\n", i, i, i)
	}
	for i := range kinds {
		fmt.Fprintf(&b, "  kind%d: {tags: {", i)
		for j := range 100 {
			fmt.Fprintf(&b, "x%03d: {label: X %d, address: \"ns=2;s={unit}.x%d\", unit: BAR, interval: 1s}, ", j, j, j)
		}
		b.WriteString("}}\n")
	}
	b.WriteString("sites:\n  - id: ulm\n    zone: Europe/Berlin\n    areas:\n      - id: a\n        lines:\n")
	for i := range kinds / 2 {
		fmt.Fprintf(&b, "          - {id: line-%d, units: [{id: u, machines: [kind%d]}, {id: v, machines: [kind%d]}]}\n", i, 2*i, 2*i+1)
	}
	return b.String()
}

func TestTenThousandTags(t *testing.T) {
	kinds, found := 100, 11*20 // on the lines 4 and 40 to 49
	if raceDetector {          // much time for little: one goroutine does it all
		kinds, found = 20, 20
	}
	w := newWorld(t)
	ada := w.admin("Ada")
	if _, err := w.book.Publish(t.Context(), revision.Revision{Parent: 1, Text: large(kinds), By: plant.Program(), Why: "large", Origin: "test"}); err != nil {
		t.Fatal(err)
	}
	took := func(what string, do func() answer) answer {
		t.Helper()
		begin := time.Now()
		a := do()
		t.Logf("%s: %v, %d bytes", what, time.Since(begin), len(a.body))
		if a.status >= 400 {
			t.Fatalf("%s: %d %s", what, a.status, complaint(a))
		}
		return a
	}
	get := func(path string) answer { return took(path, func() answer { return ada.get(path) }) }
	get("/admin/tags")
	get("/admin/tags").mustSay(t, fmt.Sprintf("of %d", 100*kinds+100))
	get("/admin/tags?page=60")
	get("/admin/tags?find=x09+line-4").mustSay(t, fmt.Sprintf("of %d", found))
	get("/admin/tags/one?of=kind7&tag=x050")
	var file answer
	for _, as := range []string{"csv", "xlsx"} {
		file = get("/admin/tags/export." + as)
		changed := []byte(file.body)
		if as == "csv" {
			changed = []byte(strings.ReplaceAll(file.body, ",BAR,", ",PAL,"))
		}
		var href string
		took("look through "+as, func() answer {
			var page answer
			href, page = ada.looked(t, ada.upload("/admin/tags/import", "t."+as, changed))
			return page
		})
		if as == "csv" {
			took("take", func() answer {
				_, page := ada.looked(t, ada.post(href, nil))
				return page
			}).mustSay(t, fmt.Sprintf("%d changed", 100*kinds))
		}
	}
	get("/admin/tags")
	get("/admin/tags").mustSay(t, "Pa")
	get("/admin/lines")
}
