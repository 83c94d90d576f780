package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// R01: whatever was acknowledged is there after kill -9, and nothing is there twice.
func TestAKilledPosterLosesNothing(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s, err := store.Open(t.Context(), db.DSN, quiet())
		must(t, err)
		must(t, s.Books().AddJob(t.Context(), job("J-1"), anna, ""))
		must(t, s.Close())
		acknowledged := killWhilePosting(t, db.DSN, 100)
		if path := db.Path(); path != "" {
			if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
				t.Error("no journal is left, so the poster was not killed at work")
			}
		}
		s = db.Open()
		good, _ := progressOf(t, s, "J-1")
		if n := good.Floor(); n < acknowledged || n > acknowledged+1 {
			t.Errorf("%d postings were acknowledged, %d are there", acknowledged, n)
		}
		sound(t, s)
		marks, err := s.Books().Marks(t.Context())
		must(t, err)
		last := monday.Add(time.Duration(good.Floor()) * time.Second)
		if len(marks) != 1 || !marks[0].At.Equal(last) {
			t.Errorf("the mark is %v, want one at %s as the bookings end there", marks, last)
		}
		must(t, s.Books().Post(t.Context(), counted("t", "J-1", 1, last, last.Add(time.Second))))
	})
}

// killWhilePosting starts a poster, kills it after n acknowledgements, and gives how many it gave in all.
func killWhilePosting(t *testing.T, dsn string, n int64) (acknowledged int64) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "STORE_TEST_POSTER="+dsn)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		i, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("the poster said %q", lines.Text())
			break
		}
		if acknowledged = i; i == n {
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the poster ended by itself")
	}
	return acknowledged
}

// A server that is cut off gives a sentence; when it is back, so is the store.
func TestALostServerIsFoundAgain(t *testing.T) {
	db := storetest.NewPostgres(t)
	wire := newWire(t, db.DSN)
	s, err := store.Open(t.Context(), wire.dsn, quiet())
	must(t, err)
	defer func() { must(t, s.Close()) }()
	must(t, s.Books().AddJob(t.Context(), job("J-1"), anna, ""))
	must(t, s.Books().Post(t.Context(), counted("t", "J-1", 1, time.Time{}, at(1))))
	wire.cut(true)
	for range 3 {
		err := s.Books().Post(t.Context(), counted("t", "J-1", 1, at(1), at(2)))
		wantKind(t, err, errs.Unavailable)
		if strings.Contains(err.Error(), wire.dir) {
			t.Errorf("%q tells where the server is", err)
		}
		_, err = s.Books().Marks(t.Context())
		wantKind(t, err, errs.Unavailable)
	}
	wire.cut(false)
	must(t, s.Books().Post(t.Context(), counted("t", "J-1", 1, at(1), at(2))))
	if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(2) {
		t.Errorf("booked %s, want 2", good)
	}
	sound(t, s)
}

// wire stands between a store and its server, and can be cut.
type wire struct {
	dir, dsn string
	server   string
	mu       sync.Mutex
	isCut    bool
	open     []net.Conn
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	address, dir, _ := strings.Cut(dsn, "?host=")
	own, err := os.MkdirTemp("", "wire-")
	must(t, err)
	w := &wire{dir: own, dsn: address + "?host=" + own, server: filepath.Join(dir, ".s.PGSQL.5432")}
	l, err := net.Listen("unix", filepath.Join(own, ".s.PGSQL.5432"))
	must(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		w.cut(true)
		all.Wait()
		must(t, os.RemoveAll(own))
	})
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.carry(c) })
		}
	})
	return w
}

func (w *wire) carry(c net.Conn) {
	defer func() { _ = c.Close() }()
	s, err := net.Dial("unix", w.server)
	if err != nil {
		return
	}
	defer func() { _ = s.Close() }()
	w.mu.Lock()
	if w.isCut {
		w.mu.Unlock()
		return
	}
	w.open = append(w.open, c, s)
	w.mu.Unlock()
	go func() { _, _ = io.Copy(s, c); _ = s.Close() }() // ends as carry closes both
	_, _ = io.Copy(c, s)
}

func (w *wire) cut(is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = is
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// A full disk refuses what it cannot hold and keeps what it had; with room again, work goes on.
func TestAFullDiskLosesNothing(t *testing.T) {
	s := storetest.SQLite(t).Open()
	ctx := t.Context()
	must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
	limit := func(pages int) {
		_, err := s.Writer().Exec("PRAGMA max_page_count = " + strconv.Itoa(pages))
		must(t, err)
	}
	limit(1) // SQLite takes it for as many as there are
	before, n := time.Time{}, 0
	var err error
	for err == nil {
		if err = s.Books().Post(ctx, counted("t", "J-1", 1, before, at(n))); err == nil {
			before, n = at(n), n+1
		}
	}
	wantKind(t, err, errs.Unavailable)
	if !strings.Contains(err.Error(), "full") {
		t.Errorf("%q does not say that the disk is full", err)
	}
	limit(1 << 30)
	must(t, s.Books().Post(ctx, counted("t", "J-1", 1, before, at(n))))
	if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(int64(n+1)) {
		t.Errorf("booked %s, want %d", good, n+1)
	}
	sound(t, s)
}

// What a person reads of a fault names what was done and what to do, and neither path nor SQL.
func TestFaultsAreSentences(t *testing.T) {
	db := used(t)
	hold, err := sql.Open("sqlite", "file:"+db.Path()+"?_txlock=immediate")
	must(t, err)
	defer func() { _ = hold.Close() }()
	tx, err := hold.Begin()
	must(t, err)
	other, err := sql.Open("sqlite", "file:"+db.Path())
	must(t, err)
	defer func() { _ = other.Close() }()
	_, busy := other.Exec("DELETE FROM marks")
	must(t, tx.Rollback())
	other.SetMaxOpenConns(1)
	_, err = other.Exec("PRAGMA query_only = 1")
	must(t, err)
	_, readOnly := other.Exec("DELETE FROM marks")
	for words, cause := range map[string]error{
		"locked": busy, "may not be written": readOnly, "does not answer": context.DeadlineExceeded,
	} {
		err := store.Explain("post counts", cause)
		wantKind(t, err, errs.Unavailable)
		if !strings.HasPrefix(err.Error(), "post counts: ") || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "SQL") {
			t.Errorf("%v became %q, want a sentence with %q", cause, err, words)
		}
	}
	if store.Explain("x", nil) != nil {
		t.Error("no error became one")
	}
	if err := store.Explain("post counts", context.Canceled); errs.KindOf(err) != errs.Internal {
		t.Errorf("a cancelled command became %v", err)
	}
}

// The address of an unreachable server is named without its password, in the error and in all that it wraps.
func TestPasswordsAreNotTold(t *testing.T) {
	for _, dsn := range []string{
		"postgres://millwright:s3cret@127.0.0.1:1/plant",
		"postgres://millwright:s3cret@127.0.0.1:notaport/plant",
		"postgres://millwright:s3cret%zz@127.0.0.1/plant",
		"postgres://millwright:s3cret#@127.0.0.1:1/plant",
		"postgres://127.0.0.1:1/plant?user=millwright&password=s3cret",
	} {
		_, err := store.Open(t.Context(), dsn, quiet())
		if k := errs.KindOf(err); k != errs.Unavailable && k != errs.Invalid {
			t.Errorf("%s gave %v of kind %d, want words for a person", dsn, err, k)
		}
		for e := err; e != nil; e = unwrap(e) {
			if strings.Contains(fmt.Sprintf("%v %+v", e, e), "s3cret") {
				t.Errorf("%s: the password stands in %q", dsn, e)
			}
		}
	}
	_, err := store.Open(t.Context(), "postgres://millwright:s3cret@127.0.0.1:1/plant", quiet())
	wantKind(t, err, errs.Unavailable)
	if !strings.Contains(err.Error(), "postgres://millwright@127.0.0.1:1/plant") || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("%q does not say which server does not answer", err)
	}
}

func unwrap(err error) error {
	if u, is := err.(interface{ Unwrap() error }); is {
		return u.Unwrap()
	}
	return nil
}

func TestAServerSaysWhyItRefuses(t *testing.T) {
	dsn := strings.Replace(storetest.NewPostgres(t).DSN, "/test_", "/no_such_", 1)
	_, err := store.Open(t.Context(), dsn, quiet())
	wantKind(t, err, errs.Unavailable)
	if !strings.Contains(err.Error(), "no such database") {
		t.Errorf("%q does not say that there is no such database", err)
	}
}

// R53: a backup taken at work is a whole database of one moment.
func TestABackupIsWhole(t *testing.T) {
	db := storetest.SQLite(t)
	s := db.Open()
	ctx, stop := context.WithCancel(t.Context())
	fill(t, s)
	var all sync.WaitGroup
	all.Go(func() {
		before := at(99)
		for i := 100; ctx.Err() == nil; i++ {
			if err := s.Books().Post(t.Context(), counted("t", "J-1", 1, before, at(i))); err != nil {
				t.Error(err)
				return
			}
			before = at(i)
		}
	})
	path := filepath.Join(t.TempDir(), "backup.db")
	must(t, s.Backup(t.Context(), path))
	stop()
	all.Wait()
	wantKind(t, s.Backup(t.Context(), path), errs.Conflict)
	copied, err := store.Open(t.Context(), "sqlite:"+path, quiet())
	must(t, err)
	defer func() { must(t, copied.Close()) }()
	sound(t, copied)
	was, _ := progressOf(t, copied, "J-1")
	is, _ := progressOf(t, s, "J-1")
	if was < plant.Pieces(100) || was > is {
		t.Errorf("the backup has %s, the database %s", was, is)
	}
	wantKind(t, storetest.NewPostgres(t).Open().Backup(t.Context(), path+"2"), errs.Invalid)
	if err := s.Backup(t.Context(), "/nowhere/backup.db"); err == nil {
		t.Error("a backup into a folder that is not there went well")
	}
}

// TestAFileIsInspectedFromItsFolder: the data folder is "data" as a rule, and its backups failed by it.
func TestAFileIsInspectedFromItsFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.Mkdir("data", 0o700))
	s, err := store.Open(t.Context(), "sqlite:data/x.db", quiet())
	must(t, err)
	must(t, s.Backup(t.Context(), "data/copy.db"))
	must(t, s.Close())
	if tally, err := store.Inspect(t.Context(), "data/copy.db"); err != nil || tally.Schema == 0 {
		t.Errorf("%+v, %v", tally, err)
	}
}
