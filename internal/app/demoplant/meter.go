package demoplant

import (
	"context"
	"math"
	"slices"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Meter reads the machines' energy counters.
type Meter struct {
	Archive history.Archive
	Tags    func() *tag.Registry // of the plant in use
	Lines   func() []plant.Line
}

// Used is how many kWh the machines of a line have used in a time; false where none of them counts any.
func (m Meter) Used(ctx context.Context, line plant.LineID, of plant.Span) (plant.Quantity, bool, error) {
	sum, known := 0.0, false
	lines := m.Lines()
	at := slices.IndexFunc(lines, func(l plant.Line) bool { return l.ID == line })
	if at < 0 {
		return 0, false, nil
	}
	l := lines[at]
	for _, u := range l.Units {
		id, ok := m.Tags().Find(string(u.ID) + "/energy")
		if !ok {
			continue
		}
		used, is, err := m.counted(ctx, history.Range{Tag: id, From: of.From, To: of.To, Carry: true})
		if err != nil {
			return 0, false, err
		}
		sum, known = sum+used, known || is
	}
	return plant.Quantity(math.Round(sum * float64(plant.One))), known, nil
}

// counted is how far a counter went; one that begins anew goes on from there.
func (m Meter) counted(ctx context.Context, r history.Range) (sum float64, known bool, err error) {
	last, first := 0.0, true
	err = m.Archive.Samples(ctx, r, func(s tag.Sample) bool {
		v, is := s.Value.Float()
		if !is || !s.Quality.Good() {
			return true
		}
		if !first && v > last {
			sum, known = sum+v-last, true
		}
		last, first = v, false
		return true
	})
	return sum, known, err
}
