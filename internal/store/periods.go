package store

import (
	"context"
	"math"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/costing"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// mostDifferences is how many items a tie-out names.
const mostDifferences = 100

// TieOut compares what is kept of each item's stock with its moves.
func (a stockAccounts) TieOut(ctx context.Context) (t costing.Tie, err error) {
	err = a.s.review(ctx, "tie out the stock", func(tx *gorm.DB) error {
		t, err = tieOut(tx)
		return err
	})
	return t, err
}

// Since tells how many moves a tie-out has to read, up to one more than most.
func (a stockAccounts) Since(ctx context.Context, most int) (n int, err error) {
	err = a.s.read(ctx, "count the moves since the last closed period", func(db *gorm.DB) error {
		b, err := baseOf(db)
		if err != nil {
			return err
		}
		return db.Raw("SELECT COUNT(*) FROM (SELECT 1 AS one FROM stock_move WHERE at >= ? LIMIT ?) m", b.ToAt, most+1).Row().Scan(&n)
	})
	return n, err
}

// base is the last closed period: what lies before its end cannot change any more.
type base struct {
	ID, ToAt                  int64 // 0 for none
	Moves, Came, Went, Beside int64 // all that moved and was booked until then
}

func baseOf(tx *gorm.DB) (b base, err error) {
	return b, tx.Raw("SELECT id, to_at, moves, came, went, beside FROM period WHERE state = 'closed' AND moves IS NOT NULL ORDER BY to_at DESC LIMIT 1").Scan(&b).Error
}

// at is SQL for when moves happened, as it is compared with the end of the base: where there is none, all are read as they
// stand in the table.
func (b base) at() string {
	if b.ToAt == 0 {
		return "+at"
	}
	return "at"
}

// until adds what moved and was booked from the end of the base to a time.
func (b *base) until(tx *gorm.DB, at int64) error {
	var moves, came, went, beside int64
	if err := tx.Raw(`
		SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN value > 0 THEN value ELSE 0 END), 0) AS BIGINT),
		       CAST(COALESCE(SUM(CASE WHEN value < 0 THEN -value ELSE 0 END), 0) AS BIGINT),
		       (SELECT CAST(COALESCE(SUM(gain), 0) AS BIGINT) FROM value_entry WHERE at >= ? AND at < ?)
		  FROM stock_move WHERE `+b.at()+` >= ? AND at < ?`, b.ToAt, at, b.ToAt, at).Row().Scan(&moves, &came, &went, &beside); err != nil {
		return err
	}
	b.Moves, b.Came, b.Went, b.Beside = b.Moves+moves, b.Came+came, b.Went+went, b.Beside+beside
	return nil
}

// tied is SQL for what every account says of each item that any of them knows: moves are those of the base (its id) with
// what moved since its end (two times).
const tied = `
	WITH moved AS (SELECT item, CAST(SUM(qty) AS BIGINT) AS qty, CAST(SUM(value) AS BIGINT) AS value
	                 FROM (SELECT item, qty, value FROM period_value WHERE period = ?
	                       UNION ALL
	                       SELECT item, ` + signed + `, value FROM stock_move WHERE @AT >= ?
	                       UNION ALL
	                       SELECT item, 0, gain FROM value_entry WHERE at >= ?) x
	                GROUP BY item)
	SELECT i.item, COALESCE(n.number, '') AS number,
	       COALESCE(b.qty, 0) AS balances, COALESCE(l.qty, 0) AS layers, COALESCE(m.qty, 0) AS moves, COALESCE(v.qty, 0) AS kept,
	       COALESCE(l.value, 0) AS layer_value, COALESCE(m.value, 0) AS moved_value, COALESCE(v.value, 0) AS kept_value
	  FROM (SELECT item FROM stock_balance UNION SELECT item FROM stock_layer UNION SELECT item FROM stock_value UNION SELECT item FROM moved) i
	  LEFT JOIN (SELECT item, CAST(SUM(qty) AS BIGINT) AS qty FROM stock_balance GROUP BY item) b ON b.item = i.item
	  LEFT JOIN (SELECT item, CAST(SUM(qty) AS BIGINT) AS qty, CAST(SUM(value) AS BIGINT) AS value FROM stock_layer GROUP BY item) l ON l.item = i.item
	  LEFT JOIN moved m ON m.item = i.item
	  LEFT JOIN stock_value v ON v.item = i.item
	  LEFT JOIN item n ON n.id = i.item`

func tieOut(tx *gorm.DB) (t costing.Tie, err error) {
	b, err := baseOf(tx)
	if err != nil {
		return t, err
	}
	sum := b
	if err := sum.until(tx, math.MaxInt64); err != nil {
		return t, err
	}
	t.Moves, t.In, t.Out, t.Gain = sum.Moves, plant.Money(sum.Came), plant.Money(sum.Went), plant.Money(sum.Beside)
	if err := tx.Raw("SELECT COUNT(*), CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM stock_value").Row().Scan(&t.Items, &t.Value); err != nil {
		return t, err
	}
	return t, tx.Raw(`
		SELECT * FROM (`+strings.ReplaceAll(tied, "@AT", b.at())+`) x
		 WHERE balances <> layers OR layers <> moves OR moves <> kept OR layer_value <> moved_value OR moved_value <> kept_value
		 ORDER BY item
		 LIMIT ?`, b.ID, b.ToAt, b.ToAt, mostDifferences).Scan(&t.Differences).Error
}

// Periods are all that were ever closed, the newest first.
func (a stockAccounts) Periods(ctx context.Context) (all []costing.Period, err error) {
	var rows []struct {
		Period periodRow `gorm:"embedded"`
		Value  int64     `gorm:"column:value"`
	}
	err = a.s.read(ctx, "load the periods", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT p.*, CAST(COALESCE((SELECT SUM(v.value) FROM period_value v WHERE v.period = p.id), 0) AS BIGINT) AS value
			  FROM period p ORDER BY p.from_at DESC LIMIT 1000`).Scan(&rows).Error
	})
	for _, r := range rows {
		p := r.Period.period()
		p.Value = plant.Money(r.Value)
		all = append(all, p)
	}
	return all, err
}

func (r periodRow) period() costing.Period {
	return costing.Period{
		ID: r.ID, Name: r.Name, From: moment(r.FromAt), To: moment(r.ToAt), Closed: r.State == "closed", By: r.Who.person(), Set: moment(r.SetAt), Why: r.Why, Version: r.Version,
	}
}

// closes is how much longer than other commands the closing of a period may take: the first one reads the whole ledger.
const closes = 10 * time.Minute

// Close closes a period, or opens it again. Postings wait meanwhile.
func (a stockAccounts) Close(ctx context.Context, c costing.Closing) (p costing.Period, err error) {
	doing := map[bool]string{true: "close", false: "open"}[c.Closed] + " period " + c.Name
	err = a.s.writeFor(ctx, patience+closes, doing, func(tx *gorm.DB) error {
		if _, err := next(tx, "stock move", 0); err != nil {
			return err
		}
		now, err := a.s.at(tx)
		if err != nil {
			return err
		}
		if err := c.Check(now); err != nil {
			return err
		}
		row, err := a.asSeen(tx, c)
		if err != nil {
			return err
		}
		old := row.State
		row.State, row.Who, row.SetAt, row.Why, row.Version = "open", byOf(c.By), now.UnixMicro(), text(c.Why), row.Version+1
		if c.Closed {
			row.State = "closed"
			err = a.shut(tx, &row)
		} else {
			err = a.unshut(tx, row)
		}
		if err != nil {
			return err
		}
		p = row.period()
		_, err = a.s.audit(tx, access.Entry{Who: c.By, What: "period." + row.State, On: "period/" + row.Name, Old: old, New: row.State, Why: c.Why})
		return err
	})
	return p, err
}

// asSeen is the period as it stands; one that is not as it was seen is a conflict.
func (a stockAccounts) asSeen(tx *gorm.DB, c costing.Closing) (periodRow, error) {
	row := periodRow{Name: c.Name, FromAt: c.From.UnixMicro(), ToAt: c.To.UnixMicro(), State: "open"}
	if err := tx.Where("name = ?", c.Name).Limit(1).Find(&row).Error; err != nil {
		return row, err
	}
	if row.Version != c.Version || (row.State == "closed") == c.Closed {
		return row, conflict("period %s is %s already, or was changed by %s; look again", c.Name, row.State, row.Who.Name)
	}
	return row, nil
}

// shut closes a period: the one after the last that is closed, whose accounts agree. What each item is worth at its
// end is kept.
func (a stockAccounts) shut(tx *gorm.DB, row *periodRow) error {
	var last struct {
		ID, ToAt int64
		Name     string
	}
	if err := tx.Raw("SELECT id, to_at, name FROM period WHERE state = 'closed' ORDER BY to_at DESC LIMIT 1").Scan(&last).Error; err != nil {
		return err
	}
	if last.ToAt > row.FromAt {
		return conflict("period %s is closed already, which comes later", last.Name)
	}
	var between int64
	if err := tx.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM stock_move WHERE at >= ? AND at < ? LIMIT 1) m", last.ToAt, row.FromAt).Row().Scan(&between); err != nil {
		return err
	}
	if between > 0 {
		return conflict("there are moves before period %s that no closed period holds; close the period before it first", row.Name)
	}
	t, err := tieOut(tx)
	if err != nil {
		return err
	}
	if !t.Green() {
		return conflict("period %s cannot be closed: the accounts of %d items do not agree, as of %s; see the tie-out", row.Name, len(t.Differences), t.Differences[0].Number)
	}
	if err := a.keepPeriod(tx, row); err != nil {
		return err
	}
	sum, err := baseOf(tx) // of the one before: this one has no sums yet
	if err != nil {
		return err
	}
	if err := sum.until(tx, row.ToAt); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE period SET moves = ?, came = ?, went = ?, beside = ? WHERE id = ?", sum.Moves, sum.Came, sum.Went, sum.Beside, row.ID).Error; err != nil {
		return err
	}
	return tx.Exec(`
		INSERT INTO period_value (period, item, qty, value)
		SELECT CAST(? AS BIGINT), item, CAST(SUM(qty) AS BIGINT), CAST(SUM(value) AS BIGINT)
		  FROM (SELECT item, qty, value FROM period_value WHERE period = ?
		        UNION ALL
		        SELECT item, `+signed+`, value FROM stock_move WHERE at >= ? AND at < ?
		        UNION ALL
		        SELECT item, 0, gain FROM value_entry WHERE at >= ? AND at < ?) x
		 GROUP BY item
		HAVING SUM(qty) <> 0 OR SUM(value) <> 0`, row.ID, last.ID, last.ToAt, row.ToAt, last.ToAt, row.ToAt).Error
}

// keepPeriod writes the period down.
func (a stockAccounts) keepPeriod(tx *gorm.DB, row *periodRow) (err error) {
	if row.ID == 0 {
		if row.ID, err = next(tx, "period", 1); err != nil {
			return err
		}
		return tx.Create(row).Error
	}
	return tx.Exec("UPDATE period SET moves = NULL, came = NULL, went = NULL, beside = NULL, state = ?, who_id = ?, who_name = ?, who_role = ?, set_at = ?, why = ?, version = ? WHERE id = ?",
		row.State, row.Who.ID, row.Who.Name, row.Who.Role, row.SetAt, row.Why, row.Version, row.ID).Error
}

// unshut opens the last closed period again.
func (a stockAccounts) unshut(tx *gorm.DB, row periodRow) error {
	if row.ID == 0 {
		return errs.New(errs.NotFound, "there is no closed period %s", row.Name)
	}
	var later int64
	if err := tx.Raw("SELECT COUNT(*) FROM period WHERE state = 'closed' AND from_at > ?", row.FromAt).Row().Scan(&later); err != nil {
		return err
	}
	if later > 0 {
		return conflict("a later period is closed; open that one first")
	}
	if err := tx.Exec("DELETE FROM period_value WHERE period = ?", row.ID).Error; err != nil {
		return err
	}
	return a.keepPeriod(tx, &row)
}
