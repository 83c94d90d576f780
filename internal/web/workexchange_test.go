package web_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"millwright/internal/app/imported"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/register"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// importers are those of a world's tables.
func (w *world) importers(kept *store.Store) map[string]register.Importer {
	in := thePlant(w.t)
	planner := desk.New(desk.Options{Book: kept.Plans(), Today: w.planToday, Now: w.clock.now})
	return imported.Importers(kept, planner, func() *plant.Plant { return in }, w.clock.now)
}

func schedule(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("../erp/b2mml/testdata/schedule.xml")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAScheduleIsImportedByClicking(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.made()
	pia := w.dutiful("Pia", plant.Planner)
	says(t, pia.get("/lists/work/import"), "B2MML", "By which the other system knows the order")
	a := pia.upload("/lists/work/import", "schedule.xml", schedule(t))
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	where := a.header.Get("Location")
	says(t, pia.get(where), "2 new, 0 changed, 1 unchanged, 0 wrong", "Nothing is kept yet", "4500001")
	says(t, pia.post(where, url.Values{}), "Kept.", "2 new")
	says(t, pia.post(where, url.Values{}), "0 new, 0 changed, 3 unchanged")
	says(t, pia.get("/work?view=0&columns=number,reference,quantity,state"), "2 work orders", "4500002", "24", "Created", "Firmed")
	a = pia.upload("/lists/work/import", "work.csv", []byte(pia.get("/lists/work/export?as=csv").body)) // what the list gives may come back
	says(t, pia.get(a.header.Get("Location")), "0 new, 0 changed, 2 unchanged, 0 wrong")
	if a := pia.upload("/lists/work/import", "x.xml", []byte(`<!DOCTYPE a><a/>`)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "document type") {
		t.Errorf("%d %s", a.status, a.short())
	}
	bad := strings.NewReplacer("BOTTLE", "NO &lt;BOTTLE", ">3<", ">first<", "filling-1", "nowhere").Replace(string(schedule(t)))
	a = pia.upload("/lists/work/import", "bad.xml", []byte(bad))
	says(t, pia.get(a.header.Get("Location")), "2 wrong", "There is no item &#34;NO &lt;BOTTLE&#34;", "no whole number", "There is no line")
}

func TestOrdersAreTakenOnTogether(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.made()
	pia := w.dutiful("Pia", plant.Planner)
	a := pia.upload("/lists/work/import", "schedule.xml", schedule(t))
	pia.post(a.header.Get("Location"), url.Values{})
	act := func(action, key string, more url.Values, rows ...string) answer {
		form := url.Values{"action": {action}, "key": {key}, "sure": {"on"}, "row": rows}
		for k, v := range more {
			form[k] = v
		}
		return pia.post("/lists/work/act", form)
	}
	says(t, act("firm", "k1", nil, "1.1", "2.1"), "1 of 2 work orders done", "WO-000001", "it is firmed")
	says(t, act("release", "k2", nil, "1.1", "2.1"), "1 of 2 work orders done", "Somebody has changed WO-000002 meanwhile")
	says(t, act("release", "k2", nil, "1.1", "2.2"), "2 of 2 work orders done") // the first was done by this key
	if a := act("hold", "k3", nil, "1.2"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why") {
		t.Errorf("%d %s", a.status, a.short())
	}
	says(t, act("hold", "k3", url.Values{"why": {"no caps"}}, "1.2"), "1 of 1 work order done")
	says(t, pia.get("/work?filter=state%3Don+hold"), "1 work order", "WO-000001")
	says(t, act("close", "k4", nil, "1.3", "2.3"), "0 of 2 work orders done")
	if tail, err := w.audit.List(t.Context(), "work/1", store.Page{Limit: 1}); err != nil || tail[0].What != "work.hold" || tail[0].Why != "no caps" || tail[0].Who.Name != "Pia" {
		t.Errorf("%+v %v", tail, err)
	}
}

func TestProgramsSendSchedulesAndReadPerformance(t *testing.T) {
	w := newWorld(t)
	w.made()
	b := w.program(w.token(plant.Manager, ""))
	send := func(query string, file []byte) answer {
		return b.do(http.MethodPost, "/api/v1/work/schedule"+query, strings.NewReader(string(file)), http.Header{"Content-Type": {"application/xml"}})
	}
	var report struct {
		Kept                           bool
		New, Changed, Unchanged, Wrong int
		Results                        []struct {
			Reference, Result string
			ID                int64
		}
	}
	for _, c := range []struct {
		query          string
		new, unchanged int
		kept           bool
	}{{"?dry=true", 2, 1, false}, {"?whole=true", 2, 1, true}, {"", 0, 3, true}} {
		a := send(c.query, schedule(t))
		report.Results = nil
		if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != 200 || report.New != c.new || report.Unchanged != c.unchanged || report.Kept != c.kept || len(report.Results) != 3 {
			t.Fatalf("%s: %d %s", c.query, a.status, a.body)
		}
	}
	for name, file := range map[string]string{"a bomb": `<!DOCTYPE a [<!ENTITY b "c">]><a/>`, "nothing": "", "another thing": "<a/>"} {
		if a := send("", []byte(file)); a.status != 422 && a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	b.asks(t, "/api/v1/work/1/steps/release", `{"version":1}`, "", 200, nil)
	b.asks(t, "/api/v1/work/1/reports", `{"good":30,"scrap":1}`, "r-1", 200, nil)
	var told struct {
		XMLName  xml.Name `xml:"http://www.mesa.org/xml/B2MML-V0600 ProductionPerformance"`
		Response []struct {
			Request string `xml:"ProductionRequestID"`
			State   string `xml:"ResponseState"`
			Whole   struct {
				Produced []struct {
					Item     string `xml:"MaterialDefinitionID"`
					Quantity string `xml:"Quantity>QuantityString"`
				} `xml:"MaterialProducedActual"`
				Consumed []struct {
					Item     string `xml:"MaterialDefinitionID"`
					Quantity string `xml:"Quantity>QuantityString"`
				} `xml:"MaterialConsumedActual"`
			} `xml:"SegmentResponse"`
		} `xml:"ProductionResponse"`
	}
	for _, query := range []string{"order=1", "order=WO-000001", "from=2020-01-01T00:00:00Z"} {
		a := b.get("/api/v1/work/performance?" + query)
		told.Response = nil
		if err := xml.Unmarshal([]byte(a.body), &told); err != nil || a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "application/xml") {
			t.Fatalf("%s: %d %v %s", query, a.status, err, a.body)
		}
		r := told.Response[0]
		if len(told.Response) != 1 || r.Request != "4500001" || r.State != "Running" || r.Whole.Produced[0].Quantity != "30" || r.Whole.Consumed[0].Quantity != "31" {
			t.Errorf("%s: %s", query, a.body)
		}
	}
	for path, want := range map[string]int{"": 422, "?from=x": 422, "?order=4711": 404} {
		if a := b.get("/api/v1/work/performance" + path); a.status != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	days := url.Values{"from": {(w.planToday() - 300).String()}, "until": {(w.planToday() + 60).String()}}.Encode()
	says(t, vera.get("/work/performance"), "Which days")
	says(t, vera.get("/work/performance?"+days), "4500001", "/work/performance.xml?", "30 H87")
	for _, path := range []string{"/work/performance.xml?" + days, "/work/1/performance.xml"} {
		if a := vera.get(path); a.status != 200 || xml.Unmarshal([]byte(a.body), &told) != nil || !strings.Contains(a.header.Get("Content-Disposition"), ".xml") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := vera.get("/work/performance?from=x&until=2020-01-01"); a.status != 422 || !strings.Contains(a.body, `value="x"`) {
		t.Errorf("%d %s", a.status, a.short())
	}
}
