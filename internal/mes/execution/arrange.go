package execution

import (
	"slices"

	"millwright/internal/plant"
)

// Arrange makes the posting that lets jobs of a line which wait or are held run in an order: nothing is changed yet. Those
// that are not named keep their order, behind; names of others are left out. As few jobs as possible get another rank.
func (d *Desk) Arrange(line plant.LineID, ids []string) Posting {
	queue := slices.DeleteFunc(d.Jobs(line), func(j Job) bool { return j.Status != Waiting && j.Status != Held })
	place := func(j Job) int {
		if i := slices.Index(ids, j.ID); i >= 0 {
			return i
		}
		return len(ids)
	}
	wanted := slices.Clone(queue)
	slices.SortStableFunc(wanted, func(a, b Job) int { return place(a) - place(b) })
	var p Posting
	for i := range wanted {
		rank := queue[i].Rank
		if i > 0 {
			rank = max(rank, wanted[i-1].Rank+1)
		}
		if wanted[i].Rank != rank {
			wanted[i].Rank = rank
			p.Jobs = append(p.Jobs, wanted[i])
		}
	}
	return p
}
