package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// The page by unit has what each machine's own signals tell, and a dash for all else; a line's figures roll its yields up.
func TestMachinesHaveFiguresOfTheirOwn(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) {
		good, _ := d.Tags.Find("filling-1/filler/good")
		reject, _ := d.Tags.Find("filling-1/filler/speed")
		product, _ := d.Tags.Find("filling-1/filler/product")
		other, _ := d.Tags.Find("filling-1/packer/good")
		d.Signals = []machine.Signals{
			{Unit: "filling-1/filler", Good: machine.Counter{Tag: good}, Reject: machine.Counter{Tag: reject}, Product: product},
			{Unit: "filling-1/packer", Good: machine.Counter{Tag: other}},
		}
		d.Alone = workunit.New(d.Plant, d.Signals, func(ctx context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
			return watch.Replay(ctx, d.Archive, d.Signals, plant.Span{From: from, To: to}, yield)
		})
	})
	s, _ := w.lines.Snapshot("filling-1")
	samples := []tag.Sample{{Tag: w.id("filling-1/filler/product"), Time: s.Window.From, Value: tag.TextValue("COLA-05")}}
	for at, n := s.Window.From, int64(0); at.Before(s.Window.To); at, n = at.Add(6*time.Second), n+1 {
		samples = append(samples,
			tag.Sample{Tag: w.id("filling-1/filler/good"), Time: at, Value: tag.IntValue(n * 8)},
			tag.Sample{Tag: w.id("filling-1/filler/speed"), Time: at, Value: tag.IntValue(n * 2)},
			tag.Sample{Tag: w.id("filling-1/packer/good"), Time: at, Value: tag.IntValue(n * 7)})
	}
	if refused, err := w.ingest(t.Context(), samples); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	b := w.sender()
	cells := func(page, row string) string {
		t.Helper()
		body := b.get(page).body
		_, rest, found := strings.Cut(body, row)
		if !found {
			t.Fatalf("%s has no row %q", page, row)
		}
		rest, _, _ = strings.Cut(rest, "</tr>")
		return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(rest, " ")), " ")
	}
	if got := cells("/figures?range=shift&line=filling-1&side=unit", ">Filler</a>"); !strings.HasPrefix(got, "79.9 100.0 99.9 80.0 80.0 ") {
		t.Errorf("the filler: %s", got)
	}
	if got := cells("/figures?range=shift&line=filling-1&side=unit", ">Packer</a>"); !strings.HasPrefix(got, "– 100.0 69.9 – – ") {
		t.Errorf("the packer, whose rejects nobody counts: %s", got)
	}
	if got := cells("/figures?range=shift&side=line", ">Filling-1</a>"); !strings.Contains(got, " 80.0 ") {
		t.Errorf("the line has no rolled yield: %s", got)
	}
	if got := cells("/figures?range=shift&side=line", ">Packing-1</a>"); strings.Contains(got, " 80.0 ") {
		t.Errorf("a line whose machines say nothing has a rolled yield: %s", got)
	}
	one := b.get("/figures?range=shift&line=filling-1&per=unit&period=&is=filling-1%2Fpacker").body
	for _, says := range []string{"no counter of rejected pieces", "First pass yield", "Run time ÷ planned production time"} {
		if !strings.Contains(one, says) {
			t.Errorf("the packer's page does not say %q", says)
		}
	}
	whole := b.get("/figures?range=shift&per=line&period=&is=filling-1").body
	if !strings.Contains(whole, "Rolled throughput yield") || !strings.Contains(whole, "Without Packer") {
		t.Error("the line's page does not say of what its yield is the product")
	}
}
