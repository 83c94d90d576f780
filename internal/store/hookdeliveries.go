package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/hook"
	"millwright/internal/plant"
)

type deliveryRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Webhook  int64  `gorm:"column:webhook"`
	Event    string `gorm:"column:event"`
	Thing    string `gorm:"column:thing"`
	At       int64  `gorm:"column:at"`
	Payload  string `gorm:"column:payload"`
	State    string `gorm:"column:state"`
	Attempts int64  `gorm:"column:attempts"`
	NextAt   int64  `gorm:"column:next_at"`
	UntilAt  *int64 `gorm:"column:until_at"`
	Status   int64  `gorm:"column:status"`
	Took     int64  `gorm:"column:took"`
	Answer   string `gorm:"column:answer"`
	Fault    string `gorm:"column:fault"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (deliveryRow) TableName() string { return "webhook_delivery" }

// toldRow is a delivery with whom it is for.
type toldRow struct {
	Row  deliveryRow `gorm:"embedded"`
	Name string      `gorm:"column:name"`
	URL  string      `gorm:"column:url"`
	Mark string      `gorm:"column:mark"`
}

const selectDelivery = `
	SELECT d.id, d.webhook, h.name, h.url, h.mark, d.event, d.thing, d.at, d.payload, d.state, d.attempts, d.next_at, d.status, d.took, d.answer, d.fault, d.version
	  FROM webhook_delivery d
	  JOIN webhook h ON h.id = d.webhook `

func (t toldRow) delivery() hook.Delivery {
	r := t.Row
	return hook.Delivery{
		ID: r.ID, Hook: r.Webhook, Name: t.Name, URL: t.URL, Mark: t.Mark, Event: r.Event, On: r.Thing, At: moment(r.At), Payload: r.Payload, State: hook.State(r.State),
		Attempts: int(r.Attempts), Next: moment(r.NextAt), Status: int(r.Status), Took: time.Duration(r.Took) * time.Microsecond, Answer: r.Answer, Fault: r.Fault, Version: r.Version,
	}
}

// Deliveries gives the newest of those that are asked for.
func (k hooks) Deliveries(ctx context.Context, of hook.Ask) (all []hook.Delivery, err error) {
	where, args := "WHERE true", []any{}
	narrow := func(by string, value any) { where, args = where+" AND "+by, append(args, value) }
	if of.Hook != 0 {
		narrow("d.webhook = ?", of.Hook)
	}
	if of.State != "" {
		narrow("d.state = ?", string(of.State))
	}
	if of.Before != 0 {
		narrow("d.id < ?", of.Before)
	}
	var rows []toldRow
	err = k.s.read(ctx, "list deliveries", func(db *gorm.DB) error {
		return db.Raw(selectDelivery+where+" ORDER BY d.id DESC LIMIT ?", append(args, of.Limit)...).Scan(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.delivery())
	}
	return all, err
}

// Test has a hook told that it is tried. While such a one waits, there is no other.
func (k hooks) Test(ctx context.Context, id int64, by plant.Person) (d hook.Delivery, err error) {
	err = k.s.write(ctx, "try a webhook", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "webhooks"); err != nil {
			return err
		}
		var of hookRow
		if err := takeOne(tx.Where("id = ?", id), &of, "there is no such webhook"); err != nil {
			return err
		}
		if !of.Active {
			return conflict("webhook %s is off; make it active, then try it", of.Name)
		}
		var rows []toldRow
		waits := tx.Raw(selectDelivery+"WHERE d.webhook = ? AND d.event = ? AND d.state = 'waiting' ORDER BY d.id LIMIT 1", id, hook.Tested).Scan(&rows)
		if waits.Error != nil {
			return waits.Error
		}
		if len(rows) == 0 {
			e, err := k.s.audit(tx, access.Entry{Who: by, What: hook.Tested, On: fmt.Sprintf("webhook/%d", id)})
			if err != nil {
				return err
			}
			body, err := json.Marshal(map[string]string{"by": by.Name})
			if err != nil {
				return err
			}
			row := deliveryRow{ID: e.Seq * hooksEach, Webhook: id, Event: hook.Tested, Thing: e.On, At: e.At.UnixMicro(), Payload: string(body), State: string(hook.Waiting), Version: 1}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
			rows = []toldRow{{row, of.Name, of.URL, of.Mark}}
		}
		d = rows[0].delivery()
		return nil
	})
	return d, err
}

// Again has a delivery tried once more, from now on.
func (k hooks) Again(ctx context.Context, delivery int64, by plant.Person) error {
	return k.s.write(ctx, "send a delivery again", func(tx *gorm.DB) error {
		done := tx.Exec("UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = 0, fault = '', version = version + 1 WHERE id = ? AND state <> 'waiting'", delivery)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("there is no such delivery, or it waits to be sent")
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "webhook.again", On: fmt.Sprintf("delivery/%d", delivery)})
		return err
	})
}

// keepDeliveries is how long it is remembered what became of a delivery.
const keepDeliveries = 90 * 24 * time.Hour

// Claim gives a delivery that is due to one who works on it until then. What hooks that are off were to be told waits.
func (k hooks) Claim(ctx context.Context, now, until time.Time) (d hook.Delivery, ok bool, err error) {
	var due int64
	err = k.s.read(ctx, "look for deliveries", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT COUNT(*)
			  FROM (SELECT 1 AS one FROM webhook_delivery WHERE state = 'waiting' AND next_at <= ? LIMIT 1) AS due`, now.UnixMicro()).Row().Scan(&due)
	})
	if err != nil || due == 0 {
		return d, false, err
	}
	err = k.s.write(ctx, "take a delivery", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "deliveries"); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM webhook_delivery WHERE state <> 'waiting' AND at < ?", now.Add(-keepDeliveries).UnixMicro()).Error; err != nil {
			return err
		}
		var rows []toldRow
		found := tx.Raw(selectDelivery+`
			 WHERE d.state = 'waiting' AND d.next_at <= ? AND (d.until_at IS NULL OR d.until_at <= ?) AND h.active
			 ORDER BY d.next_at, d.id
			 LIMIT 1`, now.UnixMicro(), now.UnixMicro()).Scan(&rows)
		if found.Error != nil || len(rows) == 0 {
			return found.Error
		}
		d, ok = rows[0].delivery(), true
		d.Version++
		return tx.Exec("UPDATE webhook_delivery SET until_at = ?, version = ? WHERE id = ?", until.UnixMicro(), d.Version, d.ID).Error
	})
	return d, ok && err == nil, err
}

// Settle keeps what became of a delivery, unless somebody else has it by now.
func (k hooks) Settle(ctx context.Context, d hook.Delivery) error {
	return k.s.write(ctx, "keep what became of a delivery", func(tx *gorm.DB) error {
		done := tx.Exec(`
			UPDATE webhook_delivery
			   SET state = ?, attempts = ?, next_at = ?, until_at = NULL, status = ?, took = ?, answer = ?, fault = ?, version = version + 1
			 WHERE id = ? AND version = ?`,
			string(d.State), d.Attempts, d.Next.UnixMicro(), d.Status, d.Took.Microseconds(), text(d.Answer), text(d.Fault), d.ID, d.Version)
		if done.Error != nil || done.RowsAffected == 0 || d.State == hook.Waiting {
			return done.Error
		}
		if d.State == hook.Sent {
			return tx.Exec("UPDATE webhook SET failures = 0 WHERE id = ? AND failures > 0", d.Hook).Error
		}
		var failures int64
		err := tx.Raw("UPDATE webhook SET failures = failures + 1 WHERE id = ? RETURNING failures", d.Hook).Row().Scan(&failures)
		if err != nil || failures < hook.GiveUp {
			return err
		}
		off := tx.Exec("UPDATE webhook SET active = FALSE, version = version + 1 WHERE id = ? AND active", d.Hook)
		if off.Error != nil || off.RowsAffected == 0 {
			return off.Error
		}
		_, err = k.s.audit(tx, access.Entry{Who: plant.Program(), What: "webhook.off", On: fmt.Sprintf("webhook/%d", d.Hook), New: d.Name + " is off", Why: fmt.Sprintf("%d deliveries in a row were given up", failures)})
		return err
	})
}
