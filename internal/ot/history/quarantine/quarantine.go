// Package quarantine is the newest samples that the history would not keep, of each source, with why.
package quarantine

import (
	"cmp"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"millwright/internal/ot/tag"
)

// The bounds of what is held: it is memory, for people to look at, and a machine that sends rubbish must not fill it.
const (
	PerSource = 20
	sources   = 200 // what comes of more is held together
	longText  = 200 // bytes of a value
)

// others are the sources beyond the bound.
const others = "others"

// Refused is one of them.
type Refused struct {
	Source string // the connection, or who else sent it
	Sample tag.Sample
	Why    string
	At     time.Time // when it was refused
}

// Room holds them. It is safe for concurrent use; nil holds nothing.
type Room struct {
	mu  sync.Mutex
	all map[string][]Refused // by source, the oldest first
}

// New makes an empty room.
func New() *Room { return &Room{all: map[string][]Refused{}} }

// Put holds a sample, and lets go of the oldest of its source.
func (r *Room) Put(one Refused) {
	if r == nil {
		return
	}
	one.Sample.Value = short(one.Sample.Value)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.all[one.Source]; !known && len(r.all) >= sources {
		one.Source = others
	}
	held := r.all[one.Source]
	held = append(held, one)
	if len(held) > PerSource {
		held = slices.Delete(held, 0, len(held)-PerSource)
	}
	r.all[one.Source] = held
}

// List gives all of them, the newest first, and those of one moment by their source.
func (r *Room) List() (all []Refused) {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, held := range r.all {
		all = append(all, held...)
	}
	slices.SortStableFunc(all, func(a, b Refused) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Source, b.Source), b.Sample.Time.Compare(a.Sample.Time), cmp.Compare(a.Sample.Tag, b.Sample.Tag))
	})
	return all
}

// short cuts a text, which a machine may make as long as it likes.
func short(v tag.Value) tag.Value {
	text, is := v.Text()
	if !is || len(text) <= longText {
		return v
	}
	end := longText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return tag.TextValue(text[:end] + "…")
}
