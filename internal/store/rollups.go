package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// rollups keeps sums of the lines' time.
type rollups struct{ s *Store }

var _ rollup.Book = rollups{}

type rollupRow struct {
	Line   string `gorm:"column:line;primaryKey"`
	Grain  string `gorm:"column:grain;primaryKey"`
	Side   string `gorm:"column:side;primaryKey"`
	FromAt int64  `gorm:"column:from_at;primaryKey;autoIncrement:false"`
	ToAt   int64  `gorm:"column:to_at"`
	Packed []byte `gorm:"column:packed"`
}

// TableName is the row's table.
func (rollupRow) TableName() string { return "rollups" }

type rolledRow struct {
	Line    string `gorm:"column:line;primaryKey"`
	Fresh   int64  `gorm:"column:fresh"`
	Mark    int64  `gorm:"column:mark"`
	Meaning string `gorm:"column:meaning"`
}

// TableName is the row's table.
func (rolledRow) TableName() string { return "rolled" }

// Chunks gives chunks of several lines, by line and time. Those of a line and grain do not overlap.
func (r rollups) Chunks(ctx context.Context, a rollup.Ask) (all []rollup.Chunk, err error) {
	lines := make([]string, len(a.Lines))
	for i, l := range a.Lines {
		lines[i] = text(string(l))
	}
	err = r.s.read(ctx, "load sums of lines", func(db *gorm.DB) error {
		rows, err := db.Raw(`
			SELECT c.line, c.from_at, c.to_at, c.packed, f.fresh, f.meaning
			  FROM rollups AS c
			  JOIN rolled  AS f ON f.line = c.line
			 WHERE c.line IN ?
			   AND c.grain = ?
			   AND c.side = ?
			   AND c.from_at < ?
			   AND c.from_at > ?
			   AND c.to_at > ?
			   AND c.from_at < f.fresh
			 ORDER BY c.line, c.from_at`+limited, lines, string(a.Grain), string(a.Side), a.To.UnixMicro(), a.From.Add(-a.Grain.Longest()).UnixMicro(), a.From.UnixMicro()).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err tells what matters
		for rows.Next() {
			var line string
			var from, to, fresh int64
			c := rollup.Chunk{Grain: a.Grain, Side: a.Side}
			if err := rows.Scan(&line, &from, &to, &c.Packed, &fresh, &c.Meaning); err != nil {
				return err
			}
			c.Line, c.Span, c.Fresh = plant.LineID(line), plant.Span{From: moment(from), To: moment(to)}, moment(fresh)
			all = append(all, c)
		}
		return rows.Err()
	})
	return all, err
}

// State gives how far a line's sums go.
func (r rollups) State(ctx context.Context, line plant.LineID) (s rollup.State, err error) {
	err = r.s.read(ctx, "find how far the sums of line "+string(line)+" go", func(db *gorm.DB) error {
		id := text(string(line))
		var row struct {
			Begun, Ended, Fresh, Mark *int64
			Meaning                   *string
		}
		err := db.Raw(`
			SELECT (SELECT MIN(from_at) FROM segments WHERE line = ?)                        AS begun,
			       (SELECT to_at FROM segments WHERE line = ? ORDER BY from_at DESC LIMIT 1) AS ended,
			       (SELECT NULLIF(fresh, 0) FROM rolled WHERE line = ?)                      AS fresh,
			       (SELECT mark FROM rolled WHERE line = ?)                                  AS mark,
			       (SELECT meaning FROM rolled WHERE line = ?)                               AS meaning`, id, id, id, id, id).Scan(&row).Error
		if row.Mark != nil {
			s.Fresh, s.Mark, s.Meaning = known(row.Fresh), *row.Mark, *row.Meaning
		}
		if err != nil || row.Ended == nil {
			return err
		}
		ended, err := said(db, id, *row.Ended)
		s.Begin, s.End = known(row.Begun), moment(ended)
		return err
	})
	return s, err
}

// Keep puts chunks in the place of all that begin when the first of their grain does, or later, and says up to where the
// sums are those of the ledger. A Conflict says that the line's time has changed since a state.
func (r rollups) Keep(ctx context.Context, line plant.LineID, since rollup.State, chunks []rollup.Chunk, fresh time.Time) error {
	id := text(string(line))
	return r.s.write(ctx, "keep the sums of line "+id, func(tx *gorm.DB) error {
		if since.Mark == 0 { // nothing was kept and nothing changed
			if err := tx.Exec("INSERT INTO rolled (line, fresh, mark) VALUES (?, 0, 0) ON CONFLICT DO NOTHING", id).Error; err != nil {
				return err
			}
		}
		done := tx.Exec("UPDATE rolled SET fresh = ?, meaning = ? WHERE line = ? AND mark = ?", fresh.UnixMicro(), text(since.Meaning), id, since.Mark)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("the time of line %s has changed meanwhile; add it up again", line)
		}
		rows := make([][]any, len(chunks))
		begun := map[rollup.Grain]bool{}
		for i, c := range chunks {
			if !begun[c.Grain] {
				begun[c.Grain] = true
				if err := tx.Exec("DELETE FROM rollups WHERE line = ? AND grain = ? AND from_at >= ?", id, string(c.Grain), c.From.UnixMicro()).Error; err != nil {
					return err
				}
			}
			rows[i] = []any{id, string(c.Grain), string(c.Side), c.From.UnixMicro(), c.To.UnixMicro(), c.Packed}
		}
		_, err := r.s.dialect.run(tx, inserting("rollups", "", "line text", "grain text", "side text", "from_at bigint", "to_at bigint", "packed bytea"), rows)
		return err
	})
}

// stale says, in the transaction that changes a line's time from a moment on and before it does, that the sums from there
// on are not those of the ledger any more: from where the segment begins that holds the moment, as its counts will be
// shared out anew, and from where what people say of it begins.
func stale(tx *gorm.DB, line string, from int64) error {
	var begin *int64
	err := tx.Raw("SELECT from_at FROM segments WHERE line = ? AND from_at <= ? AND to_at > ? ORDER BY from_at DESC LIMIT 1", line, from, from).Scan(&begin).Error
	if err != nil {
		return err
	}
	if begin != nil {
		from = *begin
	}
	if from, err = said(tx, line, from); err != nil {
		return err
	}
	return tx.Exec(`
		INSERT INTO rolled (line, fresh, mark)
		VALUES (?, 0, 1)
		    ON CONFLICT (line) DO UPDATE
		   SET mark  = rolled.mark + 1,
		       fresh = CASE WHEN rolled.fresh > ? THEN ? ELSE rolled.fresh END`, line, from, from).Error
}

// staleUnits says the same of the sums of a line's single machines, whose names begin with the line's. What only comes
// after all that is kept changes none.
func staleUnits(tx *gorm.DB, line string, from int64) error {
	return tx.Exec(`
		UPDATE rolled
		   SET mark  = mark + 1,
		       fresh = CASE WHEN fresh > ? THEN ? ELSE fresh END
		 WHERE line > ? AND line < ?
		   AND EXISTS (SELECT 1 FROM segments WHERE line = ? AND to_at > ?)`, from, from, line+"/", line+"0", line, from).Error // "0" comes after "/"
}

// said is where that begins which people say of a time that holds a moment: pieces that they counted are shared out over
// all of it. What overlaps it is shared out with it.
func said(db *gorm.DB, line string, at int64) (int64, error) {
	for {
		var begin *int64
		err := db.Raw("SELECT MIN(from_at) FROM edits WHERE line = ? AND from_at < ? AND from_at > ? AND to_at > ?",
			line, at, at-edit.Longest.Microseconds()-1, at).Scan(&begin).Error
		if err != nil || begin == nil {
			return at, err
		}
		at = *begin
	}
}
