package lexicon

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func open(t testing.TB, path string) *Lexicon {
	t.Helper()
	l, _, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func learn(t testing.TB, l *Lexicon, texts ...string) {
	t.Helper()
	if err := l.Learn(texts); err != nil {
		t.Fatal(err)
	}
}

func TestNumbersLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "texts")
	l := open(t, path)
	texts := []string{"COLA-05", "", "Überdruck ☃", strings.Repeat("x", MaxText), "\x00\x00", "a\nb"}
	learn(t, l, texts...)
	learn(t, l, "COLA-05", "WATER-05", "WATER-05", "")
	texts = append(texts, "WATER-05")
	l.Close()
	l = open(t, path)
	for i, want := range texts {
		if n, ok := l.Number(want); !ok || int(n) != i+1 {
			t.Errorf("%.20q has number %d, want %d", want, n, i+1)
		}
		if got, ok := l.Text(uint32(i + 1)); !ok || got != want {
			t.Errorf("number %d is %.20q, want %.20q", i+1, got, want)
		}
	}
	if l.Len() != len(texts) {
		t.Errorf("%d texts, want %d", l.Len(), len(texts))
	}
	for _, n := range []uint32{0, 8, 1 << 31} {
		if _, ok := l.Text(n); ok {
			t.Errorf("number %d has a text", n)
		}
	}
	if _, ok := l.Number("nobody"); ok {
		t.Error("an unknown text has a number")
	}
}

// A crash may cut the file anywhere behind the last write that was acknowledged, or leave zeros there.
func TestACutOffWriteIsForgotten(t *testing.T) {
	whole := append(appendRecord(appendRecord([]byte(magic), "first"), "second"), 0)
	acknowledged := len(whole) - 1
	torn := appendRecord(whole[:acknowledged:acknowledged], "third, never finished")
	var files [][]byte
	for n := acknowledged; n < len(torn); n++ {
		files = append(files, torn[:n])                               // cut short
		files = append(files, append(torn[:n:n], make([]byte, 5)...)) // the size was written, the data was not
	}
	files = append(files, append(torn[:acknowledged:acknowledged], make([]byte, 20_000)...))
	for i, b := range files {
		path := filepath.Join(t.TempDir(), "texts")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		l, cut, err := Open(path)
		if err != nil {
			t.Fatalf("file %d of %d bytes: %v", i, len(b), err)
		}
		if l.Len() != 2 || cut != int64(len(b)-acknowledged) {
			t.Errorf("file %d: %d texts, cut %d bytes; want 2, %d", i, l.Len(), cut, len(b)-acknowledged)
		}
		learn(t, l, "next")
		l.Close()
		l = open(t, path)
		if n, _ := l.Number("next"); int(n) != l.Len() {
			t.Errorf("file %d: next has number %d of %d", i, n, l.Len())
		}
	}
}

func TestAHalfWrittenHeadStartsAnew(t *testing.T) {
	for n := range len(magic) {
		path := filepath.Join(t.TempDir(), "texts")
		if err := os.WriteFile(path, []byte(magic[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		learn(t, open(t, path), "a")
		if got, _ := open(t, path).Text(1); got != "a" {
			t.Errorf("head of %d bytes: got %q", n, got)
		}
	}
}

// Any flipped bit in front of the last record is an error, never a lexicon with other numbers.
func TestDamageIsAnError(t *testing.T) {
	var good []byte
	good = append(good, magic...)
	for i := range 20 {
		good = appendRecord(good, fmt.Sprintf("product %d", i))
	}
	last := len(appendRecord(nil, "product 19"))
	for at := 0; at < len(good)-last; at++ {
		for _, bit := range []byte{1, 0x80} {
			b := append([]byte{}, good...)
			b[at] ^= bit
			path := filepath.Join(t.TempDir(), "texts")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			l, _, err := Open(path)
			if err == nil {
				t.Fatalf("byte %d flipped: opened with %d texts", at, l.Len())
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "put") {
				t.Fatalf("the error does not say where and what to do: %v", err)
			}
			if after, _ := os.ReadFile(path); len(after) != len(b) {
				t.Fatalf("byte %d flipped: the file was changed", at)
			}
		}
	}
}

func TestADamagedLastTextIsNotTakenForACutOffWrite(t *testing.T) {
	b := appendRecord(appendRecord([]byte(magic), "one"), "two")
	b[len(b)-1] ^= 1
	path := filepath.Join(t.TempDir(), "texts")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(path); err == nil {
		t.Error("a text in use was forgotten, and its number free again")
	}
}

func TestBounds(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "texts"))
	if err := l.Room(strings.Repeat("x", MaxText+1), 0, 0); err == nil {
		t.Error("a text that is too long fits")
	}
	if err := l.Room("x", MaxTexts-1, 0); err != nil {
		t.Error(err)
	}
	if err := l.Room("x", MaxTexts, 0); err == nil {
		t.Error("one text too many fits")
	}
	if err := l.Room("xx", 0, MaxBytes-1); err == nil {
		t.Error("too many bytes fit")
	}
}

func TestAfterAFailedWriteNothingIsLearntUntilOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "texts")
	l := open(t, path)
	learn(t, l, "a")
	good := l.file
	l.file, _ = os.Open(path) // cannot be written
	if err := l.Learn([]string{"b"}); err == nil {
		t.Fatal("a write to a read-only file succeeded")
	}
	l.file.Close()
	l.file = good
	if err := l.Learn([]string{"c"}); err == nil {
		t.Error("learnt after a failed write")
	}
	if _, ok := l.Number("b"); ok {
		t.Error("a text that was not written has a number")
	}
	l.Close()
	l = open(t, path)
	learn(t, l, "b")
	if n, _ := l.Number("b"); n != 2 {
		t.Errorf("number %d, want 2", n)
	}
}

func TestLexiconAgainstAMap(t *testing.T) {
	dir := t.TempDir()
	i := 0
	rapid.Check(t, func(rt *rapid.T) {
		i++
		path := filepath.Join(dir, fmt.Sprint(i))
		l := open(t, path)
		want := map[string]uint32{}
		for range rapid.IntRange(1, 8).Draw(rt, "rounds") {
			batch := rapid.SliceOfN(rapid.StringN(0, 6, 20), 0, 5).Draw(rt, "texts")
			learn(t, l, batch...)
			for _, s := range batch {
				if _, ok := want[s]; !ok {
					want[s] = uint32(len(want) + 1)
				}
			}
			if rapid.Bool().Draw(rt, "reopen") {
				l.Close()
				l = open(t, path)
			}
			for s, n := range want {
				got, ok := l.Text(n)
				if m, known := l.Number(s); !ok || got != s || !known || m != n {
					rt.Fatalf("%q: number %d (want %d), text back %q", s, m, n, got)
				}
			}
		}
		l.Close()
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(appendRecord(appendRecord([]byte(magic), "one"), "two"))
	f.Add(binary.LittleEndian.AppendUint32([]byte(magic), 0xffffffff))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "texts")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if l, _, err := Open(path); err == nil {
			learn(t, l, "new")
			l.Close()
			open(t, path)
		}
	})
}
