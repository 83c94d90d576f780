// Package exact is what can be proven of plans: bounds, and that there is none shorter.
package exact

import (
	"cmp"
	"slices"

	"millwright/internal/erp/schedule/hours"
)

// Task is an operation as a machine alone sees it: from when on, how long, and what follows it.
type Task struct{ Head, Run, Tail int64 }

// Preempt gives the end of Jackson's preemptive schedule: at each moment the task with the longest tail.
func Preempt(all []Task, h *hours.Hours) (end int64) {
	slices.SortFunc(all, func(a, b Task) int { return cmp.Compare(a.Head, b.Head) })
	var open heap
	now, next := int64(0), 0
	for next < len(all) || len(open) > 0 {
		if len(open) == 0 {
			now = all[next].Head
		}
		for next < len(all) && all[next].Head <= now {
			open.push(all[next])
			next++
		}
		top := &open[0]
		done := h.Add(now, top.Run)
		if next < len(all) && all[next].Head < done {
			top.Run -= h.Between(now, all[next].Head)
			now = all[next].Head
			continue
		}
		now, end = done, max(end, done+top.Tail)
		open.pop()
	}
	return end
}

// Together is when all can be done if machines could do any of it, and always work; not before now.
func Together(all []Task, machines int, now int64) int64 {
	sum, first, last := int64(0), int64(0), int64(0)
	for _, t := range all {
		if t.Run == 0 {
			continue
		}
		if sum == 0 {
			first, last = t.Head, t.Tail
		}
		sum, first, last = sum+t.Run, min(first, t.Head), min(last, t.Tail)
	}
	if sum == 0 || machines == 0 {
		return now
	}
	return first + (sum+int64(machines)-1)/int64(machines) + last
}

// heap has the task with the longest tail on top.
type heap []Task

func (h *heap) push(t Task) {
	*h = append(*h, t)
	for i := len(*h) - 1; i > 0; {
		up := (i - 1) / 2
		if (*h)[up].Tail >= (*h)[i].Tail {
			return
		}
		(*h)[up], (*h)[i] = (*h)[i], (*h)[up]
		i = up
	}
}

func (h *heap) pop() {
	last := len(*h) - 1
	(*h)[0] = (*h)[last]
	*h = (*h)[:last]
	for i := 0; ; {
		big := i
		for _, d := range [2]int{2*i + 1, 2*i + 2} {
			if d < last && (*h)[d].Tail > (*h)[big].Tail {
				big = d
			}
		}
		if big == i {
			return
		}
		(*h)[big], (*h)[i] = (*h)[i], (*h)[big]
		i = big
	}
}
