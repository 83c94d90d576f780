package execution

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// grain is how much time one booking may stand for: finer ones of one counter and job are put together.
const grain = time.Minute

// pending is what is to be posted next.
type pending struct {
	bookings map[key]*Booking
	marks    map[string]Mark
	jobs     map[string]int64 // with the version they were read at
	runs     map[runKey]Run
}

// key is what bookings must have in common to be put together.
type key struct {
	tag       tag.ID
	job       string
	scrap     bool
	estimated bool
	minute    int64
}

type runKey struct {
	line plant.LineID
	from int64
}

func newPending() pending {
	return pending{bookings: map[key]*Booking{}, marks: map[string]Mark{}, jobs: map[string]int64{}, runs: map[runKey]Run{}}
}

func (p *pending) empty() bool {
	return len(p.bookings)+len(p.marks)+len(p.jobs)+len(p.runs) == 0
}

// book adds a booking.
func (p *pending) book(id tag.ID, b Booking) {
	k := key{id, b.Job, b.Scrap, b.Estimated, b.At.Truncate(grain).Unix()}
	have := p.bookings[k]
	if have == nil {
		p.bookings[k] = &b
		return
	}
	have.Qty += b.Qty
	if b.Since.Before(have.Since) {
		have.Since = b.Since
	}
	if b.At.After(have.At) {
		have.At = b.At
	}
}

// mark moves a counter's mark on from the one that is kept.
func (p *pending) mark(m Mark, kept time.Time) {
	if have, ok := p.marks[m.Tag]; ok {
		kept = have.Before
	}
	m.Before = kept
	p.marks[m.Tag] = m
}

// change notes that a job is not what was read.
func (p *pending) change(j Job) {
	if _, ok := p.jobs[j.ID]; !ok {
		p.jobs[j.ID] = j.Version
	}
}

func (p *pending) own(runs []Run) {
	for _, r := range runs {
		p.runs[runKey{r.Line, r.From.UnixMicro()}] = r
	}
}

// posting makes one transaction of it all, in an order that does not depend on chance.
func (p *pending) posting(jobs map[string]*Job) Posting {
	var all Posting
	for _, b := range p.bookings {
		if b.Qty != 0 {
			all.Bookings = append(all.Bookings, *b)
		}
	}
	slices.SortFunc(all.Bookings, func(a, b Booking) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Job, b.Job), a.Since.Compare(b.Since), cmp.Compare(a.Qty, b.Qty))
	})
	for _, m := range p.marks {
		all.Marks = append(all.Marks, m)
	}
	slices.SortFunc(all.Marks, func(a, b Mark) int { return cmp.Compare(a.Tag, b.Tag) })
	for id := range p.jobs {
		all.Jobs = append(all.Jobs, *jobs[id])
	}
	slices.SortFunc(all.Jobs, func(a, b Job) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range p.runs {
		all.Runs = append(all.Runs, r)
	}
	slices.SortFunc(all.Runs, func(a, b Run) int { return cmp.Or(cmp.Compare(a.Line, b.Line), a.From.Compare(b.From)) })
	if len(all.Jobs) > 0 {
		all.By, all.Why = plant.Program(), "by what the machines say"
	}
	return all
}
