package partner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Supply is what a supplier delivers, and how.
type Supply struct {
	ID        int64
	Partner   int64
	Item      int64
	Number    string // theirs
	Unit      string // of the price, the least and the multiple
	Price     *plant.Money
	LeadDays  *int // nil is the supplier's
	Least     plant.Quantity
	Multiple  plant.Quantity
	Preferred bool
	Version   int64

	Supplier string // their number, for a reader
	Name     string // and name
	ItemNo   string // the item's number, for a reader
	Factor   Factor // of the unit, for who reckons
}

// Check tells everything that is wrong with a supply.
func (s Supply) Check() error {
	var w Wrong
	w.Text("number", s.Number, 0, longestName)
	w.Text("unit", s.Unit, 1, longestNumber)
	if s.Price != nil && (*s.Price < 0 || *s.Price > plant.Money(Most)) {
		w.Add("price", "Write a price from 0 to 1000000000.")
	}
	if s.LeadDays != nil && (*s.LeadDays < 0 || *s.LeadDays > mostLead) {
		w.Add("lead", "Write days from 0 to %d.", mostLead)
	}
	if s.Least < 0 || s.Least > Most {
		w.Add("least", "Write a quantity from 0 to 1000000000.")
	}
	if s.Multiple < 0 || s.Multiple > Most {
		w.Add("multiple", "Write a quantity from 0 to 1000000000.")
	}
	return w.Err("what this supplier delivers cannot be kept")
}

// Told is a supply as the audit writes it.
func (s Supply) Told() string {
	words := []string{s.ItemNo + " as " + cmp.Or(s.Number, "–") + " in " + s.Unit}
	if s.Price != nil {
		words = append(words, "price "+s.Price.String())
	}
	if s.LeadDays != nil {
		words = append(words, fmt.Sprintf("%d d", *s.LeadDays))
	}
	words = append(words, "least "+s.Least.String(), "multiple "+s.Multiple.String())
	if s.Preferred {
		words = append(words, "preferred")
	}
	return strings.Join(words, ", ")
}

// Admits tells why a quantity cannot be ordered; "" where it can. q is in stock units.
func (s Supply) Admits(q plant.Quantity) string {
	f := s.Factor
	if f == (Factor{}) {
		f = Unity()
	}
	least, ok := f.Stock(s.Least)
	if ok && q < least {
		return fmt.Sprintf("They deliver at least %s %s of it.", s.Least, s.Unit)
	}
	multiple, ok := f.Stock(s.Multiple)
	if ok && multiple > 0 && q%multiple != 0 {
		return fmt.Sprintf("They deliver it in multiples of %s %s.", s.Multiple, s.Unit)
	}
	return ""
}

// Round is the least that can be ordered where so much is wanted: at least the least, in multiples. q is in stock units.
func (s Supply) Round(q plant.Quantity) plant.Quantity {
	f := s.Factor
	if f == (Factor{}) {
		f = Unity()
	}
	if least, ok := f.Stock(s.Least); ok {
		q = max(q, least)
	}
	if multiple, ok := f.Stock(s.Multiple); ok && multiple > 0 && q%multiple != 0 && q < 1<<60-multiple {
		q += multiple - q%multiple
	}
	return q
}

// Choose gives the one that is preferred, or the only one.
func Choose(all []Supply) (Supply, bool) {
	if i := slices.IndexFunc(all, func(s Supply) bool { return s.Preferred }); i >= 0 {
		return all[i], true
	}
	if len(all) == 1 {
		return all[0], true
	}
	return Supply{}, false
}

// ErrNone tells that there is no such partner.
func ErrNone(number string) error {
	return errs.New(errs.NotFound, "there is no partner %q", errs.Clip(number))
}

// Found is the price that the supplier has for everything that nothing else is agreed for.
func (s Supply) Found(a Ask) (Found, bool) {
	if s.Price == nil {
		return Found{}, false
	}
	amount, ok := Price{Amount: *s.Price, Factor: s.Factor}.per(a.Factor)
	why := "price of " + cmp.Or(s.Supplier, "the supplier") + ": " + a.plain(*s.Price)
	if s.Unit != a.Unit {
		why += " for one " + s.Unit
	}
	return Found{amount, why}, ok
}
