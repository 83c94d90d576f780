package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/plant"
	"millwright/internal/report"
)

// post keeps subscriptions, the mail server and the outbox.
type post struct{ s *Store }

var _ mail.Book = post{}

// Mail keeps who gets which report, and what became of the letters.
func (s *Store) Mail() mail.Book { return post{s} }

type serverRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Host     string `gorm:"column:host"`
	Port     int64  `gorm:"column:port"`
	Security string `gorm:"column:security"`
	User     string `gorm:"column:username"`
	Mark     string `gorm:"column:mark"`
	From     string `gorm:"column:sender"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (serverRow) TableName() string { return "mail_server" }

func (r serverRow) server() mail.Server {
	return mail.Server{Host: r.Host, Port: int(r.Port), Security: mail.Security(r.Security), User: r.User, Mark: r.Mark, From: r.From, Version: r.Version}
}

type subscriptionRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name    string `gorm:"column:name"`
	Kind    string `gorm:"column:kind"`
	Place   string `gorm:"column:place"`
	Delay   int64  `gorm:"column:delay"`
	Clock   int64  `gorm:"column:clock"`
	Weekday int64  `gorm:"column:weekday"`
	Format  string `gorm:"column:format"`
	To      string `gorm:"column:recipients"`
	Off     bool   `gorm:"column:off"`
	Since   int64  `gorm:"column:since"`
	Version int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (subscriptionRow) TableName() string { return "subscriptions" }

func (r subscriptionRow) subscription() mail.Subscription {
	return mail.Subscription{
		ID: r.ID, Name: r.Name, Kind: mail.Kind(r.Kind), Place: plant.Place(r.Place), Delay: time.Duration(r.Delay) * time.Microsecond, At: plant.Clock(r.Clock),
		Weekday: time.Weekday(r.Weekday), Format: report.Format(r.Format), To: strings.Split(r.To, "\n"), Off: r.Off, Since: moment(r.Since), Version: r.Version,
	}
}

func rowOfSubscription(s mail.Subscription) subscriptionRow {
	return subscriptionRow{
		ID: s.ID, Name: text(s.Name), Kind: string(s.Kind), Place: text(string(s.Place)), Delay: s.Delay.Microseconds(), Clock: int64(s.At), Weekday: int64(s.Weekday),
		Format: string(s.Format), To: text(strings.Join(s.To, "\n")), Off: s.Off, Since: s.Since.UnixMicro(), Version: s.Version,
	}
}

// Server gives the mail server; the zero Server when none was set.
func (k post) Server(ctx context.Context) (mail.Server, error) {
	var rows []serverRow
	err := k.s.read(ctx, "find the mail server", func(db *gorm.DB) error { return db.Limit(1).Find(&rows).Error })
	if err != nil || len(rows) == 0 {
		return mail.Server{}, err
	}
	return rows[0].server(), nil
}

// SetServer keeps the mail server in the place of the version that it was read at.
func (k post) SetServer(ctx context.Context, s mail.Server, by plant.Person) error {
	return k.s.write(ctx, "set the mail server", func(tx *gorm.DB) error {
		var rows []serverRow
		if err := tx.Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		old := mail.Server{}
		if len(rows) > 0 {
			old = rows[0].server()
		}
		row := serverRow{ID: 1, Host: text(s.Host), Port: int64(s.Port), Security: string(s.Security), User: text(s.User), Mark: text(s.Mark), From: text(s.From), Version: s.Version + 1}
		done := tx.Model(&row).Where("version = ?", s.Version).Select("*").Updates(&row)
		if s.Version == 0 {
			done = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		}
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("somebody else has changed the mail server meanwhile; look again")
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "mail.server", On: "mail server", Old: old.String(), New: row.server().String(), Why: text(s.Why)})
		return err
	})
}

// Subscriptions gives all of them by name.
func (k post) Subscriptions(ctx context.Context) ([]mail.Subscription, error) {
	var rows []subscriptionRow
	err := k.s.read(ctx, "load subscriptions", func(db *gorm.DB) error { return db.Order("name, id").Limit(longest).Find(&rows).Error })
	all := make([]mail.Subscription, len(rows))
	for i, r := range rows {
		all[i] = r.subscription()
	}
	return all, err
}

// Keep keeps a subscription, which sends from now on.
func (k post) Keep(ctx context.Context, s mail.Subscription, by plant.Person) (mail.Subscription, error) {
	if err := s.Check(); err != nil {
		return s, err
	}
	err := k.s.write(ctx, "keep a subscription", func(tx *gorm.DB) (err error) {
		old := ""
		if s.Since, err = k.s.at(tx); err != nil {
			return err
		}
		was := s.Version
		s.Version++
		if s.ID == 0 {
			if s.ID, err = next(tx, "subscription", 1); err != nil {
				return err
			}
			row := rowOfSubscription(s)
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		} else if old, err = k.change(tx, s, was); err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "mail.subscription", On: fmt.Sprintf("subscription %d", s.ID), Old: old, New: s.String(), Why: text(s.Why)})
		return err
	})
	return s, err
}

func (k post) change(tx *gorm.DB, s mail.Subscription, was int64) (old string, err error) {
	var row subscriptionRow
	if err := takeOne(tx.Where("id = ?", s.ID), &row, "there is no such subscription any more"); err != nil {
		return "", err
	}
	old = row.subscription().String()
	row = rowOfSubscription(s)
	done := tx.Model(&row).Where("version = ?", was).Select("*").Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return old, conflict("somebody else has changed this subscription meanwhile; look again")
	}
	return old, done.Error
}

// Remove removes a subscription with its letters. One that is gone is gone.
func (k post) Remove(ctx context.Context, id int64, by plant.Person, why string) error {
	return k.s.write(ctx, "remove a subscription", func(tx *gorm.DB) error {
		var row subscriptionRow
		err := tx.Take(&row, "id = ?", id).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errs.New(errs.NotFound, "there is no such subscription any more")
		} else if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM letters WHERE subscription = ?", id).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM subscriptions WHERE id = ?", id).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "mail.subscription", On: fmt.Sprintf("subscription %d", id), Old: row.subscription().String(), Why: text(why)})
		return err
	})
}
