package execution

import (
	"fmt"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Count is what people say that a job has in all, and what they saw that it had.
type Count struct {
	Job                 string
	Good, Scrap         plant.Quantity
	SeenGood, SeenScrap plant.Quantity
}

// mostCounted is more than any job has.
const mostCounted = plant.Quantity(1) << 50

// Count makes the posting that brings a job to what people have counted in all; without bookings when it is there. What was
// counted since they looked comes on top of it.
func (d *Desk) Count(c Count, at time.Time) (Posting, error) {
	j, err := d.Job(c.Job)
	if err != nil {
		return Posting{}, err
	}
	var wrong []errs.Field
	for _, q := range []struct {
		path string
		q    plant.Quantity
	}{{"good", c.Good}, {"scrap", c.Scrap}} {
		if q.q < 0 || q.q > mostCounted {
			wrong = append(wrong, errs.Field{Path: q.path, Message: "Give how many there are in all, 0 or more."})
		}
	}
	if len(wrong) > 0 {
		return Posting{}, &errs.Error{Kind: errs.Invalid, Words: "this cannot be what was counted", Fields: wrong}
	}
	if j.Status == Waiting {
		return Posting{}, errs.New(errs.Conflict, "job %s waits; start it before its pieces are counted", j.ID)
	}
	p := Posting{Counted: fmt.Sprintf("%s good, %s scrap", c.SeenGood, c.SeenScrap)}
	for i, q := range [2]plant.Quantity{c.Good - c.SeenGood, c.Scrap - c.SeenScrap} {
		if q != 0 {
			p.Bookings = append(p.Bookings, Booking{Tag: ByHand, Line: j.Line, Job: j.ID, Scrap: i == 1, Since: at, At: at, Qty: q})
		}
	}
	return p, nil
}
