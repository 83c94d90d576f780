package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// stocks keeps the ledger of material.
type stocks struct{ s *Store }

var (
	_ stock.Ledger = stocks{}
	_ stock.Store  = stocks{}
)

// Stock keeps the ledger of material.
func (s *Store) Stock() stock.Ledger { return stocks{s} }

// Places keeps places and lots.
func (s *Store) Places() stock.Store { return stocks{s} }

// Post adds moves, all or none.
func (k stocks) Post(ctx context.Context, p stock.Posting) (done stock.Posted, err error) {
	err = k.s.write(ctx, "post stock", func(tx *gorm.DB) error {
		if done, err = postStock(tx, k.s.dialect, p); err != nil || done.Again {
			return err
		}
		return k.tell(tx, p, done)
	})
	return done, err
}

// tell adds a posting to the audit chain.
func (k stocks) tell(tx *gorm.DB, p stock.Posting, done stock.Posted) error {
	_, err := k.s.audit(tx, access.Entry{Who: p.By, What: "stock.post", On: fmt.Sprintf("posting/%d", done.First), New: postingTold(done), Why: p.Why})
	return err
}

// postingTold is a posting in the words of the audit.
func postingTold(done stock.Posted) string {
	var b strings.Builder
	for i, m := range done.Moves {
		if i == 20 {
			fmt.Fprintf(&b, "; and %d more", len(done.Moves)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s %s of item/%d from place/%d to place/%d", m.Kind, m.Quantity, m.Item, m.From, m.To)
		if n := m.Move.Number(); n != "" {
			b.WriteString(", " + n)
		}
		if m.Reverses != 0 {
			fmt.Fprintf(&b, ", takes back move %d", m.Reverses)
		}
	}
	return b.String()
}

// Reverse takes a move back, in whole or part.
func (k stocks) Reverse(ctx context.Context, r stock.Undoing) (done stock.Posted, err error) {
	if strings.TrimSpace(r.Why) == "" {
		return done, &errs.Error{Kind: errs.Invalid, Words: "take back a move: say why", Fields: []errs.Field{{Path: "why", Message: "say why"}}}
	}
	err = k.s.write(ctx, fmt.Sprintf("take back move %d", r.Move), func(tx *gorm.DB) error {
		p, again, err := undoing(tx, r)
		if err != nil || again.Again {
			done = again
			return err
		}
		if done, err = postStock(tx, k.s.dialect, p); err != nil || done.Again {
			return err
		}
		return k.tell(tx, p, done)
	})
	return done, err
}

// undoing is the posting that takes a move back, or what it became when its key is known.
func undoing(tx *gorm.DB, r stock.Undoing) (p stock.Posting, again stock.Posted, err error) {
	var row moveRow
	if err := takeOne(tx.Where("number = ?", r.Move), &row, fmt.Sprintf("there is no move %d", r.Move)); err != nil {
		return p, again, err
	}
	earlier, err := reversalsOf(tx, r.Move)
	if err != nil {
		return p, again, err
	}
	rest := row.Qty
	for _, e := range earlier {
		if rest -= e.Move.Qty; r.Key != "" && e.Key != nil && *e.Key == text(r.Key) {
			return p, stock.Posted{First: e.Move.Number, Last: e.Move.Number, At: moment(e.Move.At), Moves: []stock.Kept{e.Move.kept()}, Again: true}, nil
		}
	}
	m := row.kept().Move
	m.From, m.To, m.Reverses, m.Source = m.To, m.From, r.Move, "person"
	if r.Document != "" {
		m.Document = r.Document
	}
	if r.Quantity != 0 {
		m.Quantity = r.Quantity
	} else if rest > 0 {
		m.Quantity = plant.Quantity(rest)
	}
	return stock.Posting{Key: r.Key, By: r.By, Why: r.Why, Moves: []stock.Move{m}}, again, nil
}

// reversal is a move that takes back another, with the key it was asked for by.
type reversal struct {
	Move moveRow `gorm:"embedded"`
	Key  *string `gorm:"column:key"`
}

func reversalsOf(tx *gorm.DB, move int64) (all []reversal, err error) {
	return all, tx.Raw("SELECT m.*, p.key FROM stock_move m JOIN stock_posting p ON p.first_move = m.posting WHERE m.reverses = ? ORDER BY m.number", move).Scan(&all).Error
}
