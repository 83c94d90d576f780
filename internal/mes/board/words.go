package board

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/schedule"
)

// words tells why an operation is where it is.
func (o *layout) words(plan schedule.Plan, j, k int) string {
	at := plan.Jobs[j][k]
	why := o.bound(plan, j, k)
	begins := o.begins(&o.machines[at.Machine], at)
	switch {
	case begins == "" || at.Why.Bind == schedule.Short && at.Why.Job < 0:
		return why
	case at.Why.Bind == schedule.AtOnce || at.Why.Bind == schedule.Behind && at.Why.Job < 0:
		return begins
	}
	return begins + ", " + why
}

// bound tells what an operation waits for.
func (o *layout) bound(plan schedule.Plan, j, k int) string {
	at, other := plan.Jobs[j][k], ""
	if at.Why.Job >= 0 {
		on := plan.Jobs[at.Why.Job][at.Why.Op].Machine
		other = "after " + o.bars[at.Why.Job][at.Why.Op].Key + " on " + o.machines[on].Name
	}
	m := &o.machines[at.Machine]
	switch at.Why.Bind {
	case schedule.Underway:
		if since := o.bars[j][k].Since; !since.IsZero() {
			return "it runs since " + o.moment(since)
		}
		return "it runs"
	case schedule.Material:
		return o.arrivals[j][k] + " arrives " + o.moment(clock(o.problem.Jobs[j].Ops[k].Material))
	case schedule.After:
		return other
	case schedule.Short:
		until, by := at.Start, ""
		if at.Why.Job >= 0 {
			until, by = plan.Jobs[at.Why.Job][at.Why.Op].End, strings.TrimPrefix(other, "after ")
		}
		moment := func(t schedule.Tick) string { return o.moment(clock(t)) }
		return o.pools.Waits(at.Why.Pool, o.problem.Jobs[j].Ops[k].Uses, until, by, moment)
	case schedule.Behind:
		set := span(time.Duration(m.worked(at.SetUp, at.Start))*time.Second) + " of set-up"
		switch {
		case at.SetUp == at.Start:
			return other
		case other == "":
			return "after " + set
		}
		return other + " and " + set
	default:
		return "nothing is before it"
	}
}

// begins tells which shift begins with an operation or its set-up, where it waited for one; "" else.
func (o *layout) begins(m *Machine, at schedule.Placement) string {
	begin := clock(at.SetUp)
	if !at.Why.Hours && (at.Why.Bind != schedule.Behind || !begin.After(o.now)) {
		return ""
	}
	s, ok := m.calendar.At(begin)
	switch {
	case ok && s.From.Equal(begin):
		return "shift " + s.Name + " begins " + o.moment(begin)
	case at.Why.Hours && ok:
		return "shift " + s.Name + " goes on " + o.moment(clock(at.Start))
	case at.Why.Hours:
		return m.Name + " works again " + o.moment(clock(at.Start))
	}
	return ""
}

// worked is how many seconds of a time a machine works.
func (m *Machine) worked(from, to schedule.Tick) (sum schedule.Tick) {
	for _, s := range m.Open {
		if n := min(to, s.To.Unix()) - max(from, s.From.Unix()); n > 0 {
			sum += n
		}
	}
	return sum
}

// moment is a time in words: the clock, and the day where it is another one.
func (o *layout) moment(t time.Time) string { return Moment(t, o.now, o.zone) }

// Moment is a time in words: the clock, and the day where it is another one.
func Moment(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	switch days := t.Sub(now).Hours() / 24; {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case days > -6 && days < 6:
		return t.Format("Mon 15:04")
	default:
		return t.Format("Mon 2 Jan 15:04")
	}
}

// span is a length of time in words.
func span(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", d.Round(time.Second)/time.Second)
	}
	switch d = d.Round(time.Minute); {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
}
