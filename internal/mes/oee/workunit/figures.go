package workunit

import (
	"slices"
	"strings"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// ids are the key figures of a single machine.
func ids() []kpi.ID {
	return []kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality, kpi.FPY}
}

// Values are the key figures of the one machine of a group: what its signals do not tell is not known. Of is kpi.Values or
// kpi.Bare, which does not say how each is made.
func Values(all []*Own, of func(*kpi.Sums, kpi.About) []kpi.Value) (values []kpi.Value) {
	if len(all) != 1 {
		return unknown("Not known, as this machine has no signals of its own.")
	}
	o := all[0]
	for _, v := range of(&o.Sums, kpi.About{}) {
		if v.ID == kpi.FTY { // nobody says of a machine what was reworked
			v.ID, v.Name = kpi.FPY, "First pass yield"
		} else if v.ID == kpi.FPY {
			continue
		}
		if slices.Contains(ids(), v.ID) {
			values = append(values, o.told(v))
		}
	}
	return values
}

// told leaves a figure as far as the machine's signals tell it. Its numbers lead to no segments of the line.
func (o *Own) told(v kpi.Value) kpi.Value {
	v.Terms = slices.Clone(v.Terms)
	for i := range v.Terms {
		v.Terms[i].Parts = nil
	}
	why := ""
	switch v.ID {
	case kpi.Performance:
		why = o.uncounted(false)
	case kpi.Quality, kpi.FPY:
		why = o.uncounted(true)
	case kpi.OEE:
		why = o.uncounted(true)
	}
	if why != "" {
		v.Ratio, v.Low, v.High, v.Terms, v.Note = oee.Ratio{}, oee.Ratio{}, oee.Ratio{}, nil, why
	}
	return v
}

// uncounted says what the machine did not count; "" when it counted what is needed.
func (o *Own) uncounted(rejects bool) string {
	switch {
	case !o.Counts:
		return "Not known, as this machine has no counter of pieces."
	case rejects && !o.Rejects:
		return "Not known, as this machine has no counter of rejected pieces."
	case o.Pieces() == 0:
		return "Not known, as this machine counted no pieces."
	}
	return ""
}

func unknown(why string) (all []kpi.Value) {
	names := map[kpi.ID]string{kpi.OEE: "OEE", kpi.Availability: "Availability", kpi.Performance: "Performance", kpi.Quality: "Quality", kpi.FPY: "First pass yield"}
	for _, id := range ids() {
		all = append(all, kpi.Value{ID: id, Name: names[id], Measure: kpi.Ratio, Note: why})
	}
	return all
}

// Rolled is the rolled throughput yield of a line: the product of the first pass yields of its machines along the flow.
// Machines in parallel are one step. What people said was reworked counts at the last step, as they say it of the line.
func Rolled(all []*Own, rework plant.Quantity) kpi.Value {
	v := kpi.Value{ID: kpi.RolledYield, Name: "Rolled throughput yield", Measure: kpi.Ratio, Formula: "Product of the machines' first pass yields"}
	if len(all) == 0 {
		v.Note = "Not known: it is that of one line, whose machines count good and rejected pieces."
		return v
	}
	steps, names, silent := stepsOf(all, rework)
	yields := make([]oee.Step, len(steps))
	for i, s := range steps {
		yields[i] = *s
		term := kpi.Term{Name: names[i], Amount: kpi.Amount{Measure: kpi.Ratio, Ratio: s.FPY()}}
		if i > 0 {
			term.Sign = "×"
		}
		if v.Terms = append(v.Terms, term); !s.FPY().OK && v.Note == "" {
			v.Note = "Not known, as " + names[i] + " made nothing."
		}
	}
	if v.Ratio = oee.RolledYield(yields...); len(steps) == 0 {
		v.Note = "Not known, as no machine of the line counts good and rejected pieces."
		return v
	}
	if len(silent) > 0 {
		v.Note = strings.TrimSpace(v.Note + " Without " + strings.Join(silent, ", ") + ", which do not count good and rejected pieces.")
	}
	return v
}

// stepsOf puts machines that work in parallel together, in the order of the flow.
func stepsOf(all []*Own, rework plant.Quantity) (steps []*oee.Step, names, silent []string) {
	stage, last := -1, (*oee.Step)(nil)
	for _, o := range all {
		if !o.Counts || !o.Rejects {
			silent = append(silent, o.Name)
			continue
		}
		if len(steps) == 0 || o.Stage != stage {
			steps, names, stage = append(steps, &oee.Step{}), append(names, o.Name), o.Stage
		} else {
			names[len(names)-1] += " and " + o.Name
		}
		s := steps[len(steps)-1]
		s.In += o.Pieces()
		s.Out += o.Good
		if o.Output {
			last = s
		}
	}
	if last != nil {
		last.Reworked = min(rework, last.Out)
	}
	return steps, names, silent
}
