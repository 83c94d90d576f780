package tag

import "fmt"

// Registry is the list of all tags of one plant model. It is made once and then only read, so it needs no lock.
type Registry struct {
	tags   []Tag // by ID-1; those that a successor no longer has are the zero Tag
	all    []Tag // without them, in the order of the model
	byName map[string]ID
}

// NewRegistry numbers the tags from 1 in their order. A name given twice is an error.
func NewRegistry(tags []Tag) (*Registry, error) { return (*Registry)(nil).Succeed(tags) }

// Succeed makes the registry of the model that takes the place of this one: a tag of the same name keeps its
// ID, and the ID of one that is gone is not given to another, so that a number never changes its meaning while
// the program runs. A nil Registry has no tags.
func (r *Registry) Succeed(tags []Tag) (*Registry, error) {
	next := &Registry{tags: make([]Tag, r.Len(), r.Len()+len(tags)), all: make([]Tag, 0, len(tags)), byName: make(map[string]ID, len(tags))}
	for i, t := range tags {
		if t.Name == "" {
			return nil, fmt.Errorf("tag %d has no name", i+1)
		}
		if _, twice := next.byName[t.Name]; twice {
			return nil, fmt.Errorf("tag %q stands twice", t.Name)
		}
		t.ID = r.idOf(t.Name)
		if t.ID == 0 {
			t.ID = ID(len(next.tags) + 1)
			next.tags = append(next.tags, t)
		}
		next.tags[t.ID-1] = t
		next.all = append(next.all, t)
		next.byName[t.Name] = t.ID
	}
	return next, nil
}

// idOf gives the ID of a name; 0 for none.
func (r *Registry) idOf(name string) ID {
	if r == nil {
		return 0
	}
	return r.byName[name]
}

// Len is the highest ID; there is none above it.
func (r *Registry) Len() int {
	if r == nil {
		return 0
	}
	return len(r.tags)
}

// Has tells whether there is a tag of an ID.
func (r *Registry) Has(id ID) bool { return id != 0 && int(id) <= len(r.tags) && r.tags[id-1].ID != 0 }

// Derived tells whether a tag is reckoned from others.
func (r *Registry) Derived(id ID) bool { return r.Tag(id).Expr != "" }

// Tag gives the tag of an ID; the zero Tag for an unknown one.
func (r *Registry) Tag(id ID) Tag {
	if id == 0 || int(id) > len(r.tags) {
		return Tag{}
	}
	return r.tags[id-1]
}

// Find gives the ID of a name; ok is false when there is none.
func (r *Registry) Find(name string) (id ID, ok bool) {
	id, ok = r.byName[name]
	return id, ok
}

// All gives every tag in the order of the model. The slice must not be changed.
func (r *Registry) All() []Tag { return r.all }
