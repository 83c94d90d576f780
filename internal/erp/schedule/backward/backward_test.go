package backward

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

// A job of two steps that is due at 100, one behind it on the first machine that is due at 60, and one without a date, which
// may end with the plan.
func TestEndsAreWhenThingsAreDue(t *testing.T) {
	p := schedule.Problem{Machines: []schedule.Machine{{Last: 1}, {}}, Lateness: 1, Jobs: []schedule.Job{
		{Due: 100, Weight: 1, Ops: []schedule.Operation{{Family: 1, Modes: []schedule.Mode{{Run: 10}}}, {Modes: []schedule.Mode{{Machine: 1, Run: 20}}}}},
		{Due: 60, Weight: 1, Release: 10, Ops: []schedule.Operation{{Family: 2, Modes: []schedule.Mode{{Run: 10, SetUp: 5}}}}},
		{Ops: []schedule.Operation{{Modes: []schedule.Mode{{Machine: 1, Run: 15}}}}},
	}}
	plan, err := schedule.Solve(&p, schedule.Search{Steps: 50})
	if err != nil {
		t.Fatal(err)
	}
	var got []schedule.Tick
	for j, ops := range Of(&p, &plan) {
		for k, at := range ops {
			got = append(got, plan.Jobs[j][k].Start, at.SetUp, at.Start, at.End)
		}
	}
	if want := []schedule.Tick{0, 35, 35, 45, 15, 80, 80, 100, 15, 45, 50, 60, 0, 20, 20, 35}; !slices.Equal(got, want) {
		t.Errorf("starts, and latest set-ups, starts and ends are %v, want %v", got, want)
	}
}

// Whatever hours, set-ups, pools and dates there are, it can be worked as late as it is said: no machine does two things at
// once, no pool gives more than it has, and no job is later than it is due or planned.
func TestWhatIsAsLateAsItMayBeCanBeWorked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		p := random(r)
		plan, err := schedule.Solve(&p, schedule.Search{Steps: 40, Seed: 1})
		if err != nil {
			rt.Fatal(err)
		}
		late := Of(&p, &plan)
		taken, busy := make([][]int64, len(p.Pools)), make([][][2]schedule.Tick, len(p.Machines))
		for j, ops := range late {
			for k, at := range ops {
				was, o, works := plan.Jobs[j][k], &p.Jobs[j].Ops[k], p.Machines[at.Machine].Hours
				open := working(&p, at.Machine, o)
				if at.Start < was.Start || o.Started && at.Start != was.Start || open.Between(at.Start, at.End) != open.Between(was.Start, was.End) || works.Between(at.SetUp, at.Start) != works.Between(was.SetUp, was.Start) {
					rt.Fatalf("operation %d/%d is %+v, planned %+v", j, k, at, was)
				}
				if k > 0 && at.Start < ops[k-1].End {
					rt.Fatalf("operation %d/%d begins at %d, before the one before it ends at %d", j, k, at.Start, ops[k-1].End)
				}
				if due := p.Jobs[j].Due; k == len(ops)-1 && due > 0 && at.End > max(due, was.End) {
					rt.Fatalf("job %d is due at %d, planned to end at %d, and ends at %d", j, due, was.End, at.End)
				}
				busy[at.Machine] = append(busy[at.Machine], [2]schedule.Tick{at.SetUp, at.End})
				for _, u := range o.Uses {
					for _, piece := range open.Pieces(at.Start, open.Between(at.Start, at.End)) {
						for tick := piece.From; tick < piece.To; tick++ {
							for int64(len(taken[u.Pool])) <= tick {
								taken[u.Pool] = append(taken[u.Pool], 0)
							}
							if taken[u.Pool][tick] += u.Amount; !o.Started && taken[u.Pool][tick]+missing(p.Pools[u.Pool], tick) > p.Pools[u.Pool].Size {
								rt.Fatalf("pool %d gives %d at %d", u.Pool, taken[u.Pool][tick], tick)
							}
						}
					}
				}
			}
		}
		for m, spans := range busy {
			slices.SortFunc(spans, func(a, b [2]schedule.Tick) int { return slices.Compare(a[:], b[:]) })
			for i := 1; i < len(spans); i++ {
				if spans[i][0] < spans[i-1][1] {
					rt.Fatalf("machine %d does two things at once: %v", m, spans)
				}
			}
		}
	})
}

// random makes a problem of some jobs on three machines with hours, set-ups and two pools; something has started.
func random(r *rand.Rand) schedule.Problem {
	p := schedule.Problem{Pools: []schedule.Pool{{Size: 2}, {Size: 1}}, Lateness: r.Int64N(2)}
	for range 3 {
		var spans []hours.Span
		for day := range schedule.Tick(60) {
			spans = append(spans, hours.Span{From: day*100 + 10, To: day*100 + 40 + r.Int64N(50)})
		}
		p.Machines = append(p.Machines, schedule.Machine{Hours: hours.Of(spans), Last: r.IntN(3), SetUp: [][]schedule.Tick{{0, 3, 9}, {4, 0, 12}, {5, 20, 1}}})
	}
	for range 1 + r.IntN(8) {
		j := schedule.Job{Weight: 1, Release: r.Int64N(50), Due: r.Int64N(2) * (50 + r.Int64N(900))}
		for range 1 + r.IntN(3) {
			o := schedule.Operation{Family: r.IntN(3), Modes: []schedule.Mode{{Machine: r.IntN(3), Run: r.Int64N(60)}}}
			if r.IntN(3) == 0 {
				o.Uses = []schedule.Use{{Pool: r.IntN(2), Amount: 1}}
			}
			j.Ops = append(j.Ops, o)
		}
		p.Jobs = append(p.Jobs, j)
	}
	first := &p.Jobs[0].Ops[0]
	first.Started = true
	for d := range r.Int64N(30) {
		less := pool.Less{Span: hours.Span{From: d * 60, To: d*60 + r.Int64N(60)}, Amount: 1}
		p.Pools[d%2].Less = append(p.Pools[d%2].Less, less)
	}
	return p
}

// missing is what is not there of a pool.
func missing(p schedule.Pool, at schedule.Tick) (sum int64) {
	for _, l := range p.Less {
		if l.From <= at && at < l.To {
			sum += l.Amount
		}
	}
	return sum
}
