package timekeeper_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// workUntilKilled keeps readings of which every third batch has late ones, and says which batches it kept.
func workUntilKilled(dsn string) {
	micros, _ := strconv.ParseInt(os.Getenv("TIMEKEEPER_TEST_BEGIN"), 10, 64)
	first, _ := strconv.ParseInt(os.Getenv("TIMEKEEPER_TEST_FIRST"), 10, 64)
	fail := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	ctx, begin := context.Background(), time.UnixMicro(micros).UTC()
	db, err := store.Open(ctx, dsn, slog.New(slog.DiscardHandler))
	fail(err)
	h, err := openHall(os.Getenv("TIMEKEEPER_TEST_FOLDER"), db.Ledger(), begin, time.Now)
	fail(err)
	h.run()
	<-h.watch.CaughtUp()
	for n := first; ; n++ {
		at := begin.Add(time.Duration(n) * 10 * time.Second)
		batch := []tag.Sample{stateSample(at, machine.Execute), goodSample(at, 2*n), goodSample(at.Add(5*time.Second), 2*n+1), stateSample(at.Add(7*time.Second), machine.Held)}
		if n%3 == 2 && n > 60 {
			earlier := begin.Add(time.Duration(rand.Int64N(n-30)) * 10 * time.Second).Add(time.Second + time.Duration(n)*time.Microsecond)
			batch = append(batch, stateSample(earlier, machine.Aborted), stateSample(earlier.Add(time.Second), machine.Execute))
		}
		fail(h.says(ctx, time.Now(), batch...))
		fmt.Println(n)
		time.Sleep(2 * time.Millisecond)
	}
}

// TestKilledAtAnyMomentTheLedgerHasEveryReading kills the program at random moments.
func TestKilledAtAnyMomentTheLedgerHasEveryReading(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		dir, begin := t.TempDir(), time.Now().Add(-20*time.Hour).Truncate(time.Second).UTC()
		db.Open()
		next := int64(0)
		for range 6 {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "TIMEKEEPER_TEST_DATABASE="+db.DSN, "TIMEKEEPER_TEST_FOLDER="+dir,
				"TIMEKEEPER_TEST_BEGIN="+strconv.FormatInt(begin.UnixMicro(), 10), "TIMEKEEPER_TEST_FIRST="+strconv.FormatInt(next, 10))
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			time.AfterFunc(time.Duration(400+rand.IntN(900))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			said := bufio.NewScanner(out)
			for said.Scan() {
				n, err := strconv.ParseInt(said.Text(), 10, 64)
				if err != nil {
					t.Error(said.Text())
				}
				next = n + 1
			}
			_ = cmd.Wait() // killed
		}
		h, err := openHall(dir, db.Open().Ledger(), begin, time.Now)
		must(t, err)
		end := h.run()
		h.rights(t, "the ledger is that of all readings", begin)
		must(t, end())
		t.Logf("%d batches", next)
	})
}
