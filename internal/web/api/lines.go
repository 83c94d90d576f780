package api

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/why"
)

// Line is a line as it stands.
type Line struct {
	ID       string       `json:"id" example:"filling-1"`
	Name     string       `json:"name"`
	Site     string       `json:"site"`
	Area     string       `json:"area"`
	Category string       `json:"category" doc:"What the line does." example:"running"`
	State    string       `json:"state" doc:"PackML state of the causing unit." example:"Execute"`
	Since    *time.Time   `json:"since"`
	Cause    string       `json:"cause,omitempty" doc:"The work unit behind it." example:"filling-1/filler"`
	Fault    string       `json:"fault,omitempty"`
	Reason   *why.Meaning `json:"reason,omitempty" doc:"What the fault means."`
	Product  string       `json:"product,omitempty"`
	Order    string       `json:"order,omitempty" doc:"The job that runs or, where none does, the order that the machine names."`
	Allowed  *float64     `json:"changeoverTarget,omitempty" doc:"Seconds that the changeover may take."`
	SetUp    *why.SetUp   `json:"changeover,omitempty" doc:"The changeover that goes on."`
	Target   *float64     `json:"target" doc:"Pieces an ideal line had made by now; null when no rate is known."`
	OEE      OEE          `json:"oee" doc:"Of the running shift, or the last one."`
}

// LineDetail is a line with its units.
type LineDetail struct {
	Line
	Pacer  string   `json:"pacer" doc:"The unit whose state is the line's state."`
	Output string   `json:"output" doc:"The unit whose good pieces are the line's."`
	Shift  *Shift   `json:"shift"`
	Open   int      `json:"stopsWithoutReason"`
	Units  []Unit   `json:"units"`
	Tags   []string `json:"tags"`
}

// Shift is one shift that happens.
type Shift struct {
	Name string    `json:"name"`
	Date string    `json:"date" doc:"Local date on which it opened."`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Unit is one work unit as it stands.
type Unit struct {
	ID      string       `json:"id" example:"filling-1/filler"`
	Name    string       `json:"name"`
	Line    string       `json:"line"`
	State   string       `json:"state" doc:"PackML state." example:"Execute"`
	Mode    string       `json:"mode" doc:"PackML unit mode." example:"Production"`
	Since   *time.Time   `json:"since"`
	Product string       `json:"product,omitempty"`
	Order   string       `json:"order,omitempty" doc:"As the machine names it."`
	Fault   string       `json:"fault,omitempty"`
	Reason  *why.Meaning `json:"reason,omitempty" doc:"What the fault means."`
	Speed   *float64     `json:"speed" doc:"In the machine's own unit."`
	Good    *Amount      `json:"good" doc:"The counter as it reads; null when unknown or bad."`
	Reject  *Amount      `json:"reject"`
	Total   *Amount      `json:"total"`
	Newest  *time.Time   `json:"newest" doc:"Time of the newest reading of the unit."`
}

type (
	linesOut struct {
		Body struct {
			Lines []Line `json:"lines"`
		}
	}
	lineIn struct {
		Line string `path:"line" maxLength:"80"`
	}
	lineOut struct{ Body LineDetail }
	unitsIn struct {
		Line string `query:"line" maxLength:"80" doc:"Only the units of this line."`
	}
	unitsOut struct {
		Body struct {
			Units []Unit `json:"units"`
		}
	}
)

func (a *API) mountLines(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/lines", "List the lines", a.lines)
	operation.Get(b, access.Read, "/api/v1/lines/{line}", "Show a line", a.line)
	operation.Get(b, access.Read, "/api/v1/units", "List the work units", a.units)
	operation.Get(b, access.Read, "/api/v1/reasons", "List the reasons", a.reasons)
}

func (a *API) reasons(ctx context.Context, in *why.In) (*why.Out, error) {
	lines, err := a.asked(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	if in.Line == "" {
		lines = nil
	}
	return why.All(a.Floor(ctx).Plant, lines), nil
}

func (a *API) lines(ctx context.Context, _ *struct{}) (*linesOut, error) {
	out := &linesOut{}
	out.Body.Lines = []Line{}
	for _, l := range a.Floor(ctx).Plant.Lines() {
		line, _ := a.stand(ctx, l)
		out.Body.Lines = append(out.Body.Lines, line)
	}
	return out, nil
}

// stand is a line as it stands; before its ledger is derived it says that there is no data.
func (a *API) stand(ctx context.Context, l plant.Line) (Line, oee.Snapshot) {
	f := a.Floor(ctx)
	s, ok := f.Lines.Snapshot(l.ID)
	if !ok {
		now := a.Now()
		s = oee.Snapshot{Line: l.ID, At: now, Window: plant.Span{From: now, To: now}}
	}
	line := Line{
		ID:       string(l.ID),
		Name:     l.Name,
		Site:     string(l.Site),
		Area:     l.Area,
		Category: s.Now.String(),
		State:    s.State.String(),
		Since:    when(s.Since),
		Cause:    string(s.Cause),
		Fault:    s.Fault,
		Reason:   why.Of(f.Plant, l, s.Cause, s.Fault),
		Product:  s.Product,
		Order:    s.Order,
		OEE:      measure(s.Window, s.Classic),
	}
	line.SetUp, line.Allowed = why.Now(l, s)
	if s.Target > 0 {
		line.Target = number(amount(s.Target), true)
	}
	return line, s
}

func (a *API) line(ctx context.Context, in *lineIn) (*lineOut, error) {
	l, err := a.find(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	line, s := a.stand(ctx, l)
	d := LineDetail{Line: line, Pacer: string(l.Pacer), Output: string(l.Output), Open: s.Open, Units: a.unitsOf(ctx, l), Tags: []string{}}
	if !s.Shift.From.IsZero() {
		d.Shift = &Shift{Name: s.Shift.Name, Date: s.Shift.Date, From: s.Shift.From.UTC(), To: s.Shift.To.UTC()}
	}
	f := a.Floor(ctx)
	for _, t := range f.Tags.All() {
		if _, line := f.UnitOf(t.ID); line == l.ID {
			d.Tags = append(d.Tags, t.Name)
		}
	}
	return &lineOut{Body: d}, nil
}

func (a *API) find(ctx context.Context, id string) (plant.Line, error) {
	l, ok := a.Floor(ctx).Plant.Line(plant.LineID(id))
	if !ok {
		return plant.Line{}, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", errs.Clip(id))
	}
	return l, nil
}

// asked gives the line that a question is narrowed to, or all of them: a misspelt one has no answer that looks empty.
func (a *API) asked(ctx context.Context, id string) ([]plant.Line, error) {
	if id == "" {
		return a.Floor(ctx).Plant.Lines(), nil
	}
	l, err := a.find(ctx, id)
	return []plant.Line{l}, err
}

func (a *API) units(ctx context.Context, in *unitsIn) (*unitsOut, error) {
	lines, err := a.asked(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	out := &unitsOut{}
	out.Body.Units = []Unit{}
	for _, l := range lines {
		out.Body.Units = append(out.Body.Units, a.unitsOf(ctx, l)...)
	}
	return out, nil
}

func (a *API) unitsOf(ctx context.Context, l plant.Line) []Unit {
	all := map[plant.UnitID]machine.Status{}
	f := a.Floor(ctx)
	for _, s := range f.Units.Units() {
		all[s.Unit] = s
	}
	units := []Unit{}
	for _, u := range l.Units {
		s := all[u.ID]
		units = append(units, Unit{
			ID:      string(u.ID),
			Name:    u.Name,
			Line:    string(l.ID),
			State:   s.State.String(),
			Mode:    s.Mode.String(),
			Since:   when(s.Since),
			Product: s.Product,
			Order:   s.Order,
			Fault:   s.Fault,
			Reason:  why.Of(f.Plant, l, u.ID, s.Fault),
			Speed:   number(s.Speed, s.SpeedOK),
			Good:    counted(s.Good),
			Reject:  counted(s.Reject),
			Total:   counted(s.Total),
			Newest:  when(s.Newest),
		})
	}
	return units
}

func counted(c machine.Count) *Amount {
	if c.Tag == 0 || !c.Known || c.Bad {
		return nil
	}
	return number(amount(c.Total), true)
}
