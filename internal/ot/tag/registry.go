package tag

import (
	"fmt"
	"slices"
)

// Registry is the list of all tags of one plant model. It is made once and then only read, so it needs no lock.
type Registry struct {
	tags   []Tag // by ID-1
	byName map[string]ID
}

// NewRegistry numbers the tags from 1 in their order. A name given twice is an error.
func NewRegistry(tags []Tag) (*Registry, error) {
	r := &Registry{tags: slices.Clone(tags), byName: make(map[string]ID, len(tags))}
	for i := range r.tags {
		t := &r.tags[i]
		t.ID = ID(i + 1)
		if t.Name == "" {
			return nil, fmt.Errorf("tag %d has no name", i+1)
		}
		if _, ok := r.byName[t.Name]; ok {
			return nil, fmt.Errorf("tag %q stands twice", t.Name)
		}
		r.byName[t.Name] = t.ID
	}
	return r, nil
}

// Len is the number of tags; IDs run from 1 to Len.
func (r *Registry) Len() int { return len(r.tags) }

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

// All gives every tag in ID order. The slice must not be changed.
func (r *Registry) All() []Tag { return r.tags }
