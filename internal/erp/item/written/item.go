// Package written is items and bills as people, files and programs write them.
package written

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
)

// reader writes what a text says into an item.
type reader func(i *item.Item, text string, zone *time.Location) error

// faults are what cannot be read, field by field.
type faults []errs.Field

func (f *faults) say(path, format string, args ...any) {
	*f = append(*f, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// readers are the fields of an item by the names that forms, files and programs use.
var readers = map[string]reader{
	"number":          line(func(i *item.Item) *string { return &i.Number }),
	"name":            line(func(i *item.Item) *string { return &i.Name }),
	"product":         line(func(i *item.Item) *string { return &i.Product }),
	"barcode":         line(func(i *item.Item) *string { return &i.Barcode }),
	"note":            line(func(i *item.Item) *string { return &i.Note }),
	"kind":            choice(func(i *item.Item) *item.Kind { return &i.Kind }),
	"tracking":        choice(func(i *item.Item) *item.Tracking { return &i.Tracking }),
	"valuation":       choice(func(i *item.Item) *item.Valuation { return &i.Valuation }),
	"lotRule":         choice(func(i *item.Item) *item.LotRule { return &i.Planning.Rule }),
	"reorder":         choice(func(i *item.Item) *item.Reorder { return &i.Planning.Method }),
	"alternatesTaken": choice(func(i *item.Item) *item.Substitution { return &i.Planning.Alternates }),
	"phantom":         yes(func(i *item.Item) *bool { return &i.Phantom }),
	"retired":         yes(func(i *item.Item) *bool { return &i.Retired }),
	"shelfDays":       whole(func(i *item.Item) *int64 { return &i.ShelfDays }),
	"leadDays":        whole(func(i *item.Item) *int64 { return &i.Planning.LeadDays }),
	"safetyDays":      whole(func(i *item.Item) *int64 { return &i.Planning.SafetyDays }),
	"fenceDays":       whole(func(i *item.Item) *int64 { return &i.Planning.FenceDays }),
	"lotDays":         whole(func(i *item.Item) *int64 { return &i.Planning.LotDays }),
	"supplier":        whole(func(i *item.Item) *int64 { return &i.Planning.Supplier }),
	"standardCost":    amount(func(i *item.Item) *plant.Money { return &i.Standard }),
	"safety":          amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Safety }),
	"lotQuantity":     amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Lot }),
	"lotMin":          amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Min }),
	"lotMax":          amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Max }),
	"lotMultiple":     amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Multiple }),
	"reorderPoint":    amount(func(i *item.Item) *plant.Quantity { return &i.Planning.Point }),
	"unit":            readUnit,
	"yield":           readYield,
	"units":           readUnits,
	"revisions":       readRevisions,
	"alternates":      readAlternates,
}

// Fields are the names of the fields, in alphabetical order.
func Fields() []string {
	all := make([]string, 0, len(readers))
	for name := range readers {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// Read reads the fields that somebody has written, each as text, and gives what writes them into an item. Dates are
// of a zone. Everything that cannot be read is told at once.
func Read(fields map[string]string, zone *time.Location) (set func(*item.Item), err error) {
	var wrong faults
	for _, name := range Fields() {
		text, there := fields[name]
		if !there {
			continue
		}
		if err := readers[name](new(item.Item), text, zone); err != nil {
			wrong.say(name, "%s", err)
		}
	}
	for name := range fields {
		if readers[name] == nil {
			wrong.say(errs.Clip(name), "an item has no field of this name")
		}
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
		return func(*item.Item) {}, &errs.Error{Kind: errs.Invalid, Words: "the item cannot be read: mend what is wrong with it", Fields: wrong}
	}
	return func(i *item.Item) {
		for name, text := range fields {
			_ = readers[name](i, text, zone) // it was read above
		}
	}, nil
}

func line(at func(*item.Item) *string) reader {
	return func(i *item.Item, text string, _ *time.Location) error {
		*at(i) = strings.TrimSpace(text)
		return nil
	}
}

func choice[T ~string](at func(*item.Item) *T) reader {
	return func(i *item.Item, text string, _ *time.Location) error {
		*at(i) = T(strings.ToLower(strings.TrimSpace(text)))
		return nil
	}
}

func yes(at func(*item.Item) *bool) reader {
	return func(i *item.Item, text string, _ *time.Location) error {
		switch strings.ToLower(strings.TrimSpace(text)) {
		case "on", "true", "yes", "1":
			*at(i) = true
		case "", "off", "false", "no", "0":
			*at(i) = false
		default:
			return fmt.Errorf("%q is neither yes nor no", errs.Clip(text))
		}
		return nil
	}
}

func whole(at func(*item.Item) *int64) reader {
	return func(i *item.Item, text string, _ *time.Location) error {
		text = strings.TrimSpace(text)
		if text == "" {
			*at(i) = 0
			return nil
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", errs.Clip(text))
		}
		*at(i) = n
		return nil
	}
}

func amount[T ~int64](at func(*item.Item) *T) reader {
	return func(i *item.Item, text string, _ *time.Location) error {
		q, err := Decimal(text)
		*at(i) = T(q)
		return err
	}
}

// Decimal reads an exact decimal as people write it: nothing is 0.
func Decimal(text string) (plant.Quantity, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	q, err := plant.ParseQuantity(text)
	if err != nil {
		return 0, errors.New(strings.TrimPrefix(err.Error(), "quantity "))
	}
	return q, nil
}

// UnitCode is the code of the unit that somebody means by a code, a symbol or a name, "kg" or "KGM"; the text itself
// where that is none.
func UnitCode(text string) string {
	text = strings.TrimSpace(text)
	if u, known := measure.Of(text); known {
		return u.Code
	}
	if u, known := measure.Of(strings.ToUpper(text)); known {
		return u.Code
	}
	for _, u := range measure.All() {
		if strings.EqualFold(u.Name, text) {
			return u.Code
		}
	}
	return text
}

func readUnit(i *item.Item, text string, _ *time.Location) error {
	i.Unit = UnitCode(text)
	return nil
}

func readYield(i *item.Item, text string, _ *time.Location) (err error) {
	if text = strings.TrimSpace(text); text == "" {
		i.Planning.Yield = item.One()
		return nil
	}
	i.Planning.Yield, err = item.ParseRatio(text)
	return err
}
