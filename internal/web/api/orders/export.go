package orders

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/errs"
	"millwright/internal/sheet"
)

type (
	tradeExportIn struct {
		Keyed
		Body struct {
			Why string `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradeExportedIn struct {
		Export int64  `path:"export" minimum:"1"`
		Format string `query:"format" enum:"json,csv" default:"json"`
	}
	tradeExportOut struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
)

// OrderExport is what accounting was handed at once.
type OrderExport struct {
	ID    int64        `json:"id" doc:"0: nothing was waiting."`
	At    *time.Time   `json:"at" doc:"Null: nothing was waiting."`
	By    string       `json:"by"`
	Lines []BilledLine `json:"lines"`
}

// BilledLine is one line of an export; less than 0 is a credit.
type BilledLine struct {
	Paper     string    `json:"paper"`
	Kind      string    `json:"kind"`
	At        time.Time `json:"at"`
	Order     string    `json:"order"`
	Reference string    `json:"reference"`
	Partner   string    `json:"partner"`
	Name      string    `json:"partnerName"`
	Line      int       `json:"line"`
	Item      string    `json:"item"`
	Text      string    `json:"text"`
	Unit      string    `json:"unit"`
	Quantity  Exact     `json:"quantity"`
	Price     Exact     `json:"price"`
	Amount    Exact     `json:"amount"`
}

func (o on) export(ctx context.Context, in *tradeExportIn) (*struct{ Body OrderExport }, error) {
	e, err := o.Orders.Export(ctx, o.side, o.doing(ctx, in.Keyed, in.Body.Why))
	if err != nil {
		return nil, err
	}
	return &struct{ Body OrderExport }{toldExport(e)}, nil
}

func (o on) exported(ctx context.Context, in *tradeExportedIn) (*tradeExportOut, error) {
	e, err := o.Orders.Exported(ctx, o.side, in.Export)
	if err != nil {
		return nil, err
	}
	if in.Format == "csv" {
		text, err := CSV(e)
		return &tradeExportOut{"text/csv; charset=utf-8; header=present", text}, err
	}
	text, err := json.Marshal(toldExport(e))
	return &tradeExportOut{"application/json", text}, err
}

func toldExport(e order.Export) OrderExport {
	out := OrderExport{ID: e.ID, By: e.By, Lines: []BilledLine{}}
	if at := e.At.UTC(); !at.IsZero() {
		out.At = &at
	}
	for _, b := range e.Lines {
		out.Lines = append(out.Lines, BilledLine{
			b.Paper, string(b.Kind), b.At.UTC(), b.Order, b.Reference, b.Partner, b.Name, b.Place, b.Item, b.Text, b.Unit, Exact{b.Quantity}, money(b.Price), money(b.Amount),
		})
	}
	return out
}

// CSV writes an export as a table.
func CSV(e order.Export) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"paper", "kind", "at", "order", "reference", "partner", "partner name", "line", "item", "text", "unit", "quantity", "price", "amount"}}
	for _, l := range e.Lines {
		rows = append(rows, []string{
			l.Paper, string(l.Kind), l.At.UTC().Format(time.RFC3339), l.Order, sheet.Inert(l.Reference), sheet.Inert(l.Partner), sheet.Inert(l.Name), strconv.Itoa(l.Place),
			sheet.Inert(l.Item), sheet.Inert(l.Text), l.Unit,
			l.Quantity.String(), l.Price.String(), l.Amount.String(),
		})
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// refusal is an error that a row may be told.
func refusal(err error) (*errs.Error, bool) {
	var known *errs.Error
	if !errors.As(err, &known) || known.Kind == errs.Internal || known.Kind == errs.Unavailable {
		return nil, false
	}
	return known, true
}
