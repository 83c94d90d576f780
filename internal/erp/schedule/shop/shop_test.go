package shop

import (
	"strings"
	"testing"

	"millwright/internal/erp/schedule"
	"millwright/internal/errs"
)

const ft06 = `a title
# Fisher and Thompson
6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
`

func TestReadsAJobShop(t *testing.T) {
	p, err := Read(strings.NewReader(ft06), Either)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Jobs) != 6 || len(p.Machines) != 6 || len(p.Jobs[1].Ops) != 6 {
		t.Fatalf("%d jobs on %d machines", len(p.Jobs), len(p.Machines))
	}
	if got := p.Jobs[1].Ops[2].Modes; len(got) != 1 || got[0] != (schedule.Mode{Machine: 4, Run: 10}) {
		t.Errorf("the third operation of the second job: %v", got)
	}
}

func TestReadsAFlexibleJobShop(t *testing.T) {
	p, err := Read(strings.NewReader("2 3 1.5\n2 1 1 5 2 2 4 3 6\n1 3 1 1 2 2 3 3\n"), Either)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Jobs) != 2 || len(p.Jobs[0].Ops) != 2 || len(p.Jobs[1].Ops[0].Modes) != 3 {
		t.Fatalf("read %+v", p.Jobs)
	}
	if got := p.Jobs[0].Ops[1].Modes[1]; got != (schedule.Mode{Machine: 2, Run: 6}) {
		t.Errorf("the second choice: %v", got)
	}
}

func TestWhatIsWrongIsToldByLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "ends after 0 of 0 jobs"},
		{"too few jobs", "2 1\n0 5\n", "ends after 1 of 2 jobs"},
		{"a jobless shop", "0 3\n", "line 1"},
		{"more jobs than memory", "1000000000 1000000000\n", "line 1"},
		{"more operations than the line has", "1 1 1\n900000000 1 1 1\n", "line 2"},
		{"more choices than the line has", "1 1 1\n1 900000000 1 1\n", "line 2"},
		{"no machine", "1 1 1\n1 1 2 5\n", "no such machine"},
		{"machine 0 of those that count from 1", "1 1 1\n1 1 0 5\n", "no such machine"},
		{"a word", "1 2\n0 5 1 x\n", `"x" is not a whole number`},
		{"below zero", "1 2\n0 5 1 -3\n", "line 2"},
		{"a number without end", "1 1\n0 99999999999999999999999999\n", "line 2"},
		{"left over", "1 1 1\n1 1 1 5 7\n", "1 numbers are left"},
		{"only a mean", "1\n", "number of jobs and of machines"},
	} {
		_, err := Read(strings.NewReader(c.text), Either)
		if err == nil || errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(ft06)
	f.Add("1 1 1\n1 1 1 5\n")
	f.Add("2 2\n0 1 1 2\n1 2 0 0\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Read(strings.NewReader(text), Either)
		if err != nil {
			return
		}
		if err := p.Check(); err != nil {
			t.Fatalf("it was read, and cannot be placed: %v", err)
		}
	})
}
