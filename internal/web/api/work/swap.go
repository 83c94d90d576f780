package work

import (
	"context"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// WorkSubstitute is an item that may be taken in a component's place.
type WorkSubstitute struct {
	Position int64          `json:"position"`
	Item     string         `json:"item" doc:"Its number."`
	For      string         `json:"for" doc:"The component's number."`
	Needed   plant.Quantity `json:"needed" doc:"For what is not made yet, in its stock unit."`
}

type workSubstitutesIn struct {
	Order string `path:"order" maxLength:"20"`
}

type workSubstitutesOut struct {
	Body struct {
		Substitutes []WorkSubstitute `json:"substitutes"`
	}
}

func (d Deps) substitutes(ctx context.Context, in *workSubstitutesIn) (*workSubstitutesOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	all, err := d.Accounts.Substitutes(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, s := range all {
		ids = append(ids, s.Item)
	}
	for _, c := range o.Components {
		ids = append(ids, c.Item)
	}
	items, err := d.Items.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &workSubstitutesOut{}
	out.Body.Substitutes = []WorkSubstitute{}
	for _, s := range all {
		one := WorkSubstitute{Position: s.Position, Item: items[s.Item].Number, Needed: s.Needed(o.Left())}
		if c, is := o.Component(s.Position); is {
			one.For = items[c.Item].Number
		}
		out.Body.Substitutes = append(out.Body.Substitutes, one)
	}
	return out, nil
}

type workSwapIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Version  int64  `json:"version"`
		Position int64  `json:"position"`
		Item     string `json:"item" maxLength:"64" doc:"The number of one of its substitutes."`
		Why      string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (d Deps) swap(ctx context.Context, in *workSwapIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	i, err := d.Items.ByNumber(ctx, in.Body.Item)
	if err != nil {
		return nil, err
	}
	o, err = d.Book.Swap(ctx, workorder.Swap{ID: o.ID, Version: in.Body.Version, Position: in.Body.Position, Item: i.ID}, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}
