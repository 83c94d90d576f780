package execution

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// queued is a desk whose line has jobs with these ranks, A first; one more is running, and another is for another line.
func queued(ranks ...int64) *Desk {
	d := &Desk{jobs: map[string]*Job{
		"running": {ID: "running", Line: "L", Status: Running, Rank: 1, Version: 1},
		"other":   {ID: "other", Line: "M", Status: Waiting, Rank: 1, Version: 1},
	}}
	for i, r := range ranks {
		id := string(rune('A' + i))
		d.jobs[id] = &Job{ID: id, Line: "L", Status: Waiting, Rank: r, Version: 1}
	}
	return d
}

func names(jobs []Job) string {
	all := make([]string, len(jobs))
	for i, j := range jobs {
		all[i] = j.ID
	}
	return strings.Join(all, " ")
}

func TestPlaceInTheQueue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		ranks []int64
		job   string
		steps int
		want  string
		posts string // the jobs that get another rank, with it
	}{
		{"up one", []int64{1, 2, 3}, "B", -1, "B A C", "B=0"},
		{"down one pushes the next", []int64{1, 2, 3}, "A", 1, "B A C", "A=3 C=4"},
		{"to the top", []int64{1, 2, 3}, "C", -2, "C A B", "C=0"},
		{"to the end", []int64{1, 2, 3}, "A", 2, "B C A", "A=4"},
		{"further than the end", []int64{1, 2}, "A", 9, "B A", "A=3"},
		{"into a gap", []int64{10, 20, 30}, "C", -1, "A C B", "C=11"},
		{"where it stands", []int64{1, 2}, "A", -1, "A B", ""},
		{"among equals", []int64{5, 5, 5}, "C", -1, "A C B", "C=6 B=7"},
	} {
		d := queued(c.ranks...)
		p, err := d.Place(c.job, 1, c.steps)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var posts []string
		for _, j := range p.Jobs {
			posts = append(posts, fmt.Sprintf("%s=%d", j.ID, j.Rank))
		}
		d.Adopt(p)
		if got := names(d.Queue("L")); got != c.want || strings.Join(posts, " ") != c.posts {
			t.Errorf("%s: %s by %s, want %s by %s", c.name, got, posts, c.want, c.posts)
		}
	}
}

func TestPlaceIsRefused(t *testing.T) {
	t.Parallel()
	d := queued(1, 2)
	for _, c := range []struct {
		job     string
		version int64
		kind    errs.Kind
	}{{"nobody", 1, errs.NotFound}, {"A", 7, errs.Conflict}, {"running", 1, errs.Conflict}} {
		if _, err := d.Place(c.job, c.version, 1); errs.KindOf(err) != c.kind {
			t.Errorf("%s at version %d: %v", c.job, c.version, err)
		}
	}
}

func TestPlaceMovesOneAndKeepsTheOrderOfTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := queued(rapid.SliceOfN(rapid.Int64Range(-3, 12), 1, 8).Draw(t, "ranks")...)
		for range rapid.IntRange(1, 6).Draw(t, "moves") {
			was := d.Queue(plant.LineID("L"))
			i := rapid.IntRange(0, len(was)-1).Draw(t, "which")
			steps := rapid.IntRange(-9, 9).Draw(t, "steps")
			p, err := d.Place(was[i].ID, was[i].Version, steps)
			if err != nil {
				t.Fatal(err)
			}
			d.Adopt(p)
			want := slices.Insert(slices.Delete(slices.Clone(was), i, i+1), min(max(i+steps, 0), len(was)-1), was[i])
			if got := names(d.Queue("L")); got != names(want) {
				t.Fatalf("%s by %d of %s: %s", was[i].ID, steps, names(was), got)
			}
		}
	})
}
