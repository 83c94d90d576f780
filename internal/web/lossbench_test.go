//go:build unix

package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/mes/oee/past"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
	"millwright/internal/web/api"
)

// fifty is a plant of 50 lines whose time is worth something.
func fifty() string {
	var b strings.Builder
	b.WriteString("enterprise: Fifty\nconnections:\n  - {id: plc, driver: opcua, endpoint: \"opc.tcp://10.0.0.1:4840\"}\nmachines:\n  press: {tags: {state: {address: \"ns=2;s={unit}.state\"}}, signals: {state: state}}\n")
	b.WriteString("sites:\n  - id: site\n    name: Site\n    zone: UTC\n    currency: EUR\n    shifts:\n")
	for i, name := range []string{"Early", "Late", "Night"} {
		fmt.Fprintf(&b, "      - {name: %s, start: \"%02d:00\", end: \"%02d:00\"}\n", name, 6+8*i, (14+8*i)%24)
	}
	b.WriteString("    areas:\n      - id: hall\n        name: Hall\n        lines:\n")
	for i := range 50 {
		fmt.Fprintf(&b, "          - {id: line-%d, name: Line %d, rates: {\"*\": 1s}, worth: {margins: {P-0: 0.2, P-1: 0.3}}, units: [{id: press, name: Press, connection: plc, machines: [press]}]}\n", i, i)
	}
	return b.String()
}

// theFifty is the plant of 50 lines.
func theFifty(b testing.TB) config.Model {
	b.Helper()
	d, err := config.ParseDocument("fifty", []byte(fifty()))
	if err != nil {
		b.Fatal(err)
	}
	m, err := d.Model("fifty", nil)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// ofAYear is a world of 50 lines and a year of time, whose sums are kept.
func ofAYear(b *testing.B) (w largeWorld, y rolluptest.Year) {
	m := theFifty(b)
	days := 365
	if testing.Short() {
		days = 40
	}
	end := time.Now().UTC().Truncate(time.Hour)
	y = rolluptest.Year{Book: storetest.SQLite(b).Open().Rollups(), From: end.AddDate(0, 0, -days), To: end}
	if err := y.Fill(b.Context(), &m.Plant); err != nil {
		b.Fatal(err)
	}
	w.world = newWorld(b, onFloor(b, m, y, y))
	w.ada = w.cookies("Vera")
	return w, y
}

// onFloor puts a world on the floor of a plant, whose machines say nothing.
func onFloor(b testing.TB, m config.Model, lines api.Lines, sums rollup.Book) func(o *web.Deps) {
	return func(o *web.Deps) {
		archive, err := embedded.Open(b.TempDir(), m.Tags, o.Log, embedded.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = archive.Close() })
		o.Floor = web.Floor{Plant: &m.Plant, Tags: m.Tags, Signals: m.Signals, Units: &units{}, Lines: lines, Jobs: newJobs()}
		o.Archive, o.Latest, o.Sums, o.Log = archive, bus.NewLatest(m.Tags.Len()), sums, nil
	}
}

// cookies are those of a viewer who is signed in.
func (w *world) cookies(name string) http.Header {
	w.user(name, plant.Viewer)
	u, _ := url.Parse(w.http.URL)
	all := http.Header{"Accept-Encoding": {"gzip"}}
	for _, c := range w.signedIn(name).client.Jar.Cookies(u) {
		all.Add("Cookie", c.Name+"="+c.Value)
	}
	return all
}

// paused is a ledger whose lines stand as they did at a moment.
type paused struct {
	oee.Ledger
	as map[plant.LineID]oee.Snapshot
}

func (s paused) Snapshot(line plant.LineID) (oee.Snapshot, bool) {
	is, ok := s.as[line]
	return is, ok
}

func (paused) Begin(plant.LineID) time.Time { return time.Time{} }

// ofThreeDays is a world of 50 lines whose time of three days, up to an hour, is read from the database.
func ofThreeDays(b *testing.B) (w largeWorld, end time.Time) {
	m, s := theFifty(b), storetest.SQLite(b).Open()
	end = time.Now().UTC().Truncate(time.Hour)
	lines := paused{s.Ledger(), map[plant.LineID]oee.Snapshot{}}
	for _, l := range m.Plant.Lines() {
		all := rolluptest.Shifts(l.ID, end.Add(-72*time.Hour), end)
		for !all[len(all)-1].From.Before(end) {
			all = all[:len(all)-1]
		}
		all[len(all)-1].To = plant.Earlier(all[len(all)-1].To, end)
		if err := s.Ledger().Replace(b.Context(), l.ID, all[0].From, all); err != nil {
			b.Fatal(err)
		}
		lines.as[l.ID] = past.At(l, all, end)
	}
	book := logbook.New(logbook.Options{Plant: &m.Plant, Lines: lines, Edits: s.Edits(), Now: time.Now})
	w = largeWorld{world: newWorld(b, onFloor(b, m, book, s.Rollups()), func(o *web.Deps) {
		o.Turns, o.Calls, o.Shifts, o.Now = s.Counts(), nil, book, func() time.Time { return end }
	})}
	w.ada = w.cookies("Vera")
	keeper := rollup.NewKeeper(rollup.Options{Plant: &m.Plant, Book: s.Rollups(), Segments: book.Segments})
	for _, l := range kpi.Layouts(&m.Plant) {
		if err := keeper.Roll(b.Context(), l); err != nil {
			b.Fatal(err)
		}
	}
	return w, end
}

// BenchmarkReplay is the server's time for one moment of a shift of 50 lines, their time and jobs read from the database.
func BenchmarkReplay(b *testing.B) {
	w, end := ofThreeDays(b)
	n := 0
	measure(b, "a-moment", nil, func() {
		at := end.Add(-30*time.Hour + time.Duration(n%8)*41*time.Minute)
		w.ask(b, w.site.Handler(), "GET", "/replay/view?at="+strconv.FormatInt(at.UnixMicro(), 10), nil)
		n++
	})
}

// BenchmarkShiftPages is the server's time for pages of the shift that runs on 50 lines.
func BenchmarkShiftPages(b *testing.B) {
	w, end := ofThreeDays(b)
	for name, path := range map[string]string{
		"now": "/", "lines": "/lines", "line": "/line/line-7", "shift": "/line/line-7/shift", "shift-before": "/line/line-7/shift?at=" + strconv.FormatInt(end.Add(-9*time.Hour).UnixMicro(), 10),
		"wall-line": "/wall/line/line-7", "wall-hall": "/wall/hall/hall", "wall-orders": "/wall/orders/hall", "what-if": "/whatif?line=line-7",
		"losses": "/losses?range=shift", "losses-before": "/losses?range=previous", "compared": "/losses?range=shift&then=before", "losses-by-reason": "/losses?range=shift&by=reason",
		"lens": "/losses/lens?line=line-7&range=shift", "segments": "/segments?range=shift", "figures-by-hour": "/figures?each=hour&range=shift", "figures": "/figures?per=line&range=shift",
		"replay": "/replay", "report": "/reports/shift?line=line-7", "report-losses": "/reports/losses?range=day", "report-pdf": "/reports/shift?line=line-7&format=pdf",
	} {
		measure(b, name, nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
}

// BenchmarkLossPages is the server's time for pages of losses and for key figures of 50 lines with a year of time: the
// least of all runs, since others may be at work on the machine. Run it with -benchtime=10x.
func BenchmarkLossPages(b *testing.B) {
	w, y := ofAYear(b)
	on := func(t time.Time) string { return t.Format(time.DateOnly) }
	year := "range=custom&from=" + on(y.From) + "&to=" + on(y.To)
	from := "from=" + on(y.From) + "&to=" + on(y.To)
	for name, path := range map[string]string{
		"this-shift": "/losses?range=shift", "day": "/losses?range=day", "week": "/losses?range=week", "month": "/losses?range=month",
		"month-compared": "/losses?range=month&then=before", "year": "/losses?" + year, "year-by-reason": "/losses?by=reason&" + year,
		"year-by-unit-of-a-reason": "/losses?by=unit&only-reason=reason-3&" + year, "year-by-shift-of-a-unit": "/losses?by=shift&only-unit=line-3%2F1&" + year,
		"year-of-a-line": "/losses?line=line-7&" + year, "definitions": "/losses/lens?line=line-7&range=day",
		"figures-by-reason": "/figures?per=reason&" + year, "figures-by-unit": "/figures?per=unit&" + year, "figures-by-line": "/figures?per=line&" + year,
		"figures-by-product": "/figures?per=product&" + year, "figures-by-order": "/figures?per=order&range=day", "figures-by-operator": "/figures?per=operator&" + year,
		"figures-by-shift-name": "/figures?per=shift-name&" + year, "figures-by-month": "/figures?each=month&" + year, "figures-by-week": "/figures?each=week&" + year, "figures-by-day": "/figures?each=day&" + year,
		"figures-by-shift": "/figures?each=shift&range=month", "figures-of-one": "/figures?each=month&period=" + y.From.AddDate(0, 2, 0).Format("2006-01") + "&" + year,
		"api-year": "/api/v1/kpi?by=line&" + from, "api-days": "/api/v1/kpi?by=day&kpi=oee&" + from, "api-units": "/api/v1/kpi?by=unit&" + from,
		"api-reasons-of-lines": "/api/v1/kpi?by=line,reason&" + from,
	} {
		measure(b, name, nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
}
