//go:build unix

package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// What is asked for page by page is what is asked for at once, group by group.
func TestKeyFiguresComeInPages(t *testing.T) {
	m := theFifty(t)
	end := time.Now().UTC().Truncate(time.Hour)
	y := rolluptest.Year{Book: storetest.SQLite(t).Open().Rollups(), From: end.AddDate(0, 0, -50), To: end}
	w := newWorld(t, onFloor(t, m, y, y))
	b := w.program(w.token(plant.Viewer, ""))
	type answer struct {
		Groups []json.RawMessage
		Next   string
	}
	first, last := y.From.AddDate(0, 0, 1).Format(time.DateOnly), end.AddDate(0, 0, -2).Format(time.DateOnly) // today goes on
	for by, limit := range map[string]int{"shift": 7, "day": 9, "week": 2, "month": 1, "shift,line": 11, "week,line": 1} {
		ask := func(from string, limit int) (a answer) {
			b.read(fmt.Sprintf("/api/v1/kpi?by=%s&line=line-7&line=line-8&from=%s&to=%s&limit=%d", by, from, last, limit), &a)
			return a
		}
		whole, parts, pages := ask(first, 0), []json.RawMessage{}, 0
		for from := first; from != ""; pages++ {
			a := ask(from, limit)
			if len(a.Groups) == 0 || a.Next != "" && a.Next <= from {
				t.Fatalf("by %s from %s there are %d groups, next %s", by, from, len(a.Groups), a.Next)
			}
			parts, from = append(parts, a.Groups...), a.Next
		}
		if len(parts) != len(whole.Groups) || pages < 2 {
			t.Errorf("by %s there are %d groups on %d pages, and %d at once", by, len(parts), pages, len(whole.Groups))
			continue
		}
		for i := range parts {
			if string(parts[i]) != string(whole.Groups[i]) {
				t.Errorf("by %s:\n%s\nis on its page\n%s", by, whole.Groups[i], parts[i])
				break
			}
		}
	}
	for _, wrong := range []string{"by=hour&from=" + first + "&to=" + last, "by=line&from=" + first + "&to=" + last, "by=day&from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z"} {
		if a := b.get("/api/v1/kpi?limit=3&" + wrong); a.status != 422 || !strings.Contains(a.body, "a limit goes with dates") {
			t.Errorf("%s: %d %s", wrong, a.status, a.body)
		}
	}
}
