package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// TestSeveralTagsStandOnTheAxisOfAnOrder: each on an axis of its own, in the order of the address, six at most.
func TestSeveralTagsStandOnTheAxisOfAnOrder(t *testing.T) {
	w := endangered(t)
	w.jobs.mu.Lock()
	begun := w.clock.now().Add(-time.Hour)
	w.jobs.all[len(w.jobs.all)-1].Started = begun
	w.jobs.mu.Unlock()
	reads := func(name string, values ...float64) {
		t.Helper()
		id, _ := w.tags.Find(name)
		var batch []tag.Sample
		for i, v := range values {
			batch = append(batch, tag.Sample{Tag: id, Time: begun.Add(time.Duration(10+10*i) * time.Minute), Value: tag.FloatValue(v)})
		}
		if refused, err := w.ingest(t.Context(), batch); err != nil || len(refused) > 0 {
			t.Fatal(refused, err)
		}
	}
	reads("packing-1/filler/speed", 180, 190, 185)
	reads("packing-1/packer/speed", 3, 40)
	reads("packing-1/filler/good", 7, 7)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	at := func(tags ...string) string { return "/work/1/time?" + url.Values{"tag": tags}.Encode() }

	a := vera.get(at("packing-1/packer/speed", "packing-1/filler/speed", "packing-1/filler/good", "packing-1/filler/product", "packing-1/packer/speed"))
	last := 0
	for _, want := range []string{"<strong>Packer speed</strong>", "up to 40 /min", "<strong>Filler speed</strong>", "180 to 190 /min", "<strong>Filler good count</strong>", "always 7", "<strong>Filler product</strong>", "nothing is known of this time"} {
		i := strings.Index(a.body[last:], want)
		if a.status != 200 || i < 0 {
			t.Fatalf("%d: %q does not follow what stands before it", a.status, want)
		}
		last += i
	}
	if n := strings.Count(a.body, "<strong>Packer speed</strong>"); n != 1 {
		t.Errorf("a tag that is asked for twice is drawn %d times", n)
	}
	if n := strings.Count(a.body, `name="tag"`); n != 6 || strings.Count(a.body, " checked") != 4 || !strings.Contains(a.body, `value="packing-1/filler/good" checked`) || strings.Contains(a.body, `value="filling-1/`) {
		t.Errorf("of the line's six tags it offers %d, and %d are chosen", n, strings.Count(a.body, " checked"))
	}
	many := vera.get(at("packing-1/packer/speed", "packing-1/packer/good", "packing-1/packer/product", "packing-1/filler/speed", "packing-1/filler/good", "packing-1/filler/product", "filling-1/filler/speed"))
	if many.status != 422 || !strings.Contains(many.body, "Choose 6 tags at most") || strings.Contains(many.body, "Filling-1, Filler speed") || strings.Count(many.body, " checked") != 6 {
		t.Errorf("seven tags: %d %s", many.status, many.short())
	}
	if a := vera.get(at("nothing")); a.status != 404 {
		t.Errorf("a tag that is not there: %d", a.status)
	}
	if a := vera.get("/work/1/time"); a.status != 200 || !strings.Contains(a.body, "Up to 6 at once") {
		t.Errorf("without a tag: %d %s", a.status, a.short())
	}
}
