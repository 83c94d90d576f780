package outlook

import (
	"slices"
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
	at time.Time
	by map[promise.Ref]advice
}

// advice is what would help one order, by the forecast that it was worked out from.
type advice struct {
	fixes    []promise.Fix
	forecast *promise.Forecast
}

// Fixes gives what would help an order, and the forecast that it was worked out from; ok is false where it was not.
func (k *Outlook) Fixes(r promise.Ref) (all []promise.Fix, f *promise.Forecast, ok bool) {
	known := k.remedies.Load()
	if known == nil {
		return nil, nil, false
	}
	a, ok := known.by[r]
	return a.fixes, a.forecast, ok
}

// think works out what would help. Those for whom there is no time keep what was worked out for them before; they come
// first the next time.
func (k *Outlook) think(f *promise.Forecast) {
	known := k.remedies.Load()
	if known == nil {
		known = &remedies{}
	} else if f.At.Sub(known.at).Abs() < helps {
		return
	}
	begun, out := k.o.Now(), &remedies{at: f.At, by: map[promise.Ref]advice{}}
	risks := f.Risks()
	risks = risks[:min(helped, len(risks))]
	age := func(x promise.Order) time.Time {
		if a, is := known.by[x.Ref]; is {
			return a.forecast.At
		}
		return time.Time{}
	}
	slices.SortStableFunc(risks, func(a, b promise.Order) int { return age(a).Compare(age(b)) })
	for _, x := range risks {
		a, is := known.by[x.Ref]
		if k.o.Now().Sub(begun) < thinking {
			a, is = advice{f.Fixes(x.Ref), f}, true
		}
		if is {
			out.by[x.Ref] = a
		}
	}
	k.remedies.Store(out)
}
