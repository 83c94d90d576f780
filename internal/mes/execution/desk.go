package execution

import (
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Desk books what machines count to the jobs that owned their lines when it was counted, and starts
// and ends jobs by what the lines say they make. It is the pure part: no clock, database or lock.
// What it books waits in it until it is posted.
type Desk struct {
	stations map[plant.LineID]*station
	byUnit   map[plant.UnitID]*station
	tags     *tag.Registry
	jitter   map[tag.ID]plant.Quantity // how far a counter may fall back by itself
	jobs     map[string]*Job
	marks    map[string]Mark // by counter, as booked; what is kept may be older
	kept     map[string]time.Time
	doubted  map[tag.ID]time.Time // the mark at which a counter did not join on
	told     map[tag.ID]bool      // the counter counted something new since loading
	next     pending
}

// NewDesk makes a desk for some lines, whose units have some signals.
func NewDesk(lines []plant.Line, signals []machine.Signals, tags *tag.Registry) *Desk {
	d := &Desk{
		stations: map[plant.LineID]*station{}, byUnit: map[plant.UnitID]*station{}, tags: tags,
		jitter: map[tag.ID]plant.Quantity{},
	}
	for _, l := range lines {
		s := &station{line: l, tally: machine.NewTally(l, signals), pacer: l.Pacer, signal: "product of " + string(l.ID), blind: map[plant.UnitID]time.Time{}}
		if s.pacer == "" && len(l.Units) > 0 {
			s.pacer = l.Units[0].ID
		}
		d.stations[l.ID] = s
		for _, u := range l.Units {
			d.byUnit[u.ID] = s
		}
	}
	for _, s := range signals {
		for i, c := range [3]machine.Counter{s.Good, s.Reject, s.Total} {
			d.jitter[c.Tag] = c.Deadband
			what := [3]machine.What{machine.Good, machine.Reject, machine.Total}[i]
			if at := d.byUnit[s.Unit]; c.Tag != 0 && d.counts(machine.Counted{Unit: s.Unit, What: what}) {
				at.counters = append(at.counters, d.name(c.Tag))
			}
		}
	}
	d.Load(nil, nil, nil)
	return d
}

// name is the durable name of a tag.
func (d *Desk) name(id tag.ID) string { return d.tags.Tag(id).Name }

// Load takes what is kept in the place of everything that the desk knew.
func (d *Desk) Load(jobs []Job, runs []Run, marks []Mark) {
	d.jobs, d.marks, d.kept = map[string]*Job{}, map[string]Mark{}, map[string]time.Time{}
	d.doubted, d.told, d.next = map[tag.ID]time.Time{}, map[tag.ID]bool{}, newPending()
	for _, j := range jobs {
		d.jobs[j.ID] = &j
	}
	for _, m := range marks {
		d.marks[m.Tag], d.kept[m.Tag] = m, m.At
	}
	for _, s := range d.stations {
		s.runs, s.recent = nil, nil
	}
	for _, r := range runs {
		if s := d.stations[r.Line]; s != nil {
			s.runs = append(s.runs, r)
		}
	}
	for _, s := range d.stations {
		slices.SortFunc(s.runs, func(a, b Run) int { return a.From.Compare(b.From) })
	}
}

// Apply takes a fact. It refuses a count that does not join on to what is booked, as something was not
// told: then the past has to be told from the marks on, with Believe. Refused twice at the same mark
// it is taken for what it is.
func (d *Desk) Apply(f machine.Fact) bool {
	if c, ok := f.(machine.Counted); ok {
		if m, known := d.marks[d.name(c.Tag)]; known && d.gap(c, m) && !d.doubted[c.Tag].Equal(m.At) {
			d.doubted[c.Tag] = m.At
			return false
		}
	}
	d.Believe(f)
	return true
}

// gap tells whether the counter moved between the mark and the reading before this one.
func (d *Desk) gap(c machine.Counted, m Mark) bool {
	if !d.counts(c) || !c.Since.After(m.At) || c.Event == machine.Baseline {
		return false
	}
	return c.From > m.Total || c.From < m.Total-d.jitter[c.Tag]
}

// counts tells whether a counter is one of those that are booked.
func (d *Desk) counts(c machine.Counted) bool {
	s := d.byUnit[c.Unit]
	if s == nil {
		return false
	}
	c.Qty = plant.One
	good, reject := s.tally.Of(c)
	return good != 0 || reject != 0
}

// Believe takes a fact that tells all since the one before it.
func (d *Desk) Believe(f machine.Fact) {
	s := d.byUnit[f.Where()]
	if s == nil {
		return
	}
	switch x := f.(type) {
	case machine.Counted:
		if d.counts(x) {
			d.count(s, x)
		}
	case machine.StateChanged:
		if x.State == machine.Unknown {
			s.blind[x.Unit] = x.At
		}
	case machine.SightChanged:
		if x.Blind {
			s.blind[x.Unit] = x.At
		}
	case machine.ProductChanged:
		if x.Product == "" {
			s.blind[x.Unit] = x.At
		} else if x.Unit == s.pacer {
			d.dispatch(s, x)
		}
	}
}

// count books what a count adds to what is booked.
func (d *Desk) count(s *station, c machine.Counted) {
	tag := d.name(c.Tag)
	m, known := d.marks[tag]
	if known {
		rest, ok := c.After(m.At, m.Total)
		if !ok {
			d.recall(s, c)
			return
		}
		c = rest
	}
	d.told[c.Tag] = true
	d.mark(Mark{Tag: tag, At: c.At, Total: c.To})
	good, reject := s.tally.Of(c)
	d.book(s, c, good, false)
	d.book(s, c, reject, true)
}

func (d *Desk) mark(m Mark) {
	d.marks[m.Tag] = m
	d.next.mark(m, d.kept[m.Tag])
}

// book divides a count among the owners of its time.
func (d *Desk) book(s *station, c machine.Counted, qty plant.Quantity, scrap bool) {
	if qty == 0 {
		return
	}
	e := entry{count: c, made: d.made(s, c), scrap: scrap, qty: qty}
	e.shares = s.share(e.made, c.At, qty)
	for _, h := range e.shares {
		d.enter(s, &e, h)
	}
	s.remember(e)
}

// made is from when on the pieces of a count were made. A counter that is watched would have shown
// them at its next look; one that was out of sight, or is only heard of, tells no more than its readings.
func (d *Desk) made(s *station, c machine.Counted) time.Time {
	interval := d.tags.Tag(c.Tag).Interval
	if interval <= 0 || !s.blind[c.Unit].Before(c.Since) {
		return c.Since
	}
	if look := c.At.Add(-2*interval - time.Second); look.After(c.Since) {
		return look
	}
	return c.Since
}

// enter books a share, and ends the job whose quantity it completes. The job owns the line until another does.
func (d *Desk) enter(s *station, e *entry, h share) {
	made := h.since
	if h.since.Equal(e.made) {
		h.since = e.count.Since
	}
	b := Booking{
		Tag: d.name(e.count.Tag), Line: s.line.ID, Unit: e.count.Unit, Job: h.job, Scrap: e.scrap,
		Estimated: h.estimated, Since: h.since, At: h.at, Qty: h.qty,
	}
	d.next.book(e.count.Tag, b)
	j := d.jobs[h.job]
	if j == nil {
		return
	}
	j.takes(b)
	h.since = made
	if n := j.Ahead.told(h, !e.made.Equal(e.count.Since)); n != 0 { // by hand it was booked before
		b = Booking{Tag: ByHand, Line: b.Line, Job: b.Job, Scrap: b.Scrap, Since: b.Since, At: b.At, Qty: -n, Told: true}
		d.next.book(0, b)
		j.takes(b)
	}
	if j.Reached() && h.qty > 0 && (j.Status == Running || j.Status == Held) {
		d.move(j, Completed, h.at)
	}
}

// move changes a job's status as the machines ask for; a step that there is not is left out.
func (d *Desk) move(j *Job, to Status, at time.Time) {
	moved, err := j.step(to, at)
	if err != nil {
		return
	}
	d.next.change(*j)
	*j = moved
}

// Posting gives what waits to be posted; ok is false when nothing does.
func (d *Desk) Posting() (p Posting, ok bool) {
	return d.next.posting(d.jobs), !d.next.empty()
}

// Posted says that the posting was kept, and gives what changed by it.
func (d *Desk) Posted() []Changed {
	seen := map[Changed]bool{}
	for id := range d.next.jobs {
		d.jobs[id].Version++
		seen[Changed{Line: d.jobs[id].Line, Job: id}] = true
	}
	for _, b := range d.next.bookings {
		seen[Changed{Line: b.Line, Job: b.Job}] = true
	}
	for _, m := range d.next.marks {
		d.kept[m.Tag] = m.At
	}
	d.next = newPending()
	var all []Changed
	for c := range seen {
		all = append(all, c)
	}
	return all
}

// Waits is how many bookings wait to be posted.
func (d *Desk) Waits() int { return len(d.next.bookings) }

// Disown makes the posting one of counts alone, for when the books do not take what it says of jobs.
func (d *Desk) Disown() (p Posting) {
	p, _ = d.Posting()
	p.Jobs, p.Runs = nil, nil
	p.Bookings = slices.DeleteFunc(p.Bookings, func(b Booking) bool { return b.Told })
	for i := range p.Bookings {
		p.Bookings[i].Job = ""
	}
	return p
}

// Job gives a job; errs.NotFound when there is none.
func (d *Desk) Job(id string) (Job, error) {
	if j := d.jobs[id]; j != nil {
		return *j, nil
	}
	return Job{}, errs.New(errs.NotFound, "there is no open job %s", id)
}
