package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/register"
)

// body is FROM and WHERE of the rows that are asked for, with what comes before the SELECT.
func (q *listQuery) body(more ...term) (with, from string, args []any) {
	if q.few == nil {
		t := both(append([]term{q.tight, q.loose}, more...)...)
		return "", " FROM " + q.from + t.where(), t.args
	}
	ways, args := q.union(q.few)
	limit := 10 // more than there are, by which PostgreSQL knows how to go on
	for limit <= q.fewN {
		limit *= 10
	}
	t := both(append([]term{{sql: q.id + " = few.few_id"}, q.loose}, more...)...)
	return fmt.Sprintf("WITH few AS MATERIALIZED (%s LIMIT %d) ", ways, limit), " FROM few CROSS JOIN " + q.from + t.where(), append(args, t.args...)
}

// rows reads the page.
func (q *listQuery) rows(db *gorm.DB) (page register.Page, err error) {
	names := []string{q.id, q.key(), cmp.Or(q.version, "0")}
	for _, c := range q.columns {
		names = append(names, q.sql[c.Key])
	}
	with, from, args := q.body(q.after(), q.window)
	found, err := db.Raw(with+"SELECT "+strings.Join(names, ", ")+from+q.sorted()+" LIMIT ?", append(args, q.ask.Limit+1)...).Rows()
	if err != nil {
		return page, err
	}
	defer func() { _ = found.Close() }()
	page.Columns = q.columns
	var places []register.Cursor
	for found.Next() {
		at := register.Cursor{Sort: q.ask.Sort}
		row, into := q.cells()
		var version int64
		if err := found.Scan(append([]any{&at.ID, q.keyInto(&at), &version}, into...)...); err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, register.Row{ID: at.ID, Version: version, Cells: row()})
		places = append(places, at)
	}
	q.turn(&page, places)
	return page, found.Err()
}

// cells are where the values of a row are read into, and what they were.
func (q *listQuery) cells() (row func() []register.Value, into []any) {
	for _, c := range q.columns {
		if c.Kind.Number() {
			into = append(into, &sql.NullInt64{})
		} else {
			into = append(into, &sql.NullString{})
		}
	}
	return func() []register.Value {
		cells := make([]register.Value, len(into))
		for i, v := range into {
			switch v := v.(type) {
			case *sql.NullInt64:
				cells[i] = register.Value{Number: v.Int64, Known: v.Valid && (v.Int64 != 0 || !q.columns[i].Kind.Moment())}
			case *sql.NullString:
				cells[i] = register.Value{Text: v.String, Known: v.Valid && v.String != ""}
			}
		}
		return cells
	}, into
}

// turn cuts the page to its length, puts it in order, and says where it goes on.
func (q *listQuery) turn(page *register.Page, places []register.Cursor) {
	more := len(page.Rows) > q.ask.Limit
	if more {
		page.Rows, places = page.Rows[:q.ask.Limit], places[:q.ask.Limit]
	}
	var further *register.Cursor // in the way that is read
	switch {
	case more:
		further = &places[len(places)-1]
	case q.end != nil:
		further, page.Looked = q.end, q.part()
	}
	var before *register.Cursor
	if q.cursor.ID != 0 {
		before = &q.cursor
		if len(places) > 0 {
			before = &places[0]
		}
	}
	if q.cursor.Back {
		slices.Reverse(page.Rows)
		further, before = before, further
	}
	if further != nil {
		c := *further
		c.Back = false
		page.Next = c.String()
	}
	if before != nil {
		c := *before
		c.Back = true
		page.Back = c.String()
	}
}

// total counts the rows that are asked for, as far as that is quick.
func (q *listQuery) total(db *gorm.DB) (n int, err error) {
	switch {
	case q.few != nil && q.loose.sql == "":
		return q.fewN, nil
	case q.few == nil && q.tight.sql != "" && q.loose.sql == "":
		return register.Enough + 1, nil
	case q.windowed && (q.end != nil || q.cursor.ID != 0):
		return -1, nil
	}
	with, from, args := q.body()
	err = db.Raw(with+"SELECT COUNT(*) FROM (SELECT 1 AS one"+from+" LIMIT ?) AS counted", append(args, register.Enough+1)...).Row().Scan(&n)
	return n, err
}

// sums adds up columns in two halves, so that no database runs over.
func (q *listQuery) sums(db *gorm.DB, page *register.Page) error {
	var names []string
	var into []any
	page.Sums = make([]register.Value, len(q.columns))
	for _, c := range q.columns {
		if c.Sum {
			x := q.sql[c.Key]
			names = append(names, "CAST(COALESCE(SUM("+x+" / 1000000), 0) AS BIGINT)", "CAST(COALESCE(SUM("+x+" % 1000000), 0) AS BIGINT)")
			into = append(into, new(int64), new(int64))
		}
	}
	if len(names) == 0 || page.Total < 0 || page.Total > register.Enough {
		return nil
	}
	with, from, args := q.body()
	if err := db.Raw(with+"SELECT "+strings.Join(names, ", ")+from, args...).Row().Scan(into...); err != nil {
		return err
	}
	for i, c := range q.columns {
		if c.Sum {
			high, low := *into[0].(*int64), *into[1].(*int64)
			into = into[2:]
			high += low / 1_000_000
			if fits := high < math.MaxInt64/1_000_000 && high > math.MinInt64/1_000_000; fits {
				page.Sums[i] = register.Value{Number: high*1_000_000 + low%1_000_000, Known: true}
			}
		}
	}
	return nil
}
