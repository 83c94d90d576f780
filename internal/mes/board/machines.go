package board

import (
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
)

// ahead is how far calendars are looked at; what is placed later is placed as if machines always worked.
const ahead = 120 * 24 * time.Hour

// Assumed is the calendar of what has none: Monday to Friday, 08–17.
func Assumed(zone *time.Location) plant.Calendar {
	return plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{
		Name: "Day", Start: 8 * 60, End: 17 * 60,
		Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	}}}
}

const assumption = "it has no calendar: Monday to Friday 08–17 is assumed"

// line adds a line to the machines.
func (o *layout) line(l plant.Line) {
	m := Machine{Key: string(l.ID), Name: l.Name, Line: l.ID, calendar: l.Calendar}
	if len(l.Calendar.Shifts) == 0 && len(l.Calendar.Other) == 0 {
		m.calendar, m.Assumed = Assumed(l.Calendar.Zone), assumption
	}
	o.add(m, schedule.Machine{Name: l.Name, SetUp: o.setUps(l)})
}

// centre is the key of a work centre that is no line, which is added to the machines when it is needed first.
func (o *layout) centre(c Centre) string {
	key := "centre/" + c.Code
	if _, is := o.index[key]; !is {
		o.add(Machine{Key: key, Name: c.Name, Assumed: assumption, calendar: Assumed(o.zone)}, schedule.Machine{Name: c.Name})
	}
	return key
}

// calendars are those of all lines, and of work centres that are none.
func (o *layout) calendars() (all []plant.Calendar) {
	for i := range o.machines {
		all = append(all, o.machines[i].calendar)
	}
	for _, c := range o.facts.Centres {
		if c.Line == "" {
			return append(all, Assumed(o.zone))
		}
	}
	return all
}

func (o *layout) add(m Machine, to schedule.Machine) {
	for _, s := range m.calendar.Cut(o.now.Add(-48*time.Hour), o.now.Add(ahead)) {
		if s.Plan == plant.OnShift {
			m.Open = append(m.Open, s.Span)
		}
	}
	var spans []hours.Span
	for _, s := range m.Open {
		spans = append(spans, hours.Span{From: s.From.Unix(), To: s.To.Unix()})
	}
	to.Hours = hours.Of(spans)
	o.index[m.Key] = len(o.machines)
	o.machines = append(o.machines, m)
	o.problem.Machines = append(o.problem.Machines, to)
}

// mostFamilies is up to how many products a line has a matrix of its own.
const mostFamilies = 400

// setUps is a line's set-up matrix, by the targets of its changeovers: what was learned of them is proposed, and becomes one of
// these when somebody approves it. It is nil where there are none.
func (o *layout) setUps(l plant.Line) [][]schedule.Tick {
	c := l.Changeover
	if n := len(o.family) + 1; n > mostFamilies || c.Default == 0 && len(c.To) == 0 && len(c.Pairs) == 0 {
		return nil
	}
	products := make([]string, len(o.family)+1)
	for p, i := range o.family {
		products[i] = p
	}
	rows := make([][]schedule.Tick, len(products))
	for from := range rows {
		rows[from] = make([]schedule.Tick, len(products))
		for to := 1; to < len(products); to++ {
			took, _ := c.Target(products[from], products[to])
			if from == to { // another order of the same product
				took = c.Pairs[plant.Pair{From: products[from], To: products[to]}]
			}
			rows[from][to] = int64(took / time.Second)
		}
	}
	return rows
}

// unknown is how long an operation is taken to last that nothing is known of.
const unknown = time.Hour

// mode is how a machine would do an operation.
func (c *chain) mode(machine string, bar *Bar, op workorder.Operation) (m schedule.Mode, known bool, assumed string) {
	at, is := c.index[machine]
	if !is {
		return m, false, ""
	}
	m = schedule.Mode{Machine: at, SetUp: minutes(op.SetUp)}
	if s := c.speed(at, bar); s.Cycle > 0 {
		m.Run = seconds(s.Lasts(bar.Quantity))
		return m, true, ""
	}
	if op.Run > 0 && c.work != nil && c.work.Quantity > 0 {
		left, ok := op.Run.Times(int64(bar.Quantity), int64(c.work.Quantity))
		if ok {
			m.Run = minutes(left)
			return m, true, ""
		}
	}
	m.Run = int64(unknown / time.Second)
	return m, true, "nothing says how long it takes: an hour is assumed"
}

// speed is how a machine makes what a bar makes, as the promises have it too.
func (o *layout) speed(machine int, bar *Bar) cycle.Speed {
	line, ok := o.plant.Line(o.machines[machine].Line)
	if !ok {
		return cycle.Speed{}
	}
	return o.speeds.Of(line, bar.Product)
}

// seconds are those of a time, upwards; 60 days at most.
func seconds(d time.Duration) schedule.Tick {
	return int64((min(d, 60*24*time.Hour) + time.Second - 1) / time.Second)
}

func minutes(m workorder.Minutes) schedule.Tick {
	seconds := (int64(m)*60 + int64(plant.One) - 1) / int64(plant.One)
	return min(max(0, seconds), 60*24*3600)
}
