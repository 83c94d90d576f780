package execution_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/execution"
)

// Turns are written as FROM-TO, "-" while they go on, with the minute at which the job ended after a colon.
func TestOrders(t *testing.T) {
	minute := func(n int) time.Time { return time.Date(2026, 3, 2, 6, n, 0, 0, time.UTC) }
	for _, c := range []struct{ name, turns, want string }{
		{"none", "", ""},
		{"one that goes on", "0-", "0+A"},
		{"one that was held", "0-10", "0+A 10-"},
		{"held and resumed", "0-10 20-", "0+A 10- 20+A"},
		{"one after the other", "0-10:10 10-", "0+A 10+A"},
		{"made, and the line goes on", "0-:10", "0+A 10-A"},
		{"made, and the next comes later", "0-20:10 20-", "0+A 10-A 20+A"},
		{"made, and the line is taken from it", "0-20:10", "0+A 10-A 20-"},
		{"ended with its turn", "0-20:20", "0+A 20-"},
		{"held, and completed by a late reading", "0-10:9", "0+A 9-A 10-"},
		{"resumed after it was made, as turned out later", "0-10:9 20-:9", "0+A 9-A 10- 20-A"},
		{"taken from it at once", "0-0 5-", "5+A"},
	} {
		var turns []execution.Turn
		for _, w := range strings.Fields(c.turns) {
			span, ended, over := strings.Cut(w, ":")
			from, to, _ := strings.Cut(span, "-")
			number := func(w string) (n int) { _, _ = fmt.Sscan(w, &n); return n }
			turn := execution.Turn{Run: execution.Run{Line: "l", From: minute(number(from)), Job: "J"}, Product: "A"}
			if to != "" {
				turn.To = minute(number(to))
			}
			if over {
				turn.Ended = minute(number(ended))
			}
			turns = append(turns, turn)
		}
		var got []string
		for _, o := range execution.Orders("u", turns) {
			if (o.Order == "J") != (o.Product == "A") {
				t.Errorf("%s: the order is %q while %q is made", c.name, o.Order, o.Product)
			}
			got = append(got, fmt.Sprintf("%d%s%s", o.At.Minute(), map[bool]string{true: "+", false: "-"}[o.Runs], o.Product))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}
