package paper

import (
	"cmp"
	"slices"

	"millwright/internal/report"
)

// The room around what stands in a cell, and the bounds of a column of words.
const (
	gap     = 2.4
	air     = 0.9
	least   = 8.0
	tallest = 40 // lines of one cell; the rest is cut
)

// table is a part's table: its head stands again on every page that it runs over.
func (s *sheet) table(p report.Part) {
	if len(p.Columns) == 0 || len(p.Rows) == 0 {
		return
	}
	across := s.columns(p)
	s.heads(p, across)
	for _, r := range p.Rows {
		cells, deep := s.wrapped(p, r, across)
		high := float64(deep)*line + 2*air
		if s.y+high > height-bottom {
			s.turn()
			s.heads(p, across)
		}
		if r.Total {
			s.rule(s.y, muted)
		}
		s.row(p, r, cells, across)
		s.y += high
		s.rule(s.y, hair)
	}
	s.y += 1.5
}

// columns are the widths: numbers take what they need, and words share the rest by what they would like.
func (s *sheet) columns(p report.Part) []float64 {
	n := len(p.Columns)
	want := make([]float64, n)
	for i, c := range p.Columns {
		s.face("B", small, ink)
		want[i] = s.GetStringWidth(clean(c.Name))
		for _, r := range p.Rows {
			s.face(weight(r), body, ink)
			if i < len(r.Cells) {
				want[i] = max(want[i], s.GetStringWidth(clean(r.Cells[i].Text)))
			}
		}
		want[i] += gap + 0.3 // how a line is broken is reckoned in whole thousandths
	}
	rest, words := inner, []int(nil)
	for i, c := range p.Columns {
		if c.Number {
			rest -= want[i]
			continue
		}
		words = append(words, i)
	}
	share(want, words, rest)
	return want
}

// share gives columns of words the room that is left: what they want where there is enough for all, and the rest to
// those that are the widest; else the small ones what they want, and the others as much as is fair.
func share(want []float64, words []int, rest float64) {
	sum := 0.0
	for _, i := range words {
		want[i] = max(want[i], least)
		sum += want[i]
	}
	if sum <= rest {
		for _, i := range words {
			want[i] *= rest / sum
		}
		return
	}
	slices.SortFunc(words, func(a, b int) int { return cmp.Compare(want[a], want[b]) })
	for n, i := range words {
		want[i] = min(want[i], rest/float64(len(words)-n))
		rest -= want[i]
	}
}

func weight(r report.Row) string {
	if r.Total {
		return "B"
	}
	return ""
}

func (s *sheet) heads(p report.Part, across []float64) {
	x := left
	s.face("B", small, muted)
	for i, c := range p.Columns {
		align := "L"
		if c.Number {
			align = "R"
		}
		s.put(x, s.y, across[i]-gap, s.fit(c.Name, across[i]-gap+0.1), align)
		x += across[i]
	}
	s.y += line + air
	s.rule(s.y, muted)
}

// wrapped breaks what stands in a row's cells into lines, and tells how many the deepest has.
func (s *sheet) wrapped(p report.Part, r report.Row, across []float64) (cells [][]string, deep int) {
	deep = 1
	for i := range p.Columns {
		var lines []string
		if i < len(r.Cells) {
			s.face(weight(r), body, ink)
			lines = []string{clean(r.Cells[i].Text)}
			if !p.Columns[i].Number {
				lines = s.SplitText(lines[0], across[i]-gap)
			}
		}
		lines = lines[:min(len(lines), tallest)]
		cells, deep = append(cells, lines), max(deep, len(lines))
	}
	return cells, deep
}

func (s *sheet) row(p report.Part, r report.Row, cells [][]string, across []float64) {
	x := left
	for i, lines := range cells {
		align := "L"
		if p.Columns[i].Number {
			align = "R"
		}
		if i < len(r.Cells) {
			s.face(weight(r), body, moodOf(r.Cells[i].Mood))
		}
		for k, l := range lines {
			s.put(x, s.y+air+float64(k)*line, across[i]-gap, l, align)
		}
		x += across[i]
	}
}
