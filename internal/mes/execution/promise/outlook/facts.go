package outlook

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// learned is what a line's last day taught of it.
type learned struct {
	at     time.Time
	good   time.Duration // for so long
	paces  map[string]cycle.Pace
	uptime cycle.Share
}

const (
	lesson  = 24 * time.Hour   // what is learned from
	lessons = 5 * time.Minute  // how often, at last
	first   = 10 * time.Second // how long the first one holds, as a line's time may be laid out anew just then; then twice as long
	enough  = 30 * time.Minute // of planned time: less teaches nothing of a line's stops
	pieces  = 100              // fewer teach nothing of a line's scrap
)

// facts gathers what a forecast is made from.
func (k *Outlook) facts(ctx context.Context, now time.Time) (*promise.Facts, error) {
	floor := k.o.Floor()
	if floor.Revision != k.revision {
		k.learned, k.revision = map[plant.LineID]learned{}, floor.Revision
	}
	b := k.business
	f := &promise.Facts{Now: now.UTC().Truncate(time.Second), Sales: b.Sales, Work: b.Work, Coming: b.Coming, Items: b.Items, Places: b.Places}
	if len(floor.Plant.Sites) > 0 {
		f.Zone = floor.Plant.Sites[0].Zone
	}
	for _, l := range floor.Plant.Lines() {
		line, err := k.line(ctx, &floor, l, now)
		if err != nil {
			return nil, err
		}
		f.Lines = append(f.Lines, line)
	}
	f.Work = progress(f)
	return f, nil
}

// progress counts what jobs made after the business was read: what is left of a work order is what its job has left.
func progress(f *promise.Facts) []promise.Work {
	left, last := map[int64]plant.Quantity{}, map[int64]int64{}
	for i := range f.Lines {
		for _, j := range f.Lines[i].Jobs {
			if j.Work != 0 && j.Operation >= last[j.Work] { // of several operations the last one counts
				left[j.Work], last[j.Work] = j.Left(), j.Operation
			}
		}
	}
	all := slices.Clone(f.Work)
	for i := range all {
		if q, is := left[all[i].ID]; is && q < all[i].Left {
			all[i].Left = q
		}
	}
	return all
}

func (k *Outlook) line(ctx context.Context, floor *Floor, l plant.Line, now time.Time) (promise.Line, error) {
	out := promise.Line{ID: l.ID, Name: l.Name, Calendar: l.Calendar, Changeover: l.Changeover}
	for _, r := range l.Rates {
		if r.Product != "" {
			out.Makes = append(out.Makes, r.Product)
		}
	}
	snap, ok := floor.Lines.Snapshot(l.ID)
	if ok {
		out.Product, out.Halt = snap.Product, halt(floor.Plant, l, snap)
	}
	out.Jobs = queue(floor.Queues.Jobs(l.ID))
	known, is := k.learned[l.ID]
	if !is || now.Sub(known.at) > known.good {
		segments, err := floor.Lines.Segments(ctx, l.ID, now.Add(-lesson), now)
		if err != nil {
			return out, err
		}
		if !out.Halt.Since.IsZero() { // how long it stands now is told apart
			segments = slices.DeleteFunc(segments, func(s oee.Segment) bool { return !s.From.Before(out.Halt.Since) })
		}
		good := min(max(first, 2*known.good), lessons)
		known = learn(l, segments)
		known.at, known.good = now, good
		k.learned[l.ID] = known
	}
	out.Uptime, out.Paces = known.uptime, known.paces
	for i := range out.Jobs {
		j := &out.Jobs[i]
		if out.Product == "" && j.Running {
			out.Product = j.Product
		}
		if _, is := out.Paces[j.Product]; !is {
			out.Paces[j.Product] = pace(l, j.Product, 0, 0)
		}
	}
	return out, nil
}

// queue gives open jobs in the order in which they are worked on.
func queue(jobs []execution.Job) (all []promise.Job) {
	for _, running := range []bool{true, false} {
		for _, j := range jobs {
			if !j.Open() || (j.Status == execution.Running) != running {
				continue
			}
			all = append(all, promise.Job{
				ID: j.ID, Order: j.Order, Work: j.Work, Operation: j.Operation, Product: j.Product, Planned: j.Planned, Good: j.Good, Scrap: j.Scrap, Due: j.Due,
				Begun: !j.Started.IsZero(), Running: running, Held: j.Status == execution.Held,
			})
		}
	}
	return all
}

// learn works out how a line made what it made.
func learn(l plant.Line, segments []oee.Segment) learned {
	type sum struct {
		took         time.Duration
		good, reject plant.Quantity
	}
	by, up, down := map[string]*sum{}, time.Duration(0), time.Duration(0)
	for i := range segments {
		s := &segments[i]
		lasts := s.To.Sub(s.From)
		switch s.Category {
		case oee.Running, oee.MicroStop, oee.ReducedSpeed:
			up += lasts
		case oee.Breakdown, oee.Blocked, oee.Starved:
			down += lasts
			continue
		default:
			continue
		}
		if by[s.Product] == nil {
			by[s.Product] = &sum{}
		}
		n := by[s.Product]
		n.took, n.good, n.reject = n.took+lasts, n.good+s.Good, n.reject+s.Reject
	}
	out := learned{paces: map[string]cycle.Pace{}}
	for product, n := range by {
		p := pace(l, product, n.took, (n.good + n.reject).Floor())
		if made := n.good + n.reject; made.Floor() >= pieces && n.good > 0 {
			p.Good = cycle.Share{Part: int64(n.good), Whole: int64(made)}
		}
		out.paces[product] = p
	}
	if up+down >= enough {
		out.uptime = cycle.Share{Part: int64(up), Whole: int64(up + down)}
	}
	return out
}

func pace(l plant.Line, product string, took time.Duration, n int64) cycle.Pace {
	ideal, _ := l.Ideal(product)
	return cycle.Pace{Ideal: ideal, Cycle: cycle.Learn(ideal, took, n)}
}

// halt tells that a line stands although it is meant to run: "Filler down", "Filler down (Film jam)", "Packer starved".
func halt(p *plant.Plant, l plant.Line, s oee.Snapshot) promise.Halt {
	var word string
	switch s.Now {
	case oee.Breakdown:
		word = "down"
	case oee.Blocked, oee.Starved:
		word = s.Now.String()
	default:
		return promise.Halt{}
	}
	name := l.Name
	for _, u := range l.Units {
		if u.ID == s.Cause {
			name = u.Name
		}
	}
	words := name + " " + word
	if r, ok := p.Reasons.Stop(reason.ID(s.Reason)); ok {
		words += " (" + r.Name + ")"
	}
	return promise.Halt{Since: s.Since, Words: words}
}
