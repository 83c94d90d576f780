// Package bill is how items are made: bills of material with their routings, in versions.
package bill

import (
	"context"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/tool"
	"millwright/internal/plant"
)

// Bill is a version of how an item is made.
type Bill struct {
	ID         int64
	Item       int64
	Number     int64 // 1, 2, 3 … of its item
	State      State
	Revision   string         // of the item that it makes; "" for any
	Batch      plant.Quantity // the lines and run times are for so much of the item, in its stock unit
	Note       string
	From       time.Time // holds from then on, until the next one released does; zero: not released
	Obsolete   time.Time // zero: not yet
	Version    int64
	Lines      []Line      // by position
	Operations []Operation // by position
}

// State is how far a bill is.
type State string

// The states. What is released is never changed.
const (
	Draft     State = "draft"
	Released  State = "released"
	Obsoleted State = "obsolete"
)

// steps are the ways from one state to the next.
var steps = map[State][]State{
	Draft:    {Released, Obsoleted},
	Released: {Obsoleted},
}

// Kind says what a line is.
type Kind string

// The kinds of lines.
const (
	Component Kind = "component"
	CoProduct Kind = "co-product"
	ByProduct Kind = "by-product"
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Component, CoProduct, ByProduct} }

// Policy says when a component is taken out of stock.
type Policy string

// The policies.
const (
	PerCount     Policy = "per count" // as the machine counts
	PerCycle     Policy = "per cycle batch"
	AtCompletion Policy = "at completion"
	ByHand       Policy = "by hand"
)

// Policies are all policies.
func Policies() []Policy { return []Policy{PerCount, PerCycle, AtCompletion, ByHand} }

// Line is a component that a batch takes, or what comes of it besides the item.
type Line struct {
	Position  int64
	Kind      Kind
	Item      int64
	Quantity  plant.Quantity // of a batch, in Unit
	Unit      string         // a code of UNECE Recommendation 20; "" for the component's stock unit
	Once      plant.Quantity // each order takes so much besides, in Unit: start-up scrap
	Scrap     plant.Quantity // per cent that is taken on top
	Policy    Policy
	Every     plant.Quantity // of the policy per cycle batch: how much of the item that is
	Operation int64          // the position of the operation that takes it; 0 for the first
	Instead   int64          // the position of the line that it may stand for; 0 when it is no alternate
	Share     plant.Quantity // per cent of the cost that goes to what comes out besides
	Note      string

	Per     item.Ratio     // stock units of one stock unit made, with scrap; reckoned when the bill is kept
	OnceOff plant.Quantity // Once in stock units; likewise
}

// Taken tells whether a line is a component that is taken unless somebody chooses another.
func (l Line) Taken() bool { return l.Kind == Component && l.Instead == 0 }

// Operation is one step in which a batch is made.
type Operation struct {
	Position int64
	Name     string
	Centre   int64
	Setup    time.Duration // of each order
	Run      time.Duration // of one batch
	Queue    time.Duration // waits so long before it
	Crew     plant.Quantity
	Skill    int64      // that its crew needs; 0: none
	Tool     int64      // that it takes while it is worked on; 0: none
	Tools    int64      // how many of it
	Also     tool.Takes `json:",omitzero"` // besides these
	Note     string
}

// Centre is a work centre: where work is done, and what an hour of it costs.
type Centre struct {
	ID      int64
	Code    string // unique without regard to case
	Name    string
	Place   string      // the line or machine of the plant that it is; "" for none
	Machine plant.Money // of an hour
	Labour  plant.Money // of one person's hour
	Retired bool
	Version int64
}

// Step takes a bill a step further.
type Step struct {
	ID      int64
	Version int64
	To      State
	From    time.Time // of what is released: when it holds from; zero for now
}

// Use is a bill that takes an item, directly or by others.
type Use struct {
	Level int // 1: directly
	Bill  Bill
	Line  Line // the line of Bill by which it does
	Of    int64
}

// Book keeps bills. Every change is audited in its own transaction, on "bill/3".
type Book interface {
	Find(ctx context.Context, id int64) (Bill, error)   // errs.NotFound when there is none
	Of(ctx context.Context, item int64) ([]Bill, error) // all versions, the newest first, without lines and operations
	// Below gives the bills in force at a time of items and of all that they are made of; of all items where none is named.
	Below(ctx context.Context, items []int64, at time.Time) (*Graph, error)
	// Above gives the bills, but obsolete ones, that take an item, directly or by others, the nearest first.
	Above(ctx context.Context, item int64) ([]Use, error)
	Add(ctx context.Context, b Bill, c item.Change) (Bill, error)  // a draft
	Save(ctx context.Context, b Bill, c item.Change) (Bill, error) // a draft, by ID and Version; errs.Conflict when somebody was first
	Step(ctx context.Context, s Step, c item.Change) (Bill, error)
}

// Centres keeps work centres. Every change is audited in its own transaction, on "centre/2".
type Centres interface {
	Centres(ctx context.Context) ([]Centre, error) // by code
	Centre(ctx context.Context, id int64) (Centre, error)
	AddCentre(ctx context.Context, c Centre, by item.Change) (Centre, error)
	SaveCentre(ctx context.Context, c Centre, by item.Change) (Centre, error)
}
