package kpi

import (
	"time"

	"millwright/internal/mes/oee"
)

// reliability is how often something fails while it works, and how long it takes to mend.
func (s *scribe) reliability(operating, repair Term) []Value {
	r := oee.Reliable(time.Duration(operating.Whole), s.Failures, time.Duration(repair.Whole))
	mtbf := Value{ID: MTBF, Name: "MTBF", Measure: Time, AtLeast: r.AtLeast, bare: s.bare}
	mttr := Value{ID: MTTR, Name: "MTTR", Measure: Time, bare: s.bare}
	if operating.Whole > 0 {
		mtbf.Ratio = oee.Ratio{Value: r.MTBF.Seconds(), OK: true}
	} else {
		mtbf.AtLeast, mtbf.Note = false, "Not known, as nothing ran."
	}
	inherent := Value{ID: Inherent, Name: "Inherent availability", Measure: Ratio, Ratio: r.Availability, Formula: "MTBF ÷ (MTBF + MTTR)", bare: s.bare}
	if r.AtLeast {
		mttr.Note, inherent.Note = "Not known, as nothing failed.", "Not known, as nothing failed."
	} else {
		mttr.Ratio = oee.Ratio{Value: r.MTTR.Seconds(), OK: true}
	}
	if s.bare {
		return []Value{mtbf, mttr, inherent}
	}
	failures := Term{Name: "Breakdowns", Amount: counted(s.Failures), Parts: []TermPart{{Name: "breakdown", Amount: counted(s.Failures), Of: oee.Breakdown}}}
	mtbf.Formula, mtbf.Terms = operating.Name+" ÷ breakdowns", []Term{operating, failures.after("÷")}
	mttr.Formula, mttr.Terms = repair.Name+" ÷ breakdowns", []Term{repair, failures.after("÷")}
	inherent.Terms = []Term{mtbf.term(), mttr.term()}
	return []Value{mtbf, mttr, inherent}
}

func (s *scribe) yield(t terms, about About) []Value {
	first := quotient(FPY, "First pass yield", s.of("Good pieces that were not reworked", pieces(s.Good-s.Rework)), t.made)
	if s.Rework == 0 {
		first.Note = "Nobody said that anything was reworked: none is taken out."
	}
	seen := t.made
	if s.Unseen != 0 && s.Ideal > 0 { // what was made while nobody saw the line took none of its run time
		n, _ := s.Pieces().Times(int64(s.Ideal-s.Unseen), int64(s.Ideal))
		seen = s.of("Pieces of seen time", pieces(n))
	}
	cycle := quotient(ActualCycle, "Actual cycle", t.run, seen)
	takt := quotient(Takt, "Takt", t.ppt, s.of("Pieces wanted", pieces(about.Demand)))
	cycle.Measure, takt.Measure = Cycle, Cycle
	if about.Demand == 0 {
		takt.Terms, takt.Note = nil, "Not known, as nobody said how many pieces are wanted."
	}
	return []Value{quotient(FTY, "First time yield", t.good, t.made), first, cycle, takt}
}
