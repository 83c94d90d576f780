package embedded

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/prometheus/tsdb"

	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/ot/tag"
)

// A child process works with files that may not grow any further, as on a full disk. It is told which case.
const childCase = "HISTORY_TEST_FULL_CASE"

func TestFullFilesCostNothingThatWasAcknowledged(t *testing.T) {
	for name := range fullCases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if os.Getenv(childCase) == name {
				fullCases[name](t)
				return
			}
			c := exec.Command(os.Args[0], "-test.run", "^TestFullFilesCostNothingThatWasAcknowledged$/^"+strings.ReplaceAll(name, " ", "_")+"$", "-test.v")
			c.Env = append(os.Environ(), childCase+"="+name, "TMPDIR="+dir)
			out, err := c.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

var fullCases = map[string]func(*testing.T){
	"log": func(t *testing.T) {
		a, log := openLogged(t)
		acknowledge(t, a, 0, 20)
		fill := limitFiles(t, 60_000)
		n := appendUntilError(t, a, 20)
		fill()
		acknowledge(t, a, n, n+10)
		expectAll(t, a, n+10)
		expectAll(t, reopen(t, a), n+10)
		says(t, log, "opening the history anew")
	},
	"log of late samples": func(t *testing.T) {
		a, log := openLogged(t)
		acknowledge(t, a, 0, 200)
		h := a.store.Head()
		if err := a.store.CompactHead(tsdb.NewRangeHead(h, h.MinTime(), h.MaxTime())); err != nil { // begins a new, short log; the late samples' stays long
			t.Fatal(err)
		}
		fill := limitFiles(t, 20_000)
		late := num(3, -100*time.Second, 77)
		if _, err := a.Append(context.Background(), t0.Add(time.Hour), []tag.Sample{late}); err == nil {
			t.Fatal("a late sample that was not written down is acknowledged")
		}
		fill()
		expectAll(t, a, 200)
		keep(t, a, late)
		a = reopen(t, a)
		expect(t, read(t, a, whole(3)), late)
		expectAll(t, a, 200)
		says(t, log, "late samples")
	},
	"lexicon": func(t *testing.T) {
		a, _ := openLogged(t)
		keep(t, a, at(1, 0, tag.TextValue("first")))
		fill := limitFiles(t, 10_000)
		next := func(i int) tag.Sample {
			return at(1, time.Duration(i)*time.Second, tag.TextValue(fmt.Sprint(i, strings.Repeat("x", 1000))))
		}
		n := 1
		for ; ; n++ {
			if _, err := a.Append(context.Background(), t0.Add(time.Hour), []tag.Sample{next(n)}); err != nil {
				break
			}
		}
		fill()
		keep(t, a, next(n), next(n+1))
		a = reopen(t, a)
		if got := read(t, a, whole(1)); len(got) != n+2 || got[n] != next(n) || got[1] != next(1) {
			t.Errorf("%d samples, want %d", len(got), n+2)
		}
	},
}

func openLogged(t *testing.T) (*Archive, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	return openWith(t, t.TempDir(), 4, slog.New(slog.NewTextHandler(&log, nil)), Options{}), &log
}

// oneOf is batch i: 40 samples in order, 40 late.
func oneOf(i int) (batch []tag.Sample) {
	for k := range 40 {
		batch = append(batch,
			num(1, time.Duration(i*40+k)*time.Second/10, math.Pi*float64(i+k)),
			num(2, -time.Duration(i*40+k)*time.Second/10, math.E*float64(i+k)))
	}
	return batch
}

func acknowledge(t *testing.T, a *Archive, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		keep(t, a, oneOf(i)...)
	}
}

func appendUntilError(t *testing.T, a *Archive, from int) (failed int) {
	t.Helper()
	for i := from; i < from+10_000; i++ {
		if _, err := a.Append(context.Background(), t0.Add(time.Hour), oneOf(i)); err != nil {
			a.free = func(string) (uint64, error) { return 1 << 20, nil } // as it would be, were the disk full
			if _, err := a.Append(context.Background(), t0.Add(time.Hour), oneOf(i)); err == nil || !strings.Contains(err.Error(), "only 1 MB left") {
				t.Fatalf("with a full disk, the second try ends with %v", err)
			}
			a.free = space.Room
			return i
		}
	}
	t.Fatal("the files never filled up")
	return 0
}

func expectAll(t *testing.T, a *Archive, batches int) {
	t.Helper()
	one, two := read(t, a, whole(1)), read(t, a, whole(2))
	if len(one) != batches*40 || len(two) != batches*40 {
		t.Fatalf("%d and %d samples, want %d each", len(one), len(two), batches*40)
	}
	for i, s := range one {
		if want := oneOf(i / 40)[i%40*2]; s != want {
			t.Fatalf("sample %d is %v, want %v", i, s, want)
		}
	}
}

func says(t *testing.T, log *bytes.Buffer, words string) {
	t.Helper()
	if !strings.Contains(log.String(), words) {
		t.Errorf("the log does not say %q:\n%s", words, log)
	}
}

// limitFiles lets no file of this process grow beyond a size until lift is called.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	set(syscall.Rlimit{Cur: size, Max: old.Max})
	return func() { set(old) }
}
