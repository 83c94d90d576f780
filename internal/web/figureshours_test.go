package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

// Where whole hours are told of many machines, the page, its file and the API say which, and only there.
func TestWholeHoursOfManyMachinesAreToldAsSuch(t *testing.T) {
	m := theFifty(t)
	end := time.Now().UTC().Truncate(time.Hour)
	y := rolluptest.Year{Book: storetest.SQLite(t).Open().Rollups(), From: end.AddDate(0, 0, -3), To: end}
	alone := workunit.New(&m.Plant, m.Signals, func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error { return nil })
	keeper := rollup.NewKeeper(rollup.Options{Units: alone.Layouts(), Book: workunit.Book{Book: y}, Segments: alone.Segments})
	for _, l := range alone.Layouts()[:workunit.Few] {
		if err := keeper.Roll(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	b := newWorld(t, onFloor(t, m, y, y), func(d *web.Deps) { d.Alone = alone }).sender()
	day := end.AddDate(0, 0, -2).Format(time.DateOnly)
	const says = "whole hours are told"
	for _, c := range []struct {
		from, to, line, side string
		want                 bool
	}{
		{"T10:20:00Z", "T13:40:00Z", "", "unit", true},
		{"T10:20:00Z", "T13:40:00Z", "", "line", true},
		{"T10:00:00Z", "T14:00:00Z", "", "unit", false},
		{"T10:20:00Z", "T13:40:00Z", "line-1", "unit", false},
		{"T10:20:00Z", "T13:40:00Z", "", "product", false},
	} {
		word := func(at string) string { return day + " " + strings.TrimSuffix(strings.TrimPrefix(at, "T"), "Z") }
		page := url.Values{"range": {"custom"}, "from": {word(c.from)}, "to": {word(c.to)}, "per": {c.side}}
		api := url.Values{"by": {c.side}, "from": {day + c.from}, "to": {day + c.to}}
		if c.line != "" {
			page.Set("line", c.line)
			api.Set("line", c.line)
		}
		a, file := b.get("/figures?"+page.Encode()), b.get("/figures/export.csv?"+page.Encode())
		if a.status != 200 || strings.Contains(a.body, says) != c.want || c.want && (!strings.Contains(a.body, ", 10:00–") || !strings.Contains(a.body, ", 14:00. Choose a line")) {
			t.Errorf("%+v: %d, says it: %v", c, a.status, strings.Contains(a.body, says))
		}
		if has := strings.Contains(file.body, day+"T10:00:00Z,"+day+"T14:00:00Z"); file.status != 200 || c.want != has && c.from != "T10:00:00Z" {
			t.Errorf("%+v: the file, %d:\n%.600s", c, file.status, file.body)
		}
		var got struct {
			Groups []struct{ From, OwnFrom, OwnTo string }
		}
		b.read("/api/v1/kpi?"+api.Encode(), &got)
		if len(got.Groups) == 0 || (got.Groups[0].OwnFrom == day+"T10:00:00Z" && got.Groups[0].OwnTo == day+"T14:00:00Z") != c.want {
			t.Errorf("%+v: the API tells %+v", c, got.Groups[:min(2, len(got.Groups))])
		}
	}
}
