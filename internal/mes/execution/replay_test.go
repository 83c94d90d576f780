package execution

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// replayed books counts of 200 machines, whose products change, and gives a digest of every booking in its order.
func replayed(t testing.TB, counts int) [sha256.Size]byte {
	const machines = 200
	var lines []plant.Line
	var signals []machine.Signals
	var all []tag.Tag
	for i := range machines {
		unit := plant.UnitID(fmt.Sprintf("line-%d/press", i))
		lines = append(lines, plant.Line{ID: plant.LineID(fmt.Sprintf("line-%d", i)), Units: []plant.Unit{{ID: unit}}, Pacer: unit, Output: unit})
		signals = append(signals, machine.Signals{Unit: unit, Good: machine.Counter{Tag: tag.ID(i + 1)}})
		all = append(all, tag.Tag{Name: string(unit) + "/good", Interval: time.Second})
	}
	names, err := tag.NewRegistry(all)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDesk(lines, signals, names)
	for i := range machines {
		for j := range 20 {
			d.Add(Job{ID: fmt.Sprintf("WO-%d-%d", i, j), Line: lines[i].ID, Product: string(rune('A' + j%3)), Planned: plant.Pieces(150), Rank: int64(j), Status: Waiting})
		}
	}
	digest := sha256.New()
	post := func() {
		p, _ := d.Posting()
		_, _ = fmt.Fprintf(digest, "%+v\n%+v\n%+v\n", p.Bookings, p.Jobs, p.Runs) // a digest takes everything
		d.Posted()
	}
	var at [machines]time.Time
	var shown [machines]plant.Quantity
	for n := range counts {
		i := n % machines
		unit := lines[i].Pacer
		if at[i].IsZero() {
			at[i] = midnight
		}
		if n/machines%200 == 0 {
			d.Believe(machine.ProductChanged{Unit: unit, At: at[i].Add(300 * time.Millisecond), Product: string(rune('A' + n/machines/200%3))})
		}
		c := machine.Counted{Unit: unit, What: machine.Good, Tag: tag.ID(i + 1), Since: at[i], At: at[i].Add(time.Second), From: shown[i], To: shown[i] + plant.Pieces(3), Qty: plant.Pieces(3)}
		at[i], shown[i] = c.At, c.To
		d.Believe(c)
		if d.Waits() > 5000 {
			post()
		}
	}
	post()
	return [sha256.Size]byte(digest.Sum(nil))
}

func TestAReplayBooksTheSameToTheByte(t *testing.T) {
	if first, second := replayed(t, 60_000), replayed(t, 60_000); first != second {
		t.Errorf("%x and %x", first, second)
	}
}

// BenchmarkReplayAMillion books 1,000,000 counts of 200 machines; every run must give the same bookings.
func BenchmarkReplayAMillion(b *testing.B) {
	var first [sha256.Size]byte
	for n := 0; b.Loop(); n++ {
		digest := replayed(b, 1_000_000)
		if n == 0 {
			first = digest
		}
		if digest != first {
			b.Fatalf("run %d gives other bookings", n+1)
		}
	}
}
