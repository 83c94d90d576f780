package embedded

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

func importAll(t testing.TB, a *Archive, samples ...tag.Sample) Imported {
	t.Helper()
	got, err := a.Import(context.Background(), t0.Add(time.Hour), slices.Values(samples))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const year = 365 * 24 * time.Hour

func TestImportTakesWhatIsTooOldToAppend(t *testing.T) {
	a := open(t, t.TempDir())
	keep(t, a, num(1, 0, 5), num(1, time.Minute, 6))
	old := []tag.Sample{
		num(1, -year, 1), at(2, -year, tag.TextValue("A")), at(2, -year+time.Hour, tag.TextValue("B")),
		num(1, -100*24*time.Hour, 2), at(3, -100*24*time.Hour, tag.UintValue(1<<63+1)), num(1, -time.Hour, 3),
	}
	if got := importAll(t, a, old...); got != (Imported{Kept: 6}) {
		t.Errorf("%+v", got)
	}
	for range 2 {
		expect(t, read(t, a, whole(1)), old[0], old[3], old[5], num(1, 0, 5), num(1, time.Minute, 6))
		expect(t, read(t, a, whole(2)), old[1], old[2])
		expect(t, read(t, a, whole(3)), old[4])
		expect(t, read(t, a, history.Range{Tag: 1, From: t0, To: t0, Carry: true}), old[5])
		a = reopen(t, a)
	}
	if got := importAll(t, a, old...); got.Kept != 0 || got.Duplicates != 6 || got.Refused != 0 {
		t.Errorf("the same again: %+v", got)
	}
	refused := importAll(t, a, num(1, -year, 99), num(9, -year, 1), num(1, -2*time.Hour, 4), num(1, time.Minute, 6), num(1, 3*time.Hour, 1))
	if refused.Kept != 1 || refused.Refused != 4 || !strings.Contains(refused.FirstRefusal, "another value") {
		t.Errorf("%+v", refused)
	}
	expect(t, read(t, a, whole(1)), old[0], old[3], num(1, -2*time.Hour, 4), old[5], num(1, 0, 5), num(1, time.Minute, 6))
}

// What is appended for a time that was imported must still be there after a start.
func TestAppendsAfterAnImportSurviveARestart(t *testing.T) {
	for name, before := range map[string][]tag.Sample{"empty": nil, "in use": {num(4, 0, 1)}} {
		t.Run(name, func(t *testing.T) {
			a := open(t, t.TempDir())
			keep(t, a, before...)
			importAll(t, a, num(1, -2*time.Hour, 1), num(1, -time.Second, 2))
			late := []tag.Sample{num(2, -time.Minute, 7), num(3, -2*time.Second, 8)}
			keep(t, a, late...)
			keep(t, a, num(2, time.Minute, 9))
			for range 2 {
				a = reopen(t, a)
				expect(t, read(t, a, whole(1)), num(1, -2*time.Hour, 1), num(1, -time.Second, 2))
				expect(t, read(t, a, whole(2)), late[0], num(2, time.Minute, 9))
				expect(t, read(t, a, whole(3)), late[1])
			}
		})
	}
}

func TestImportWantsTheOrderOfTime(t *testing.T) {
	a := open(t, t.TempDir())
	_, err := a.Import(context.Background(), t0, slices.Values([]tag.Sample{num(1, -time.Hour, 1), num(1, -2*time.Hour, 2)}))
	if err == nil || !strings.Contains(err.Error(), "order of time") {
		t.Errorf("got %v", err)
	}
	if got := importAll(t, a, num(1, -2*time.Hour, 2), num(1, -time.Hour, 1)); got.Kept != 2 {
		t.Errorf("%+v", got)
	}
	if got := importAll(t, a); got != (Imported{}) {
		t.Errorf("nothing: %+v", got)
	}
}

func TestValuesOfOneMomentAreComparedWithEachOther(t *testing.T) {
	a := open(t, t.TempDir())
	got := importAll(t, a, num(1, -time.Hour, 1), num(2, -time.Hour, 1), num(1, -time.Hour, 1), num(1, -time.Hour, 2))
	if got.Kept != 2 || got.Duplicates != 1 || got.Refused != 1 {
		t.Errorf("%+v", got)
	}
}

// A long import in several blocks and parts, into an archive that has every tenth sample already.
func TestALongImport(t *testing.T) {
	a := open(t, t.TempDir())
	r := rand.New(rand.NewPCG(1, 1))
	var all, some []tag.Sample
	for i := range 60_000 {
		s := num(tag.ID(i%4+1), -20*24*time.Hour+time.Duration(i/4)*8*time.Second, float64(r.IntN(1000))/10)
		all = append(all, s)
		if i%10 == 0 {
			some = append(some, s)
		}
	}
	keep(t, a, some...)
	keep(t, a, num(1, 0, 1))
	compact(t, a)
	keep(t, a, num(2, time.Minute, 1))
	got := importAll(t, a, all...)
	if got.Kept != uint64(len(all)-len(some)) || got.Duplicates != uint64(len(some)) || got.Refused != 0 {
		t.Errorf("%+v: %s", got, got.FirstRefusal)
	}
	for round := range 2 {
		for id := tag.ID(1); id <= 4; id++ {
			i := int(id) - 1
			seen := read(t, a, history.Range{Tag: id, From: t0.Add(-30 * 24 * time.Hour), To: t0})
			if len(seen) != len(all)/4 {
				t.Fatalf("round %d: tag %d has %d samples, want %d", round, id, len(seen), len(all)/4)
			}
			for _, s := range seen {
				if s != all[i] {
					t.Fatalf("round %d: got %v, want %v", round, s, all[i])
				}
				i += 4
			}
		}
		compact(t, a)
		a = reopen(t, a)
	}
}

func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		a := openWith(b, b.TempDir(), 1, nil, Options{})
		s, n := newSensor(1), 0
		got, err := a.Import(context.Background(), t0.Add(year), func(yield func(tag.Sample) bool) {
			for n < 30*86400 && yield(num(1, time.Duration(n)*time.Second, s.next())) {
				n++
			}
		})
		if err != nil || got.Kept != 30*86400 {
			b.Fatal(fmt.Sprint(got), err)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6*float64(b.N), "Msamples/s")
	}
}
