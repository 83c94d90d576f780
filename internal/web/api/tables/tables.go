// Package tables is how programs send tables of business records, in the words of the API.
package tables

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Importers map[string]register.Importer // by the name of the list
	Columns   func(list string) []register.Column
	By        func(ctx context.Context) plant.Person
}

// taking is one address that takes tables.
type taking struct {
	path, list, what string
	scope            access.Scope
	duty             plant.Duty // that the scope stands for
}

func takings() []taking {
	return []taking{
		{"/api/v1/items/import", "items", "items", access.WriteItems, plant.Planner},
		{"/api/v1/bills/import", "bills", "bills", access.WriteItems, plant.Planner},
		{"/api/v1/tools/import", "tools", "tools", access.WriteItems, plant.Planner},
		{"/api/v1/customers/import", "partners", "customers", access.WriteSales, plant.Sales},
		{"/api/v1/suppliers/import", "partners", "suppliers", access.WritePurchase, plant.Purchaser},
		{"/api/v1/sales/prices/import", "prices", "sales prices", access.WriteSales, plant.Sales},
		{"/api/v1/purchase/prices/import", "prices", "purchase prices", access.WritePurchase, plant.Purchaser},
		{"/api/v1/sales/orders/import", "sales", "sales orders", access.WriteSales, plant.Sales},
		{"/api/v1/purchase/orders/import", "purchase", "purchase orders", access.WritePurchase, plant.Purchaser},
		{"/api/v1/purchase/calls/import", "calls", "calls of purchase lines", access.WritePurchase, plant.Purchaser},
		{"/api/v1/stock/places/import", "places", "places", access.WriteStock, plant.Storekeeper},
		{"/api/v1/stock/lots/import", "lots", "lots", access.WriteStock, plant.Storekeeper},
		{"/api/v1/supplies/import", "supplies", "what suppliers deliver", access.WritePurchase, plant.Purchaser},
		{"/api/v1/plan/forecast/import", "forecasts", "the forecast", access.WritePlan, plant.Planner},
		{"/api/v1/work/import", "work", "work orders", access.WritePlan, plant.Planner},
	}
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	for _, t := range takings() {
		operation.Add(b, t.scope, huma.Operation{
			Method: http.MethodPost, Path: t.path, Summary: "Import " + t.what, OperationID: operation.IDOf("Import " + t.what), MaxBodyBytes: sheet.MaxFile,
			Description: "A CSV or XLSX file with the columns that the page of the import lists, one row for each record or line of one. " +
				"Rows are told apart by their natural keys: sent again they change what differs, or nothing. What a list gives as CSV or XLSX may be sent as it is.",
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/csv": {}, "application/octet-stream": {}}},
		}, d.take(t))
	}
}

type (
	tableIn struct {
		Dry     bool   `query:"dry" doc:"Only look at it, and tell what it would do."`
		Whole   bool   `query:"whole" doc:"Keep all rows, or none when one is wrong."`
		Why     string `query:"why" maxLength:"500"`
		RawBody []byte
	}
	tableOut struct{ Body TableReport }
	// TableReport is what became of a table.
	TableReport struct {
		Kept      bool       `json:"kept" doc:"false: it was only looked at, or one row was wrong and whole was asked for."`
		New       int        `json:"new" doc:"Rows, as the others."`
		Changed   int        `json:"changed"`
		Unchanged int        `json:"unchanged"`
		Wrong     int        `json:"wrong"`
		Aside     []string   `json:"aside,omitempty" doc:"Columns that lists have and no record takes; they were left aside."`
		Results   []TableRow `json:"results" doc:"One for each row, in their order."`
	}
	// TableRow is what became of one row.
	TableRow struct {
		Row     int          `json:"row" doc:"In the file; its head is row 1."`
		Record  string       `json:"record" doc:"The natural key."`
		ID      int64        `json:"id,omitempty" doc:"Left out where there is none yet."`
		Result  string       `json:"result" enum:"new,changed,unchanged,wrong"`
		Changes []TableCell  `json:"changes,omitempty"`
		Fields  []errs.Field `json:"fields,omitempty" doc:"What is wrong, by columns."`
	}
	// TableCell is one value that was put in the place of another.
	TableCell struct {
		Field string `json:"field"`
		Old   string `json:"old"`
		New   string `json:"new"`
	}
)

func (d Deps) take(t taking) func(context.Context, *tableIn) (*tableOut, error) {
	return func(ctx context.Context, in *tableIn) (*tableOut, error) {
		im := d.Importers[t.list]
		if im == nil {
			return nil, errs.New(errs.NotFound, "no %s are kept here", t.what)
		}
		table, err := Read(im, d.Columns(t.list), in.RawBody)
		if err != nil {
			return nil, err
		}
		why := in.Why
		if why == "" {
			why = "imported by a program"
		}
		r, err := im.Import(ctx, register.Import{Table: table, Apply: !in.Dry, Whole: in.Whole, By: d.By(ctx), Why: why, May: func(any plant.Duty) bool { return any&t.duty != 0 }})
		if err != nil {
			return nil, err
		}
		out := told(r)
		out.Aside = table.Aside
		return &tableOut{out}, nil
	}
}

func told(r register.Report) TableReport {
	out := TableReport{
		Kept: r.Applied, New: r.Count(register.Added), Changed: r.Count(register.Changed), Unchanged: r.Count(register.Unchanged), Wrong: r.Count(register.Refused),
		Results: make([]TableRow, len(r.Lines)),
	}
	for i, l := range r.Lines {
		out.Results[i] = TableRow{Row: l.Row, Record: l.Name, ID: l.ID, Result: string(l.Result), Fields: l.Wrong}
		for _, c := range l.Changes {
			out.Results[i].Changes = append(out.Results[i].Changes, TableCell{c.Title, c.Old, c.New})
		}
	}
	return out
}
