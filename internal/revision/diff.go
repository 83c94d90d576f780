package revision

import (
	"fmt"
	"io"
	"strings"
)

// Line is one line of a comparison. Old and New are its numbers from 1; 0 where it does not stand.
type Line struct {
	Old, New int
	Text     string
}

// Kept tells whether the line stands in both texts.
func (l Line) Kept() bool { return l.Old > 0 && l.New > 0 }

// maxSteps bounds the search for the shortest way: texts that differ in more lines are told as one replaced by the other.
const maxSteps = 1000

// Diff compares two texts line by line, by the shortest way from one to the other (E. Myers, An O(ND) Difference
// Algorithm and Its Variations, 1986).
func Diff(before, after string) []Line {
	a, b := lines(before), lines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := make([]Line, 0, len(a)+len(b))
	for i := range head {
		out = append(out, Line{i + 1, i + 1, a[i]})
	}
	for _, l := range shortest(a[head:len(a)-tail], b[head:len(b)-tail]) {
		if l.Old > 0 {
			l.Old += head
		}
		if l.New > 0 {
			l.New += head
		}
		out = append(out, l)
	}
	for i := tail; i > 0; i-- {
		out = append(out, Line{len(a) - i + 1, len(b) - i + 1, a[len(a)-i]})
	}
	return out
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// shortest walks the edit graph: after d changes, v holds the furthest line of a on each diagonal k = x - y.
func shortest(a, b []string) []Line {
	most := min(len(a)+len(b), maxSteps)
	v := make([]int, 2*most+2)
	var trace [][]int
	for d := 0; d <= most; d++ {
		trace = append(trace, append([]int(nil), v[most-min(d, most):most+min(d, most)+2]...))
		for k := -d; k <= d; k += 2 {
			x := reach(v, most, k, d)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			v[most+k] = x
			if x >= len(a) && x-k >= len(b) {
				return walk(a, b, trace)
			}
		}
	}
	return replaced(a, b)
}

// reach is where one more change leads on diagonal k: down from k+1, or right from k-1.
func reach(v []int, zero, k, d int) int {
	if k == -d || (k != d && v[zero+k-1] < v[zero+k+1]) {
		return v[zero+k+1]
	}
	return v[zero+k-1] + 1
}

// walk goes the way back from the ends of both texts.
func walk(a, b []string, trace [][]int) []Line {
	var back []Line
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		v, k, px, py := trace[d], x-y, 0, 0
		if d > 0 {
			down := k == -d || (k != d && v[d+k-1] < v[d+k+1])
			if px = v[max(d+k-1, 0)]; down {
				px = v[d+k+1]
			}
			if py = px - k - 1; !down {
				py = px - k + 1
			}
		}
		for x > px && y > py {
			back = append(back, Line{x, y, a[x-1]})
			x, y = x-1, y-1
		}
		switch {
		case d == 0:
		case y > py:
			back = append(back, Line{0, y, b[y-1]})
		default:
			back = append(back, Line{x, 0, a[x-1]})
		}
		x, y = px, py
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

func replaced(a, b []string) []Line {
	out := make([]Line, 0, len(a)+len(b))
	for i, t := range a {
		out = append(out, Line{Old: i + 1, Text: t})
	}
	for i, t := range b {
		out = append(out, Line{New: i + 1, Text: t})
	}
	return out
}

// Hunk is a part of a comparison that differs, with a few lines around it.
type Hunk []Line

// Unified tells what differs between two texts as diff -u does, with a few lines around each change, up to most bytes.
// What does not find room is left out; the last line says how much then.
func Unified(before, after string, most int) string {
	var b strings.Builder
	left := 0
	for _, h := range apart(before, after, 3) {
		if left == 0 {
			b.WriteString(h.head() + "\n")
		}
		for _, l := range h {
			if left > 0 || b.Len()+len(l.Text) > most {
				left++
				continue
			}
			b.WriteString(l.sign() + l.Text + "\n")
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "… and %d lines more\n", left)
	}
	return b.String()
}

// apart gives the parts that differ, with n lines around each, without looking at every line of two long texts.
func apart(before, after string, n int) []Hunk {
	head := alikeAtStart(before, after)
	tail := alikeAtEnd(before[head:], after[head:])
	for range n {
		head = strings.LastIndexByte(before[:max(head-1, 0)], '\n') + 1
		if i := strings.IndexByte(before[len(before)-tail:], '\n'); i >= 0 {
			tail -= i + 1
		}
	}
	skipped := strings.Count(before[:head], "\n")
	all := Hunks(Diff(before[head:len(before)-tail], after[head:len(after)-tail]), n)
	for _, h := range all {
		for i := range h {
			if h[i].Old > 0 {
				h[i].Old += skipped
			}
			if h[i].New > 0 {
				h[i].New += skipped
			}
		}
	}
	return all
}

// alikeAtStart is how long two texts begin alike, in whole lines.
func alikeAtStart(a, b string) int {
	size := 0
	for size < len(a) && size < len(b) && a[size] == b[size] {
		size++
	}
	return strings.LastIndexByte(a[:size], '\n') + 1
}

// alikeAtEnd is how long two texts end alike, in whole lines.
func alikeAtEnd(a, b string) int {
	size := 0
	for size < len(a) && size < len(b) && a[len(a)-1-size] == b[len(b)-1-size] {
		size++
	}
	begins := func(text string) bool { return size == len(text) || text[len(text)-size-1] == '\n' }
	if size > 0 && (!begins(a) || !begins(b)) {
		line := strings.IndexByte(a[len(a)-size:], '\n')
		if line < 0 {
			return 0
		}
		size -= line + 1
	}
	return size
}

// Write writes a part that differs as diff -u does.
func (h Hunk) Write(w io.Writer) error {
	if _, err := fmt.Fprintln(w, h.head()); err != nil {
		return err
	}
	for _, l := range h {
		if _, err := fmt.Fprintln(w, l.sign()+l.Text); err != nil {
			return err
		}
	}
	return nil
}

// head tells where in the two texts a part stands.
func (h Hunk) head() string {
	from, to, olds, news := 0, 0, 0, 0
	for _, l := range h {
		if l.Old > 0 {
			olds++
		}
		if l.New > 0 {
			news++
		}
		if from == 0 {
			from = l.Old
		}
		if to == 0 {
			to = l.New
		}
	}
	return fmt.Sprintf("@@ -%d,%d +%d,%d @@", from, olds, to, news)
}

func (l Line) sign() string {
	switch {
	case l.Kept():
		return " "
	case l.New > 0:
		return "+"
	}
	return "-"
}

// Hunks leaves out what is the same, but for n lines around each change.
func Hunks(all []Line, n int) []Hunk {
	var out []Hunk
	last := -1 // the last line taken
	for i, l := range all {
		if l.Kept() {
			continue
		}
		from := max(i-n, last+1)
		if from > last+1 || len(out) == 0 {
			out = append(out, nil)
		}
		to := min(i+n, len(all)-1)
		if to > last {
			h := &out[len(out)-1]
			*h = append(*h, all[from:to+1]...)
			last = to
		}
	}
	return out
}
