package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/erp/order"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type paperRow struct {
	ID        int64  `gorm:"column:id"`
	Number    string `gorm:"column:number"`
	Document  int64  `gorm:"column:document"`
	Kind      string `gorm:"column:kind"`
	Reverses  *int64 `gorm:"column:reverses"`
	Reference string `gorm:"column:reference"`
	Note      string `gorm:"column:note"`
	At        int64  `gorm:"column:at"`
	ByName    string `gorm:"column:by_name"`
}

type paperLineRow struct {
	ID       int64  `gorm:"column:id"`
	Paper    int64  `gorm:"column:paper"`
	Line     int64  `gorm:"column:line"`
	Quantity int64  `gorm:"column:quantity"`
	Amount   int64  `gorm:"column:amount"`
	Again    bool   `gorm:"column:again"`
	Cut      int64  `gorm:"column:cut"`
	Stock    int64  `gorm:"column:stock"`
	Revision string `gorm:"column:revision"`
	Lot      string `gorm:"column:lot"`
	Serial   string `gorm:"column:serial"`
	Move     int64  `gorm:"column:move"`
	Export   *int64 `gorm:"column:export"`
}

func (r paperLineRow) moved(o order.Order) order.Moved {
	m := order.Moved{
		ID: r.ID, Quantity: plant.Quantity(r.Quantity), Amount: plant.Money(r.Amount), Again: r.Again, Cut: plant.Quantity(r.Cut), Stock: r.Stock,
		Revision: r.Revision, Lot: r.Lot, Serial: r.Serial, Move: r.Move,
	}
	if r.Export != nil {
		m.Export = *r.Export
	}
	for _, l := range o.Lines {
		if l.ID == r.Line {
			m.Line = l
		}
	}
	return m
}

// Move posts what goes or comes: the order, the paper about it and the stock in one transaction.
func (k orders) Move(ctx context.Context, m order.Movement, by order.Doing) (p order.Paper, err error) {
	b, err := bookOf(m.Side)
	if err != nil {
		return p, err
	}
	a := altering{m.Side, m.ID, m.Version, string(m.Kind), m}
	err = k.s.write(ctx, "post for "+order.Ref(m.Side, m.ID), func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, order.Ref(b.side, m.ID)); err != nil {
			return err
		}
		id, again, err := k.known(tx, by, a.what, a.asked)
		if err != nil {
			return err
		}
		was, err := b.order(tx, m.ID)
		if err != nil {
			return err
		}
		if again {
			p, err = b.paper(tx, was, id)
			return err
		}
		if was.Version != m.Version {
			return conflict("somebody has changed %s meanwhile; look again", was.Number)
		}
		p, err = k.move(tx, b, was, m, by)
		return err
	})
	return p, err
}

func (k orders) move(tx *gorm.DB, b book, was order.Order, m order.Movement, by order.Doing) (p order.Paper, err error) {
	asked := m
	var last *order.Paper
	if m.Kind == order.Reversal {
		old, err := b.paper(tx, was, m.Reverses)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return p, err
		} else if err == nil {
			last = &old
		}
	}
	if m.At.IsZero() {
		if m.At, err = k.s.at(tx); err != nil {
			return p, err
		}
	}
	o, p, err := was.Move(m, last)
	if err != nil {
		return p, err
	}
	if p.ID, err = next(tx, string(b.side)+" paper", 1); err != nil {
		return p, err
	}
	p.Number, p.By, p.Note = fmt.Sprintf("%s-%06d", m.Kind.Prefix(b.side), p.ID), by.By.Name, by.Why
	if err := k.stock(tx, o, &p, by); err != nil {
		return p, err
	}
	if err := b.keep(tx, &was, &o); err != nil {
		return p, err
	}
	if err := b.keepPaper(tx, &p); err != nil {
		return p, err
	}
	if err := k.reserve(tx, o, by); err != nil {
		return p, err
	}
	return p, k.tell(tx, by, telling{what: string(m.Kind), was: &was, is: o, paper: &p, asked: asked, answer: p.ID})
}

func (b book) keepPaper(tx *gorm.DB, p *order.Paper) error {
	row := paperRow{p.ID, p.Number, p.Order, string(p.Kind), nil, text(p.Reference), text(p.Note), p.At.UnixMicro(), text(p.By)}
	if p.Reverses != 0 {
		row.Reverses = &p.Reverses
	}
	if err := tx.Table(b.table("paper")).Create(&row).Error; err != nil {
		return err
	}
	first, err := next(tx, "paper line", int64(len(p.Lines)))
	if err != nil {
		return err
	}
	rows := make([]paperLineRow, len(p.Lines))
	for i := range p.Lines {
		m := &p.Lines[i]
		m.ID = first + int64(i)
		rows[i] = paperLineRow{
			m.ID, p.ID, m.Line.ID, int64(m.Quantity), int64(m.Amount), m.Again, int64(m.Cut), m.Stock, text(m.Revision), text(m.Lot), text(m.Serial), m.Move, nil,
		}
	}
	return tx.Table(b.table("paper_line")).CreateInBatches(&rows, 100).Error
}

// paper reads one paper of an order.
func (b book) paper(db *gorm.DB, o order.Order, id int64) (order.Paper, error) {
	all, err := b.papers(db, o, id)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.NotFound, "%s has no such paper", o.Number)
	}
	if err != nil {
		return order.Paper{}, err
	}
	return all[0], nil
}

// papers reads what has gone and come for an order, or one paper of it.
func (b book) papers(db *gorm.DB, o order.Order, id int64) ([]order.Paper, error) {
	var rows []struct {
		Paper    paperRow `gorm:"embedded"`
		Reversed bool     `gorm:"column:reversed"`
	}
	err := db.Raw(b.sql(`
		SELECT p.*, EXISTS (SELECT 1 FROM {}_paper AS r WHERE r.reverses = p.id) AS reversed
		  FROM {}_paper AS p
		 WHERE p.document = ? AND (CAST(? AS BIGINT) = 0 OR p.id = ?)
		 ORDER BY p.id
		 LIMIT ?`), o.ID, id, id, longest).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	var lines []paperLineRow
	err = db.Raw(b.sql(`
		SELECT l.*
		  FROM {}_paper_line AS l
		  JOIN {}_paper AS p ON p.id = l.paper
		 WHERE p.document = ? AND (CAST(? AS BIGINT) = 0 OR p.id = ?)
		 ORDER BY l.id
		 LIMIT ?`), o.ID, id, id, longest).Scan(&lines).Error
	all := make([]order.Paper, len(rows))
	for i := range rows {
		r := rows[i].Paper
		all[i] = order.Paper{
			Side: b.side, ID: r.ID, Number: r.Number, Order: r.Document, Kind: order.Kind(r.Kind), Reversed: rows[i].Reversed, Reference: r.Reference, Note: r.Note,
			At: moment(r.At), By: r.ByName,
		}
		if r.Reverses != nil {
			all[i].Reverses = *r.Reverses
		}
		for _, l := range lines {
			if l.Paper == r.ID {
				all[i].Lines = append(all[i].Lines, l.moved(o))
			}
		}
	}
	return all, err
}

// Papers gives what has gone and come for an order, the first first.
func (k orders) Papers(ctx context.Context, side order.Side, id int64) (all []order.Paper, err error) {
	b, err := bookOf(side)
	if err != nil {
		return nil, err
	}
	err = k.s.read(ctx, "load papers", func(db *gorm.DB) error {
		o, err := b.order(db, id)
		if err == nil {
			all, err = b.papers(db, o, 0)
		}
		return err
	})
	return all, err
}
