package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// ledger keeps the time of the lines.
type ledger struct {
	s    *Store
	last atomic.Int64 // how many segments the answer before had: those for one page are alike
}

var _ oee.Ledger = (*ledger)(nil)

// longest is how many segments one question may be answered with.
const longest = 1_000_000

// limited bounds a question that is asked often. SQLite would understand it anew each time if the number were an argument.
const limited = " LIMIT 1000001"

type segmentRow struct {
	Line     string `gorm:"column:line;primaryKey"`
	FromAt   int64  `gorm:"column:from_at;primaryKey;autoIncrement:false"`
	ToAt     int64  `gorm:"column:to_at"`
	Category int64  `gorm:"column:category"`
	State    int64  `gorm:"column:state"`
	Unit     string `gorm:"column:unit"`
	Fault    string `gorm:"column:fault"`
	Product  string `gorm:"column:product"`
	Order    string `gorm:"column:order_id"`
	Shift    string `gorm:"column:shift"`
	Date     string `gorm:"column:date"`
	Good     int64  `gorm:"column:good"`
	Reject   int64  `gorm:"column:reject"`
	Ideal    int64  `gorm:"column:ideal"`
	Unrated  int64  `gorm:"column:unrated"`
	Unseen   int64  `gorm:"column:unseen"`
}

// TableName is the row's table.
func (segmentRow) TableName() string { return "segments" }

func (r segmentRow) segment() oee.Segment {
	return oee.Segment{
		Line: plant.LineID(r.Line), From: moment(r.FromAt), To: moment(r.ToAt),
		Category: oee.Category(r.Category), State: machine.State(r.State), Unit: plant.UnitID(r.Unit),
		Fault: r.Fault, Product: r.Product, Order: r.Order, Shift: r.Shift, Date: r.Date,
		Good: plant.Quantity(r.Good), Reject: plant.Quantity(r.Reject), Ideal: time.Duration(r.Ideal), Unrated: plant.Quantity(r.Unrated), Unseen: time.Duration(r.Unseen),
	}
}

// Segments gives the kept segments that overlap [from, to), in time order. As a line's segments never overlap,
// those before the last one that begins at from or earlier need not be looked at.
func (l *ledger) Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	var segments []oee.Segment
	err := l.s.read(ctx, "load segments of line "+string(line), func(db *gorm.DB) error {
		since, id := from.UnixMicro(), text(string(line))
		rows, err := db.Raw(`
			SELECT from_at, to_at, category, state, unit, fault, product, order_id, shift, date, good, reject, ideal, unrated, unseen
			  FROM segments
			 WHERE line = ?
			   AND from_at >= COALESCE((SELECT MAX(from_at) FROM segments WHERE line = ? AND from_at <= ?), ?)
			   AND from_at < ?
			   AND to_at > ?
			 ORDER BY from_at`+limited, id, id, since, since, to.UnixMicro(), since).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err tells what matters
		segments = make([]oee.Segment, 0, min(l.last.Load()+8, 4096))
		for rows.Next() {
			var r segmentRow
			if err := rows.Scan(&r.FromAt, &r.ToAt, &r.Category, &r.State, &r.Unit, &r.Fault, &r.Product, &r.Order, &r.Shift, &r.Date,
				&r.Good, &r.Reject, &r.Ideal, &r.Unrated, &r.Unseen); err != nil {
				return err
			}
			r.Line = id
			segments = append(segments, r.segment())
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	l.last.Store(int64(len(segments)))
	if len(segments) > longest {
		return nil, errs.New(errs.Invalid, "load segments of line %s: more than %d lie between %s and %s; ask for a shorter time",
			line, longest, from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	return segments, nil
}

// End is where the line's kept ledger ends; zero when it is empty.
func (l *ledger) End(ctx context.Context, line plant.LineID) (time.Time, error) {
	var end *int64
	err := l.s.read(ctx, "find the end of the ledger of line "+string(line), func(db *gorm.DB) (err error) {
		end, err = endOf(db, text(string(line)))
		return err
	})
	return known(end), err
}

func endOf(db *gorm.DB, line string) (end *int64, err error) {
	err = db.Raw("SELECT to_at FROM segments WHERE line = ? ORDER BY from_at DESC LIMIT 1", line).Scan(&end).Error
	return end, err
}

// Replace puts segments in the place of everything of the line from `from` on. They must follow one another without
// gap or overlap, and join what is kept before them. A kept segment that spans `from` is cut there, and keeps the
// share of its counts that its time has: replace from where a segment begins if counts are to stay exact.
func (l *ledger) Replace(ctx context.Context, line plant.LineID, from time.Time, segments []oee.Segment, granted ...oee.Wish) error {
	id, since := text(string(line)), from.UnixMicro()
	rows, err := rowsOf(line, from, segments)
	if err != nil {
		return err
	}
	return l.s.write(ctx, "replace segments of line "+id, func(tx *gorm.DB) error {
		if err := l.s.dialect.queue(tx, "ledger/"+id); err != nil {
			return err
		}
		if err := stale(tx, id, since); err != nil {
			return err
		}
		if err := staleUnits(tx, id, since); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM segments WHERE line = ? AND from_at >= ?", id, since).Error; err != nil {
			return err
		}
		if err := cut(tx, id, since); err != nil {
			return err
		}
		if err := joins(tx, id, rows); err != nil {
			return err
		}
		if err := grant(tx, id, granted); err != nil {
			return err
		}
		_, err := l.s.dialect.run(tx, inserting("segments", "", "line text", "from_at bigint", "to_at bigint", "category smallint",
			"state smallint", "unit text", "fault text", "product text", "order_id text", "shift text", "date text",
			"good bigint", "reject bigint", "ideal bigint", "unrated bigint", "unseen bigint"), rows)
		return err
	})
}

// rowsOf proves that the segments are a piece of the line's ledger, and makes rows of them.
func rowsOf(line plant.LineID, from time.Time, segments []oee.Segment) ([][]any, error) {
	rows := make([][]any, len(segments))
	end := from.UnixMicro()
	for i, s := range segments {
		begin, wrong := s.From.UnixMicro(), ""
		switch {
		case s.Line != line:
			wrong = "is of line " + string(s.Line)
		case begin < end:
			wrong = "begins before the one before it ends"
		case i > 0 && begin > end:
			wrong = "leaves a gap before it"
		case s.To.UnixMicro() <= begin:
			wrong = "has no length"
		}
		if wrong != "" {
			return nil, errs.New(errs.Invalid, "replace segments of line %s: the one at %s %s", line, s.From.Format(time.RFC3339Nano), wrong)
		}
		end = s.To.UnixMicro()
		rows[i] = []any{
			text(string(line)), begin, end, int64(s.Category), int64(s.State), text(string(s.Unit)), text(s.Fault), text(s.Product),
			text(s.Order), text(s.Shift), text(s.Date), int64(s.Good), int64(s.Reject), int64(s.Ideal), int64(s.Unrated), int64(s.Unseen),
		}
	}
	return rows, nil
}

// cut ends a segment that spans a moment at that moment.
func cut(tx *gorm.DB, line string, at int64) error {
	var r segmentRow
	found := tx.Raw("SELECT * FROM segments WHERE line = ? AND from_at < ? AND to_at > ? ORDER BY from_at DESC LIMIT 1", line, at, at).Scan(&r)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	kept, whole := at-r.FromAt, r.ToAt-r.FromAt
	share := func(n int64) int64 {
		part, _ := plant.Quantity(n).Times(kept, whole) // a share of a number that fits, fits
		return int64(part)
	}
	return tx.Exec(`
		UPDATE segments
		   SET to_at = ?, good = ?, reject = ?, ideal = ?, unrated = ?, unseen = ?
		 WHERE line = ? AND from_at = ?`,
		at, share(r.Good), share(r.Reject), share(r.Ideal), share(r.Unrated), share(r.Unseen), line, r.FromAt).Error
}

// joins proves that new segments begin where the kept ones end.
func joins(tx *gorm.DB, line string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	end, err := endOf(tx, line)
	if err != nil || end == nil {
		return err
	}
	if begin := rows[0][1].(int64); begin != *end {
		return errs.New(errs.Invalid, "replace segments of line %s: the ledger ends at %s and the first new one begins at %s; derive what lies between too",
			line, moment(*end).Format(time.RFC3339Nano), moment(begin).Format(time.RFC3339Nano))
	}
	return nil
}

// VerifyLedger proves that every line's segments follow one another without gap or overlap, and gives how many
// there are. An error tells of the first place where they do not.
func (s *Store) VerifyLedger(ctx context.Context) (sound int64, err error) {
	var wrong struct {
		Line        string
		Before, Now int64
	}
	err = s.review(ctx, "verify the time ledger", func(tx *gorm.DB) error {
		found := tx.Raw(`
			SELECT line, before, from_at AS now
			  FROM (SELECT line, from_at, LAG(to_at) OVER (PARTITION BY line ORDER BY from_at) AS before
			          FROM segments) AS pairs
			 WHERE before <> from_at
			 ORDER BY line, from_at
			 LIMIT 1`).Scan(&wrong)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected > 0 {
			return fmt.Errorf("time ledger broken: on line %s a segment ends at %s and the next begins at %s",
				wrong.Line, moment(wrong.Before).Format(time.RFC3339Nano), moment(wrong.Now).Format(time.RFC3339Nano))
		}
		return tx.Raw("SELECT COUNT(*) FROM segments").Row().Scan(&sound)
	})
	return sound, err
}
