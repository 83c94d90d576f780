package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"millwright/internal/errs"
	"millwright/migrations"
)

// versions is the table that tells a database's schema version, and that it is Millwright's.
const versions = "millwright_schema"

// upgrade brings a database's schema up to date. Each migration is one transaction.
func upgrade(ctx context.Context, d dialect, db *sql.DB, log *slog.Logger) error {
	was, err := versionOf(ctx, d, db)
	if err != nil {
		return err
	}
	newest, err := newestVersion(migrations.Files)
	if err != nil || was == newest {
		return err
	}
	if err := migrate(ctx, d, db); err != nil {
		return err
	}
	log.Info("database schema upgraded", "from", was, "to", newest)
	return nil
}

func migrate(ctx context.Context, d dialect, db *sql.DB) error {
	return migrateFrom(ctx, d, db, migrations.Files)
}

// migrateFrom runs the migrations that a database lacks. On PostgreSQL programs that start at once take turns.
func migrateFrom(ctx context.Context, d dialect, db *sql.DB, files fs.FS) error {
	options := []goose.ProviderOption{goose.WithTableName(versions), goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if d == postgres {
		kind = goose.DialectPostgres
		turns, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return fmt.Errorf("migrate the schema: %w", err)
		}
		options = append(options, goose.WithSessionLocker(turns))
	}
	p, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	return nil
}

// foreign is the version of a database that holds something, but nothing of ours.
const foreign = -1

// versionOf reads a database's schema version: 0 when it is empty, foreign when it is not ours.
func versionOf(ctx context.Context, d dialect, db *sql.DB) (int64, error) {
	tables := "SELECT COUNT(*), COUNT(CASE WHEN name = $1 THEN 1 END) FROM sqlite_master WHERE type = 'table'"
	if d == postgres {
		tables = "SELECT COUNT(*), COUNT(CASE WHEN tablename = $1 THEN 1 END) FROM pg_tables WHERE schemaname = current_schema()"
	}
	var all, ours int64
	if err := db.QueryRowContext(ctx, tables, versions).Scan(&all, &ours); err != nil {
		return 0, err
	}
	switch {
	case ours == 0 && all == 0:
		return 0, nil
	case ours == 0:
		return foreign, nil
	}
	var version int64
	err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+versions+" WHERE is_applied").Scan(&version)
	return version, err
}

// step is one migration.
type step struct {
	number int64
	words  string // "long lists"
}

// stepsOf are the migrations of a set, in the order in which they are made.
func stepsOf(files fs.FS) (all []step, err error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("list migrations: none found: %w", err)
	}
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("list migrations: %w", err)
		}
		_, words, _ := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
		all = append(all, step{n, strings.ReplaceAll(words, "_", " ")})
	}
	return all, nil
}

// newestVersion is the version that a set of migrations leads to.
func newestVersion(files fs.FS) (int64, error) {
	all, err := stepsOf(files)
	if err != nil {
		return 0, err
	}
	return all[len(all)-1].number, nil
}

// acceptable refuses a database that this program must not touch.
func acceptable(ctx context.Context, doing string, db *sql.DB, version int64) error {
	newest, err := newestVersion(migrations.Files)
	switch {
	case err != nil:
		return err
	case version == foreign:
		return errs.New(errs.Invalid, "%s: the database is not Millwright's: it holds other tables; nothing was changed; name another database", doing)
	case version > newest:
		return errs.New(errs.Invalid, "%s: it was made by a newer Millwright (schema %d; this one knows up to %d); nothing was changed; run the newer program, or restore a backup from before", doing, version, newest)
	case version == 0:
		return nil
	}
	odd, err := oddSteps(ctx, db, version)
	if err != nil {
		return explain(doing, err)
	}
	if odd != "" {
		return errs.New(errs.Invalid, "%s: another branch of the program made it: it came to schema %d, %s; nothing was changed; run the program that made it, or restore a backup from before", doing, version, odd)
	}
	return nil
}

// oddSteps words in what a database that came to a version differs from one that this program brought there; "" in nothing.
// The newest number alone does not tell: a program of another branch may have left out what has a lower one.
func oddSteps(ctx context.Context, db *sql.DB, version int64) (string, error) {
	made, err := column(ctx, db, "SELECT CAST(version_id AS TEXT) FROM "+versions+" WHERE is_applied AND version_id > 0 ORDER BY version_id")
	if err != nil {
		return "", fmt.Errorf("read its schema's steps: %w", err)
	}
	known, err := stepsOf(migrations.Files)
	if err != nil {
		return "", err
	}
	var odd []string
	for _, s := range known {
		number := strconv.FormatInt(s.number, 10)
		if i := slices.Index(made, number); i >= 0 {
			made = slices.Delete(made, i, i+1)
		} else if s.number <= version {
			odd = append(odd, fmt.Sprintf("without %s (%s)", number, s.words))
		}
	}
	for _, number := range made {
		odd = append(odd, "with "+number+", which is not known here")
	}
	return strings.Join(odd, ", "), nil
}
