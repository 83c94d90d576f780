package amendment

import "slices"

// things are all of one kind in one place of both plants, in their order.
type things[T any] struct {
	at   string // key of what they belong to; "" for the plant itself
	kind string // "line"
	was  []T
	now  *[]T
	id   func(T) string
}

func (l things[T]) place(all []T, id string) int {
	return slices.IndexFunc(all, func(o T) bool { return l.id(o) == id })
}

func (l things[T]) key(id string) string {
	if l.at == "" {
		return l.kind + "/" + id
	}
	return l.at + "/" + l.kind + "/" + id
}

// list looks which things are new, gone or in another order; both looks at one that both plants have.
func list[T any](w *walk, l things[T], both func(key, name string, was, now *T)) {
	for i, one := range *l.now {
		id := l.id(one)
		j := l.place(l.was, id)
		if j >= 0 {
			both(l.key(id), l.kind+" "+id, &l.was[j], &(*l.now)[i])
			continue
		}
		w.add(Change{Key: l.key(id), Thing: l.kind + " " + id, What: "is new", New: one, undo: func() {
			*l.now = slices.DeleteFunc(slices.Clone(*l.now), func(o T) bool { return l.id(o) == id })
		}})
	}
	for i, one := range l.was {
		if id := l.id(one); l.place(*l.now, id) < 0 {
			w.add(Change{Key: l.key(id), Thing: l.kind + " " + id, What: "is taken away", Old: one, undo: func() {
				*l.now = slices.Insert(slices.Clone(*l.now), l.behind(i), one)
			}})
		}
	}
	if was, now := l.common(l.was, *l.now), l.common(*l.now, l.was); !slices.Equal(was, now) {
		w.add(Change{Key: l.key("order of all"), Thing: l.kind + "s", What: "are in another order", Old: was, New: now, undo: l.reorder})
	}
}

// behind is the place of a thing that is gone, behind those that it came after and that are still there.
func (l things[T]) behind(i int) int {
	for i--; i >= 0; i-- {
		if j := l.place(*l.now, l.id(l.was[i])); j >= 0 {
			return j + 1
		}
	}
	return 0
}

// common are the things of a that b has too, in the order of a.
func (l things[T]) common(a, b []T) (ids []string) {
	for _, one := range a {
		if id := l.id(one); l.place(b, id) >= 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// reorder puts what both plants have into the order it had; what is new stays where it is.
func (l things[T]) reorder() {
	order := l.common(l.was, *l.now)
	sorted := slices.Clone(*l.now)
	for i, one := range *l.now {
		if l.place(l.was, l.id(one)) >= 0 {
			sorted[i] = (*l.now)[l.place(*l.now, order[0])]
			order = order[1:]
		}
	}
	*l.now = sorted
}
