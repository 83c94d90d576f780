package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// A stop opens the samples it rests on: from the one that held when it began to the one that ended it.
func TestAStopOpensItsSamples(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) {
		good, _ := d.Tags.Find("filling-1/filler/good")
		product, _ := d.Tags.Find("filling-1/filler/product")
		d.Signals = []machine.Signals{{Unit: "filling-1/filler", Good: machine.Counter{Tag: good}, Product: product}}
	})
	w.user("Vera", plant.Viewer)
	w.user("Ada", plant.Admin)
	vera, api := w.signedIn("Vera"), w.program(w.token(plant.Viewer, ""))
	stop, page := w.theStop()
	if body := vera.get(page).body; strings.Contains(body, "The samples behind it") {
		t.Error("there are samples before any came")
	}
	good := w.id("filling-1/filler/good")
	var batch []tag.Sample
	for _, s := range []struct {
		at time.Time
		v  int64
	}{{stop.From.Add(-time.Hour), 500}, {stop.From.Add(-time.Minute), 501}, {stop.From.Add(time.Minute), 502}, {stop.To, 503}, {stop.To.Add(time.Second), 504}} {
		batch = append(batch, tag.Sample{Tag: good, Time: s.at, Value: tag.IntValue(s.v)})
	}
	batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/product"), Time: stop.From, Value: tag.TextValue("<COLA>")})
	if refused, err := w.ingest(t.Context(), batch); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	_, list, found := strings.Cut(vera.get(page).body, "The samples behind it")
	if !found {
		t.Fatal("the page of the stop has no samples")
	}
	for words, want := range map[string]bool{`>500<`: false, `>501<`: true, `>502<`: true, `>503<`: true, `>504<`: false, "&lt;COLA&gt;": true, "held": true, "/trends?": true} {
		if has := strings.Contains(list, words); has != want {
			t.Errorf("%q: %v, want %v", words, has, want)
		}
	}
	span := url.Values{"line": {"filling-1"}, "from": {stop.From.Format(time.RFC3339)}, "to": {stop.To.Format(time.RFC3339)}}
	api.get("/api/v1/segments?"+span.Encode()).mustSay(t, `"source":["filling-1/filler/product","filling-1/filler/good"]`)
}
