package outlook

import (
	"time"

	"millwright/internal/mes/execution/promise"
)

// What would help is worked out for those at the head of the list, behind the forecast: each remedy is one of its own.
const (
	helped   = 12                     // orders
	helps    = 10 * time.Second       // how often
	thinking = 150 * time.Millisecond // how long at once
)

// remedies is what would help, as it was worked out last.
type remedies struct {
	forecast *promise.Forecast
	by       map[promise.Ref][]promise.Fix
}

// Fixes gives what would help an order, and the forecast that it was worked out from; ok is false where it was not.
func (k *Outlook) Fixes(r promise.Ref) (all []promise.Fix, f *promise.Forecast, ok bool) {
	known := k.remedies.Load()
	if known == nil {
		return nil, nil, false
	}
	all, ok = known.by[r]
	return all, known.forecast, ok
}

// think works out what would help.
func (k *Outlook) think(f *promise.Forecast) {
	if known := k.remedies.Load(); known != nil && f.At.Sub(known.forecast.At).Abs() < helps {
		return
	}
	begun, out := k.o.Now(), &remedies{forecast: f, by: map[promise.Ref][]promise.Fix{}}
	for i, x := range f.Risks() {
		if i == helped || k.o.Now().Sub(begun) > thinking {
			break
		}
		out.by[x.Ref] = f.Fixes(x.Ref)
	}
	k.remedies.Store(out)
}
