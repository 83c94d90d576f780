package history_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// sparse is an archive of one tag whose samples stand so many seconds before noon.
type sparse struct {
	history.Archive
	before []int
	asked  int
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func (k *sparse) Samples(_ context.Context, r history.Range, yield func(tag.Sample) bool) error {
	k.asked++
	for _, s := range k.before {
		at := noon().Add(-time.Duration(s) * time.Second)
		if !at.Before(r.From) && at.Before(r.To) && !yield(tag.Sample{Tag: r.Tag, Time: at, Value: tag.IntValue(int64(s))}) {
			break
		}
	}
	return nil
}

func TestTheLastSamplesAreFoundHoweverRareTheyAre(t *testing.T) {
	const year = 366 * 24 * 3600
	for _, c := range []struct {
		before []int
		want   string
		asked  int
	}{
		{nil, "", 9},
		{[]int{0}, "0", 9},
		{[]int{50, 40, 30, 20, 10, 0}, "20 10 0", 1},
		{[]int{60, 30, 0}, "60 30 0", 1},
		{[]int{4000, 70, 65, 61}, "70 65 61", 2},
		{[]int{2 * year, year, 1}, "63244800 31622400 1", 9},
		{[]int{4 * year, year}, "31622400", 9},
	} {
		k := &sparse{before: c.before}
		got, err := history.Last(t.Context(), k, 1, noon(), 3)
		var words []string
		for _, s := range got {
			words = append(words, fmt.Sprint(s.Value))
		}
		if text := strings.Join(words, " "); err != nil || text != c.want || k.asked > c.asked {
			t.Errorf("%v: %q after %d questions, %v", c.before, text, k.asked, err)
		}
	}
}
