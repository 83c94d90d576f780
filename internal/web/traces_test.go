package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// traced is a world in which a lot of powder went into two lots of parts, one of which a customer got, made by the
// filler while it ran hot.
type traced struct {
	*world
	b      *browser
	powder int64
	part   int64
	ids    map[string]int64 // of lots
	noon   time.Time
}

func (w traced) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func newTraced(t *testing.T) traced {
	w := traced{world: newWorld(t), ids: map[string]int64{}}
	w.noon = w.clock.now().UTC().Truncate(time.Minute).Add(-6 * time.Hour)
	w.user("Vera", plant.Viewer)
	w.b = w.signedIn("Vera")
	ctx, by := t.Context(), plant.Program()
	add := func(number string, kind item.Kind) int64 {
		i := item.Blank(number)
		i.Name, i.Kind, i.Tracking, i.Valuation = strings.ToLower(number), kind, item.Lot, item.FIFO
		kept, err := w.kept.Items().Add(ctx, i, item.Change{By: by})
		w.must(err)
		return kept.ID
	}
	w.powder, w.part = add("POWDER", item.Buy), add("PART", item.Make)
	who, err := w.kept.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "=Ann & Co", Customer: true}, by, "")
	w.must(err)
	price := plant.Currency
	_, err = w.kept.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: who.Number, Today: "2026-03-02", Lines: []order.Wanted{{Item: "PART", Quantity: plant.Pieces(5), Price: &price, Requested: "2026-03-10"}}}, order.Doing{By: by})
	w.must(err)
	const here = stock.Warehouse
	w.move(-2*time.Hour, "", w.lotMove(w.powder, "L1", stock.Supplier, here, 100))
	w.move(-time.Hour, "work/1", w.lotMove(w.powder, "L1", here, stock.Production, 10))
	w.move(0, "work/1", w.lotMove(w.part, "P1", stock.Production, here, 20))
	w.move(time.Hour, "work/1", w.lotMove(w.powder, "L1", here, stock.Production, 10), w.lotMove(w.part, "P2", stock.Production, here, 20))
	w.move(2*time.Hour, "work/1", w.lotMove(w.powder, "L1", here, stock.Production, 5), w.lotMove(w.part, "P3", stock.Production, here, 10))
	w.move(3*time.Hour, "sales/1", w.lotMove(w.part, "P2", here, stock.Customer, 12))
	lots, err := w.kept.Places().Lots(ctx, stock.Lots{})
	w.must(err)
	for _, l := range lots {
		w.ids[l.Number] = l.ID
	}
	w.run()
	return w
}

func (w traced) lotMove(item int64, lot string, from, to, n int64) stock.Move {
	return stock.Move{Item: item, Lot: lot, From: from, To: to, Quantity: plant.Pieces(n), Source: "machine:filling-1/filler"}
}

func (w traced) move(after time.Duration, document string, moves ...stock.Move) {
	w.t.Helper()
	for i := range moves {
		moves[i].Document = document
	}
	_, err := w.kept.Stock().Post(w.t.Context(), stock.Posting{At: w.noon.Add(after), By: plant.Program(), Moves: moves})
	w.must(err)
}

// run lets the filler run at 90, and hotter for 10 minutes while the second lot was made.
func (w traced) run() {
	var batch []tag.Sample
	for i := range 240 {
		v := 90.0
		if i >= 105 && i < 115 {
			v = 97
		}
		batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/speed"), Time: w.noon.Add(time.Duration(i-75) * time.Minute), Value: tag.FloatValue(v)}.Clean())
	}
	_, err := w.ingest(w.t.Context(), batch)
	w.must(err)
}

func TestALotIsTracedOnPages(t *testing.T) {
	w := newTraced(t)
	lot := func(name string) string { return fmt.Sprintf("/trace/lot/%d", w.ids[name]) }
	if a := w.b.get("/trace?code=p2"); a.status != http.StatusSeeOther && !strings.Contains(a.body, "Trace of P2") {
		t.Errorf("%d %s", a.status, a.short())
	}
	excursion := url.Values{
		"tag": {"filling-1/filler/speed"}, "side": {"above"}, "limit": {"95"}, "least": {"60"},
		"from": {w.local(0)}, "to": {w.local(3 * time.Hour)},
	}
	for path, want := range map[string][]string{
		"/trace":                                 {"Lot, serial or order", "From an excursion of a tag"},
		lot("P2"):                                {"POWDER", "L1", "Filling-1", "Filler", "what the machine counted", `class="lot-band"`, "1 good lots", "No order that made anything has used it", "/trace/recall?lot="},
		lot("P3"):                                {"2 good lots", "within the band all the time"},
		lot("L1"):                                {"P1", "P2", "P3", "its own count", "Nobody says at which machine"},
		w.recall("L1"):                           {"=Ann &amp; Co", "Still on site", "12", `href="/sales/1"`, "STOCK", "/trace/recall.csv?lot="},
		"/trace/excursion":                       {"Choose a tag", "Filling-1, Filler: Speed (1/min)"},
		"/trace/excursion?" + excursion.Encode(): {"When it was beyond", "97", "P2", "Recall these", "=Ann &amp; Co"},
		"/stock/lot/" + fmt.Sprint(w.ids["P2"]):  {lot("P2")},
	} {
		a := w.b.get(path)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.short())
		}
		for _, words := range want {
			if !strings.Contains(plain(a.body), words) {
				t.Errorf("%s lacks %q", path, words)
			}
		}
	}
	if page := w.b.get("/trace/excursion?" + excursion.Encode()).body; strings.Contains(page, ">P1<") || strings.Contains(page, ">P3<") {
		t.Error("lots are touched that were made before, or after")
	}
	file := w.b.get("/trace/recall.csv?lot=" + fmt.Sprint(w.ids["L1"])).body
	for _, row := range []string{"customer,'=Ann & Co,SO-", ",PART,part,P2,12,", "on site,,,STOCK,POWDER,powder,L1,75,", "on site,,,STOCK,PART,part,P2,8,"} {
		if !strings.Contains(file, row) {
			t.Errorf("the file lacks %q:\n%s", row, file)
		}
	}
}

func (w traced) local(after time.Duration) string {
	zone, err := time.LoadLocation("Europe/Berlin")
	w.must(err)
	return w.noon.Add(after).In(zone).Format("2006-01-02T15:04")
}

func (w traced) recall(lots ...string) string {
	q := url.Values{}
	for _, l := range lots {
		q.Add("lot", fmt.Sprint(w.ids[l]))
	}
	return "/trace/recall?" + q.Encode()
}

func TestWhatCannotBeTraced(t *testing.T) {
	w := newTraced(t)
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/trace?code=nothing":    {http.StatusNotFound, "has the number nothing"},
		"/trace/lot/999":         {http.StatusNotFound, ""},
		"/trace/lot/x":           {http.StatusNotFound, ""},
		"/trace/recall?lot=x":    {http.StatusUnprocessableEntity, ""},
		"/trace/recall?lot=999":  {http.StatusNotFound, ""},
		"/trace/recall.csv":      {http.StatusUnprocessableEntity, ""},
		"/trace/excursion?tag=x": {http.StatusUnprocessableEntity, "Choose a tag of a machine"},
		"/trace/excursion?tag=filling-1/filler/speed&limit=NaN&from=2026-03-02T10:00&to=2026-03-01T10:00": {http.StatusUnprocessableEntity, "Write a number"},
		"/api/v1/trace/lots/999/used-in":   {http.StatusNotFound, ""},
		"/api/v1/trace/recall":             {http.StatusUnprocessableEntity, ""},
		"/api/v1/trace/excursion?tag=none": {http.StatusUnprocessableEntity, ""},
		"/api/v1/trace/excursion?tag=none&limit=1&from=2026-03-02T10:00:00Z&to=2026-03-02T11:00:00Z": {http.StatusNotFound, ""},
	} {
		if a := w.b.get(path); a.status != want.status || !strings.Contains(a.body, want.words) {
			t.Errorf("%s: %d %s", path, a.status, a.short())
		}
	}
}

func TestTracesByTheAPI(t *testing.T) {
	w := newTraced(t)
	type lots struct {
		Lots []struct {
			ID           int64
			Item, Number string
			Steps        int
		}
		Links []struct {
			From, To int
			Order    string
			Quantity plant.Quantity
			Sure     bool
		}
	}
	used := got[lots](w.b, fmt.Sprintf("/api/v1/trace/lots/%d/used-in", w.ids["L1"]))
	if len(used.Lots) != 4 || len(used.Links) != 3 || used.Links[1].Quantity != plant.Pieces(14) || !used.Links[1].Sure || used.Lots[used.Links[1].To].Number != "P2" {
		t.Errorf("%+v", used)
	}
	if from := got[lots](w.b, fmt.Sprintf("/api/v1/trace/lots/%d/made-from", w.ids["P1"])); len(from.Lots) != 2 || from.Lots[1].ID != w.ids["L1"] || from.Lots[1].Steps != 1 {
		t.Errorf("%+v", from)
	}
	made := got[struct {
		Stays   []struct{ Line, Unit, Rests string }
		Signals []struct {
			Tag    string
			Points []struct{ Mean, Low, High *float64 }
		}
	}](w.b, fmt.Sprintf("/api/v1/trace/lots/%d/made-at?unit=filling-1/filler", w.ids["P2"]))
	if len(made.Stays) != 1 || made.Stays[0].Unit != "filling-1/filler" || len(made.Signals) == 0 || made.Signals[0].Tag != "filling-1/filler/speed" || made.Signals[0].Points[5].Mean == nil {
		t.Errorf("%+v", made.Stays)
	}
	type recall struct {
		Lots []struct {
			Lot     struct{ Number string }
			Came    plant.Quantity
			Shipped []struct {
				Customer, Number string
				Quantity         plant.Quantity
			}
			OnSite []struct {
				Place    string
				Quantity plant.Quantity
			}
		}
	}
	r := got[recall](w.b, fmt.Sprintf("/api/v1/trace/recall?lot=%d&lot=%d", w.ids["L1"], w.ids["P2"]))
	if len(r.Lots) != 4 {
		t.Fatalf("%+v", r)
	}
	for _, l := range r.Lots {
		if l.Lot.Number == "P2" && (l.Came != plant.Pieces(20) || len(l.Shipped) != 1 || l.Shipped[0].Customer != "=Ann & Co" || l.Shipped[0].Quantity != plant.Pieces(12) || l.OnSite[0].Quantity != plant.Pieces(8)) {
			t.Errorf("%+v", l)
		}
	}
	x := got[struct {
		Found  []struct{ Worst float64 }
		Made   []struct{ Lot struct{ Number string } }
		Recall recall
	}](w.b, "/api/v1/trace/excursion?tag=filling-1/filler/speed&limit=95&from="+w.noon.Format(time.RFC3339)+"&to="+w.noon.Add(3*time.Hour).Format(time.RFC3339))
	if len(x.Found) != 1 || x.Found[0].Worst != 97 || len(x.Made) != 1 || x.Made[0].Lot.Number != "P2" || len(x.Recall.Lots) != 1 {
		t.Errorf("%+v", x)
	}
}
