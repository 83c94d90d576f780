// How the audit chain is looked through.

package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
)

// Page is a part of a long list.
type Page struct {
	Before int64 // only numbers below this one; 0 begins at the newest
	Limit  int   // at most 1,000, which 0 stands for
}

func (p Page) limit() int {
	if p.Limit <= 0 || p.Limit > 1000 {
		return 1000
	}
	return p.Limit
}

// List gives entries from the newest on; of one thing only, unless on is "".
func (a Audit) List(ctx context.Context, on string, p Page) ([]access.Entry, error) {
	return a.list(ctx, "seq DESC", p.limit(), func(q *gorm.DB) *gorm.DB {
		if on != "" {
			q = q.Where("thing = ?", on)
		}
		if p.Before > 0 {
			q = q.Where("seq < ?", p.Before)
		}
		return q
	})
}

// Find gives entries from the newest on, as narrowed: in the order of their time when it is of a time, else of their
// numbers. Case does not matter to ASCII letters.
func (a Audit) Find(ctx context.Context, s access.Search) ([]access.Entry, error) {
	order, within := span(s)
	return a.list(ctx, order, Page{Limit: s.Limit}.limit(), func(q *gorm.DB) *gorm.DB {
		q = within(q)
		if s.Who != "" {
			q = q.Where(holds("who_name"), pattern(s.Who))
		}
		if s.On != "" {
			q = q.Where(holds("thing"), pattern(s.On))
		}
		if s.Text != "" {
			q = q.Where(holds("who_name || ' ' || what || ' ' || thing || ' ' || old || ' ' || new || ' ' || why"), pattern(s.Text))
		}
		return q
	})
}

// Reach tells how far a search comes that reads n entries.
func (a Audit) Reach(ctx context.Context, s access.Search, n int) (down int64, err error) {
	order, within := span(s)
	err = a.s.read(ctx, "look through the audit chain", func(db *gorm.DB) error {
		return within(db.Table("audit").Select("seq").Order(order).Offset(n - 1).Limit(1)).Scan(&down).Error
	})
	return down, err
}

// span is the order of a search, and what it is narrowed by that an index finds.
func span(s access.Search) (order string, within func(*gorm.DB) *gorm.DB) {
	if s.From.IsZero() && s.To.IsZero() {
		return "seq DESC", func(q *gorm.DB) *gorm.DB {
			if s.Before > 0 {
				q = q.Where("seq < ?", s.Before)
			}
			if s.Down > 0 {
				q = q.Where("seq >= ?", s.Down)
			}
			return q
		}
	}
	return "at DESC, seq DESC", func(q *gorm.DB) *gorm.DB {
		if !s.From.IsZero() {
			q = q.Where("at >= ?", s.From.UnixMicro())
		}
		if !s.To.IsZero() {
			q = q.Where("at < ?", s.To.UnixMicro())
		}
		if s.Before > 0 {
			q = q.Where("(at, seq) < (SELECT at, seq FROM audit WHERE seq = ?)", s.Before)
		}
		if s.Down > 0 {
			q = q.Where("(at, seq) >= (SELECT at, seq FROM audit WHERE seq = ?)", s.Down)
		}
		return q
	}
}

// holds is SQL that looks for a pattern, without regard to case.
func holds(where string) string { return `LOWER(` + where + `) LIKE LOWER(?) ESCAPE '!'` }

// pattern finds words anywhere; signs that mean something to LIKE mean themselves.
func pattern(words string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text(words)) + "%"
}

func (a Audit) list(ctx context.Context, order string, limit int, narrow func(*gorm.DB) *gorm.DB) ([]access.Entry, error) {
	var rows []auditRow
	err := a.s.read(ctx, "list the audit chain", func(db *gorm.DB) error {
		return narrow(db.Order(order).Limit(limit)).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	entries := make([]access.Entry, 0, len(rows))
	for _, r := range rows {
		e, err := r.entry()
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}
