package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	pgorm "gorm.io/driver/postgres"

	"millwright/internal/errs"
)

// openPostgres opens a database that must exist; its tables are made when there are none.
func openPostgres(ctx context.Context, dsn string, log *slog.Logger) (*Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // what pgx says may hold a piece of the password
		return nil, errs.New(errs.Invalid, "open database: the address is not of the form postgres://user:password@host:5432/database; letters like @ / # %% in a password are written %%40 %%2F %%23 %%25")
	}
	secure(config)
	doing := "open database " + named(dsn, config)
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	db.SetConnMaxLifetime(time.Hour)
	db.SetConnMaxIdleTime(10 * time.Minute)
	s := &Store{dialect: postgres, pools: []*sql.DB{db}}
	if err := s.settle(ctx, doing, db, log); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// settle proves that the database answers, is ours or empty, and has the schema.
func (s *Store) settle(ctx context.Context, doing string, db *sql.DB, log *slog.Logger) error {
	version, err := versionOf(ctx, postgres, db)
	if err != nil {
		return unreachable(doing, err)
	}
	if err := acceptable(ctx, doing, db, version); err != nil {
		return err
	}
	if err := upgrade(ctx, postgres, db, log); err != nil {
		return explain(doing, err)
	}
	s.writer, err = wrap(pgorm.New(pgorm.Config{Conn: db}))
	s.reader = s.writer
	return explain(doing, err)
}

// secure sets what every connection keeps to, unless the address says otherwise.
func secure(config *pgx.ConnConfig) {
	for name, value := range map[string]string{
		"application_name":                    "millwright",
		"synchronous_commit":                  "on", // a commit is on the disk when it is acknowledged
		"statement_timeout":                   "25s",
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s",
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
}

// named is the address without its password.
func named(dsn string, config *pgx.ConnConfig) string {
	where := url.URL{Scheme: "postgres", Host: fmt.Sprintf("%s:%d", config.Host, config.Port), Path: "/" + config.Database}
	if u, err := url.Parse(dsn); err == nil && u.Host != "" {
		where.Host = u.Host
	}
	if config.User != "" {
		where.User = url.User(config.User)
	}
	return where.String()
}

// unreachable says why a server did not let us in.
func unreachable(doing string, err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case "28P01", "28000":
			return &errs.Error{Kind: errs.Unavailable, Words: doing + ": the server does not accept this user and password; mend them in the address", Cause: err}
		case "3D000":
			return &errs.Error{Kind: errs.Unavailable, Words: doing + ": the server has no such database; make it with: CREATE DATABASE, and name an owner", Cause: err}
		case "42501":
			return &errs.Error{Kind: errs.Unavailable, Words: doing + ": the user may not read or make tables there; make the user the owner of the database", Cause: err}
		}
	}
	return &errs.Error{Kind: errs.Unavailable, Words: doing + ": the server does not answer; see that it runs and that host and port are right", Cause: err}
}
