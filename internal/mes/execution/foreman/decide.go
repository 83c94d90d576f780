package foreman

import (
	"slices"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/driver"
)

// patience is how long nothing is tried again after the machine, or we, refused it.
const patience = 20 * time.Second

// Scene is what there is to decide from.
type Scene struct {
	Jobs  []execution.Job            // of the line, by rank
	There []driver.JobStanding       // what the machine has
	Gone  map[string]driver.JobState // what became of orders that it has no more, where it tells
	Known map[string]Known
	Ahead int
	Now   time.Time
}

// Decide tells what is to be done next about each job, one thing at a time. It changes nothing.
func Decide(s Scene) (all []Act) {
	waiting := 0
	for _, j := range s.Jobs {
		k, known := s.Known[j.ID]
		at, there := s.standing(j.ID)
		wanted := j.Status == execution.Running || known || there
		if j.Status == execution.Waiting {
			waiting++
			wanted = wanted || waiting <= s.Ahead
		}
		if !wanted || k.Trouble != "" && s.Now.Sub(k.At) < patience {
			continue
		}
		if a, some := s.about(j, k, at, known); some {
			all = append(all, a)
		}
	}
	return append(all, s.lost()...)
}

// standing finds a job order at the machine.
func (s Scene) standing(id string) (driver.JobStanding, bool) {
	i := slices.IndexFunc(s.There, func(x driver.JobStanding) bool { return x.ID == id })
	if i < 0 {
		return driver.JobStanding{}, false
	}
	return s.There[i], true
}

// about tells what is to be done about one job.
func (s Scene) about(j execution.Job, k Known, at driver.JobStanding, known bool) (Act, bool) {
	k.Job, k.At = j.ID, s.Now
	if !known { // what the machine has already, from before we forgot, is taken as it is
		k.Seen, k.Told, k.Planned = driver.JobUnknown, "", j.Planned
	}
	now := at.State
	if now == driver.JobUnknown {
		now = s.Gone[j.ID]
	}
	if now != k.Seen && now != driver.JobUnknown {
		return s.follow(j, k, now)
	}
	if now == driver.JobUnknown && started(k.Seen) && j.Open() && j.Status == k.Told {
		return trouble(k, "the machine has the job order no more, and does not say what became of it: complete or abort the job, or hold and resume it to send it again")
	}
	if j.Status != k.Told {
		return s.lead(j, k, at.State)
	}
	if at.State != driver.JobUnknown && j.Planned != k.Planned && j.Open() {
		k.Planned, k.Trouble = j.Planned, ""
		return Act{Job: j.ID, Do: driver.JobUpdate, Known: k}, true
	}
	if !j.Open() {
		return s.lead(j, k, at.State)
	}
	if k.Trouble != "" {
		k.Trouble = ""
		return Act{Job: j.ID, Known: k}, true
	}
	return Act{}, false
}

// started tells whether a machine in this state may have made something.
func started(s driver.JobState) bool {
	return s == driver.JobAllowedToStart || s == driver.JobRunning || s == driver.JobInterrupted
}

// follow takes the job where the machine has gone.
func (s Scene) follow(j execution.Job, k Known, now driver.JobState) (Act, bool) {
	to := means(now)
	if to == "" || to == j.Status || !j.Open() {
		k.Seen, k.Trouble = now, ""
		if k.Told == "" || to == j.Status {
			k.Told = j.Status
		}
		return Act{Job: j.ID, Known: k}, true
	}
	if j.Status == execution.Waiting && (to == execution.Held || to == execution.Completed) {
		return Act{Job: j.ID, To: execution.Running, Known: k}, true // it went through that meanwhile; the rest follows
	}
	k.Seen, k.Told, k.Trouble = now, to, ""
	return Act{Job: j.ID, To: to, Known: k}, true
}

// lead asks the machine to go where the job is.
func (s Scene) lead(j execution.Job, k Known, at driver.JobState) (Act, bool) {
	a, some := answers[j.Status][at]
	switch {
	case !some && !j.Open() && at == driver.JobUnknown:
		return Act{Job: j.ID, Forget: true, Known: k}, true
	case !some && j.Open() && (at == driver.JobEnded || at == driver.JobAborted):
		return trouble(k, "the machine is done with the job order ("+at.String()+") and does not take it up again")
	case !some:
		k.Told, k.Trouble = j.Status, ""
		return Act{Job: j.ID, Known: k}, k.Told != s.Known[j.ID].Told
	}
	k.Told, k.Seen, k.Trouble, k.Planned = j.Status, a.to, "", j.Planned
	return Act{Job: j.ID, Do: a.do, Known: k}, true
}

// trouble keeps why the two sides do not agree, once.
func trouble(k Known, why string) (Act, bool) {
	if k.Trouble == why {
		return Act{}, false
	}
	k.Trouble = why
	return Act{Job: k.Job, Known: k}, true
}

// lost forgets jobs that are not there any more: they ended long ago.
func (s Scene) lost() (all []Act) {
	for id, k := range s.Known {
		if !slices.ContainsFunc(s.Jobs, func(j execution.Job) bool { return j.ID == id }) && s.Now.Sub(k.At) > patience {
			all = append(all, Act{Job: id, Forget: true, Known: k})
		}
	}
	slices.SortFunc(all, func(a, b Act) int { return compare(a.Job, b.Job) })
	return all
}
