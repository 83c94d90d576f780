// Package hunch suggests why a line stood, by what its machines said before the stop and what people said of earlier ones.
//
// It is naive Bayes over a few signs, chosen by how much they told of the reasons so far. It is small on purpose: every
// suggestion can be explained by counting, the same past gives the same suggestions, and how sure one is is measured on
// earlier stops, each of them left out in turn.
package hunch

import (
	"cmp"
	"math"
	"slices"
)

// Sign is something that was so before a stop.
type Sign struct{ Name, Value string }

// Case is a stop of which somebody said why.
type Case struct {
	Signs  []Sign
	Reason string
}

// The bounds of what is learned, and of what is suggested.
const (
	MostCases   = 300 // the newest
	MostSigns   = 64  // of a case
	MostGuesses = 3

	enoughCases  = 10 // before anything is suggested
	enoughAlike  = 3  // stops of a reason, and of those with what speaks for it
	chosen       = 10 // signs that are looked at
	leastChance  = 0.2
	leastRight   = 0.3 // of suggestions that were as sure: what is wrong more often is not made
	enoughJudged = 5   // such suggestions, before that is asked for
	speaks       = 1.5 // times as often as among all stops: then it speaks for a reason
	weight       = 2   // of what holds for all stops, in cases
)

// Guess is a reason that is suggested.
type Guess struct {
	Reason  string
	Chance  float64 // as the model has it; to put them in order
	Right   int     // of suggestions that were as sure about earlier stops, so many were right
	Of      int
	Grounds []Ground // what speaks for it most; never empty
}

// Ground is a sign that speaks for a reason: in With of its Of stops that is so.
type Ground struct {
	Sign
	With, Of int
}

// Model is what was learned of a line. It is read only.
type Model struct {
	table
	on    []int   // the signs that are looked at
	tried []tried // suggestions about the cases themselves, each of them left out
}

// tried is a suggestion, and what became of it.
type tried struct {
	chance float64
	right  bool
}

// alike is how far the chances of two suggestions may lie apart that are as sure as one another.
const alike = 0.15

// like counts the suggestions that were as sure as one, and those of them that were right.
func (m *Model) like(chance float64) (right, of int) {
	for _, t := range m.tried {
		if math.Abs(t.chance-chance) > alike {
			continue
		}
		of++
		if t.right {
			right++
		}
	}
	return right, of
}

// Learn makes a model of what is known, in the order of time.
func Learn(cases []Case) *Model {
	cases = cases[max(0, len(cases)-MostCases):]
	m := &Model{table: tabled(cases)}
	m.on = m.choose()
	m.judge()
	return m
}

// Cases is how many it was learned from.
func (m *Model) Cases() int { return len(m.rows) }

// Guess suggests reasons for a stop, the likeliest first; none where too little speaks for any.
func (m *Model) Guess(signs []Sign) []Guess {
	row := m.understand(signs)
	all := m.guess(row, m.on)
	all = slices.DeleteFunc(all, func(g Guess) bool {
		return g.Of >= enoughJudged && float64(g.Right) < leastRight*float64(g.Of)
	})
	return all[:min(len(all), MostGuesses)]
}

// guess reckons with the table as it is.
func (m *Model) guess(row []int, on []int) (all []Guess) {
	if m.total < enoughCases {
		return nil
	}
	chances := m.chances(row, on)
	for c, chance := range chances {
		if m.reasons[c] < enoughAlike || chance < leastChance {
			continue
		}
		grounds := m.grounds(row, on, c)
		if len(grounds) == 0 {
			continue
		}
		right, of := m.like(chance)
		all = append(all, Guess{Reason: m.words[c], Chance: chance, Right: right, Of: of, Grounds: grounds})
	}
	slices.SortStableFunc(all, func(a, b Guess) int {
		return cmp.Or(cmp.Compare(b.Chance, a.Chance), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

// chances is how likely each reason is.
func (m *Model) chances(row, on []int) []float64 {
	logs := make([]float64, len(m.reasons))
	most := math.Inf(-1)
	for c, n := range m.reasons {
		logs[c] = math.Inf(-1)
		if n == 0 {
			continue
		}
		logs[c] = math.Log(float64(n))
		for _, s := range on {
			if v := row[s]; v >= 0 && m.signs[s].seen[v] > 0 {
				logs[c] += math.Log(m.likely(s, v, c))
			}
		}
		most = max(most, logs[c])
	}
	sum := 0.0
	for c := range logs {
		logs[c] = math.Exp(logs[c] - most)
		sum += logs[c]
	}
	for c := range logs {
		logs[c] /= sum
	}
	return logs
}

// likely is how likely a sign has a value before a stop of a reason, drawn towards how it is before all stops.
func (m *Model) likely(s, v, c int) float64 {
	x := &m.signs[s]
	common := (float64(x.seen[v]) + 1) / (float64(x.known) + float64(len(x.seen)))
	return (float64(x.with[v][c]) + weight*common) / (float64(x.of[c]) + weight)
}

// grounds are the signs that speak for a reason, the two that do most.
func (m *Model) grounds(row, on []int, c int) (all []Ground) {
	weights := map[int]float64{}
	var speaking []int
	for _, s := range on {
		v, x := row[s], &m.signs[s]
		if v < 0 || x.with[v][c] < enoughAlike || x.of[c] == 0 {
			continue
		}
		here, common := float64(x.with[v][c])/float64(x.of[c]), float64(x.seen[v])/float64(x.known)
		if here >= speaks*common {
			weights[s] = here * math.Log(here/common)
			speaking = append(speaking, s)
		}
	}
	slices.SortStableFunc(speaking, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	for _, s := range speaking[:min(2, len(speaking))] {
		x := &m.signs[s]
		all = append(all, Ground{Sign{x.name, x.values[row[s]]}, x.with[row[s]][c], x.of[c]})
	}
	return all
}

// judge looks how well the model does: each case is left out in turn, signs are chosen anew, and what is suggested for
// it is compared with what was said.
func (m *Model) judge() {
	var found []tried
	for i := range m.rows {
		for _, g := range m.without(i) {
			found = append(found, tried{g.Chance, g.Reason == m.words[m.rows[i].reason]})
		}
	}
	m.tried = found
}

// without gives what would be suggested for a case if it were not known.
func (m *Model) without(i int) []Guess {
	m.count(i, -1)
	defer m.count(i, 1)
	all := m.guess(m.rows[i].values, m.choose())
	return all[:min(len(all), MostGuesses)]
}

// Trial is how well the first suggestions do on the cases themselves, each of them left out in turn.
type Trial struct {
	Cases, Guessed, Right int
	Most                  int // how often the reason that was said most of the others is right
}

// Try tries the model out.
func (m *Model) Try() (t Trial) {
	for i := range m.rows {
		t.Cases++
		if all := m.without(i); len(all) > 0 {
			t.Guessed++
			if all[0].Reason == m.words[m.rows[i].reason] {
				t.Right++
			}
		}
		m.count(i, -1)
		if most := slices.Max(m.reasons); m.reasons[m.rows[i].reason] == most && slices.Index(m.reasons, most) == m.rows[i].reason {
			t.Most++
		}
		m.count(i, 1)
	}
	return t
}
