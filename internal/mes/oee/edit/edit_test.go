package edit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	six := midnight.Add(6 * time.Hour)
	for name, c := range map[string]struct {
		change func(e *Edit)
		path   string
	}{
		"no line":              {func(e *Edit) { e.Line = "" }, "line"},
		"backwards":            {func(e *Edit) { e.To = e.From }, "to"},
		"more than a week":     {func(e *Edit) { e.To = e.From.Add(Longest + 1) }, "from"},
		"a novel":              {func(e *Edit) { e.Comment = strings.Repeat("ö", longestComment+1) }, "comment"},
		"no reason":            {func(e *Edit) { e.Reason = "" }, "reason"},
		"explained as no data": {func(e *Edit) { e.Category = oee.NotScheduled }, "category"},
		"explained as running": {func(e *Edit) { e.Category = oee.Running }, "category"},
		"pieces of a reason":   {func(e *Edit) { e.Good = 1 }, "good"},
		"a split outside":      {func(e *Edit) { e.Kind, e.Cut = Split, e.From }, "cut"},
		"an empty comment":     {func(e *Edit) { e.Kind, e.Comment = Comment, " " }, "comment"},
		"scrap of nothing":     {func(e *Edit) { e.Kind = Scrap }, "reject"},
		"scrap taken back":     {func(e *Edit) { e.Kind, e.Reject = Scrap, -1 }, "reject"},
		"too many":             {func(e *Edit) { e.Kind, e.Reject = Scrap, mostPieces+1 }, "reject"},
		"a count of nothing":   {func(e *Edit) { e.Kind = Count }, "good"},
		"rework of nothing":    {func(e *Edit) { e.Kind = Rework }, "good"},
		"rework of rejects":    {func(e *Edit) { e.Kind, e.Good, e.Reject = Rework, 1, 1 }, "reject"},
		"a counter below 0":    {func(e *Edit) { e.Kind, e.Counter = Reading, -1 }, "counter"},
		"a counter of a count": {func(e *Edit) { e.Kind, e.Good, e.Counter = Count, 1, 1 }, "counter"},
		"a reason's product":   {func(e *Edit) { e.Product = "P" }, "product"},
		"undoing nothing":      {func(e *Edit) { e.Kind = Undo }, "undoes"},
		"no kind":              {func(e *Edit) { e.Kind = "" }, "kind"},
	} {
		e := Edit{Line: "l", Kind: Reason, Reason: "jam", From: six, To: six.Add(time.Hour)}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		c.change(&e)
		var wrong *errs.Error
		if err := e.Check(); !errors.As(err, &wrong) || wrong.Kind != errs.Invalid || len(wrong.Fields) != 1 || wrong.Fields[0].Path != c.path {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEditIsToldInWords(t *testing.T) {
	six := midnight.Add(6 * time.Hour)
	e := Edit{Kind: Reason, Reason: "jam", Category: oee.Changeover, From: six, To: six.Add(time.Hour), Comment: "film tore"}
	if got, want := e.String(), "reason jam as changeover of 2026-03-02T06:00:00Z/2026-03-02T07:00:00Z (film tore)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	err := error(&Conflict{Yours: e, Theirs: Edit{Kind: Undo, Undoes: 7, From: six, To: six.Add(time.Hour), By: plant.Person{Name: "Ben"}}})
	if errs.KindOf(err) != errs.Conflict || !strings.HasPrefix(err.Error(), "Ben has changed this stop since you looked at it (undo of 7 of") {
		t.Error(err)
	}
}

func TestWhoGoesOnMustHaveSeenWhatShapesTheStop(t *testing.T) {
	six := midnight.Add(6 * time.Hour)
	span := func(from, to int) (a, b time.Time) {
		return six.Add(time.Duration(from) * time.Minute), six.Add(time.Duration(to) * time.Minute)
	}
	var all []Edit
	for i, c := range []struct {
		kind     Kind
		shapes   bool
		from, to int
	}{{Reason, true, 0, 10}, {Undo, true, 0, 10}, {Scrap, false, 0, 60}, {Undo, false, 0, 60}, {Note, false, 0, 60}, {Reason, true, 10, 20}} {
		e := Edit{ID: int64(i + 1), Kind: c.kind, Shapes: c.shapes}
		e.From, e.To = span(c.from, c.to)
		all = append(all, e)
	}
	from, to := span(0, 10)
	if n := Newest(all, plant.Span{From: from, To: to}); n != 2 {
		t.Errorf("the newest is %d", n)
	}
	if n := Newest(nil, plant.Span{From: from, To: to}); n != 0 {
		t.Errorf("of none the newest is %d", n)
	}
}

func TestWhatComesAfterTheSignatureIsTold(t *testing.T) {
	six := midnight.Add(6 * time.Hour)
	ran := oee.Segment{Line: "l", From: six, To: six.Add(8 * time.Hour), Category: oee.Running, Shift: "Early", Good: plant.Pieces(100)}
	s := Signed{Line: "l", Shift: "Early", Span: plant.Span{From: ran.From, To: ran.To}, Segments: []oee.Segment{ran}}
	if _, ok := s.Since([]oee.Segment{ran}); ok {
		t.Error("nothing came, and something is told")
	}
	stood, rest := ran, ran
	stood.To, stood.Category, stood.Good = six.Add(3*time.Minute), oee.Breakdown, 0
	rest.From, rest.Good, rest.Reject = stood.To, plant.Pieces(98), plant.Pieces(2)
	l, ok := s.Since([]oee.Segment{stood, rest})
	if got, want := l.String(), "2 good pieces less, 2 rejects more, 3m0s of breakdown more, 3m0s of running less"; !ok || got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOnlyAWholeShiftIsSigned(t *testing.T) {
	six := midnight.Add(6 * time.Hour)
	ran := oee.Segment{Line: "l", From: six, To: six.Add(time.Hour), Category: oee.Running}
	for name, segments := range map[string][]oee.Segment{
		"its end is missing":  {ran},
		"a gap":               {{From: six, To: six.Add(time.Minute)}, {From: six.Add(2 * time.Minute), To: six.Add(8 * time.Hour)}},
		"nothing":             nil,
		"it begins too early": {{From: midnight, To: six.Add(8 * time.Hour)}},
	} {
		s := Signed{Line: "l", Shift: "Early", Span: plant.Span{From: six, To: six.Add(8 * time.Hour)}, Segments: segments}
		if err := s.Check(); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
