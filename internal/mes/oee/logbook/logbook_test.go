package logbook_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/ot/bus"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	six  = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	anna = plant.Person{ID: 1, Name: "anna", Role: plant.Manager}
	ben  = plant.Person{ID: 2, Name: "ben", Role: plant.Operator}
)

func at(minute int) time.Time { return six.Add(time.Duration(minute) * time.Minute) }

func span(from, to int) plant.Span { return plant.Span{From: at(from), To: at(to)} }

// machines are what the machines of a line said so far: what a ledger derives of them.
type machines struct {
	segments []oee.Segment
	shift    plant.Span
	now      time.Time
}

func (m *machines) Segments(_ context.Context, _ plant.LineID, from, to time.Time) (all []oee.Segment, err error) {
	for _, s := range m.segments {
		if s.Within(plant.Span{From: from, To: to}) > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}

func (m *machines) Begin(plant.LineID) time.Time { return time.Time{} }

func (m *machines) Snapshot(line plant.LineID) (oee.Snapshot, bool) {
	w := plant.Span{From: m.shift.From, To: m.now}
	if m.shift.To.Before(w.To) {
		w.To = m.shift.To
	}
	s := oee.Snapshot{Line: line, At: m.now, Window: w}
	s.Segments, _ = m.Segments(context.Background(), line, w.From, w.To)
	s.Classic = oee.Measure(w, s.Segments)
	s.Now = m.segments[len(m.segments)-1].Category
	return s, true
}

// say adds minutes of one kind.
func (m *machines) say(minutes int, c oee.Category, change ...func(*oee.Segment)) {
	from := m.shift.From
	if n := len(m.segments); n > 0 {
		from = m.segments[n-1].To
	}
	s := oee.Segment{Line: "filling-1", From: from, To: from.Add(time.Duration(minutes) * time.Minute), Category: c, Product: "COLA", Shift: "Early", Date: "2026-03-02"}
	if !s.From.Before(m.shift.To) {
		s.Shift = "Late"
	}
	if c == oee.Running {
		s.Good = plant.Pieces(int64(minutes) * 10)
	}
	for _, do := range change {
		do(&s)
	}
	m.segments, m.now = append(m.segments, s), s.To
}

func with(f func(*oee.Segment)) func(*oee.Segment) { return f }

func filling() *plant.Plant {
	line := plant.Line{
		ID: "filling-1", Name: "Filling 1", Rates: []plant.Rate{{IdealCycle: 6 * time.Second}}, Reasons: []reason.ID{"technical", "planned", "slow"},
		Codes: map[plant.UnitID]reason.Layers{"filler": {{Exact: map[string]reason.ID{"107": "jam"}}}},
	}
	line.Calendar.Shifts = []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60}, {Name: "Late", Start: 14 * 60, End: 22 * 60}}
	return &plant.Plant{
		Sites: []plant.Site{{ID: "s", Zone: time.UTC, Areas: []plant.Area{{ID: "a", Lines: []plant.Line{line}}}}},
		Reasons: reason.NewBook(reason.Tree{
			{ID: "technical", Loss: "breakdown", Parts: []reason.Reason{{ID: "jam"}, {ID: "sensor"}}},
			{ID: "planned", Loss: "planned stop", Parts: []reason.Reason{{ID: "cleaning"}}},
			{ID: "slow", Loss: "reduced speed"},
			{ID: "weather"},
		}, reason.Tree{{ID: "dented"}}),
	}
}

func newBook(t *testing.T, s *store.Store) (*logbook.Book, *machines, *bus.Queue[oee.Changed]) {
	t.Helper()
	m := &machines{shift: span(0, 480), now: six}
	news := &bus.Topic[oee.Changed]{}
	b := logbook.New(logbook.Options{Plant: filling(), Lines: m, Edits: s.Edits(), News: news, Now: func() time.Time { return m.now }})
	return b, m, news.Queue(16)
}

// morning is an hour of the early shift: an unexplained stop from 06:20 to 06:40.
func morning(m *machines) {
	m.say(20, oee.Running)
	m.say(20, oee.Breakdown)
	m.say(20, oee.Running)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func because(r string, of plant.Span, by plant.Person) edit.Edit {
	return edit.Edit{Line: "filling-1", Kind: edit.Reason, Reason: r, From: of.From, To: of.To, By: by}
}

func signature(seen int64, by plant.Person) logbook.Signature {
	return logbook.Signature{Line: "filling-1", At: at(10), Seen: seen, By: by, Comment: "all well"}
}

func TestWhatIsSaidIsShownAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		b, m, news := newBook(t, open())
		morning(m)
		before, _ := b.Snapshot("filling-1")
		if before.Open != 1 || before.Classic.PPT != time.Hour || before.Edited != 0 {
			t.Fatalf("before: %+v", before)
		}
		kept, err := b.Say(t.Context(), because("cleaning", span(20, 40), ben), 0)
		must(t, err)
		if kept.Category != oee.PlannedStop || kept.By.Name != "ben" {
			t.Errorf("kept %+v", kept)
		}
		if batch, err := news.Next(t.Context()); err != nil || len(batch) != 1 || batch[0].Line != "filling-1" {
			t.Errorf("told %v, %v", batch, err)
		}
		s, _ := b.Snapshot("filling-1")
		if s.Open != 0 || s.Classic.PPT != 40*time.Minute || s.Target != plant.Pieces(400) || s.Edited != kept.ID {
			t.Errorf("after: %+v", s)
		}
		if x := s.Segments[1]; x.Reason != "cleaning" || x.Category != oee.PlannedStop || x.Derived != oee.Breakdown || x.By != "ben" {
			t.Errorf("read as %+v", x)
		}
		_, err = b.Say(t.Context(), edit.Edit{Line: "filling-1", Kind: edit.Undo, Undoes: kept.ID, By: ben}, kept.ID)
		must(t, err)
		if s, _ = b.Snapshot("filling-1"); s.Open != 1 || s.Classic.PPT != time.Hour {
			t.Errorf("after undoing: %+v", s)
		}
	})
}

func TestAStopThatLastsIsWhatWasSaidOfIt(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	m.say(20, oee.Running)
	m.say(5, oee.Breakdown)
	_, err := b.Say(t.Context(), because("cleaning", span(20, 25), ben), 0)
	must(t, err)
	m.segments = m.segments[:1]
	m.say(30, oee.Breakdown) // the same stop, later
	s, _ := b.Snapshot("filling-1")
	if s.Now != oee.PlannedStop || s.Reason != "cleaning" || s.By != "ben" || s.Open != 0 {
		t.Errorf("%+v", s)
	}
}

func TestTheMachinesReasonIsNoMissingOne(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	m.say(10, oee.Breakdown, with(func(s *oee.Segment) { s.Unit, s.Fault = "filler", "107" }))
	s, _ := b.Snapshot("filling-1")
	if s.Open != 0 || s.Reason != "jam" || s.By != "" || s.Now != oee.Breakdown {
		t.Errorf("%+v", s)
	}
}

func TestWhatWasSaidSurvivesLateReadings(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	morning(m)
	_, err := b.Say(t.Context(), because("jam", span(20, 40), ben), 0)
	must(t, err)
	m.segments = nil
	m.say(22, oee.Running)
	m.say(16, oee.Breakdown)
	m.say(22, oee.Running)
	v, err := b.View(t.Context(), "filling-1", span(0, 60))
	must(t, err)
	if len(v.Stops) != 1 || v.Stops[0].Span != span(22, 38) || v.Stops[0].Reason != "jam" {
		t.Errorf("%+v", v.Stops)
	}
}

func TestTheSecondSeesWhatTheFirstSaid(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	morning(m)
	v, err := b.View(t.Context(), "filling-1", span(0, 60))
	must(t, err)
	seen := v.Stops[0].Seen
	_, err = b.Say(t.Context(), because("jam", v.Stops[0].Span, anna), seen)
	must(t, err)
	_, err = b.Say(t.Context(), because("sensor", v.Stops[0].Span, ben), seen)
	var c *edit.Conflict
	if !errors.As(err, &c) || c.Theirs.Reason != "jam" || c.Theirs.By.Name != "anna" || c.Yours.Reason != "sensor" {
		t.Fatal(err)
	}
	v, err = b.View(t.Context(), "filling-1", span(25, 26))
	must(t, err)
	if v.Stops[0].Seen != c.Theirs.ID || v.Stops[0].Span != span(20, 40) {
		t.Errorf("%+v", v.Stops)
	}
	_, err = b.Say(t.Context(), because("sensor", v.Stops[0].Span, ben), v.Stops[0].Seen)
	must(t, err)
}

func TestWhoMayNotIsRefused(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	morning(m)
	viewer := plant.Person{ID: 3, Name: "cleo", Role: plant.Viewer}
	_, said := b.Say(t.Context(), because("jam", span(20, 40), viewer), 0)
	_, signed := b.Sign(t.Context(), signature(0, ben))
	opened := b.Reopen(t.Context(), "filling-1", at(10), ben, "because")
	for name, err := range map[string]error{"say": said, "sign": signed, "reopen": opened} {
		if errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.Say(t.Context(), edit.Edit{Line: "nowhere", Kind: edit.Note, By: ben}, 0); errs.KindOf(err) != errs.NotFound {
		t.Error(err)
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	b, m, _ := newBook(t, storetest.SQLite(t).Open())
	morning(m)
	m.say(60, oee.Running, with(func(s *oee.Segment) { s.Product = "WATER" }))
	m.say(360, oee.Running, with(func(s *oee.Segment) { s.Good = plant.Pieces(3) }))
	m.say(10, oee.Breakdown, with(func(s *oee.Segment) { s.Shift = "Late" }))
	e := func(k edit.Kind, from, to int) edit.Edit {
		return edit.Edit{Line: "filling-1", Kind: k, From: at(from), To: at(to), By: ben}
	}
	for name, c := range map[string]struct {
		edit   edit.Edit
		change func(*edit.Edit)
		path   string
	}{
		"a reason nobody wrote":           {e(edit.Reason, 20, 40), func(e *edit.Edit) { e.Reason = "nothing" }, "reason"},
		"a reason of other lines":         {e(edit.Reason, 20, 40), func(e *edit.Edit) { e.Reason = "weather" }, "reason"},
		"of time that ran":                {e(edit.Reason, 0, 10), func(e *edit.Edit) { e.Reason = "jam" }, "from"},
		"of the future":                   {e(edit.Reason, 480, 1000), func(e *edit.Edit) { e.Reason = "jam" }, "to"},
		"one stop merged":                 {e(edit.Merge, 20, 40), nil, "from"},
		"a split of time that ran":        {e(edit.Split, 0, 10), func(e *edit.Edit) { e.Cut = at(5) }, "cut"},
		"scrap without a reason":          {e(edit.Scrap, 0, 10), func(e *edit.Edit) { e.Reject = 1 }, "reason"},
		"scrap of more than was made":     {e(edit.Scrap, 130, 400), func(e *edit.Edit) { e.Reason, e.Reject = "dented", plant.Pieces(4) }, "reject"},
		"scrap of nothing that was made":  {e(edit.Scrap, 20, 40), func(e *edit.Edit) { e.Reason, e.Reject = "dented", plant.Pieces(4) }, "reject"},
		"a count of two products":         {e(edit.Count, 0, 100), func(e *edit.Edit) { e.Good = 1 }, "product"},
		"a count of another product":      {e(edit.Count, 0, 100), func(e *edit.Edit) { e.Good, e.Product = 1, "MILK" }, "product"},
		"a counter of two products":       {e(edit.Reading, 0, 100), func(e *edit.Edit) { e.Good, e.Counter = 1, 1 }, "product"},
		"a counter that agrees":           {e(edit.Reading, 0, 20), func(e *edit.Edit) { e.Good = plant.Pieces(200) }, "good"},
		"a counter that knows less":       {e(edit.Reading, 0, 20), func(e *edit.Edit) { e.Good = plant.Pieces(100) }, "good"},
		"rework of more than was good":    {e(edit.Rework, 130, 400), func(e *edit.Edit) { e.Good = plant.Pieces(4) }, "good"},
		"rework of nothing that was good": {e(edit.Rework, 20, 40), func(e *edit.Edit) { e.Good = 1 }, "good"},
		"a count of two shifts":           {e(edit.Count, 400, 490), func(e *edit.Edit) { e.Good = 1 }, "from"},
		"a count of before the beginning": {e(edit.Count, -20, -10), func(e *edit.Edit) { e.Good = 1 }, "from"},
	} {
		if c.change != nil {
			c.change(&c.edit)
		}
		var refused *errs.Error
		if _, err := b.Say(t.Context(), c.edit, 0); !errors.As(err, &refused) || len(refused.Fields) != 1 || refused.Fields[0].Path != c.path {
			t.Errorf("%s: %v", name, err)
		}
	}
	slow := because("slow", span(20, 40), ben)
	if kept, err := b.Say(t.Context(), slow, 0); err != nil || kept.Category != oee.NoData {
		t.Errorf("reduced speed stands in no segment: %+v, %v", kept, err)
	}
	count := e(edit.Count, 60, 100)
	count.Good = plant.Pieces(10)
	if kept, err := b.Say(t.Context(), count, 0); err != nil || kept.Cycle != 6*time.Second {
		t.Errorf("%+v, %v", kept, err)
	}
	count = e(edit.Count, 0, 100)
	count.Good, count.Product = plant.Pieces(10), "COLA"
	if kept, err := b.Say(t.Context(), count, 0); err != nil || kept.Cycle != 6*time.Second || kept.Product != "COLA" {
		t.Errorf("of one of two products: %+v, %v", kept, err)
	}
	noted := e(edit.Reading, 0, 490)
	noted.Counter = plant.Pieces(4711)
	if _, err := b.Say(t.Context(), noted, 0); err != nil {
		t.Errorf("what a counter says is no product's: %v", err)
	}
}

// A reading sent again says the same, whatever the machine counted meanwhile.
func TestACounterIsReadOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		b, m, _ := newBook(t, open())
		m.say(20, oee.Running)
		read := edit.Edit{Line: "filling-1", Kind: edit.Reading, From: at(0), To: at(20), Good: plant.Pieces(220), Counter: plant.Pieces(1420), Product: "COLA", By: ben, Key: "tablet/1"}
		kept, err := b.Say(t.Context(), read, 0)
		must(t, err)
		if kept.Counter != read.Counter || kept.Product != "COLA" {
			t.Errorf("%+v", kept)
		}
		if s, _ := b.Snapshot("filling-1"); s.Classic.Good != plant.Pieces(220) {
			t.Errorf("%s good pieces", s.Classic.Good)
		}
		m.segments[0].Good = plant.Pieces(230) // what came late
		again, err := b.Say(t.Context(), read, 0)
		must(t, err)
		if again.ID != kept.ID {
			t.Errorf("it is kept as %d and %d", kept.ID, again.ID)
		}
		v, err := b.View(t.Context(), "filling-1", span(0, 20))
		must(t, err)
		if len(v.Edits) != 1 || v.Segments[0].Good != plant.Pieces(230) {
			t.Errorf("%+v", v)
		}
		noted := edit.Edit{Line: "filling-1", Kind: edit.Reading, From: at(0), To: at(20), Counter: plant.Pieces(1420), By: ben, Key: "tablet/2"}
		_, err = b.Say(t.Context(), noted, 0)
		must(t, err)
	})
}

func TestASignedShiftReadsAsSignedUntilItIsOpenedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		b, m, _ := newBook(t, open())
		morning(m)
		m.say(420, oee.Running)
		_, err := b.Sign(ctx, signature(0, anna))
		if errs.KindOf(err) != errs.Conflict {
			t.Fatalf("its last minute is not laid out: %v", err)
		}
		m.say(10, oee.Running)
		kept, err := b.Say(ctx, because("jam", span(20, 40), ben), 0)
		must(t, err)
		_, err = b.Sign(ctx, signature(0, anna))
		if errs.KindOf(err) != errs.Conflict {
			t.Fatalf("who signs has not seen the reason: %v", err)
		}
		signed, err := b.Sign(ctx, signature(kept.ID, anna))
		must(t, err)
		if signed.Span != span(0, 480) || signed.Shift != "Early" || len(signed.Segments) != 4 {
			t.Fatalf("signed %+v", signed)
		}
		if _, ok, err := b.Late(ctx, signed); ok || err != nil {
			t.Fatalf("something came late: %v", err)
		}
		was, err := b.Segments(ctx, "filling-1", at(0), at(490))
		must(t, err)
		m.segments[2].Good += plant.Pieces(7) // late readings
		now, err := b.Segments(ctx, "filling-1", at(0), at(490))
		must(t, err)
		if now[2] != was[2] || now[1].Reason != "jam" || len(now) != len(was) {
			t.Errorf("the signed shift reads as %+v", now)
		}
		m.now = at(485)
		m.shift = span(0, 480)
		if s, _ := b.Snapshot("filling-1"); s.Classic.Good != plant.Pieces(4600) {
			t.Errorf("it is shown with %s good pieces", s.Classic.Good)
		}
		late, ok, err := b.Late(ctx, signed)
		if !ok || err != nil || late.String() != "7 good pieces more" {
			t.Errorf("told %q, %v", late, err)
		}
		_, err = b.Say(ctx, because("sensor", span(20, 40), ben), kept.ID)
		if errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "signed by anna") {
			t.Errorf("edited though signed: %v", err)
		}
		must(t, b.Reopen(ctx, "filling-1", at(10), anna, "seven pieces came late"))
		if again, err := b.Segments(ctx, "filling-1", at(0), at(490)); err != nil || again[2].Good != m.segments[2].Good {
			t.Errorf("opened again it reads as %+v, %v", again, err)
		}
		_, err = b.Say(ctx, because("sensor", span(20, 40), ben), kept.ID)
		must(t, err)
		if err := b.Reopen(ctx, "filling-1", at(10), anna, "again"); errs.KindOf(err) != errs.Conflict {
			t.Error(err)
		}
		if err := b.Reopen(ctx, "filling-1", at(10), anna, " "); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
	})
}

func TestWithoutTheDatabaseTheLineIsShownAllTheSame(t *testing.T) {
	s := storetest.SQLite(t).Open()
	b, m, _ := newBook(t, s)
	morning(m)
	_, err := b.Say(t.Context(), because("jam", span(20, 40), ben), 0)
	must(t, err)
	if snap, _ := b.Snapshot("filling-1"); snap.Open != 0 {
		t.Fatal("the reason is not shown")
	}
	must(t, s.Close())
	if snap, ok := b.Snapshot("filling-1"); !ok || snap.Open != 0 {
		t.Errorf("%v %+v", ok, snap)
	}
	m.shift.From = at(30) // of another shift nothing was read
	if _, ok := b.Snapshot("filling-1"); !ok {
		t.Error("the line is not shown")
	}
}
