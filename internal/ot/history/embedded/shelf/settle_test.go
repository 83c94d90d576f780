package shelf

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// day leaves a store with samples in order, and late ones in their log of which most are packed too.
func day(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		put(t, s, "a", time.Duration(i)*time.Second)
	}
	for i := range 200 {
		put(t, s, "a", -5*time.Hour+time.Duration(i)*time.Minute)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// packs counts the packed runs in the folder of a store that is closed.
func packs(t *testing.T, dir string) (timely, late int) {
	t.Helper()
	m, err := mapper(filepath.Join(dir, packedFolder))
	if err != nil {
		t.Fatal(err)
	}
	err = m.IterateAllChunks(func(_ chunks.HeadSeriesRef, _ chunks.ChunkDiskMapperRef, _, _ int64, _ uint16, _ chunkenc.Encoding, isLate bool) error {
		if isLate {
			late++
		} else {
			timely++
		}
		return nil
	})
	if err := errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	return timely, late
}

// settled opens a store, waits until its late samples are in blocks, and closes it.
func settled(t *testing.T, dir string) (samples, blocks int) {
	t.Helper()
	s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
	if err != nil {
		t.Fatal(err)
	}
	<-s.settler.settled
	samples, blocks = count(t, s, "a"), len(s.Blocks())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return samples, blocks
}

func TestLateSamplesBecomeBlocksOnlyOnce(t *testing.T) {
	dir := day(t)
	if _, late := packs(t, dir); late == 0 {
		t.Fatal("no late samples were packed: this case tests nothing")
	}
	n, blocks := settled(t, dir)
	if n != 600 || blocks != 7 {
		t.Fatalf("%d samples, %d blocks; want 600 in 7 of half an hour", n, blocks)
	}
	for range 2 {
		if n, b := settled(t, dir); n != 600 || b != blocks {
			t.Errorf("after another start %d samples and %d blocks, want 600 and %d", n, b, blocks)
		}
	}
	if timely, late := packs(t, dir); late > 0 || timely == 0 {
		t.Errorf("%d packed runs, %d of them late", timely+late, late)
	}
}

// What is packed is all that is left when the log of late samples is not what it was.
func TestPackedLateSamplesOutlastTheirLog(t *testing.T) {
	for name, harm := range map[string]func(log string) error{
		"gone": os.RemoveAll,
		"damaged": func(log string) error {
			path := filepath.Join(log, "00000000")
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i := 10; i < len(b)/2; i++ {
				b[i] ^= 0x55
			}
			return os.WriteFile(path, b, 0o600)
		},
		"cut off": func(log string) error { return os.Truncate(filepath.Join(log, "00000000"), 1003) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := day(t)
			if err := harm(filepath.Join(dir, "wbl")); err != nil {
				t.Fatal(err)
			}
			if n, _ := settled(t, dir); n < 560 {
				t.Errorf("%d samples are left of 600, of which all but the last few were packed", n)
			}
		})
	}
}

// A start may end at any step of leaving out what is packed.
func TestHalfAChangeOfWhatIsPackedLosesNothing(t *testing.T) {
	for _, left := range []string{"", ".old", ".new"} {
		dir := day(t)
		folder := filepath.Join(dir, packedFolder)
		if left != "" {
			if err := os.Rename(folder, folder+left); err != nil {
				t.Fatal(err)
			}
		}
		if n, _ := settled(t, dir); n != 600 {
			t.Errorf("with %q left %d samples, want 600", left, n)
		}
		if _, err := os.Stat(folder + left); left != "" && err == nil {
			t.Errorf("%s is still there", left)
		}
	}
}

func TestAPackedFileThatIsNotSoundIsLeftToTheStore(t *testing.T) {
	dir := day(t)
	path := filepath.Join(dir, packedFolder, "000001")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[100] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, _ := settled(t, dir); n != 600 {
		t.Errorf("%d samples, want 600 from the logs", n)
	}
}

func TestManyLateSamplesAreMovedWhileTheProgramRuns(t *testing.T) {
	s := open(t, t.TempDir(), io.Discard, slog.LevelInfo)
	put(t, s, "a", 0, -3*time.Hour)
	s.Late(muchLate - 1)
	s.Late(1)
	for len(s.Blocks()) == 0 {
		time.Sleep(time.Millisecond)
	}
	for s.settler.waiting.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
	if n := count(t, s, "a"); n != 2 {
		t.Errorf("%d samples, want 2", n)
	}
}

// told passes on what is logged.
type told chan string

func (c told) Write(p []byte) (int, error) {
	c <- string(p)
	return len(p), nil
}

func TestAMoveThatFailsIsToldAndEndsWithTheStore(t *testing.T) {
	log := make(told, 1)
	s := newSettler(slog.New(slog.NewTextHandler(log, nil)), func() error { return errors.New("disk full") })
	s.begin(true, func() { t.Error("it counts as done") })
	if said := <-log; !strings.Contains(said, "level=ERROR") || !strings.Contains(said, "disk full") {
		t.Errorf("it says %q", said)
	}
	s.end() // although it would try again
}
