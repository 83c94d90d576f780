package execution

import (
	"fmt"
	"slices"
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
	r := Recount{Job: j.ID, Line: j.Line, Product: j.Product, Good: c.Good - c.SeenGood, Scrap: c.Scrap - c.SeenScrap, At: at, Was: fmt.Sprintf("%s good, %s scrap", c.SeenGood, c.SeenScrap)}
	if s := d.stations[j.Line]; s != nil {
		r.Cycle, _ = s.line.Ideal(j.Product)
	}
	p := Posting{Recount: &r}
	for i, q := range [2]plant.Quantity{r.Good, r.Scrap} {
		if q != 0 {
			p.Bookings = append(p.Bookings, Booking{Tag: ByHand, Line: j.Line, Job: j.ID, Scrap: i == 1, Since: at, At: at, Qty: q})
		}
	}
	return p, nil
}

// ByPeople makes the bookings of what people counted of a line's time beside the machines: shared by time among the jobs
// that owned the line in it, in whole pieces, the rest to the last. Without such a job there are none.
func ByPeople(runs []Run, of plant.Span, good, scrap plant.Quantity) []Booking {
	var owned []Booking // one a job, without quantities
	spans := map[string]time.Duration{}
	whole := time.Duration(0)
	for _, r := range runs {
		s := plant.Span{From: plant.Later(r.From, of.From), To: of.To}
		if !r.To.IsZero() {
			s.To = plant.Earlier(r.To, of.To)
		}
		if !s.From.Before(s.To) {
			continue
		}
		if i := slices.IndexFunc(owned, func(b Booking) bool { return b.Job == r.Job }); i >= 0 {
			owned[i].At = s.To
		} else {
			owned = append(owned, Booking{Tag: ByHand, Line: r.Line, Job: r.Job, Since: s.From, At: s.To})
		}
		spans[r.Job], whole = spans[r.Job]+s.Duration(), whole+s.Duration()
	}
	var all []Booking
	for i, qty := range [2]plant.Quantity{good, scrap} {
		upTo, given := time.Duration(0), plant.Quantity(0)
		for _, b := range owned {
			upTo += spans[b.Job]
			due := part(qty, upTo, whole)
			if b.Scrap, b.Estimated, b.Qty = i == 1, len(owned) > 1, due-given; b.Qty != 0 {
				all = append(all, b)
			}
			given = due
		}
	}
	return all
}
