// Package health tells programs what is to be mended about how lines are measured, in the words of the API.
package health

import (
	"context"
	"slices"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/why"
)

// Desk answers from what is known of the lines; its plant holds only what may be seen.
type Desk struct {
	Plant  func(context.Context) *plant.Plant
	Keeper func(context.Context) *health.Keeper
	Now    func() time.Time
}

// Mount adds the operations.
func Mount(b *operation.Book, d Desk) {
	operation.Get(b, access.Read, "/api/v1/health", "Tell the health of lines", d.health)
	operation.Get(b, access.Read, "/api/v1/unexplained", "List stops without a reason", d.unexplained)
}

// Asked is which lines, and how far back.
type Asked struct {
	Line string `query:"line" maxLength:"80" doc:"Only this line."`
	Days int    `query:"days" default:"30" minimum:"1" maximum:"90" doc:"How many days back."`
}

// lines are those that are asked for.
func (d Desk) lines(ctx context.Context, id string) ([]plant.Line, error) {
	all := d.Plant(ctx).Lines()
	if id == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(l plant.Line) bool { return string(l.ID) == id })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", errs.Clip(id))
	}
	return all[i : i+1], nil
}

type (
	healthIn  struct{ Asked }
	healthOut struct {
		Body struct {
			Lines []HealthOf `json:"lines"`
		}
	}
)

func (d Desk) health(ctx context.Context, in *healthIn) (*healthOut, error) {
	lines, err := d.lines(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	out, k := &healthOut{}, d.Keeper(ctx)
	out.Body.Lines = []HealthOf{}
	for _, l := range lines {
		rates, err := k.Rates(ctx, l.ID, in.Days)
		if err != nil {
			return nil, err
		}
		zone := l.Calendar.Zone
		if zone == nil {
			zone = time.UTC
		}
		sums, err := k.Given(ctx, l.ID, plant.DateIn(d.Now(), zone)-plant.Date(in.Days)+1)
		if err != nil {
			return nil, err
		}
		out.Body.Lines = append(out.Body.Lines, lineOf(l, rates, &sums))
	}
	return out, nil
}

func lineOf(l plant.Line, rates health.Rates, sums *given.Sums) HealthOf {
	_, all := sums.Per(func(given.Key) string { return "" })
	weeks, _ := sums.Per(given.Key.Week)
	shifts, _ := sums.Per(func(k given.Key) string { return k.Shift })
	one := HealthOf{Line: string(l.ID), From: rates.Of.From, To: rates.Of.To, Findings: []Finding{}, Cycles: []Cycle{}, Reasons: tallied("", &all), Weeks: parts(weeks), Shifts: parts(shifts)}
	for _, f := range health.Judge(rates.All, &all) {
		one.Findings = append(one.Findings, Finding{What: string(f.What), Product: f.Rate.Product, Share: number(f.Share), Count: f.Count})
	}
	for i := range rates.All {
		one.Cycles = append(one.Cycles, cycleOf(&rates.All[i]))
	}
	return one
}

func parts(all []given.Part) []Tally {
	tallies := make([]Tally, len(all))
	for i := range all {
		tallies[i] = tallied(all[i].Name, &all[i].Tally)
	}
	return tallies
}

func cycleOf(r *sustain.Rate) Cycle {
	c := Cycle{
		Product: r.Product, Verdict: string(r.Verdict), Ideal: seconds(r.Ideal), Sustained: seconds(r.Cycle), Fitting: seconds(r.Fitting), Speed: number(r.Speed),
		Window: r.Window.Seconds(), Windows: r.Windows, Stretches: r.Stretches, Ran: r.Ran.Seconds(), Made: r.Made.Float(), Best: []CycleRun{},
	}
	for _, b := range r.Best {
		c.Best = append(c.Best, CycleRun{From: b.From.UTC(), To: b.To.UTC(), Made: b.Made.Float(), Speed: number(b.Speed)})
	}
	return c
}

func seconds(d time.Duration) *float64 {
	if d <= 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}

func number(r oee.Ratio) *float64 {
	if !r.OK {
		return nil
	}
	return &r.Value
}

type (
	unexplainedIn struct {
		Asked
		Limit int `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"The longest ones, of all lines together."`
	}
	unexplainedOut struct {
		Body struct {
			Count int        `json:"count" doc:"Of all, also those that are left out."`
			Stops []OpenStop `json:"stops" doc:"The longest first."`
		}
	}
)

func (d Desk) unexplained(ctx context.Context, in *unexplainedIn) (*unexplainedOut, error) {
	lines, err := d.lines(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	k, since := d.Keeper(ctx), d.Now().Add(-time.Duration(in.Days)*24*time.Hour)
	var all []edit.Stop
	for _, l := range lines {
		stops, err := k.Open(ctx, l.ID, since)
		if err != nil {
			return nil, err
		}
		all = append(all, stops...)
	}
	slices.SortStableFunc(all, func(a, b edit.Stop) int { return int(b.Lasted - a.Lasted) })
	out := &unexplainedOut{}
	out.Body.Count, out.Body.Stops = len(all), []OpenStop{}
	all = all[:min(len(all), in.Limit)]
	p := d.Plant(ctx)
	told := map[plant.LineID][]OpenStop{}
	for _, l := range lines {
		mine := slices.DeleteFunc(slices.Clone(all), func(x edit.Stop) bool { return x.Line != l.ID })
		guesses, err := k.Hunches(ctx, l.ID, mine...)
		if err != nil {
			return nil, err
		}
		for i, x := range mine {
			told[l.ID] = append(told[l.ID], stopOf(p, l, x, guesses[i]))
		}
	}
	for _, x := range all {
		out.Body.Stops = append(out.Body.Stops, told[x.Line][0])
		told[x.Line] = told[x.Line][1:]
	}
	return out, nil
}

func stopOf(p *plant.Plant, l plant.Line, x edit.Stop, guesses []hunch.Guess) OpenStop {
	s := OpenStop{
		Line: string(x.Line), From: x.From.UTC(), To: x.To.UTC(), Seconds: x.Lasted.Seconds(), Shift: x.Shift, Date: x.Date,
		Unit: string(x.Unit), Fault: x.Fault, Product: x.Product, Order: x.Order, Comment: x.Comment, Seen: x.Seen, Suggestions: []Suggestion{},
	}
	for _, g := range guesses {
		one := Suggestion{Reason: why.Given(p, l, g.Reason), Right: g.Right, Of: g.Of}
		for _, ground := range g.Grounds {
			one.Grounds = append(one.Grounds, Ground{Name: ground.Name, Value: ground.Value, With: ground.With, Of: ground.Of})
		}
		s.Suggestions = append(s.Suggestions, one)
	}
	return s
}
