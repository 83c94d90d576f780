package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// used is a closed SQLite database that holds something of everything.
func used(t *testing.T) storetest.Database {
	t.Helper()
	db := storetest.SQLite(t)
	s, err := store.Open(t.Context(), db.DSN, quiet())
	must(t, err)
	fill(t, s)
	must(t, s.Close())
	return db
}

func fill(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	must(t, s.Books().AddJob(ctx, job("J-1"), anna, "ordered"))
	var p execution.Posting
	for i := range 100 {
		one := counted("t", "J-1", 1, time.Time{}, at(i))
		p.Bookings, p.Marks = append(p.Bookings, one.Bookings...), one.Marks
	}
	must(t, s.Books().Post(ctx, p))
	must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 1, 2, 3, 4, 5)))
	_, err := s.Vault().AddUser(ctx, user("anna", 5), anna, "")
	must(t, err)
}

// refused proves that a database is not opened, that the error is a sentence with the words and the file's name,
// and that not one byte of the file changed.
func refused(t *testing.T, path string, kind errs.Kind, words string) {
	t.Helper()
	before, _ := os.ReadFile(path) // a folder or nothing reads as nothing
	_, err := store.Open(t.Context(), "sqlite:"+path, quiet())
	wantKind(t, err, kind)
	if !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("%q does not speak of %q and %s", err, words, filepath.Base(path))
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

func TestAnAddressMustNameADatabase(t *testing.T) {
	for _, dsn := range []string{"", "/var/db", "mysql://root:s3cret@host/db", "file:x.db"} {
		_, err := store.Open(t.Context(), dsn, quiet())
		wantKind(t, err, errs.Invalid)
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q tells the password", err)
		}
	}
}

func TestADatabaseIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%e é.db")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(t.Context(), "sqlite:"+path, quiet())
			if err != nil {
				t.Error(err)
				return
			}
			_, err = s.Vault().AddUser(t.Context(), user("x"+fmt.Sprint(&s), 5), anna, "")
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s, err := store.Open(t.Context(), "sqlite:"+path, quiet())
	must(t, err)
	users, err := s.Vault().Users(t.Context())
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	if len(users) != 4 {
		t.Errorf("%d of 4 users are there", len(users))
	}
	files, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(files) != 1 {
		t.Errorf("files %v, want the database alone", files)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by others: %v", info.Mode())
	}
}

func TestFilesThatAreNoDatabaseAreRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	refused(t, filepath.Join(dir, "no", "x.db"), errs.Invalid, "folder is not there")
	refused(t, dir, errs.Invalid, "a folder")
	refused(t, write("notes.txt", "buy milk, and a great many other things"), errs.Invalid, "no SQLite database")
	refused(t, write("short.db", "SQLite"), errs.Invalid, "no SQLite database")
	refused(t, write("empty.db", ""), errs.Invalid, "empty")
	refused(t, write("head.db", "SQLite format 3\x00 and then nothing that makes sense"), errs.Unavailable, "damaged")
	write("gone.db-wal", "a journal")
	refused(t, filepath.Join(dir, "gone.db"), errs.Invalid, "journal")
	if _, err := os.Stat(filepath.Join(dir, "gone.db")); err == nil {
		t.Error("a database was made beside the journal of a lost one")
	}
}

func TestAForeignDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bookmarks.db")
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	_, err = db.Exec("CREATE TABLE bookmarks (url TEXT)")
	must(t, err)
	must(t, db.Close())
	refused(t, path, errs.Invalid, "not Millwright's")

	pg := storetest.EmptyPostgres(t)
	pg.Exec("CREATE TABLE bookmarks (url TEXT)")
	_, err = store.Open(t.Context(), pg.DSN, quiet())
	wantKind(t, err, errs.Invalid)
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	newer := "INSERT INTO millwright_schema (version_id, is_applied) VALUES (9999, TRUE)"
	lite := used(t)
	lite.Exec(newer)
	refused(t, lite.Path(), errs.Invalid, "newer Millwright (schema 9999")
	pg := storetest.NewPostgres(t)
	pg.Exec(newer)
	_, err := store.Open(t.Context(), pg.DSN, quiet())
	wantKind(t, err, errs.Invalid)
	if !strings.Contains(err.Error(), "newer Millwright") {
		t.Errorf("%q does not speak of a newer program", err)
	}
}

// The newest number is the same: what another branch left out, or had besides, stands between.
func TestADatabaseOfAnotherBranchIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ left, says string }{
		"one in the middle is missing":  {"DELETE FROM millwright_schema WHERE version_id = 120", "without 120 (alternates)"},
		"several are":                   {"DELETE FROM millwright_schema WHERE version_id IN (12, 15)", "without 12 (validity), without 15 (rollups)"},
		"one is there that is not ours": {"UPDATE millwright_schema SET version_id = 121 WHERE version_id = 120", "without 120 (alternates), with 121, which is not known here"},
	} {
		lite, pg := used(t), storetest.NewPostgres(t)
		lite.Exec(c.left)
		refused(t, lite.Path(), errs.Invalid, c.says)
		if _, err := store.Inspect(t.Context(), lite.Path()); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: a backup of it: %v", name, err)
		}
		pg.Exec(c.left)
		_, err := store.Open(t.Context(), pg.DSN, quiet())
		wantKind(t, err, errs.Invalid)
		if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "nothing was changed; run the program that made it") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A page whose kind is no longer right makes the database damaged, whichever page it is.
func TestADamagedPageIsFoundAtStart(t *testing.T) {
	db := used(t)
	sound, err := os.ReadFile(db.Path())
	must(t, err)
	const page = 4096
	for p := 0; p < len(sound)/page; p += 1 + p/8 { // each of the first, then ever fewer
		at := p * page
		if p == 0 {
			at = 100 // behind the file's own head
		}
		damaged := bytes.Clone(sound)
		damaged[at] ^= 0x5a
		must(t, os.WriteFile(db.Path(), damaged, 0o600))
		refused(t, db.Path(), errs.Unavailable, "damaged")
	}
	must(t, os.WriteFile(db.Path(), sound, 0o600))
	verified(t, db)
}

// A file that is too large to be checked in time does not keep the program from starting.
func TestACheckEndsInTime(t *testing.T) {
	db := used(t)
	db.Exec(`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
		INSERT INTO settings SELECT 's' || i, hex(randomblob(400)), 1 FROM n`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := store.Check(ctx, db.Raw(), "PRAGMA integrity_check(1)")
	if err == nil || ctx.Err() == nil {
		t.Errorf("a check of 10 MB within 1 ms gave %v", err)
	}
	s := db.Open()
	must(t, s.VerifyFile(t.Context()))
}

// Damage in an index shows in the full check only: it is made after an unclean stop, and when asked for.
func TestTheFullCheckComparesIndexes(t *testing.T) {
	db := used(t)
	db.Exec("PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, 'line, at, id', 'line, qty, id') WHERE name = 'bookings_by_line'")
	s := db.Open()
	wantKind(t, s.VerifyFile(t.Context()), errs.Unavailable)
	must(t, s.Books().Post(t.Context(), counted("u", "", 1, time.Time{}, monday)))
	_, err := store.Open(t.Context(), db.DSN, quiet()) // the first is at work, so that a journal is there
	wantKind(t, err, errs.Unavailable)
}

func TestATruncatedDatabaseIsFoundAtStart(t *testing.T) {
	db := used(t)
	info, err := os.Stat(db.Path())
	must(t, err)
	must(t, os.Truncate(db.Path(), info.Size()/2))
	refused(t, db.Path(), errs.Unavailable, "damaged")
	must(t, os.Truncate(db.Path(), 1000))
	refused(t, db.Path(), errs.Unavailable, "damaged")
	must(t, os.Truncate(db.Path(), 0))
	refused(t, db.Path(), errs.Invalid, "empty")
}

func verified(t *testing.T, db storetest.Database) {
	t.Helper()
	s, err := store.Open(t.Context(), db.DSN, quiet())
	must(t, err)
	sound(t, s)
	must(t, s.Close())
}

// A file or folder that may not be written is seen at the start, not at the first order.
func TestAnUnwritableDatabaseIsRefused(t *testing.T) {
	db, nobody := used(t), nobodys(t)
	for name, modes := range map[string][2]os.FileMode{
		"file":           {0o444, 0o777},
		"folder":         {0o666, 0o555},
		"unreadable":     {0o000, 0o777},
		"new, in folder": {0, 0o555},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "store-unwritable-")
			must(t, err)
			t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
			path := filepath.Join(dir, "x.db")
			if name != "new, in folder" {
				sound, err := os.ReadFile(db.Path())
				must(t, err)
				must(t, os.WriteFile(path, sound, 0o600))
				must(t, os.Chmod(path, modes[0]))
			}
			must(t, os.Chmod(dir, modes[1]))
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
			said := openBy(t, nobody, "sqlite:"+path)
			if !strings.Contains(said, "may not be written") || !strings.Contains(said, path) || !strings.Contains(said, "permission denied") {
				t.Errorf("said %q", said)
			}
		})
	}
}

// nobodys is how to run these tests' program in a process without special rights.
func nobodys(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	if os.Getuid() != 0 {
		return []string{self}
	}
	dir, err := os.MkdirTemp("", "store-nobody-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	must(t, os.Chmod(dir, 0o755))
	program, err := os.ReadFile(self)
	must(t, err)
	copied := filepath.Join(dir, "store.test")
	must(t, os.WriteFile(copied, program, 0o755))
	return []string{"runuser", "-u", "nobody", "--", copied}
}

// openBy opens a database in a process of its own, and gives its error's words.
func openBy(t *testing.T, words []string, dsn string) string {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "STORE_TEST_OPEN="+dsn)
	out, err := cmd.CombinedOutput()
	must(t, err)
	return string(out)
}

func TestClosingLeavesNothingRunning(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		before := goleak.IgnoreCurrent()
		s, err := store.Open(t.Context(), db.DSN, quiet())
		must(t, err)
		fill(t, s)
		sound(t, s)
		must(t, s.Close())
		must(t, s.Close())
		goleak.VerifyNone(t, before)
	})
}

// The readers cannot write, and the writer's commits are on the disk when they are acknowledged.
func TestConnectionsAreWhatTheyShouldBe(t *testing.T) {
	s := storetest.SQLite(t).Open()
	if _, err := s.Reader().Exec("DELETE FROM marks"); err == nil {
		t.Error("a reader could write")
	}
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
		var got string
		must(t, s.Writer().QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	if n := s.Writer().Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections may write, want 1", n)
	}
	pg := storetest.NewPostgres(t).Open()
	for name, want := range map[string]string{"synchronous_commit": "on", "statement_timeout": "25s", "application_name": "millwright"} {
		var got string
		must(t, pg.Writer().QueryRow("SHOW "+name).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
