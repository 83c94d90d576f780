package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	lite "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"millwright/internal/errs"
)

// The words of faults that a person can do something about. None tells a path, a host or SQL.
const (
	wordsBusy    = "another program keeps the database locked; close it, then try again"
	wordsDamaged = "the database file is damaged; stop the program, keep the file as it is and restore a backup"
	wordsDisk    = "the disk of the database failed; look at the disk, then try again"
	wordsFull    = "the disk of the database is full; make room, then try again"
	wordsGone    = "the database does not answer; nothing is known to be done; try again"
	wordsLocked  = "the database may not be written; let the program write its file and folder"
	wordsRange   = "a number is out of range or does not fit the others; nothing was kept"
)

// explain makes a database's error a sentence with a kind; others only learn what was being done.
func explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	if known := (*errs.Error)(nil); errors.As(err, &known) {
		return err
	}
	kind, words := diagnose(err)
	if kind == errs.Internal {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &errs.Error{Kind: kind, Words: doing + ": " + words, Cause: err}
}

func diagnose(err error) (errs.Kind, string) {
	var l *lite.Error
	if errors.As(err, &l) {
		return diagnoseSQLite(l.Code() & 0xff)
	}
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return diagnosePostgres(p.Code)
	}
	var refused *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return errs.Internal, ""
	case errors.As(err, &refused), errors.As(err, &network), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		strings.Contains(err.Error(), "conn closed"): // pgx has no name for it
		return errs.Unavailable, wordsGone
	}
	return errs.Internal, ""
}

func diagnoseSQLite(c int) (errs.Kind, string) {
	switch c {
	case code.SQLITE_BUSY, code.SQLITE_LOCKED, code.SQLITE_PROTOCOL:
		return errs.Unavailable, wordsBusy
	case code.SQLITE_CORRUPT, code.SQLITE_NOTADB:
		return errs.Unavailable, wordsDamaged
	case code.SQLITE_FULL:
		return errs.Unavailable, wordsFull
	case code.SQLITE_READONLY, code.SQLITE_PERM, code.SQLITE_CANTOPEN:
		return errs.Unavailable, wordsLocked
	case code.SQLITE_IOERR:
		return errs.Unavailable, wordsDisk
	case code.SQLITE_CONSTRAINT:
		return errs.Invalid, wordsRange
	}
	return errs.Internal, ""
}

// diagnosePostgres reads an SQLSTATE; its first two digits are the class.
func diagnosePostgres(state string) (errs.Kind, string) {
	switch state {
	case "53100":
		return errs.Unavailable, wordsFull
	case "25006":
		return errs.Unavailable, wordsLocked
	case "XX001", "XX002":
		return errs.Unavailable, wordsDamaged
	case "40001", "40P01":
		return errs.Conflict, "somebody else changed the same at the same time; look again"
	case "57014", "55P03":
		return errs.Unavailable, wordsGone
	}
	switch state[:min(2, len(state))] {
	case "08", "53", "57", "58", "28":
		return errs.Unavailable, wordsGone
	case "22", "23":
		return errs.Invalid, wordsRange
	}
	return errs.Internal, ""
}

// duplicate tells whether an error says that a key is taken.
func duplicate(err error) bool {
	var l *lite.Error
	if errors.As(err, &l) {
		return l.Code() == code.SQLITE_CONSTRAINT_UNIQUE || l.Code() == code.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var p *pgconn.PgError
	return errors.As(err, &p) && p.Code == "23505"
}

// takeOne takes a row, or tells that there is none.
func takeOne(db *gorm.DB, row any, none string) error {
	err := db.Take(row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "%s", none)
	}
	return err
}
