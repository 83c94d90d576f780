package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/labour"
	"millwright/internal/plant"
)

// stints keeps the time of people on jobs.
type stints struct{ s *Store }

var _ labour.Book = stints{}

// Labour keeps the time of people on jobs.
func (s *Store) Labour() labour.Book { return stints{s} }

type labourRow struct {
	ID        int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line      string  `gorm:"column:line"`
	Job       string  `gorm:"column:job"`
	Work      int64   `gorm:"column:work"`
	Operation int64   `gorm:"column:operation"`
	WhoID     int64   `gorm:"column:who_id"`
	WhoName   string  `gorm:"column:who_name"`
	FromAt    int64   `gorm:"column:from_at"`
	ToAt      int64   `gorm:"column:to_at"`
	OnID      int64   `gorm:"column:on_id"`
	OnName    string  `gorm:"column:on_name"`
	OffID     *int64  `gorm:"column:off_id"`
	OffName   *string `gorm:"column:off_name"`
	Minutes   *int64  `gorm:"column:minutes"`
}

// TableName is the row's table.
func (labourRow) TableName() string { return "labour" }

func (r labourRow) stint() labour.Stint {
	s := labour.Stint{
		ID: r.ID, Line: plant.LineID(r.Line), Job: r.Job, Work: r.Work, Operation: r.Operation, Who: plant.Person{ID: r.WhoID, Name: r.WhoName},
		Span: plant.Span{From: moment(r.FromAt), To: moment(r.ToAt)}, On: plant.Person{ID: r.OnID, Name: r.OnName}, Left: r.OffID != nil, Reported: r.Minutes != nil,
	}
	if s.Left {
		s.Off = plant.Person{ID: *r.OffID, Name: *r.OffName}
	}
	if s.Reported {
		s.Minutes = plant.Quantity(*r.Minutes)
	}
	return s
}

// list reads stints, as narrowed, by their beginning.
func (k stints) list(ctx context.Context, doing string, limit int, narrow func(*gorm.DB) *gorm.DB) ([]labour.Stint, error) {
	var rows []labourRow
	err := k.s.read(ctx, doing, func(db *gorm.DB) error { return narrow(db).Order("from_at, id").Limit(limit).Find(&rows).Error })
	all := make([]labour.Stint, len(rows))
	for i, r := range rows {
		all[i] = r.stint()
	}
	return all, err
}

// Present gives who is on jobs of a line at a moment.
func (k stints) Present(ctx context.Context, line plant.LineID, at time.Time) ([]labour.Stint, error) {
	us := at.UnixMicro()
	return k.list(ctx, "find who is on jobs of line "+string(line), longest, func(db *gorm.DB) *gorm.DB {
		return db.Where("line = ? AND from_at <= ? AND from_at > ? AND to_at > ?", text(string(line)), us, at.Add(-longestPresence).UnixMicro(), us)
	})
}

// Of gives all stints on a job.
func (k stints) Of(ctx context.Context, job string) ([]labour.Stint, error) {
	return k.list(ctx, "find who was on job "+job, longest, func(db *gorm.DB) *gorm.DB { return db.Where("job = ?", text(job)) })
}

// Due gives stints that are over and not reported.
func (k stints) Due(ctx context.Context) ([]labour.Stint, error) {
	return k.list(ctx, "find whose time is to be reported", 100, func(db *gorm.DB) *gorm.DB {
		return db.Where("minutes IS NULL AND to_at <= " + k.s.dialect.now())
	})
}

// Beside gives all stints of a person that overlap a time.
func (k stints) Beside(ctx context.Context, who int64, of plant.Span) ([]labour.Stint, error) {
	return k.list(ctx, "find what else somebody was on", longest, func(db *gorm.DB) *gorm.DB {
		return db.Where("who_id = ? AND from_at < ? AND from_at > ? AND to_at > ?", who, of.To.UnixMicro(), of.From.Add(-longestPresence).UnixMicro(), of.From.UnixMicro())
	})
}

// On keeps a stint from now on.
func (k stints) On(ctx context.Context, s labour.Stint) (labour.Stint, error) {
	var row labourRow
	err := k.s.write(ctx, "clock "+s.Who.Name+" on to job "+s.Job, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, fmt.Sprintf("labour/%d", s.Who.ID)); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		var there []labourRow
		err = tx.Where("job = ? AND who_id = ? AND from_at <= ? AND to_at > ?", text(s.Job), s.Who.ID, now.UnixMicro(), now.UnixMicro()).Limit(1).Find(&there).Error
		if err != nil {
			return err
		} else if len(there) > 0 {
			row = there[0]
			return nil
		}
		id, err := next(tx, "labour", 1)
		if err != nil {
			return err
		}
		row = labourRow{
			ID: id, Line: text(string(s.Line)), Job: text(s.Job), Work: s.Work, Operation: s.Operation, WhoID: s.Who.ID, WhoName: text(s.Who.Name),
			FromAt: now.UnixMicro(), ToAt: plant.Later(s.To, now).UnixMicro(), OnID: s.On.ID, OnName: text(s.On.Name),
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: s.On, What: "labour.on", On: row.Job, New: row.WhoName})
		return err
	})
	return row.stint(), err
}

// Off ends a stint now.
func (k stints) Off(ctx context.Context, line plant.LineID, id int64, by plant.Person) (labour.Stint, error) {
	var row labourRow
	err := k.s.write(ctx, "clock somebody off at line "+string(line), func(tx *gorm.DB) error {
		if err := takeOne(tx.Where("id = ? AND line = ?", id, text(string(line))), &row, "nobody was clocked on by that number at this line"); err != nil {
			return err
		}
		if err := k.s.dialect.queue(tx, fmt.Sprintf("labour/%d", row.WhoID)); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		name := text(by.Name)
		done := tx.Exec("UPDATE labour SET to_at = ?, off_id = ?, off_name = ? WHERE id = ? AND off_id IS NULL AND to_at > ?", now.UnixMicro(), by.ID, name, id, now.UnixMicro())
		if done.Error != nil || done.RowsAffected == 0 { // clocked off, or the shift has ended
			return done.Error
		}
		row.ToAt, row.OffID, row.OffName = now.UnixMicro(), &by.ID, &name
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "labour.off", On: row.Job, Old: row.WhoName})
		return err
	})
	return row.stint(), err
}

// Settle keeps that a stint was reported.
func (k stints) Settle(ctx context.Context, id int64, minutes plant.Quantity) error {
	return k.s.write(ctx, "keep that somebody's time was reported", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE labour SET minutes = ? WHERE id = ? AND minutes IS NULL", int64(minutes), id).Error
	})
}
