package past_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/past"
	"millwright/internal/plant"
)

var six = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return six.Add(time.Duration(minute) * time.Minute) }

var line = plant.Line{
	ID: "l", Units: []plant.Unit{{ID: "l/u"}}, Rates: []plant.Rate{{IdealCycle: time.Second}},
	Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60}, {Name: "Late", Start: 14 * 60, End: 22 * 60}}},
}

func seg(from, to int, c oee.Category, good int64, with ...func(*oee.Segment)) oee.Segment {
	s := oee.Segment{
		Line: "l", From: at(from), To: at(to), Category: c, Product: "A", Shift: "Early", Date: "2026-03-02",
		Good: plant.Pieces(good), Ideal: time.Duration(good) * time.Second,
	}
	if from >= 8*60 {
		s.Shift = "Late"
	}
	for _, f := range with {
		f(&s)
	}
	return s
}

func stopped(reason, by string) func(*oee.Segment) {
	return func(s *oee.Segment) { s.Unit, s.Stop, s.Reason, s.By = "l/u", s.From, reason, by }
}

// shift is an hour of running, half an hour of a stop, and running to the end; then the next one.
func shift() []oee.Segment {
	return []oee.Segment{
		seg(0, 60, oee.Running, 3000), seg(60, 90, oee.Breakdown, 0, stopped("jam", "Ben")),
		seg(90, 480, oee.Running, 20000), seg(480, 600, oee.Running, 7000), seg(600, 610, oee.Breakdown, 0, stopped("", "")),
	}
}

func TestAMomentIsAsTheLedgerHasIt(t *testing.T) {
	for _, c := range []struct {
		name         string
		at           time.Time
		now          oee.Category
		since        time.Time
		shift        string
		good         int64
		target       int64 // one a second of the planned time
		availability float64
		open         int
		reason       string
	}{
		{"as it begins", at(0), oee.Running, at(0), "Early", 0, 0, 0, 0, ""},
		{"half an hour on: half of the pieces", at(30), oee.Running, at(0), "Early", 1500, 1800, 1, 0, ""},
		{"as it stops", at(60), oee.Breakdown, at(60), "Early", 3000, 3600, 1, 0, "jam"},
		{"while it stands", at(80), oee.Breakdown, at(60), "Early", 3000, 4800, 0.75, 0, "jam"},
		{"as it runs again", at(90), oee.Running, at(90), "Early", 3000, 5400, 2. / 3, 0, ""},
		{"another shift", at(540), oee.Running, at(480), "Late", 3500, 3600, 1, 0, ""},
		{"a stop that nobody explained", at(605), oee.Breakdown, at(600), "Late", 7000, 7500, 0.96, 1, ""},
	} {
		s := past.At(line, shift(), c.at)
		if s.Now != c.now || !s.Since.Equal(c.since) || s.Shift.Name != c.shift || s.Reason != c.reason || s.Open != c.open {
			t.Errorf("%s: %v since %v, shift %q, %q, %d open", c.name, s.Now, s.Since, s.Shift.Name, s.Reason, s.Open)
		}
		if s.Classic.Good != plant.Pieces(c.good) || s.Target != plant.Pieces(c.target) {
			t.Errorf("%s: %v of %v", c.name, s.Classic.Good, s.Target)
		}
		if a := s.Classic.Availability; a.OK != (c.availability > 0) || a.Value-c.availability > 1e-9 || c.availability-a.Value > 1e-9 {
			t.Errorf("%s: available %+v", c.name, a)
		}
		if !s.Window.To.Equal(c.at) || s.Shift.To.Sub(s.Shift.From) != 8*time.Hour {
			t.Errorf("%s: %v of %v", c.name, s.Window, s.Shift)
		}
	}
}

func TestWhatIsNotKeptIsNotKnown(t *testing.T) {
	if s := past.At(line, nil, at(30)); s.Now != oee.NoData || s.Classic.OEE.OK || !s.Shift.From.IsZero() {
		t.Errorf("%+v", s)
	}
	if s := past.At(line, shift(), at(700)); s.Now != oee.NoData || s.Classic.Good != plant.Pieces(7000) || !s.Window.To.Equal(at(610)) {
		t.Errorf("after the last: %v, %v, %v", s.Now, s.Classic.Good, s.Window)
	}
	night := append(shift(), oee.Segment{Line: "l", From: at(610), To: at(1440), Category: oee.NotScheduled})
	if s := past.At(line, night, at(1000)); s.Now != oee.NotScheduled || s.Shift.Name != "Late" || s.Classic.Good != plant.Pieces(7000) {
		t.Errorf("at night: %v, %q, %v", s.Now, s.Shift.Name, s.Classic.Good)
	}
}

// kept is a ledger.
type kept []oee.Segment

func (k kept) Segments(_ context.Context, _ plant.LineID, from, to time.Time) (all []oee.Segment, _ error) {
	for _, s := range k {
		if s.From.Before(to) && from.Before(s.To) {
			all = append(all, s)
		}
	}
	return all, nil
}

func TestTheShiftIsThatOfTheLedger(t *testing.T) {
	other := line
	other.Calendar.Shifts = []plant.ShiftPattern{{Name: "Early", Start: 4 * 60, End: 7 * 60}, {Name: "Day", Start: 7 * 60, End: 23 * 60}}
	s, before, err := past.Look(t.Context(), kept(shift()), other, plant.Span{From: at(470), To: at(475)}, at(475))
	if err != nil || s.Shift.Name != "Early" || !s.Window.From.Equal(six) || len(before) != 1 || !before[0].From.Equal(at(470)) {
		t.Errorf("%+v, %v, %v", s.Shift, s.Window, err)
	}
}

// At any moment the time before it adds up to what has passed, and its pieces to those of the whole.
func TestTimeAndPiecesAddUpAtAnyMoment(t *testing.T) {
	all := kept(shift())
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.Int64Range(0, (610*time.Minute).Microseconds()).Draw(t, "at")
		moment := six.Add(time.Duration(us) * time.Microsecond)
		span := plant.Span{From: six, To: at(610)}
		s, before, err := past.Look(t.Context(), all, line, span, moment)
		if err != nil {
			t.Fatal(err)
		}
		sum := time.Duration(0)
		for _, x := range before {
			sum += x.To.Sub(x.From)
		}
		if sum != moment.Sub(six) {
			t.Fatalf("%v of %v", sum, moment.Sub(six))
		}
		whole := oee.Measure(plant.Span{From: s.Window.From, To: moment}, all)
		if whole != s.Classic {
			t.Fatalf("%+v is not %+v", s.Classic, whole)
		}
		times := time.Duration(0)
		for _, d := range s.Classic.Times {
			times += d
		}
		if times != s.Classic.Window || s.Since.After(moment) {
			t.Fatalf("%v of %v, since %v", times, s.Classic.Window, s.Since)
		}
	})
}
