package kpi

import (
	"fmt"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// ID names a key figure.
type ID string

// The key figures: classic OEE and its relations, ISO 22400-2, reliability, yield and pace.
const (
	OEE          ID = "oee"
	Availability ID = "availability"
	Performance  ID = "performance"
	Quality      ID = "quality"
	OOE          ID = "ooe"
	TEEP         ID = "teep"

	ISOOEE        ID = "iso-oee"
	Effectiveness ID = "effectiveness"
	QualityRatio  ID = "quality-ratio"
	NEE           ID = "nee"
	Allocation    ID = "allocation"
	Utilisation   ID = "utilisation"
	Technical     ID = "technical-efficiency"
	SetUpRate     ID = "set-up-rate"
	ScrapRatio    ID = "scrap-ratio"
	ReworkRatio   ID = "rework-ratio"
	Throughput    ID = "throughput-rate"

	MTBF     ID = "mtbf"
	MTTR     ID = "mttr"
	Inherent ID = "inherent-availability"

	FTY         ID = "first-time-yield"
	FPY         ID = "first-pass-yield"
	ActualCycle ID = "actual-cycle"
	Takt        ID = "takt"
	RolledYield ID = "rolled-throughput-yield"

	LossShare ID = "loss-share" // of a unit or a reason
)

// About is what the ledger of time does not know.
type About struct {
	Demand plant.Quantity // pieces that are wanted from the time; 0 is not known
}

// planned are the categories of planned production time, the planned busy time of ISO 22400-2.
func planned() []oee.Category {
	return []oee.Category{oee.NoOrder, oee.Changeover, oee.Breakdown, oee.Blocked, oee.Starved, oee.MicroStop, oee.Running}
}

func everything() []oee.Category {
	return append(planned(), oee.NotScheduled, oee.PlannedStop, oee.NoData)
}

// terms are the numbers that the formulas are made of.
type terms struct {
	ppt, run, ideal, goodIdeal            Term
	calendar, scheduled                   Term
	setUp, down, either, processing, busy Term
	good, reject, made                    Term
}

// scribe writes the key figures of some sums; bare are those that do not say how they are made.
type scribe struct {
	*Sums
	bare bool
}

func (s *scribe) planned() Term { return s.within("Planned production time", planned()...) }
func (s *scribe) running() Term { return s.within("Run time", oee.Running, oee.MicroStop) }
func (s *scribe) down() Term    { return s.within("Down time", oee.Breakdown) }

func (s *scribe) terms() terms {
	return terms{
		ppt:        s.planned(),
		run:        s.running(),
		calendar:   s.within("All time", everything()...),
		scheduled:  s.within("Shift time", append(planned(), oee.PlannedStop)...),
		setUp:      s.within("Set-up time", oee.Changeover),
		down:       s.down(),
		either:     s.within("Run and down time", oee.Running, oee.MicroStop, oee.Breakdown),
		processing: s.within("Processing time", oee.Running, oee.MicroStop, oee.Changeover),
		busy:       s.within("Busy time", oee.Running, oee.MicroStop, oee.Changeover, oee.Breakdown),
		ideal:      s.of("Ideal time of all pieces", lasting(s.Ideal)),
		goodIdeal:  s.of("Ideal time of good pieces", lasting(s.GoodIdeal)),
		good:       s.of("Good pieces", pieces(s.Good)),
		reject:     s.of("Rejected pieces", pieces(s.Reject)),
		made:       s.of("All pieces", pieces(s.Pieces())),
	}
}

// paced is what performance is measured by: no run time belongs to what was made while nobody saw the line.
func (s *scribe) paced() Term {
	name := "Ideal time of all pieces"
	if s.Unseen != 0 {
		name = "Ideal time of the pieces of seen time"
	}
	return s.of(name, lasting(s.Ideal-s.Unseen))
}

// Values gives every key figure of some sums.
func Values(sums *Sums, about About) []Value { return (&scribe{Sums: sums}).values(about) }

// Bare is Values without how each is made, and without what to know about it: it is quick to make for very many groups.
func Bare(sums *Sums, about About) []Value { return (&scribe{sums, true}).values(about) }

func (s *scribe) values(about About) []Value {
	t := s.terms()
	all := append(make([]Value, 0, 32), s.classic(t)...)
	all = append(all, s.iso(t)...)
	all = append(all, s.reliability(t.run, t.down)...)
	return append(all, s.yield(t, about)...)
}

// CauseValues gives the key figures of what caused time, a unit or a reason: it fails while its lines run.
func CauseValues(g *Group) []Value { return causeValues(g, false) }

// BareCauses is to CauseValues what Bare is to Values.
func BareCauses(g *Group) []Value { return causeValues(g, true) }

func causeValues(g *Group, bare bool) []Value {
	s, line := &scribe{&g.Sums, bare}, &scribe{&g.Line, bare}
	lost := s.within("Time for which it stopped the line", oee.Changeover, oee.Breakdown, oee.Blocked, oee.Starved, oee.MicroStop)
	return append(s.reliability(line.running(), s.down()), quotient(LossShare, "Share of planned time lost", lost, line.planned()))
}

// quotient is a key figure of one number by another.
func quotient(id ID, name string, part, whole Term) Value {
	v := Value{ID: id, Name: name, Measure: Ratio, Ratio: part.over(whole.Amount), bare: part.bare}
	if v.bare {
		return v
	}
	v.Terms = []Term{part, whole.after("÷")}
	v.Formula = part.Name + " ÷ " + lower(whole.Name)
	if !v.OK {
		v.Note = "Not known, as there is no " + lower(whole.Name) + "."
	}
	return v
}

// product is a key figure made of others.
func product(id ID, name string, factors ...Value) Value {
	v := Value{ID: id, Name: name, Measure: Ratio, Ratio: oee.Ratio{Value: 1, OK: true}}
	for i, f := range factors {
		v.Value *= f.Value
		v.bare, v.OK = v.bare || f.bare, v.OK && f.OK
		if !v.bare {
			v.times(i, f)
		}
	}
	if !v.OK {
		v.Value = 0
	}
	return v
}

// times writes down a factor.
func (v *Value) times(i int, f Value) {
	term := f.term()
	if i == 0 {
		v.Formula = f.Name
	} else {
		v.Formula += " × " + lower(f.Name)
		term = term.after("×")
	}
	if !f.OK && v.Note == "" {
		v.Note = "Not known, as " + lower(f.Name) + " is not."
	}
	v.Terms = append(v.Terms, term)
}

func lower(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' { // OEE
		return s
	}
	return string(s[0]|0x20) + s[1:]
}

func (s *scribe) classic(t terms) []Value {
	c := s.Classic()
	a := quotient(Availability, "Availability", t.run, t.ppt)
	p := s.speed(quotient(Performance, "Performance", s.paced(), t.run))
	q := s.quality(t)
	whole := product(OEE, "OEE", a, p, q)
	if s.Times[oee.NoData] > 0 {
		a.Low, a.High = c.AvailabilityLow, c.AvailabilityHigh
		whole.Low, whole.High = c.OEELow, c.OEEHigh
	}
	share := func(id ID, name string, of Term) Value {
		part := quotient("", "Planned production time ÷ ", t.ppt, of)
		if part.bare {
			return product(id, name, whole, part)
		}
		part.Name += lower(of.Name)
		v := product(id, name, whole, part)
		v.Formula = "OEE × planned production time ÷ " + lower(of.Name)
		v.Terms = []Term{whole.term(), t.ppt.after("×"), of.after("÷")}
		return v
	}
	return []Value{whole, a, p, q, share(OOE, "OOE", t.scheduled), share(TEEP, "TEEP", t.calendar)}
}

// speed says of a performance why it is not known, or what it means.
func (s *scribe) speed(v Value) Value {
	switch {
	case s.Unrated != 0:
		v.Ratio = oee.Ratio{}
		v.Note = fmt.Sprintf("Not known, as %s no ideal cycle: give the product a rate.", have(s.Unrated))
	case v.OK && v.Value > 1:
		v.Note = "Over 1: the ideal cycle is too slow."
	}
	return v
}

// have counts pieces as the subject of a sentence.
func have(q plant.Quantity) string {
	if q == plant.One {
		return "1 piece has"
	}
	return q.String() + " pieces have"
}

// quality weighs pieces by what an ideal line takes for them: of one product that is the share of good ones.
func (s *scribe) quality(t terms) Value {
	v := quotient(Quality, "Quality", t.good, t.made)
	weighed := t.goodIdeal.over(t.ideal.Amount)
	if s.Unrated != 0 || !weighed.OK {
		return v
	}
	if d := weighed.Value - v.Value; d > 1e-9 || d < -1e-9 {
		return quotient(Quality, "Quality", t.goodIdeal, t.ideal)
	}
	v.Ratio = weighed
	return v
}

func (s *scribe) iso(t terms) []Value {
	a := quotient("", "Availability", t.run, t.ppt)
	e := s.speed(quotient(Effectiveness, "Effectiveness", s.paced(), t.run))
	q := s.quality(t)
	q.ID, q.Name = QualityRatio, "Quality ratio"
	busy := quotient("", "Processing time ÷ planned busy time", t.processing, t.ppt)
	nee := product(NEE, "NEE", busy, e, q)
	nee.Formula = "Processing time ÷ planned busy time × effectiveness × quality ratio"
	nee.Terms = []Term{t.processing, t.ppt.after("÷"), e.term().after("×"), q.term().after("×")}
	all := []Value{
		product(ISOOEE, "OEE (ISO 22400-2)", a, e, q), e, q, nee,
		quotient(Allocation, "Allocation efficiency", t.busy, t.ppt),
		quotient(Utilisation, "Utilisation efficiency", t.run, t.busy),
		quotient(Technical, "Technical efficiency", t.run, t.either),
		quotient(SetUpRate, "Set-up rate", t.setUp, t.processing),
		quotient(ScrapRatio, "Scrap ratio", t.reject, t.made),
		s.rework(t),
	}
	ordered := s.of("Order execution time", lasting(s.Ordered))
	for i := range ordered.Parts {
		ordered.Parts[i].Any, ordered.Parts[i].Ordered = false, true
	}
	rate := quotient(Throughput, "Throughput rate", s.of("Pieces made for orders", pieces(s.OrderedPieces)), ordered)
	rate.Measure = Rate
	if rate.Value *= 3600; !rate.OK {
		rate.Note = "Not known, as no order ran."
	}
	return append(all, rate)
}

func (s *scribe) rework(t terms) Value {
	v := quotient(ReworkRatio, "Rework ratio", s.of("Reworked pieces", pieces(s.Rework)), t.made)
	if s.Rework == 0 {
		v.Ratio, v.Terms, v.Note = oee.Ratio{}, nil, "Not known, as nobody said that anything was reworked."
	}
	return v
}
