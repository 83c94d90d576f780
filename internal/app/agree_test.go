package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// pairPlant has one line: a press that counts rejects, and a packer that counts good pieces. Its name tells revisions apart.
func pairPlant(name string) string {
	return "enterprise: Works\nmachines:\n  packer: {tags: {good: {label: Good}}, signals: {good: {tag: good}}}\n" +
		"  press: {tags: {reject: {label: Reject}}, signals: {reject: {tag: reject}}}\n" +
		"sites:\n  - id: ulm\n    zone: Europe/Berlin\n    areas:\n      - id: hall\n        lines:\n" +
		fmt.Sprintf("          - {id: one, name: %s, rates: {\"*\": 1s}, units: [{id: press, machines: [press]}, {id: packer, machines: [packer]}]}\n", name)
}

// pieces sums what the time ledger has of a line.
func pieces(t *testing.T, a *App, line plant.LineID, from, to time.Time) (good, reject plant.Quantity) {
	t.Helper()
	all, err := a.floor.Load().oee.Segments(t.Context(), line, from, to)
	if err != nil {
		return 0, 0
	}
	m := oee.Measure(plant.Span{From: from, To: to}, all)
	return m.Good, m.Reject
}

// booked sums what the count ledger has of a line.
func booked(t *testing.T, a *App, line plant.LineID, from, to time.Time) (good, reject plant.Quantity) {
	t.Helper()
	all, err := a.store.Counts().OfLine(t.Context(), line, plant.Span{From: from, To: to}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if b.Scrap {
			reject += b.Qty
		} else {
			good += b.Qty
		}
	}
	return good, reject
}

// A plant that changes in the middle of a back-fill has every piece once: in the count ledger and in that of time.
func TestThePlantChangesInTheMiddleOfABackfill(t *testing.T) {
	a, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(pairPlant("first"))})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	tags := a.floor.Load().model.Tags
	good, _ := tags.Find("one/packer/good")
	reject, _ := tags.Find("one/press/reject")
	const seconds = 8 * 3600
	begin := time.Now().Add(-seconds*time.Second - time.Hour).Truncate(time.Second)
	tell := func(ctx context.Context) (n, bad int64) {
		var batch []tag.Sample
		size := 1
		for i := int64(0); i < seconds; i++ {
			at := begin.Add(time.Duration(i) * time.Second)
			n = i
			batch = append(batch, tag.Sample{Tag: good, Time: at, Value: tag.IntValue(n)})
			if i%7 == 0 {
				batch = append(batch, tag.Sample{Tag: reject, Time: at, Value: tag.IntValue(bad)})
				bad++
			}
			if len(batch) >= size || i == seconds-1 {
				if refused, err := a.ingest(ctx, batch); err != nil || len(refused) > 0 {
					t.Errorf("%v %v", refused, err)
				}
				time.Sleep(time.Millisecond)
				batch, size = nil, []int{1, 1, 2, 5, 40}[i%5]
				if i%1000 < 100 {
					size = 3000
				}
			}
		}
		return n, bad - 1
	}
	told := make(chan [2]int64)
	go func() {
		n, bad := tell(context.WithoutCancel(t.Context()))
		told <- [2]int64{n, bad}
	}()
	book := a.store.Revisions()
	var want [2]int64
	for i := int64(1); ; i++ {
		select {
		case want = <-told:
		case <-time.After(5 * time.Millisecond):
			if _, err := book.Publish(t.Context(), revision.Revision{Parent: i, Text: pairPlant(fmt.Sprintf("name-%d", i)), By: plant.Program(), Why: "named"}); err != nil {
				t.Fatal(err)
			}
			if err := a.UseHead(t.Context()); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Logf("%d changes", i-1)
		break
	}
	var g, r, bg, br plant.Quantity
	agree := func() bool {
		from, to := begin.Add(-time.Hour), time.Now().Add(time.Second)
		g, r = pieces(t, a, "one", from, to)
		bg, br = booked(t, a, "one", from, to)
		return g == plant.Pieces(want[0]) && r == plant.Pieces(want[1]) && bg == g && br == r
	}
	for range 1200 {
		if agree() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("told are %v; the time ledger has %v and %v, the books %v and %v", want, g, r, bg, br)
}
