package execution

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Plan makes the posting of a change that a person asks for: nothing is changed yet.
func (d *Desk) Plan(id string, version int64, to Status, at time.Time) (Posting, error) {
	j, err := d.Job(id)
	if err != nil {
		return Posting{}, err
	}
	if j.Version != version {
		return Posting{}, errs.New(errs.Conflict, "job %s was changed by somebody else: it is %s now; look again", id, j.Status)
	}
	s := d.stations[j.Line]
	if s == nil {
		return Posting{}, errs.New(errs.Invalid, "job %s is for line %s, which is not there any more", id, j.Line)
	}
	current := d.current(s)
	if to == Running && current != nil && current.Status == Running {
		return Posting{}, errs.New(errs.Conflict, "line %s works on job %s; hold or complete that one first", j.Line, current.ID)
	}
	moved, err := j.step(to, at)
	if err != nil {
		return Posting{}, err
	}
	p := Posting{Jobs: []Job{moved}}
	copied := station{line: s.line, runs: slices.Clone(s.runs)}
	if r := s.last(); r != nil && at.Before(r.From) {
		at = r.From
	}
	switch owns := current != nil && current.ID == id; {
	case to == Running:
		p.Runs = copied.begin(id, at)
	case owns:
		p.Runs = copied.end(at)
	}
	return p, nil
}

// Adopt takes over what a planned posting said, once it is kept.
func (d *Desk) Adopt(p Posting) []Changed {
	var all []Changed
	for _, j := range p.Jobs {
		have := d.jobs[j.ID]
		j.Version++
		j.counts(have)
		*have = j
		all = append(all, Changed{Line: j.Line, Job: j.ID})
	}
	for _, b := range p.Bookings {
		if j := d.jobs[b.Job]; j != nil {
			j.takes(b)
		}
		all = append(all, Changed{Line: b.Line, Job: b.Job})
	}
	if r := p.Recount; r != nil && d.jobs[r.Job] != nil {
		d.jobs[r.Job].Ahead.Add(r.Good+r.Scrap, plant.Span{To: r.At})
	}
	for _, r := range p.Runs {
		s := d.stations[r.Line]
		if i := slices.IndexFunc(s.runs, func(o Run) bool { return o.From.Equal(r.From) }); i >= 0 {
			s.runs[i] = r
		} else {
			s.runs = append(s.runs, r)
		}
	}
	for _, s := range d.stations {
		for i := range p.Runs {
			if p.Runs[i].Line == s.line.ID {
				d.own(s, nil, p.Runs[i].From)
			}
		}
	}
	return all
}

// Jobs gives a copy of a line's jobs, by rank.
func (d *Desk) Jobs(line plant.LineID) []Job {
	var all []Job
	for _, j := range d.jobs {
		if j.Line == line {
			all = append(all, *j)
		}
	}
	slices.SortFunc(all, func(a, b Job) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Current gives the job that owns a line; ok is false when none does.
func (d *Desk) Current(line plant.LineID) (Job, bool) {
	if s := d.stations[line]; s != nil {
		if j := d.current(s); j != nil {
			return *j, true
		}
	}
	return Job{}, false
}

// Add takes a job that was added to the books.
func (d *Desk) Add(j Job) { d.jobs[j.ID] = &j }

// Merge takes over what others have changed of jobs, as they are kept now; what waits to be posted is added to it. It refuses
// where a job has begun or left its line otherwise than the desk knows: then everything has to be loaded anew.
func (d *Desk) Merge(kept []Job) (all []Changed, ok bool) {
	for _, k := range kept {
		have := d.jobs[k.ID]
		read, changing := d.next.jobs[k.ID]
		switch {
		case have == nil && k.Status == Running:
			return nil, false
		case have == nil && !k.Open():
			continue
		case have == nil:
			d.Add(k)
			all = append(all, Changed{Line: k.Line, Job: k.ID})
			continue
		case changing && read != k.Version, have.Status != k.Status && !changing && (k.Status == Running || d.owns(have)):
			return nil, false
		}
		for _, b := range d.next.bookings {
			if b.Job == k.ID {
				k.takes(*b)
			}
		}
		if booked := k; changing { // its change is not kept yet; what people counted of it is
			k = *have
			k.counts(&booked)
		}
		if k != *have {
			*have = k
			all = append(all, Changed{Line: k.Line, Job: k.ID})
		}
	}
	return all, true
}

func (d *Desk) owns(j *Job) bool {
	s := d.stations[j.Line]
	return s != nil && d.current(s) == j
}

// Next gives the first free rank on a line, and the first free number of a job that is called "J-" and a number.
func (d *Desk) Next(line plant.LineID) (rank, number int64) {
	rank, number = 1, 1001
	for id, j := range d.jobs {
		if j.Line == line {
			rank = max(rank, j.Rank+1)
		}
		if n, err := strconv.ParseInt(strings.TrimPrefix(id, "J-"), 10, 64); err == nil {
			number = max(number, n+1)
		}
	}
	return rank, number
}

// Marked gives the times of the oldest and the newest mark of a line's counters; zero when there is none.
func (d *Desk) Marked(line plant.LineID) (oldest, newest time.Time) {
	s := d.stations[line]
	for _, name := range s.counters {
		m, ok := d.marks[name]
		if !ok {
			continue
		}
		if oldest.IsZero() || m.At.Before(oldest) {
			oldest = m.At
		}
		if m.At.After(newest) {
			newest = m.At
		}
	}
	return oldest, newest
}

// Forget drops jobs that ended before a time and own nothing, and the runs that ended a week before it, unless a count
// that is remembered may still have to be divided by them.
func (d *Desk) Forget(before time.Time) {
	for id, j := range d.jobs {
		owns := d.stations[j.Line] != nil && d.current(d.stations[j.Line]) == j
		if _, changed := d.next.jobs[id]; !j.Open() && !owns && !changed && j.Ended.Before(before) {
			delete(d.jobs, id)
		}
	}
	for _, s := range d.stations {
		needed := before.Add(-7 * 24 * time.Hour)
		for i := range s.recent {
			if since := s.recent[i].count.Since; since.Before(needed) {
				needed = since
			}
		}
		s.runs = slices.DeleteFunc(s.runs, func(r Run) bool { return !r.To.IsZero() && r.To.Before(needed) })
	}
}
