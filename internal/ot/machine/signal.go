package machine

import (
	"time"

	"millwright/internal/ot/tag"
)

// signal is the newest sample of a tag that is not counted.
type signal struct {
	at    time.Time
	good  bool
	value tag.Value
}

// news is what a sample means beside the one before it.
type news uint8

const (
	nothing news = iota // a duplicate, the same value again, or another value at a taken time
	late
	changed
)

// take keeps a sample unless it is late or says nothing new.
func (g *signal) take(s tag.Sample) news {
	first := g.at.IsZero()
	if !first && !s.Time.After(g.at) {
		if s.Time.Before(g.at) {
			return late
		}
		return nothing
	}
	g.at = s.Time
	good := s.Good()
	if !first && good == g.good && s.Value == g.value {
		return nothing
	}
	g.good, g.value = good, s.Value
	return changed
}

// word is the value as text, "" when it is not good.
func (g *signal) word() string {
	if !g.good {
		return ""
	}
	return g.value.String()
}
