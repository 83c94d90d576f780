package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

var _ desk.Decisions = plans{}

// Decisions keeps what planners decide.
func (s *Store) Decisions() desk.Decisions { return plans{s: s} }

// Accept does what a message asks for. The message goes with it: the next plan has it again where it still asks.
func (k plans) Accept(ctx context.Context, a desk.Acceptance, by desk.Doing) (document string, err error) {
	err = k.s.write(ctx, "accept a message", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "plan"); err != nil {
			return err
		}
		answer, again, err := knownWork(tx, workorder.Doing(by), "accept", a)
		if err != nil {
			return err
		}
		if again {
			document = answered(answer)
			return nil
		}
		var row planMessageRow
		if err := takeOne(tx.Where("id = ?", a.ID), &row, "this message is not there any more: somebody has done it, or it is not needed; look at the list again"); err != nil {
			return err
		}
		m := row.message()
		if m.Version != a.Version {
			return conflict("the plan has changed meanwhile; look at this message again")
		}
		document, err = k.obey(tx, m, a, by)
		if err != nil {
			return err
		}
		return k.accepted(tx, m, document, by)
	})
	return document, err
}

// answered is the document that an answer stands for: a purchase order where it is negative.
func answered(answer int64) string {
	if answer < 0 {
		return documentOf("purchase", -answer)
	}
	return workorder.Document(answer)
}

// accepted takes the message off the list, and tells of it.
func (k plans) accepted(tx *gorm.DB, m desk.Message, document string, by desk.Doing) error {
	if err := tx.Exec("DELETE FROM plan_message WHERE id = ?", m.ID).Error; err != nil {
		return err
	}
	if _, err := listed(tx); err != nil {
		return err
	}
	if by.Key != "" {
		kind, answer := documentID(document)
		if kind == "purchase" {
			answer = -answer
		}
		err := tx.Exec("UPDATE work_command SET answer = ? WHERE who_id = ? AND who_name = ? AND key = ?", answer, by.By.ID, text(by.By.Name), text(by.Key)).Error
		if err != nil {
			return err
		}
	}
	_, err := k.s.audit(tx, access.Entry{Who: by.By, What: "plan.accept", On: documentOf("item", m.Item), Old: m.Say(), New: document, Why: by.Why})
	return err
}

// documentID takes a document's name apart.
func documentID(document string) (kind string, id int64) {
	for i := range document {
		if document[i] == '/' {
			if _, err := fmt.Sscan(document[i+1:], &id); err == nil {
				return document[:i], id
			}
		}
	}
	return document, 0
}

// obey does what a message says.
func (k plans) obey(tx *gorm.DB, m desk.Message, a desk.Acceptance, by desk.Doing) (string, error) {
	quantity, due := m.Quantity, m.To
	if a.Quantity != 0 {
		quantity = a.Quantity
	}
	if a.Due != 0 {
		due = a.Due
	}
	if a.Release && m.Action != "make" {
		return "", errs.New(errs.Invalid, "only a planned order to make can be released at once; follow this one")
	}
	switch m.Action {
	case "make":
		due = max(due, a.Today)
		does := workorder.Doing{By: by.By, Why: by.Why}
		o, err := works{k.s}.create(tx, workorder.Order{
			Item: m.Item, Quantity: quantity, Begin: min(max(m.From, a.Today), due), Due: due, Lifecycle: workorder.Firmed,
		}, does)
		if err == nil && a.Release {
			o, err = works{k.s}.release(tx, o, does)
		}
		return o.Document(), err
	case "order":
		return k.request(tx, desk.Request{Item: m.Item, Quantity: quantity, Due: max(due, a.Today), Today: a.Today}, by)
	}
	if m.Action == "substitute" {
		return m.Document, k.substitute(tx, m, a, by)
	}
	kind, id := documentID(m.Document)
	change := desk.Amendment{Line: m.Line, From: m.From, Was: m.Was, Due: due, Quantity: quantity, Cancel: m.Action == "cancel", Today: a.Today}
	switch kind {
	case "work":
		return m.Document, k.amendWork(tx, id, change, by)
	case "purchase":
		return m.Document, k.amendPurchase(tx, id, change, by)
	}
	return "", errs.New(errs.Invalid, "%s cannot be changed from here; open it and change it there", m.Document)
}

// amendWork changes a work order as a message asks.
func (k plans) amendWork(tx *gorm.DB, id int64, c desk.Amendment, by desk.Doing) error {
	what := "change"
	if c.Cancel {
		what = "cancel"
	}
	_, err := works{k.s}.alterIn(tx, workAltered{id: id, what: what}, workorder.Doing{By: by.By, Why: planWhy(by)}, func(_ *gorm.DB, o *workorder.Order) error {
		if c.Cancel {
			return o.Take(workorder.Cancel, planWhy(by))
		}
		if !o.Open() {
			return conflict("%s is %s and cannot be changed any more", o.Number, o.Lifecycle)
		}
		span := o.Due - o.Begin
		o.Due = max(c.Due, c.Today)
		o.Begin = max(o.Due-span, min(c.Today, o.Due))
		if left := o.Left(); c.Quantity != left {
			o.Quantity += c.Quantity - left
		}
		return o.Check()
	})
	return err
}

// planWhy is why planning changes something, where nobody says otherwise.
func planWhy(by desk.Doing) string {
	if by.Why != "" {
		return by.Why
	}
	return "as planning asks"
}

// Ignore leaves a message out of the worklist until a date.
func (k plans) Ignore(ctx context.Context, i desk.Ignoring, by desk.Doing) error {
	if i.Until != 0 && by.Why == "" {
		return &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: "why", Message: "Say why it is ignored."}}}
	}
	return k.s.write(ctx, "ignore a message", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "plan"); err != nil {
			return err
		}
		var row planMessageRow
		if err := takeOne(tx.Where("id = ?", i.ID), &row, "this message is not there any more; look at the list again"); err != nil {
			return err
		}
		if row.Ignored == dateText(i.Until) && row.Why == text(by.Why) {
			return nil
		}
		if row.Version != i.Version {
			return conflict("the plan has changed meanwhile; look at this message again")
		}
		why := text(by.Why)
		if i.Until == 0 {
			why = ""
		}
		done := tx.Exec("UPDATE plan_message SET ignored = ?, why = ?, version = version + 1 WHERE id = ? AND version = ?", dateText(i.Until), why, i.ID, i.Version)
		if done.Error != nil {
			return done.Error
		} else if done.RowsAffected == 0 {
			return conflict("somebody has changed this meanwhile; look again")
		}
		if _, err := listed(tx); err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: by.By, What: "plan.ignore", On: documentOf("item", row.Item), Old: row.message().Say(), New: dateText(i.Until), Why: by.Why})
		return err
	})
}

// SetForecast keeps a forecast by its item and first date.
func (k plans) SetForecast(ctx context.Context, f desk.Forecast, by desk.Doing) (desk.Forecast, error) {
	if err := f.Check(); err != nil {
		return f, err
	}
	err := k.s.write(ctx, "keep a forecast", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, documentOf("forecast", f.Item)); err != nil {
			return err
		}
		var found int64
		if err := tx.Raw("SELECT COUNT(*) FROM item WHERE id = ? AND NOT retired", f.Item).Scan(&found).Error; err != nil || found == 0 {
			return errOr(err, errs.New(errs.NotFound, "there is no such item"))
		}
		var was []forecastRow
		if err := tx.Where("item = ? AND from_day < ? AND to_day > ?", f.Item, dateText(f.To), dateText(f.From)).Order("from_day").Limit(3).Find(&was).Error; err != nil {
			return err
		}
		old := forecastRow{}
		for _, w := range was {
			if w.FromDay != dateText(f.From) {
				return conflict("there is a forecast from %s to %s already; change that one", w.FromDay, w.ToDay)
			}
			old = w
		}
		if old.ID != 0 && f.Version != 0 && old.Version != f.Version {
			return conflict("somebody has changed this forecast meanwhile; look again")
		}
		return k.keepForecast(tx, old, &f, by)
	})
	return f, err
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (k plans) keepForecast(tx *gorm.DB, old forecastRow, f *desk.Forecast, by desk.Doing) (err error) {
	row := forecastRow{old.ID, f.Item, dateText(f.From), dateText(f.To), int64(f.Quantity), text(f.Note), old.Version + 1}
	switch {
	case f.Quantity == 0 && old.ID == 0:
		return nil
	case f.Quantity == 0:
		err = tx.Exec("DELETE FROM plan_forecast WHERE id = ?", old.ID).Error
	case old.ID == 0:
		if row.ID, err = next(tx, "forecast", 1); err == nil {
			err = tx.Create(&row).Error
		}
	case old.Quantity == row.Quantity && old.ToDay == row.ToDay && old.Note == row.Note:
		*f = old.forecast()
		return nil
	default:
		err = tx.Model(&row).Select("*").Updates(&row).Error
	}
	if err != nil {
		return err
	}
	before := ""
	if old.ID != 0 {
		before = old.forecast().Say()
	}
	f.ID, f.Version = row.ID, row.Version
	_, err = k.s.audit(tx, access.Entry{Who: by.By, What: "plan.forecast", On: documentOf("item", f.Item), Old: before, New: f.Say(), Why: by.Why})
	return err
}

// Forecasts gives the forecast of an item, or of all items, by date.
func (k plans) Forecasts(ctx context.Context, item int64) (all []desk.Forecast, err error) {
	err = k.s.read(ctx, "read the forecast", func(db *gorm.DB) error {
		var rows []forecastRow
		if item != 0 {
			db = db.Where("item = ?", item)
		}
		err := db.Order("item, from_day").Limit(mostOpen).Find(&rows).Error
		for _, r := range rows {
			all = append(all, r.forecast())
		}
		return err
	})
	return all, err
}

// plannedDue is when something that is ordered on a date is there, by calendar days.
func plannedDue(today plant.Date, lead int64) plant.Date {
	return today + plant.Date(max(1, (lead*7+4)/5))
}
