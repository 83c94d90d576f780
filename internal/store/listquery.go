package store

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/register"
)

// term is a condition with its values.
type term struct {
	sql  string
	args []any
}

// both joins conditions that must all hold; "" for none.
func both(terms ...term) (all term) {
	var parts []string
	for _, t := range terms {
		if t.sql != "" {
			parts = append(parts, t.sql)
			all.args = append(all.args, t.args...)
		}
	}
	all.sql = strings.Join(parts, " AND ")
	return all
}

func (t term) where() string {
	if t.sql == "" {
		return ""
	}
	return " WHERE " + t.sql
}

// listQuery is one question to one list.
type listQuery struct {
	list
	ask     register.Ask
	cursor  register.Cursor // its ID is 0 for the first page
	columns []register.Column
	order   register.Column
	down    bool // the order, as it is asked for

	tight term // what an index narrows by
	loose term // what rows are looked through for
	words string

	straight bool // what it is narrowed by stands in the order's own column
	windowed bool // only some rows are looked through

	few    []term // what gives the few rows there are, each by an index; nil when they are many
	fewN   int
	most   int  // how many are still few
	window term // what the rows are bounded by that are looked through
	end    *register.Cursor
}

func ask(l list, a register.Ask, zone *time.Location) (q listQuery, err error) {
	q = listQuery{list: l, ask: a, words: text(a.Search)}
	if a.Cursor != "" {
		if q.cursor, err = register.ParseCursor(a.Cursor, a.Sort); err != nil {
			return q, err
		}
	}
	for _, key := range a.Columns {
		c, _ := l.Column(key) // it was checked
		q.columns = append(q.columns, c)
	}
	key, down := strings.CutPrefix(a.Sort, "-")
	q.order, _ = l.Column(key)
	q.down, q.straight = down, true
	for _, f := range a.Filters {
		c, _ := l.Column(f.Key)
		sql := l.sql[f.Key]
		if c.Kind.Number() && !c.Sort { // what is looked through is read in the list's order, by no other index
			sql = "+(" + sql + ")"
		}
		t := narrowed(f, c, sql, zone)
		if lead := l.leads[f.Key]; lead != "" && f.Op == register.Is {
			t = led(lead, t.args)
			q.tight, q.straight = both(q.tight, t), false
			continue
		}
		if c.Sort && f.Op != register.Contains {
			q.tight = both(q.tight, t)
			q.straight = q.straight && f.Key == q.order.Key
		} else {
			q.loose = both(q.loose, t)
		}
	}
	return q, nil
}

// led is a condition by which an index leads to values.
func led(lead string, values []any) (t term) {
	t.sql = strings.ReplaceAll(lead, "(?)", "(?"+strings.Repeat(", ?", len(values)-1)+")")
	for range strings.Count(lead, "(?)") {
		t.args = append(t.args, values...)
	}
	return t
}

// narrowed is the condition of a filter.
func narrowed(f register.Filter, c register.Column, sql string, zone *time.Location) term {
	switch {
	case f.Op == register.Contains:
		return term{holds(sql), []any{pattern(f.Words[0])}}
	case f.Op == register.Is && !c.Kind.Number():
		t := term{sql: sql + " IN (?" + strings.Repeat(", ?", len(f.Words)-1) + ")"}
		for _, w := range f.Words {
			t.args = append(t.args, text(w))
		}
		return t
	case !c.Kind.Number():
		return term{sql + " " + string(f.Op) + " ?", []any{text(f.Words[0])}}
	case f.Op == register.Is && c.Kind == register.Date:
		f.Op = register.To
		below, _ := f.Until(c, zone)
		return term{sql + " >= ? AND " + sql + " < ?", []any{f.Number, below}}
	case f.Op == register.To && c.Kind.Moment():
		below, whole := f.Until(c, zone)
		op := map[bool]string{true: " < ?", false: " <= ?"}[whole]
		return term{sql + " > 0 AND " + sql + op, []any{below}}
	}
	return term{sql + " " + string(f.Op) + " ?", []any{f.Number}}
}

// plan finds the way to the rows.
func (q *listQuery) plan(db *gorm.DB) error {
	var long bool
	if q.words != "" || q.loose.sql != "" || !q.straight {
		var one int64
		found := db.Raw("SELECT "+q.id+" FROM "+q.from+" ORDER BY "+q.id+" LIMIT 1 OFFSET ?", q.part()).Scan(&one)
		if found.Error != nil {
			return found.Error
		}
		long = found.RowsAffected > 0
	}
	if err := q.search(db, long); err != nil {
		return err
	}
	if q.few == nil && q.tight.sql != "" {
		if err := q.gather(db, register.Enough, q.tight); err != nil {
			return err
		}
	}
	if q.few != nil || !long {
		return nil
	}
	q.windowed = true
	return q.bound(db)
}

// gather counts the rows of some ways, each of which an index leads along. When they are few, they are the way.
func (q *listQuery) gather(db *gorm.DB, few int, ways ...term) error {
	q.most = few
	sql, args := q.union(ways)
	err := db.Raw("SELECT COUNT(*) FROM (SELECT few_id FROM ("+sql+") AS every_way LIMIT ?) AS counted", append(args, few+1)...).Row().Scan(&q.fewN)
	if err == nil && q.fewN <= few {
		q.few = ways
	}
	return err
}

// union are the rows of some ways, each once, and of each way no more than it takes to see that they are many. What indexes
// lead by are columns of the first table of a list.
func (q *listQuery) union(ways []term) (sql string, args []any) {
	table, _, _ := strings.Cut(q.from, " JOIN ")
	table = strings.TrimSuffix(table, " LEFT")
	parts := make([]string, len(ways))
	for i, w := range ways {
		parts[i] = fmt.Sprintf("SELECT few_id FROM (SELECT %s AS few_id FROM %s%s LIMIT %d) AS way_%d", q.id, table, w.where(), q.most+1, i)
		args = append(args, w.args...)
	}
	return strings.Join(parts, " UNION "), args
}

// bound finds the last of the rows that are looked through for this page.
func (q *listQuery) bound(db *gorm.DB) error {
	at := both(q.after())
	sql := "SELECT " + q.key() + ", " + q.id + " FROM " + q.from + at.where() + q.sorted() + " LIMIT 1 OFFSET ?"
	rows, err := db.Raw(sql, append(at.args, q.part()-1)...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		end := register.Cursor{Sort: q.ask.Sort}
		if err := rows.Scan(q.keyInto(&end), &end.ID); err != nil {
			return err
		}
		q.end = &end
		q.window = q.beyond(end, !q.upward(), true)
	}
	return rows.Err()
}

func (q *listQuery) key() string { return q.sql[q.order.Key] }

func (q *listQuery) keyInto(c *register.Cursor) any {
	if q.order.Kind.Number() {
		return &c.Num
	}
	return &c.Text
}

// upward tells whether rows are read from the least to the most.
func (q *listQuery) upward() bool { return q.down == q.cursor.Back }

// sorted is the order in which rows are read. The few are put in order by themselves: no index of all rows is any help.
func (q *listQuery) sorted() string {
	key, id := q.key(), q.id
	if q.few != nil {
		key, id = "("+key+" || '')", "("+id+" + 0)"
		if q.order.Kind.Number() {
			key = "(" + q.key() + " + 0)"
		}
	}
	if q.upward() {
		return " ORDER BY " + key + ", " + id
	}
	return " ORDER BY " + key + " DESC, " + id + " DESC"
}

// after is where the page begins.
func (q *listQuery) after() term {
	if q.cursor.ID == 0 {
		return term{}
	}
	return q.beyond(q.cursor, q.upward(), false)
}

// beyond are the rows past a place, or on it too.
func (q *listQuery) beyond(c register.Cursor, up, with bool) term {
	op := map[bool]string{true: ">", false: "<"}[up]
	if with {
		op += "="
	}
	var key any = c.Text
	if q.order.Kind.Number() {
		key = c.Num
	}
	return term{fmt.Sprintf("(%s, %s) %s (?, ?)", q.key(), q.id, op), []any{key, c.ID}}
}
