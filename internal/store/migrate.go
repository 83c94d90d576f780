package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"

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

// newestVersion is the version that a set of migrations leads to.
func newestVersion(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("list migrations: none found: %w", err)
	}
	return goose.NumericComponent(names[len(names)-1])
}

// acceptable refuses a database that this program must not touch.
func acceptable(doing string, version int64) error {
	newest, err := newestVersion(migrations.Files)
	switch {
	case err != nil:
		return err
	case version == foreign:
		return errs.New(errs.Invalid, "%s: the database is not Millwright's: it holds other tables; nothing was changed; name another database", doing)
	case version > newest:
		return errs.New(errs.Invalid, "%s: it was made by a newer Millwright (schema %d; this one knows up to %d); nothing was changed; run the newer program, or restore a backup from before", doing, version, newest)
	}
	return nil
}
