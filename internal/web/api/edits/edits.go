// Package edits is how programs hear and say what people know about the time of a line, in the words of the API.
package edits

import (
	"context"
	"errors"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Book is where what people say is read and taken.
type Book interface {
	View(ctx context.Context, line plant.LineID, of plant.Span) (logbook.View, error)
	Edit(ctx context.Context, id int64) (edit.Edit, error)
	Say(ctx context.Context, e edit.Edit, seen int64) (edit.Edit, error)
	Sign(ctx context.Context, as logbook.Signature) (edit.Signed, error)
	Reopen(ctx context.Context, line plant.LineID, at time.Time, by plant.Person, why string) error
	Late(ctx context.Context, s edit.Signed) (edit.Late, bool, error)
}

// Deps is what the operations answer from.
type Deps struct {
	Book  func(ctx context.Context) Book
	Plant func(ctx context.Context) *plant.Plant
	Line  func(ctx context.Context, id string) (plant.Line, error) // that who asks sees
	By    func(ctx context.Context, line plant.Line) plant.Person  // who asks, with the role there
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/stops", "List the stops of a line", d.stops)
	operation.Get(b, access.Read, "/api/v1/edits", "List what was said of a line", d.edits)
	operation.Post(b, access.WriteTime, "/api/v1/edits", "Say what happened", d.say)
	operation.Post(b, access.WriteTime, "/api/v1/edits/{edit}/undo", "Undo an edit", d.undo)
	operation.Get(b, access.Read, "/api/v1/shifts/signed", "List signed shifts", d.signed)
	operation.Post(b, access.SignTime, "/api/v1/shifts/sign", "Sign a shift", d.sign)
	operation.Post(b, access.SignTime, "/api/v1/shifts/reopen", "Open a signed shift again", d.reopen)
}

// longest is how long a time may be asked for.
const longest = 100 * 24 * time.Hour

// While is the time of a line that is asked about.
type While struct {
	Line string    `query:"line" required:"true" maxLength:"80"`
	From time.Time `query:"from" required:"true"`
	To   time.Time `query:"to" required:"true"`
}

func (d Deps) view(ctx context.Context, w While) (plant.Line, logbook.View, error) {
	l, err := d.Line(ctx, w.Line)
	if err != nil {
		return l, logbook.View{}, err
	}
	if !w.From.Before(w.To) || w.To.Sub(w.From) > longest {
		return l, logbook.View{}, errs.New(errs.Invalid, "from must come before to, by 100 days at most")
	}
	v, err := d.Book(ctx).View(ctx, l.ID, plant.Span{From: w.From.UTC(), To: w.To.UTC()})
	return l, v, err
}

type (
	stopsIn struct {
		While
		Open  bool `query:"open" doc:"Only those of which nobody has said why."`
		Limit int  `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	}
	stopsOut struct {
		Body struct {
			Line  string     `json:"line"`
			Stops []Stop     `json:"stops"`
			Next  *time.Time `json:"next" doc:"Give it as from to get the rest; null when this is all."`
		}
	}
)

func (d Deps) stops(ctx context.Context, in *stopsIn) (*stopsOut, error) {
	l, v, err := d.view(ctx, in.While)
	if err != nil {
		return nil, err
	}
	out := &stopsOut{}
	out.Body.Line, out.Body.Stops = in.Line, []Stop{}
	for _, s := range v.Stops {
		if in.Open && !s.Missing() {
			continue
		}
		if len(out.Body.Stops) == in.Limit {
			out.Body.Next = when(s.From)
			break
		}
		out.Body.Stops = append(out.Body.Stops, told(d.Plant(ctx), l, s))
	}
	return out, nil
}

type (
	editsIn  struct{ While }
	editsOut struct {
		Body struct {
			Line  string `json:"line"`
			Edits []Edit `json:"edits" doc:"In the order in which they were said, undone ones too."`
		}
	}
)

func (d Deps) edits(ctx context.Context, in *editsIn) (*editsOut, error) {
	_, v, err := d.view(ctx, in.While)
	if err != nil {
		return nil, err
	}
	out := &editsOut{}
	out.Body.Line, out.Body.Edits = in.Line, []Edit{}
	for _, e := range v.Edits {
		out.Body.Edits = append(out.Body.Edits, written(e))
	}
	return out, nil
}

type (
	sayIn struct {
		Key  string `header:"Idempotency-Key" maxLength:"80" doc:"Stands for the key of each row that has none: with its place in the request."`
		Body struct {
			Edits []New `json:"edits" minItems:"1" maxItems:"1000"`
		}
	}
	sayOut struct {
		Body struct {
			Results []Result `json:"results" doc:"One for each row, in their order: a row that is refused stops none of the others."`
		}
	}
)

func (d Deps) say(ctx context.Context, in *sayIn) (*sayOut, error) {
	out := &sayOut{}
	for i, n := range in.Body.Edits {
		if n.Key == "" && in.Key != "" {
			n.Key = keyOf(in.Key, i)
		}
		kept, err := d.one(ctx, n)
		r, err := resultOf(i, kept, err)
		if err != nil {
			return nil, err
		}
		out.Body.Results = append(out.Body.Results, r)
	}
	return out, nil
}

func (d Deps) one(ctx context.Context, n New) (edit.Edit, error) {
	l, err := d.Line(ctx, n.Line)
	if err != nil {
		return edit.Edit{}, err
	}
	return d.Book(ctx).Say(ctx, n.edit(l.ID, d.By(ctx, l)), n.Seen)
}

// resultOf tells how a row went. What is nobody's business is no result: it ends the request.
func resultOf(i int, kept edit.Edit, err error) (Result, error) {
	r := Result{Index: i}
	var e *errs.Error
	switch {
	case err == nil:
		made := written(kept)
		r.Edit = &made
	case errors.As(err, &e) && e.Kind != errs.Internal && e.Kind != errs.Unavailable:
		r.Error = err.Error()
		var c *edit.Conflict
		if errors.As(err, &c) {
			theirs := written(c.Theirs)
			r.Theirs = &theirs
		}
		for _, f := range e.Fields {
			r.Fields = append(r.Fields, Fault{f.Message, f.Path})
		}
	default:
		return r, err
	}
	return r, nil
}

type (
	undoIn struct {
		Edit int64  `path:"edit" minimum:"1"`
		Key  string `header:"Idempotency-Key" maxLength:"80" doc:"The same key again changes nothing and gives the same answer."`
		Body struct {
			Seen    int64  `json:"seen" doc:"The newest edit of the stop that you have seen."`
			Comment string `json:"comment,omitempty" maxLength:"500"`
		}
	}
	editOut struct{ Body Edit }
)

func (d Deps) undo(ctx context.Context, in *undoIn) (*editOut, error) {
	none := errs.New(errs.NotFound, "there is no edit %d", in.Edit)
	of, err := d.Book(ctx).Edit(ctx, in.Edit)
	if errs.KindOf(err) == errs.NotFound {
		return nil, none
	} else if err != nil {
		return nil, err
	}
	l, err := d.Line(ctx, string(of.Line))
	if err != nil {
		return nil, none
	}
	kept, err := d.Book(ctx).Say(ctx, edit.Edit{Line: l.ID, Kind: edit.Undo, Undoes: of.ID, Comment: in.Body.Comment, By: d.By(ctx, l), Key: in.Key}, in.Body.Seen)
	if err != nil {
		return nil, err
	}
	return &editOut{written(kept)}, nil
}
