package execution

import (
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Queue gives the jobs of a line that wait or are held, in the order in which they are to run.
func (d *Desk) Queue(line plant.LineID) []Job {
	return slices.DeleteFunc(d.Jobs(line), func(j Job) bool { return j.Status != Waiting && j.Status != Held })
}

// Place makes the posting that moves a waiting or held job by some places in its line's queue, up when below zero:
// nothing is changed yet. As few other jobs as possible get another rank. A job that stands there already gives a posting
// without jobs.
func (d *Desk) Place(id string, version int64, steps int) (Posting, error) {
	j, err := d.Job(id)
	if err != nil {
		return Posting{}, err
	}
	if j.Version != version {
		return Posting{}, errs.New(errs.Conflict, "job %s was changed by somebody else: it is %s now; look again", id, j.Status)
	}
	queue := d.Queue(j.Line)
	from := slices.IndexFunc(queue, func(o Job) bool { return o.ID == id })
	if from < 0 {
		return Posting{}, errs.New(errs.Conflict, "job %s is %s: only jobs that wait or are held have a place in the queue", id, j.Status)
	}
	to := min(max(from+steps, 0), len(queue)-1)
	if to == from {
		return Posting{}, nil
	}
	queue = slices.Insert(slices.Delete(queue, from, from+1), to, j)
	return Posting{Jobs: ranked(queue, to)}, nil
}

// ranked gives the jobs that need another rank after one came to a place.
func ranked(queue []Job, at int) (changed []Job) {
	moved := queue[at]
	switch {
	case at > 0:
		moved.Rank = queue[at-1].Rank + 1
	default:
		moved.Rank = queue[1].Rank - 1
	}
	changed, last := append(changed, moved), moved
	for _, j := range queue[at+1:] {
		if j.Rank > last.Rank {
			break
		}
		j.Rank = last.Rank + 1
		changed, last = append(changed, j), j
	}
	return changed
}
