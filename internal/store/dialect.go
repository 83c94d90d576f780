package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// dialect is what the two databases say differently.
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

// now is SQL for the database's own clock in microseconds, so that all rows of a plant are stamped by one clock.
func (d dialect) now() string {
	if d == postgres {
		return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
	}
	return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
}

// queue lets transactions of one name pass one by one. In SQLite every writing transaction does anyway. Who takes several
// names takes them in one order.
func (d dialect) queue(tx *gorm.DB, names ...string) error {
	if d == sqlite || len(names) == 0 {
		return nil
	}
	locks := make([]any, len(names))
	for i, name := range names {
		locks[i] = "millwright/" + name
	}
	_, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST($1 AS text[])) AS n (name)", locks)
	return err
}

// next takes n numbers of a kind and gives the first.
func next(tx *gorm.DB, kind string, n int64) (int64, error) {
	var last int64
	err := tx.Raw("UPDATE numbers SET last = last + ? WHERE name = ? RETURNING last", n, kind).Row().Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("take a number for a %s: %w", kind, err)
	}
	return last - n + 1, nil
}

// each hands the rows of a question to who scans them. Where there are many, that takes half the time of what gorm does.
func each(tx *gorm.DB, question string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := tx.Raw(question, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// batch is one statement for many rows. SQLite prepares each and runs it row by row, without a round trip;
// PostgreSQL runs all once, with one array per column.
type batch struct{ each, all string }

// inserting is the batch of an INSERT; columns are "name type" with PostgreSQL's type.
func inserting(table, tail string, columns ...string) batch {
	var names, marks, arrays []string
	for i, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		names = append(names, name)
		marks = append(marks, "?")
		arrays = append(arrays, fmt.Sprintf("CAST($%d AS %s[])", i+1, kind))
	}
	head := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") "
	return batch{
		each: head + "VALUES (" + strings.Join(marks, ", ") + ") " + tail,
		all:  head + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ") " + tail,
	}
}

// updating is the batch of an UPDATE; set and where are "name type" with PostgreSQL's type, and rows give set's values first.
func updating(table string, set, where []string) batch {
	var named, sets, wheres, marks, arrays, news []string
	for i, c := range slices.Concat(set, where) {
		name, kind, _ := strings.Cut(c, " ")
		named, arrays = append(named, name), append(arrays, fmt.Sprintf("CAST($%d AS %s[])", i+1, kind))
		if i < len(set) {
			sets, news = append(sets, name+" = ?"), append(news, name+" = n."+name)
		} else {
			marks, wheres = append(marks, name+" = ?"), append(wheres, "t."+name+" = n."+name)
		}
	}
	return batch{
		each: "UPDATE " + table + " SET " + strings.Join(sets, ", ") + " WHERE " + strings.Join(marks, " AND "),
		all: "UPDATE " + table + " AS t SET " + strings.Join(news, ", ") + " FROM unnest(" + strings.Join(arrays, ", ") + ") AS n (" + strings.Join(named, ", ") + ") WHERE " +
			strings.Join(wheres, " AND "),
	}
}

// run runs the batch and counts the rows it touched.
func (d dialect) run(tx *gorm.DB, b batch, rows [][]any) (touched int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	if d == postgres {
		return b.runAll(tx, rows)
	}
	return b.runEach(tx, rows)
}

func (b batch) runEach(tx *gorm.DB, rows [][]any) (touched int64, err error) {
	ctx := tx.Statement.Context
	stmt, err := tx.Statement.ConnPool.PrepareContext(ctx, b.each)
	if err != nil {
		return 0, err
	}
	defer func() { _ = stmt.Close() }() // the transaction's end tells what matters
	for _, row := range rows {
		done, err := stmt.ExecContext(ctx, row...)
		if err != nil {
			return touched, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return touched, err
		}
		touched += n
	}
	return touched, nil
}

func (b batch) runAll(tx *gorm.DB, rows [][]any) (touched int64, err error) {
	done, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, b.all, columnsOf(rows)...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// columnsOf gives rows as one array per column.
func columnsOf(rows [][]any) []any {
	columns := make([]any, len(rows[0]))
	for c := range columns {
		column := make([]any, len(rows))
		for r := range rows {
			column[r] = rows[r][c]
		}
		columns[c] = column
	}
	return columns
}

// moment reads a kept time.
func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// maybe keeps a time that may be unknown: the zero time is NULL.
func maybe(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	us := t.UnixMicro()
	return &us
}

// known reads a time that may be unknown.
func known(us *int64) time.Time {
	if us == nil {
		return time.Time{}
	}
	return moment(*us)
}

// text makes any words fit to be kept: machines and people send bytes that are no UTF-8, and PostgreSQL takes no NUL.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
