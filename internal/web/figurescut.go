package web

import (
	"context"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/mes/oee/rollup"
	"millwright/views/figure"
	ledgerview "millwright/views/ledger"
)

// parts divides the time that is asked for as it is asked for, and finds what its ends cut.
func (f *figurer) parts(ctx context.Context, most int) ([]kpi.Group, error) {
	all, err := f.groups(ctx, f.by, most)
	if err != nil {
		return nil, err
	}
	return all, f.cutting(ctx)
}

// cutting finds the segments that the ends of a typed time cut. Other times are whole shifts.
func (f *figurer) cutting(ctx context.Context) error {
	if f.over != customRange {
		return nil
	}
	read := rollup.Reader{Book: f.p.Sums, Lines: f.p.Lines}
	for _, q := range f.questions(f.by) {
		cuts, err := read.Cuts(ctx, q, f.now)
		if err != nil {
			return err
		}
		f.cuts = append(f.cuts, cuts...)
	}
	return nil
}

// pieces are those of a group, marked where some of them are a share by time.
func (f *figurer) pieces(g *kpi.Group) (good, reject ledgerview.Cell) {
	good.Text, reject.Text = pieces(f.locale, g.Good), pieces(f.locale, g.Reject)
	if rollup.Estimated(g, f.cuts) {
		for _, c := range []*ledgerview.Cell{&good, &reject} {
			if c.Text != figure.Unknown {
				c.Text = figure.About + c.Text
			}
		}
	}
	return good, reject
}

// estimates says what the mark means; "" where none is.
func (f *figurer) estimates() string {
	if len(f.cuts) == 0 || f.by.Causes() {
		return ""
	}
	return "≈ is estimated: a segment goes on over the end of this time, and its pieces are shared out evenly over it."
}

// worth values a group, if all of it is of one currency.
func (f *figurer) worth(g *kpi.Group) (l money.Losses, ok bool) {
	l = f.money.Group(g)
	return l, l.Unknown < g.Classic().PPT || g.Classic().PPT == 0 && l.Perfect != 0
}
