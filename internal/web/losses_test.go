package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
	"millwright/internal/web"
)

func worth(d *web.Deps) {
	for _, a := range d.Plant.Sites[0].Areas {
		for i := range a.Lines {
			a.Lines[i].Worth = plant.Worth{Hour: 1200 * plant.Currency}
		}
	}
}

// morningOf asks for exactly the two hours that a line of the world knows.
func (w *world) morningOf(line string, more ...string) string {
	s, _ := w.lines.Snapshot(plant.LineID(line))
	zone, _ := time.LoadLocation("Europe/Berlin")
	q := url.Values{"range": {"custom"}, "line": {line}, "from": {s.Window.From.In(zone).Format(time.DateTime)}, "to": {s.Window.To.In(zone).Format(time.DateTime)}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "?" + q.Encode()
}

func TestLossesAreThoseOfTheLedger(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	a := b.get("/losses" + w.morningOf("filling-1"))
	page := plain(a.body)
	s, _ := w.lines.Snapshot("filling-1")
	sums := kpi.Of(s.Window, s.Segments)
	split, _ := sums.Classic().Losses()
	costs := money.Of(&sums, money.Rate{Worth: 1200 * plant.Currency, Per: time.Hour, OK: true})
	minutes := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Minutes()) }
	for _, want := range []string{
		"105.0 min ÷ 120.0 min = 87.5 %", "98.0 min ÷ 105.0 min = 93.3 %", "87.5 % × 93.3 % × 98.0 % = 80.0 %",
		"of " + minutes(sums.Classic().PPT), cells(minutes(15*time.Minute), "12.5", costs.Stops[oee.Breakdown].String()),
		cells(minutes(split.Performance), "5.8", costs.Speed.String()), cells(minutes(split.Quality), "1.7", costs.Quality.String()),
		cells(minutes(split.Good), "80.0", costs.Good.String()), ">" + costs.Total().String() + "<", "E-107", "15 min",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, page)
	}
}

// cells are cells of numbers as they follow each other in a row.
func cells(texts ...string) string {
	return `<td class="num">` + strings.Join(texts, `</td><td class="num">`) + "</td>"
}

func TestLossesAreNarrowedToAPart(t *testing.T) {
	w := newWorld(t, worth)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments[1].Reason, s.Segments[1].By, s.Segments[1].Comment = "jam", "Otto", "=cap stuck"
	})
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, c := range []struct {
		set  []string
		want string
		not  string
	}{
		{[]string{"by", "unit"}, "Filler</a>", "No stop."},
		{[]string{"by", "reason", "in", "money"}, "jam</a>", "No stop."},
		{[]string{"only-category", "breakdown", "by", "shift"}, "Early</a>", "No stop."},
		{[]string{"only-category", "changeover"}, "No stop.", "E-107"},
		{[]string{"only-reason", ""}, "No stop.", "E-107"},
	} {
		page := b.get("/losses" + w.morningOf("filling-1", c.set...)).body
		if !strings.Contains(page, c.want) || strings.Contains(page, c.not) {
			t.Errorf("%v: the page lacks %q or has %q", c.set, c.want, c.not)
		}
	}
	bars := b.get("/losses" + w.morningOf("filling-1", "by", "unit")).body
	down := regexp.MustCompile(`href="(/losses[^"]*only-unit=filling-1%2Ffiller[^"]*#stops)"`).FindStringSubmatch(bars)
	if down == nil {
		t.Fatal("a bar does not lead to its stops")
	}
	stops := b.get(html.UnescapeString(down[1])).body
	one := regexp.MustCompile(`href="(/line/filling-1/segment\?at=\d+)"`).FindStringSubmatch(stops)
	if one == nil || !strings.Contains(stops, "around the stop at") {
		t.Fatal("a stop does not lead to its segment and its trend")
	}
	if segment := b.get(one[1]).body; !strings.Contains(segment, "<h1>Breakdown from") || !strings.Contains(segment, "The stop that it is part of") {
		t.Error("the page behind a stop is not that of its segment")
	}
	file := b.get("/losses/stops.csv" + w.morningOf("filling-1")).body
	if !strings.Contains(file, ",15,breakdown,Filler,E-107,Film jam,'=cap stuck,Otto,COLA-05,,300,EUR") {
		t.Errorf("the file is %s", file)
	}
	if file := b.get("/losses/stops.csv" + w.morningOf("filling-1", "only-category", "changeover")).body; strings.Count(file, "\n") != 1 {
		t.Errorf("the file of a part is %s", file)
	}
	if file := b.get("/losses/export.csv" + w.morningOf("filling-1")).body; !strings.Contains(file, "Breakdown,15,1,300,EUR\ntotal,15,1,300,EUR\n") {
		t.Errorf("the file is %s", file)
	}
}

func TestAStopCostsTheGoodPiecesThatWereNotMade(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) {
		for _, a := range d.Plant.Sites[0].Areas {
			for i := range a.Lines {
				a.Lines[i].Worth = plant.Worth{Margins: map[string]plant.Money{"COLA-05": 2 * plant.Currency}}
			}
		}
	})
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	stop := money.Stop{Lasts: 15 * time.Minute, Cycle: 600 * time.Millisecond, Quality: money.Expected(plant.Pieces(9600), plant.Pieces(200)), Margin: 2 * plant.Currency}
	costs := func() {
		t.Helper()
		want := stop.Cost().String()
		if file := b.get("/losses/stops.csv" + w.morningOf("filling-1")).body; !strings.Contains(file, ","+want+",EUR") {
			t.Errorf("the stop does not cost %s: %s", want, file)
		}
		if file := b.get("/losses/export.csv" + w.morningOf("filling-1")).body; !strings.Contains(file, "Breakdown,15,1,"+want+",EUR\ntotal,15,1,"+want+",EUR\n") {
			t.Errorf("breakdowns do not cost %s: %s", want, file)
		}
	}
	costs()
	s, _ := w.lines.Snapshot("filling-1")
	w.lines.change("filling-1", func(o *oee.Snapshot) {
		o.Segments[1].Order, o.Segments[2].Order = "J-9", "J-9"
	})
	w.jobs.mu.Lock() // after the stop 4,200 were made: it wanted 1,000 when that began
	w.jobs.all = append(w.jobs.all, execution.Job{ID: "J-9", Line: "filling-1", Planned: plant.Pieces(1000), Good: plant.Pieces(4200), Started: s.Window.From, Ended: s.Window.To.Truncate(time.Second)})
	w.jobs.mu.Unlock()
	stop.Left, stop.Bounded = plant.Pieces(1000), true
	costs()
	if page := b.get("/losses" + w.morningOf("filling-1")).body; !strings.Contains(page, "the margin of the good pieces that were not made") {
		t.Error("the page does not say by what a stop is valued")
	}
}

func TestARangeThatIsNoneIsTold(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for query, want := range map[string]string{
		"?range=custom&from=soon&to=2026-03-02":                  "Write a date",
		"?range=custom&from=2026-03-02&to=2026-03-01":            "must come after",
		"?range=custom&from=2020-01-01&to=2026-03-01":            "a year at most",
		"?range=custom&from=2299-01-01&to=2299-01-02":            "in the future",
		"?range=custom&from=<script>&to=2026-03-01+06%3A00":      "Write a date",
		"?range=custom&from=2026-03-01+06%3A00&to=9999999999-01": "Write it as the beginning",
	} {
		a := b.get("/losses" + query)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>&") {
			t.Errorf("%s: %d, want %q", query, a.status, want)
		}
	}
	for _, query := range []string{"?range=year", "?by=mood", "?in=tears", "?then=never"} {
		if a := b.get("/losses" + query); a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	for _, word := range []string{"shift", "previous", "week-ago", "day", "week", "month"} {
		for _, path := range []string{"/losses", "/losses/lens"} {
			for _, then := range []string{"", "before", "week-ago"} {
				if a := b.get(path + "?range=" + word + "&then=" + then); a.status != http.StatusOK {
					t.Errorf("%s %s %s: %d %s", path, word, then, a.status, a.body)
				}
			}
		}
	}
}

func TestTheLensShowsWhatMoves(t *testing.T) {
	w := newWorld(t)
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Segments[1].Category = oee.Changeover })
	w.user("Vera", plant.Viewer)
	page := plain(w.signedIn("Vera").get("/losses/lens" + w.morningOf("filling-1")).body)
	for _, want := range []string{"Changeovers as planned", "<strong>91.4</strong>", "+11.4", "15.0 min</strong>", "from lost to not measured:"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// A long time of many lines is read from its sums: it must come to the same.
func TestLongTimesComeToTheSame(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	zone, _ := time.LoadLocation("Europe/Berlin")
	now := w.clock.now().In(zone)
	ask := func(days int, more string) string {
		q := url.Values{"range": {"custom"}, "from": {now.AddDate(0, 0, -days).Format(time.DateTime)}, "to": {now.Format(time.DateTime)}}
		return "/losses" + more + "?" + q.Encode()
	}
	for _, by := range []string{"category", "unit", "shift", "product", "line"} {
		short, long := b.get(ask(20, "/export.csv")+"&by="+by).body, b.get(ask(40, "/export.csv")+"&by="+by).body
		if short != long || !strings.Contains(short, "total,30,2,600,EUR") {
			t.Errorf("by %s: stop by stop\n%s\nand from sums\n%s", by, short, long)
		}
	}
	page := plain(b.get(ask(40, "")).body)
	if !strings.Contains(page, cells("30.0", "12.5", "600")) || !strings.Contains(page, "choose a line or a shorter time") || strings.Contains(page, "E-107") {
		t.Error("the page of a long time is another")
	}
	if file := b.get(ask(40, "/stops.csv")).body; strings.Count(file, "E-107") != 2 {
		t.Errorf("the file lacks stops: %s", file)
	}
}
