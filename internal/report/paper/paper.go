// Package paper writes reports as PDF: A4, set in Inter.
package paper

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"millwright/internal/report"
)

// faces have digits of one width; README.md beside them says how they were made.
//
//go:embed inter-0.4.2-regular.ttf inter-0.4.2-semibold.ttf
var faces embed.FS

// Measures in millimetres, sizes of type in points.
const (
	width, height = 210.0, 297.0
	left, right   = 16.0, 16.0
	top, bottom   = 24.0, 20.0
	inner         = width - left - right

	body, small, large = 8.0, 7.0, 16.0
	line               = 3.7 // of body
)

// colour is red, green and blue.
type colour struct{ r, g, b int }

var (
	ink     = colour{0x1b, 0x1f, 0x23}
	muted   = colour{0x5b, 0x65, 0x70}
	hair    = colour{0xd6, 0xd9, 0xdc}
	ground  = colour{0xf3, 0xf4, 0xf5}
	good    = colour{0x1b, 0x7a, 0x36}
	warning = colour{0x8a, 0x5a, 0x00}
	alarm   = colour{0xc4, 0x16, 0x1c}
)

// tones are the colours of the strip, as the pages have them.
var tones = map[string]colour{
	"running": {0x1e, 0x8e, 0x3e}, "slow": {0xf2, 0xb7, 0x05}, "stopped": {0xd5, 0x32, 0x2d}, "changeover": {0x2f, 0x6f, 0xde},
	"material": {0x6f, 0x9c, 0xe8}, "noorder": {0xc2, 0xc8, 0xce}, "planned": {0x9a, 0xa3, 0xab}, "off": {0xb9, 0xc0, 0xc6}, "nodata": {0xe4, 0xe6, 0xe8},
}

// sheet is a report being written. y is where the next thing begins.
type sheet struct {
	*fpdf.Fpdf
	y float64
}

// Write writes a report. made is kept in the file as the time of its making.
func Write(w io.Writer, r report.Report, made time.Time) error {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	s.SetCreationDate(made)
	s.SetModificationDate(made)
	s.SetCatalogSort(true)
	s.SetTitle(clean(r.Kind+": "+r.Subject+", "+r.Title), true)
	s.SetProducer("Millwright", true)
	if err := s.addFaces(); err != nil {
		return err
	}
	s.SetMargins(left, top, right)
	s.SetCellMargin(0)
	s.SetAutoPageBreak(false, 0)
	s.AliasNbPages("{pages}")
	s.SetHeaderFunc(func() { s.head(r) })
	s.SetFooterFunc(func() { s.foot(r) })
	s.turn()
	if err := s.code(r.Code); err != nil {
		return err
	}
	s.title(r)
	for _, p := range r.Parts {
		s.part(p)
	}
	if err := s.Output(w); err != nil {
		return fmt.Errorf("write a report as PDF: %w", err)
	}
	return nil
}

func (s *sheet) addFaces() error {
	for _, f := range []struct{ style, file string }{{"", "inter-0.4.2-regular.ttf"}, {"B", "inter-0.4.2-semibold.ttf"}} {
		face, err := faces.ReadFile(f.file)
		if err != nil {
			return err
		}
		s.AddUTF8FontFromBytes("Inter", f.style, face)
	}
	return nil
}

// clean leaves what the faces can set: nothing beyond the first plane, and no signs that steer.
func clean(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c > 0xffff || c == 0xfffd:
			return '?'
		case c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x202a || c == 0x202b || c >= 0x202c && c <= 0x202e || c >= 0x2066 && c <= 0x2069:
			return ' '
		}
		return c
	}, text)
}

func (s *sheet) face(style string, size float64, c colour) {
	s.SetFont("Inter", style, size)
	s.SetTextColor(c.r, c.g, c.b)
}

// put writes one line of text.
func (s *sheet) put(x, y, w float64, text, align string) {
	s.SetXY(x, y)
	s.CellFormat(w, line, text, "", 0, align+"M", false, 0, "")
}

func (s *sheet) rule(y float64, c colour) {
	s.SetDrawColor(c.r, c.g, c.b)
	s.SetLineWidth(0.2)
	s.Line(left, y, width-right, y)
}

// turn begins a page.
func (s *sheet) turn() {
	s.AddPage()
	s.y = top
}

// room turns the page where less than that is left of it.
func (s *sheet) room(h float64) {
	if s.y+h > height-bottom {
		s.turn()
	}
}

func (s *sheet) head(r report.Report) {
	s.face("B", small, muted)
	s.put(left, 11, inner*2/5, s.fit(joined(r.Plant, r.Subject), inner*2/5), "L")
	s.face("", small, muted)
	s.put(left+inner*2/5, 11, inner*3/5, s.fit(joined(r.Title, r.Zone), inner*3/5), "R")
	s.rule(16, hair)
}

func joined(a, b string) string { return strings.Trim(a+" · "+b, " ·") }

func (s *sheet) foot(r report.Report) {
	s.rule(height-14, hair)
	s.face("", small, muted)
	s.put(left, height-12, inner-30, s.fit(strings.TrimSpace("Made "+r.Made)+" by Millwright", inner-30), "L")
	s.put(width-right-16, height-12, 16, fmt.Sprintf("Page %d of {pages}", s.PageNo()), "L")
}

// fit cuts text that is wider than its room.
func (s *sheet) fit(text string, w float64) string {
	text = clean(text)
	if s.GetStringWidth(text) <= w {
		return text
	}
	r := []rune(text)
	for len(r) > 0 && s.GetStringWidth(string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// title is the head of the first page: what the report is, and the facts that hold for all of it.
func (s *sheet) title(r report.Report) {
	s.face("", body, muted)
	s.put(left, s.y, inner, clean(r.Kind), "L")
	s.y += line + 1.5
	for _, part := range []struct {
		text string
		size float64
	}{{r.Subject, large}, {r.Title, 11}} {
		s.face("B", part.size, ink)
		room := inner
		if r.Code != "" {
			room -= side + 4
		}
		for _, l := range s.SplitText(clean(part.text), room) {
			s.put(left, s.y+part.size*0.1, room, l, "L")
			s.y += part.size*0.42 + 0.6
		}
	}
	s.y += 2.5
	if r.Code != "" {
		s.y = max(s.y, top+side+3)
	}
	facts := slices.Clone(r.Facts)
	for _, f := range []report.Fact{{Name: "Time zone", Value: r.Zone}, {Name: "Made", Value: r.Made}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	s.facts(facts)
}

// facts stand in two columns.
func (s *sheet) facts(all []report.Fact) {
	const column, name = inner / 2, 28.0
	for i := 0; i < len(all); i += 2 {
		deep := 1
		for j, f := range all[i:min(i+2, len(all))] {
			x := left + float64(j)*column
			s.face("", body, muted)
			s.put(x, s.y, name, s.fit(f.Name, name-2), "L")
			s.face("", body, ink)
			lines := s.SplitText(clean(f.Value), column-name-4)
			for k, l := range lines {
				s.put(x+name, s.y+float64(k)*line, column-name-4, l, "L")
			}
			deep = max(deep, len(lines))
		}
		s.y += float64(deep)*line + 0.8
	}
	s.y += 2
}

func (s *sheet) part(p report.Part) {
	s.room(26)
	s.y += 3
	s.face("B", 10, ink)
	s.put(left, s.y, inner, s.fit(p.Title, inner), "L")
	s.y += line + 2.5
	s.figures(p.Figures)
	s.strip(p.Strip)
	s.table(p)
	if len(p.Rows) == 0 && p.None != "" {
		s.words(report.Words{Text: p.None})
	}
	for _, w := range p.Words {
		s.words(w)
	}
	s.y += 1.5
}

func (s *sheet) words(w report.Words) {
	style, c := "", muted
	if w.Mood != report.Plain {
		style, c = "B", moodOf(w.Mood)
	}
	s.face(style, body, c)
	for _, l := range s.SplitText(clean(w.Text), inner) {
		s.room(line)
		s.face(style, body, c)
		s.put(left, s.y, inner, l, "L")
		s.y += line
	}
	s.y += 0.8
}

func moodOf(m report.Mood) colour {
	switch m {
	case report.Well:
		return good
	case report.Warning:
		return warning
	case report.Alarm:
		return alarm
	}
	return ink
}
