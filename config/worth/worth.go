// Package worth is the part of a plant file that says what the time of lines is worth.
package worth

import (
	"fmt"
	"maps"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Entry is what a line's time is worth, as it is written: decimals in the currency of the site.
type Entry struct {
	Hour    string            `yaml:"hour,omitempty"`    // of good pieces at the ideal pace
	Margins map[string]string `yaml:"margins,omitempty"` // product → of a good piece
}

// Most is how many products may have a margin; Largest is the largest amount.
const (
	Most    = 2_000
	Largest = 1_000_000_000 * plant.Currency
)

// Amount reads an amount of money.
func Amount(text string) (plant.Money, error) {
	m, err := plant.ParseMoney(text)
	if err != nil || m < 0 || m > Largest {
		return 0, fmt.Errorf("is %q; write an amount like 4.50, up to %s", text, Largest)
	}
	return m, nil
}

// Read understands what stands at a path of the plant file, and gives all that is wrong with it.
func Read(path string, e Entry) (w plant.Worth, wrong []errs.Field) {
	amount := func(at, text string) plant.Money {
		m, err := Amount(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: at, Message: err.Error()})
		}
		return m
	}
	if e.Hour != "" {
		w.Hour = amount(path+".hour", e.Hour)
	}
	if n := len(e.Margins); n > Most {
		return w, append(wrong, errs.Field{Path: path + ".margins", Message: fmt.Sprintf("has %d products; %d are the most", n, Most)})
	}
	for _, product := range slices.Sorted(maps.Keys(e.Margins)) {
		if w.Margins == nil {
			w.Margins = map[string]plant.Money{}
		}
		w.Margins[product] = amount(path+".margins."+product, e.Margins[product])
	}
	return w, wrong
}
