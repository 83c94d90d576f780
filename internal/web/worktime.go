// A work order on one axis of time: its jobs, the line, a tag, scrap, material and cost.

package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/views/figure"
	riskview "millwright/views/risk"
	"millwright/views/ui"
)

const (
	courseSteps   = 240                 // of what was reported
	longestCourse = 31 * 24 * time.Hour // of an order that goes on for longer the end is shown
	mostTracks    = 12                  // of lots
)

// course is a work order with all that happened to it.
type course struct {
	oneWork
	m    moment
	span plant.Span
	line lineInfo
	on   bool // the line is known
	outlook.Course
	jobs     map[string]bool
	tags     []string // that are asked for
	segments []oee.Segment
}

// workTime shows a work order on one axis of time.
func (s *Server) workTime(c echo.Context) error {
	if s.Promises == nil {
		return noPromises()
	}
	w, err := s.workOf(c)
	if err != nil {
		return err
	}
	ctx, m := c.Request().Context(), moment{Time: s.Now()}
	k := course{oneWork: w, m: m, jobs: map[string]bool{}, tags: eachOnce(c.QueryParams()["tag"])}
	if k.Course, err = s.Promises.Course(ctx, w.ID, courseSteps); err != nil {
		return err
	}
	f := s.frame(c, w.Number+" in time", planLink(), workLink(), ui.Link{Name: w.Number, Href: workHref(w.ID)}, ui.Link{Name: "In time"})
	f.Live, f.Refresh = false, 0
	page := riskview.TimePage{Frame: f, Title: w.Number + " in time", Order: ui.Link{Name: "The order", Href: workHref(w.ID)}}
	i := w.items[w.Item]
	page.Figures = []ui.Figure{
		{Name: "Good", Value: s.much(w.Good), Note: "of " + s.muchOf(w.Quantity, i.Unit)},
		{Name: "Scrap", Value: s.much(w.Scrap), Mood: warnIf(w.Scrap > 0)},
		{Name: "Cost so far", Value: s.cents(w.Money.Issued + w.Money.Booked), Unit: s.painter().site().Currency, Note: "planned " + s.cents(w.Money.Planned)},
	}
	p := s.sight(c)
	if !k.place(p) {
		page.Lead = i.Number + " " + i.Name
		page.Empty = &ui.Empty{Title: "Nothing has begun", Text: "As soon as a line works on it, or something is taken or reported, it stands here in time."}
		return s.show(c, riskview.ShowTime(page))
	}
	if k.on {
		if k.segments, err = p.Lines.Segments(ctx, k.line.ID, k.span.From, k.span.To); err != nil {
			return err
		}
	}
	locale := s.locale()
	page.Lead = strings.TrimSuffix(i.Number+" "+i.Name+", "+locale.Moment(k.span.From)+" – "+locale.Moment(k.span.To)+" on "+k.line.Name, " on ")
	status := k.picks(p, &page)
	page.Ticks = courseTicks(k.span, locale)
	if page.Tracks, err = s.tracks(ctx, p, &k); err != nil {
		return err
	}
	page.Tables = s.courseTables(p, &k)
	return s.showAs(c, status, riskview.ShowTime(page))
}

// place finds the time and the line of an order; false when nothing has begun.
func (k *course) place(p *painter) bool {
	k.span = plant.Span{From: k.From, To: k.To}
	grow := func(from, to time.Time) {
		if !from.IsZero() && (k.span.From.IsZero() || from.Before(k.span.From)) {
			k.span.From = from
		}
		k.span.To = plant.Later(k.span.To, to)
	}
	for _, l := range p.lines {
		for _, j := range p.Jobs.Jobs(l.ID) {
			if j.Work != k.ID {
				continue
			}
			k.jobs[j.ID] = true
			if j.Started.IsZero() {
				continue
			}
			k.line, k.on = l, true
			grow(j.Started, j.Ended)
			if j.Status == execution.Running {
				grow(time.Time{}, k.m.Time)
			}
		}
	}
	for _, u := range k.Lots {
		grow(u.First, u.Last)
	}
	if !k.on {
		k.line, k.on = p.line(plant.LineID(k.Line))
	}
	if k.span.From.IsZero() {
		return false
	}
	k.span.From = plant.Later(k.span.From, k.span.To.Add(-longestCourse))
	k.span.To = plant.Later(k.span.To, k.span.From.Add(10*time.Minute))
	return true
}

func (s *Server) tracks(ctx context.Context, p *painter, k *course) (all []riskview.Track, err error) {
	l := s.locale()
	if k.on {
		strip := ui.Strip{ID: "course-line", Title: k.line.Name, From: k.span.From, To: k.span.To, Now: k.m.Time, Locale: l}
		for _, seg := range joined(k.segments) {
			strip.Segments = append(strip.Segments, ui.Segment{From: seg.From, To: seg.To, Tone: tones[seg.Category], Title: k.line.title(seg, seg.To)})
		}
		for _, seg := range k.owned() {
			strip.Jobs = append(strip.Jobs, ui.Segment{From: seg.From, To: seg.To, Title: seg.Order + " " + seg.Product})
		}
		all = append(all, riskview.Track{Name: k.line.Name, Note: "the band is this order", Strip: &strip})
		drawn, err := p.tagTracks(ctx, k)
		if err != nil {
			return nil, err
		}
		all = append(all, drawn...)
	}
	good, cost := k.sums()
	all = append(all,
		riskview.Track{Name: "Good", Note: s.much(k.Good) + " of " + s.much(k.Quantity), Curve: &good},
		riskview.Track{Name: "Scrap", Note: s.much(k.Scrap), Strip: k.scrapped(s, l)},
	)
	all = append(all, s.lotTracks(k, l)...)
	return append(all, riskview.Track{Name: "Cost so far", Note: s.worth(k.Money.Issued + k.Money.Booked), Curve: &cost}), nil
}

// owned are the stretches in which the line was the order's.
func (k *course) owned() (all []oee.Segment) {
	for _, s := range k.segments {
		if !k.jobs[s.Order] && !strings.HasPrefix(s.Order, k.Number) {
			continue
		}
		if n := len(all); n > 0 && all[n-1].To.Equal(s.From) && all[n-1].Order == s.Order {
			all[n-1].To = s.To
			continue
		}
		all = append(all, s)
	}
	return all
}

// sums are good pieces and cost as they grew.
func (k *course) sums() (good, cost riskview.Curve) {
	good = riskview.Curve{Words: "Good pieces as they were made", From: k.span.From, To: k.span.To, Steps: true, Area: true}
	cost = riskview.Curve{Words: "Cost as it grew", From: k.span.From, To: k.span.To, Steps: true, Area: true}
	most := plant.Money(1)
	pieces, money := plant.Quantity(0), plant.Money(0)
	for _, x := range k.Points {
		money += x.Cost
		most = max(most, money)
	}
	put := func(c *riskview.Curve, at time.Time, share float64) {
		c.Dots = append(c.Dots, riskview.Dot{At: at, Share: share, OK: true})
	}
	put(&good, k.span.From, 0)
	put(&cost, k.span.From, 0)
	money = 0
	for _, x := range k.Points {
		pieces, money = pieces+x.Good, money+x.Cost
		put(&good, x.At, pieces.Float()/max(k.Quantity, pieces, 1).Float())
		put(&cost, x.At, plant.Quantity(money).Float()/plant.Quantity(most).Float())
	}
	put(&good, k.span.To, pieces.Float()/max(k.Quantity, pieces, 1).Float())
	put(&cost, k.span.To, plant.Quantity(money).Float()/plant.Quantity(most).Float())
	return good, cost
}

// scrapped marks where pieces were scrapped.
func (k *course) scrapped(s *Server, l figure.Locale) *ui.Strip {
	strip := &ui.Strip{ID: "course-scrap", Title: "Scrap", Sums: s.much(k.Scrap) + " scrapped", From: k.span.From, To: k.span.To, Locale: l}
	for _, x := range k.Points {
		if x.Scrap > 0 {
			to := x.At.Add(max(k.Step, k.span.Duration()/300))
			if n := len(strip.Segments); n > 0 && strip.Segments[n-1].To.After(x.At) {
				strip.Segments[n-1].To = x.At
			}
			strip.Segments = append(strip.Segments, ui.Segment{From: x.At, To: plant.Earlier(to, k.span.To), Tone: ui.Stopped, Title: s.much(x.Scrap) + " scrapped, " + l.Near(x.At, k.m.Time)})
		}
	}
	return strip
}

// lotTracks are the items that went in or came out, each with its lots.
func (s *Server) lotTracks(k *course, l figure.Locale) (all []riskview.Track) {
	at := map[[2]int64]int{}
	shades := [2]ui.Tone{ui.Planned, ui.NoOrder}
	for _, u := range k.Lots {
		key, name := [2]int64{u.Item, 0}, k.items[u.Item].Number
		if u.Made {
			key[1], name = 1, name+" made"
		}
		i, is := at[key]
		if !is {
			if len(all) == mostTracks {
				continue
			}
			i = len(all)
			at[key] = i
			all = append(all, riskview.Track{Name: name, Note: k.items[u.Item].Name, Strip: &ui.Strip{ID: "course-" + name, Title: name, Sums: "lots in time", From: k.span.From, To: k.span.To, Locale: l}})
		}
		strip := all[i].Strip
		to := plant.Later(u.Last, u.First.Add(k.span.Duration()/300))
		if n := len(strip.Segments); n > 0 && strip.Segments[n-1].To.After(u.First) {
			strip.Segments[n-1].To = u.First
		}
		strip.Segments = append(strip.Segments, ui.Segment{From: u.First, To: plant.Earlier(to, k.span.To), Tone: shades[len(strip.Segments)%2], Title: lotWords(u.Lot) + ", " + s.muchOf(u.Quantity, k.items[u.Item].Unit)})
	}
	return all
}

func lotWords(lot string) string {
	if lot == "" {
		return "without a lot"
	}
	return "lot " + lot
}

// courseTables are the rows behind the tracks.
func (s *Server) courseTables(p *painter, k *course) []riskview.TimeTable {
	l := s.locale()
	stops := riskview.TimeTable{
		ID: "course-stops", Title: "Stops", Empty: "The line did not stop while it made this order.",
		Columns: []riskview.TimeColumn{{Name: "From"}, {Name: "Lasted", Num: true}, {Name: "What"}, {Name: s.inMoney("Lost"), Num: true}},
	}
	for _, x := range slices.Backward(edit.Stops(k.segments)) {
		if !k.jobs[x.Order] && !strings.HasPrefix(x.Order, k.Number) || len(stops.Rows) == 100 {
			continue
		}
		lost := figure.Unknown
		if m, _, ok := p.lossOf(k.line, execution.Job{Product: x.Product, Work: k.ID}, oee.Classic{Good: k.Good, Reject: k.Scrap}, x.Lasted, 0); ok {
			lost = s.cents(m)
		}
		cause := k.line.because(oee.Segment{Unit: x.Unit, Fault: x.Fault, Reason: x.Reason, By: x.By})
		stops.Rows = append(stops.Rows, []riskview.TimeCell{
			{Text: l.Moment(x.From), Href: stopHref(k.line.ID, x.From)}, {Text: figure.Span(x.Lasted)}, {Text: strings.TrimSuffix(stateOf(x.Category, x.Fault).Word+", "+cause, ", ")}, {Text: lost},
		})
	}
	lots := riskview.TimeTable{
		ID: "course-lots", Title: "Material and lots", Empty: "Nothing went in or came out yet.",
		Columns: []riskview.TimeColumn{{Name: "Item"}, {Name: "Lot"}, {Name: "Went"}, {Name: "Quantity", Num: true}, {Name: "First"}, {Name: "Last"}},
	}
	for _, u := range k.Lots {
		way := "in"
		if u.Made {
			way = "out"
		}
		lots.Rows = append(lots.Rows, []riskview.TimeCell{
			{Text: k.items[u.Item].Number, Href: itemHref(u.Item)}, {Text: u.Lot}, {Text: way}, {Text: s.muchOf(u.Quantity, k.items[u.Item].Unit)}, {Text: l.Moment(u.First)}, {Text: l.Moment(u.Last)},
		})
	}
	return []riskview.TimeTable{stops, lots}
}
