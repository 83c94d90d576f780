// Package store keeps what must survive: the only package that knows there is a database.
//
// SQLite and PostgreSQL are served by the same SQL wherever they agree. Every command is one transaction, and
// every error is a sentence: errs.Conflict when somebody else was first, errs.Unavailable when the database is.
// Times are kept in microseconds of UTC; what arrives finer is cut off.
package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/crew"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
)

// patience is how long one command may take before the database counts as unavailable.
const patience = 30 * time.Second

// Store is one open database. It may be used from many goroutines.
type Store struct {
	dialect dialect
	writer  *gorm.DB // SQLite: the one connection that writes
	reader  *gorm.DB // SQLite: the connections that only read
	pools   []*sql.DB
	path    string // of the SQLite file
	paid    func() plant.Money
}

// Pays tells what the smallest amount is that the company pays, now and whenever it is asked; a hundredth until then. It is
// to be told before the store is used.
func (s *Store) Pays(cent func() plant.Money) { s.paid = cent }

func (s *Store) cent() plant.Money {
	if s.paid == nil {
		return plant.Cent("")
	}
	return s.paid()
}

// Open opens a database, makes it when there is none, and brings its schema up to date.
// dsn is "sqlite:/path/file.db" or "postgres://user:password@host/database".
func Open(ctx context.Context, dsn string, log *slog.Logger) (*Store, error) {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest, log)
	case "postgres", "postgresql":
		return openPostgres(ctx, dsn, log)
	}
	return nil, errs.New(errs.Invalid, `open database: its address must begin with "sqlite:" or "postgres:"; write sqlite:/path/file.db or postgres://user:password@host/database`)
}

// Close ends every connection, the writer's last: that folds SQLite's journal into its file.
func (s *Store) Close() error {
	var failed error
	for _, p := range s.pools {
		failed = errors.Join(failed, p.Close())
	}
	return failed
}

// Books keeps jobs, runs, bookings and marks.
func (s *Store) Books() execution.Books { return &books{s} }

// Ledger keeps the time ledger.
func (s *Store) Ledger() oee.Ledger { return &ledger{s: s} }

// Calls keeps calls for help.
func (s *Store) Calls() andon.Calls { return calls{s} }

// Crew keeps who stands at the lines.
func (s *Store) Crew() crew.Book { return presences{s} }

// Edits keeps what people say about the time of the lines.
func (s *Store) Edits() edit.Edits { return edits{s} }

// Rollups keeps sums of the time ledger.
func (s *Store) Rollups() rollup.Book { return rollups{s} }

// Vault keeps users, tokens and sessions.
func (s *Store) Vault() access.Vault { return &vault{s} }

// Audit is the chain of who changed what.
func (s *Store) Audit() Audit { return Audit{s} }

// Settings are the few things that people change while the program runs.
func (s *Store) Settings() Settings { return Settings{s} }

// Revisions keeps the plant's configuration.
func (s *Store) Revisions() revision.Book { return revisions{s} }

// Requests keeps what waits for owners to agree.
func (s *Store) Requests() consent.Desk { return requests{s} }

// Access keeps who and what may come in as one text, by version.
func (s *Store) Access() accessfile.Book { return accessFiles{s} }

// Keys keeps the public halves of the keys that approvals are signed with.
func (s *Store) Keys() consent.Ring { return keys{s} }

// Secrets keeps what is sealed.
func (s *Store) Secrets() Secrets { return Secrets{s} }

// Counts reads the count ledger.
func (s *Store) Counts() Counts { return Counts{s} }

// write runs fn in one transaction, or as a part of that which ctx is in: all of it is kept, or nothing.
func (s *Store) write(ctx context.Context, doing string, fn func(tx *gorm.DB) error) error {
	return s.writeFor(ctx, patience, doing, fn)
}

// writeFor is write with another patience.
func (s *Store) writeFor(ctx context.Context, long time.Duration, doing string, fn func(tx *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	if long > patience && s.dialect == postgres {
		then := fn
		fn = func(tx *gorm.DB) error {
			if err := tx.Exec("SET LOCAL statement_timeout = 0").Error; err != nil {
				return err
			}
			return then(tx)
		}
	}
	if tx := s.joining(ctx); tx != nil {
		return explain(doing, part(tx.WithContext(ctx), fn))
	}
	return explain(doing, s.writer.WithContext(ctx).Transaction(fn))
}

// read runs fn, whose every statement sees the moment it runs at.
func (s *Store) read(ctx context.Context, doing string, fn func(db *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if tx := s.joining(ctx); tx != nil {
		return explain(doing, fn(tx.WithContext(ctx)))
	}
	return explain(doing, fn(s.reader.WithContext(ctx)))
}

// review runs fn over one unchanging moment of the whole database, for as long as it takes.
func (s *Store) review(ctx context.Context, doing string, fn func(tx *gorm.DB) error) error {
	return explain(doing, s.reader.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if s.dialect == postgres {
			if err := tx.Exec("SET LOCAL statement_timeout = 0").Error; err != nil {
				return err
			}
		}
		return fn(tx)
	}, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}))
}

// wrap puts gorm around a pool. Statements are not cached by gorm: in a transaction its cache only prepares
// each of them once more, and pgx has a better one; readers of SQLite have their own.
func wrap(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // errors are returned, never logged here
	})
}
