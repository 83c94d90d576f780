package revision

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func show(all []Line) string {
	var b strings.Builder
	for _, l := range all {
		sign := " "
		if l.Old == 0 {
			sign = "+"
		} else if l.New == 0 {
			sign = "-"
		}
		fmt.Fprintf(&b, "%s%s ", sign, l.Text)
	}
	return strings.TrimSpace(b.String())
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"a\nb\n", "a\nb\n", "a  b"},
		{"", "a\nb\n", "+a +b"},
		{"a\nb\n", "", "-a -b"},
		{"a\nb\nc\n", "a\nx\nc\n", "a -b +x  c"},
		{"a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", "-a -b  c +b  a  b -b  a +c"},
		{"a\nb", "a\nb\n", "a  b"},
	} {
		if got := show(Diff(c.before, c.after)); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

// Whatever two texts are, the comparison holds each of them whole and in order.
func TestDiffHoldsBothTexts(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range dice.IntN(40) {
			fmt.Fprintf(&b, "%d\n", dice.IntN(6))
		}
		return b.String()
	}
	for range 3000 {
		a, b := text(), text()
		check(t, a, b)
	}
	many := strings.Repeat("x\n", 3*maxSteps)
	check(t, many, strings.ReplaceAll(many, "x", "y")) // too far apart for a shortest way
}

func check(t *testing.T, a, b string) {
	t.Helper()
	var before, after strings.Builder
	olds, news := 0, 0
	for _, l := range Diff(a, b) {
		if l.Old > 0 {
			olds++
			before.WriteString(l.Text + "\n")
		}
		if l.New > 0 {
			news++
			after.WriteString(l.Text + "\n")
		}
		if (l.Old > 0 && l.Old != olds) || (l.New > 0 && l.New != news) {
			t.Fatalf("%q to %q: numbered %+v", a, b, l)
		}
	}
	if before.String() != a || after.String() != b {
		t.Fatalf("%q to %q holds %q and %q", a, b, before.String(), after.String())
	}
}

func TestHunksLeaveOutWhatIsTheSame(t *testing.T) {
	before := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n"
	after := strings.Replace(strings.Replace(before, "2\n", "two\n", 1), "11\n", "eleven\n", 1)
	var got []string
	for _, h := range Hunks(Diff(before, after), 1) {
		got = append(got, show(h))
	}
	if want := []string{"1 -2 +two  3", "10 -11 +eleven  12"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	if h := Hunks(Diff(before, before), 3); len(h) != 0 {
		t.Errorf("%d hunks of nothing", len(h))
	}
}

func TestUnifiedTellsHowMuchItLeavesOut(t *testing.T) {
	all := Unified("a\nb\n", "a\nc\n", 1000)
	if all != "@@ -1,2 +1,2 @@\n a\n-b\n+c\n" {
		t.Errorf("%q", all)
	}
	if some := Unified("a\nb\n", "a\nc\n", 20); some != "@@ -1,2 +1,2 @@\n a\n-b\n… and 1 lines more\n" {
		t.Errorf("%q", some)
	}
	none := Unified("", strings.Repeat("a\n", 10), 1)
	if !strings.HasSuffix(none, "… and 10 lines more\n") {
		t.Errorf("%q", none)
	}
}

// What two long texts begin and end with alike is told nowhere, wherever they differ.
func TestUnifiedIsWhatAllLinesWouldTell(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		all := make([]string, 5+dice.IntN(25))
		for i := range all {
			all[i] = string(rune('a' + dice.IntN(3)))
		}
		before := strings.Join(all, "\n") + "\n"
		for range 1 + dice.IntN(3) {
			switch i := dice.IntN(len(all)); dice.IntN(3) {
			case 0:
				all[i] += "x"
			case 1:
				all = append(all[:i], all[i+1:]...)
			default:
				all = append(all[:i], append([]string{"new"}, all[i:]...)...)
			}
			if len(all) == 0 {
				all = []string{"a"}
			}
		}
		after := strings.Join(all, "\n")
		if dice.IntN(5) > 0 {
			after += "\n"
		}
		if got := Unified(before, after, 1<<20); got != hunked(before, after) {
			t.Fatalf("%q to %q: %q, want %q", before, after, got, hunked(before, after))
		}
	}
}

// hunked tells what differs by looking at every line.
func hunked(before, after string) string {
	var b strings.Builder
	for _, h := range Hunks(Diff(before, after), 3) {
		if err := h.Write(&b); err != nil {
			return err.Error()
		}
	}
	return b.String()
}
