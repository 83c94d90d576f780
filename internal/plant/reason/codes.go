package reason

import (
	"sort"
	"strconv"
)

// Codes says which fault codes mean which reason. A code stands for one reason at most: spans neither overlap each
// other nor hold an exact code. The reason "" says that the code has none.
type Codes struct {
	Exact map[string]ID
	Spans []Span // in the order of their codes
}

// Span is all whole numbers from one to another.
type Span struct {
	From, To uint64
	Reason   ID
}

// Layers are the codes of a work unit: what it says itself, then what its kinds of machine say. The first that knows
// a code is right.
type Layers []Codes

// Of is the reason that a code stands for; ok is false when nobody says, or somebody says that there is none.
func (l Layers) Of(code string) (id ID, ok bool) {
	for _, c := range l {
		if id, known := c.of(code); known {
			return id, id != ""
		}
	}
	return "", false
}

func (c Codes) of(code string) (ID, bool) {
	if id, ok := c.Exact[code]; ok {
		return id, true
	}
	if len(c.Spans) == 0 {
		return "", false
	}
	n, err := strconv.ParseUint(code, 10, 64)
	if err != nil {
		return "", false
	}
	i := sort.Search(len(c.Spans), func(i int) bool { return c.Spans[i].To >= n })
	if i == len(c.Spans) || c.Spans[i].From > n {
		return "", false
	}
	return c.Spans[i].Reason, true
}
