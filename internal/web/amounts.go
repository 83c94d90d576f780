// How much of something, and what it costs, as the plant writes it.

package web

import (
	"context"
	"net/url"
	"strings"

	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	stockview "millwright/views/stock"
)

// muchOf writes a quantity with its unit.
func (s *Server) muchOf(q plant.Quantity, unit string) string {
	return strings.TrimSpace(exactly(s.locale(), q.String()) + " " + measure.Symbol(unit))
}

// much writes a quantity whose unit stands elsewhere.
func (s *Server) much(q plant.Quantity) string { return exactly(s.locale(), q.String()) }

// cent is the smallest amount of the company's currency.
func (s *Server) cent() plant.Money { return s.painter().Plant.Cent() }

// settled writes an amount to its last digit, and at least with the decimals of the company's currency.
func (s *Server) settled(m plant.Money) string { return m.In(s.cent()) }

// cents writes money in whole cents, under a head that names the currency.
func (s *Server) cents(m plant.Money) string {
	cent := s.cent()
	return exactly(s.locale(), m.Paid(cent).In(cent))
}

// worth writes money in whole cents, with the currency.
func (s *Server) worth(m plant.Money) string {
	return strings.TrimSpace(s.cents(m) + " " + s.painter().site().Currency)
}

// priceText writes money to its last digit, under a head that names the currency.
func (s *Server) priceText(m plant.Money) string { return exactly(s.locale(), s.settled(m)) }

// inMoney is the head of a column of money.
func (s *Server) inMoney(name string) string {
	if currency := s.painter().site().Currency; currency != "" {
		return name + ", " + currency
	}
	return name
}

// papers finds the numbers of documents, so that none is shown by its raw id.
func (s *Server) papers(ctx context.Context, documents ...string) (map[string]string, error) {
	if s.Names == nil {
		return nil, nil
	}
	return s.Names.Numbers(ctx, documents)
}

// docCell is a document in a cell: its number, and the way to it.
func docCell(numbers map[string]string, on string) stockview.Cell {
	cell := stockview.Cell{Text: on}
	if number := numbers[on]; number != "" {
		cell.Text, cell.Href = number, documentPath(on)
	}
	return cell
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func queryOf(text string) string { return url.QueryEscape(text) }
