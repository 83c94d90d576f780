//go:build unix

package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
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

// ofAYear is a world of 50 lines and a year of time, whose sums are kept.
func ofAYear(b *testing.B) (w largeWorld, y rolluptest.Year) {
	d, err := config.ParseDocument("fifty", []byte(fifty()))
	if err != nil {
		b.Fatal(err)
	}
	m, err := d.Model("fifty", nil)
	if err != nil {
		b.Fatal(err)
	}
	days := 365
	if testing.Short() {
		days = 40
	}
	end := time.Now().UTC().Truncate(time.Hour)
	y = rolluptest.Year{Book: storetest.SQLite(b).Open().Rollups(), Begin: end.AddDate(0, 0, -days), End: end}
	if err := y.Fill(b.Context(), &m.Plant); err != nil {
		b.Fatal(err)
	}
	w.world = newWorld(b, func(o *web.Deps) {
		archive, err := embedded.Open(b.TempDir(), m.Tags, o.Log, embedded.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = archive.Close() })
		o.Floor = web.Floor{Plant: &m.Plant, Tags: m.Tags, Signals: m.Signals, Units: &units{}, Lines: y, Jobs: newJobs()}
		o.Archive, o.Latest, o.Sums, o.Log = archive, bus.NewLatest(m.Tags.Len()), y, nil
	})
	w.user("Vera", plant.Viewer)
	u, _ := url.Parse(w.http.URL)
	w.ada = http.Header{"Accept-Encoding": {"gzip"}}
	for _, c := range w.signedIn("Vera").client.Jar.Cookies(u) {
		w.ada.Add("Cookie", c.Name+"="+c.Value)
	}
	return w, y
}

// BenchmarkLossPages is the server's time for pages of losses and for key figures of 50 lines with a year of time: the
// least of all runs, since others may be at work on the machine. Run it with -benchtime=10x.
func BenchmarkLossPages(b *testing.B) {
	w, y := ofAYear(b)
	on := func(t time.Time) string { return t.Format(time.DateOnly) }
	year := "range=custom&from=" + on(y.Begin) + "&to=" + on(y.End)
	from := "from=" + on(y.Begin) + "&to=" + on(y.End)
	for name, path := range map[string]string{
		"this-shift": "/losses?range=shift", "day": "/losses?range=day", "week": "/losses?range=week", "month": "/losses?range=month",
		"month-compared": "/losses?range=month&then=before", "year": "/losses?" + year, "year-by-reason": "/losses?by=reason&" + year,
		"year-by-unit-of-a-reason": "/losses?by=unit&only-reason=reason-3&" + year, "year-by-shift-of-a-unit": "/losses?by=shift&only-unit=line-3%2F1&" + year,
		"year-of-a-line": "/losses?line=line-7&" + year, "definitions": "/losses/lens?line=line-7&range=day",
		"api-year": "/api/v1/kpi?by=line&" + from, "api-days": "/api/v1/kpi?by=day&kpi=oee&" + from, "api-units": "/api/v1/kpi?by=unit&" + from,
		"api-reasons-of-lines": "/api/v1/kpi?by=line,reason&" + from,
	} {
		measure(b, name, nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
}
