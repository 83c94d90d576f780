package orders

import (
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Exact is an exact decimal.
type Exact struct{ plant.Quantity }

// Schema says that it is a number.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "Exact, with six decimal places at most."}
}

func money(m plant.Money) Exact { return Exact{plant.Quantity(m)} }

// Typed is a decimal as somebody sends it: it is read with the rest of the request, so that everything wrong is told at once.
type Typed struct{ text string }

// Schema says that it is a number.
func (Typed) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "Exact, with six decimal places at most."}
}

// UnmarshalJSON keeps the digits.
func (t *Typed) UnmarshalJSON(b []byte) error {
	t.text = strings.Trim(string(b), `"`)
	return nil
}

// MarshalJSON gives the digits back.
func (t Typed) MarshalJSON() ([]byte, error) { return []byte(t.text), nil }

// read gives the number; what is none is told at a path.
func (t Typed) read(w *partner.Wrong, path string) plant.Quantity {
	q, err := plant.ParseQuantity(t.text)
	if err != nil {
		w.Add(path, "%s.", upper(err.Error()))
	}
	return q
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// TradeOrder is a sales order or a purchase order.
type TradeOrder struct {
	ID        int64       `json:"id"`
	Number    string      `json:"number" example:"SO-000123"`
	Partner   string      `json:"partner" doc:"Their number."`
	Name      string      `json:"partnerName"`
	Reference string      `json:"reference,omitempty" doc:"Their number of it."`
	Address   string      `json:"address,omitempty"`
	Terms     string      `json:"terms,omitempty"`
	Note      string      `json:"note,omitempty"`
	State     string      `json:"state" enum:"open,firm,partly,delivered,closed,cancelled" doc:"Derived from the lines."`
	Amount    Exact       `json:"amount"`
	Due       string      `json:"due,omitempty" doc:"The first date of what is open."`
	Lines     []OrderLine `json:"lines"`
	Created   time.Time   `json:"created"`
	By        string      `json:"by"`
	Confirmed *time.Time  `json:"confirmed"`
	Version   int64       `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
}

// OrderLine is one item of an order. In stock units: ordered = done + open + cancelled, and what came too much beside it.
type OrderLine struct {
	Line      int        `json:"line"`
	Item      string     `json:"item"`
	Text      string     `json:"text"`
	Revision  string     `json:"revision,omitempty"`
	Unit      string     `json:"unit"`
	Quantity  Exact      `json:"quantity" doc:"In the unit of the line."`
	Price     Exact      `json:"price" doc:"Of one unit."`
	PriceWhy  string     `json:"priceWhy"`
	Amount    Exact      `json:"amount"`
	Requested string     `json:"requested,omitempty"`
	Due       string     `json:"due,omitempty" doc:"Promised by the seller."`
	Promise   string     `json:"promise,omitempty" doc:"Why it is promised for then, where nobody gave a date."`
	StockUnit string     `json:"stockUnit"`
	Ordered   Exact      `json:"ordered"`
	Done      Exact      `json:"done" doc:"Delivered, or received."`
	Open      Exact      `json:"open"`
	Reserved  Exact      `json:"reserved" doc:"Of what is open, set aside in the stock."`
	Cancelled Exact      `json:"cancelled"`
	Returned  Exact      `json:"returned"`
	Billed    Exact      `json:"billed" doc:"Handed over to accounting."`
	Calls     []OpenCall `json:"calls,omitempty" doc:"What is still to come, by its dates."`
}

// OpenCall is a part of a line that is wanted on a day, in stock units.
type OpenCall struct {
	Due      string `json:"due,omitempty"`
	Quantity Exact  `json:"quantity"`
}

func told(o order.Order) TradeOrder {
	out := TradeOrder{
		ID: o.ID, Number: o.Number, Partner: o.Partner.Number, Name: o.Partner.Name, Reference: o.Reference, Address: o.Address, Terms: o.Terms, Note: o.Note,
		State: string(o.State()), Amount: money(o.Total()), Due: o.Due(), Lines: []OrderLine{}, Created: o.Created.UTC(), By: o.By, Confirmed: when(o.FirmAt), Version: o.Version,
	}
	for _, l := range o.Lines {
		line := OrderLine{
			Line: l.Place, Item: l.Number, Text: l.Text, Revision: l.Revision, Unit: l.Unit, Quantity: Exact{l.Asked}, Price: money(l.Price), PriceWhy: l.Why,
			Amount: money(l.Total()), Requested: l.Requested, Due: l.Due, Promise: l.Promise, StockUnit: l.Stock.Unit, Ordered: Exact{l.Ordered}, Done: Exact{l.Done}, Open: Exact{l.Open()}, Reserved: Exact{l.Reserved},
			Cancelled: Exact{l.Cancelled}, Returned: Exact{l.Returned}, Billed: Exact{l.Billed},
		}
		if len(l.Calls) > 0 {
			for _, c := range l.Waiting() {
				line.Calls = append(line.Calls, OpenCall{c.Due, Exact{c.Quantity}})
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// OrderPaper is what went or came at once.
type OrderPaper struct {
	ID        int64       `json:"id"`
	Number    string      `json:"number" example:"DN-000012"`
	Kind      string      `json:"kind" enum:"delivery,return,reversal"`
	Reverses  int64       `json:"reverses,omitempty"`
	Reversed  bool        `json:"reversed"`
	Reference string      `json:"reference,omitempty"`
	Note      string      `json:"note,omitempty"`
	At        time.Time   `json:"at"`
	By        string      `json:"by"`
	Lines     []PaperLine `json:"lines"`
}

// PaperLine is one line of a paper, in stock units; less than 0 where it came back.
type PaperLine struct {
	Line     int    `json:"line"`
	Item     string `json:"item"`
	Quantity Exact  `json:"quantity"`
	Amount   Exact  `json:"amount"`
	Place    int64  `json:"place,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Move     int64  `json:"move,omitempty" doc:"In the stock ledger."`
	Export   int64  `json:"export,omitempty" doc:"0: accounting does not know it yet."`
}

func toldPaper(p order.Paper) OrderPaper {
	out := OrderPaper{
		ID: p.ID, Number: p.Number, Kind: string(p.Kind), Reverses: p.Reverses, Reversed: p.Reversed, Reference: p.Reference, Note: p.Note, At: p.At.UTC(), By: p.By, Lines: []PaperLine{},
	}
	for _, m := range p.Lines {
		out.Lines = append(out.Lines, PaperLine{m.Line.Place, m.Line.Number, Exact{m.Quantity}, money(m.Amount), m.Stock, m.Lot, m.Serial, m.Move, m.Export})
	}
	return out
}

// RowOutcome is what became of one row of a batch.
type RowOutcome struct {
	Row     int          `json:"row" doc:"From 0."`
	OK      bool         `json:"ok"`
	ID      int64        `json:"id,omitempty"`
	Number  string       `json:"number,omitempty"`
	Version int64        `json:"version,omitempty"`
	Error   string       `json:"error,omitempty"`
	Fields  []errs.Field `json:"fields,omitempty"`
}

// tradeOutcomes is the answer to a batch.
type tradeOutcomes struct {
	Body struct {
		OK   int          `json:"ok" doc:"How many rows were kept."`
		Rows []RowOutcome `json:"rows"`
	}
}

// each carries out the rows of a batch one by one: each is kept or refused by itself.
func each(n int, do func(row int) (RowOutcome, error)) (*tradeOutcomes, error) {
	out := &tradeOutcomes{}
	out.Body.Rows = make([]RowOutcome, n)
	for i := range n {
		one, err := do(i)
		one.Row, one.OK = i, err == nil
		if err != nil {
			known, is := refusal(err)
			if !is {
				return nil, fmt.Errorf("row %d: %w", i, err)
			}
			one.Error, one.Fields = known.Words, known.Fields
		} else {
			out.Body.OK++
		}
		out.Body.Rows[i] = one
	}
	return out, nil
}

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
