// Package stock is the ledger of material: every change is a move between two places, no balance is ever written.
package stock

import (
	"fmt"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// The places that every plant has. What lies at the first ones but Transit is not ours.
const (
	Supplier   int64 = 1 // where bought material comes from
	Customer   int64 = 2 // where sold material goes
	Production int64 = 3 // where material is made and used
	Scrapped   int64 = 4 // what is thrown away
	Difference int64 = 5 // what counts found, or missed
	Transit    int64 = 6 // between two places: ours still
	Opening    int64 = 7 // what was there before Millwright
	Warehouse  int64 = 10
)

// Virtual tells whether a place is none of ours: what goes there leaves the stock, and its value with it.
func Virtual(place int64) bool { return place > 0 && place < Warehouse && place != Transit }

// Kind is what a move means. It follows from its places.
type Kind string

// The kinds.
const (
	Receipt     Kind = "receipt"
	Issue       Kind = "issue"
	Return      Kind = "return" // from a customer, or to a supplier
	Transfer    Kind = "transfer"
	Produced    Kind = "production"
	Consumption Kind = "consumption"
	Scrap       Kind = "scrap"
	Count       Kind = "count"
	Opened      Kind = "opening"
	Reversal    Kind = "reversal"
)

// Kinds are all of them, as a list offers them.
func Kinds() []Kind {
	return []Kind{Receipt, Issue, Return, Transfer, Produced, Consumption, Scrap, Count, Opened, Reversal}
}

// Move is material that goes from one place to another.
type Move struct {
	Item        int64
	Revision    string
	Lot, Serial string
	From, To    int64          // place ids
	Quantity    plant.Quantity // > 0, in the item's stock unit
	Document    string         // "sales/7"; "" is none
	Source      string         // "person", "machine:line/unit", "order"
	Reverses    int64          // the posting number of the move it takes back, in whole or part; 0 is none
	Paid        *plant.Money   // all of it, of what comes from outside; nil: nobody says
	Origin      *Origin        // of a lot or serial that is new; nil: nothing is known
}

// Origin is what is known of a lot when it comes.
type Origin struct {
	Supplier    int64 // a partner; 0 is none
	SupplierLot string
	Expires     time.Time // zero: by the item's shelf life
	State       State     // "" is free
	Why         string
}

// Posting is moves that are kept together or not at all.
type Posting struct {
	Key   string    // the same key again gives the same answer and moves nothing twice; "" is none
	At    time.Time // when it happened; zero is now
	By    plant.Person
	Why   string
	Moves []Move
}

// Kept is a move in the ledger.
type Kept struct {
	Move
	Number int64 // its posting number
	Kind   Kind
	Value  plant.Money // what the stock gained by it, or lost when it is below nothing; a transfer is 0
	Cost   plant.Money // what came in with it from outside, as far as the stock gained it or a variance tells
}

// Posted is what a posting became.
type Posted struct {
	First, Last int64 // posting numbers
	At          time.Time
	Moves       []Kept
	Again       bool // the key was known: this is the answer that was given then
}

// most is as much as a move may hold: sums stay countable.
const most = plant.Quantity(1) << 56

// MostMoves is how many moves one posting may have.
const MostMoves = 10_000

// Kind tells what the move means; "" is none that there can be.
func (m Move) Kind() Kind {
	from, to := Virtual(m.From), Virtual(m.To)
	switch {
	case m.From <= 0 || m.To <= 0 || m.From == m.To || from && to:
		return ""
	case m.Reverses != 0:
		return Reversal
	case !from && !to:
		return Transfer
	case from:
		return map[int64]Kind{Supplier: Receipt, Customer: Return, Production: Produced, Difference: Count, Opening: Opened}[m.From]
	}
	return map[int64]Kind{Supplier: Return, Customer: Issue, Production: Consumption, Scrapped: Scrap, Difference: Count}[m.To]
}

// Check tells what is wrong with a posting by itself, all at once.
func (p *Posting) Check() error {
	if len(p.Moves) == 0 || len(p.Moves) > MostMoves {
		return errs.New(errs.Invalid, "post stock: a posting has 1 to %d moves; this has %d", MostMoves, len(p.Moves))
	}
	if len(p.Key) > 200 || len(p.Why) > 1000 {
		return errs.New(errs.Invalid, "post stock: keep the key under 200 letters, and the reason under 1,000")
	}
	var wrong []errs.Field
	for i := range p.Moves {
		for _, words := range p.Moves[i].faults() {
			wrong = append(wrong, errs.Field{Path: fmt.Sprintf("moves[%d].%s", i, words[0]), Message: words[1]})
		}
		if len(wrong) > 100 {
			break
		}
	}
	if len(wrong) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "post stock: " + wrong[0].Message, Fields: wrong}
	}
	return nil
}

func (m *Move) faults() (all [][2]string) {
	wrong := func(field, format string, args ...any) {
		all = append(all, [2]string{field, fmt.Sprintf(format, args...)})
	}
	if m.Item <= 0 {
		wrong("item", "name an item")
	}
	if m.Quantity <= 0 {
		wrong("quantity", "a move needs more than nothing; it has %s", m.Quantity)
	} else if m.Quantity > most {
		wrong("quantity", "%s is beyond counting", m.Quantity)
	}
	if m.Paid != nil && (*m.Paid < 0 || *m.Paid > plant.Money(most)) {
		wrong("paid", "what was paid cannot be %s", *m.Paid)
	}
	if m.Serial != "" && m.Quantity != plant.One {
		wrong("quantity", "a serial is one piece; it has %s", m.Quantity)
	}
	if len(m.Lot) > 80 || len(m.Serial) > 80 || len(m.Revision) > 40 || len(m.Document) > 80 || len(m.Source) > 80 {
		wrong("lot", "keep lot, serial and document under 80 letters, the revision under 40")
	}
	switch {
	case m.From == m.To:
		wrong("to", "it must go to another place than it comes from")
	case m.Kind() == "":
		wrong("to", "nothing goes from there to there")
	}
	return all
}

// Mirrors tells whether the move is one that takes back part of another.
func (m *Move) Mirrors(o *Move) bool {
	return m.Item == o.Item && m.Revision == o.Revision && m.Lot == o.Lot && m.Serial == o.Serial && m.From == o.To && m.To == o.From
}

// Number is the number by which a lot or serial of a move is kept: the serial's where there is one.
func (m *Move) Number() string {
	if m.Serial != "" {
		return m.Serial
	}
	return m.Lot
}
