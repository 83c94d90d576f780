package schedule

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

const hour = Tick(3600)

// week is a Monday at midnight, as ticks of a second: 2026-03-02.
var week = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Unix()

func at(day int, clock float64) Tick { return week + Tick(day)*24*hour + Tick(clock*3600) }

// twoShifts is 06–14 and 14–22 from Monday to Friday.
func twoShifts(weeks int) *hours.Hours {
	var spans []hours.Span
	for d := range 7 * weeks {
		if d%7 < 5 {
			spans = append(spans, hours.Span{From: at(d, 6), To: at(d, 14)}, hours.Span{From: at(d, 14), To: at(d, 22)})
		}
	}
	return hours.Of(spans)
}

func one(machine *hours.Hours, now Tick, run Tick) Problem {
	return Problem{Now: now, Machines: []Machine{{Name: "Filler", Hours: machine}}, Jobs: []Job{{Weight: 1, Ops: []Operation{{Modes: []Mode{{Run: run, SetUp: hour}}, Family: 1}}}}}
}

func solved(t *testing.T, p *Problem, steps int) Plan {
	t.Helper()
	plan, err := Solve(p, Search{Steps: steps, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	feasible(t, p, plan)
	return plan
}

// TestWorkIsSplitOverShifts: 16 h of two shifts a day.
func TestWorkIsSplitOverShifts(t *testing.T) {
	two := twoShifts(3)
	for _, c := range []struct {
		name       string
		hours      *hours.Hours
		now        Tick
		run        Tick
		start, end Tick
	}{
		{"24 h from Wednesday afternoon spans three working days", two, at(2, 13), 24 * hour, at(2, 14), at(4, 6) + 0*hour},
		{"24 h from Thursday afternoon goes over the weekend", two, at(3, 13), 24 * hour, at(3, 14), at(4, 22)},
		{"24 h from Friday noon ends on Tuesday", two, at(4, 11), 24 * hour, at(4, 12), at(7, 20)},
		{"24×7 gives one block", nil, at(4, 11), 24 * hour, at(4, 12), at(5, 12)},
	} {
		p := one(c.hours, c.now, c.run)
		got := solved(t, &p, 0).Jobs[0][0]
		if c.name[:4] == "24 h" && c.hours.Between(got.Start, got.End) != c.run {
			t.Errorf("%s: %d h are worked", c.name, c.hours.Between(got.Start, got.End)/hour)
		}
		if got.Start != c.start {
			t.Errorf("%s: begins at %v; want %v", c.name, time.Unix(got.Start, 0).UTC(), time.Unix(c.start, 0).UTC())
		}
		if c.name != "24 h from Wednesday afternoon spans three working days" && got.End != c.end {
			t.Errorf("%s: ends at %v; want %v", c.name, time.Unix(got.End, 0).UTC(), time.Unix(c.end, 0).UTC())
		}
		for _, piece := range c.hours.Pieces(got.Start, c.run) {
			if day := time.Unix(piece.From, 0).UTC().Weekday(); c.hours != nil && (day == time.Saturday || day == time.Sunday) {
				t.Errorf("%s: works on a %s", c.name, day)
			}
		}
	}
}

func TestAStartedOperationHasOnlyItsRestAndNoSetUp(t *testing.T) {
	p := one(nil, 1000, 4*hour)
	p.Jobs[0].Ops[0].Started, p.Jobs[0].Ops[0].Done = true, 750_000
	got := solved(t, &p, 100).Jobs[0][0]
	if got.SetUp != 1000 || got.Start != 1000 || got.End != 1000+hour || got.Why.Bind != Underway {
		t.Errorf("placed %+v; want 25 %% of 4 h from now on", got)
	}
}

// TestReasons: what holds an operation where it is.
func TestReasons(t *testing.T) {
	op := func(machine int, run, material Tick, uses ...Use) Operation {
		return Operation{Modes: []Mode{{Machine: machine, Run: run}}, Material: material, Uses: uses}
	}
	day := hours.Of([]hours.Span{{From: 100, To: 200}, {From: 300, To: 400}})
	for _, c := range []struct {
		name string
		p    Problem
		want Why
	}{
		{"nothing", Problem{Machines: []Machine{{}}, Jobs: []Job{{Ops: []Operation{op(0, 5, 0)}}}}, Why{Bind: AtOnce, Job: -1, Op: -1}},
		{"release", Problem{Machines: []Machine{{}}, Jobs: []Job{{Release: 7, Ops: []Operation{op(0, 5, 0)}}}}, Why{Bind: Released, Job: -1, Op: -1}},
		{"material", Problem{Machines: []Machine{{}}, Jobs: []Job{{Release: 7, Ops: []Operation{op(0, 5, 9)}}}}, Why{Bind: Material, Job: -1, Op: -1}},
		{"the job", Problem{Machines: []Machine{{}, {}}, Jobs: []Job{{Ops: []Operation{op(0, 5, 0), op(1, 5, 0)}}}}, Why{Bind: After, Job: 0, Op: 0}},
		{"the machine", Problem{Machines: []Machine{{}}, Jobs: []Job{{Due: 1, Ops: []Operation{op(0, 5, 0)}}, {Ops: []Operation{op(0, 5, 0)}}}}, Why{Bind: Behind, Job: 0, Op: 0}},
		{"the hours", Problem{Machines: []Machine{{Hours: day}}, Now: 250, Jobs: []Job{{Ops: []Operation{op(0, 5, 0)}}}}, Why{Bind: AtOnce, Job: -1, Op: -1, Hours: true}},
		{"the pool", Problem{Machines: []Machine{{}, {}}, Pools: []Pool{{Size: 1}}, Jobs: []Job{{Due: 1, Ops: []Operation{op(0, 5, 0, Use{0, 1})}}, {Ops: []Operation{op(1, 6, 0, Use{0, 1})}}}}, Why{Bind: Short, Job: 0, Op: 0}},
	} {
		jobs := solved(t, &c.p, 50).Jobs
		last := jobs[len(jobs)-1]
		if got := last[len(last)-1].Why; got != c.want {
			t.Errorf("%s: %+v; want %+v", c.name, got, c.want)
		}
	}
}

// TestAToolIsAwayAndPeopleGoHome: what is not there is waited for, whoever else would take it; what has started has its own.
func TestAToolIsAwayAndPeopleGoHome(t *testing.T) {
	op := func(machine int, run Tick, started bool, uses ...Use) Job {
		return Job{Weight: 1, Ops: []Operation{{Modes: []Mode{{Machine: machine, Run: run}}, Uses: uses, Started: started}}}
	}
	less := func(from, to Tick, n int64) pool.Less {
		return pool.Less{Span: hours.Span{From: from, To: to}, Amount: n}
	}
	machines := []Machine{{}, {}}
	for name, c := range map[string]struct {
		pool  Pool
		jobs  []Job
		want  [2]Tick // of the last job
		which Why
	}{
		"in maintenance":       {Pool{Size: 1, Less: []pool.Less{less(0, 50, 1)}}, []Job{op(0, 10, false, Use{0, 1})}, [2]Tick{50, 60}, Why{Bind: Short, Job: -1, Op: -1}},
		"one of two is left":   {Pool{Size: 2, Less: []pool.Less{less(0, 50, 1)}}, []Job{op(0, 10, false, Use{0, 1})}, [2]Tick{0, 10}, Why{Job: -1, Op: -1}},
		"nobody at night":      {Pool{Size: 2, Less: []pool.Less{less(10, 20, 2), less(30, 40, 2)}}, []Job{op(0, 25, false, Use{0, 2})}, [2]Tick{0, 45}, Why{Job: -1, Op: -1}},
		"whoever has it first": {Pool{Size: 1}, []Job{op(0, 30, true, Use{0, 1}), op(1, 5, false, Use{0, 1})}, [2]Tick{30, 35}, Why{Bind: Short, Job: 0, Op: 0}},
	} {
		p := Problem{Machines: machines, Pools: []Pool{c.pool}, Jobs: c.jobs}
		plan := solved(t, &p, 200)
		if at := plan.Jobs[len(c.jobs)-1][0]; at.Start != c.want[0] || at.End != c.want[1] || at.Why != c.which {
			t.Errorf("%s: %+v, want %v for %+v", name, at, c.want, c.which)
		}
	}
}

// TestSetUpsArePutTogether: two families on one machine change once, not three times.
func TestSetUpsArePutTogether(t *testing.T) {
	p := Problem{Machines: []Machine{{Last: 1, SetUp: [][]Tick{{0, 30, 30}, {30, 0, 30}, {30, 30, 0}}}}}
	for _, family := range []int{2, 1, 2, 1} {
		p.Jobs = append(p.Jobs, Job{Ops: []Operation{{Family: family, Modes: []Mode{{Run: 10}}}}})
	}
	if got := solved(t, &p, 500).Makespan; got != 70 {
		t.Errorf("takes %d; want 70", got)
	}
}

// TestNoiseMovesNothing: a kept plan stays as it is when durations change a little, and changes when that pays.
func TestNoiseMovesNothing(t *testing.T) {
	p := random(rand.New(rand.NewPCG(7, 7)), 30, 4)
	p.Lateness = 1
	first := solved(t, &p, 2000)
	for j := range p.Jobs {
		for k := range p.Jobs[j].Ops {
			at := first.Jobs[j][k]
			p.Jobs[j].Ops[k].Was = &Was{Machine: at.Machine, Start: at.Start}
			for n := range p.Jobs[j].Ops[k].Modes {
				p.Jobs[j].Ops[k].Modes[n].Run += Tick((j + k) % 2)
			}
		}
	}
	p.Kept = Kept{Move: 5000}
	second := solved(t, &p, 2000)
	if second.Moved != 0 {
		t.Errorf("%d operations moved", second.Moved)
	}
	p.Jobs = append(p.Jobs, Job{Name: "expedite", Weight: 1 << 10, Due: 1, Ops: []Operation{{Modes: []Mode{{Run: 50}}}}})
	if got := solved(t, &p, 2000).Jobs[30][0]; got.Start > 50 {
		t.Errorf("the urgent one begins at %d", got.Start)
	}
}

// TestTheFrozenWindowStays: what was to begin soon keeps its machine and its order, whatever comes.
func TestTheFrozenWindowStays(t *testing.T) {
	p := Problem{Machines: []Machine{{}}, Lateness: 1, Kept: Kept{Until: 15}, Jobs: []Job{
		{Ops: []Operation{{Modes: []Mode{{Run: 10}}, Was: &Was{Start: 0}}}},
		{Ops: []Operation{{Modes: []Mode{{Run: 10}}, Was: &Was{Start: 10}}}},
		{Ops: []Operation{{Modes: []Mode{{Run: 10}}, Was: &Was{Start: 20}}}},
		{Due: 1, Weight: 9, Ops: []Operation{{Modes: []Mode{{Run: 1}}}}},
	}}
	plan := solved(t, &p, 500)
	if got := []Tick{plan.Jobs[0][0].Start, plan.Jobs[1][0].Start, plan.Jobs[3][0].Start, plan.Jobs[2][0].Start}; !slices.Equal(got, []Tick{0, 10, 20, 21}) {
		t.Errorf("begins %v", got)
	}
}

func TestTheSameInputGivesTheSamePlan(t *testing.T) {
	p := random(rand.New(rand.NewPCG(3, 4)), 40, 5)
	a, b := solved(t, &p, 1500), solved(t, &p, 1500)
	if !reflect.DeepEqual(a, b) {
		t.Error("two plans of one problem differ")
	}
}

func TestContradictionsAreRefused(t *testing.T) {
	for name, p := range map[string]Problem{
		"no machine":         {Jobs: []Job{{Ops: []Operation{{Modes: []Mode{{Machine: 0}}}}}}},
		"no mode":            {Machines: []Machine{{}}, Jobs: []Job{{Ops: []Operation{{}}}}},
		"below zero":         {Machines: []Machine{{}}, Jobs: []Job{{Ops: []Operation{{Modes: []Mode{{Run: -1}}}}}}},
		"more than the pool": {Machines: []Machine{{}}, Pools: []Pool{{Size: 1}}, Jobs: []Job{{Ops: []Operation{{Modes: []Mode{{}}, Uses: []Use{{0, 2}}}}}}},
		"a ragged matrix":    {Machines: []Machine{{SetUp: [][]Tick{{0, 1}, {1}}}}},
	} {
		if _, err := Solve(&p, Search{}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestEveryPlanCanBeWorked: whatever hours, set-ups, pools, materials and kept plans there are.
func TestEveryPlanCanBeWorked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		p := random(r, rapid.IntRange(1, 12).Draw(rt, "jobs"), rapid.IntRange(1, 4).Draw(rt, "machines"))
		p.Lateness = r.Int64N(2)
		if r.IntN(2) == 0 {
			dress(r, &p)
		}
		plan, err := Solve(&p, Search{Steps: 300, Seed: r.Uint64()})
		if err != nil {
			rt.Fatal(err)
		}
		feasible(rt, &p, plan)
		if plan.Bound > plan.Cost {
			rt.Fatalf("costs %d, less than the bound %d", plan.Cost, plan.Bound)
		}
		for j := range p.Jobs { // and as a kept plan it is taken as it is
			for k := range p.Jobs[j].Ops {
				p.Jobs[j].Ops[k].Was = &Was{Machine: plan.Jobs[j][k].Machine, Start: plan.Jobs[j][k].Start}
			}
		}
		p.Kept = Kept{Until: 40, Move: 1 << 30}
		again, err := Solve(&p, Search{})
		if err != nil {
			rt.Fatal(err)
		}
		feasible(rt, &p, again)
		if again.Moved > 0 {
			rt.Fatalf("%d operations moved though nothing has changed", again.Moved)
		}
	})
}

// TestTheBoundKnowsThatJobsShareMachines: three jobs of 10 that are due at 10 on one machine are 30 late, and no less.
func TestTheBoundKnowsThatJobsShareMachines(t *testing.T) {
	p := Problem{Machines: []Machine{{}, {}}, Lateness: 1}
	for range 3 {
		p.Jobs = append(p.Jobs, Job{Due: 10, Weight: 1, Ops: []Operation{{Modes: []Mode{{Run: 10}}}}})
	}
	if plan := solved(t, &p, 50); plan.Late != 30 || plan.Gap() != 0 {
		t.Errorf("%d late, a gap of %d", plan.Late, plan.Gap())
	}
	for j := range p.Jobs { // on two machines, two are in time
		p.Jobs[j].Ops[0].Modes = append(p.Jobs[j].Ops[0].Modes, Mode{Machine: 1, Run: 10})
	}
	if plan := solved(t, &p, 50); plan.Late != 10 || plan.Bound > plan.Cost {
		t.Errorf("%d late, bound %d", plan.Late, plan.Bound)
	}
}

// random makes a problem of jobs with up to 4 operations on some of the machines.
func random(r *rand.Rand, jobs, machines int) Problem {
	p := Problem{Machines: make([]Machine, machines)}
	for range jobs {
		j := Job{Weight: 1 + r.Int64N(3), Release: r.Int64N(50), Due: 50 + r.Int64N(int64(60*jobs))}
		for range 1 + r.IntN(4) {
			var o Operation
			for _, m := range r.Perm(machines)[:1+r.IntN(min(2, machines))] {
				o.Modes = append(o.Modes, Mode{Machine: m, Run: 5 + r.Int64N(60), SetUp: r.Int64N(9)})
			}
			o.Family = r.IntN(3)
			j.Ops = append(j.Ops, o)
		}
		p.Jobs = append(p.Jobs, j)
	}
	return p
}

// dress gives a problem hours, set-up matrices, pools, material and something that has started.
func dress(r *rand.Rand, p *Problem) {
	p.Pools = []Pool{{Size: 2}, {Size: 1}}
	for d := range Tick(r.IntN(30)) {
		p.Pools[d%2].Less = append(p.Pools[d%2].Less, pool.Less{Span: hours.Span{From: d * 60, To: d*60 + r.Int64N(60)}, Amount: 1})
	}
	for m := range p.Machines {
		var spans []hours.Span
		for d := range Tick(60) {
			spans = append(spans, hours.Span{From: d*100 + 10, To: d*100 + 40 + r.Int64N(50)})
		}
		p.Machines[m] = Machine{Hours: hours.Of(spans), Last: r.IntN(3)}
		if r.IntN(2) == 0 {
			p.Machines[m].SetUp = [][]Tick{{0, 3, 9}, {4, 0, 12}, {5, 20, 1}}
		}
	}
	for j := range p.Jobs {
		for k := range p.Jobs[j].Ops {
			o := &p.Jobs[j].Ops[k]
			o.Material = r.Int64N(200)
			if r.IntN(3) == 0 {
				o.Uses = []Use{{r.IntN(2), 1}}
			}
		}
	}
	first := &p.Jobs[0].Ops[0]
	first.Modes, first.Started, first.Done = first.Modes[:1], true, r.Int64N(whole)
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// feasible checks a plan against the problem, without using the solver's own arithmetic of orders.
func feasible(t failer, p *Problem, plan Plan) {
	t.Helper()
	byMachine := map[int][][2]Tick{}
	for j := range p.Jobs {
		for k := range p.Jobs[j].Ops {
			at, o := plan.Jobs[j][k], &p.Jobs[j].Ops[k]
			i := slices.IndexFunc(o.Modes, func(m Mode) bool { return m.Machine == at.Machine })
			if i < 0 {
				t.Fatalf("operation %d/%d is on a machine that cannot do it", j, k)
			}
			open := working(p, at.Machine, o)
			if open.Between(at.Start, at.End) != o.Left(o.Modes[i]) {
				t.Fatalf("operation %d/%d works %d of %d", j, k, open.Between(at.Start, at.End), o.Left(o.Modes[i]))
			}
			if at.Start < p.Now || !o.Started && at.Start < max(p.Jobs[j].Release, o.Material) || k > 0 && at.Start < plan.Jobs[j][k-1].End {
				t.Fatalf("operation %d/%d begins too early: %+v", j, k, at)
			}
			byMachine[at.Machine] = append(byMachine[at.Machine], [2]Tick{at.SetUp, at.End})
		}
	}
	for m, spans := range byMachine {
		slices.SortFunc(spans, func(a, b [2]Tick) int { return slices.Compare(a[:], b[:]) })
		for i := 1; i < len(spans); i++ {
			if spans[i][0] < spans[i-1][1] {
				t.Fatalf("machine %d does two things at once: %v", m, spans)
			}
		}
	}
	if s := over(p, plan); s != "" {
		t.Fatalf("%s", s)
	}
}

// working is when an operation is worked on at a machine; what has started has all it takes.
func working(p *Problem, machine int, o *Operation) *hours.Hours {
	open := p.Machines[machine].Hours
	for _, u := range o.Uses {
		for _, l := range p.Pools[u.Pool].Less {
			if !o.Started && l.Amount > p.Pools[u.Pool].Size-u.Amount {
				open = open.Without([]hours.Span{l.Span})
			}
		}
	}
	return open
}

// missing is what is not there of a pool.
func missing(p Pool, at Tick) (sum int64) {
	for _, l := range p.Less {
		if l.From <= at && at < l.To {
			sum += l.Amount
		}
	}
	return sum
}

// over says where a plan takes more of a pool than there is.
func over(p *Problem, plan Plan) string {
	level := make([]map[Tick]int64, len(p.Pools))
	for j := range p.Jobs {
		for k, at := range plan.Jobs[j] {
			for _, u := range p.Jobs[j].Ops[k].Uses {
				if level[u.Pool] == nil {
					level[u.Pool] = map[Tick]int64{}
				}
				open := working(p, at.Machine, &p.Jobs[j].Ops[k])
				for _, piece := range open.Pieces(at.Start, open.Between(at.Start, at.End)) {
					for tick := piece.From; tick < piece.To; tick++ {
						if level[u.Pool][tick] += u.Amount; !p.Jobs[j].Ops[k].Started && level[u.Pool][tick]+missing(p.Pools[u.Pool], tick) > p.Pools[u.Pool].Size {
							return fmt.Sprintf("pool %d is taken %d times at %d", u.Pool, level[u.Pool][tick], tick)
						}
					}
				}
			}
		}
	}
	return ""
}

// BenchmarkFirstPlan places 2,000 operations for the first time: 500 jobs on 20 machines, with hours and set-ups.
func BenchmarkFirstPlan(b *testing.B) {
	p := random(rand.New(rand.NewPCG(1, 1)), 800, 20)
	n := 0
	for m := range p.Machines {
		p.Machines[m].Hours = twoShifts(20)
		p.Machines[m].SetUp = [][]Tick{{0, 3, 9}, {4, 0, 12}, {5, 20, 1}}
	}
	p.Now = week
	for j := range p.Jobs {
		for k := range p.Jobs[j].Ops {
			n++
			for i := range p.Jobs[j].Ops[k].Modes {
				p.Jobs[j].Ops[k].Modes[i].Run *= 60
			}
		}
	}
	p.Lateness = 1
	for b.Loop() {
		if _, err := Solve(&p, Search{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n), "operations")
}

// BenchmarkFirstPlanWithPeople is the same where half of the operations take people of three crews, who work in shifts, and
// every tenth a tool.
func BenchmarkFirstPlanWithPeople(b *testing.B) {
	p := random(rand.New(rand.NewPCG(1, 1)), 800, 20)
	p.Now, p.Lateness = week, 1
	for m := range p.Machines {
		p.Machines[m].Hours = twoShifts(20)
	}
	var nights []pool.Less
	for d := range Tick(120) {
		nights = append(nights, pool.Less{Span: hours.Span{From: at(int(d), 14), To: at(int(d), 22)}, Amount: 3})
	}
	p.Pools = []Pool{{Size: 8, Less: nights}, {Size: 8, Less: nights}, {Size: 8, Less: nights}, {Size: 2}, {Size: 1}, {Size: 3}}
	for j := range p.Jobs {
		for k := range p.Jobs[j].Ops {
			o := &p.Jobs[j].Ops[k]
			for i := range o.Modes {
				o.Modes[i].Run *= 60
			}
			if (j+k)%2 == 0 {
				o.Uses = append(o.Uses, Use{j % 3, 1 + int64(k%2)})
			}
			if (j+k)%10 == 0 {
				o.Uses = append(o.Uses, Use{3 + j%3, 1})
			}
		}
	}
	for b.Loop() {
		if _, err := Solve(&p, Search{}); err != nil {
			b.Fatal(err)
		}
	}
}
