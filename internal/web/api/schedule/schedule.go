// Package schedule is how programs read the schedule of the lines, move what is in it and publish it, in the words of the API.
package schedule

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Board *board.Board // nil means that nothing is scheduled
	By    func(ctx context.Context) plant.Person
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	b.Quantities()
	operation.Get(b, access.Read, "/api/v1/schedule", "Get the schedule", d.get)
	operation.Get(b, access.Read, "/api/v1/schedule/whatif", "Ask what would be if an order came first", d.suppose)
	operation.Post(b, access.WritePlan, "/api/v1/schedule/move", "Move an operation in the schedule", d.move)
	operation.Post(b, access.WritePlan, "/api/v1/schedule/publish", "Put the queues into the order of the schedule", d.publish)
}

// ScheduleBar is an operation at its place.
type ScheduleBar struct {
	Key         string         `json:"key" doc:"The job's number, or the work order's with the operation's position."`
	Machine     string         `json:"machine" doc:"The key of a line or work centre."`
	Open        []string       `json:"open" doc:"Where else it could be made; its own machine is among them."`
	Job         string         `json:"job,omitempty" doc:"Its job in the line's queue; left out when there is none yet."`
	Work        int64          `json:"work,omitempty" doc:"The id of its work order."`
	Operation   int64          `json:"operation,omitempty"`
	Order       string         `json:"order,omitempty" doc:"The customer's order that it is for."`
	Product     string         `json:"product"`
	Quantity    plant.Quantity `json:"quantity" doc:"That is left to make."`
	Status      string         `json:"status,omitempty" doc:"Of its job."`
	SetUp       time.Time      `json:"setUp" doc:"When its set-up begins; start where there is none."`
	Start       time.Time      `json:"start"`
	End         time.Time      `json:"end"`
	LatestStart time.Time      `json:"latestStart" doc:"Scheduled backwards: begun by then, nothing is later than it is due, or than it is now."`
	LatestEnd   time.Time      `json:"latestEnd" doc:"When it ends then."`
	Due         *time.Time     `json:"due"`
	Late        int64          `json:"late" doc:"Seconds after it is due; 0 when it is not late."`
	Why         string         `json:"why" doc:"What holds it where it is."`
	Speed       string         `json:"speed,omitempty" doc:"How fast it is made, as the promises have it too; left out when the routing says how long it takes, or nobody."`
	Takes       string         `json:"takes,omitempty" doc:"What it takes of tools and people while it is worked on."`
	Assumed     string         `json:"assumed,omitempty" doc:"What is assumed of it."`
	Pinned      bool           `json:"pinned" doc:"A planner put it there."`
	PinnedBy    string         `json:"pinnedBy,omitempty"`
}

// ScheduleMachine is a line, or a work centre that is none.
type ScheduleMachine struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Line    string `json:"line,omitempty" doc:"Left out for a work centre."`
	Assumed string `json:"assumed,omitempty" doc:"What is assumed of its calendar."`
}

// ScheduleUnplaced is what could not be placed.
type ScheduleUnplaced struct {
	Key string `json:"key"`
	Why string `json:"why"`
}

// Schedule is the schedule as it was made at a moment.
type Schedule struct {
	At          time.Time          `json:"at"`
	Version     int64              `json:"version" doc:"Send it with a move: it fails when the order has changed since."`
	End         time.Time          `json:"end" doc:"Of the last operation."`
	Late        int64              `json:"late" doc:"Seconds that orders are late, in all."`
	LateOrders  int                `json:"lateOrders"`
	Gap         float64            `json:"gap" doc:"The share by which the schedule costs more than the bound that none is under; 0 is proven best."`
	Unpublished int                `json:"unpublished" doc:"Jobs and orders that have another place in the queues of their lines."`
	Machines    []ScheduleMachine  `json:"machines"`
	Bars        []ScheduleBar      `json:"bars" doc:"By machine and start."`
	Unplaced    []ScheduleUnplaced `json:"unplaced"`
}

func told(s *board.Standing) Schedule {
	out := Schedule{
		At: s.At, Version: s.Version, End: s.End.UTC(), Late: int64(s.Late / time.Second), LateOrders: s.LateJobs, Gap: float64(s.Gap) / 1e6, Unpublished: s.Unpublished(),
		Machines: []ScheduleMachine{}, Bars: []ScheduleBar{}, Unplaced: []ScheduleUnplaced{},
	}
	for i := range s.Machines {
		m := &s.Machines[i]
		out.Machines = append(out.Machines, ScheduleMachine{Key: m.Key, Name: m.Name, Line: string(m.Line), Assumed: m.Assumed})
	}
	for i := range s.Bars {
		out.Bars = append(out.Bars, toldBar(&s.Bars[i]))
	}
	for _, u := range s.Unplaced {
		out.Unplaced = append(out.Unplaced, ScheduleUnplaced(u))
	}
	return out
}

func toldBar(b *board.Bar) ScheduleBar {
	out := ScheduleBar{
		Key: b.Key, Machine: b.Machine, Open: b.Open, Job: b.Job, Work: b.Work, Operation: b.Operation, Order: b.Order, Product: b.Product, Quantity: b.Quantity, Status: b.Status,
		SetUp: b.SetUp.UTC(), Start: b.Start.UTC(), End: b.End.UTC(), LatestStart: b.Latest.Start.UTC(), LatestEnd: b.Latest.End.UTC(), Late: int64(b.Late / time.Second), Why: b.Why, Speed: b.Speed, Takes: b.Takes, Assumed: b.Assumed, Pinned: b.Pinned, PinnedBy: b.PinnedBy,
	}
	if !b.Due.IsZero() {
		due := b.Due.UTC()
		out.Due = &due
	}
	return out
}

type scheduleOut struct{ Body Schedule }

// there gives the board; errs.NotFound where nothing is scheduled.
func (d Deps) there() (*board.Board, error) {
	if d.Board == nil {
		return nil, errs.New(errs.NotFound, "nothing is scheduled here")
	}
	return d.Board, nil
}

func (d Deps) get(ctx context.Context, _ *struct{}) (*scheduleOut, error) {
	b, err := d.there()
	if err != nil {
		return nil, err
	}
	s := b.Standing()
	if s == nil {
		if s, err = b.Plan(ctx); err != nil {
			return nil, err
		}
	}
	return &scheduleOut{told(s)}, nil
}

type (
	supposeIn struct {
		First string `query:"first" required:"true" maxLength:"80" doc:"The key of an operation: its order comes before all that does not run."`
	}
	supposeOut struct {
		Body struct {
			Is    Schedule `json:"is"`
			Would Schedule `json:"would" doc:"Nothing of it is kept."`
		}
	}
)

func (d Deps) suppose(ctx context.Context, in *supposeIn) (*supposeOut, error) {
	b, err := d.there()
	if err != nil {
		return nil, err
	}
	is, would, err := b.Suppose(ctx, in.First)
	if err != nil {
		return nil, err
	}
	out := &supposeOut{}
	out.Body.Is, out.Body.Would = told(is), told(would)
	return out, nil
}

type moveIn struct {
	Body struct {
		Key     string `json:"key" maxLength:"80"`
		Machine string `json:"machine,omitempty" maxLength:"80" doc:"Left out, it stays on its own."`
		Before  string `json:"before,omitempty" maxLength:"80" doc:"The key of an operation on that machine. With neither before nor after it goes to the end."`
		After   string `json:"after,omitempty" maxLength:"80"`
		Free    bool   `json:"free,omitempty" doc:"Instead: let it be placed as it comes again."`
		Version int64  `json:"version" doc:"Of the schedule that was seen."`
		Why     string `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) move(ctx context.Context, in *moveIn) (*scheduleOut, error) {
	b, err := d.there()
	if err != nil {
		return nil, err
	}
	x := in.Body
	s, err := b.Move(ctx, board.Move{Key: x.Key, Machine: x.Machine, Before: x.Before, After: x.After, Free: x.Free, Version: x.Version, Why: x.Why}, d.By(ctx))
	if err != nil {
		return nil, err
	}
	return &scheduleOut{told(s)}, nil
}

type (
	publishIn struct {
		Body struct {
			Version int64 `json:"version" doc:"Of the schedule that was seen."`
		}
	}
	publishOut struct {
		Body struct {
			Changed int `json:"changed" doc:"Jobs and orders that have another place now."`
		}
	}
)

func (d Deps) publish(ctx context.Context, in *publishIn) (*publishOut, error) {
	b, err := d.there()
	if err != nil {
		return nil, err
	}
	out := &publishOut{}
	out.Body.Changed, err = b.Publish(ctx, in.Body.Version, d.By(ctx))
	if err != nil {
		return nil, err
	}
	return out, nil
}
