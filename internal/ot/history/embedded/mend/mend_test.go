package mend

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/prometheus/tsdb/wlog"
	"github.com/prometheus/prometheus/util/compression"
)

// write makes a log with one list of records per segment.
func write(t *testing.T, folder string, segments ...[][]byte) {
	t.Helper()
	w, err := wlog.NewSize(slog.New(slog.DiscardHandler), nil, folder, 64*page, compression.Snappy)
	if err != nil {
		t.Fatal(err)
	}
	for i, records := range segments {
		for _, r := range records {
			if err := w.Log(r); err != nil {
				t.Fatal(err)
			}
		}
		if i < len(segments)-1 {
			if _, err := w.NextSegmentSync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func folder(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o750); err != nil {
		t.Fatal(err)
	}
}

// read gives all records as the store would read them, and fails on the first that is not sound.
func read(t *testing.T, folder string) [][]byte {
	t.Helper()
	in, err := wlog.NewSegmentsReader(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := wlog.NewReader(in)
	var out [][]byte
	for r.Next() {
		out = append(out, bytes.Clone(r.Record()))
	}
	if r.Err() != nil {
		t.Fatalf("the mended log cannot be read: %v", r.Err())
	}
	return out
}

// records of growing size; some run over several pages. They do not compress.
func records(n int) [][]byte {
	var out [][]byte
	x := uint32(1)
	for i := range n {
		b := fmt.Appendf(nil, "record %d ", i)
		for range i * i * 40 {
			x = x*1664525 + 1013904223
			b = append(b, byte(x>>24))
		}
		out = append(out, b)
	}
	return out
}

func same(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// among counts how many of want are in got, which must hold nothing else and keep the order.
func among(t *testing.T, got, want [][]byte) (n int) {
	t.Helper()
	i := 0
	for _, g := range got {
		for i < len(want) && !bytes.Equal(want[i], g) {
			i++
		}
		if i == len(want) {
			t.Fatalf("a record came back that was never written, or in another order: %.20q", g)
		}
		i++
	}
	return len(got)
}

func TestASoundLogIsLeftAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	rs := records(50)
	write(t, dir, rs[:30], rs[30:])
	found, err := Log(dir, filepath.Join(dir, "..", "aside"))
	if err != nil || len(found) != 0 {
		t.Fatalf("found %v, %v", found, err)
	}
	if !same(read(t, dir), rs) {
		t.Error("the log changed")
	}
	if found, err := Log(filepath.Join(dir, "nowhere"), dir); err != nil || found != nil {
		t.Errorf("a log that does not exist: %v, %v", found, err)
	}
}

// kill -9 can cut the newest segment at any byte; whatever was whole stays.
func TestACutOffEndLosesNothingElse(t *testing.T) {
	rs := records(40)
	master := filepath.Join(t.TempDir(), "wal")
	write(t, master, rs)
	whole, err := os.ReadFile(wlog.SegmentName(master, 0))
	if err != nil {
		t.Fatal(err)
	}
	before := 0
	for cut := 0; cut <= len(whole); cut += 997 {
		dir := filepath.Join(t.TempDir(), "wal")
		folder(t, dir)
		put(t, wlog.SegmentName(dir, 0), whole[:cut])
		put(t, wlog.SegmentName(dir, 1), nil) // opened by the next start, never written
		found, err := Log(dir, filepath.Join(dir, "..", "aside"))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		for _, f := range found {
			if !f.Torn || f.Aside != "" {
				t.Fatalf("cut at %d: taken for damage: %+v", cut, f)
			}
		}
		got := read(t, dir)
		if !same(got, rs[:len(got)]) || len(got) < before {
			t.Fatalf("cut at %d: %d records, %d before", cut, len(got), before)
		}
		before = len(got)
	}
	if before < len(rs)-1 {
		t.Errorf("only %d of %d records at the end", before, len(rs))
	}
}

// A cut right behind the first byte of a record, or of its head, is seen too: the store would read zeros there.
func TestACutInsideARecordsHeadIsSeen(t *testing.T) {
	for _, extra := range []int{1, 2, 6, 7, 8} {
		dir := filepath.Join(t.TempDir(), "wal")
		write(t, dir, [][]byte{[]byte("one")})
		name := wlog.SegmentName(dir, 0)
		whole, _ := os.ReadFile(name)
		end := len(bytes.TrimRight(whole, "\x00"))
		put(t, name, append(whole[:end:end], []byte{1, 0, 9, 1, 2, 3, 4, 'x'}[:extra]...))
		found, err := Log(dir, filepath.Join(dir, "..", "aside"))
		if err != nil || len(found) != 1 || !found[0].Torn || found[0].Bytes != int64(extra) {
			t.Errorf("%d bytes more: %+v, %v", extra, found, err)
		}
		if !same(read(t, dir), [][]byte{[]byte("one")}) {
			t.Errorf("%d bytes more: the record before is gone", extra)
		}
	}
}

// A flipped byte costs the records of its page, not what follows.
func TestDamageCostsOnlyItsPages(t *testing.T) {
	rs := records(50)
	master := filepath.Join(t.TempDir(), "wal")
	write(t, master, rs[:30], rs[30:])
	first, _ := os.ReadFile(wlog.SegmentName(master, 0))
	second, _ := os.ReadFile(wlog.SegmentName(master, 1))
	for at := 3; at < len(first); at += 9973 {
		bad := bytes.Clone(first)
		bad[at] ^= 0x55
		dir := filepath.Join(t.TempDir(), "wal")
		folder(t, dir)
		put(t, wlog.SegmentName(dir, 0), bad)
		put(t, wlog.SegmentName(dir, 1), second)
		aside := filepath.Join(dir, "..", "aside")
		found, err := Log(dir, aside)
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		if len(found) == 0 {
			continue // the flip hit a flag that nobody reads
		}
		if len(found) != 1 || found[0].Torn || found[0].Bytes > 5*page {
			t.Fatalf("byte %d: found %+v", at, found)
		}
		if kept, err := os.ReadFile(found[0].Aside); err != nil || !bytes.Equal(kept, bad) {
			t.Fatalf("byte %d: the damaged file was not kept: %v", at, err)
		}
		if n := among(t, read(t, dir), rs); n < 25 || (n < len(rs)) != (found[0].Bytes > 0) {
			t.Errorf("byte %d: only %d of %d records left", at, n, len(rs))
		}
		if again, err := Log(dir, aside); err != nil || len(again) != 0 {
			t.Errorf("byte %d: mended twice: %+v, %v", at, again, err)
		}
	}
}

func TestDamageAtTheVeryEndIsCutOff(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	rs := [][]byte{[]byte("one"), []byte("two")}
	write(t, dir, rs)
	name := wlog.SegmentName(dir, 0)
	b, _ := os.ReadFile(name)
	b = bytes.TrimRight(b, "\x00")
	b[len(b)-1] ^= 1
	put(t, name, b)
	found, err := Log(dir, filepath.Join(dir, "..", "aside"))
	if err != nil || len(found) != 1 || found[0].Bytes == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	if !same(read(t, dir), rs[:1]) {
		t.Error("the record before is gone")
	}
}

func TestACheckpointIsMendedToo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	rs := records(50)
	write(t, filepath.Join(dir, "checkpoint.00000002"), rs)
	write(t, dir, rs[:3])
	name := wlog.SegmentName(filepath.Join(dir, "checkpoint.00000002"), 0)
	b, _ := os.ReadFile(name)
	b[len(b)/2] ^= 1
	put(t, name, b)
	found, err := Log(dir, filepath.Join(dir, "..", "aside"))
	if err != nil || len(found) != 1 || found[0].Segment != name {
		t.Fatalf("%+v, %v", found, err)
	}
	if n := among(t, read(t, filepath.Join(dir, "checkpoint.00000002")), rs); n < 25 {
		t.Errorf("%d records left", n)
	}
}

func TestWhatACrashLeftOfAMendingIsRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	write(t, dir, records(3))
	folder(t, filepath.Join(dir, "mending-123"))
	if found, err := Log(dir, dir); err != nil || len(found) != 0 {
		t.Fatal(found, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, mending)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAMissingSegmentIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wal")
	rs := records(10)
	write(t, dir, rs, rs, rs)
	os.Remove(wlog.SegmentName(dir, 1))
	if _, err := Log(dir, dir); err == nil {
		t.Error("no error")
	}
}

func TestDropLeavesTheRestAsItIs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wbl")
	rs := records(40)
	write(t, dir, rs[:20], rs[20:30], rs[30:])
	even := func(r []byte) bool {
		var n int
		if _, err := fmt.Sscanf(string(r[:min(len(r), 12)]), "record %d", &n); err != nil {
			t.Fatal(err)
		}
		return n%2 == 0 || n >= 30
	}
	untouched, _ := os.Stat(wlog.SegmentName(dir, 2))
	for range 2 {
		if err := Drop(dir, even); err != nil {
			t.Fatal(err)
		}
		var want [][]byte
		for _, r := range rs {
			if even(r) {
				want = append(want, r)
			}
		}
		if !same(read(t, dir), want) {
			t.Error("not the records that were to be kept")
		}
	}
	if after, _ := os.Stat(wlog.SegmentName(dir, 2)); !os.SameFile(untouched, after) {
		t.Error("a segment with nothing to drop was rewritten")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "mending-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := Drop(filepath.Join(dir, "nowhere"), even); err != nil {
		t.Errorf("a log that does not exist: %v", err)
	}
}
