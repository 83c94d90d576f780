package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Corrections keeps which samples were corrected, and whether the ledgers have it.
type Corrections struct{ s *Store }

// Corrections keeps which samples were corrected.
func (s *Store) Corrections() Corrections { return Corrections{s} }

type correctionRow struct {
	ID         int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Tag        string `gorm:"column:tag"`
	At         int64  `gorm:"column:at"`
	WasKind    string `gorm:"column:was_kind"`
	Was        string `gorm:"column:was"`
	WasQuality int64  `gorm:"column:was_quality"`
	NewKind    string `gorm:"column:new_kind"`
	New        string `gorm:"column:new"`
	NewQuality int64  `gorm:"column:new_quality"`
	ByID       int64  `gorm:"column:by_id"`
	ByName     string `gorm:"column:by_name"`
	ByRole     string `gorm:"column:by_role"`
	SaidAt     int64  `gorm:"column:said_at"`
	Why        string `gorm:"column:why"`
	Done       int64  `gorm:"column:done"`
}

// TableName is the row's table.
func (correctionRow) TableName() string { return "corrections" }

func (r correctionRow) correction() (history.Correction, error) {
	was, ok := tag.ParseValue(r.WasKind, r.Was)
	is, also := tag.ParseValue(r.NewKind, r.New)
	if !ok || !also {
		return history.Correction{}, fmt.Errorf("correction %d of tag %s holds a value that cannot be read: %s %q, %s %q", r.ID, r.Tag, r.WasKind, r.Was, r.NewKind, r.New)
	}
	return history.Correction{
		ID: r.ID, Tag: r.Tag, By: plant.Person{ID: r.ByID, Name: r.ByName, Role: roleOf(r.ByRole)}, At: moment(r.SaidAt), Why: r.Why,
		Was: tag.Sample{Time: moment(r.At), Value: was, Quality: tag.Quality(uint32(r.WasQuality))},
		New: tag.Sample{Time: moment(r.At), Value: is, Quality: tag.Quality(uint32(r.NewQuality))},
	}, nil
}

// Keep notes corrections that are about to be made, and adds each to the audit chain.
func (c Corrections) Keep(ctx context.Context, all []history.Correction) error {
	return c.s.write(ctx, "note the correction of samples", func(tx *gorm.DB) error {
		first, err := next(tx, "correction", int64(len(all)))
		if err != nil {
			return err
		}
		now, err := c.s.at(tx)
		if err != nil {
			return err
		}
		for i := range all {
			row := rowOfCorrection(&all[i], first+int64(i), now)
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		for i := range all {
			x := &all[i]
			e := access.Entry{
				Who: x.By, What: "sample.correct", On: "tag/" + x.Tag, Why: x.Why,
				Old: saidOf(x.Was), New: saidOf(x.New),
			}
			if _, err := c.s.audit(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func rowOfCorrection(x *history.Correction, id int64, now time.Time) correctionRow {
	return correctionRow{
		ID: id, Tag: text(x.Tag), At: x.New.Time.UnixMicro(),
		WasKind: x.Was.Value.Kind().String(), Was: text(x.Was.Value.String()), WasQuality: int64(x.Was.Quality),
		NewKind: x.New.Value.Kind().String(), New: text(x.New.Value.String()), NewQuality: int64(x.New.Quality),
		ByID: x.By.ID, ByName: text(x.By.Name), ByRole: x.By.Role.String(), SaidAt: now.UnixMicro(), Why: text(x.Why),
	}
}

// saidOf is a sample as the audit tells it.
func saidOf(s tag.Sample) string {
	return fmt.Sprintf("%s, %s at %s", s.Value, s.Quality, s.Time.Format(time.RFC3339Nano))
}

// Pending gives the corrections that the bookings do not have yet, in the order in which they were said.
func (c Corrections) Pending(ctx context.Context) ([]history.Correction, error) {
	return c.list(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("done = 0").Order("id").Limit(longest) })
}

// Of gives the corrections of a tag, or of all tags for "", whose samples lie in a span: the newest said first.
func (c Corrections) Of(ctx context.Context, name string, within plant.Span, limit int) ([]history.Correction, error) {
	return c.list(ctx, func(db *gorm.DB) *gorm.DB {
		if name != "" {
			db = db.Where("tag = ?", text(name))
		}
		return db.Where("at >= ? AND at < ?", within.From.UnixMicro(), within.To.UnixMicro()).Order("id DESC").Limit(limit)
	})
}

func (c Corrections) list(ctx context.Context, which func(*gorm.DB) *gorm.DB) ([]history.Correction, error) {
	var rows []correctionRow
	err := c.s.read(ctx, "list corrected samples", func(db *gorm.DB) error { return which(db).Find(&rows).Error })
	if err != nil {
		return nil, err
	}
	all := make([]history.Correction, len(rows))
	for i, r := range rows {
		if all[i], err = r.correction(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Booked brings the books in line with corrections: p is what they change of what was booked, with the wishes for the time
// ledgers that rest on their samples.
func (c Corrections) Booked(ctx context.Context, p execution.Posting, of []history.Correction) error {
	return (&books{c.s}).post(ctx, p, func(tx *gorm.DB) error {
		for _, x := range of {
			if err := tx.Exec("UPDATE corrections SET done = 1 WHERE id = ?", x.ID).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
