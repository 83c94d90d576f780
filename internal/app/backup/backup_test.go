package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const passphrase = "four wet otters sing"

var monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func tags(t testing.TB) *tag.Registry {
	t.Helper()
	r, err := tag.NewRegistry([]tag.Tag{{Name: "l/u/count"}, {Name: "l/u/word"}})
	must(t, err)
	return r
}

// folder is a data folder at work.
type folder struct {
	Source
	archive *embedded.Archive
}

func newFolder(t *testing.T, dsn string) *folder {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	must(t, os.MkdirAll(filepath.Join(data, "certificates", "own"), 0o700))
	must(t, os.WriteFile(filepath.Join(data, "certificates", "own", "key.pem"), []byte("-----BEGIN PRIVATE KEY-----\nverysecretkey\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(data, "certificates", "own", "certificate.der"), []byte("public"), 0o600))
	must(t, os.WriteFile(filepath.Join(data, "secret.key"), []byte("anothersecret"), 0o600))
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(data, database)
	}
	s, err := store.Open(t.Context(), dsn, quiet())
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	a, err := embedded.Open(filepath.Join(data, "history"), tags(t), quiet(), embedded.Options{Retention: -1, Window: 10 * 365 * 24 * time.Hour})
	must(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return &folder{Source{Data: data, Store: s, Passphrase: passphrase, Program: "test", Now: time.Now}, a}
}

// users adds people, which are rows and audit entries.
func (f *folder) users(t *testing.T, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		_, err := f.Store.Vault().AddUser(t.Context(), access.User{Name: fmt.Sprint("u", i), Hash: "x", Role: plant.Viewer}, plant.Program(), "")
		must(t, err)
	}
}

// samples appends count n of each tag, n from..to, one a second; odd ones late.
func (f *folder) samples(t testing.TB, from, to int64) {
	t.Helper()
	at := func(n int64) time.Time { return monday.Add(time.Duration(n) * time.Second) }
	var batch, late []tag.Sample
	for n := from; n < to; n++ {
		s := tag.Sample{Tag: 1, Time: at(n), Value: tag.IntValue(n)}
		if n%7 == 3 {
			late = append(late, s)
		} else {
			batch = append(batch, s)
		}
		batch = append(batch, tag.Sample{Tag: 2, Time: at(n), Value: tag.TextValue(fmt.Sprint("word ", n%100))})
	}
	for _, b := range [][]tag.Sample{batch, late} {
		refused, err := f.archive.Append(context.Background(), at(to), b)
		if err != nil || len(refused) > 0 {
			t.Fatalf("%v %v", err, refused)
		}
	}
}

// counted is how many samples of both tags an archive has, all of them as they were sent.
func counted(t *testing.T, data string) (counts, words int64) {
	t.Helper()
	a, err := embedded.Open(filepath.Join(data, "history"), tags(t), quiet(), embedded.Options{Retention: -1, Window: 10 * 365 * 24 * time.Hour})
	must(t, err)
	defer func() { _ = a.Close() }()
	r := history.Range{Tag: 1, From: monday.Add(-time.Hour), To: monday.Add(300 * time.Hour)}
	must(t, a.Samples(t.Context(), r, func(s tag.Sample) bool {
		if want := monday.Add(time.Duration(counts) * time.Second); !s.Time.Equal(want) || !s.Value.Same(tag.IntValue(counts)) {
			t.Errorf("sample %d is %s at %s", counts, s.Value, s.Time)
			return false
		}
		counts++
		return true
	}))
	r.Tag = 2
	must(t, a.Samples(t.Context(), r, func(s tag.Sample) bool {
		if text, _ := s.Value.Text(); text != fmt.Sprint("word ", words%100) {
			t.Errorf("text %d is %q", words, text)
			return false
		}
		words++
		return true
	}))
	return counts, words
}

func (f *folder) pack(t *testing.T) (string, Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.tar.gz")
	m, err := f.File(t.Context(), path)
	must(t, err)
	return path, m
}

func restore(t *testing.T, path string, w Wish) (Manifest, error) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer func() { _ = f.Close() }()
	return Restore(t.Context(), f, w)
}

func TestABackupComesBackEqual(t *testing.T) {
	f := newFolder(t, "")
	f.users(t, 0, 20)
	f.samples(t, 0, 9000) // more than two blocks of half an hour
	must(t, f.archive.Compact(t.Context()))
	f.samples(t, 9000, 9500)
	path, m := f.pack(t)
	w := Wish{Data: filepath.Join(t.TempDir(), "back"), Passphrase: passphrase}
	got, err := restore(t, path, w)
	must(t, err)
	if !maps.Equal(got.Rows, m.Rows) || got.Rows["users"] != 20 || got.Rows["audit"] != 20 {
		t.Errorf("%v, %v", got.Rows, m.Rows)
	}
	if c, n := counted(t, w.Data); c != 9500 || n != 9500 {
		t.Errorf("%d and %d samples came back of 9500", c, n)
	}
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(w.Data, database), quiet())
	must(t, err)
	defer func() { _ = s.Close() }()
	if n, err := s.Audit().Verify(t.Context()); n != 20 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	for _, name := range []string{"secret.key", "certificates/own/key.pem", "certificates/own/certificate.der"} {
		a, err := os.ReadFile(filepath.Join(f.Data, name))
		must(t, err)
		b, err := os.ReadFile(filepath.Join(w.Data, name))
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(f.Data, "backups", ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// While samples and people come, are moved into blocks and late, every backup has all that was acknowledged before it
// began, and nothing twice; from inside the program and from beside it.
func TestABackupIsTakenWhileAllRuns(t *testing.T) {
	f := newFolder(t, "")
	f.samples(t, 0, 3000)
	f.users(t, 0, 3)
	done, ended := make(chan struct{}), make(chan int64)
	go func() {
		n := int64(3000)
		for ; ; n += 50 {
			select {
			case <-done:
				ended <- n
				return
			default:
			}
			f.samples(t, n, n+50)
			if n%1000 == 0 {
				if err := f.archive.Compact(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	for i := range 6 {
		f.Still = nil
		if i%2 == 0 {
			f.Still = f.archive.Still
		}
		f.users(t, 3+i, 4+i)
		kept := int64(f.archive.Stats().Kept)
		path, _ := f.pack(t)
		w := Wish{Data: filepath.Join(t.TempDir(), "back"), Passphrase: passphrase}
		m, err := restore(t, path, w)
		must(t, err)
		if m.Rows["users"] != int64(4+i) {
			t.Errorf("%d users", m.Rows["users"])
		}
		all := samplesIn(t, w.Data)
		if all < kept {
			t.Errorf("backup %d has %d samples; %d were acknowledged before", i, all, kept)
		}
	}
	close(done)
	<-ended
}

// samplesIn counts without asking for an unbroken row: a batch may be cut between its parts.
func samplesIn(t *testing.T, data string) (n int64) {
	t.Helper()
	a, err := embedded.Open(filepath.Join(data, "history"), tags(t), quiet(), embedded.Options{Retention: -1, Window: 10 * 365 * 24 * time.Hour})
	must(t, err)
	defer func() { _ = a.Close() }()
	for id := tag.ID(1); id <= 2; id++ {
		last := time.Time{}
		must(t, a.Samples(t.Context(), history.Range{Tag: id, From: monday.Add(-time.Hour), To: monday.Add(3000 * time.Hour)}, func(s tag.Sample) bool {
			if !s.Time.After(last) {
				t.Errorf("tag %d has %s twice", id, s.Time)
			}
			last = s.Time
			n++
			return true
		}))
	}
	return n
}

func TestSecretsDoNotStandInABackup(t *testing.T) {
	f := newFolder(t, "")
	plain := func(path string) string {
		r, err := os.Open(path)
		must(t, err)
		defer func() { _ = r.Close() }()
		z, err := gzip.NewReader(r)
		must(t, err)
		text, err := io.ReadAll(z)
		must(t, err)
		return string(text)
	}
	path, m := f.pack(t)
	for _, secret := range []string{"verysecretkey", "anothersecret", passphrase} {
		if strings.Contains(plain(path), secret) {
			t.Errorf("%s stands in the backup", secret)
		}
	}
	if len(m.LeftOut) > 0 {
		t.Errorf("%v", m.LeftOut)
	}
	back := filepath.Join(t.TempDir(), "back")
	for _, w := range []Wish{{Data: back}, {Data: back, Passphrase: "another passphrase"}} {
		if _, err := restore(t, path, w); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "passphrase") {
			t.Errorf("%v", err)
		}
		if _, err := os.Stat(back); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("something was left: %v", err)
		}
	}
	if _, err := restore(t, path, Wish{Data: back, Without: true}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(back, "secret.key")); err == nil {
		t.Error("a key was restored")
	}
	f.Passphrase = ""
	path, m = f.pack(t)
	if strings.Contains(plain(path), "secretkey") || len(m.LeftOut) != 2 || !strings.Contains(m.Told(), "keep them elsewhere: secret.key, certificates/own/key.pem") {
		t.Errorf("%v %s", m.LeftOut, m.Told())
	}
	if _, err := restore(t, path, Wish{Data: filepath.Join(t.TempDir(), "b")}); err != nil {
		t.Error(err)
	}
}

// entry is a file in a backup that is made by hand.
type entry struct {
	name, text string
	kind       byte
}

func forged(t *testing.T, all []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range all {
		h := &tar.Header{Name: e.name, Size: int64(len(e.text)), Mode: 0o600, Typeflag: tar.TypeReg}
		if e.kind != 0 {
			h.Typeflag, h.Linkname, h.Size = e.kind, "/etc/passwd", 0
		}
		must(t, w.WriteHeader(h))
		if e.kind == 0 {
			_, err := io.WriteString(w, e.text)
			must(t, err)
		}
	}
	must(t, errors.Join(w.Close(), z.Close()))
	return b.Bytes()
}

// entries are those of a real backup.
func entries(t *testing.T, path string) (all []entry) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	must(t, err)
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		all = append(all, entry{name: h.Name, text: string(text)})
	}
}

func TestWhatIsNoSoundBackupIsRefused(t *testing.T) {
	f := newFolder(t, "")
	f.users(t, 0, 3)
	f.samples(t, 0, 500)
	path, _ := f.pack(t)
	good, err := os.ReadFile(path)
	must(t, err)
	all := entries(t, path)
	with := func(change func([]entry) []entry) []byte { return forged(t, change(append([]entry(nil), all...))) }
	insert := func(e entry) []byte {
		return with(func(a []entry) []entry { return append(a[:1:1], append([]entry{e}, a[1:]...)...) })
	}
	at := func(a []entry, name string) *entry {
		for i := range a {
			if a[i].name == name {
				return &a[i]
			}
		}
		t.Fatalf("no %s", name)
		return nil
	}
	newer := strings.Replace(all[0].text, `"schema": `, `"schema": 9`, 1)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 0x40
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"empty":   {nil, "no file that Millwright packed"},
		"text":    {[]byte("hello, this is a text and no backup"), "no file that Millwright packed"},
		"foreign": {forged(t, []entry{{name: "readme", text: "x"}}), "no file that Millwright packed"},
		"flipped": {flipped, "cannot be restored"},
		"newer":   {with(func(a []entry) []entry { a[0].text = newer; return a }), "newer Millwright"},
		"format": {with(func(a []entry) []entry {
			a[0].text = strings.Replace(a[0].text, `"format": 1`, `"format": 2`, 1)
			return a
		}), "newer Millwright"},
		"upwards":    {insert(entry{name: "../evil", text: "x"}), "does not belong"},
		"hidden up":  {insert(entry{name: "history/../../evil", text: "x"}), "does not belong"},
		"absolute":   {insert(entry{name: "/tmp/evil", text: "x"}), "does not belong"},
		"stranger":   {insert(entry{name: "simulator.json", text: "x"}), "does not belong"},
		"link":       {insert(entry{name: "history/link", kind: tar.TypeSymlink}), "does not belong"},
		"hard link":  {insert(entry{name: "history/link", kind: tar.TypeLink}), "does not belong"},
		"more":       {insert(entry{name: "history/more", text: "x"}), "not in its manifest"},
		"twice":      {insert(entry{name: database, text: "x"}), "does not belong"},
		"missing":    {with(func(a []entry) []entry { return append(a[:1:1], a[2:]...) }), "is missing"},
		"changed":    {with(func(a []entry) []entry { at(a, "history/texts").text += "x"; return a }), "not as it was"},
		"manifest":   {with(func(a []entry) []entry { return a[:len(a)-1] }), "cut off"},
		"afterwards": {with(func(a []entry) []entry { return append(a, entry{name: "history/x", text: "x"}) }), "follows its manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			refusedCleanly(t, c.file, c.says)
		})
	}
	t.Run("cut off anywhere", func(t *testing.T) {
		for i := 1; i < 40; i++ {
			refusedCleanly(t, good[:len(good)*i/40], "")
		}
		refusedCleanly(t, good[:len(good)-1], "")
	})
	t.Run("other rows", func(t *testing.T) {
		var m map[string]any
		must(t, json.Unmarshal([]byte(at(all, manifestName).text), &m))
		m["rows"].(map[string]any)["users"] = 4
		text, err := json.Marshal(m)
		must(t, err)
		refusedCleanly(t, with(func(a []entry) []entry { at(a, manifestName).text = string(text); return a }), "other rows")
	})
}

func refusedCleanly(t *testing.T, file []byte, says string) {
	t.Helper()
	parent := t.TempDir()
	w := Wish{Data: filepath.Join(parent, "back"), Passphrase: passphrase}
	_, err := Restore(t.Context(), bytes.NewReader(file), w)
	if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), says) {
		t.Errorf("%v; want %q", err, says)
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNothingIsRestoredOverSomething(t *testing.T) {
	f := newFolder(t, "")
	path, _ := f.pack(t)
	if _, err := restore(t, path, Wish{Data: f.Data, Passphrase: passphrase}); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("%v", err)
	}
	if _, err := f.File(t.Context(), path); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a backup was written over another: %v", err)
	}
}

// With PostgreSQL the ledgers are somewhere else, and the backup says so.
func TestABackupBesidePostgres(t *testing.T) {
	f := newFolder(t, storetest.NewPostgres(t).DSN)
	f.samples(t, 0, 500)
	path, m := f.pack(t)
	if m.Database != "postgres" || !strings.Contains(m.Told(), "pg_dump") {
		t.Errorf("%+v", m)
	}
	w := Wish{Data: filepath.Join(t.TempDir(), "back"), Passphrase: passphrase}
	if _, err := restore(t, path, w); err != nil {
		t.Fatal(err)
	}
	if c, _ := counted(t, w.Data); c != 500 {
		t.Errorf("%d samples", c)
	}
}

func TestTheRackKeepsTheNewest(t *testing.T) {
	f := newFolder(t, "")
	now := monday
	f.Now = func() time.Time { now = now.Add(time.Hour); return now }
	r := NewRack(f.Source, "02:30", 2, quiet())
	r.Plan("02:30", 3)
	for range 4 {
		_, err := r.Make(t.Context())
		must(t, err)
	}
	if s, err := r.State(); err != nil || len(s.Kept) != 3 {
		t.Fatalf("%+v %v", s, err)
	}
	r.Plan("", 2)
	_, err := r.Make(t.Context())
	must(t, err)
	s, err := r.State()
	if err != nil || len(s.Kept) != 2 || !s.Kept[0].At.After(s.Kept[1].At) || s.Failed != "" || !s.Sealing {
		t.Fatalf("%+v %v", s, err)
	}
	if _, err := restore(t, filepath.Join(f.Folder(), s.Kept[0].Name), Wish{Data: filepath.Join(t.TempDir(), "b"), Passphrase: passphrase}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"../millwright.db", "millwright-x.tar.gz", s.Kept[0].Name + "/..", ""} {
		if _, err := r.Open(name); errs.KindOf(err) != errs.NotFound {
			t.Errorf("%q was opened: %v", name, err)
		}
	}
}

func TestTheDailyBackupWaitsForItsTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	for at, want := range map[string]time.Duration{
		"2026-03-02T02:00": 30 * time.Minute, "2026-03-02T02:30": 24 * time.Hour, "2026-03-02T23:30": 3 * time.Hour,
		"2026-10-24T03:00": 24*time.Hour + 30*time.Minute, // the night is an hour longer
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04", at, berlin)
		must(t, err)
		if got := wait(now, "02:30"); got != want {
			t.Errorf("at %s it waits %s, not %s", at, got, want)
		}
	}
}

// A rack that is asked makes one, and clears what a killed program had begun.
func TestTheRackMakesOneWhenAsked(t *testing.T) {
	f := newFolder(t, "")
	must(t, os.MkdirAll(filepath.Join(f.Folder(), ".staging-1"), 0o700))
	r := NewRack(f.Source, "", 2, quiet())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	must(t, r.Ask())
	for range 400 {
		if s, err := r.State(); err == nil && len(s.Kept) == 1 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	stop()
	must(t, <-ended)
	if s, err := r.State(); err != nil || len(s.Kept) != 1 {
		t.Errorf("%+v %v", s, err)
	}
	if left, _ := filepath.Glob(filepath.Join(f.Folder(), ".*")); len(left) > 0 {
		t.Errorf("%v", left)
	}
}

// TestTheRackGoesByAPlanThatIsChanged: the one that is due is awaited anew, without a start.
func TestTheRackGoesByAPlanThatIsChanged(t *testing.T) {
	f := newFolder(t, "")
	// 02:30 is a moment away: what the rack waits for is real.
	f.Now = func() time.Time { return time.Date(2026, 3, 3, 2, 29, 59, 900_000_000, time.UTC) }
	r := NewRack(f.Source, "", 2, quiet())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.Plan("14:00", 2)
	r.Plan("02:30", 2)
	made := 0
	for range 400 {
		if s, err := r.State(); err == nil && len(s.Kept) > 0 {
			made = len(s.Kept)
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	stop()
	must(t, <-ended)
	if made == 0 {
		t.Error("none was made")
	}
}
