package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// endangered is a world in which bottles are sold that one line makes, which stands, and for which caps are short.
func endangered(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	ctx, today := t.Context(), w.planToday()
	bottle, _ := w.made()
	if _, err := w.trade.Partners.Keep(ctx, partner.Partner{Number: "C-1", Name: "Ann & Co", Customer: true}, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	price := 5 * plant.Currency
	sold, err := w.trade.Orders.Create(ctx, order.Draft{Side: partner.Sales, Partner: "C-1", Today: today.String(), Lines: []order.Wanted{{Item: "BOTTLE", Quantity: plant.Pieces(100), Price: &price, Requested: (today - 2).String(), Due: (today - 1).String()}}}, order.Doing{By: plant.Program()})
	if err == nil {
		_, err = w.trade.Orders.Step(ctx, order.Step{Side: partner.Sales, ID: sold.ID, Version: sold.Version, Do: order.Confirm}, order.Doing{By: plant.Program()})
	}
	if err != nil {
		t.Fatal(err)
	}
	by := workorder.Doing{By: plant.Program()}
	o, err := w.kept.Works().Create(ctx, workorder.Order{Item: bottle, Quantity: plant.Pieces(100), Due: today, Line: "packing-1"}, by)
	if err == nil {
		_, err = w.kept.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, by)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.jobs.mu.Lock()
	w.jobs.all = append(w.jobs.all, execution.Job{ID: o.Number, Work: o.ID, Line: "packing-1", Product: "COLA-05", Planned: plant.Pieces(100), Status: execution.Running, Version: 1, Started: w.clock.now()})
	w.jobs.mu.Unlock()
	w.lines.change("packing-1", func(s *oee.Snapshot) {
		s.Now, s.Since = oee.Breakdown, w.clock.now().Add(-38*time.Minute-10*time.Second)
	})
	w.foretell()
	return w
}

func (w *world) foretell() {
	w.t.Helper()
	if err := w.outlook.Foretell(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// Everybody who has to do with an order sees that it is at risk, and why.
func TestOrdersAtRiskAreSeen(t *testing.T) {
	w := endangered(t)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	const why, short = "Filler down 38 min", "Item &lt;b&gt;CAP short from"
	for path, words := range map[string][]string{
		"/risk":                {"SO-000001/1", "Ann &amp; Co", "100 BOTTLE", why, short, "none is on its way", "ordered now it is there", "With all its material at once", "500.00", "Packing-1", `id="panel:risk"`},
		"/sales/1":             {"Promise", why, " late", "made by WO-000001", "Baseline"},
		"/work/1":              {"Promise", why, "stalled since"},
		"/line/packing-1":      {"Material", "CAP", "none is on its way", "The line stands since", "it endangers SO-000001/1"},
		"/":                    {"Orders at risk", `href="/risk"`},
		"/work/1/time":         {"WO-000001 in time", "Packing-1", "Cost so far", "Material and lots", "Scrap"},
		"/wall/line/packing-1": {"WO-000001", "CAP for "},
		"/wall/orders/packing": {"WO-000001"},
	} {
		a := vera.get(path)
		for _, want := range words {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s: %d, it lacks %q", path, a.status, want)
			}
		}
	}
}

// So does who looks at stops and calls: of what the line waits for while it stands, and later of the job that a stop
// interrupted, as long as that is late.
func TestStopsAndCallsSayWhichOrderTheyEndanger(t *testing.T) {
	w := endangered(t)
	w.lines.change("packing-1", func(s *oee.Snapshot) {
		now, job := s.Since.Add(38*time.Minute), w.jobs.all[len(w.jobs.all)-1].ID
		stop := oee.Segment{Line: "packing-1", From: now.Add(-2 * time.Hour), To: now.Add(-90 * time.Minute), Category: oee.Breakdown, Order: job, Shift: "Early", Date: now.Format(time.DateOnly)}
		run, stands := stop, stop
		run.From, run.To, run.Category = stop.To, s.Since, oee.Running
		stands.From, stands.To = s.Since, now
		s.Segments, s.Window = []oee.Segment{stop, run, stands}, plant.Span{From: stop.From, To: now}
	})
	line, _ := thePlant(t).Line("packing-1")
	if _, err := w.calls.Raise(t.Context(), line, andon.Call{Kind: andon.Quality, Raised: andon.Mark{By: plant.Program()}}); err != nil {
		t.Fatal(err)
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	if body := vera.get("/unexplained?line=packing-1").body; strings.Count(body, "it endangers SO-000001/1") != 1 || strings.Count(body, "it endangers WO-000001") != 1 {
		t.Errorf("the stops do not say which order they endanger: %s", body)
	}
	says(t, vera.get("/calls"), "It endangers SO-000001/1")
}

// Programs get the same, with the four dates.
func TestProgramsAskWhatIsPromised(t *testing.T) {
	w := endangered(t)
	b := w.signedInAs(plant.Viewer)
	var risks struct {
		Total int
		Risks []struct {
			Document, Why string
			Line          int64
			Likely        *time.Time
			Stalled       *time.Time `json:"stalledSince"`
			Late          *float64
			Causes        []struct{ Kind string }
			Fixes         []struct{ Remedy string }
		}
	}
	b.reads(t, "/api/v1/risk", &risks)
	r := risks.Risks[0]
	if risks.Total != len(risks.Risks) || r.Document != "sales/1" || r.Line != 1 || r.Likely == nil || r.Late == nil || r.Stalled == nil || r.Causes[0].Kind != "line stands" || len(r.Fixes) == 0 {
		t.Errorf("%+v", risks)
	}
	var promises struct {
		Total    int
		Promises []struct{ Document string }
	}
	b.reads(t, "/api/v1/promises?kind=work", &promises)
	if promises.Total != 1 || promises.Promises[0].Document != "work/1" {
		t.Errorf("%+v", promises)
	}
	var dates struct{ Requested, Baseline, Likely, Actual *time.Time }
	b.reads(t, "/api/v1/promises/dates?document=sales/1&line=1", &dates)
	if dates.Requested == nil || dates.Baseline == nil || dates.Baseline.Sub(*dates.Requested) != 24*time.Hour || dates.Likely == nil || dates.Actual != nil {
		t.Errorf("%+v", dates)
	}
	var starves struct {
		Components []struct {
			Item    string
			Minutes float64
			There   float64
		}
	}
	b.reads(t, "/api/v1/starvation?line=packing-1", &starves)
	if len(starves.Components) != 1 || starves.Components[0].Item != "CAP" || starves.Components[0].There != 40 || starves.Components[0].Minutes <= 0 {
		t.Errorf("%+v", starves)
	}
	if a := b.get("/api/v1/promises/dates?document=sales/99&line=1"); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// The promise of a line that stands moves with the clock, and what is kept of it keeps its baseline.
func TestAPromiseMovesWhileItsLineStands(t *testing.T) {
	w := endangered(t)
	b := w.signedInAs(plant.Viewer)
	is := func() (d struct{ Baseline, Likely *time.Time }) {
		b.reads(t, "/api/v1/promises/dates?document=job/J-1", &d)
		return d
	}
	before := is()
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Now, s.Since = oee.Breakdown, w.clock.now() })
	w.clock.pass(40 * time.Minute)
	w.foretell()
	after := is()
	if moved := after.Likely.Sub(*before.Likely); moved < 39*time.Minute || moved > 41*time.Minute || !after.Baseline.Equal(*before.Baseline) {
		t.Errorf("it moved by %s; the baseline was %s and is %s", moved, before.Baseline, after.Baseline)
	}
}

func (w *world) signedInAs(role plant.Role) *browser {
	w.t.Helper()
	w.user("Rita", role)
	return w.signedIn("Rita")
}

func (b *browser) reads(t *testing.T, path string, into any) {
	t.Helper()
	a := b.get(path)
	if a.status != 200 {
		t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
