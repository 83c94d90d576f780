// Package storetest gives tests a real database: every test runs on SQLite and on PostgreSQL.
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
//
//	func TestX(t *testing.T) {
//		storetest.Each(t, func(t *testing.T, open func() *store.Store) {
//			s := open()
//			…
//		})
//	}
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for what a test does behind the store's back
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"millwright/internal/store"
)

// Main runs a package's tests with one PostgreSQL server for all of them, and gives the exit code.
// Without PostgreSQL's programs the tests that need it are skipped, or fail where CI is true.
func Main(m *testing.M) int {
	server, err := StartPostgres()
	if err != nil {
		if err := os.Setenv(envWhy, err.Error()); err != nil {
			panic(err)
		}
		return m.Run()
	}
	defer server.Stop()
	if err := template(server); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := os.Setenv(envServer, server.dir); err != nil {
		panic(err)
	}
	return m.Run()
}

// Tests of one binary find the server by these.
const (
	envServer = "MILLWRIGHT_TEST_POSTGRES"
	envWhy    = "MILLWRIGHT_TEST_NO_POSTGRES"
)

// template makes the database that those of the tests are copies of.
func template(server *Postgres) error {
	if err := server.create("template_millwright", "template1"); err != nil {
		return err
	}
	s, err := store.Open(context.Background(), server.DSN("template_millwright"), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return s.Close()
}

// Database is one empty database of a test's own.
type Database struct {
	DSN string
	t   testing.TB
}

// Each runs a test on both databases. open opens the test's own database, once or more often; it is closed in the end.
func Each(t *testing.T, run func(t *testing.T, open func() *store.Store)) {
	t.Helper()
	EachDatabase(t, func(t *testing.T, db Database) { run(t, db.Open) })
}

// EachDatabase runs a test that also wants to look behind the store's back.
func EachDatabase(t *testing.T, run func(t *testing.T, db Database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, NewPostgres(t)) })
}

// SQLite is a database in a file, with the schema and nothing else.
func SQLite(t testing.TB) Database {
	t.Helper()
	db := EmptySQLite(t)
	file, err := sqliteTemplate()
	if err == nil {
		err = os.WriteFile(db.Path(), file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// EmptySQLite is a database in a file that is not there yet.
func EmptySQLite(t testing.TB) Database {
	t.Helper()
	return Database{"sqlite:" + filepath.Join(t.TempDir(), "millwright.db"), t}
}

// sqliteTemplate is the file that those of the tests are copies of: to make the schema takes most of a short test's time.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "millwright-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // nothing depends on it
	path := filepath.Join(dir, "millwright.db")
	s, err := store.Open(context.Background(), "sqlite:"+path, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// NewPostgres is a database on the server of Main, with the schema and nothing else.
func NewPostgres(t testing.TB) Database {
	t.Helper()
	return onServer(t, "template_millwright")
}

// EmptyPostgres is a database on the server of Main without any table.
func EmptyPostgres(t testing.TB) Database {
	t.Helper()
	return onServer(t, "template1")
}

func onServer(t testing.TB, template string) Database {
	t.Helper()
	dir := os.Getenv(envServer)
	if dir == "" {
		why := os.Getenv(envWhy)
		switch {
		case why == "":
			t.Fatal("this package's TestMain does not call storetest.Main")
		case os.Getenv("CI") == "true":
			t.Fatalf("no PostgreSQL: %s", why)
		default:
			t.Skipf("SKIPPED: no PostgreSQL: %s", why)
		}
	}
	return (&Postgres{dir: dir}).copy(t, template)
}

// Open opens the database, and closes it when the test ends.
func (d Database) Open() *store.Store {
	d.t.Helper()
	s, err := store.Open(d.t.Context(), d.DSN, slog.New(slog.DiscardHandler))
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			d.t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Path is the file of a SQLite database, and "" of another.
func (d Database) Path() string {
	path, is := strings.CutPrefix(d.DSN, "sqlite:")
	if !is {
		return ""
	}
	return path
}

// Raw opens the database behind the store's back.
func (d Database) Raw() *sql.DB {
	d.t.Helper()
	driver, name := "pgx", d.DSN
	if path := d.Path(); path != "" {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs SQL behind the store's back.
func (d Database) Exec(query string, args ...any) {
	d.t.Helper()
	db := d.Raw()
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(d.t.Context(), query, args...); err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
}
