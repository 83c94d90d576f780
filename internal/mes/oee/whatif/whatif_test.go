package whatif_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
)

var six = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return six.Add(time.Duration(minute) * time.Minute) }

var line = plant.Line{
	ID: "l", Units: []plant.Unit{{ID: "l/u"}, {ID: "l/v"}}, Pacer: "l/u", Output: "l/v", Rates: []plant.Rate{{IdealCycle: time.Second}},
	Worth: plant.Worth{Hour: 360 * plant.Currency},
}

func seg(from, to int, c oee.Category) oee.Segment {
	return oee.Segment{Line: "l", From: at(from), To: at(to), Category: c, Product: "A", Shift: "Early", Date: "2026-03-02"}
}

func lost(s oee.Segment, reason, unit string) oee.Segment {
	s.Reason, s.Unit, s.Stop = reason, plant.UnitID(unit), s.From
	return s
}

func made(s oee.Segment, good, reject int64) oee.Segment {
	s.Good, s.Reject, s.Ideal = plant.Pieces(good), plant.Pieces(reject), time.Duration(good+reject)*time.Second
	return s
}

// hundred is 100 minutes: 60 of running with 2940 good pieces and 60 rejects, a micro-stop of 5, a jam of 20, a stop of 5
// that nobody explained, and a changeover of 10.
func hundred() []oee.Segment {
	return []oee.Segment{
		made(seg(0, 60, oee.Running), 2940, 60), lost(seg(60, 65, oee.MicroStop), "", "l/u"),
		lost(seg(65, 85, oee.Breakdown), "jam", "l/u"), lost(seg(85, 90, oee.Breakdown), "", "l/v"), lost(seg(90, 100, oee.Changeover), "", "l/u"),
	}
}

func reckon(c whatif.Change, segments ...oee.Segment) whatif.Outcome {
	if segments == nil {
		segments = hundred()
	}
	return whatif.Past{Line: line, Span: plant.Span{From: six, To: at(100)}, Was: segments, Is: segments}.Reckon(c)
}

func cut(by whatif.Side, of string, share int64) whatif.Change {
	return whatif.Change{Cuts: []whatif.Cut{{By: by, Of: of, Share: share}}}
}

func TestFiguresAreThoseByHand(t *testing.T) {
	const run = 65 * 60.
	for _, c := range []struct {
		name    string
		change  whatif.Change
		a, p, q float64
		good    float64 // pieces
		gain    float64 // 360 an hour, a piece a second: a tenth of a good piece
	}{
		{"nothing", whatif.Change{}, 0.65, 3000 / run, 0.98, 2940, 0},
		{"half of the jam", cut(whatif.Reason, "jam", 500), 0.75, 3000 / run, 0.98, 2940 * 75 / 65., 294 * 10 / 65.},
		{"all of the jam", cut(whatif.Reason, "jam", 1000), 0.85, 3000 / run, 0.98, 2940 * 85 / 65., 294 * 20 / 65.},
		{"what nobody explained", cut(whatif.Reason, "=breakdown", 1000), 0.7, 3000 / run, 0.98, 2940 * 70 / 65., 294 * 5 / 65.},
		{"micro-stops: availability stays", cut(whatif.Reason, "=micro-stop", 1000), 0.65, 3250 / run, 0.98, 2940 * 65 / 60., 294 * 5 / 60.},
		{"a unit's stops", cut(whatif.Unit, "l/v", 400), 0.67, 3000 / run, 0.98, 2940 * 67 / 65., 294 * 2 / 65.},
		{"no such loss", cut(whatif.Reason, "flood", 1000), 0.65, 3000 / run, 0.98, 2940, 0},
		{"changeovers of 4 minutes", whatif.Change{SetUp: 4 * time.Minute}, 0.71, 3000 / run, 0.98, 2940 * 71 / 65., 294 * 6 / 65.},
		{"changeovers may take longer than they did", whatif.Change{SetUp: 11 * time.Minute}, 0.65, 3000 / run, 0.98, 2940, 0},
		{"half of the scrap", whatif.Change{Scrap: 500}, 0.65, 3000 / run, 0.99, 2970, 3},
		{"twice the cycle makes no piece more", whatif.Change{Cycles: map[string]time.Duration{"A": 2 * time.Second}}, 0.65, 6000 / run, 0.98, 2940, 0},
		{
			"one after the other: half of the jam, and half of the rest by its unit",
			whatif.Change{Cuts: []whatif.Cut{{whatif.Reason, "jam", 500}, {whatif.Unit, "l/u", 500}}},
			// of 20 min of jam 15 go, of 5 min of micro-stops 2.5, of 10 min of changeover 5
			0.85, 3000 * (1 + 20/65. + 2.5/60) / (85 * 60), 0.98, 2940 * (1 + 20/65. + 2.5/60), 294 * (20/65. + 2.5/60),
		},
	} {
		o := reckon(c.change)
		sums := o.After()
		is := sums.Classic()
		for _, n := range []struct {
			of       string
			got, not float64
		}{
			{"availability", is.Availability.Value, c.a},
			{"performance", is.Performance.Value, c.p},
			{"quality", is.Quality.Value, c.q},
			{"OEE", is.OEE.Value, c.a * c.p * c.q},
			{"good pieces", is.Good.Float(), c.good},
			{"gain", plant.Quantity(o.Gain).Float(), c.gain},
		} {
			if math.Abs(n.got-n.not) > 1e-5 {
				t.Errorf("%s: %s is %v, not %v", c.name, n.of, n.got, n.not)
			}
		}
		if is.Window != 100*time.Minute || o.Unpaced != 0 || o.Unvalued != 0 {
			t.Errorf("%s: %v, %v, %v", c.name, is.Window, o.Unpaced, o.Unvalued)
		}
	}
}

func TestEffectsSayWhatWasCut(t *testing.T) {
	o := reckon(whatif.Change{SetUp: 4 * time.Minute, Cuts: []whatif.Cut{{whatif.Reason, "jam", 250}, {whatif.Unit, "l/u", 1000}}})
	want := []whatif.Effect{
		{Lasts: 10 * time.Minute, Less: 6 * time.Minute},
		{Cut: whatif.Cut{By: whatif.Reason, Of: "jam", Share: 250}, Lasts: 20 * time.Minute, Less: 5 * time.Minute},
		{Cut: whatif.Cut{By: whatif.Unit, Of: "l/u", Share: 1000}, Lasts: 24 * time.Minute, Less: 24 * time.Minute},
	}
	if fmt.Sprint(o.Effects) != fmt.Sprint(want) {
		t.Errorf("%v", o.Effects)
	}
	if r := o.Reasons; len(r) != 4 || r[0] != (whatif.Loss{Key: "jam", Lasts: 20 * time.Minute}) || r[1].Key != "=changeover" {
		t.Errorf("%v", r)
	}
	if u := o.Units; len(u) != 2 || u[0] != (whatif.Loss{Key: "l/u", Lasts: 35 * time.Minute}) {
		t.Errorf("%v", u)
	}
}

func TestTimeOfAProductThatDidNotRunGoesToThoseThatDid(t *testing.T) {
	b, stop := made(seg(60, 90, oee.Running), 900, 0), lost(seg(90, 100, oee.Breakdown), "jam", "l/u")
	b.Product, stop.Product = "B", "C"
	o := reckon(cut(whatif.Reason, "jam", 900), made(seg(0, 60, oee.Running), 3000, 0), b, stop)
	if len(o.Parts) != 3 || o.Parts[0].Stopped != 6*time.Minute || o.Parts[1].Stopped != 3*time.Minute || o.Parts[2].After.Times[oee.Breakdown] != time.Minute {
		t.Fatalf("%+v", o.Parts)
	}
	if o.Parts[0].After.Good != plant.Pieces(3300) || o.Parts[1].After.Good != plant.Pieces(990) {
		t.Errorf("%v and %v", o.Parts[0].After.Good, o.Parts[1].After.Good)
	}
}

// Only what was made in the run time says how much more would have been made in more of it.
func TestUnseenPiecesGainNone(t *testing.T) {
	all := hundred()
	all[0].Good, all[0].Reject, all[0].Ideal, all[0].Unseen = 2*all[0].Good, 2*all[0].Reject, 2*all[0].Ideal, all[0].Ideal
	was, is := reckon(cut(whatif.Reason, "jam", whatif.Whole)), reckon(cut(whatif.Reason, "jam", whatif.Whole), all...)
	gain := func(o whatif.Outcome) plant.Quantity {
		before, after := o.Before(), o.After()
		return after.Good - before.Good
	}
	with, without := is.After(), was.After()
	if gain(was) <= 0 || gain(is) != gain(was) || with.Classic().Performance != without.Classic().Performance {
		t.Errorf("with as many unseen pieces %v more would be made, and without them %v", gain(is), gain(was))
	}
}

func TestWhereNothingRanNothingIsGained(t *testing.T) {
	o := reckon(cut(whatif.Reason, "jam", 1000), lost(seg(0, 100, oee.Breakdown), "jam", "l/u"))
	if b, a := o.Before(), o.After(); o.Unpaced != 100*time.Minute || a != b || o.Effects[0].Less != 0 {
		t.Errorf("%v, %+v, %v", o.Unpaced, a, o.Effects)
	}
}

func TestWhatNobodyValuesIsTold(t *testing.T) {
	poor := line
	poor.Worth = plant.Worth{Margins: map[string]plant.Money{"B": plant.Currency}}
	o := whatif.Past{Line: poor, Span: plant.Span{From: six, To: at(100)}, Was: hundred(), Is: hundred()}.Reckon(cut(whatif.Reason, "jam", 1000))
	if o.Gain != 0 || o.Unvalued != o.Parts[0].After.Good-o.Parts[0].Before.Good || o.Unvalued == 0 {
		t.Errorf("%v of %v", o.Gain, o.Unvalued)
	}
}

func TestWhatCannotBeReckonedIsRefused(t *testing.T) {
	for _, c := range []whatif.Change{
		{MinStop: -1},
		{Special: map[string]whatif.Limits{"X": {MinStop: -1}}},
		{Special: map[string]whatif.Limits{"X": {MinStop: 20 * time.Second, MicroMax: 10 * time.Second}}},
		{MicroMax: 48 * time.Hour},
		{MinStop: 20 * time.Second, MicroMax: 10 * time.Second},
		{Scrap: 1001},
		{SetUp: -1},
		cut("shift", "x", 1), cut(whatif.Reason, "x", -1),
		{Cuts: make([]whatif.Cut, 51)},
		{Cycles: map[string]time.Duration{"A": 0}},
	} {
		if err := c.Check(); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
		if _, err := (whatif.Room{}).Try(t.Context(), line, plant.Span{}, c); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestThresholdsAskForBothSidesAnew(t *testing.T) {
	var laid []plant.Thresholds
	room := whatif.Room{
		Segments: func(context.Context, plant.LineID, time.Time, time.Time) ([]oee.Segment, error) {
			return hundred(), nil
		},
		Anew: func(_ context.Context, l plant.Line, _ plant.Span) ([]oee.Segment, error) {
			laid = append(laid, l.Thresholds)
			return hundred(), nil
		},
	}
	window := plant.Span{From: six, To: at(100)}
	if o, err := room.Try(t.Context(), line, window, cut(whatif.Reason, "jam", 1)); err != nil || len(laid) != 0 || o.Relaid {
		t.Errorf("%v, %v", laid, err)
	}
	o, err := room.Try(t.Context(), line, window, whatif.Change{MinStop: time.Minute, MicroMax: time.Hour})
	if err != nil || !o.Relaid || len(laid) != 2 || laid[0] != (plant.Thresholds{}) || laid[1] != (plant.Thresholds{MinStop: time.Minute, MicroMax: time.Hour}) {
		t.Errorf("%v, %v", laid, err)
	}
}

func TestTheYearIsPlannedByTheCalendar(t *testing.T) {
	c := plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 9 * 60, End: 9*60 + 30}}}}}
	if n, d := whatif.Planned(c, six.Add(-time.Hour), six.Add(7*24*time.Hour-time.Hour)); n != 7 || d != 7*450*time.Minute {
		t.Errorf("%d, %v", n, d)
	}
}

// drawn is a time with anything in it.
func drawn(t *rapid.T) (all []oee.Segment) {
	from := 0
	for range rapid.IntRange(1, 30).Draw(t, "segments") {
		to := from + rapid.IntRange(1, 40).Draw(t, "minutes")
		s := seg(from, to, oee.Category(rapid.IntRange(0, int(oee.Running)).Draw(t, "category")))
		s.Product = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "product")
		s.Reason = rapid.SampledFrom([]string{"", "jam", "film"}).Draw(t, "reason")
		s.Unit = rapid.SampledFrom([]plant.UnitID{"l/u", "l/v"}).Draw(t, "unit")
		if s.Category == oee.Running {
			s = made(s, rapid.Int64Range(0, 3000).Draw(t, "good"), rapid.Int64Range(0, 300).Draw(t, "reject"))
		}
		all, from = append(all, s), to
	}
	return all
}

func of(segments []oee.Segment) whatif.Past {
	return whatif.Past{Line: line, Span: plant.Span{From: six, To: segments[len(segments)-1].To}, Was: segments, Is: segments}
}

func TestCuttingNothingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := of(drawn(t))
		o := p.Reckon(whatif.Change{Cuts: []whatif.Cut{{whatif.Reason, "jam", 0}, {whatif.Unit, "l/u", 0}}})
		sums := kpi.Of(p.Span, p.Was)
		if b, a := o.Before(), o.After(); a != b || b != sums || o.Gain != 0 || o.Unvalued != 0 || o.Unpaced != 0 {
			t.Fatalf("%+v became %+v", b, a)
		}
	})
}

func TestCuttingALossRemovesExactlyItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := of(drawn(t))
		by, key := whatif.Reason, rapid.SampledFrom([]string{"jam", "=breakdown", "=micro-stop", "=starved"}).Draw(t, "reason")
		if rapid.Bool().Draw(t, "by unit") {
			by, key = whatif.Unit, "l/v"
		}
		share := rapid.Int64Range(0, whatif.Whole).Draw(t, "share")
		o := p.Reckon(cut(by, key, share))
		b, a := o.Before(), o.After()
		was, all := time.Duration(0), time.Duration(0)
		for _, l := range whatif.Losses(p.Span, p.Is, by) {
			if l.Key == key {
				was = l.Lasts
			}
		}
		for c := range b.Times {
			if is := oee.Category(c); is != oee.Running {
				all += b.Times[c] - a.Times[c]
			}
			if a.Times[c] < 0 {
				t.Fatalf("%v of %v", a.Times[c], oee.Category(c))
			}
		}
		ran := b.Times[oee.Running] > 0
		switch e := o.Effects[0]; {
		case e.Lasts != was || e.Less != all || a.Times[oee.Running]-b.Times[oee.Running] != all:
			t.Fatalf("%+v of %v, and %v went", e, was, all)
		case ran && share == whatif.Whole && all != was:
			t.Fatalf("%v of %v went", all, was)
		case !ran && all != 0:
			t.Fatalf("%v went where nothing ran", all)
		}
		if b.Window() != a.Window() || a.Window() != p.Duration() {
			t.Fatalf("%v became %v", b.Window(), a.Window())
		}
		if a.Good < b.Good || a.Reject < b.Reject || a.Ideal < b.Ideal || a.GoodIdeal > a.Ideal {
			t.Fatalf("%+v became %+v", b, a)
		}
	})
}

func TestLimitsToChangeoversAndScrapKeepTheSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := of(drawn(t))
		o := p.Reckon(whatif.Change{SetUp: time.Duration(rapid.IntRange(1, 60).Draw(t, "limit")) * time.Minute, Scrap: rapid.Int64Range(0, whatif.Whole).Draw(t, "scrap")})
		b, a := o.Before(), o.After()
		if b.Window() != a.Window() || a.Times[oee.Changeover] != b.Times[oee.Changeover]-o.Effects[0].Less {
			t.Fatalf("%+v became %+v by %+v", b, a, o.Effects)
		}
		if a.Reject < 0 || a.GoodIdeal > a.Ideal || a.Pieces() < b.Pieces() {
			t.Fatalf("%+v became %+v", b, a)
		}
	})
}

func TestLimitsOfAProductGoBeforeThoseOfTheLine(t *testing.T) {
	l := plant.Line{Thresholds: plant.Thresholds{MicroMax: time.Minute}, Special: map[string]plant.Thresholds{"X": {MinStop: 5 * time.Second, MicroMax: 2 * time.Minute, LowSpeed: 0.7}}}
	for name, c := range map[string]struct {
		change    whatif.Change
		x, others plant.Thresholds
	}{
		"the line's": {whatif.Change{MinStop: 8 * time.Second, MicroMax: time.Hour}, plant.Thresholds{MinStop: 5 * time.Second, MicroMax: 2 * time.Minute, LowSpeed: 0.7}, plant.Thresholds{MinStop: 8 * time.Second, MicroMax: time.Hour}},
		"of X":       {whatif.Change{Special: map[string]whatif.Limits{"X": {MicroMax: time.Hour}}}, plant.Thresholds{MinStop: 5 * time.Second, MicroMax: time.Hour, LowSpeed: 0.7}, plant.Thresholds{MicroMax: time.Minute}},
		"of Y":       {whatif.Change{Special: map[string]whatif.Limits{"Y": {MinStop: time.Second}}}, plant.Thresholds{MinStop: 5 * time.Second, MicroMax: 2 * time.Minute, LowSpeed: 0.7}, plant.Thresholds{MicroMax: time.Minute}},
	} {
		got := c.change.Line(l)
		if got.Limits("X") != c.x || got.Limits("Z") != c.others || !c.change.Anew() || c.change.Nothing() {
			t.Errorf("%s: X has %+v, others %+v", name, got.Limits("X"), got.Limits("Z"))
		}
	}
	if l.Special["X"].MicroMax != 2*time.Minute || len(l.Special) != 1 {
		t.Errorf("what is in use was changed: %+v", l.Special)
	}
}
