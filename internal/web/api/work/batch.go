package work

import (
	"context"
	"strconv"

	"millwright/internal/errs"
)

type (
	workBatchIn struct {
		Keyed
		Body struct {
			Orders []WorkWanted `json:"orders" minItems:"1" maxItems:"1000"`
			Why    string       `json:"why,omitempty" maxLength:"500"`
		}
	}
	// WorkResult is what became of one row.
	WorkResult struct {
		Row    int          `json:"row"`
		Number string       `json:"number,omitempty"`
		ID     int64        `json:"id,omitempty"`
		Error  string       `json:"error,omitempty" doc:"Left out when it went well."`
		Fields []errs.Field `json:"fields,omitempty"`
	}
	workBatchOut struct {
		Body struct {
			Done    int          `json:"done"`
			Results []WorkResult `json:"results" doc:"One for each row, in their order. Each row stands for itself."`
		}
	}
)

func (d Deps) batch(ctx context.Context, in *workBatchIn) (*workBatchOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	out := &workBatchOut{}
	for i, w := range in.Body.Orders {
		r := WorkResult{Row: i}
		o, err := d.order(ctx, w)
		if err == nil {
			key := ""
			if in.Key != "" {
				key = in.Key + "/" + strconv.Itoa(i)
			}
			o, err = d.Book.Create(ctx, o, d.doing(ctx, key, in.Body.Why))
		}
		if err != nil && errs.KindOf(err) == errs.Internal {
			return nil, err
		}
		if err != nil {
			r.Error, r.Fields = wrong(err)
		} else {
			r.Number, r.ID = o.Number, o.ID
			out.Body.Done++
		}
		out.Body.Results = append(out.Body.Results, r)
	}
	return out, nil
}
