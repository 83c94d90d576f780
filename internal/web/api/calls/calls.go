// Package calls is how programs call for help at a line, and hear who comes, in the words of the API.
package calls

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Board   *andon.Board // nil means that nobody can be called
	Lines   func(ctx context.Context, id string) ([]plant.Line, error)
	By      func(ctx context.Context, line plant.Line) plant.Person // who asks, with the role there
	Changed func(line plant.LineID)                                 // lets everybody see it
	Now     func() time.Time
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/calls", "List calls for help", d.list)
	operation.Create(b, access.CallHelp, "/api/v1/calls", "Call for help", d.raise)
	operation.Post(b, access.CallHelp, "/api/v1/calls/{call}/{step}", "Take or close a call", d.step)
}

// Call is one call for help.
type Call struct {
	ID      int64      `json:"id"`
	Line    string     `json:"line"`
	Unit    string     `json:"unit,omitempty" doc:"None is the line."`
	Kind    string     `json:"kind" enum:"material,maintenance,quality"`
	Note    string     `json:"note,omitempty"`
	State   string     `json:"state" enum:"called,taken,done"`
	Raised  time.Time  `json:"raised"`
	By      string     `json:"by"`
	Taken   *time.Time `json:"taken" doc:"When somebody said that they come; null when nobody has."`
	TakenBy string     `json:"takenBy,omitempty"`
	Done    *time.Time `json:"done"`
	DoneBy  string     `json:"doneBy,omitempty"`
	Version int64      `json:"version" doc:"Send it with a step: it fails when somebody else was first."`
}

func told(c andon.Call) Call {
	out := Call{
		ID: c.ID, Line: string(c.Line), Unit: string(c.Unit), Kind: string(c.Kind), Note: c.Note, State: "called", Raised: c.Raised.At.UTC(), By: c.Raised.By.Name,
		Taken: when(c.Answered.At), TakenBy: c.Answered.By.Name, Done: when(c.Done.At), DoneBy: c.Done.By.Name, Version: c.Version,
	}
	switch last, _ := c.Last(); last {
	case andon.Answer:
		out.State = "taken"
	case andon.Finish:
		out.State = "done"
	}
	return out
}

// ResponseTimes is how long calls took, in seconds.
type ResponseTimes struct {
	Calls   int      `json:"calls" doc:"Of how many."`
	Median  *float64 `json:"median" doc:"Null when there is none."`
	Longest *float64 `json:"longest"`
}

func lasted(t andon.Times) ResponseTimes {
	if t.N == 0 {
		return ResponseTimes{}
	}
	median, longest := t.Median.Seconds(), t.Longest.Seconds()
	return ResponseTimes{Calls: t.N, Median: &median, Longest: &longest}
}

// Response is how calls of one kind at one line were answered.
type Response struct {
	Line    string        `json:"line"`
	Kind    string        `json:"kind"`
	Calls   int           `json:"calls"`
	Waiting int           `json:"waiting" doc:"That nobody has taken."`
	Open    int           `json:"open" doc:"That are not done."`
	Taken   ResponseTimes `json:"taken" doc:"Seconds from the call until somebody took it."`
	Done    ResponseTimes `json:"done" doc:"Seconds from the call until it was done."`
}

// longest is how long a time may be asked for, usual how long it is when nothing is said.
const (
	longest = 100 * 24 * time.Hour
	usual   = 24 * time.Hour
)

type (
	callsIn struct {
		Line  string    `query:"line" maxLength:"80" doc:"Only calls of this line."`
		Open  bool      `query:"open" doc:"Those that are not done, however old."`
		From  time.Time `query:"from" doc:"Calls raised from then on; a day before to when left out."`
		To    time.Time `query:"to" doc:"And before then; now when left out."`
		Limit int       `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	}
	callsOut struct {
		Body struct {
			Calls     []Call     `json:"calls" doc:"The oldest first."`
			Responses []Response `json:"responses" doc:"Of all calls of that time, by line and kind."`
			Next      *time.Time `json:"next" doc:"Give it as from to get the rest; null when this is all."`
		}
	}
	helpIn struct {
		Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again, however much later, gives the same answer and calls nobody twice."`
		Body struct {
			Line string `json:"line" maxLength:"80"`
			Unit string `json:"unit,omitempty" maxLength:"80" doc:"A machine of the line, or none."`
			Kind string `json:"kind" enum:"material,maintenance,quality"`
			Note string `json:"note,omitempty" maxLength:"200"`
		}
	}
	callOut    struct{ Body Call }
	callStepIn struct {
		Call int64  `path:"call" minimum:"1"`
		Step string `path:"step" enum:"take,close" doc:"take: somebody comes; close: the line needs nobody any more."`
		Body struct {
			Version int64 `json:"version" doc:"Of the call as you saw it. The same step again changes nothing and gives the same answer."`
		}
	}
)

func (d Deps) list(ctx context.Context, in *callsIn) (*callsOut, error) {
	all, err := d.calls(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &callsOut{}
	out.Body.Calls, out.Body.Responses = []Call{}, []Response{}
	for _, c := range all {
		if len(out.Body.Calls) == in.Limit {
			out.Body.Next = when(c.Raised.At)
			break
		}
		out.Body.Calls = append(out.Body.Calls, told(c))
	}
	for _, r := range andon.Responses(all) {
		out.Body.Responses = append(out.Body.Responses, Response{
			Line: string(r.Line), Kind: string(r.Kind), Calls: r.Calls, Waiting: r.Waiting, Open: r.Open, Taken: lasted(r.Answered), Done: lasted(r.Done),
		})
	}
	return out, nil
}

// calls are those that are asked for, as far as who asks sees them.
func (d Deps) calls(ctx context.Context, in *callsIn) (all []andon.Call, err error) {
	lines, err := d.Lines(ctx, in.Line)
	if err != nil || d.Board == nil {
		return nil, err
	}
	if in.Open {
		for _, l := range lines {
			all = append(all, d.Board.Open(l.ID)...)
		}
		return all, nil
	}
	to := in.To
	if to.IsZero() {
		to = d.Now().Add(time.Second) // with what is raised in this very moment
	}
	from := in.From
	if from.IsZero() {
		from = to.Add(-usual)
	}
	if !from.Before(to) || to.Sub(from) > longest {
		return nil, errs.New(errs.Invalid, "from must come before to, by 100 days at most")
	}
	kept, err := d.Board.Between(ctx, plant.LineID(in.Line), from.UTC(), to.UTC())
	seen := map[plant.LineID]bool{}
	for _, l := range lines {
		seen[l.ID] = true
	}
	for _, c := range kept {
		if seen[c.Line] {
			all = append(all, c)
		}
	}
	return all, err
}

// one is a line that is named.
func (d Deps) one(ctx context.Context, id string) (plant.Line, error) {
	if d.Board == nil || id == "" {
		return plant.Line{}, errs.New(errs.NotFound, "nobody can be called here")
	}
	lines, err := d.Lines(ctx, id)
	if err != nil {
		return plant.Line{}, err
	}
	return lines[0], nil
}

func (d Deps) raise(ctx context.Context, in *helpIn) (*callOut, error) {
	l, err := d.one(ctx, in.Body.Line)
	if err != nil {
		return nil, err
	}
	c, err := d.Board.Raise(ctx, l, andon.Call{
		Kind: andon.Kind(in.Body.Kind), Unit: plant.UnitID(in.Body.Unit), Note: in.Body.Note, Key: in.Key, Raised: andon.Mark{By: d.By(ctx, l)},
	})
	if err != nil {
		return nil, err
	}
	d.Changed(l.ID)
	return &callOut{told(c)}, nil
}

func (d Deps) step(ctx context.Context, in *callStepIn) (*callOut, error) {
	none := errs.New(errs.NotFound, "there is no call %d", in.Call)
	if d.Board == nil {
		return nil, none
	}
	was, err := d.Board.Call(ctx, in.Call)
	if errs.KindOf(err) == errs.NotFound {
		return nil, none
	} else if err != nil {
		return nil, err
	}
	l, err := d.one(ctx, string(was.Line))
	if err != nil {
		return nil, none // of a line that who asks does not see
	}
	step := andon.Answer
	if in.Step == "close" {
		step = andon.Finish
	}
	c, err := d.Board.Take(ctx, l, andon.Taking{ID: in.Call, Step: step, Version: in.Body.Version, By: d.By(ctx, l)})
	if err != nil {
		return nil, err
	}
	d.Changed(l.ID)
	return &callOut{told(c)}, nil
}

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
