package outlook

import (
	"context"
	"time"

	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/wording"
)

const (
	keeps = 15 * time.Second // how often at most is kept
	batch = 200              // in one transaction: others have to write too
	years = 400 * 24 * time.Hour
)

// keep writes what is promised for the first time, what differs by enough from what is kept, and what is not promised
// any more.
func (k *Outlook) keep(ctx context.Context, f *promise.Forecast) error {
	if k.kept == nil {
		all, err := k.o.Book.Told(ctx)
		if err != nil {
			return err
		}
		k.kept = make(map[promise.Ref]Told, len(all))
		for _, t := range all {
			k.kept[t.Ref] = t
		}
	}
	if f.At.Sub(k.keptAt) < keeps {
		return nil
	}
	k.keptAt = f.At
	changed := k.changed(f)
	for len(changed) > 0 {
		n := min(batch, len(changed))
		if err := k.o.Book.Keep(ctx, changed[:n]); err != nil {
			return err
		}
		for _, t := range changed[:n] {
			k.kept[t.Ref] = t
			if !t.Open {
				delete(k.kept, t.Ref)
			}
		}
		changed = changed[n:]
	}
	if f.At.Sub(k.swept) < 24*time.Hour {
		return nil
	}
	k.swept = f.At
	return k.o.Book.Forget(ctx, f.At.Add(-years))
}

func (k *Outlook) changed(f *promise.Forecast) (all []Told) {
	for i := range f.Orders {
		x := &f.Orders[i]
		t := Told{Ref: x.Ref, Best: x.Best, Likely: x.Likely, Causes: wording.Say(f, x.Causes), At: f.At, Open: true, Baseline: x.Likely}
		if x.Kind == promise.Sales && !x.Promised.IsZero() {
			t.Baseline, t.Dated = x.Promised, true
		}
		was, is := k.kept[x.Ref]
		if !is || t.Moved(was) {
			all = append(all, t)
		}
	}
	for r, was := range k.kept {
		if _, still := f.Of(r); !still {
			was.At, was.Open = f.At, false
			all = append(all, was)
		}
	}
	return all
}
