package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/hook"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Hooks keeps programs elsewhere that are told what happens in the business, and what they are told.
func (s *Store) Hooks() hook.Book { return hooks{s} }

type hooks struct{ s *Store }

var _ hook.Book = hooks{}

// hooksEach is more than there are webhooks: so many numbers of deliveries each entry of the audit has for itself, so that
// none has to be asked for.
const hooksEach = 64

// announce has programs elsewhere told what the transaction does, by what the audit tells of it: "item.add" on "item/12".
// It is sent once the transaction is kept, and never when it is not. What happens to no document is told to nobody, and
// where nobody is to be told it costs one look at a small table.
func (s *Store) announce(tx *gorm.DB, e access.Entry) error {
	kind := hook.KindOf(e.On)
	if kind == "" {
		return nil
	}
	var rows []hookRow
	if err := tx.Where("active").Order("id").Limit(hook.MostHooks).Find(&rows).Error; err != nil || len(rows) == 0 {
		return err
	}
	body, err := json.Marshal(map[string]string{"by": e.Who.Name, "old": e.Old, "new": e.New, "why": e.Why})
	if err != nil {
		return fmt.Errorf("announce %s: %w", e.What, err)
	}
	for i, r := range rows {
		if r.Events != "" && !slices.Contains(strings.Fields(r.Events), kind) {
			continue
		}
		row := deliveryRow{ID: e.Seq*hooksEach + int64(i), Webhook: r.ID, Event: e.What, Thing: e.On, At: e.At.UnixMicro(), Payload: string(body), State: string(hook.Waiting), Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

type hookRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name     string `gorm:"column:name"`
	URL      string `gorm:"column:url"`
	Events   string `gorm:"column:events"`
	Mark     string `gorm:"column:mark"`
	Active   bool   `gorm:"column:active"`
	Failures int64  `gorm:"column:failures"`
	Version  int64  `gorm:"column:version"`

	MadeID   int64   `gorm:"column:made_id"`
	MadeName string  `gorm:"column:made_name"`
	MadeKey  *string `gorm:"column:made_key"`
	Asked    string  `gorm:"column:asked"`
}

// TableName is the row's table.
func (hookRow) TableName() string { return "webhook" }

func (r hookRow) hook() hook.Hook {
	return hook.Hook{ID: r.ID, Name: r.Name, URL: r.URL, Events: strings.Fields(r.Events), Mark: r.Mark, Active: r.Active, Failures: r.Failures, Version: r.Version}
}

// words tells a hook in the audit chain, without its secret.
func (r hookRow) words() string {
	words := r.Name + ", " + r.URL + ", " + map[bool]string{true: "active", false: "off"}[r.Active]
	if r.Events != "" {
		words += ", " + r.Events
	}
	return words
}

// Hooks gives all of them by name.
func (k hooks) Hooks(ctx context.Context) (all []hook.Hook, err error) {
	var rows []hookRow
	err = k.s.read(ctx, "list webhooks", func(db *gorm.DB) error { return db.Order("name, id").Limit(hook.MostHooks).Find(&rows).Error })
	for _, r := range rows {
		all = append(all, r.hook())
	}
	return all, err
}

// made finds the one that was made with a key.
func (k hooks) made(tx *gorm.DB, m hook.Making, asked string) (row hookRow, again bool, err error) {
	if m.Key == "" {
		return row, false, nil
	}
	err = takeOne(tx.Where("made_id = ? AND made_name = ? AND made_key = ?", m.By.ID, text(m.By.Name), text(m.Key)), &row, "")
	if errs.KindOf(err) == errs.NotFound {
		return hookRow{}, false, nil
	}
	if err == nil && row.Asked != asked {
		err = errs.New(errs.Invalid, "this key was used for another request; make a new key for each")
	}
	return row, err == nil, err
}

// Add keeps a new one.
func (k hooks) Add(ctx context.Context, h hook.Hook, m hook.Making) (hook.Hook, error) {
	var row hookRow
	asked, err := commandDigest("webhook", []any{h.Name, h.URL, h.Events, h.Active, m.Why})
	if err != nil {
		return hook.Hook{}, err
	}
	err = k.s.write(ctx, "add a webhook", func(tx *gorm.DB) (err error) {
		if err := k.s.dialect.queue(tx, "webhooks"); err != nil {
			return err
		}
		var again bool
		if row, again, err = k.made(tx, m, asked); err != nil || again {
			return err
		}
		var n int
		if err := tx.Raw("SELECT COUNT(*) FROM webhook").Row().Scan(&n); err != nil {
			return err
		}
		if n >= hook.MostHooks {
			return errs.New(errs.Conflict, "there are %d webhooks already; change one that is off", hook.MostHooks)
		}
		id, err := next(tx, "webhook", 1)
		if err != nil {
			return err
		}
		row = hookRow{ID: id, Name: text(h.Name), URL: text(h.URL), Events: text(strings.Join(h.Events, " ")), Mark: h.Mark, Active: h.Active, Version: 1, MadeID: m.By.ID, MadeName: text(m.By.Name), Asked: asked}
		if key := text(m.Key); key != "" {
			row.MadeKey = &key
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: m.By, What: "webhook.add", On: fmt.Sprintf("webhook/%d", id), New: row.words(), Why: m.Why})
		return err
	})
	return row.hook(), err
}

// Save keeps a changed one in the place of the version it was read at. One that is made active begins without failures.
func (k hooks) Save(ctx context.Context, h hook.Hook, by plant.Person, why string) error {
	return k.s.write(ctx, "change a webhook", func(tx *gorm.DB) error {
		var old hookRow
		if err := takeOne(tx.Where("id = ?", h.ID), &old, "there is no such webhook"); err != nil {
			return err
		}
		row := hookRow{ID: h.ID, Name: text(h.Name), URL: text(h.URL), Events: text(strings.Join(h.Events, " ")), Mark: h.Mark, Active: h.Active}
		done := tx.Exec("UPDATE webhook SET name = ?, url = ?, events = ?, mark = ?, active = ?, failures = 0, version = version + 1 WHERE id = ? AND version = ?",
			row.Name, row.URL, row.Events, row.Mark, row.Active, row.ID, h.Version)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("webhook %s was changed by somebody else; look again", old.Name)
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "webhook.change", On: fmt.Sprintf("webhook/%d", h.ID), Old: old.words(), New: row.words(), Why: why})
		return err
	})
}
