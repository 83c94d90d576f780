package paper

import (
	"io"
	"time"

	"millwright/internal/report/label"
)

// Card is a kanban card: what is in the box that it stands at, where that comes from, and where it goes.
type Card struct {
	Code     label.Code
	Title    string // "CAP-28"
	Name     string
	Quantity string // "500 pcs"
	From, To string
	Text     string // what the code says, for people
	Note     string // "Card 1 of 3"
}

// The sheet of cards: two across and four down on A4, to be cut apart.
const (
	cardsAcross, cardsDown = 2, 4
	cardWide, cardHigh     = 105.0, 74.25
	cardEdge               = 7.0 // white within a card
	cardCode               = 38.0
)

// Cards writes kanban cards on sheets of 2 × 4. made is kept in the file as the time of its making.
func Cards(w io.Writer, all []Card, made time.Time) error {
	f := fields{title: "Kanban cards", across: cardsAcross, down: cardsDown, wide: cardWide, high: cardHigh}
	return f.write(w, made, len(all), func(s *sheet, n int, x, y float64) { s.card(all[n], x, y) })
}

// card sets one card, with the lines along which it is cut.
func (s *sheet) card(c Card, x, y float64) {
	s.SetDrawColor(hair.r, hair.g, hair.b)
	s.SetLineWidth(0.2)
	s.Rect(x, y, cardWide, cardHigh, "D")
	x, y = x+cardEdge, y+cardEdge
	words := cardWide - 2*cardEdge - cardCode - 3
	black := colour{0, 0, 0}
	text := func(size, down float64, style, t string) {
		s.face(style, size, black)
		s.put(x, y+down, words, s.fit(t, words), "L")
	}
	text(18, 2, "B", c.Title)
	s.face("", 10, black)
	for n, l := range s.SplitText(clean(c.Name), words) {
		if n == 2 {
			break
		}
		s.put(x, y+9+float64(n)*4.4, words, s.fit(l, words), "L")
	}
	text(20, 24, "B", c.Quantity)
	s.stamp(c.Code, x+words+3, y, cardCode, cardCode)
	s.face("B", 10, black)
	s.put(x+words+3, y+cardCode+1, cardCode, s.fit(c.Text, cardCode), "C")
	s.face("", 8, muted)
	s.put(x+words+3, y+cardCode+6, cardCode, s.fit(c.Note, cardCode), "C")
	whole := cardWide - 2*cardEdge
	for n, f := range []struct{ name, value string }{{"From", c.From}, {"To", c.To}} {
		down := y + cardCode + 11 + float64(n)*6
		s.face("", 9, muted)
		s.put(x, down, 12, f.name, "L")
		s.face("B", 11, black)
		s.put(x+12, down, whole-12, s.fit(f.value, whole-12), "L")
	}
}
