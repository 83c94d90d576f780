package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp/desk"
)

// Messages gives the list as it is kept.
func (k plans) Messages(ctx context.Context) (all []desk.Message, err error) {
	err = k.s.read(ctx, "read the planner's list", func(db *gorm.DB) error {
		rows, err := db.Raw(`
			SELECT id, action, item, document, line, from_day, to_day, was, quantity, soon, reason, ignored, why, version
			  FROM plan_message
			 ORDER BY id
			 LIMIT ?`, longest).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		all = nil
		for rows.Next() {
			var r planMessageRow
			if err := rows.Scan(&r.ID, &r.Action, &r.Item, &r.Document, &r.Line, &r.FromDay, &r.ToDay, &r.Was, &r.Quantity, &r.Soon, &r.Reason, &r.Ignored, &r.Why, &r.Version); err != nil {
				return err
			}
			all = append(all, r.message())
		}
		return rows.Err()
	})
	return all, err
}

// Keep writes what is different.
func (k plans) Keep(ctx context.Context, d desk.Difference) (rows int64, err error) {
	err = k.s.write(ctx, "keep the planner's list", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "plan"); err != nil {
			return err
		}
		rows = 0
		if err := k.drop(tx, d.Drop); err != nil {
			return err
		}
		if err := k.change(tx, d.Change); err != nil {
			return err
		}
		if err := k.add(tx, d.Add); err != nil {
			return err
		}
		rows = int64(len(d.Drop) + len(d.Change) + len(d.Add))
		at, err := k.s.at(tx)
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE plan_wish SET done = ?, at = ? WHERE id = 1 AND done < ?", d.Wish, at.UnixMicro(), d.Wish).Error
	})
	return rows, err
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

func (k plans) add(tx *gorm.DB, all []desk.Message) error {
	if len(all) == 0 {
		return nil
	}
	id, err := next(tx, "plan message", int64(len(all)))
	if err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, m := range all {
		rows[i] = []any{id + int64(i), m.Action, m.Item, text(m.Document), m.Line, dateText(m.From), dateText(m.To), int64(m.Was), int64(m.Quantity), m.Soon, text(m.Reason), "", "", int64(1)}
	}
	_, err = k.s.dialect.run(tx, inserting("plan_message", "", "id bigint", "action text", "item bigint", "document text", "line bigint", "from_day text", "to_day text",
		"was bigint", "quantity bigint", "soon boolean", "reason text", "ignored text", "why text", "version bigint"), rows)
	return err
}
