package sent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/item"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// setter puts what a cell says into an order.
type setter func(o *workorder.Order)

// says reads what a row's cells say, and what is wrong with them.
func (t *table) says(cells []string) (all []setter, bad []errs.Field) {
	for _, one := range []struct {
		title string
		read  func(text string, cells []string) (setter, error)
	}{
		{b2mml.Item, t.item},
		{b2mml.Quantity, t.quantity},
		{b2mml.Begin, begin},
		{b2mml.Due, due},
		{b2mml.Line, t.line},
		{revision, words(func(o *workorder.Order) *string { return &o.Revision })},
		{b2mml.Rank, rank},
		{b2mml.Note, words(func(o *workorder.Order) *string { return &o.Note })},
	} {
		if !t.has(one.title) {
			continue
		}
		set, err := one.read(t.cell(cells, one.title), cells)
		if err != nil {
			bad = append(bad, errs.Field{Path: one.title, Message: err.Error()})
			continue
		}
		all = append(all, set)
	}
	return all, bad
}

func (t *table) named(cells []string) (item.Item, bool) {
	i, is := t.items[strings.ToLower(t.cell(cells, b2mml.Item))]
	return i, is
}

func (t *table) item(text string, cells []string) (setter, error) {
	i, is := t.named(cells)
	if !is {
		return nil, errs.New(errs.Invalid, "There is no item %q.", errs.Clip(text))
	}
	return func(o *workorder.Order) { o.Item = i.ID }, nil
}

func (t *table) quantity(text string, cells []string) (setter, error) {
	q, err := plant.ParseQuantity(text)
	if err != nil {
		return nil, err
	}
	if q <= 0 || q > workorder.Most {
		return nil, errs.New(errs.Invalid, "Give a quantity greater than 0 that can be counted.")
	}
	unit := t.cell(cells, b2mml.Unit)
	i, known := t.named(cells)
	if unit != "" && known {
		if q, err = i.Stock(q, code(unit)); err != nil {
			return nil, err
		}
	}
	return func(o *workorder.Order) { o.Quantity = q }, nil
}

func begin(text string, _ []string) (setter, error) {
	d, err := day(text)
	return func(o *workorder.Order) { o.Begin = d }, err
}

func due(text string, _ []string) (setter, error) {
	d, err := day(text)
	if err == nil && d == 0 {
		err = errs.New(errs.Invalid, "Say when it is due.")
	}
	return func(o *workorder.Order) { o.Due = d }, err
}

// day reads a date; "" is none.
func day(text string) (plant.Date, error) {
	if text == "" {
		return 0, nil
	}
	return plant.ParseDate(text)
}

func (t *table) line(text string, _ []string) (setter, error) {
	if text != "" && !slices.Contains(t.Lines(), text) {
		return nil, errs.New(errs.Invalid, "There is no line %q.", errs.Clip(text))
	}
	return func(o *workorder.Order) { o.Line = text }, nil
}

func rank(text string, _ []string) (setter, error) {
	if text == "" {
		text = "0"
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1_000_000 {
		return nil, fmt.Errorf("%q is no whole number from 0 to 1,000,000", errs.Clip(text))
	}
	return func(o *workorder.Order) { o.Rank = n }, nil
}

func words(at func(o *workorder.Order) *string) func(string, []string) (setter, error) {
	return func(text string, _ []string) (setter, error) {
		return func(o *workorder.Order) { *at(o) = text }, nil
	}
}
