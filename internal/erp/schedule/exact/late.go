package exact

import (
	"cmp"
	"slices"
	"sort"

	"millwright/internal/erp/schedule/hours"
)

// Load is the work of a job on some machines, and when it is due.
type Load struct{ Work, Due int64 }

// Late is how late jobs are at least, in all, that machines have to do from a moment on: were they one machine that is as
// fast as all together, the shortest jobs first would be done as early as can be, and the earliest due dates would go to
// them (after Chu).
func Late(jobs []Load, machines []*hours.Hours, from int64) (sum int64) {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b Load) int { return cmp.Compare(a.Due, b.Due) })
	due := make([]int64, len(jobs))
	for i, j := range jobs {
		due[i] = j.Due
	}
	slices.SortFunc(jobs, func(a, b Load) int { return cmp.Compare(a.Work, b.Work) })
	done, at := int64(0), from
	for i, j := range jobs {
		done += j.Work
		at = reach(machines, from, at, done)
		sum += max(0, at-due[i])
	}
	return sum
}

// reach is when machines have done some work together that they began at a moment; not before another one.
func reach(machines []*hours.Hours, from, least, work int64) int64 {
	by := func(t int64) (sum int64) {
		for _, h := range machines {
			sum += h.Between(from, t)
		}
		return sum
	}
	step := int64(1)
	for by(least+step) < work && step < 1<<40 {
		step *= 2
	}
	return least + int64(sort.Search(int(step), func(d int) bool { return by(least+int64(d)) >= work }))
}
