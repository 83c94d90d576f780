package board

import (
	"context"
	"time"

	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// Business is what the board reads of orders, material and work centres, at one moment.
type Business struct {
	Jobs    []execution.Job // open ones
	Ended   map[Step]bool   // operations whose jobs have ended
	Work    []Work          // open work orders, by due date, rank and number
	Centres map[int64]Centre
	Items   map[int64]Item // that work orders take
	Coming  []Coming       // by date
	Kit     tool.Kit       // tools, and the names of skills
	People  skill.Matrix   // who has skills, and how many work in shifts
}

// Step is an operation of a work order.
type Step struct{ Work, Operation int64 }

// Work is an open work order.
type Work struct {
	workorder.Order
	Name   string     // of the item
	Wanted plant.Date // by the customer whose order it is made for: as promised, else as asked for; 0 for none
}

// due is the date that the order is held to: its own, or the customer's when that is sooner.
func (w *Work) due() plant.Date {
	if w.Wanted != 0 && (w.Due == 0 || w.Wanted < w.Due) {
		return w.Wanted
	}
	return w.Due
}

// Centre is a work centre.
type Centre struct {
	Code, Name string
	Line       plant.LineID // at which it stands; "" for none
}

// Item is what there is of an item.
type Item struct {
	Name string
	Free plant.Quantity
}

// Coming is what is bought and on its way.
type Coming struct {
	Item     int64
	Date     plant.Date
	Quantity plant.Quantity
	Number   string // of the order
}

// Placed is where the kept schedule has an operation.
type Placed struct {
	Key        string
	Machine    string
	Start, End time.Time
	Pinned     bool   // a planner put it there
	By         string // the planner
}

// Kept is the schedule that is kept.
type Kept struct {
	Version int64    // grows when a bar changes its machine, or its place in the order
	Anew    bool     // when it is kept: one does
	Bars    []Placed // by key
}

// Decision is what a planner decides of an operation's place.
type Decision struct {
	Placed
	Version int64 // of the schedule that the planner saw
	Why     string
}

// Book keeps the schedule, and reads what it is made of.
type Book interface {
	Business(ctx context.Context) (Business, error)
	Kept(ctx context.Context) (Kept, error)
	// Keep puts a schedule in the place of the one of that version; errs.Conflict when another is kept since.
	Keep(ctx context.Context, k Kept) (version int64, err error)
	// Decide keeps what a planner decides, audited; errs.Conflict when the schedule is not that of its version.
	Decide(ctx context.Context, d Decision, by plant.Person) (version int64, err error)
}

// Queues puts the jobs of lines in order.
type Queues interface {
	// Arrange lets jobs of a line run in an order; those that are not named keep theirs, behind.
	Arrange(ctx context.Context, line plant.LineID, jobs []string, by plant.Person, why string) (changed int, err error)
}
