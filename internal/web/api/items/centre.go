package items

import (
	"context"

	"millwright/internal/erp/item/bill"
	"millwright/internal/plant"
)

// WorkCentre is a work centre.
type WorkCentre struct {
	ID      int64  `json:"id"`
	Code    string `json:"code"`
	Name    string `json:"name"`
	Place   string `json:"place,omitempty"`
	Machine Exact  `json:"machineHour"`
	Labour  Exact  `json:"labourHour"`
	Retired bool   `json:"retired"`
	Version int64  `json:"version"`
}

func toldCentre(c bill.Centre) WorkCentre {
	return WorkCentre{c.ID, c.Code, c.Name, c.Place, money(c.Machine), money(c.Labour), c.Retired, c.Version}
}

// WorkCentreFacts are a work centre that somebody sends.
type WorkCentreFacts struct {
	Code    string `json:"code" maxLength:"80"`
	Name    string `json:"name" maxLength:"400"`
	Place   string `json:"place,omitempty" maxLength:"400" doc:"The line or machine of the plant that it is: filling-1, filling-1/filler."`
	Machine Exact  `json:"machineHour,omitempty" doc:"What an hour of it costs."`
	Labour  Exact  `json:"labourHour,omitempty" doc:"What an hour of one person at it costs."`
	Retired bool   `json:"retired,omitempty"`
	Version int64  `json:"version,omitempty" doc:"Of a work centre that is changed, as you saw it."`
	Why     string `json:"why,omitempty" maxLength:"500"`
}

type (
	workCentresIn  struct{}
	workCentresOut struct {
		Body struct {
			Centres []WorkCentre `json:"workCentres"`
		}
	}
	workCentreOut struct{ Body WorkCentre }
	workCentreIn  struct{ Body WorkCentreFacts }
	workCentreAt  struct {
		Centre int64 `path:"centre" minimum:"1"`
		Body   WorkCentreFacts
	}
)

func (f WorkCentreFacts) centre(id int64) bill.Centre {
	return bill.Centre{ID: id, Code: f.Code, Name: f.Name, Place: f.Place, Machine: plant.Money(f.Machine.Quantity), Labour: plant.Money(f.Labour.Quantity), Retired: f.Retired, Version: f.Version}
}

func (d Deps) centres(ctx context.Context, _ *workCentresIn) (*workCentresOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	all, err := d.Centres.Centres(ctx)
	out := &workCentresOut{}
	out.Body.Centres = []WorkCentre{}
	for _, c := range all {
		out.Body.Centres = append(out.Body.Centres, toldCentre(c))
	}
	return out, err
}

func (d Deps) addCentre(ctx context.Context, in *workCentreIn) (*workCentreOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	return keptCentre(d.Centres.AddCentre(ctx, in.Body.centre(0), d.by(ctx, in.Body.Why, "")))
}

func (d Deps) changeCentre(ctx context.Context, in *workCentreAt) (*workCentreOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	return keptCentre(d.Centres.SaveCentre(ctx, in.Body.centre(in.Centre), d.by(ctx, in.Body.Why, "")))
}

func keptCentre(kept bill.Centre, err error) (*workCentreOut, error) {
	if err != nil {
		return nil, err
	}
	return &workCentreOut{toldCentre(kept)}, nil
}
