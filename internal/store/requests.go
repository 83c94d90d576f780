package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// requests keeps changes that wait for owners to agree, and what those said.
type requests struct{ s *Store }

var _ consent.Desk = requests{}

func thing(request int64) string { return fmt.Sprintf("request %d", request) }

func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// Requests gives them from the newest on, without their texts.
func (q requests) Requests(ctx context.Context, open bool, limit int) ([]consent.Request, error) {
	var rows []requestRow
	err := q.s.read(ctx, "list requests", func(db *gorm.DB) error {
		db = db.Omit("content").Order("number DESC").Limit(Page{Limit: limit}.limit())
		if open {
			db = db.Where("status = ?", consent.Open)
		}
		return db.Find(&rows).Error
	})
	all := make([]consent.Request, 0, len(rows))
	for _, r := range rows {
		one, wrong := r.request()
		if wrong != nil {
			return nil, wrong
		}
		all = append(all, one)
	}
	return all, err
}

// Request gives one with all that belongs to it.
func (q requests) Request(ctx context.Context, number int64) (r consent.Request, err error) {
	err = q.s.read(ctx, "find a request", func(db *gorm.DB) error {
		r, err = q.find(db, number)
		return err
	})
	return r, err
}

func (q requests) find(db *gorm.DB, number int64) (consent.Request, error) {
	var row requestRow
	if err := takeOne(db.Where("number = ?", number), &row, fmt.Sprintf("there is no request %d", number)); err != nil {
		return consent.Request{}, err
	}
	r, err := row.request()
	if err != nil {
		return r, err
	}
	var effects []effectRow
	if err := db.Where("request = ?", number).Order("number DESC").Limit(1).Find(&effects).Error; err != nil {
		return r, err
	}
	for _, e := range effects {
		r.Effect = e.effect()
	}
	var answers []answerRow
	if err := db.Where("request = ?", number).Order("number").Limit(10).Find(&answers).Error; err != nil {
		return r, err
	}
	for _, a := range answers {
		r.Answers = append(r.Answers, a.answer())
	}
	return r, nil
}

// Withdraw ends a request by one of its authors. What a program asked for, any admin withdraws.
func (q requests) Withdraw(ctx context.Context, number int64, by plant.Person, why string) error {
	return q.s.write(ctx, "withdraw a request", func(tx *gorm.DB) error {
		if err := q.s.dialect.queue(tx, "revisions"); err != nil {
			return err
		}
		r, err := q.find(tx, number)
		if err != nil || r.Status == consent.Withdrawn {
			return err
		}
		if err := r.Releases(by); err != nil {
			return err
		}
		return q.end(tx, &r, ending{consent.Withdrawn, by, why, 0})
	})
}

// ending is how a request ends.
type ending struct {
	status  consent.Status
	by      plant.Person
	why     string
	outcome int64
}

func (q requests) end(tx *gorm.DB, r *consent.Request, e ending) error {
	at, err := q.s.at(tx)
	if err != nil {
		return err
	}
	r.Status, r.Ended, r.EndedBy, r.EndWhy, r.Outcome = e.status, at, text(e.by.Name), text(e.why), e.outcome
	err = tx.Exec("UPDATE requests SET status = ?, ended_at = ?, ended_by = ?, end_why = ?, outcome = ? WHERE number = ?",
		r.Status, r.Ended.UnixMicro(), r.EndedBy, r.EndWhy, r.Outcome, r.Number).Error
	if err != nil || e.status != consent.Withdrawn {
		return err
	}
	_, err = q.s.audit(tx, access.Entry{Who: e.by, What: "request.withdraw", On: thing(r.Number), Old: "open", New: "withdrawn", Why: e.why})
	return err
}

// mostEffects is how often one request may be computed anew.
const mostEffects = 1000

// Foresee keeps what a change would have made of the past.
func (q requests) Foresee(ctx context.Context, number int64, told string, by plant.Person) error {
	return q.s.write(ctx, "keep the effect of a request", func(tx *gorm.DB) error {
		if err := q.s.dialect.queue(tx, "revisions"); err != nil {
			return err
		}
		r, err := q.find(tx, number)
		if err != nil {
			return err
		}
		if r.Status != consent.Open || r.Effect.Number >= mostEffects {
			return conflict("request %d has ended, or was computed %d times: it stays as it is", number, r.Effect.Number)
		}
		at, err := q.s.at(tx)
		if err != nil {
			return err
		}
		row := effectRow{number, r.Effect.Number + 1, at.UnixMicro(), text(told)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		_, err = q.s.audit(tx, access.Entry{Who: by, What: "request.effect", On: thing(number), New: effectTold(row.Number, consent.Hash(row.Content))})
		return err
	})
}

func effectTold(number int64, hash string) string {
	return fmt.Sprintf("effect %d, sha256 %s", number, hash)
}
