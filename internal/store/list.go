package store

import (
	"cmp"
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/register"
)

// list is a list of business records, and the SQL it is read from. Every value that is asked for is bound, and only
// the expressions that stand here are ever part of a statement.
type list struct {
	register.Definition
	from string            // "item": tables and their LEFT JOINs, none of which doubles a row: what is not asked for is not joined
	id   string            // "item.id": a whole number, which no two rows share
	sql  map[string]string // of each column; @TODAY stands for the date in the plant

	leads map[string]string // of filters that ask for values by an index: the condition, with (?) for the values

	begins map[string][]beginning // of columns that are searched, and that the list is not ordered by

	looked int // rows that are looked through for one page, each of which takes longer than others'; 0: as many as of others

	version string // "item.version"; "" where it does not matter which one was seen
}

// beginning is how indexes lead to what begins with a word: a condition, or what is in those that a question finds. In it,
// @BEGINS(x) stands for that x does.
type beginning struct{ of, found string }

// lists gives every list. A new one is a line here.
func lists() []list {
	return append([]list{
		itemList(),
		billList(),
		toolList(),
		workList(),
		messageList(),
		stockList(),
		moveList(),
		lotList(),
		placeList(),
		supplyList(),
		forecastList(),
	}, orderLists()...)
}

// Lists answers what is asked of lists of business records.
func (s *Store) Lists() register.Book { return listBook{s} }

type listBook struct{ s *Store }

var _ register.Book = listBook{}

// Definitions gives every list.
func (b listBook) Definitions() []register.Definition { return Definitions() }

// Definitions gives every list that a store has.
func Definitions() (all []register.Definition) {
	for _, l := range lists() {
		all = append(all, l.Definition)
	}
	return all
}

func listNamed(name string) list {
	for _, l := range lists() {
		if l.Name == name {
			return l
		}
	}
	panic("there is no list " + name) // who asks got the definition from here
}

// looked is how many rows are looked through for one page where no index leads to those that are wanted.
const looked = 10_000

// part is how many rows of this list are looked through for one page.
func (l list) part() int { return cmp.Or(l.looked, looked) }

// Page gives a part of a list. It is found in one of three ways, none of which grows with the table. What an index
// narrows to a few thousand rows is put in order by itself. What nothing narrows is read along the index of its order.
// And what is narrowed by words that stand anywhere is looked for in so many rows in their order; the page tells so,
// and the next goes on behind them.
func (b listBook) Page(ctx context.Context, d register.Definition, a register.Ask, zone *time.Location) (page register.Page, err error) {
	err = b.s.read(ctx, "read the list of "+d.Many, func(db *gorm.DB) error {
		l := listNamed(d.Name)
		if err := b.today(db, l, zone); err != nil {
			return err
		}
		q, err := ask(l, a, zone)
		if err != nil {
			return err
		}
		if err := q.plan(db); err != nil {
			return err
		}
		if page, err = q.rows(db); err != nil || a.Bare {
			return err
		}
		if page.Total, err = q.total(db); err != nil {
			return err
		}
		return q.sums(db, &page)
	})
	return page, err
}

// today puts the date in the plant into a list that goes by it.
func (b listBook) today(db *gorm.DB, l list, zone *time.Location) error {
	date := ""
	for key, sql := range l.sql {
		if !strings.Contains(sql, "@TODAY") {
			continue
		}
		if date == "" {
			now, err := b.s.at(db)
			if err != nil {
				return err
			}
			date = now.In(zone).Format(time.DateOnly)
		}
		l.sql[key] = strings.ReplaceAll(sql, "@TODAY", "'"+date+"'")
	}
	return nil
}
