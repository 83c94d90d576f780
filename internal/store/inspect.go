package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"millwright/migrations"
)

// Kind names the database: "sqlite" or "postgres".
func (s *Store) Kind() string { return string(s.dialect) }

// Schema is the newest schema that this program knows.
func Schema() (int64, error) { return newestVersion(migrations.Files) }

// Tally is what a database holds.
type Tally struct {
	Schema int64
	Rows   map[string]int64 // of each table
	Bytes  int64            // on the disk
}

// Inspect looks at a SQLite file that nobody has open, without changing a byte of it: it must be sound, ours, and
// not newer than we are.
func Inspect(ctx context.Context, path string) (t Tally, err error) {
	if path, err = filepath.Abs(path); err != nil { // of another SQLite would take the first folder for a host
		return t, damaged(path, err)
	}
	if err := headed(path); err != nil {
		return t, err
	}
	db, err := sql.Open("sqlite", fileURI(path, "mode=ro", "immutable=1"))
	if err != nil {
		return t, damaged(path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := check(ctx, db, "PRAGMA integrity_check(1)"); err != nil {
		return t, damaged(path, err)
	}
	if t.Schema, err = versionOf(ctx, sqlite, db); err != nil {
		return t, damaged(path, err)
	}
	if err := acceptable(ctx, "open database "+path, db, t.Schema); err != nil {
		return t, err
	}
	t.Bytes = sizeOf(path)
	t.Rows, err = countRows(ctx, sqlite, db)
	return t, err
}

// Tally counts what is in the database now.
func (s *Store) Tally(ctx context.Context) (t Tally, err error) {
	db := s.pools[0]
	if t.Schema, err = versionOf(ctx, s.dialect, db); err != nil {
		return t, explain("count the database", err)
	}
	if t.Bytes, err = s.size(ctx); err != nil {
		return t, explain("count the database", err)
	}
	t.Rows, err = countRows(ctx, s.dialect, db)
	return t, explain("count the database", err)
}

// Health is the schema and the size, without counting any row.
func (s *Store) Health(ctx context.Context) (t Tally, err error) {
	if t.Schema, err = versionOf(ctx, s.dialect, s.pools[0]); err == nil {
		t.Bytes, err = s.size(ctx)
	}
	return t, explain("look at the database", err)
}

func (s *Store) size(ctx context.Context) (bytes int64, err error) {
	if s.dialect == sqlite {
		return sizeOf(s.path) + sizeOf(s.path+"-wal"), nil
	}
	return bytes, s.pools[0].QueryRowContext(ctx, "SELECT pg_database_size(current_database())").Scan(&bytes)
}

func countRows(ctx context.Context, d dialect, db *sql.DB) (map[string]int64, error) {
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if d == postgres {
		list = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	names, err := column(ctx, db, list)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]int64, len(names))
	for _, name := range names {
		var n int64
		if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM "`+strings.ReplaceAll(name, `"`, `""`)+`"`).Scan(&n); err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", name, err)
		}
		rows[name] = n
	}
	return rows, nil
}

// column reads the only column of a query.
func column(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
