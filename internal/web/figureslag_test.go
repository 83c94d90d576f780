//go:build unix

package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

// addedUp is a book in which the time of all machines is added up to a moment.
type addedUp struct {
	rollup.Book
	upTo    time.Time
	layouts []kpi.Layout
}

func (b addedUp) State(context.Context, plant.LineID) (rollup.State, error) {
	return rollup.State{Begin: b.upTo.Add(-time.Hour), End: b.upTo, Fresh: b.upTo, Meaning: b.layouts[0].Meaning}, nil
}

// Of many machines the page says up to when their own time is in it, and only where that is not all of it.
func TestThePageSaysUpToWhenTheTimeOfMachinesIsInIt(t *testing.T) {
	m := theFifty(t)
	end := time.Now().UTC().Truncate(time.Hour)
	y := rolluptest.Year{Book: storetest.SQLite(t).Open().Rollups(), From: end.AddDate(0, 0, -5), To: end} // shifts of a date may end two days after it
	alone := workunit.New(&m.Plant, m.Signals, func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error { return nil })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- alone.Follow(ctx, addedUp{y.Book, time.Now().Add(-time.Hour).UTC(), alone.Layouts()}, time.Now)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	lines := []plant.LineID{}
	for _, l := range m.Plant.Lines() {
		lines = append(lines, l.ID)
	}
	for late := time.Now().Add(10 * time.Second); ; {
		if _, ok := alone.UpTo(lines); ok {
			break
		} else if time.Now().After(late) {
			t.Fatal("the machines' time is not laid out")
		}
		time.Sleep(time.Millisecond)
	}
	w := newWorld(t, onFloor(t, m, y, y), func(d *web.Deps) { d.Alone = alone })
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	const says = "are laid out once a minute: they go to "
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
