package tagtable

import (
	"errors"

	"millwright/config"
	"millwright/internal/errs"
)

// sourced looks at where the values of a tag are to come from. One that came from nowhere before is let be.
func (r *Row) sourced(was config.TagEntry) {
	none := r.entry.Address == "" && r.entry.Expr == ""
	if none && (r.Outcome == New || was.Address != "" || was.Expr != "") {
		r.fail(addressColumn, "There is neither an address nor a formula: say where the machine has the tag, or what it is reckoned from.")
	}
	if err := r.entry.Understood(); err != nil {
		r.fail(formulaColumn, "%s.", upper(err.Error()))
	}
}

// mostLooks is how often the plant is looked at for formulas whose tags are wrong themselves.
const mostLooks = 8

// formulas has the plant tell which formulas of the good rows read what no unit has: without these rows others may be
// wrong, whose formulas read them.
func (r *Report) formulas(d config.Document) {
	for range mostLooks {
		at := map[string]*Row{}
		for i := range r.Rows {
			if row := &r.Rows[i]; row.entry.Expr != "" && (row.Outcome == New || row.Outcome == Changed) {
				at["machines."+row.Machine+".tags."+row.Tag+".expr"] = row
			}
		}
		if len(at) == 0 {
			return
		}
		with := d
		r.Into(&with)
		_, err := with.Model("the plant", nil)
		var wrong *errs.Error
		if !errors.As(err, &wrong) {
			return
		}
		found := false
		for _, f := range wrong.Fields {
			if row := at[f.Path]; row != nil {
				row.fail(formulaColumn, "%s.", upper(f.Message))
				r.wrong(row)
				found = true
			}
		}
		if !found {
			return
		}
	}
}

// wrong makes a row that seemed good one that is not.
func (r *Report) wrong(row *Row) {
	r.Counts[row.Outcome]--
	r.Counts[Wrong]++
	row.Outcome, row.Changes = Wrong, nil
}
