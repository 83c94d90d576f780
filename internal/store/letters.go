package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mail"
	"millwright/internal/plant"
)

type letterRow struct {
	ID           int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Subscription int64  `gorm:"column:subscription"`
	Period       string `gorm:"column:period"`
	DueAt        int64  `gorm:"column:due_at"`
	State        string `gorm:"column:state"`
	Attempts     int64  `gorm:"column:attempts"`
	NextAt       int64  `gorm:"column:next_at"`
	UntilAt      *int64 `gorm:"column:until_at"`
	SentAt       *int64 `gorm:"column:sent_at"`
	Fault        string `gorm:"column:fault"`
	Version      int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (letterRow) TableName() string { return "letters" }

func (r letterRow) letter() mail.Letter {
	return mail.Letter{
		ID: r.ID, Subscription: r.Subscription, Period: r.Period, Due: moment(r.DueAt), State: mail.State(r.State), Attempts: int(r.Attempts),
		Next: moment(r.NextAt), Until: known(r.UntilAt), Sent: known(r.SentAt), Fault: r.Fault, Version: r.Version,
	}
}

func rowOfLetter(l mail.Letter) letterRow {
	return letterRow{
		ID: l.ID, Subscription: l.Subscription, Period: text(l.Period), DueAt: l.Due.UnixMicro(), State: string(l.State), Attempts: int64(l.Attempts),
		NextAt: l.Next.UnixMicro(), UntilAt: maybe(l.Until), SentAt: maybe(l.Sent), Fault: text(l.Fault), Version: l.Version,
	}
}

// keepLetters is how long it is remembered what became of a letter; a period is not sent again within a far shorter time.
const keepLetters = 400 * 24 * time.Hour

// Put adds letters that are not there yet; to a subscription that is gone none.
func (k post) Put(ctx context.Context, letters []mail.Letter) error {
	return k.s.write(ctx, "put letters into the outbox", func(tx *gorm.DB) error {
		for _, l := range letters {
			var there int64
			err := tx.Raw("SELECT COUNT(*) FROM letters WHERE subscription = ? AND period = ?", l.Subscription, text(l.Period)).Row().Scan(&there)
			if err != nil {
				return err
			}
			if there > 0 {
				continue
			}
			id, err := next(tx, "letter", 1)
			if err != nil {
				return err
			}
			err = tx.Exec(`
				INSERT INTO letters (id, subscription, period, due_at, state, attempts, next_at, fault, version)
				SELECT ?, id, ?, ?, 'waiting', 0, ?, '', 1 FROM subscriptions WHERE id = ?
				    ON CONFLICT (subscription, period) DO NOTHING`,
				id, text(l.Period), l.Due.UnixMicro(), l.Next.UnixMicro(), l.Subscription).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Claim gives a waiting letter to one who works on it until then.
func (k post) Claim(ctx context.Context, now, until time.Time) (l mail.Letter, ok bool, err error) {
	err = k.s.write(ctx, "take a letter from the outbox", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "letters"); err != nil {
			return err
		}
		err := tx.Exec(`
			UPDATE letters
			   SET state = 'unsure', until_at = NULL, version = version + 1,
			       fault = 'The program ended while it handed the letter over: nobody knows whether it was taken.'
			 WHERE state = 'sending' AND until_at <= ?`, now.UnixMicro()).Error
		if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM letters WHERE due_at < ?", now.Add(-keepLetters).UnixMicro()).Error; err != nil {
			return err
		}
		var rows []letterRow
		err = tx.Where("state = 'waiting' AND next_at <= ? AND (until_at IS NULL OR until_at <= ?)", now.UnixMicro(), now.UnixMicro()).Order("next_at, id").Limit(1).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		l, ok = rows[0].letter(), true
		l.Until, l.Version = moment(until.UnixMicro()), l.Version+1
		return tx.Exec("UPDATE letters SET until_at = ?, version = ? WHERE id = ?", until.UnixMicro(), l.Version, l.ID).Error
	})
	return l, ok && err == nil, err
}

// Settle keeps what became of a letter.
func (k post) Settle(ctx context.Context, l mail.Letter) (mail.Letter, error) {
	was := l.Version
	l.Version++
	err := k.s.write(ctx, fmt.Sprintf("keep what became of letter %d", l.ID), func(tx *gorm.DB) error {
		row := rowOfLetter(l)
		done := tx.Model(&row).Where("version = ?", was).Select("*").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return conflict("somebody else has this letter by now")
		}
		return done.Error
	})
	return l, err
}

// Letters gives the newest.
func (k post) Letters(ctx context.Context, limit int) ([]mail.Letter, error) {
	var rows []letterRow
	err := k.s.read(ctx, "load the outbox", func(db *gorm.DB) error { return db.Order("due_at DESC, id DESC").Limit(limit).Find(&rows).Error })
	all := make([]mail.Letter, len(rows))
	for i, r := range rows {
		all[i] = r.letter()
	}
	return all, err
}

// Again lets a letter that failed, or of which nobody knows, wait to be sent once more.
func (k post) Again(ctx context.Context, id int64, now time.Time, by plant.Person) error {
	return k.s.write(ctx, fmt.Sprintf("send letter %d again", id), func(tx *gorm.DB) error {
		var row letterRow
		if err := takeOne(tx.Where("id = ?", id), &row, "there is no such letter any more"); err != nil {
			return err
		}
		if row.State == string(mail.Waiting) && row.Attempts == 0 {
			return nil // somebody was first
		}
		done := tx.Exec(`
			UPDATE letters
			   SET state = 'waiting', attempts = 0, next_at = ?, until_at = NULL, fault = '', version = version + 1
			 WHERE id = ? AND version = ? AND (state IN ('failed', 'unsure') OR state = 'waiting' AND until_at IS NULL)`, now.UnixMicro(), id, row.Version)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("this letter was sent meanwhile, or is being sent; look again")
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "mail.again", On: fmt.Sprintf("letter %d of subscription %d", id, row.Subscription), Old: row.State, New: row.Period})
		return err
	})
}
