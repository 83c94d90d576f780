//go:build unix

package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

// Where the end of the machines' own time is left out the page says so, and only there.
func TestThePageSaysWhenTheLastHourOfMachinesIsNotInIt(t *testing.T) {
	m := theFifty(t)
	end := time.Now().UTC().Truncate(time.Hour)
	y := rolluptest.Year{Book: storetest.SQLite(t).Open().Rollups(), From: end.AddDate(0, 0, -2), To: end}
	w := newWorld(t, onFloor(t, m, y, y), func(d *web.Deps) {
		d.Alone = workunit.New(d.Plant, d.Signals, func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error { return nil })
	})
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	const says = "leave out the last one or two hours"
	for path, want := range map[string]bool{
		"/figures?range=day&side=unit": true, "/figures?range=day&side=line": true, "/figures?range=day&side=unit&line=line-7": false, "/figures?range=day&side=reason": false,
		"/figures?range=custom&from=" + y.From.Format(time.DateOnly) + "&to=" + y.From.Format(time.DateOnly) + "&side=unit": false,
	} {
		a := vera.get(path)
		if a.status != 200 || strings.Contains(a.body, says) != want {
			t.Errorf("%s: %d, says it: %v, want %v", path, a.status, !want, want)
		}
	}
}
