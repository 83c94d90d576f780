package embedded

import (
	"context"
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

// What is too much is dropped from its oldest end, and what is newest stays.
func TestTheHistoryKeepsToItsSize(t *testing.T) {
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "l/u/noise"}})
	if err != nil {
		t.Fatal(err)
	}
	const most = 3 << 20
	a, err := Open(t.TempDir(), reg, nil, Options{Retention: -1, Size: most})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	n := 0
	for hour := range 16 {
		var batch []tag.Sample
		for range 36_000 {
			batch = append(batch, tag.Sample{Tag: 1, Time: begin.Add(time.Duration(n) * 100 * time.Millisecond), Value: tag.FloatValue(float64(n*2654435761%1000003) / 7)})
			n++
		}
		if refused, err := a.Append(context.Background(), begin.Add(time.Duration(hour+1)*time.Hour), batch); err != nil || len(refused) > 0 {
			t.Fatal(err, len(refused))
		}
		if err := a.Compact(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if day := a.Growth(begin.Add(16 * time.Hour)); day < 4<<20 || day > 20<<20 { // some 9 bytes each of 864,000 a day
		t.Errorf("it grows by %d bytes a day", day)
	}
	s := a.Stats()
	if s.BlockBytes > most || s.Blocks == 0 {
		t.Errorf("%d blocks take %d bytes", s.Blocks, s.BlockBytes)
	}
	if s.Oldest.Before(begin.Add(time.Hour)) || s.Oldest.After(begin.Add(16*time.Hour)) {
		t.Errorf("the oldest sample is of %s", s.Oldest)
	}
}

// What is to be kept can be changed while the history is open: less of it, and then more again.
func TestTheHistoryGoesByLimitsThatAreChanged(t *testing.T) {
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "l/u/noise"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.TempDir(), reg, nil, Options{Retention: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	hour := 0
	oldest := func(hours int) time.Duration { // after so many more hours of samples, by the begin
		for range hours {
			var batch []tag.Sample
			for s := range 3600 {
				at := begin.Add(time.Duration(hour)*time.Hour + time.Duration(s)*time.Second)
				batch = append(batch, tag.Sample{Tag: 1, Time: at, Value: tag.FloatValue(float64((hour*3600+s)*2654435761%1000003) / 7)})
			}
			hour++
			if refused, err := a.Append(context.Background(), begin.Add(time.Duration(hour)*time.Hour), batch); err != nil || len(refused) > 0 {
				t.Fatal(err, len(refused))
			}
			if err := a.Compact(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		return a.Stats().Oldest.Sub(begin)
	}
	if got := oldest(8); got != 0 {
		t.Errorf("without a limit the oldest is %s in", got)
	}
	a.Limit(3*time.Hour, 0)
	if got := oldest(1); got < 3*time.Hour || got > 6*time.Hour {
		t.Errorf("of 9 hours with 3 to keep the oldest is %s in", got)
	}
	a.Limit(-1, 0)
	was := oldest(0)
	if got := oldest(6); got != was {
		t.Errorf("without a limit again the oldest is %s in, and was %s", got, was)
	}
	a.Limit(0, 100_000)
	if got := oldest(1); got <= was || a.Stats().BlockBytes > 100_000 {
		t.Errorf("of 16 hours in 100 kB the oldest is %s in", got)
	}
}
