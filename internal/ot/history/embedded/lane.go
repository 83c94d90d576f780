package embedded

import (
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/tag"
)

// lane is what the writer knows about one tag.
type lane struct {
	known  bool
	newest int64      // time of the newest sample, when known
	last   tag.Sample // that sample; its Tag is 0 when it is not known
	packer coding.Packer
	slots  []slot
}

// slot is one series of a tag.
type slot struct {
	kind   tag.Kind
	part   coding.Part
	fix    int
	ref    storage.SeriesRef
	labels labels.Labels
}

// slot finds the series for a point, or begins one.
func (l *lane) slot(name string, k tag.Kind, p coding.Part, fix int) *slot {
	for i := range l.slots {
		if s := &l.slots[i]; s.part == p && s.kind == k && s.fix == fix {
			return s
		}
	}
	l.slots = append(l.slots, slot{kind: k, part: p, fix: fix, labels: coding.Labels(name, k, p, fix)})
	return &l.slots[len(l.slots)-1]
}
