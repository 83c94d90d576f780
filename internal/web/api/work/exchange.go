package work

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/register"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/web/api/operation"
)

const xmlType = "application/xml"

func (d Deps) mountExchange(b *operation.Book) {
	operation.Add(b, access.WritePlan, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/work/schedule", Summary: "Take a production schedule", OperationID: "take-a-production-schedule", MaxBodyBytes: b2mml.MaxFile,
		Description: "A ProductionSchedule in B2MML (V0600 or V0700). Each request is a work order, known by its ID: sent again it changes that one, or nothing.",
	}, d.take)
	operation.Add(b, access.Read, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/work/performance", Summary: "Tell what was made, as B2MML", OperationID: "tell-what-was-made",
		Description: "A ProductionPerformance of B2MML V0600: quantities, times and materials by lot of the reports in a time, or of single orders.",
		Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{xmlType: {}}}},
	}, d.performed)
}

type (
	scheduleIn struct {
		Dry     bool   `query:"dry" doc:"Only look at it, and tell what it would do."`
		Whole   bool   `query:"whole" doc:"Keep all orders, or none when one is wrong."`
		Why     string `query:"why" maxLength:"500"`
		RawBody []byte `contentType:"application/xml"`
	}
	scheduleOut struct{ Body ScheduleReport }
	// ScheduleReport is what became of a schedule.
	ScheduleReport struct {
		Kept      bool           `json:"kept" doc:"false: it was only looked at, or one order was wrong and whole was asked for."`
		New       int            `json:"new"`
		Changed   int            `json:"changed"`
		Unchanged int            `json:"unchanged"`
		Wrong     int            `json:"wrong"`
		Results   []ScheduleLine `json:"results" doc:"One for each request, in their order."`
	}
	// ScheduleLine is what became of one request.
	ScheduleLine struct {
		Request   int              `json:"request" doc:"1 for the first."`
		Reference string           `json:"reference"`
		ID        int64            `json:"id,omitempty" doc:"Of the work order; left out where there is none."`
		Result    string           `json:"result" enum:"new,changed,unchanged,wrong"`
		Changes   []ScheduleChange `json:"changes,omitempty"`
		Fields    []errs.Field     `json:"fields,omitempty" doc:"What is wrong."`
	}
	// ScheduleChange is one value that was put in the place of another.
	ScheduleChange struct {
		Field string `json:"field"`
		Old   string `json:"old"`
		New   string `json:"new"`
	}
)

func (d Deps) take(ctx context.Context, in *scheduleIn) (*scheduleOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	table, err := b2mml.Schedule(in.RawBody, d.Zone())
	if err != nil {
		return nil, err
	}
	why := in.Why
	if why == "" {
		why = "production schedule"
	}
	r, err := d.Importer.Import(ctx, register.Import{Table: table, Apply: !in.Dry, Whole: in.Whole, By: d.By(ctx), Why: why})
	if err != nil {
		return nil, err
	}
	out := &scheduleOut{ScheduleReport{
		Kept: r.Applied, New: r.Count(register.Added), Changed: r.Count(register.Changed), Unchanged: r.Count(register.Unchanged), Wrong: r.Count(register.Refused), Results: []ScheduleLine{},
	}}
	for _, l := range r.Lines {
		line := ScheduleLine{Request: l.Row, Reference: l.Name, ID: l.ID, Result: string(l.Result), Fields: l.Wrong}
		for _, c := range l.Changes {
			line.Changes = append(line.Changes, ScheduleChange{c.Title, c.Old, c.New})
		}
		out.Body.Results = append(out.Body.Results, line)
	}
	return out, nil
}

type (
	performedIn struct {
		From  time.Time `query:"from" doc:"Reports from then on."`
		Until time.Time `query:"until" doc:"Reports before then."`
		Order []string  `query:"order" maxItems:"100" doc:"Only of these orders, by id or number; also those of which nothing is reported."`
	}
	performedOut struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
)

func (d Deps) performed(ctx context.Context, in *performedIn) (*performedOut, error) {
	s := workorder.Span{From: in.From, Until: in.Until}
	for _, name := range in.Order {
		o, err := d.find(ctx, name)
		if err != nil {
			return nil, err
		}
		s.Orders = append(s.Orders, o.ID)
	}
	if err := d.there(); err != nil {
		return nil, err
	}
	if s.Orders == nil && s.From.IsZero() {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "nothing is asked for", Fields: []errs.Field{{Path: "from", Message: "Say from when, or name orders."}}}
	}
	all, err := d.Exchange.Performed(ctx, s)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = b2mml.Performance(&b, all, b2mml.Told{Published: d.Now(), From: s.From, Until: s.Until})
	return &performedOut{xmlType, b.Bytes()}, err
}
