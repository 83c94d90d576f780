package embedded

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// model is an archive as it should be: for each tag, what stands at which time.
type model struct {
	held map[tag.ID]map[int64]tag.Sample
}

// offer tells what should happen to a sample: kept, the same again, or refused.
func (m *model) offer(s tag.Sample) (refused bool) {
	if s.Tag == 0 || s.Tag > 4 {
		return true
	}
	at := m.held[s.Tag]
	if at == nil {
		at = map[int64]tag.Sample{}
		m.held[s.Tag] = at
	}
	if old, taken := at[s.Time.UnixMicro()]; taken {
		return !old.Value.Same(s.Value) || old.Quality != s.Quality
	}
	at[s.Time.UnixMicro()] = s
	return false
}

func (m *model) all(id tag.ID) []tag.Sample {
	return slices.SortedFunc(maps.Values(m.held[id]), func(a, b tag.Sample) int { return a.Time.Compare(b.Time) })
}

func anyValue() *rapid.Generator[tag.Value] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-50, 50), func(i int) tag.Value { return tag.FloatValue(float64(i) / 10) }),
		rapid.Map(rapid.Uint64(), func(u uint64) tag.Value { return tag.FloatValue(math.Float64frombits(u)) }),
		rapid.Map(rapid.Int64(), tag.IntValue),
		rapid.Map(rapid.Uint64(), tag.UintValue),
		rapid.Map(rapid.Bool(), tag.BoolValue),
		rapid.Map(rapid.SampledFrom([]string{"", "A", "B", "COLA-05", "Ω"}), tag.TextValue),
		rapid.Just(tag.Value{}),
	)
}

func anySample(now time.Time) *rapid.Generator[tag.Sample] {
	return rapid.Custom(func(t *rapid.T) tag.Sample {
		s := tag.Sample{Tag: tag.ID(rapid.IntRange(1, 5).Draw(t, "tag")), Value: anyValue().Draw(t, "value")}
		back := rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Range(0, 3600e6), rapid.Int64Range(0, 6*3600e6), rapid.Just(int64(29*86400e6))).Draw(t, "back")
		s.Time = now.Add(-time.Duration(back) * time.Microsecond)
		s.Quality = rapid.SampledFrom([]tag.Quality{tag.Good, tag.Good, tag.Good, tag.Bad, tag.Uncertain, 0x00960000, tag.BadNoCommunication}).Draw(t, "quality")
		return s.Clean()
	})
}

// Whatever comes in, in whatever order and batches, through restarts and compactions: what comes out
// is sorted, complete and exact.
func TestArchiveAgainstAModel(t *testing.T) {
	fewer(t, 12)
	dir := inMemory(t)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		a := openQuietly(rt, filepath.Join(dir, fmt.Sprint(run)))
		defer func() { a.Close() }()
		m := &model{held: map[tag.ID]map[int64]tag.Sample{}}
		now := t0
		for range rapid.IntRange(1, 6).Draw(rt, "rounds") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 7200e6).Draw(rt, "pause")) * time.Microsecond)
			batch := rapid.SliceOfN(anySample(now), 0, 20).Draw(rt, "batch")
			refused, err := a.Append(context.Background(), now, batch)
			if err != nil {
				rt.Fatal(err)
			}
			checkRefusals(rt, m, batch, refused)
			correctSome(rt, a, m, now)
			switch rapid.IntRange(0, 4).Draw(rt, "then") {
			case 0:
				if err := a.Close(); err != nil {
					rt.Fatal(err)
				}
				a = openQuietly(rt, a.dir)
			case 1:
				if err := a.store.CompactOOOHead(context.Background()); err != nil {
					rt.Fatal(err)
				}
			case 2:
				if err := a.store.Compact(context.Background()); err != nil {
					rt.Fatal(err)
				}
			}
			checkContent(rt, a, m)
		}
	})
}

// correctSome corrects some of what is there, and sometimes what is not.
func correctSome(t *rapid.T, a *Archive, m *model, now time.Time) {
	var batch []tag.Sample
	for id := tag.ID(1); id <= 4; id++ {
		for _, s := range m.all(id) {
			if s.Time.Before(now.Add(-29*24*time.Hour)) || !rapid.Bool().Draw(t, "corrected") {
				continue
			}
			s.Value, s.Quality = anyValue().Draw(t, "value"), rapid.SampledFrom([]tag.Quality{tag.Good, tag.Bad}).Draw(t, "quality")
			batch = append(batch, s.Clean())
			m.held[id][s.Time.UnixMicro()] = s.Clean()
		}
	}
	nowhere := len(batch)
	batch = append(batch, tag.Sample{Tag: 1, Time: now.Add(-7 * time.Hour), Value: tag.IntValue(1)})
	refused, err := a.Correct(context.Background(), now, batch)
	if err != nil || len(refused) != 1 || refused[0].Index != nowhere {
		t.Fatalf("%v %v, want sample %d refused", refused, err, nowhere)
	}
}

// fewer makes a costly property be checked less often than others, unless the command line says how often.
func fewer(t *testing.T, checks int) {
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	set := func(to string) {
		if err := f.Value.Set(to); err != nil {
			t.Fatal(err)
		}
	}
	set(fmt.Sprint(checks))
	t.Cleanup(func() { set(f.DefValue) })
}

// inMemory is a folder that costs no disk writes, where the system has one.
func inMemory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "history-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func openQuietly(t *rapid.T, dir string) *Archive {
	tags := make([]tag.Tag, 4)
	for i := range tags {
		tags[i].Name = fmt.Sprint("t", i)
	}
	reg, err := tag.NewRegistry(tags)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(dir, reg, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// checkRefusals goes through a batch as the archive does: what is newer than all before first, so
// that of two values at one time the same one wins.
func checkRefusals(t *rapid.T, m *model, batch []tag.Sample, refused []history.Refusal) {
	got := map[int]bool{}
	for _, r := range refused {
		got[r.Index] = true
	}
	var late []int
	newest := map[tag.ID]time.Time{}
	for id := range m.held {
		for _, s := range m.held[id] {
			if s.Time.After(newest[id]) {
				newest[id] = s.Time
			}
		}
	}
	judge := func(i int) {
		if want := m.offer(batch[i]); got[i] != want {
			t.Fatalf("sample %d %v at %v: refused %v, want %v", i, batch[i].Value, batch[i].Time, got[i], want)
		}
	}
	for i, s := range batch {
		if last, has := newest[s.Tag]; has && s.Time.Before(last) {
			late = append(late, i)
			continue
		}
		newest[s.Tag] = s.Time
		judge(i)
	}
	for _, i := range late {
		judge(i)
	}
}

func checkContent(t *rapid.T, a *Archive, m *model) {
	var ranges []history.Range
	for id := tag.ID(1); id <= 4; id++ {
		r := history.Range{Tag: id, From: t0.Add(-60 * 24 * time.Hour), To: t0.Add(60 * 24 * time.Hour)}
		ranges = append(ranges, r)
		var got []tag.Sample
		if err := a.Samples(context.Background(), r, func(s tag.Sample) bool { got = append(got, s); return true }); err != nil {
			t.Fatal(err)
		}
		if want := m.all(id); !slices.Equal(got, want) {
			t.Fatalf("tag %d: got\n%s\nwant\n%s", id, lines(got), lines(want))
		}
	}
	var last tag.Sample
	n := 0
	err := a.Merge(context.Background(), ranges, func(s tag.Sample) bool {
		if n > 0 && (s.Time.Before(last.Time) || (s.Time.Equal(last.Time) && s.Tag <= last.Tag)) {
			t.Fatalf("%v of tag %d comes after %v of tag %d", s.Time, s.Tag, last.Time, last.Tag)
		}
		last = s
		n++
		return true
	})
	want := 0
	for _, at := range m.held {
		want += len(at)
	}
	if err != nil || n != want {
		t.Fatalf("merged %d of %d samples: %v", n, want, err)
	}
}
