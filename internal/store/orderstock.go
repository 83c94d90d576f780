package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
)

// stock moves what a paper tells of, and notes on its lines by which moves.
func (k orders) stock(tx *gorm.DB, o order.Order, p *order.Paper, by order.Doing) error {
	posting := stock.Posting{At: p.At, By: by.By, Why: by.Why}
	var of []int // the paper's lines
	for i := range p.Lines {
		m := &p.Lines[i]
		if m.Line.Stock.Service {
			continue
		}
		move, err := k.moveOf(tx, o, *p, m)
		if err != nil {
			return err
		}
		posting.Moves, of = append(posting.Moves, move), append(of, i)
	}
	if len(of) == 0 {
		return nil
	}
	posted, err := postStock(tx, k.s.dialect, posting)
	if err != nil {
		return ofLines(err, of)
	}
	for i, kept := range posted.Moves {
		p.Lines[of[i]].Move = kept.Number
	}
	return nil
}

// moveOf is one line of a paper in the stock ledger.
func (k orders) moveOf(tx *gorm.DB, o order.Order, p order.Paper, m *order.Moved) (stock.Move, error) {
	forth := m.Quantity > 0
	move := stock.Move{
		Item: m.Line.Item, Revision: m.Revision, Lot: m.Lot, Serial: m.Serial, Quantity: max(m.Quantity, -m.Quantity), Document: o.Ref(), Source: "order",
	}
	if p.Kind == order.Reversal {
		move.Reverses = m.Move
	}
	if m.Stock == 0 {
		m.Stock = stock.Warehouse
		if o.Side == partner.Sales && p.Kind == order.Return {
			var err error
			if m.Stock, err = quarantine(tx); err != nil {
				return move, err
			}
		}
	}
	switch {
	case o.Side == partner.Sales && forth:
		move.From, move.To = m.Stock, stock.Customer
	case o.Side == partner.Sales:
		move.From, move.To = stock.Customer, m.Stock
	case forth:
		move.From, move.To = stock.Supplier, m.Stock
	default:
		move.From, move.To = m.Stock, stock.Supplier
	}
	if o.Side == partner.Purchase && p.Kind == order.Delivery {
		paid := m.Amount
		move.Paid = &paid
		move.Origin = &stock.Origin{Supplier: o.Partner.ID, SupplierLot: m.Theirs}
		if m.Line.Stock.Tracking == "lot" && move.Lot == "" {
			m.Lot, move.Lot = m.Theirs, m.Theirs
		}
		if t, err := time.Parse(time.DateOnly, m.Expires); err == nil {
			move.Origin.Expires = t
		}
	}
	return move, nil
}

// quarantine is the place in which goods wait that came back.
func quarantine(tx *gorm.DB) (int64, error) {
	var ids []int64
	if err := tx.Raw("SELECT id FROM stock_place WHERE quarantine AND NOT retired ORDER BY id LIMIT 1").Scan(&ids).Error; err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, errs.New(errs.Invalid, "there is no place for what is in quarantine: add one, or say where the goods go")
	}
	return ids[0], nil
}

// ofLines tells of the lines of a paper what the ledger told of moves.
func ofLines(err error, of []int) error {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	told := *e
	told.Fields = slices.Clone(e.Fields)
	for i, f := range told.Fields {
		var n int
		if _, err := fmt.Sscanf(f.Path, "moves[%d]", &n); err == nil && n < len(of) {
			_, field, _ := strings.Cut(f.Path, "]") // ".lot", or nothing where it is the move as a whole
			told.Fields[i].Path = fmt.Sprintf("lines[%d]%s", of[n], field)
		}
	}
	return &told
}
