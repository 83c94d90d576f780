package work

import (
	"context"

	"millwright/internal/erp/workorder"
)

type workMergeIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Version int64  `json:"version"`
		With    string `json:"with" maxLength:"20" doc:"The order that is put into this one, and cancelled."`
		Why     string `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) merge(ctx context.Context, in *workMergeIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	other, err := d.find(ctx, in.Body.With)
	if err != nil {
		return nil, err
	}
	o, err = d.Book.Divide(ctx, workorder.Division{ID: o.ID, Version: in.Body.Version, With: other.ID}, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}
