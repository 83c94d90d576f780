package store

import (
	"context"
	"database/sql"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp/desk"
)

// Messages gives the list as it is kept, ignored messages among it, by ID.
func (k plans) Messages(ctx context.Context) (all []desk.Message, err error) {
	err = k.s.read(ctx, "read the planner's list", func(db *gorm.DB) error {
		var at int64
		if err := db.Raw("SELECT listed FROM plan_wish WHERE id = 1").Row().Scan(&at); err != nil {
			return err
		}
		var is bool
		if all, is = k.memo.listed(at); is {
			return nil
		}
		all = nil
		err := each(db, `
			SELECT id, action, item, document, line, from_day, to_day, was, quantity, soon, reason, ignored, why, version
			  FROM plan_message
			 ORDER BY id
			 LIMIT ?`, func(rows *sql.Rows) error {
			var r planMessageRow
			err := rows.Scan(&r.ID, &r.Action, &r.Item, &r.Document, &r.Line, &r.FromDay, &r.ToDay, &r.Was, &r.Quantity, &r.Soon, &r.Reason, &r.Ignored, &r.Why, &r.Version)
			all = append(all, r.message())
			return err
		}, longest)
		if err == nil {
			k.memo.list(at, all) // where it was changed since it was asked how often, it is read once more
		}
		return err
	})
	return all, err
}

// listed counts a change of the list.
func listed(tx *gorm.DB) (n int64, err error) {
	return n, tx.Raw("UPDATE plan_wish SET listed = listed + 1 WHERE id = 1 RETURNING listed").Row().Scan(&n)
}

// Keep writes what is different.
func (k plans) Keep(ctx context.Context, d desk.Difference) (rows int64, err error) {
	if rows = int64(len(d.Drop) + len(d.Change) + len(d.Add)); rows == 0 {
		return 0, k.s.write(ctx, "keep the planner's list", func(tx *gorm.DB) error { return k.planned(tx, d.Wish) })
	}
	var first, n int64
	err = k.s.write(ctx, "keep the planner's list", func(tx *gorm.DB) (err error) {
		if err := k.s.dialect.queue(tx, "plan"); err != nil {
			return err
		}
		if n, err = listed(tx); err != nil {
			return err
		}
		if err := k.drop(tx, d.Drop); err != nil {
			return err
		}
		if err := k.change(tx, d.Change); err != nil {
			return err
		}
		if first, err = k.add(tx, d.Add); err != nil {
			return err
		}
		return k.planned(tx, d.Wish)
	})
	if err == nil {
		k.memo.keep(n, first, d)
	}
	return rows, err
}

// planned says up to which change the list knows.
func (k plans) planned(tx *gorm.DB, wish int64) error {
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE plan_wish SET done = ?, at = ? WHERE id = 1 AND done < ?", wish, at.UnixMicro(), wish).Error
}

func (k plans) drop(tx *gorm.DB, all []int64) error {
	b := batch{each: "DELETE FROM plan_message WHERE id = ?", all: "DELETE FROM plan_message WHERE id = ANY(CAST($1 AS bigint[]))"}
	rows := make([][]any, len(all))
	for i, id := range all {
		rows[i] = []any{id}
	}
	_, err := k.s.dialect.run(tx, b, rows)
	return err
}

func (k plans) change(tx *gorm.DB, all []desk.Message) error {
	b := batch{
		each: `UPDATE plan_message SET from_day = ?, to_day = ?, was = ?, quantity = ?, soon = ?, reason = ?, version = version + 1 WHERE id = ?`,
		all: `UPDATE plan_message m SET from_day = n.f, to_day = n.t, was = n.w, quantity = n.q, soon = n.s, reason = n.r, version = m.version + 1
		        FROM (SELECT * FROM unnest(CAST($1 AS text[]), CAST($2 AS text[]), CAST($3 AS bigint[]), CAST($4 AS bigint[]), CAST($5 AS boolean[]), CAST($6 AS text[]), CAST($7 AS bigint[])) AS u (f, t, w, q, s, r, id)) n
		       WHERE m.id = n.id`,
	}
	rows := make([][]any, len(all))
	for i, m := range all {
		rows[i] = []any{dateText(m.From), dateText(m.To), int64(m.Was), int64(m.Quantity), m.Soon, text(m.Reason), m.ID}
	}
	_, err := k.s.dialect.run(tx, b, rows)
	return err
}

func (k plans) add(tx *gorm.DB, all []desk.Message) (id int64, err error) {
	if len(all) == 0 {
		return 0, nil
	}
	if id, err = next(tx, "plan message", int64(len(all))); err != nil {
		return 0, err
	}
	rows := make([][]any, len(all))
	for i, m := range all {
		rows[i] = []any{id + int64(i), m.Action, m.Item, text(m.Document), m.Line, dateText(m.From), dateText(m.To), int64(m.Was), int64(m.Quantity), m.Soon, text(m.Reason), "", "", int64(1)}
	}
	_, err = k.s.dialect.run(tx, inserting("plan_message", "", "id bigint", "action text", "item bigint", "document text", "line bigint", "from_day text", "to_day text",
		"was bigint", "quantity bigint", "soon boolean", "reason text", "ignored text", "why text", "version bigint"), rows)
	return id, err
}
