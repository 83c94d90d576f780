package amendment

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// apart is how many settings of one table are told one by one; when more differ they are one change.
const apart = 20

// named looks at settings that stand under names: rates by product, tags by their names.
func named[V any](w *walk, a about, was map[string]V, now *map[string]V) {
	namedBy(w, a, was, now, differing(was, *now, func(a, b V) bool { return alike(a, b) }))
}

// namedBy is named of settings of which it is known already which differ.
func namedBy[V any](w *walk, a about, was map[string]V, now *map[string]V, names []string) {
	if len(names) > apart {
		w.add(Change{
			Key: a.key + "/" + a.what, Thing: a.thing, What: fmt.Sprintf("changes its %s (%d of them)", a.what, len(names)),
			Old: some(was, names), New: some(*now, names), undo: func() { *now = was },
		})
		return
	}
	for _, name := range names {
		old, known := was[name]
		w.add(Change{
			Key: a.key + "/" + a.what + "/" + name, Thing: a.thing, What: fmt.Sprintf("changes its %s (%s)", a.what, name),
			Old: some(was, []string{name}), New: some(*now, []string{name}),
			undo: func() {
				all := maps.Clone(*now)
				if all == nil {
					all = map[string]V{}
				}
				if delete(all, name); known {
					all[name] = old
				}
				*now = all
			},
		})
	}
}

// differing are the names under which two tables say different things, in their order.
func differing[V any](was, now map[string]V, same func(a, b V) bool) (names []string) {
	if reflect.ValueOf(was).Pointer() == reflect.ValueOf(now).Pointer() {
		return nil // the very same
	}
	for name, v := range now {
		if old, known := was[name]; !known || !same(old, v) {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, still := now[name]; !still {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// some is a table cut to some of its names; nil when it has none of them.
func some[V any](all map[string]V, names []string) any {
	cut := map[string]V{}
	for _, name := range names {
		if v, there := all[name]; there {
			cut[name] = v
		}
	}
	if len(cut) == 0 {
		return nil
	}
	return cut
}
