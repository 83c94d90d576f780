package stock

import (
	"cmp"
	"context"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Rule is what is picked first.
type Rule string

// The rules.
const (
	FEFO Rule = "fefo" // what expires first; what does not expire, last
	FIFO Rule = "fifo" // what came first
)

// Pick is what to take from one place.
type Pick struct {
	Revision    string
	Place       int64
	Lot, Serial string
	Quantity    plant.Quantity
}

// Suggest tells what to take of what there is, and how much of it there is too little. What is held, allocated, on its
// way or has expired is left alone.
func Suggest(there []Balance, rule Rule, need plant.Quantity, at time.Time) (picks []Pick, short plant.Quantity) {
	sorted := slices.Clone(there)
	slices.SortStableFunc(sorted, func(a, b Balance) int {
		if rule == FEFO && !a.Expires.Equal(b.Expires) {
			switch {
			case a.Expires.IsZero():
				return 1
			case b.Expires.IsZero():
				return -1
			}
			return a.Expires.Compare(b.Expires)
		}
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Serial, b.Serial))
	})
	for _, b := range sorted {
		if need <= 0 {
			break
		}
		q := min(need, b.Free())
		if q <= 0 || (Lot{Expires: b.Expires}).Expired(at) {
			continue
		}
		picks = append(picks, Pick{b.Revision, b.Place, b.Lot, b.Serial, q})
		need -= q
	}
	return picks, max(0, need)
}

// Reservation is material that is meant for a document.
type Reservation struct {
	ID          int64
	Item        int64
	Revision    string
	Place       int64 // 0: of the item, wherever it lies
	Lot, Serial string
	Document    string // "sales/7"
	Line        int64
	Quantity    plant.Quantity // still to come
	Hard        bool           // others cannot take it: what is named, or the last so much of the item
	At          time.Time
	By          plant.Person
	Why         string // something else was taken than was suggested
	Key         string // of the request: the same again reserves nothing twice
}

// Check tells what is wrong with a reservation.
func (r Reservation) Check() error {
	switch {
	case r.Item <= 0 || r.Quantity <= 0 || r.Quantity > most:
		return errs.New(errs.Invalid, "reserve stock: name an item, and how much of it above nothing")
	case r.Document == "" || len(r.Document) > 80 || r.Line < 0 || len(r.Why) > 500:
		return errs.New(errs.Invalid, "reserve stock: name the document that it is for, like sales/7")
	case r.Hard && r.Place != 0 && r.Place < Warehouse:
		return errs.New(errs.Invalid, "reserve stock: what is allocated lies at a place of ours; name it")
	case r.Place == 0 && (r.Lot != "" || r.Serial != ""):
		return errs.New(errs.Invalid, "reserve stock: say at which place the lot or serial lies, or name none of them")
	case !r.Hard && r.Place != 0:
		return errs.New(errs.Invalid, "reserve stock: what is planned is of no place or lot yet; leave them out")
	}
	return nil
}

// Meant says which reservations; zero fields are any.
type Meant struct {
	Item     int64
	Document string
	Every    bool  // of every item and document
	Hard     bool  // only those that others cannot take
	After    int64 // only those with a higher number
	Limit    int   // 0 is 10,000
}

// Reservations keeps what is meant for documents.
type Reservations interface {
	Reserve(ctx context.Context, r Reservation) (Reservation, error)
	Release(ctx context.Context, id int64, by plant.Person, why string) error
	Reserved(ctx context.Context, of Meant) ([]Reservation, error)
}
