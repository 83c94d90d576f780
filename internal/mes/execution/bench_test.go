package execution

import (
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// BenchmarkBelieve books one count.
func BenchmarkBelieve(b *testing.B) {
	line, signals := oneLine(false)
	d := NewDesk([]plant.Line{line}, signals, tags(b, time.Second))
	d.Add(Job{ID: "J-1", Line: "l", Product: "A", Planned: plant.Pieces(1 << 40), Status: Waiting})
	d.Believe(machine.ProductChanged{Unit: "filler", At: midnight, Product: "A"})
	at, shown := midnight, plant.Quantity(0)
	b.ReportAllocs()
	for b.Loop() {
		c := machine.Counted{Unit: "packer", What: machine.Good, Tag: 1, Since: at, At: at.Add(time.Second), From: shown, To: shown + plant.One, Qty: plant.One}
		at, shown = c.At, c.To
		if d.Believe(c); d.Waits() > 1000 {
			d.Posted()
		}
	}
}
