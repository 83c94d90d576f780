// Package kpi tells programs the key figures of lines.
package kpi

import (
	"context"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/kpi/compare"
	"millwright/internal/mes/oee/money"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Floor is what the figures are made from. Its plant holds only what may be seen.
type Floor struct {
	Plant    *plant.Plant
	Lines    rollup.Lines
	Sums     rollup.Book // nil when none are kept
	Layout   rollup.Layouts
	Tags     *tag.Registry
	UnitOf   func(tag.ID) (plant.UnitID, plant.LineID)
	Sessions interface{ Connections() []collect.Status } // nil when there are none
	Alone    *workunit.Units                             // nil where the time of single machines is not known
	Sources  func(plant.Line, *oee.Segment) []string     // the tags that a segment rests on
}

// Desk answers questions about key figures.
type Desk struct {
	Floor func(context.Context) Floor
	Now   func() time.Time
}

// The bounds of a question.
const (
	mostGroups = 5_000
	longest    = 3 * 366 * 24 * time.Hour
	widest     = 8 * 24 * time.Hour // that is looked at segment by segment
)

// Range is a time as it is asked for.
type Range struct {
	From string `query:"from" required:"true" maxLength:"40" doc:"A time (RFC 3339), or a date: then both are dates, and meant are the shifts that open on them." example:"2026-03-02"`
	To   string `query:"to" required:"true" maxLength:"40" doc:"A time, which is not part of it, or a date, which is."`
}

// Question is a question.
type Question struct {
	Range
	By       string   `query:"by" maxLength:"80" doc:"A period (hour, shift, day, week, month), up to four sides (line, area, site, unit, reason, shift-name, product, order, operator), or both, with commas between. Days, weeks (ISO 8601) and months are those of the dates on which shifts open; hours are counted from where their shift began. The operator is who was signed on at the line: what several share is counted for each." example:"line,day"`
	Line     []string `query:"line,explode" maxItems:"500" doc:"Only these lines."`
	KPI      []string `query:"kpi,explode" maxItems:"50" doc:"Only these key figures, by id."`
	Formulas bool     `query:"formulas" doc:"With each figure how it is made."`
	ThenFrom string   `query:"thenFrom" maxLength:"40" doc:"Another range, which is compared: like from."`
	ThenTo   string   `query:"thenTo" maxLength:"40"`
	Limit    int      `query:"limit" minimum:"0" maximum:"5000" doc:"About so many groups at once: whole dates, weeks or months, one at least. For dates, by shift, day, week or month." example:"250"`
	Demand   float64  `query:"demand" minimum:"0" maximum:"1e12" doc:"Pieces that are wanted from each group, for takt."`
}

// Figures is the answer.
type Figures struct {
	Body struct {
		By     string      `json:"by"`
		From   time.Time   `json:"from"`
		To     time.Time   `json:"to" doc:"Not after now."`
		Groups []FiguresOf `json:"groups"`
		Next   string      `json:"next,omitempty" doc:"There is more than the limit: ask again with it as from."`
	}
}

// Ask answers a question.
func (d Desk) Ask(ctx context.Context, in *Question) (*Figures, error) {
	f := d.Floor(ctx)
	a, err := f.asked(in)
	if err != nil {
		return nil, err
	}
	if in.Limit > 0 {
		return d.page(ctx, a, in)
	}
	now, window, err := d.groups(ctx, a, in.Range)
	if err != nil {
		return nil, err
	}
	out := &Figures{}
	out.Body.By, out.Body.From, out.Body.To, out.Body.Groups = in.By, window.From, window.To, []FiguresOf{}
	var then []kpi.Group
	if in.ThenFrom != "" || in.ThenTo != "" {
		if then, _, err = d.groups(ctx, a, Range{in.ThenFrom, in.ThenTo}); err != nil {
			return nil, err
		}
	}
	for _, c := range compare.Groups(now, then) {
		out.Body.Groups = append(out.Body.Groups, a.compared(c))
	}
	return out, nil
}

// asked is a question that is understood.
type asked struct {
	Floor
	by       kpi.By
	lines    []kpi.Layout
	at       map[plant.LineID]home
	only     []kpi.ID
	formulas bool
	about    kpi.About
	own      map[*kpi.Group][]*workunit.Own
	hours    map[*kpi.Group]workunit.Hours
	cuts     []rollup.Cut
	skewed   map[plant.LineID]oee.Skew
	money    *money.Book
}

// home is a line and where it is.
type home struct {
	plant.Line
	currency string
}

func (f Floor) asked(in *Question) (*asked, error) {
	a := &asked{Floor: f, at: map[plant.LineID]home{}, own: map[*kpi.Group][]*workunit.Own{}, hours: map[*kpi.Group]workunit.Hours{}, formulas: in.Formulas, skewed: f.skews()}
	a.money = money.NewBook(func(id plant.LineID) (plant.Line, bool) {
		h, ok := a.at[id]
		return h.Line, ok
	})
	var err error
	if a.by, err = kpi.ParseBy(in.By); err != nil {
		return nil, err
	}
	if a.about.Demand, err = plant.ParseQuantity(decimal(in.Demand)); err != nil {
		return nil, errs.New(errs.Invalid, "demand: %v", err)
	}
	for _, s := range f.Plant.Sites {
		for _, area := range s.Areas {
			for _, l := range area.Lines {
				a.at[l.ID] = home{l, s.Currency}
				if len(in.Line) == 0 || slices.Contains(in.Line, string(l.ID)) {
					a.lines = append(a.lines, f.Layout(l.ID))
				}
			}
		}
	}
	for _, id := range in.Line {
		if _, ok := a.at[plant.LineID(id)]; !ok {
			return nil, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", clip(id))
		}
	}
	known := ids()
	for _, id := range in.KPI {
		if !slices.Contains(known, kpi.ID(id)) {
			return nil, errs.New(errs.Invalid, "there is no key figure %q; there are %v", clip(id), known)
		}
		a.only = append(a.only, kpi.ID(id))
	}
	return a, nil
}

// ids are the key figures that there are.
func ids() (all []kpi.ID) {
	for _, v := range slices.Concat(kpi.Values(&kpi.Sums{}, kpi.About{}), kpi.CauseValues(&kpi.Group{}), []kpi.Value{{ID: kpi.RolledYield}}) {
		if !slices.Contains(all, v.ID) {
			all = append(all, v.ID)
		}
	}
	return all
}

// groups divides a range as it is asked for.
func (d Desk) groups(ctx context.Context, a *asked, r Range) ([]kpi.Group, plant.Span, error) {
	q, err := r.question(d.Now())
	if err != nil {
		return nil, q.Span, err
	}
	q.Lines, q.By = a.lines, a.by
	g := kpi.NewGrouper(a.by, q.Span, mostGroups, a.homeOf)
	read := rollup.Reader{Book: a.Sums, Lines: a.Lines}
	if err := read.Rows(ctx, q, g.Place); err != nil {
		return nil, q.Span, err
	}
	cuts, err := read.Cuts(ctx, q, d.Now())
	if err != nil {
		return nil, q.Span, err
	}
	a.cuts = append(a.cuts, cuts...)
	own, hours, err := a.machines(ctx, q, g)
	if err != nil {
		return nil, q.Span, err
	}
	all, err := g.Groups()
	for i := range all {
		a.own[&all[i]], a.hours[&all[i]] = own[all[i].Name], hours
	}
	return all, q.Span, err
}

// homeOf tells where a line is.
func (a *asked) homeOf(l plant.LineID) (area, site string) {
	h := a.at[l]
	return h.Area, string(h.Site)
}

// question understands a range: two times, or two dates.
func (r Range) question(now time.Time) (q rollup.Question, err error) {
	first, wrong := plant.ParseDate(r.From)
	last, wrongToo := plant.ParseDate(r.To)
	switch {
	case wrong == nil && wrongToo == nil:
		q.Span = rollup.Dates(first, last)
		q.First, q.Last = r.From, r.To
	default:
		if q.From, err = time.Parse(time.RFC3339, r.From); err == nil {
			q.To, err = time.Parse(time.RFC3339, r.To)
		}
		if err != nil {
			return q, errs.New(errs.Invalid, "from and to must both be times like 2026-03-02T06:00:00Z, or both dates like 2026-03-02")
		}
		q.From, q.To = q.From.UTC().Truncate(time.Microsecond), q.To.UTC().Truncate(time.Microsecond)
	}
	if last < first || !q.From.Before(q.To) || q.To.Sub(q.From) > longest || q.From.Year() < 1970 {
		return q, errs.New(errs.Invalid, "from must come before to, by three years at most")
	}
	if now = now.UTC().Truncate(time.Microsecond); q.To.After(now) {
		q.To = now
	}
	if !q.From.Before(q.To) {
		return q, errs.New(errs.Invalid, "from lies in the future")
	}
	return q, nil
}

// skews tells of how many readings of each line the clock was off.
func (f Floor) skews() map[plant.LineID]oee.Skew {
	if f.Sessions == nil || f.Tags == nil {
		return nil
	}
	skewed := map[string]oee.Skew{}
	for _, s := range f.Sessions.Connections() {
		if s.Skewed > 0 {
			skewed[s.Connection] = oee.Skew{Readings: s.Skewed, Off: s.Off, Last: s.SkewedAt}
		}
	}
	if len(skewed) == 0 {
		return nil
	}
	type pair struct {
		line       plant.LineID
		connection string
	}
	seen, all := map[pair]bool{}, map[plant.LineID]oee.Skew{}
	for _, t := range f.Tags.All() {
		_, line := f.UnitOf(t.ID)
		if p := (pair{line, t.Connection}); line != "" && !seen[p] {
			seen[p] = true
			sum := all[line]
			sum.Add(skewed[t.Connection])
			all[line] = sum
		}
	}
	return all
}

// worth values a group, if all of it is of one currency.
func (a *asked) worth(g *kpi.Group) (currency string, l money.Losses, ok bool) {
	for i := range g.Parts {
		c := a.at[g.Parts[i].Line].currency
		if i > 0 && c != currency {
			return "", l, false
		}
		currency = c
	}
	l = a.money.Group(g)
	return currency, l, l.Unknown < g.Classic().PPT || g.Classic().PPT == 0 && l.Perfect != 0
}

func clip(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64])
	}
	return s
}
