package sustain

import (
	"slices"
	"time"

	"millwright/internal/plant"
)

// stretch is running without interruption. sums are the pieces that it had made by each whole minute.
type stretch struct {
	from time.Time
	sums []plant.Quantity
}

// stretchesOf puts together what goes on.
func stretchesOf(pieces []piece) (all []stretch) {
	for i := 0; i < len(pieces); {
		n := i + 1
		for n < len(pieces) && pieces[n].on {
			n++
		}
		all = append(all, stretch{pieces[i].from, sumsOf(pieces[i:n])})
		i = n
	}
	return all
}

func sumsOf(pieces []piece) []plant.Quantity {
	begin, end := pieces[0].from, pieces[len(pieces)-1].to
	sums := make([]plant.Quantity, 0, int(end.Sub(begin)/step)+1)
	before, i := plant.Quantity(0), 0
	for at := begin; !at.After(end); at = at.Add(step) {
		for i+1 < len(pieces) && !at.Before(pieces[i].to) {
			before += pieces[i].made
			i++
		}
		p := &pieces[i]
		part, _ := p.made.Times(int64(at.Sub(p.from)), int64(p.to.Sub(p.from))) // a share of a number that fits, fits
		sums = append(sums, before+part)
	}
	return sums
}

// recounted takes the pacer's own counts, and leaves out stretches of which they are not known.
func recounted(all []stretch, pacer Counter) []stretch {
	return slices.DeleteFunc(all, func(s stretch) bool {
		sums, ok := pacer(s.from, len(s.sums)-1)
		if ok = ok && len(sums) == len(s.sums); ok {
			copy(s.sums, sums)
		}
		return !ok
	})
}

// made is what it made from one minute to another.
func (s *stretch) made(from, to int) plant.Quantity { return s.sums[to] - s.sums[from] }

// rounding is how far sums of shares may be off, in millionths of a piece.
const rounding = 4

// runs gives the times of the stretch in which it made as much as a window of the sustained rate, in each window and in
// all.
func (s *stretch) runs(minutes int, best plant.Quantity, ideal time.Duration) (all []Run) {
	enough := func(from, to int) bool {
		want, _ := best.Times(int64(to-from), int64(minutes))
		return s.made(from, to)+rounding >= want
	}
	for k := 0; k+minutes < len(s.sums); k++ {
		if !enough(k, k+minutes) {
			continue
		}
		end := k + minutes
		for end+1 < len(s.sums) && enough(end+1-minutes, end+1) && enough(k, end+1) {
			end++
		}
		span := plant.Span{From: s.from.Add(time.Duration(k) * step), To: s.from.Add(time.Duration(end) * step)}
		made := s.made(k, end)
		all = append(all, Run{Span: span, Made: made, Speed: speed(ideal, span.Duration(), made)})
		k = end - 1 // the next begins where this one ends
	}
	return all
}
