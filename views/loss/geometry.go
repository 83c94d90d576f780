package loss

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"millwright/views/figure"
)

// rect is a bar of a whole, as SVG lengths.
type rect struct{ x, w string }

// most is where the longest bar ends.
func (f Fall) most() (n int64) {
	for _, s := range f.Steps {
		n = max(n, s.From, s.To)
	}
	return n
}

// bar is where a step is drawn: a loss from what is left after it to what was left before.
func (f Fall) bar(s Step) rect {
	whole := f.most()
	if whole <= 0 {
		return rect{"0%", "0%"}
	}
	from, to := min(s.From, s.To), max(s.From, s.To)
	from, to = max(from, 0), max(to, 0)
	return rect{share(from, whole), share(to-from, whole)}
}

// share is a part of a whole, to a thousandth of a percent.
func share(n, whole int64) string {
	return strconv.FormatFloat(math.Round(float64(n)/float64(whole)*1e5)/1e3, 'f', -1, 64) + "%"
}

// who said why; the machine did where nobody else has.
func (s Stop) who() string {
	switch {
	case s.Who != "":
		return s.Who
	case s.Reason != "" || s.Fault != "":
		return "machine"
	}
	return figure.Unknown
}

// hidden names what the form keeps, in order.
func (t Tools) hidden() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(t.Hidden)) {
		if t.Hidden[name] != "" || strings.HasPrefix(name, "only-") {
			names = append(names, name)
		}
	}
	return names
}
