package execution

import (
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// steps is every change of status that there is.
var steps = map[Status][]Status{
	Waiting: {Running, Aborted},
	Running: {Held, Completed, Aborted},
	Held:    {Running, Completed, Aborted},
}

// least is who may ask for a change to a status.
var least = map[Status]plant.Role{
	Running: plant.Operator, Held: plant.Operator, Completed: plant.Operator, Aborted: plant.Manager,
}

// Open tells whether there may still be work on the job.
func (j Job) Open() bool { return len(steps[j.Status]) > 0 }

// Reached tells whether the planned quantity is made. A job without one goes on until it is ended.
func (j Job) Reached() bool { return j.Planned > 0 && j.Good >= j.Planned }

// Over is what was made beyond the planned quantity.
func (j Job) Over() plant.Quantity {
	if j.Planned <= 0 {
		return 0
	}
	return max(0, j.Good-j.Planned)
}

// step gives the job in another status from a time on.
func (j Job) step(to Status, at time.Time) (Job, error) {
	if !slices.Contains(steps[j.Status], to) {
		return j, errs.New(errs.Conflict, "job %s is %s and cannot become %s; look again", j.ID, j.Status, to)
	}
	switch to {
	case Running:
		if j.Started.IsZero() {
			j.Started = at
		}
	case Completed, Aborted:
		j.Ended = at
	}
	j.Status = to
	return j, nil
}

// May refuses who is not allowed to ask for a status.
func May(by plant.Person, id string, to Status) error {
	if by.Role < least[to] {
		return errs.New(errs.Forbidden, "job %s cannot become %s: that takes the role of %s, and %s is %s", id, to, least[to], by.Name, by.Role)
	}
	return nil
}
