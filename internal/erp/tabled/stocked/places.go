// Package stocked is tables of where material lies and how it comes: places, lots, what suppliers deliver, what is expected.
package stocked

import (
	"cmp"
	"context"
	"strings"

	"millwright/internal/erp/register"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
)

// yesOrNo is what may stand in a column that is ticked.
const yesOrNo = "yes or no."

// Places are where material can be, by their codes.
type Places struct {
	Store stock.Store

	all map[string]stock.Place // by their folded codes, as the table that is taken left them
}

// The columns of a table of places.
const (
	pCode, pName, pWithin        = "Code", "Name", "Lies in"
	pLine, pQuarantine, pRetired = "Beside line", "Quarantine", "Retired"
)

// Fields are the columns of a table of places.
func (Places) Fields() []register.Field {
	return []register.Field{
		{Title: pCode, Key: true, Help: "As it stands on its label; what there is already is changed."},
		{Title: pName},
		{Title: pWithin, Help: "The code of the place that it lies in, which may stand in a row above; empty: in none."},
		{Title: pLine, Help: "The line beside which it lies, for what the line uses."},
		{Title: pQuarantine, Help: "yes: what lies there is held."},
		{Title: pRetired, Help: yesOrNo},
	}
}

// Key is the code.
func (Places) Key(r tabled.Row) []string { return []string{r.Cell(pCode)} }

// Single tells that a place has one row.
func (Places) Single() bool { return true }

// Prepare reads the places that there are.
func (k Places) Prepare(ctx context.Context, _ []tabled.Record) (tabled.Kind, error) {
	all, err := k.Store.Places(ctx)
	k.all = make(map[string]stock.Place, len(all))
	for _, p := range all {
		k.all[strings.ToLower(p.Code)] = p
	}
	return k, err
}

// Keep keeps a place.
func (k Places) Keep(ctx context.Context, r tabled.Record) (tabled.Kept, error) {
	row, code := r.Rows[0], strings.ToLower(r.Key[0])
	was, there := k.all[code]
	p := was
	if !there {
		p.Code = r.Key[0]
	}
	var w tabled.Wrong
	tabled.Lay(row, map[string]*string{pName: &p.Name, pLine: &p.Line})
	for title, at := range map[string]*bool{pQuarantine: &p.Quarantine, pRetired: &p.Retired} {
		if row.Has(title) {
			*at = w.Yes(row, title)
		}
	}
	if row.Has(pWithin) {
		up, known := k.all[strings.ToLower(row.Cell(pWithin))]
		switch {
		case !known && row.Cell(pWithin) != "":
			w.Add(row, pWithin, "There is no place %q.", errs.Clip(row.Cell(pWithin)))
		case known && up.ID < stock.Warehouse:
			w.Add(row, pWithin, "%s is no place of ours.", up.Code)
		}
		p.Parent = up.ID
	}
	terms := tabled.Terms{Titles: map[string]string{"code": pCode, "name": pName, "parent": pWithin}}
	if err := w.Also(r, p.Check(), terms); err != nil {
		return tabled.Kept{}, err
	}
	if p == was {
		return tabled.Kept{ID: was.ID}, nil
	}
	kept, err := k.Store.KeepPlace(ctx, p, r.By, r.Why)
	if err != nil {
		return tabled.Kept{}, w.Also(r, err, terms)
	}
	k.all[code] = kept
	return tabled.Kept{ID: kept.ID, Added: !there, Old: k.told(was), New: k.told(kept)}, nil
}

// told is what may be changed of a place.
func (k Places) told(p stock.Place) string {
	within := ""
	for _, up := range k.all {
		if up.ID == p.Parent && p.Parent != 0 {
			within = up.Code
		}
	}
	words := []string{pName + ": " + p.Name, pWithin + ": " + cmp.Or(within, "–"), pLine + ": " + cmp.Or(p.Line, "–"), pQuarantine + ": " + said(p.Quarantine), pRetired + ": " + said(p.Retired)}
	return strings.Join(words, "\n")
}

func said(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
