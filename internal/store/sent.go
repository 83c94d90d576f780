package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
)

// sentOrders keeps what machines know of jobs.
type sentOrders struct{ s *Store }

var _ foreman.Ledger = sentOrders{}

// Sent keeps what machines that take job orders know of jobs.
func (s *Store) Sent() foreman.Ledger { return sentOrders{s} }

type sentRow struct {
	Unit    string `gorm:"column:unit;primaryKey"`
	Job     string `gorm:"column:job;primaryKey"`
	Told    string `gorm:"column:told"`
	Seen    int64  `gorm:"column:seen"`
	Planned int64  `gorm:"column:planned"`
	Trouble string `gorm:"column:trouble"`
	At      int64  `gorm:"column:at"`
}

// TableName is the row's table.
func (sentRow) TableName() string { return "job_sent" }

// Sent gives what is known of all jobs at a unit: as many as the machine was given and has not done with.
func (k sentOrders) Sent(ctx context.Context, unit plant.UnitID) ([]foreman.Known, error) {
	var rows []sentRow
	err := k.s.read(ctx, "find what unit "+string(unit)+" was told of jobs", func(db *gorm.DB) error {
		return db.Where("unit = ?", text(string(unit))).Order("job").Limit(longest).Find(&rows).Error
	})
	all := make([]foreman.Known, len(rows))
	for i, r := range rows {
		all[i] = foreman.Known{
			Job: r.Job, Told: execution.Status(r.Told), Seen: driver.JobState(r.Seen), Planned: plant.Quantity(r.Planned), Trouble: r.Trouble, At: moment(r.At),
		}
	}
	return all, err
}

// KeepSent keeps what is known of one job at a unit; did is what was done, for the audit.
func (k sentOrders) KeepSent(ctx context.Context, unit plant.UnitID, n foreman.Known, did string) error {
	r := sentRow{
		Unit: text(string(unit)), Job: text(n.Job), Told: text(string(n.Told)), Seen: int64(n.Seen), Planned: int64(n.Planned), Trouble: text(n.Trouble), At: n.At.UnixMicro(),
	}
	return k.s.write(ctx, "keep what unit "+r.Unit+" was told of job "+r.Job, func(tx *gorm.DB) error {
		err := tx.Exec(`
			INSERT INTO job_sent (unit, job, told, seen, planned, trouble, at)
			VALUES (?, ?, ?, ?, ?, ?, ?)
			    ON CONFLICT (unit, job) DO UPDATE
			   SET told = excluded.told, seen = excluded.seen, planned = excluded.planned, trouble = excluded.trouble, at = excluded.at`,
			r.Unit, r.Job, r.Told, r.Seen, r.Planned, r.Trouble, r.At).Error
		if err != nil || did == "" {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: plant.Program(), What: "job.send", On: r.Job, New: did, Why: "job control of " + r.Unit})
		return err
	})
}

// ForgetSent forgets a job that a unit and we are done with.
func (k sentOrders) ForgetSent(ctx context.Context, unit plant.UnitID, job string) error {
	return k.s.write(ctx, "forget job "+job+" at unit "+string(unit), func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM job_sent WHERE unit = ? AND job = ?", text(string(unit)), text(job)).Error
	})
}
