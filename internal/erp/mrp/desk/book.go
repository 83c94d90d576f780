package desk

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Doing is who decides something, and why. The same key again does nothing twice.
type Doing struct {
	By  plant.Person
	Why string
	Key string
}

// Decisions are what planners decide. Every one is a transaction of its own, and audited.
type Decisions interface {
	// Accept does what a message asks for, and gives the document that it made or changed.
	Accept(ctx context.Context, a Acceptance, by Doing) (document string, err error)
	// Ignore leaves a message out of the worklist until a date, which may be 0: not any more.
	Ignore(ctx context.Context, i Ignoring, by Doing) error
	// SetForecast keeps a forecast by its item and first date; 0 takes it away.
	SetForecast(ctx context.Context, f Forecast, by Doing) (Forecast, error)
	Forecasts(ctx context.Context, item int64) ([]Forecast, error)
}

// Acceptance does what a message asks for. Another date or quantity may be said than it asks for.
type Acceptance struct {
	ID       int64
	Version  int64
	Quantity plant.Quantity // 0: as it says
	Due      plant.Date     // 0: as it says
	Release  bool           // of a planned order to make: it is not only firmed, but released at once
	Today    plant.Date
}

// Ignoring leaves a message out of the worklist.
type Ignoring struct {
	ID      int64
	Version int64
	Until   plant.Date
}

// Loop is a kanban loop: cards that order a quantity of an item when their box is empty.
type Loop struct {
	ID       int64
	Item     int64
	Number   string // of the item
	Name     string
	Supply   string // "make" or "buy"
	Place    int64
	Line     string
	Quantity plant.Quantity
	Note     string
	Retired  bool
	Version  int64
	Cards    []Card
}

// Card is one card of a loop.
type Card struct {
	ID       int64
	Code     string // "KB-000001"
	Loop     int64
	State    CardState
	Document string // that fills its box
	At       time.Time
	Version  int64
}

// Scanning is a card that is scanned; a version other than 0 is the one that was seen, so that who scans it twice, or
// two people, order once.
type Scanning struct {
	Code    string
	Version int64
	Today   plant.Date
}

// CardState is where a card is.
type CardState string

// The states of a card.
const (
	Full    CardState = "full"    // at its box
	Empty   CardState = "empty"   // its box is used up, and nothing is ordered yet
	Ordered CardState = "ordered" // what fills its box is on its way
)

// Scan takes a card a step further: a full one is empty and orders, one that was ordered is full.
func (s CardState) Scan() CardState {
	if s == Ordered {
		return Full
	}
	return Ordered
}

// Kanban keeps loops and their cards.
type Kanban interface {
	Loops(ctx context.Context) ([]Loop, error)
	Loop(ctx context.Context, id int64) (Loop, error)
	// SetLoop keeps a loop, new with ID 0, with so many cards: cards that are at their box go first when there are fewer.
	SetLoop(ctx context.Context, l Loop, cards int, by Doing) (Loop, error)
	// Card finds a card by its code.
	Card(ctx context.Context, code string) (Card, error)
	// ScanCard scans a card: it orders, or its box is full again.
	ScanCard(ctx context.Context, s Scanning, by Doing) (Card, error)
}

// Request is what a purchase is asked for with.
type Request struct {
	Item     int64
	Quantity plant.Quantity
	Due      plant.Date
	Today    plant.Date
}

// Amendment is how an order is to change.
type Amendment struct {
	Line     int64
	From     plant.Date     // when it is due now: it tells the calls of a line apart
	Was      plant.Quantity // that is still to come as it is
	Due      plant.Date
	Quantity plant.Quantity // that is still to come
	Cancel   bool
	Today    plant.Date
}

// Say writes a message for the audit.
func (m Message) Say() string {
	words := m.Action + " " + m.Quantity.String()
	if m.Document != "" {
		words += " of " + m.Document
	}
	return words + ", " + m.From.String() + " to " + m.To.String() + ": " + m.Reason
}

// Say writes a forecast for the audit.
func (f Forecast) Say() string {
	return f.Quantity.String() + " from " + f.From.String() + " until before " + f.To.String()
}

// mostForecast is the largest quantity of one forecast.
const mostForecast = plant.Quantity(1) << 50

// Check finds what cannot be a forecast.
func (f Forecast) Check() error {
	var wrong []errs.Field
	add := func(bad bool, path, message string) {
		if bad {
			wrong = append(wrong, errs.Field{Path: path, Message: message})
		}
	}
	add(f.Item <= 0, "item", "Say of which item.")
	add(f.From <= 0, "from", "Say from when.")
	add(f.To <= f.From, "to", "It ends after it begins.")
	add(f.To-f.From > 400, "to", "One forecast is for 400 days at most.")
	add(f.Quantity < 0 || f.Quantity > mostForecast, "quantity", "Give a quantity from 0 on that can be counted.")
	add(len(f.Note) > 500, "note", "Write at most 500 letters.")
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be a forecast", Fields: wrong}
}

// Check finds what cannot be a loop.
func (l Loop) Check(cards int) error {
	var wrong []errs.Field
	add := func(bad bool, path, message string) {
		if bad {
			wrong = append(wrong, errs.Field{Path: path, Message: message})
		}
	}
	add(l.Item <= 0, "item", "Say of which item.")
	add(l.Supply != "make" && l.Supply != "buy", "supply", "Say whether it is made or bought.")
	add(l.Quantity <= 0 || l.Quantity > mostForecast, "quantity", "Give a quantity greater than 0 that can be counted.")
	add(cards < 1 || cards > 500, "cards", "A loop has 1 to 500 cards.")
	add(len(l.Note) > 500, "note", "Write at most 500 letters.")
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be a kanban loop", Fields: wrong}
}
