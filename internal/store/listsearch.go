package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// search adds what is looked for. In a long list, numbers and names that begin with it are found by their index; where
// there is none, what holds it anywhere is looked for row by row.
func (q *listQuery) search(db *gorm.DB, long bool) error {
	if q.words == "" {
		return nil
	}
	if long {
		if err := q.beginning(db); err != nil || q.fewN > 0 && q.few != nil {
			return err
		}
		q.few = nil
	}
	var anywhere []string
	for _, c := range q.Columns {
		if c.Search {
			anywhere = append(anywhere, "COALESCE("+q.sql[c.Key]+", '')")
		}
	}
	all := strings.Join(anywhere, " || '"+apart+"' || ")
	if db.Name() == string(sqlite) { // whose LIKE takes ASCII letters for the same in either case
		all += " LIKE ? ESCAPE '!'"
	} else {
		all = holds(all)
	}
	q.loose = both(q.loose, term{"(" + all + ")", []any{pattern(strings.ReplaceAll(q.words, apart, ""))}})
	return nil
}

// apart stands between columns that are looked through as one text, which takes a fourth of the time; in no word.
const apart = "\x1f"

// begun is how many rows that begin with words are gathered; of more, those that come first are looked for row by row.
const begun = 2_000

// beginning finds what begins with the words that are looked for, as they were typed and in upper case.
func (q *listQuery) beginning(db *gorm.DB) error {
	var ways, found []term
	for _, c := range q.Columns {
		if !c.Search {
			continue
		}
		led := q.begins[c.Key]
		if c.Sort {
			led = append(led, beginning{of: "@BEGINS(" + q.sql[c.Key] + ")"})
		}
		for _, l := range led {
			for _, word := range slices.Compact([]string{q.words, strings.ToUpper(q.words)}) {
				t := term{l.of, []any{word, word + "\U0010FFFF"}}
				if l.found != "" {
					found = append(found, term{fmt.Sprintf("(SELECT COUNT(*) FROM (%s LIMIT %d) AS found)", beginsSQL.ReplaceAllString(l.found, begunSQL), begun+1), t.args})
					t.sql += " IN (" + l.found + ")"
				}
				t.sql = beginsSQL.ReplaceAllString(t.sql, begunSQL)
				ways = append(ways, both(q.tight, t))
			}
		}
	}
	if many, err := most(db, found); many > begun || len(ways) == 0 || err != nil {
		return err
	}
	return q.gather(db, begun, ways...)
}

var beginsSQL = regexp.MustCompile(`@BEGINS\(([a-z_.]+)\)`)

const begunSQL = "$1 >= ? AND $1 < ?"

// most is the greatest of some counts.
func most(db *gorm.DB, counts []term) (n int, err error) {
	if len(counts) == 0 {
		return 0, nil
	}
	var parts []string
	var args []any
	for _, t := range counts {
		parts, args = append(parts, "SELECT "+t.sql+" AS n"), append(args, t.args...)
	}
	return n, db.Raw("SELECT MAX(n) FROM ("+strings.Join(parts, " UNION ALL ")+") AS counts", args...).Row().Scan(&n)
}
