package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	liteorm "gorm.io/driver/sqlite"

	"millwright/internal/errs"
)

// readers is how many connections read a SQLite database at once.
const readers = 4

// openSQLite opens a file. A file that is there is looked at with a read-only connection first, so that one that is
// damaged, foreign or newer than this program is left exactly as it was found.
func openSQLite(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, errs.New(errs.Invalid, "open database %s: %w", path, err)
	}
	there, err := present(path)
	if err != nil {
		return nil, err
	}
	if !there {
		if err := createSQLite(ctx, path); err != nil {
			return nil, err
		}
		log.Info("database made", "path", path)
	}
	if err := writable(path); err != nil {
		return nil, err
	}
	if err := inspect(ctx, path, log); err != nil {
		return nil, err
	}
	return connectSQLite(ctx, path, log)
}

// present tells whether the database is there, and refuses what can be none.
func present(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, vacant(path)
	case err != nil:
		return false, errs.New(errs.Unavailable, "open database %s: %w", path, err)
	case !info.Mode().IsRegular():
		return false, errs.New(errs.Invalid, "open database %s: this is a folder or a device, not a file; name a file in it", path)
	case info.Size() == 0:
		return false, errs.New(errs.Invalid, "open database %s: the file is empty, so what was in it is lost; restore a backup, or remove the file to begin anew", path)
	}
	return true, headed(path)
}

// vacant tells whether a new database may be made: not where a journal says that there was one.
func vacant(path string) error {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return errs.New(errs.Invalid, "open database %s: its folder is not there; make the folder, or name another file", path)
	}
	for _, journal := range []string{path + "-wal", path + "-journal"} {
		if info, err := os.Stat(journal); err == nil && info.Size() > 0 {
			return errs.New(errs.Invalid, "open database %s: the file is gone, but its journal %s is there; put the file back beside it, or move the journal away to begin anew", path, filepath.Base(journal))
		}
	}
	return nil
}

// headed tells whether a file begins like a SQLite database.
func headed(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return locked(path, err)
	}
	defer func() { _ = f.Close() }() // only read
	head := make([]byte, 16)
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte("SQLite format 3\x00")) {
		return errs.New(errs.Invalid, "open database %s: the file is no SQLite database, or its head is damaged; nothing was changed; name another file or restore a backup", path)
	}
	return nil
}

// writable tells whether the file, and its folder for the journal, may be written.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return locked(path, err)
	}
	if err := f.Close(); err != nil {
		return locked(path, err)
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".millwright-*")
	if err != nil {
		return locked(path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func locked(path string, err error) error {
	return errs.New(errs.Unavailable, "open database %s: it may not be written: %w; let the user who runs Millwright read and write the file and its folder", path, err)
}

// createSQLite makes a database under another name, whole, and gives it its name at the end: whatever stops it,
// a file of that name is a complete database.
func createSQLite(ctx context.Context, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return locked(path, err)
	}
	made := f.Name()
	defer func() {
		for _, left := range []string{"", "-wal", "-shm"} { // gone already when all went well
			_ = os.Remove(made + left)
		}
	}()
	if err := f.Close(); err != nil {
		return locked(path, err)
	}
	db, err := sql.Open("sqlite", fileURI(made, "_pragma=journal_mode(WAL)", "_pragma=synchronous(OFF)")) // brought to the disk at the end
	if err != nil {
		return damaged(path, err)
	}
	if err := errors.Join(migrate(ctx, sqlite, db), db.Close()); err != nil {
		return explain("make database "+path, err)
	}
	if err := flush(made); err != nil {
		return locked(path, err)
	}
	return claim(made, path)
}

// flush brings a file to the disk.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// claim gives a file its name unless somebody else was first: then theirs stands.
func claim(made, path string) error {
	err := os.Link(made, path)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
		if _, err = os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			err = os.Rename(made, path)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return locked(path, err)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return locked(path, err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// thorough is how long a start may be spent on checking: what is promised is to be back within 10 s after any crash.
const thorough = 7 * time.Second

// inspect looks at a database without changing a byte of it: is it sound, ours, and not newer than we are.
// Every start has the structure of a small file checked, and after an unclean stop all of any file,
// its indexes included. A journal left behind tells of an unclean stop (or of another program at work).
func inspect(ctx context.Context, path string, log *slog.Logger) error {
	unclean, small := sizeOf(path+"-wal") > 0, sizeOf(path) <= 64<<20
	db, err := sql.Open("sqlite", fileURI(path, "mode=ro", "_pragma=busy_timeout(5000)"))
	if err != nil {
		return damaged(path, err)
	}
	defer func() { _ = db.Close() }() // only read
	db.SetMaxOpenConns(1)
	short, cancel := context.WithTimeout(ctx, thorough)
	defer cancel()
	if unclean {
		log.Warn("database was not closed; checking all of it", "path", path, "bytes", sizeOf(path))
		err = check(short, db, "PRAGMA integrity_check(1)")
	} else if small {
		err = check(short, db, "PRAGMA quick_check(1)")
	}
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		log.Warn("database is too large to be checked at the start; verify it when there is time", "path", path, "checked", thorough)
	} else if err != nil {
		return damaged(path, err)
	}
	version, err := versionOf(ctx, sqlite, db)
	if err != nil {
		return damaged(path, err)
	}
	return acceptable(ctx, "open database "+path, db, version)
}

// check runs one of SQLite's checks; anything but "ok" is an error.
func check(ctx context.Context, db *sql.DB, pragma string) error {
	var found string
	if err := db.QueryRowContext(ctx, pragma).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return errors.New(strings.ReplaceAll(strings.TrimPrefix(found, "*** in database main ***\n"), "\n", "; "))
	}
	return nil
}

// VerifyFile checks all of a SQLite file, however long it takes. PostgreSQL looks after its own files.
func (s *Store) VerifyFile(ctx context.Context) error {
	if s.dialect != sqlite {
		return nil
	}
	if err := check(ctx, s.pools[0], "PRAGMA integrity_check(1)"); err != nil {
		return damaged(s.path, err)
	}
	return nil
}

// damaged words what was found when a file could not be read as the database it should be.
func damaged(path string, err error) error {
	kind, words := diagnose(err)
	if kind == errs.Unavailable && words != wordsDamaged {
		return &errs.Error{Kind: kind, Words: "open database " + path + ": " + words, Cause: err}
	}
	return errs.New(errs.Unavailable, "open database %s: the file is damaged: %w; nothing was changed; keep the file and restore a backup", path, err)
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// connectSQLite opens the connections that stay: one writes, the others cannot.
func connectSQLite(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	writer, err := sql.Open("sqlite", fileURI(path, "_txlock=immediate", "_pragma=busy_timeout(10000)",
		"_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)", "_pragma=journal_size_limit(67108864)"))
	if err != nil {
		return nil, damaged(path, err)
	}
	writer.SetMaxOpenConns(1)
	if err := upgrade(ctx, sqlite, writer, log); err != nil {
		return nil, errors.Join(explain("open database "+path, err), writer.Close())
	}
	reader, err := sql.Open("sqlite", fileURI(path, "_pragma=busy_timeout(10000)", "_pragma=query_only(1)"))
	if err != nil {
		return nil, errors.Join(damaged(path, err), writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	s := &Store{dialect: sqlite, pools: []*sql.DB{reader, writer}, path: path}
	if s.writer, err = wrap(&liteorm.Dialector{DriverName: "sqlite", Conn: writer}); err == nil {
		s.reader, err = wrap(&liteorm.Dialector{DriverName: "sqlite", Conn: newStatements(reader)})
	}
	if err != nil {
		return nil, errors.Join(damaged(path, err), s.Close())
	}
	return s, nil
}

// fileURI names a file for SQLite, whatever letters its path has.
func fileURI(path string, options ...string) string {
	return (&url.URL{Scheme: "file", Path: path}).String() + "?" + strings.Join(options, "&")
}

// Backup writes a copy of the database as it is at this moment to a file that must not exist yet,
// while everybody goes on working.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.dialect != sqlite {
		return errs.New(errs.Invalid, "back up database: PostgreSQL has its own way; run pg_dump")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.Conflict, "back up database to %s: something of that name is there; name a new file", path)
	}
	db, err := sql.Open("sqlite", fileURI(s.path, "_pragma=busy_timeout(10000)"))
	if err != nil {
		return explain("back up database", err)
	}
	made := path + ".part"
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", made)
	if err = errors.Join(err, db.Close()); err != nil {
		return explain("back up database to "+path, errors.Join(err, os.Remove(made)))
	}
	if err := errors.Join(flush(made), os.Rename(made, path)); err != nil {
		return errs.New(errs.Unavailable, "back up database to %s: %w", path, err)
	}
	return nil
}
