package watch

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"millwright/internal/ot/driver/replay"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// hurco is the signals of the mill whose log is kept.
func hurco() machine.Signals {
	return machine.Signals{
		Unit: "mill-1/mill", State: 1, Good: machine.Counter{Tag: 2, Lifetime: true},
		States: map[string]machine.State{
			"ACTIVE": machine.Execute, "PROGRAM_STOPPED": machine.Stopped, "READY": machine.Idle,
		},
	}
}

// keep writes a log into an archive on disk.
func keep(t *testing.T, path string) (a *embedded.Archive, first, last time.Time) {
	t.Helper()
	items := map[string]tag.ID{"Program_Status": 1, "Part_Count": 2}
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "mill-1/mill/state"}, {Name: "mill-1/mill/good"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err = embedded.Open(t.TempDir(), reg, slog.New(slog.NewTextHandler(io.Discard, nil)), embedded.Options{Retention: -1, Window: 100 * 365 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var batch []tag.Sample
	for row, err := range replay.Read(f, replay.Format{}) {
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := items[row.Item]; ok {
			batch = append(batch, tag.Sample{Tag: id, Time: row.Time, Quality: row.Quality, Value: row.Value})
		}
	}
	first, last = batch[0].Time, batch[len(batch)-1].Time
	if _, err := a.Append(t.Context(), time.Now(), batch); err != nil {
		t.Fatal(err)
	}
	return a, first, last
}

// TestYearsOfAMillInTheHistory: derived from the archive on disk, in one go or month by month, two and a
// half years of a real mill have made the same 469 parts.
func TestYearsOfAMillInTheHistory(t *testing.T) {
	archive, first, last := keep(t, "../../driver/replay/testdata/Hurco02-2016-2019.txt.gz")
	derive := func(from, to time.Time) (made plant.Quantity, states int) {
		err := Replay(t.Context(), archive, []machine.Signals{hurco()}, plant.Span{From: from, To: to}, func(f machine.Fact) bool {
			switch f := f.(type) {
			case machine.Counted:
				made += f.Qty
			case machine.StateChanged:
				states++
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		return made, states
	}
	made, states := derive(first, last.Add(time.Second))
	if made != plant.Pieces(469) || states < 20 {
		t.Errorf("%s parts and %d states in one go", made, states)
	}
	made = 0
	for at := first; !at.After(last); at = at.AddDate(0, 0, 30) {
		month, _ := derive(at, at.AddDate(0, 0, 30))
		made += month
	}
	if made != plant.Pieces(469) {
		t.Errorf("%s parts month by month", made)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Replay(ctx, archive, []machine.Signals{hurco()}, plant.Span{From: first, To: last}, func(machine.Fact) bool { return true })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after its end it gives %v", err)
	}
}
