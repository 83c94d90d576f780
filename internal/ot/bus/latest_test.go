package bus

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/tag"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(id tag.ID, after time.Duration, v int64) tag.Sample {
	return tag.Sample{Tag: id, Time: noon.Add(after), Value: tag.IntValue(v)}
}

func TestLatest(t *testing.T) {
	cases := []struct {
		name string
		put  []tag.Sample
		want int64
	}{
		{"the first wins", []tag.Sample{at(1, 0, 1)}, 1},
		{"a newer one wins", []tag.Sample{at(1, 0, 1), at(1, time.Second, 2)}, 2},
		{"an older one never wins", []tag.Sample{at(1, time.Second, 1), at(1, 0, 2)}, 1},
		{"one of the same time replaces", []tag.Sample{at(1, 0, 1), at(1, 0, 2)}, 2},
		{"an hour ahead is believed", []tag.Sample{at(1, 0, 1), at(1, time.Hour, 2)}, 2},
		{"more than an hour ahead never wins", []tag.Sample{at(1, 0, 1), at(1, time.Hour+time.Microsecond, 2)}, 1},
		{"other tags do not matter", []tag.Sample{at(2, 0, 7), at(1, 0, 1), at(3, time.Minute, 9)}, 1},
		{"tags that do not exist do not matter", []tag.Sample{at(0, 0, 7), at(1, 0, 1), at(99, 0, 9)}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := NewLatest(3)
			l.Put(noon, c.put)
			s, ok := l.Get(1)
			if got, _ := s.Value.Int(); !ok || got != c.want {
				t.Errorf("got %d (%v), want %d", got, ok, c.want)
			}
		})
	}
}

func TestLatestKnowsWhatItDoesNotHave(t *testing.T) {
	l := NewLatest(3)
	l.Put(noon, []tag.Sample{at(2, 0, 5), at(3, 2*time.Hour, 6)})
	for _, id := range []tag.ID{0, 1, 3, 4, 1 << 31} {
		if _, ok := l.Get(id); ok {
			t.Errorf("tag %d has a sample", id)
		}
	}
	if got := l.Of([]tag.ID{3, 2, 0, 77}); len(got) != 1 || got[0].Tag != 2 {
		t.Errorf("got %v", got)
	}
}

// However samples are ordered and cut into batches, the held one is the last of the newest believable ones.
func TestLatestHoldsTheNewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := NewLatest(4)
		want := map[tag.ID]tag.Sample{}
		for i, n := range rapid.SliceOf(rapid.IntRange(0, 20)).Draw(t, "batch sizes") {
			batch := make([]tag.Sample, n)
			for k := range batch {
				id := tag.ID(rapid.IntRange(1, 4).Draw(t, "tag"))
				s := at(id, time.Duration(rapid.IntRange(-90, 90).Draw(t, "minutes"))*time.Minute, int64(i*1000+k))
				batch[k] = s
				if w, ok := want[id]; !s.Time.After(noon.Add(time.Hour)) && (!ok || !s.Time.Before(w.Time)) {
					want[id] = s
				}
			}
			l.Put(noon, batch)
		}
		for id := tag.ID(1); id <= 4; id++ {
			got, ok := l.Get(id)
			if w, has := want[id]; ok != has || got != w {
				t.Fatalf("tag %d: got %v, want %v", id, got, w)
			}
		}
	})
}

func BenchmarkLatestPut(b *testing.B) {
	l := NewLatest(10_000)
	batch := make([]tag.Sample, 1000)
	for i := range batch {
		batch[i] = at(tag.ID(i*10+1), 0, 1)
	}
	for b.Loop() {
		l.Put(noon, batch)
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds()/1e6, "Msamples/s")
}
