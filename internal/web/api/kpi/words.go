package kpi

import (
	"math"
	"strconv"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/kpi/compare"
	"millwright/internal/mes/oee/money"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// FiguresOf is one part of what was divided.
type FiguresOf struct {
	Period     string             `json:"period,omitempty" doc:"2026-03-02, 2026-W10, 2026-03, 2026-03-02 Early, or when the hour begins." example:"2026-03-02"`
	Name       string             `json:"name" doc:"Of the first side; empty is what is known of nobody, or when nothing is divided by." example:"filling-1"`
	Sides      map[string]string  `json:"sides,omitempty" doc:"Of each side, where there are several."`
	From       time.Time          `json:"from" doc:"Of the period."`
	To         time.Time          `json:"to"`
	OwnFrom    *time.Time         `json:"ownFrom,omitempty" doc:"What single machines tell of themselves, and yields that are rolled up of them, is of whole hours where more than twelve machines are asked for a part of one: from here, to ownTo."`
	OwnTo      *time.Time         `json:"ownTo,omitempty"`
	Seconds    map[string]float64 `json:"seconds" doc:"Of each category; over all groups they add up to the time of the lines."`
	Stops      map[string]int64   `json:"stops" doc:"How many stretches there were of each category."`
	Good       float64            `json:"good"`
	Reject     float64            `json:"reject"`
	Estimated  bool               `json:"estimated,omitempty" doc:"Pieces of it are a share by time, as a segment goes on over the end of the time that is asked for."`
	Ideal      float64            `json:"ideal" doc:"Seconds that an ideal line takes for all pieces."`
	Unseen     float64            `json:"unseen,omitempty" doc:"Of ideal: for pieces made while nobody saw the line, which are no part of performance."`
	KPIs       []Figure           `json:"kpis"`
	Confidence *Confidence        `json:"confidence,omitempty"`
	Money      *Money             `json:"money" doc:"Null when nobody says what the time is worth, or in more than one currency."`
	Then       *FiguresOf         `json:"then,omitempty" doc:"The same of the other range."`
}

// Figure is a key figure.
type Figure struct {
	ID      string       `json:"id" example:"oee"`
	Value   *float64     `json:"value" doc:"Null when it is not known. Never capped. Times in seconds."`
	Low     *float64     `json:"low,omitempty" doc:"With data missing: at least."`
	High    *float64     `json:"high,omitempty" doc:"With data missing: at most."`
	AtLeast bool         `json:"atLeast,omitempty" doc:"It is a lower bound: nothing failed yet."`
	Name    string       `json:"name,omitempty"`
	Unit    string       `json:"unit,omitempty" doc:"ratio, time, pieces, count, pieces per hour, time per piece."`
	Formula string       `json:"formula,omitempty" example:"Run time ÷ planned production time"`
	Terms   []FigureTerm `json:"terms,omitempty"`
	Note    string       `json:"note,omitempty" doc:"Why it is not known, or what to know about it."`
}

// FigureTerm is one number of a formula.
type FigureTerm struct {
	Sign  string       `json:"sign,omitempty"`
	Name  string       `json:"name"`
	Value *float64     `json:"value"`
	Unit  string       `json:"unit"`
	Parts []FigurePart `json:"parts,omitempty"`
}

// FigurePart is what a number of a formula is made of: the segments of a category, or those with pieces.
type FigurePart struct {
	Name     string   `json:"name"`
	Category string   `json:"category,omitempty" doc:"Whose segments make it; without one, all with pieces do."`
	Of       string   `json:"of" doc:"As /api/v1/kpi/segments is asked for them."`
	Value    *float64 `json:"value"`
}

// Confidence is how far the figures can be relied on.
type Confidence struct {
	Grade       string   `json:"grade" enum:"high,fair,low"`
	Coverage    *float64 `json:"coverage" doc:"Known part of the time."`
	Edited      *float64 `json:"edited" doc:"FigurePart of the planned time that people gave another meaning."`
	Unexplained float64  `json:"unexplainedSeconds" doc:"Down time without a reason."`
	Skewed      uint64   `json:"skewed" doc:"Readings stamped out of reason since the machines were connected."`
	Off         float64  `json:"skewSeconds" doc:"How far off the worst of these were."`
	Why         []string `json:"why" doc:"What lowers it."`
}

// Money is what planned time was worth, and what it was lost to. Amounts are decimals.
type Money struct {
	Currency string            `json:"currency" example:"EUR"`
	Perfect  string            `json:"perfect" doc:"What the planned time is worth."`
	Good     string            `json:"good" doc:"What was made of it."`
	Lost     string            `json:"lost"`
	Stops    map[string]string `json:"stops" doc:"By category."`
	Speed    string            `json:"speed" doc:"Below zero when the ideal cycle is too slow."`
	Quality  string            `json:"quality"`
	Unknown  float64           `json:"unknownSeconds" doc:"Planned time of which nobody says what it is worth."`
}

// compared writes a group of one range or two.
func (a *asked) compared(c compare.Compared) FiguresOf {
	if c.Now == nil {
		g := FiguresOf{Name: c.Sides[0], Sides: a.named(c.Name), Seconds: map[string]float64{}, Stops: map[string]int64{}, KPIs: []Figure{}}
		then := a.group(c.Then)
		g.Then = &then
		return g
	}
	g := a.group(c.Now)
	if c.Then != nil {
		then := a.group(c.Then)
		g.Then = &then
	}
	return g
}

func (a *asked) group(g *kpi.Group) FiguresOf {
	out := FiguresOf{
		Period: g.Period, Name: g.Sides[0], Sides: a.named(g.Name), From: g.From.UTC(), To: g.To.UTC(), Seconds: map[string]float64{}, Stops: map[string]int64{},
		Good: amount(g.Good), Reject: amount(g.Reject), Estimated: rollup.Estimated(g, a.cuts), Ideal: g.Ideal.Seconds(), Unseen: g.Unseen.Seconds(), KPIs: []Figure{},
	}
	for c, d := range g.Times {
		if d != 0 {
			out.Seconds[oee.Category(c).String()] = d.Seconds()
		}
		if n := g.Stops[c]; n != 0 && oee.Category(c) != oee.Running {
			out.Stops[oee.Category(c).String()] = n
		}
	}
	if !a.by.Causes() {
		out.Confidence = a.trust(g)
	}
	for _, v := range append(a.values(g), a.ownValues(g)...) {
		if a.wants(v.ID) {
			out.KPIs = append(out.KPIs, a.value(v))
		}
	}
	if told, wider := a.hours[g].Of(g.Span); wider {
		from, to := told.From.UTC(), told.To.UTC()
		out.OwnFrom, out.OwnTo = &from, &to
	}
	if currency, l, ok := a.worth(g); ok {
		out.Money = moneyOf(currency, l)
	}
	return out
}

// values gives the key figures of a group; how each is made is only found out where that is asked for.
func (a *asked) values(g *kpi.Group) []kpi.Value {
	switch {
	case a.by.Causes() && a.formulas:
		return kpi.CauseValues(g)
	case a.by.Causes():
		return kpi.BareCauses(g)
	case a.formulas:
		return kpi.Values(&g.Sums, a.about)
	}
	return kpi.Bare(&g.Sums, a.about)
}

// named gives which one it is of each side; nothing where there is one side or none.
func (a *asked) named(n kpi.Name) map[string]string {
	if a.by.Sides[1] == kpi.All {
		return nil
	}
	sides := map[string]string{}
	for i, s := range a.by.Sides {
		if s != kpi.All {
			sides[string(s)] = n.Sides[i]
		}
	}
	return sides
}

func (a *asked) wants(id kpi.ID) bool {
	for _, one := range a.only {
		if one == id {
			return true
		}
	}
	return len(a.only) == 0
}

func (a *asked) trust(g *kpi.Group) *Confidence {
	skew, last := oee.Skew{}, plant.LineID("")
	for _, p := range g.Parts { // of a line they follow one another
		if p.Line != last {
			skew.Add(a.skewed[p.Line].Since(g.From))
			last = p.Line
		}
	}
	return confidence(&g.Sums, skew)
}

// Trust says how far the figures of a line's segments in a window can be relied on.
func (f Floor) Trust(line plant.LineID, window plant.Span, segments []oee.Segment) *Confidence {
	sums := kpi.Of(window, segments)
	return confidence(&sums, f.skews()[line].Since(window.From))
}

func confidence(s *kpi.Sums, skew oee.Skew) *Confidence {
	t := kpi.Trust(s, skew)
	return &Confidence{
		Grade: string(t.Grade), Coverage: number(t.Coverage), Edited: number(t.Edited), Unexplained: t.Unexplained.Seconds(), Skewed: skew.Readings, Off: skew.Off.Seconds(),
		Why: append([]string{}, t.Why...),
	}
}

func (a *asked) value(v kpi.Value) Figure {
	out := Figure{ID: string(v.ID), Value: number(v.Ratio), Low: number(v.Low), High: number(v.High), AtLeast: v.AtLeast}
	if !a.formulas {
		return out
	}
	out.Name, out.Unit, out.Formula, out.Note = v.Name, string(v.Measure), v.Formula, v.Note
	for _, t := range v.Terms {
		term := FigureTerm{Sign: t.Sign, Name: t.Name, Value: number(t.Float()), Unit: string(t.Measure)}
		for _, p := range t.Parts {
			part := FigurePart{Name: p.Name, Of: wordOf(p), Value: number(p.Float())}
			if !p.Any && !p.Ordered {
				part.Category = p.Of.String()
			}
			term.Parts = append(term.Parts, part)
		}
		out.Terms = append(out.Terms, term)
	}
	return out
}

func moneyOf(currency string, l money.Losses) *Money {
	m := &Money{
		Currency: currency, Perfect: l.Perfect.String(), Good: l.Good.String(), Lost: l.Total().String(), Stops: map[string]string{},
		Speed: l.Speed.String(), Quality: l.Quality.String(), Unknown: l.Unknown.Seconds(),
	}
	for c, lost := range l.Stops {
		if lost != 0 {
			m.Stops[oee.Category(c).String()] = lost.String()
		}
	}
	return m
}

// number gives a finite number, else null.
func number(r oee.Ratio) *float64 {
	if !r.OK || math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
		return nil
	}
	return &r.Value
}

func amount(q plant.Quantity) float64 {
	f, err := strconv.ParseFloat(q.String(), 64)
	if err != nil {
		return q.Float()
	}
	return f
}

// decimal writes a number that somebody asks with, to the millionth.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }
