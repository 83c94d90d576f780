package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// mostBalances is how many balances one question is answered with.
const mostBalances = 20_000

// Balances tells what there is, by place, lot and serial.
func (k stocks) Balances(ctx context.Context, of stock.Shelf) (all []stock.Balance, err error) {
	where, args := []string{"b.qty > 0"}, []any{}
	if of.Item != 0 {
		where, args = append(where, "b.item = ?"), append(args, of.Item)
	}
	if of.Place != 0 {
		where, args = append(where, "b.place = ?"), append(args, of.Place)
	}
	if of.Lot != "" {
		where, args = append(where, "b.lot = ?"), append(args, text(of.Lot))
	}
	limit := of.Limit
	if limit <= 0 || limit > mostBalances {
		limit = mostBalances
	}
	var rows []struct {
		Balance    balanceRow `gorm:"embedded"`
		State      *string    `gorm:"column:state"`
		ExpiresAt  *int64     `gorm:"column:expires_at"`
		Quarantine bool       `gorm:"column:quarantine"`
	}
	err = k.s.read(ctx, "look at the stock", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT b.*, l.state, l.expires_at, p.quarantine
			  FROM stock_balance b
			  JOIN stock_place p ON p.id = b.place
			  LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END
			                 AND l.serial = (b.serial <> '') AND (b.lot <> '' OR b.serial <> '')
			 WHERE `+strings.Join(where, " AND ")+`
			 ORDER BY b.item, b.revision, b.place, b.lot, b.serial
			 LIMIT ?`, append(args, limit)...).Scan(&rows).Error
	})
	for _, r := range rows {
		at := r.Balance.Key
		b := stock.Balance{
			Item: at.Item, Revision: at.Revision, Place: at.Place, Lot: at.Lot, Serial: at.Serial, Quantity: plant.Quantity(r.Balance.Qty),
			Allocated: plant.Quantity(r.Balance.Allocated), Since: r.Balance.Since, Expires: known(r.ExpiresAt), Quarantine: r.Quarantine, State: stock.Free,
		}
		if r.State != nil {
			b.State = stock.State(*r.State)
		}
		all = append(all, b)
	}
	return all, err
}

// standingSQL sums what there is of each item that "of" holds: SQL for a list of ids.
func standingSQL(of string) string {
	return `
		SELECT b.item,
		       CAST(SUM(CASE WHEN b.place <> 6 THEN b.qty ELSE 0 END) AS BIGINT) AS on_hand,
		       CAST(SUM(CASE WHEN b.place = 6 THEN b.qty ELSE 0 END) AS BIGINT) AS transit,
		       CAST(SUM(CASE WHEN b.place <> 6 AND (p.quarantine OR COALESCE(l.state, 'free') <> 'free') THEN b.qty ELSE 0 END) AS BIGINT) AS held,
		       CAST(SUM(CASE WHEN b.place <> 6 AND NOT (p.quarantine OR COALESCE(l.state, 'free') <> 'free') THEN b.allocated ELSE 0 END) AS BIGINT) AS reserved
		  FROM stock_balance b
		  JOIN stock_place p ON p.id = b.place
		  LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END
		                 AND l.serial = (b.serial <> '') AND l.state <> 'free'
		 WHERE b.item IN (` + of + `)
		 GROUP BY b.item`
}

// OnHand tells how much there is of items, in the order they are named.
func (k stocks) OnHand(ctx context.Context, items ...int64) (all []stock.Standing, err error) {
	all = make([]stock.Standing, len(items))
	at := map[int64][]int{}
	for i, id := range items {
		all[i].Item = id
		at[id] = append(at[id], i)
	}
	if len(items) == 0 {
		return all, nil
	}
	var rows []struct {
		Item                            int64
		OnHand, Transit, Held, Reserved plant.Quantity
		Planned                         plant.Quantity
		Value                           plant.Money
	}
	err = k.s.read(ctx, "look at the stock", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT i.item, COALESCE(s.on_hand, 0) AS on_hand, COALESCE(s.transit, 0) AS transit, COALESCE(s.held, 0) AS held, COALESCE(s.reserved, 0) + COALESCE(k.kept, 0) AS reserved,
			       COALESCE(v.value, 0) AS value,
			       CAST(COALESCE((SELECT SUM(r.qty) FROM reservation r WHERE r.item = i.item AND NOT r.hard), 0) AS BIGINT) AS planned
			  FROM (SELECT id AS item FROM item WHERE id IN (?)) i
			  LEFT JOIN (`+standingSQL("?")+`) s ON s.item = i.item
			  LEFT JOIN (`+keptSQL+`) k ON k.item = i.item
			  LEFT JOIN stock_value v ON v.item = i.item`, items, items, items).Scan(&rows).Error
	})
	for _, r := range rows {
		for _, i := range at[r.Item] {
			all[i] = stock.Standing{Item: r.Item, OnHand: r.OnHand, Held: r.Held, Reserved: r.Reserved, Planned: r.Planned, Transit: r.Transit, Value: r.Value}
		}
	}
	return all, err
}

// entryRow is a move with its posting.
type entryRow struct {
	Move     moveRow `gorm:"embedded"`
	PostedAt int64   `gorm:"column:posted_at"`
	WhoID    int64   `gorm:"column:who_id"`
	WhoName  string  `gorm:"column:who_name"`
	WhoRole  string  `gorm:"column:who_role"`
	Why      string  `gorm:"column:why"`
	Back     int64   `gorm:"column:back"`
}

func (r entryRow) entry() stock.Entry {
	return stock.Entry{
		Kept: r.Move.kept(), At: moment(r.Move.At), Posted: moment(r.PostedAt), By: by{r.WhoID, r.WhoName, r.WhoRole}.person(), Why: r.Why, Back: plant.Quantity(r.Back),
	}
}

// Moves reads the ledger: the oldest first, or the newest.
func (k stocks) Moves(ctx context.Context, s stock.Search) (all []stock.Entry, err error) {
	order := "m.number"
	if s.Newest {
		order += " DESC"
	}
	if s.Limit <= 0 || s.Limit > 10_000 {
		s.Limit = 100
	}
	where, args := searched(s)
	if s.Place != 0 && s.Item == 0 && s.Document == "" {
		where, args = atPlace(s, order)
	}
	var rows []entryRow
	err = k.s.read(ctx, "read the moves", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT m.*, p.posted_at, p.who_id, p.who_name, p.who_role, p.why,
			       CAST(COALESCE((SELECT SUM(r.qty) FROM stock_move r WHERE r.reverses = m.number), 0) AS BIGINT) AS back
			  FROM stock_move m
			  JOIN stock_posting p ON p.first_move = m.posting
			 WHERE `+where+`
			 ORDER BY `+order+`
			 LIMIT ?`, append(args, s.Limit)...).Scan(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.entry())
	}
	return all, err
}

// searched is what a search asks for, as SQL.
func searched(s stock.Search) (string, []any) {
	where, args := []string{"1 = 1"}, []any{}
	and := func(is bool, sql string, values ...any) {
		if is {
			where, args = append(where, sql), append(args, values...)
		}
	}
	and(s.Item != 0, "m.item = ?", s.Item)
	and(s.Lot != "", "m.lot <> '' AND m.lot = ?", text(s.Lot))
	and(s.Serial != "", "m.serial <> '' AND m.serial = ?", text(s.Serial))
	and(s.Place != 0, "(m.from_place = ? OR m.to_place = ?)", s.Place, s.Place)
	and(s.Document != "", "m.document <> '' AND m.document = ?", text(s.Document))
	and(s.Kind != "", "m.kind = ?", text(string(s.Kind)))
	and(s.After != 0, "m.number > ?", s.After)
	and(s.Before != 0, "m.number < ?", s.Before)
	return strings.Join(where, " AND "), args
}

// Posting gives the moves that were posted with a move.
func (k stocks) Posting(ctx context.Context, number int64) (done stock.Posted, err error) {
	err = k.s.read(ctx, fmt.Sprintf("find move %d", number), func(db *gorm.DB) error {
		var one moveRow
		if err := takeOne(db.Where("number = ?", number), &one, fmt.Sprintf("there is no move %d", number)); err != nil {
			return err
		}
		var rows []moveRow
		if err := db.Where("number BETWEEN ? AND ? AND posting = ?", one.Posting, one.Posting+stock.MostMoves, one.Posting).Order("number").Limit(stock.MostMoves).Find(&rows).Error; err != nil {
			return err
		}
		done.First, done.Last, done.At = rows[0].Number, rows[len(rows)-1].Number, moment(one.At)
		for _, r := range rows {
			done.Moves = append(done.Moves, r.kept())
		}
		return nil
	})
	return done, err
}

// atPlace finds the moves of a place: so many that went in, and so many that came out, each by its index.
func atPlace(s stock.Search, order string) (string, []any) {
	place := s.Place
	s.Place = 0
	rest, args := searched(s)
	of := func(column string) string {
		return "SELECT number FROM (SELECT m.number FROM stock_move m WHERE m." + column + " = ? AND " + rest + " ORDER BY " + order + " LIMIT ?) AS " + column + "_moves"
	}
	both := slices.Concat([]any{place}, args, []any{s.Limit})
	return "m.number IN (" + of("from_place") + " UNION ALL " + of("to_place") + ")", slices.Concat(both, both)
}
