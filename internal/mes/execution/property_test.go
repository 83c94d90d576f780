package execution

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// drawFacts makes up what a line says, in the order of time.
func drawFacts(t *rapid.T) []machine.Fact {
	pause := []time.Duration{0, time.Second, 7 * time.Second, time.Minute, time.Hour}
	at := midnight.Add(8 * time.Hour)
	units := []struct {
		unit plant.UnitID
		what machine.What
		tag  tag.ID
	}{{"packer", machine.Good, 1}, {"packer", machine.Reject, 2}, {"filler", machine.Reject, 4}, {"packer", machine.Total, 3}}
	last := map[tag.ID]machine.Counted{}
	var facts []machine.Fact
	for range rapid.IntRange(1, 60).Draw(t, "facts") {
		at = at.Add(rapid.SampledFrom(pause).Draw(t, "pause"))
		if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
			facts = append(facts, machine.ProductChanged{Unit: "filler", At: at, Product: rapid.SampledFrom([]string{"A", "B", "", "C"}).Draw(t, "product")})
			continue
		}
		u := rapid.SampledFrom(units).Draw(t, "counter")
		c, known := last[u.tag]
		if known && !at.After(c.At) {
			continue
		}
		c.Unit, c.What, c.Tag = u.unit, u.what, u.tag
		c.Since, c.From, c.At, c.Event = c.At, c.To, at, machine.Plain
		switch qty := plant.Pieces(rapid.Int64Range(1, 30).Draw(t, "qty")); {
		case !known:
			c.Since, c.To, c.From, c.Qty, c.Event = at, qty, qty, 0, machine.Baseline
		case rapid.IntRange(0, 9).Draw(t, "reset") == 0:
			c.To, c.Qty, c.Event = qty, qty, machine.Reset
		default:
			c.To, c.Qty = c.From+qty, qty
		}
		last[u.tag] = c
		facts = append(facts, c)
	}
	return facts
}

func drawBook(t *rapid.T) *book {
	b := newBook()
	for i, product := range rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B"}), 0, 6).Draw(t, "jobs") {
		id := string(rune('a' + i))
		b.jobs[id] = Job{ID: id, Line: "l", Product: product, Planned: plant.Pieces(50), Status: Waiting, Rank: int64(i), Version: 1}
	}
	return b
}

// sums is what was counted, and what is booked.
func sums(b *book, facts []machine.Fact) (counted, booked plant.Quantity) {
	for _, f := range facts {
		if c, ok := f.(machine.Counted); ok && c.What != machine.Total {
			counted += c.Qty
		}
	}
	for _, k := range b.bookings {
		booked += k.Qty
	}
	return counted, booked
}

func posted(t *rapid.T, d *Desk, b *book) bool {
	p, some := d.Posting()
	if !some {
		return true
	}
	switch err := b.post(p); {
	case errs.KindOf(err) == errs.Conflict:
		return false
	case err != nil:
		t.Fatal(err)
	}
	d.Posted()
	return true
}

func TestCrashesLoseAndDoubleNothing(t *testing.T) {
	line, signals := oneLine(false)
	names := tags(t, time.Second)
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		plain := drawBook(t)
		crashing := newBook()
		for id, j := range plain.jobs {
			crashing.jobs[id] = j
		}
		d := NewDesk([]plant.Line{line}, signals, names)
		plain.load(d)
		for _, f := range facts {
			d.Believe(f)
			posted(t, d, plain)
		}
		d = NewDesk([]plant.Line{line}, signals, names)
		crashing.load(d)
		for i, f := range facts {
			d.Believe(f)
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0, 1:
				posted(t, d, crashing)
			case 2:
				d = NewDesk([]plant.Line{line}, signals, names)
				crashing.load(d)
				for _, again := range facts[:i+1] {
					d.Believe(again)
				}
			case 3:
				d.Believe(f) // told twice
			}
		}
		posted(t, d, crashing)
		if counted, booked := sums(crashing, facts); counted != booked {
			t.Fatalf("%s counted, %s booked", counted, booked)
		}
		for id, want := range plain.jobs {
			got := crashing.jobs[id]
			want.Version, got.Version = 0, 0 // several steps may be posted at once
			if got != want {
				t.Fatalf("with crashes %+v\nwithout      %+v", got, want)
			}
		}
	})
}

func TestTwoDesksBookOnce(t *testing.T) {
	line, signals := oneLine(false)
	names := tags(t, time.Second)
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		b := drawBook(t)
		desks := []*Desk{NewDesk([]plant.Line{line}, signals, names), NewDesk([]plant.Line{line}, signals, names)}
		for _, d := range desks {
			b.load(d)
		}
		for i, f := range facts {
			for _, d := range desks {
				d.Believe(f)
			}
			d := rapid.SampledFrom(desks).Draw(t, "desk")
			if !posted(t, d, b) {
				b.load(d)
				for _, again := range facts[:i+1] {
					d.Believe(again)
				}
			}
		}
		for _, d := range desks {
			if !posted(t, d, b) {
				b.load(d)
				for _, again := range facts {
					d.Believe(again)
				}
				posted(t, d, b)
			}
		}
		if counted, booked := sums(b, facts); counted != booked {
			t.Fatalf("%s counted, %s booked", counted, booked)
		}
		running := 0
		for _, j := range b.jobs {
			if j.Status == Running {
				running++
			}
			if j.Started.IsZero() != (j.Status == Waiting) {
				t.Fatalf("job %+v", j)
			}
		}
		if running > 1 {
			t.Fatalf("%d jobs run", running)
		}
	})
}

func TestSharesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &station{}
		at := midnight
		for range rapid.IntRange(0, 6).Draw(t, "runs") {
			at = at.Add(time.Duration(rapid.Int64Range(1, 100).Draw(t, "gap")) * time.Second)
			s.begin(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "job"), at)
			if rapid.Bool().Draw(t, "ends") {
				at = at.Add(time.Duration(rapid.Int64Range(0, 100).Draw(t, "length")) * time.Second)
				s.end(at)
			}
		}
		from := midnight.Add(time.Duration(rapid.Int64Range(0, 400).Draw(t, "since")) * time.Second)
		to := from.Add(time.Duration(rapid.Int64Range(1, 400).Draw(t, "for")) * time.Second)
		qty := plant.Quantity(rapid.Int64Range(-50, 50).Draw(t, "qty"))
		if rapid.Bool().Draw(t, "pieces") {
			qty *= plant.One
		}
		sum, end := plant.Quantity(0), from
		for _, h := range s.share(from, to, qty) {
			if h.qty == 0 || (h.qty < 0) != (qty < 0) || qty%plant.One == 0 && h.qty%plant.One != 0 {
				t.Fatalf("a share of %d in %d", h.qty, qty)
			}
			if h.since.Before(end) || h.at.After(to) {
				t.Fatalf("a share from %s to %s of %s to %s", h.since, h.at, from, to)
			}
			sum, end = sum+h.qty, h.at
		}
		if sum != qty {
			t.Fatalf("the shares make %d of %d", sum, qty)
		}
	})
}
