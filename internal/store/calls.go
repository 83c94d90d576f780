package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
)

// calls keeps calls for help.
type calls struct{ s *Store }

var _ andon.Calls = calls{}

// callWho is who took a step; empty where nobody has.
type callWho struct {
	ID   int64  `gorm:"column:id"`
	Name string `gorm:"column:name"`
	Role string `gorm:"column:role"`
}

type callRow struct {
	ID         int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line       string  `gorm:"column:line"`
	Unit       string  `gorm:"column:unit"`
	Kind       string  `gorm:"column:kind"`
	Note       string  `gorm:"column:note"`
	RaisedAt   int64   `gorm:"column:raised_at"`
	Raised     callWho `gorm:"embedded;embeddedPrefix:raised_"`
	AnsweredAt *int64  `gorm:"column:answered_at"`
	Answered   callWho `gorm:"embedded;embeddedPrefix:answered_"`
	DoneAt     *int64  `gorm:"column:done_at"`
	Done       callWho `gorm:"embedded;embeddedPrefix:done_"`
	Version    int64   `gorm:"column:version"`
	Key        *string `gorm:"column:key"`
}

// TableName is the row's table.
func (callRow) TableName() string { return "calls" }

func (w callWho) mark(at *int64) andon.Mark {
	if at == nil {
		return andon.Mark{}
	}
	return andon.Mark{By: plant.Person{ID: w.ID, Name: w.Name, Role: roleOf(w.Role)}, At: moment(*at)}
}

func whoOf(m andon.Mark) callWho {
	if m.At.IsZero() {
		return callWho{}
	}
	return callWho{ID: m.By.ID, Name: text(m.By.Name), Role: m.By.Role.String()}
}

func (r callRow) call() andon.Call {
	c := andon.Call{
		ID: r.ID, Line: plant.LineID(r.Line), Unit: plant.UnitID(r.Unit), Kind: andon.Kind(r.Kind), Note: r.Note,
		Raised: r.Raised.mark(&r.RaisedAt), Answered: r.Answered.mark(r.AnsweredAt), Done: r.Done.mark(r.DoneAt), Version: r.Version,
	}
	if r.Key != nil {
		c.Key = *r.Key
	}
	return c
}

func rowOfCall(c andon.Call) callRow {
	r := callRow{
		ID: c.ID, Line: text(string(c.Line)), Unit: text(string(c.Unit)), Kind: text(string(c.Kind)), Note: text(c.Note),
		RaisedAt: c.Raised.At.UnixMicro(), Raised: whoOf(c.Raised), AnsweredAt: maybe(c.Answered.At), Answered: whoOf(c.Answered),
		DoneAt: maybe(c.Done.At), Done: whoOf(c.Done), Version: c.Version,
	}
	if c.Key != "" {
		key := text(c.Key)
		r.Key = &key
	}
	return r
}

// Open gives the calls that are not done, the oldest first.
func (k calls) Open(ctx context.Context) ([]andon.Call, error) {
	return k.list(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("done_at IS NULL") })
}

// Between gives the calls of a line, or of all lines, that were raised in [from, to).
func (k calls) Between(ctx context.Context, line plant.LineID, from, to time.Time) ([]andon.Call, error) {
	return k.list(ctx, func(db *gorm.DB) *gorm.DB {
		if line != "" {
			db = db.Where("line = ?", text(string(line)))
		}
		return db.Where("raised_at >= ? AND raised_at < ?", from.UnixMicro(), to.UnixMicro())
	})
}

// Call gives a call.
func (k calls) Call(ctx context.Context, id int64) (andon.Call, error) {
	var row callRow
	err := k.s.read(ctx, "find a call for help", func(db *gorm.DB) error {
		return takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no call %d", id))
	})
	return row.call(), err
}

func (k calls) list(ctx context.Context, where func(*gorm.DB) *gorm.DB) ([]andon.Call, error) {
	var rows []callRow
	err := k.s.read(ctx, "load calls for help", func(db *gorm.DB) error { return where(db).Order("id").Limit(longest).Find(&rows).Error })
	all := make([]andon.Call, len(rows))
	for i, r := range rows {
		all[i] = r.call()
	}
	return all, err
}

// Raise keeps a call. All calls of one line pass one by one.
func (k calls) Raise(ctx context.Context, c andon.Call) (andon.Call, error) {
	if err := c.Check(); err != nil {
		return andon.Call{}, err
	}
	var row callRow
	err := k.s.write(ctx, "raise a call at line "+string(c.Line), func(tx *gorm.DB) (err error) {
		if err := k.s.dialect.queue(tx, "calls/"+text(string(c.Line))); err != nil {
			return err
		}
		if was, again, err := k.repeated(tx, c); again || err != nil {
			row = was
			return err
		}
		var open []callRow
		err = tx.Where("line = ? AND unit = ? AND kind = ? AND done_at IS NULL", text(string(c.Line)), text(string(c.Unit)), text(string(c.Kind))).Find(&open).Error
		for _, o := range open {
			return conflict("%s has called for %s there already, and it is not done yet", o.Raised.Name, o.Kind)
		}
		if err != nil {
			return err
		}
		if c.ID, err = next(tx, "call", 1); err != nil {
			return err
		}
		if c.Raised.At, err = k.s.at(tx); err != nil {
			return err
		}
		c.Answered, c.Done, c.Version = andon.Mark{}, andon.Mark{}, 1
		row = rowOfCall(c)
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return k.tell(tx, andon.Raise, "", row.call())
	})
	return row.call(), err
}

// repeated finds what the same person called for with the same key.
func (k calls) repeated(tx *gorm.DB, c andon.Call) (was callRow, again bool, err error) {
	if c.Key == "" {
		return was, false, nil
	}
	err = tx.Take(&was, "raised_id = ? AND raised_name = ? AND key = ?", c.Raised.By.ID, text(c.Raised.By.Name), text(c.Key)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return was, false, nil
	} else if err != nil {
		return was, false, err
	}
	if kept := was.call(); !kept.Same(&c) {
		return was, false, errs.New(errs.Invalid, "this key was used for another call; make a new key for each")
	}
	return was, true, nil
}

// Take takes a call a step further.
func (k calls) Take(ctx context.Context, t andon.Taking) (andon.Call, error) {
	var taken andon.Call
	err := k.s.write(ctx, fmt.Sprintf("take call %d further", t.ID), func(tx *gorm.DB) error {
		var row callRow
		if err := takeOne(tx.Where("id = ? AND line = ?", t.ID, text(string(t.Line))), &row, fmt.Sprintf("there is no call %d at this line", t.ID)); err != nil {
			return err
		}
		was := row.call()
		last, mark := was.Last()
		if last == t.Step && was.Version == t.Version+1 && mark.By.ID == t.By.ID && mark.By.Name == t.By.Name {
			taken = was
			return nil
		}
		at, err := k.s.at(tx)
		if err != nil {
			return err
		}
		if taken, err = was.Taken(t.Step, andon.Mark{By: t.By, At: at}); err != nil {
			return err
		}
		if was.Version != t.Version {
			return conflict("%s has changed this call meanwhile; look again", mark.By.Name)
		}
		row = rowOfCall(taken)
		done := tx.Model(&row).Where("version = ?", t.Version).Select("*").Updates(&row)
		if done.Error != nil {
			return done.Error
		} else if done.RowsAffected == 0 {
			return conflict("somebody has changed this call meanwhile; look again")
		}
		taken = row.call()
		return k.tell(tx, t.Step, string(last), taken)
	})
	return taken, err
}

func (k calls) tell(tx *gorm.DB, step andon.Step, old string, c andon.Call) error {
	_, by := c.Last()
	_, err := k.s.audit(tx, access.Entry{Who: by.By, What: "call." + string(step), On: "line " + string(c.Line), Old: old, New: fmt.Sprintf("call %d for %s", c.ID, c)})
	return err
}
