package clerk_test

import (
	"log/slog"
	"testing"
	"time"

	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// A kill may lose the last readings of the history though their pieces are booked already. Whoever reads the counter
// next sees them at a later time: they are in the time ledger once all the same, wherever it is derived anew from.
func TestAReadingThatTheHistoryLostIsTimedOnce(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t).Open()
	add(t, db, "J-1", "A", 5000)
	archive, err := embedded.Open(t.TempDir(), machineTags(t), slog.New(slog.DiscardHandler), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	}()
	begin := before(40 * time.Second)
	from := begin.Add(-time.Minute)
	say := func(id tag.ID, second int, v tag.Value) tag.Sample {
		return tag.Sample{Tag: id, Time: begin.Add(time.Duration(second) * time.Second), Value: v}.Clean()
	}
	runs := func(second int) []tag.Sample {
		return []tag.Sample{say(3, second, tag.IntValue(6)), say(5, second, tag.IntValue(6)), say(4, second, tag.TextValue("A"))}
	}
	agree := func(f *factory, want int64, when string) {
		t.Helper()
		var booked, timed plant.Quantity
		for range 1500 {
			if booked, timed = f.sums(from); booked == plant.Pieces(want) && timed == booked {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s: %d pieces made, %s booked, %s in the time ledger", when, want, booked, timed)
	}

	f := openFactory(t, db, archive, from)
	f.live(append(runs(0), say(1, 0, tag.UintValue(0)), say(2, 0, tag.UintValue(0)), say(1, 5, tag.UintValue(5))))
	f.samples.Publish([]tag.Sample{say(2, 9, tag.UintValue(1))})
	f.live([]tag.Sample{say(1, 10, tag.UintValue(10))})
	agree(f, 11, "before the kill")
	f.stop()

	var gone []tag.Sample // as collect.Session.Resume says it
	for id := tag.ID(1); id <= 5; id++ {
		gone = append(gone, tag.Sample{Tag: id, Time: begin.Add(10*time.Second + time.Microsecond), Quality: tag.BadNoCommunication})
	}
	f = openFactory(t, db, archive, from)
	f.keep(gone)
	f.stop()
	f = openFactory(t, db, archive, from)
	f.live(append(runs(20), say(1, 20, tag.UintValue(10)), say(2, 20, tag.UintValue(1))))
	for second := 25; second <= 35; second += 5 {
		f.live([]tag.Sample{say(1, second, tag.UintValue(uint64(second-20)+10))})
	}
	agree(f, 26, "after the kill")
	f.pushed.Store(int64(2 * time.Minute))
	for second := 40; second <= 150; second += 5 {
		f.live([]tag.Sample{say(1, second, tag.UintValue(uint64(second-20)+10))})
	}
	agree(f, 141, "two minutes later")
	f.stop()
	if end, err := db.Ledger().End(t.Context(), "l"); err != nil || !end.Equal(begin.Add(20*time.Second)) {
		t.Errorf("the ledger is kept up to %s, %v", end.Sub(begin), err)
	}
	f = openAhead(t, db, archive, from, 5*time.Minute)
	agree(f, 141, "after a start")
	f.stop()
}
