package embedded

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/ot/tag"
)

var t0 = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func registry(t testing.TB, n int) *tag.Registry {
	t.Helper()
	tags := make([]tag.Tag, n)
	for i := range tags {
		tags[i].Name = fmt.Sprintf("line/unit/signal-%d", i+1)
	}
	reg, err := tag.NewRegistry(tags)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func openWith(t testing.TB, dir string, n int, log *slog.Logger, o Options) *Archive {
	t.Helper()
	a, err := Open(dir, registry(t, n), log, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return a
}

func open(t testing.TB, dir string) *Archive { return openWith(t, dir, 4, nil, Options{}) }

func reopen(t testing.TB, a *Archive) *Archive {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, a.dir)
}

func at(id tag.ID, after time.Duration, v tag.Value) tag.Sample {
	return tag.Sample{Tag: id, Time: t0.Add(after), Value: v}
}

func num(id tag.ID, after time.Duration, v float64) tag.Sample {
	return at(id, after, tag.FloatValue(v))
}

func appendAll(t testing.TB, a *Archive, batch ...tag.Sample) []history.Refusal {
	t.Helper()
	refused, err := a.Append(context.Background(), t0.Add(time.Hour), batch)
	if err != nil {
		t.Fatal(err)
	}
	return refused
}

func keep(t testing.TB, a *Archive, batch ...tag.Sample) {
	t.Helper()
	if refused := appendAll(t, a, batch...); len(refused) > 0 {
		t.Fatalf("refused: %+v", refused)
	}
}

func whole(id tag.ID) history.Range {
	return history.Range{Tag: id, From: t0.Add(-400 * 24 * time.Hour), To: t0.Add(400 * 24 * time.Hour)}
}

func read(t testing.TB, a *Archive, r history.Range) (out []tag.Sample) {
	t.Helper()
	err := a.Samples(context.Background(), r, func(s tag.Sample) bool {
		out = append(out, s)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func expect(t testing.TB, got []tag.Sample, want ...tag.Sample) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", lines(got), lines(want))
	}
}

func lines(ss []tag.Sample) string {
	var b strings.Builder
	for _, s := range ss {
		fmt.Fprintf(&b, "  %d %s %s %s (%s)\n", s.Tag, s.Time.Format("01-02 15:04:05.000000"), s.Value, s.Value.Kind(), s.Quality)
	}
	return b.String()
}

func TestEveryKindAndQualityComesBackExactly(t *testing.T) {
	vals := []tag.Value{
		{},
		tag.BoolValue(true), tag.BoolValue(false), tag.IntValue(0), tag.IntValue(-7), tag.IntValue(math.MaxInt64),
		tag.IntValue(math.MinInt64), tag.IntValue(1<<53 + 1), tag.UintValue(math.MaxUint64), tag.UintValue(1 << 53), tag.UintValue(65535),
		tag.FloatValue(20.1), tag.FloatValue(math.Pi), tag.FloatValue(math.Copysign(0, -1)), tag.FloatValue(math.Inf(1)), tag.FloatValue(math.Inf(-1)),
		tag.FloatValue(math.NaN()), tag.FloatValue(math.Float64frombits(0x7ff0000000000002)), tag.FloatValue(5e-324), tag.FloatValue(math.MaxFloat64),
		tag.FloatValue(float64(float32(20.3))), tag.TextValue("COLA-05"), tag.TextValue(""), tag.TextValue("12.5"), tag.TextValue("Größe ☃\x00\xff"),
	}
	quals := []tag.Quality{tag.Good, 0x00960000, tag.Uncertain, tag.UncertainLastValue, tag.Bad, tag.BadNoCommunication, 0xFFFFFFFF, 0x80000002}
	var want []tag.Sample
	for _, v := range vals {
		for _, q := range quals {
			s := at(1, time.Duration(len(want))*time.Second, v)
			s.Quality = q
			want = append(want, s.Clean())
		}
	}
	a := open(t, t.TempDir())
	keep(t, a, want...)
	expect(t, read(t, a, whole(1)), want...)
	a = reopen(t, a)
	expect(t, read(t, a, whole(1)), want...)
	compact(t, a)
	expect(t, read(t, a, whole(1)), want...)
	for i := range want {
		want[i].Time = want[i].Time.UTC()
	}
	before := a.Stats()
	keep(t, a, want...)
	if got := a.Stats(); got.Kept != before.Kept || got.Duplicates != uint64(len(want)) {
		t.Errorf("the same again: %+v", got)
	}
}

// compact moves everything into blocks, and blocks into larger ones.
func compact(t testing.TB, a *Archive) {
	t.Helper()
	h := a.store.Head()
	if h.NumSeries() > 0 && h.MinTime() <= h.MaxTime() {
		if err := a.store.CompactOOOHead(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.store.Compact(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestInfinityAndNaNAreNeverGood(t *testing.T) {
	a := open(t, t.TempDir())
	keep(t, a, num(1, 0, math.NaN()), num(1, time.Second, math.Inf(1)))
	for _, s := range read(t, a, whole(1)) {
		if s.Quality != tag.BadOutOfRange {
			t.Errorf("%v is %v", s.Value, s.Quality)
		}
	}
}

func TestTwoValuesWithinOneMillisecond(t *testing.T) {
	a := open(t, t.TempDir())
	want := []tag.Sample{num(1, 0, 1), num(1, time.Microsecond, 2), num(1, 2*time.Microsecond, 3), num(1, 999*time.Microsecond, 4)}
	keep(t, a, want...)
	a = reopen(t, a)
	expect(t, read(t, a, whole(1)), want...)
}

func TestTimesAreCutToMicroseconds(t *testing.T) {
	a := open(t, t.TempDir())
	keep(t, a, num(1, 1500*time.Nanosecond, 1))
	expect(t, read(t, a, whole(1)), num(1, time.Microsecond, 1))
	if refused := appendAll(t, a, num(1, 1900*time.Nanosecond, 2)); len(refused) != 1 {
		t.Error("a second value within the same microsecond was kept")
	}
}

// L7 and its sister: the same again is kept once, another value is refused, in order, late, and after a restart.
func TestTakenTimes(t *testing.T) {
	first := []tag.Sample{num(1, 0, 1), num(1, time.Minute, 2), at(2, 0, tag.TextValue("A")), at(3, 0, tag.IntValue(5))}
	bad := num(1, time.Minute, 2)
	bad.Quality = tag.Uncertain
	cases := []struct {
		name   string
		sample tag.Sample
		taken  bool
	}{
		{"the newest again", num(1, time.Minute, 2), false},
		{"an older one again", num(1, 0, 1), false},
		{"a text again", at(2, 0, tag.TextValue("A")), false},
		{"another value at the newest time", num(1, time.Minute, 3), true},
		{"another value at an older time", num(1, 0, 3), true},
		{"the same whole number, unsigned", at(3, 0, tag.UintValue(5)), false},
		{"the same value of another kind", at(3, 0, tag.TextValue("5")), true},
		{"the same value of another quality", bad, true},
		{"another text", at(2, 0, tag.TextValue("B")), true},
		{"nothing at a taken time", at(1, 0, tag.Value{}), true},
	}
	for _, when := range []string{"at once", "after a restart", "after compaction"} {
		a := open(t, t.TempDir())
		keep(t, a, first...)
		switch when {
		case "after a restart":
			a = reopen(t, a)
		case "after compaction":
			keep(t, a, num(4, -30*time.Hour, 1), num(4, 20*time.Minute, 1), num(4, 59*time.Minute, 1))
			compact(t, a)
		}
		for _, c := range cases {
			t.Run(when+", "+c.name, func(t *testing.T) {
				refused := appendAll(t, a, num(4, 30*time.Minute, 7), c.sample, num(4, 31*time.Minute, 8))
				if (len(refused) == 1) != c.taken || (len(refused) == 1 && refused[0].Index != 1) {
					t.Errorf("refused %+v", refused)
				}
				if n := len(read(t, a, whole(1))) + len(read(t, a, whole(2))) + len(read(t, a, whole(3))); n != len(first) {
					t.Errorf("%d samples, want %d", n, len(first))
				}
			})
		}
	}
}

func TestTakenTimesWithinOneBatch(t *testing.T) {
	a := open(t, t.TempDir())
	refused := appendAll(t, a,
		num(1, 10*time.Second, 1), num(1, 10*time.Second, 1), num(1, 10*time.Second, 2), // in order
		num(1, 5*time.Second, 3), num(1, 5*time.Second, 3), num(1, 5*time.Second, 4), // late
		num(1, 20*time.Second, 5), num(1, 10*time.Second, 1), num(1, 10*time.Second, 6))
	var at []int
	for _, r := range refused {
		at = append(at, r.Index)
	}
	if !slices.Equal(at, []int{2, 5, 8}) {
		t.Errorf("refused %+v", refused)
	}
	expect(t, read(t, a, whole(1)), num(1, 5*time.Second, 3), num(1, 10*time.Second, 1), num(1, 20*time.Second, 5))
	if s := a.Stats(); s.Kept != 3 || s.Duplicates != 3 || s.Refused != 3 || s.Late != 1 {
		t.Errorf("stats %+v", s)
	}
}

func TestOnePoisonSampleStopsNoOther(t *testing.T) {
	a := open(t, t.TempDir())
	refused := appendAll(t, a,
		num(0, 0, 1), num(1, 0, 1), num(99, 0, 1), num(2, 2*time.Hour+time.Second, 1), num(2, 0, 1),
		num(3, -31*24*time.Hour, 1), at(3, 0, tag.TextValue(strings.Repeat("x", 5000))), num(3, time.Second, 1), num(4, 2*time.Hour, 1))
	var at []int
	for _, r := range refused {
		at = append(at, r.Index)
		if len(r.Why) < 20 {
			t.Errorf("refusal %d says too little: %q", r.Index, r.Why)
		}
	}
	if !slices.Equal(at, []int{0, 2, 3, 5, 6}) {
		t.Errorf("refused %+v", refused)
	}
	for id, want := range map[tag.ID]int{1: 1, 2: 1, 3: 1, 4: 1} {
		if n := len(read(t, a, whole(id))); n != want {
			t.Errorf("tag %d has %d samples, want %d", id, n, want)
		}
	}
}

func TestOneFutureSampleBlocksNoOther(t *testing.T) {
	a := open(t, t.TempDir())
	keep(t, a, num(1, 2*time.Hour, 1)) // an hour ahead of now, just believed
	var want []tag.Sample
	for i := range 100 {
		want = append(want, num(2, time.Duration(i)*time.Minute, float64(i)))
	}
	keep(t, a, want...)
	a = reopen(t, a)
	expect(t, read(t, a, whole(2)), want...)
}

func TestATagThatChangesItsType(t *testing.T) {
	a := open(t, t.TempDir())
	want := []tag.Sample{
		at(1, 1*time.Second, tag.IntValue(1)), at(1, 2*time.Second, tag.FloatValue(1)), at(1, 3*time.Second, tag.TextValue("one")),
		at(1, 4*time.Second, tag.BoolValue(true)), at(1, 5*time.Second, tag.UintValue(1)), at(1, 6*time.Second, tag.IntValue(2)),
		at(1, 7*time.Second, tag.FloatValue(1.25)), at(1, 8*time.Second, tag.FloatValue(1.5)),
	}
	keep(t, a, want...)
	expect(t, read(t, a, whole(1)), want...)
	a = reopen(t, a)
	expect(t, read(t, a, whole(1)), want...)
}

func TestRangesAreHalfOpen(t *testing.T) {
	a := open(t, t.TempDir())
	s := []tag.Sample{num(1, 0, 0), num(1, 10*time.Second, 1), num(1, 20*time.Second, 2)}
	keep(t, a, s...)
	us := time.Microsecond
	cases := []struct {
		name     string
		from, to time.Duration
		carry    bool
		want     []tag.Sample
	}{
		{"from is in", 0, 10 * time.Second, false, s[:1]},
		{"to is out", us, 20 * time.Second, false, s[1:2]},
		{"just over", us, 20*time.Second + us, false, s[1:]},
		{"between two microseconds", 10*time.Second + 1, 20*time.Second + 1, false, s[2:]},
		{"nothing in it", 11 * time.Second, 12 * time.Second, false, nil},
		{"empty", 5 * time.Second, 5 * time.Second, false, nil},
		{"backwards", 15 * time.Second, 5 * time.Second, false, nil},
		{"with what held before", 15 * time.Second, 25 * time.Second, true, s[1:]},
		{"with what held before, exactly at a sample", 10 * time.Second, 15 * time.Second, true, s[:2]},
		{"only what held before", 11 * time.Second, 12 * time.Second, true, s[1:2]},
		{"empty, with what held before", 15 * time.Second, 15 * time.Second, true, s[1:2]},
		{"nothing held before", 0, 5 * time.Second, true, s[:1]},
		{"before everything", -10 * time.Second, -5 * time.Second, true, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := history.Range{Tag: 1, From: t0.Add(c.from), To: t0.Add(c.to), Carry: c.carry}
			expect(t, read(t, a, r), c.want...)
		})
	}
}

func TestCarryLooksFarBack(t *testing.T) {
	for _, back := range []time.Duration{time.Minute, 59 * time.Minute, 61 * time.Minute, 5 * time.Hour, 22 * time.Hour, 29 * 24 * time.Hour, 100 * 24 * time.Hour, 399 * 24 * time.Hour} {
		dir := t.TempDir()
		a := open(t, dir)
		s := num(1, -back, 42)
		if _, err := a.Append(context.Background(), s.Time, []tag.Sample{s, num(2, -back, 1)}); err != nil {
			t.Fatal(err)
		}
		keep(t, a, num(2, 0, 1))
		expect(t, read(t, a, history.Range{Tag: 1, From: t0, To: t0.Add(time.Second), Carry: true}), s)
	}
	a := open(t, t.TempDir())
	old := num(1, -401*24*time.Hour, 42)
	if _, err := a.Append(context.Background(), old.Time, []tag.Sample{old}); err != nil {
		t.Fatal(err)
	}
	expect(t, read(t, a, history.Range{Tag: 1, From: t0, To: t0.Add(time.Second), Carry: true}))
}

func TestMergeKeepsOneOrder(t *testing.T) {
	a := open(t, t.TempDir())
	x := []tag.Sample{num(1, -time.Hour, 9), num(1, 1*time.Second, 1), num(1, 3*time.Second, 3)}
	y := []tag.Sample{at(2, -2*time.Hour, tag.TextValue("A")), at(2, 2*time.Second, tag.TextValue("B")), at(2, 3*time.Second, tag.TextValue("C"))}
	keep(t, a, append(slices.Clone(y), x...)...)
	var got []tag.Sample
	ranges := []history.Range{
		{Tag: 2, From: t0, To: t0.Add(time.Minute), Carry: true},
		{Tag: 3, From: t0, To: t0.Add(time.Minute), Carry: true},
		{Tag: 1, From: t0, To: t0.Add(time.Minute), Carry: true},
	}
	err := a.Merge(context.Background(), ranges, func(s tag.Sample) bool {
		got = append(got, s)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, got, y[0], x[0], x[1], y[1], x[2], y[2])
	n := 0
	if err := a.Merge(context.Background(), ranges, func(tag.Sample) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("went on after false: %d, %v", n, err)
	}
}

func TestUnknownTagsAndCancelledReaders(t *testing.T) {
	a := open(t, t.TempDir())
	yield := func(tag.Sample) bool { return true }
	for _, id := range []tag.ID{0, 5} {
		if err := a.Samples(context.Background(), whole(id), yield); errs.KindOf(err) != errs.NotFound {
			t.Errorf("tag %d: %v", id, err)
		}
	}
	keep(t, a, num(1, 0, 1))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.Samples(ctx, whole(1), yield); err == nil {
		t.Error("a cancelled reader read on")
	}
}

func TestTheFolderIsOpenOnlyOnce(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	if _, err := Open(dir, registry(t, 1), nil, Options{}); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), dir) {
		t.Errorf("opened twice: %v", err)
	}
	keep(t, a, num(1, 0, 1))
	a = reopen(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if _, err := a.Append(context.Background(), t0, []tag.Sample{num(1, 0, 1)}); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("append after close: %v", err)
	}
	if err := a.Samples(context.Background(), whole(1), nil); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("read after close: %v", err)
	}
}

func TestCloseStopsReaders(t *testing.T) {
	a := open(t, t.TempDir())
	var batch []tag.Sample
	for i := range 5000 {
		batch = append(batch, num(1, time.Duration(i)*time.Millisecond, float64(i)))
	}
	keep(t, a, batch...)
	reading, done := make(chan bool), make(chan error)
	go func() {
		first := true
		done <- a.Samples(context.Background(), whole(1), func(tag.Sample) bool {
			if first {
				first = false
				reading <- true
				<-a.closed
			}
			return true
		})
	}()
	<-reading
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; errs.KindOf(err) != errs.Unavailable {
		t.Errorf("the reader ended with %v", err)
	}
}

func TestAFullDiskTakesNothingAndSaysSo(t *testing.T) {
	a := open(t, t.TempDir())
	a.free = func(string) (uint64, error) { return 63 << 20, nil }
	_, err := a.Append(context.Background(), t0, []tag.Sample{num(1, 0, 1)})
	if errs.KindOf(err) != errs.Unavailable || !strings.Contains(err.Error(), "63 MB") {
		t.Errorf("got %v", err)
	}
	a.free = space.Room
	keep(t, a, num(1, 0, 1))
	expect(t, read(t, a, whole(1)), num(1, 0, 1))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(a.dir, registry(t, 4), nil, Options{Reserve: math.MaxUint64}); err == nil || !strings.Contains(err.Error(), "make room") {
		t.Errorf("opened without room: %v", err)
	}
}

func TestNamesNotNumbersMeetAgain(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	keep(t, a, num(1, 0, 11), num(2, 0, 22))
	a.Close()
	reg, _ := tag.NewRegistry([]tag.Tag{{Name: "new"}, {Name: "line/unit/signal-2"}, {Name: "line/unit/signal-1"}})
	b, err := Open(dir, reg, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	expect(t, read(t, b, whole(1)))
	expect(t, read(t, b, whole(2)), num(2, 0, 22))
	expect(t, read(t, b, whole(3)), num(3, 0, 11))
}

func TestDamageIsASentence(t *testing.T) {
	find := func(t *testing.T, dir, pattern string) string {
		t.Helper()
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(found) == 0 {
			t.Fatalf("no %s in %s", pattern, dir)
		}
		return found[0]
	}
	cases := []struct {
		name   string
		damage func(t *testing.T, dir string) error
		says   string
	}{
		{"a block without its description", func(t *testing.T, dir string) error { return os.Remove(find(t, dir, "0*/meta.json")) }, "meta.json"},
		{"a block with a cut description", func(t *testing.T, dir string) error { return os.Truncate(find(t, dir, "0*/meta.json"), 10) }, "meta.json"},
		{"a block with a cut index", func(t *testing.T, dir string) error { return os.Truncate(find(t, dir, "0*/index"), 100) }, "block"},
		{"a block without its index", func(t *testing.T, dir string) error { return os.Remove(find(t, dir, "0*/index")) }, "block"},
		{"no lexicon", func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "texts")) }, "texts"},
		{"a damaged lexicon", func(_ *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, "texts"), []byte("something else entirely"), 0o600)
		}, "texts"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			a := open(t, dir)
			keep(t, a, num(1, -25*time.Hour, 1), at(2, -25*time.Hour, tag.TextValue("x")), num(1, 0, 1), num(1, time.Hour, 2))
			compact(t, a)
			a.Close()
			if err := c.damage(t, dir); err != nil {
				t.Fatal(err)
			}
			before := listing(t, dir)
			_, err := Open(dir, registry(t, 4), nil, Options{})
			if err == nil {
				t.Fatal("opened all the same")
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "back") || !strings.Contains(err.Error(), dir) {
				t.Errorf("says neither what nor where nor what to do: %v", err)
			}
			if after := listing(t, dir); c.name != "no lexicon" && !slices.Equal(before, after) {
				t.Errorf("the folder changed:\n%v\n%v", before, after)
			}
		})
	}
}

// listing names the files of blocks and the lexicon with their sizes.
func listing(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err == nil && !info.IsDir() && !strings.HasPrefix(rel, "wal") && !strings.HasPrefix(rel, "wbl") && !strings.HasPrefix(rel, "chunks_head") {
			out = append(out, fmt.Sprintf("%s %d", rel, info.Size()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADamagedLogIsMendedAndTheLossIsLogged(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	var want []tag.Sample
	for i := range 2000 {
		s := num(1, time.Duration(i)*time.Second, float64(i)*math.Pi)
		want = append(want, s)
		keep(t, a, s, num(2, time.Duration(i)*time.Second, 1))
	}
	a.Close()
	path := filepath.Join(dir, "wal", "00000000")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[40_000] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(filepath.Join(dir, "chunks_head")) // what was packed already would survive
	var log bytes.Buffer
	a = openWith(t, dir, 4, slog.New(slog.NewTextHandler(&log, nil)), Options{})
	got := read(t, a, whole(1))
	if len(got) < 1000 || len(got) == len(want) {
		t.Errorf("%d of %d samples left", len(got), len(want))
	}
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "samples in it are lost") || !strings.Contains(log.String(), "damaged") {
		t.Errorf("the log says: %s", log.String())
	}
	keep(t, a, want...)
	expect(t, read(t, a, whole(1)), want...)
}

func TestAnotherPlantIsAdoptedWithoutLosingWhatIsKept(t *testing.T) {
	a := open(t, t.TempDir())
	appendAll(t, a, num(1, 0, 1), num(4, 0, 4))
	next, err := registry(t, 4).Succeed([]tag.Tag{{Name: "line/unit/new"}, {Name: "line/unit/signal-4"}})
	if err != nil {
		t.Fatal(err)
	}
	a.Adopt(next)
	if refused := appendAll(t, a, num(1, time.Second, 2), num(4, time.Second, 5), num(5, time.Second, 6)); len(refused) != 1 || refused[0].Index != 0 {
		t.Errorf("refused %v, want the sample of the tag that is gone", refused)
	}
	for id, want := range map[tag.ID]int{4: 2, 5: 1} {
		if got := len(read(t, a, history.Range{Tag: id, From: t0, To: t0.Add(time.Hour)})); got != want {
			t.Errorf("tag %d has %d samples, want %d", id, got, want)
		}
	}
	if _, err := a.Buckets(t.Context(), history.Range{Tag: 1, From: t0, To: t0.Add(time.Hour)}, time.Minute); errs.KindOf(err) != errs.NotFound {
		t.Errorf("the tag that is gone is still read: %v", err)
	}
}
