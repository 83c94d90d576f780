package execution

import (
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

func TestSteps(t *testing.T) {
	all := []Status{Waiting, Running, Held, Completed, Aborted}
	allowed := map[Status]map[Status]bool{
		Waiting: {Running: true, Aborted: true},
		Running: {Held: true, Completed: true, Aborted: true},
		Held:    {Running: true, Completed: true, Aborted: true},
	}
	for _, from := range all {
		for _, to := range all {
			j, err := Job{ID: "J-1", Status: from}.step(to, midnight)
			if (err == nil) != allowed[from][to] {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			if err != nil && (errs.KindOf(err) != errs.Conflict || j.Status != from) {
				t.Errorf("%s to %s is refused as %v, and leaves %s", from, to, err, j.Status)
			}
		}
		if open := (Job{Status: from}).Open(); open != (len(allowed[from]) > 0) {
			t.Errorf("%s is open: %v", from, open)
		}
	}
}

func TestAJobStartsAndEndsOnce(t *testing.T) {
	j, _ := Job{Status: Waiting}.step(Running, midnight)
	j, _ = j.step(Held, midnight.Add(time.Hour))
	j, _ = j.step(Running, midnight.Add(2*time.Hour))
	j, _ = j.step(Completed, midnight.Add(3*time.Hour))
	if !j.Started.Equal(midnight) || !j.Ended.Equal(midnight.Add(3*time.Hour)) {
		t.Errorf("started %s, ended %s", j.Started, j.Ended)
	}
}

func TestWhoMay(t *testing.T) {
	for to, least := range map[Status]plant.Role{Running: plant.Operator, Held: plant.Operator, Completed: plant.Operator, Aborted: plant.Manager} {
		for role := plant.Nobody; role <= plant.Admin; role++ {
			err := May(plant.Person{Name: "x", Role: role}, "J-1", to)
			if (err == nil) != (role >= least) {
				t.Errorf("%s to %s: %v", role, to, err)
			}
			if err != nil && errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s to %s: %v is of the wrong kind", role, to, err)
			}
		}
	}
}

func TestQuantities(t *testing.T) {
	j := Job{Planned: plant.Pieces(100), Good: plant.Pieces(103)}
	if !j.Reached() || j.Over() != plant.Pieces(3) {
		t.Errorf("reached %v, over %s", j.Reached(), j.Over())
	}
	j = Job{Good: plant.Pieces(103)}
	if j.Reached() || j.Over() != 0 {
		t.Errorf("without a plan: reached %v, over %s", j.Reached(), j.Over())
	}
}

func TestAnOldVersionIsAConflict(t *testing.T) {
	line, signals := oneLine(false)
	d := NewDesk([]plant.Line{line}, signals, tags(t, 0))
	d.Add(Job{ID: "J-1", Line: "l", Product: "A", Planned: plant.Pieces(10), Status: Waiting, Version: 3})
	if _, err := d.Plan("J-1", 2, Running, midnight); errs.KindOf(err) != errs.Conflict {
		t.Errorf("an old version: %v", err)
	}
	if _, err := d.Plan("J-9", 1, Running, midnight); errs.KindOf(err) != errs.NotFound {
		t.Errorf("no such job: %v", err)
	}
	p, err := d.Plan("J-1", 3, Running, midnight)
	if err != nil || len(p.Runs) != 1 || p.Jobs[0].Version != 3 {
		t.Errorf("planned %+v, %v", p, err)
	}
	if j, _ := d.Job("J-1"); j.Status != Waiting {
		t.Error("planning changed the job")
	}
}

// A count that does not join on to the mark is refused once, so that the past can be told; told again it is taken.
func TestACountThatDoesNotJoinOn(t *testing.T) {
	line, signals := oneLine(false)
	signals[1].Good.Deadband = plant.One
	d := NewDesk([]plant.Line{line}, signals, tags(t, 0))
	at := func(s int) time.Time { return midnight.Add(time.Duration(s) * time.Second) }
	good := func(since, to int, from, shown int64) machine.Counted {
		return machine.Counted{
			Unit: "packer", What: machine.Good, Tag: 1, Since: at(since), At: at(to),
			From: plant.Pieces(from), To: plant.Pieces(shown), Qty: plant.Pieces(shown - from),
		}
	}
	if !d.Apply(good(0, 10, 5, 7)) {
		t.Error("the first count does not join on")
	}
	if !d.Apply(good(12, 13, 6, 8)) {
		t.Error("a counter that fell back by its deadband does not join on")
	}
	lost := good(20, 21, 12, 13)
	if d.Apply(lost) {
		t.Error("a count after others that were not told joins on")
	}
	if !d.Apply(lost) {
		t.Error("it is refused for ever")
	}
	if p, _ := d.Posting(); p.Marks[0].Total != plant.Pieces(13) {
		t.Errorf("the mark is at %s", p.Marks[0].Total)
	}
}
