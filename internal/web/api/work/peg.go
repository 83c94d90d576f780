package work

import (
	"context"

	"millwright/internal/errs"
)

// sold finds the line of a sales order that something is to be made for; 0 for "".
func (d Deps) sold(ctx context.Context, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	if d.Pegs == nil {
		return 0, errs.New(errs.NotFound, "nothing is sold here")
	}
	line, err := d.Pegs.Named(ctx, name)
	if errs.KindOf(err) == errs.NotFound {
		err = &errs.Error{Kind: errs.Invalid, Words: "this cannot be made for that", Fields: []errs.Field{{Path: "for", Message: "There is no such line of a sales order: write it like SO-000007/1."}}}
	}
	return line.ID, err
}
