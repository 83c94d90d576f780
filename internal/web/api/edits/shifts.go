package edits

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/web/api/piece"
)

// Signed is a shift that somebody answers for.
type Signed struct {
	Line    string    `json:"line"`
	Shift   string    `json:"shift"`
	Date    string    `json:"date" doc:"Local date on which it opened."`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
	Good    float64   `json:"good"`
	Reject  float64   `json:"reject"`
	Late    string    `json:"late,omitempty" doc:"What became known of it since, in words: it is not taken in until the shift is opened again."`
}

func (d Deps) shift(ctx context.Context, s edit.Signed) (Signed, error) {
	late, changed, err := d.Book(ctx).Late(ctx, s)
	if err != nil {
		return Signed{}, err
	}
	c := oee.Measure(s.Span, s.Segments)
	out := Signed{
		Line: string(s.Line), Shift: s.Shift, Date: s.Date, From: s.From.UTC(), To: s.To.UTC(), By: s.By.Name, At: s.At.UTC(), Comment: s.Comment,
		Good: piece.Told(c.Good), Reject: piece.Told(c.Reject),
	}
	if changed {
		out.Late = late.String()
	}
	return out, nil
}

type (
	signedIn  struct{ While }
	signedOut struct {
		Body struct {
			Line   string   `json:"line"`
			Shifts []Signed `json:"shifts"`
		}
	}
)

func (d Deps) signed(ctx context.Context, in *signedIn) (*signedOut, error) {
	_, v, err := d.view(ctx, in.While)
	if err != nil {
		return nil, err
	}
	out := &signedOut{}
	out.Body.Line, out.Body.Shifts = in.Line, []Signed{}
	for _, s := range v.Signed {
		one, err := d.shift(ctx, s)
		if err != nil {
			return nil, err
		}
		out.Body.Shifts = append(out.Body.Shifts, one)
	}
	return out, nil
}

type (
	signIn struct {
		Body struct {
			Line    string    `json:"line" maxLength:"80"`
			At      time.Time `json:"at" doc:"Any time of the shift."`
			Seen    int64     `json:"seen" doc:"The newest edit of the shift that you have seen; 0 when there is none."`
			Comment string    `json:"comment,omitempty" maxLength:"500"`
		}
	}
	shiftOut struct{ Body Signed }
	reopenIn struct {
		Body struct {
			Line string    `json:"line" maxLength:"80"`
			At   time.Time `json:"at" doc:"Any time of the shift."`
			Why  string    `json:"why" minLength:"1" maxLength:"500"`
		}
	}
)

func (d Deps) sign(ctx context.Context, in *signIn) (*shiftOut, error) {
	l, err := d.Line(ctx, in.Body.Line)
	if err != nil {
		return nil, err
	}
	s, err := d.Book(ctx).Sign(ctx, logbook.Signature{Line: l.ID, At: in.Body.At.UTC(), Seen: in.Body.Seen, By: d.By(ctx, l), Comment: in.Body.Comment})
	if err != nil {
		return nil, err
	}
	out, err := d.shift(ctx, s)
	return &shiftOut{out}, err
}

func (d Deps) reopen(ctx context.Context, in *reopenIn) (*struct{}, error) {
	l, err := d.Line(ctx, in.Body.Line)
	if err != nil {
		return nil, err
	}
	return nil, d.Book(ctx).Reopen(ctx, l.ID, in.Body.At.UTC(), d.By(ctx, l), in.Body.Why)
}
