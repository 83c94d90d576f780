package kpi

import (
	"fmt"
	"time"

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

func (s *Sums) terms() terms {
	return terms{
		ppt:        s.within("Planned production time", planned()...),
		run:        s.within("Run time", oee.Running, oee.MicroStop),
		calendar:   s.within("All time", everything()...),
		scheduled:  s.within("Shift time", append(planned(), oee.PlannedStop)...),
		setUp:      s.within("Set-up time", oee.Changeover),
		down:       s.within("Down time", oee.Breakdown),
		either:     s.within("Run and down time", oee.Running, oee.MicroStop, oee.Breakdown),
		processing: s.within("Processing time", oee.Running, oee.MicroStop, oee.Changeover),
		busy:       s.within("Busy time", oee.Running, oee.MicroStop, oee.Changeover, oee.Breakdown),
		ideal:      of("Ideal time of all pieces", lasting(s.Ideal)),
		goodIdeal:  of("Ideal time of good pieces", lasting(s.GoodIdeal)),
		good:       of("Good pieces", pieces(s.Good)),
		reject:     of("Rejected pieces", pieces(s.Reject)),
		made:       of("All pieces", pieces(s.Pieces())),
	}
}

// Values gives every key figure of some sums.
func Values(s *Sums, about About) []Value {
	t := s.terms()
	all := append(s.classic(t), s.iso(t)...)
	all = append(all, reliability(s, t.run, t.down)...)
	return append(all, s.yield(t, about)...)
}

// CauseValues gives the key figures of what caused time, a unit or a reason: it fails while its lines run.
func CauseValues(g *Group) []Value {
	t, line := g.terms(), g.Line.terms()
	lost := g.within("Time for which it stopped the line", oee.Changeover, oee.Breakdown, oee.Blocked, oee.Starved, oee.MicroStop)
	return append(reliability(&g.Sums, line.run, t.down), quotient(LossShare, "Share of planned time lost", lost, line.ppt))
}

// quotient is a key figure of one number by another.
func quotient(id ID, name string, part, whole Term) Value {
	v := Value{ID: id, Name: name, Measure: Ratio, Ratio: part.over(whole.Amount), Terms: []Term{part, whole.after("÷")}}
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
		term := f.term()
		if i == 0 {
			v.Formula, v.Value = f.Name, f.Value
		} else {
			v.Formula += " × " + lower(f.Name)
			v.Value *= f.Value
			term = term.after("×")
		}
		if v.OK = v.OK && f.OK; !f.OK && v.Note == "" {
			v.Note = "Not known, as " + lower(f.Name) + " is not."
		}
		v.Terms = append(v.Terms, term)
	}
	if !v.OK {
		v.Value = 0
	}
	return v
}

func lower(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' { // OEE
		return s
	}
	return string(s[0]|0x20) + s[1:]
}

func (s *Sums) classic(t terms) []Value {
	c := s.Classic()
	a := quotient(Availability, "Availability", t.run, t.ppt)
	p := s.speed(quotient(Performance, "Performance", t.ideal, t.run))
	q := s.quality(t)
	whole := product(OEE, "OEE", a, p, q)
	if s.Times[oee.NoData] > 0 {
		a.Low, a.High = c.AvailabilityLow, c.AvailabilityHigh
		whole.Low, whole.High = c.OEELow, c.OEEHigh
	}
	share := func(id ID, name string, of Term) Value {
		v := product(id, name, whole, quotient("", "Planned production time ÷ "+lower(of.Name), t.ppt, of))
		v.Formula = "OEE × planned production time ÷ " + lower(of.Name)
		v.Terms = []Term{whole.term(), t.ppt.after("×"), of.after("÷")}
		return v
	}
	return []Value{whole, a, p, q, share(OOE, "OOE", t.scheduled), share(TEEP, "TEEP", t.calendar)}
}

// speed says of a performance why it is not known, or what it means.
func (s *Sums) speed(v Value) Value {
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
func (s *Sums) quality(t terms) Value {
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

func (s *Sums) iso(t terms) []Value {
	a := quotient("", "Availability", t.run, t.ppt)
	e := s.speed(quotient(Effectiveness, "Effectiveness", t.ideal, t.run))
	q := s.quality(t)
	q.ID, q.Name = QualityRatio, "Quality ratio"
	busy := quotient("", "Processing time ÷ planned busy time", t.processing, t.ppt)
	nee := product(NEE, "NEE", busy, e, q)
	nee.Formula = "Processing time ÷ planned busy time × effectiveness × quality ratio"
	all := []Value{
		product(ISOOEE, "OEE (ISO 22400-2)", a, e, q), e, q, nee,
		quotient(Allocation, "Allocation efficiency", t.busy, t.ppt),
		quotient(Utilisation, "Utilisation efficiency", t.run, t.busy),
		quotient(Technical, "Technical efficiency", t.run, t.either),
		quotient(SetUpRate, "Set-up rate", t.setUp, t.processing),
		quotient(ScrapRatio, "Scrap ratio", t.reject, t.made),
		s.rework(t),
	}
	rate := quotient(Throughput, "Throughput rate", of("Pieces made for orders", pieces(s.OrderedPieces)), of("Order execution time", lasting(s.Ordered)))
	rate.Measure = Rate
	if rate.Value *= 3600; !rate.OK {
		rate.Note = "Not known, as no order ran."
	}
	return append(all, rate)
}

func (s *Sums) rework(t terms) Value {
	v := quotient(ReworkRatio, "Rework ratio", of("Reworked pieces", pieces(s.Rework)), t.made)
	if s.Rework == 0 {
		v.Ratio, v.Terms, v.Note = oee.Ratio{}, nil, unreworked
	}
	return v
}

const unreworked = "Not known, as nobody said that anything was reworked."

// reliability is how often something fails while it works, and how long it takes to mend.
func reliability(s *Sums, operating, repair Term) []Value {
	r := oee.Reliable(time.Duration(operating.Whole), s.Failures, time.Duration(repair.Whole))
	failures := Term{Name: "Breakdowns", Amount: counted(s.Failures), Parts: []TermPart{{Name: "breakdown", Amount: counted(s.Failures), Of: oee.Breakdown}}}
	mtbf := Value{ID: MTBF, Name: "MTBF", Measure: Time, Formula: operating.Name + " ÷ breakdowns", Terms: []Term{operating, failures.after("÷")}, AtLeast: r.AtLeast}
	mttr := Value{ID: MTTR, Name: "MTTR", Measure: Time, Formula: repair.Name + " ÷ breakdowns", Terms: []Term{repair, failures.after("÷")}}
	if operating.Whole > 0 {
		mtbf.Ratio = oee.Ratio{Value: r.MTBF.Seconds(), OK: true}
	} else {
		mtbf.AtLeast, mtbf.Note = false, "Not known, as nothing ran."
	}
	inherent := Value{ID: Inherent, Name: "Inherent availability", Measure: Ratio, Ratio: r.Availability, Formula: "MTBF ÷ (MTBF + MTTR)"}
	if r.AtLeast {
		mttr.Note, inherent.Note = "Not known, as nothing failed.", "Not known, as nothing failed."
	} else {
		mttr.Ratio = oee.Ratio{Value: r.MTTR.Seconds(), OK: true}
	}
	inherent.Terms = []Term{mtbf.term(), mttr.term()}
	return []Value{mtbf, mttr, inherent}
}

func (s *Sums) yield(t terms, about About) []Value {
	first := quotient(FPY, "First pass yield", of("Good pieces that were not reworked", pieces(s.Good-s.Rework)), t.made)
	if s.Rework == 0 {
		first.Ratio, first.Terms, first.Note = oee.Ratio{}, nil, unreworked
	}
	cycle := quotient(ActualCycle, "Actual cycle", t.run, t.made)
	takt := quotient(Takt, "Takt", t.ppt, of("Pieces wanted", pieces(about.Demand)))
	cycle.Measure, takt.Measure = Cycle, Cycle
	if about.Demand == 0 {
		takt.Terms, takt.Note = nil, "Not known, as nobody said how many pieces are wanted."
	}
	return []Value{quotient(FTY, "First time yield", t.good, t.made), first, cycle, takt}
}
