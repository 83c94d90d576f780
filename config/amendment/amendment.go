// Package amendment is one thing that a draft makes otherwise than the plant in use, and the way back from it.
package amendment

import (
	"cmp"
	"reflect"

	"millwright/config"
)

// Change is one thing that a draft makes otherwise.
type Change struct {
	Key   string // names it among the changes of a draft
	Thing string // "line filling-1", "machine type filler"
	What  string // "is new", "is taken away", "changes its rates (COLA-05)"
	Old   any    // what the plant in use says of it; nil where it says nothing
	New   any    // what the draft says

	undo func()
}

// Words tell the change: "line filling-1 is new".
func (c Change) Words() string { return c.Thing + " " + c.What }

// TakeBack has the draft that the change was found in say again what the plant in use says. It counts for one change:
// the others have to be found anew.
func (c Change) TakeBack() { c.undo() }

// Of tells what a draft makes otherwise, in the order of a plant file. What a machine type of the draft holds is
// replaced by taking a change back, never changed.
func Of(used config.Document, draft *config.Document) []Change {
	w := &walk{}
	field(w, about{"enterprise", "the enterprise", "name"}, used.Enterprise, &draft.Enterprise)
	list(w, things[config.Connection]{kind: "connection", was: used.Connections, now: &draft.Connections, id: func(c config.Connection) string { return c.ID }}, func(key, name string, was, now *config.Connection) {
		field(w, about{key, name, "settings"}, *was, now)
	})
	w.types(used, draft)
	w.reasons("reason", used.Reasons, &draft.Reasons)
	w.reasons("scrap reason", used.Scrap, &draft.Scrap)
	list(w, things[config.SiteEntry]{kind: "site", was: used.Sites, now: &draft.Sites, id: func(s config.SiteEntry) string { return s.ID }}, w.site)
	return w.all
}

// walk goes through both plants and collects in what they differ.
type walk struct{ all []Change }

func (w *walk) add(c Change) { w.all = append(w.all, c) }

// about is which setting of which thing something is about.
type about struct{ key, thing, what string }

// field looks at one setting of a thing that both plants have.
func field[F any](w *walk, a about, was F, now *F) {
	if alike(was, *now) {
		return
	}
	w.add(Change{Key: a.key + "/" + a.what, Thing: a.thing, What: "changes its " + a.what, Old: said(was), New: said(*now), undo: func() { *now = was }})
}

// said is a setting, or nil where it says nothing.
func said(v any) any {
	if r := reflect.ValueOf(v); !r.IsValid() || r.IsZero() {
		return nil
	}
	return v
}

// alike tells whether two parts of a plant file say the same; none says the same as an empty one.
func alike(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	one, wrong := config.Marshal(a)
	two, bad := config.Marshal(b)
	return cmp.Or(wrong, bad) == nil && string(one) == string(two)
}
