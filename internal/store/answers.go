package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
)

// Answer keeps what an owner says, and publishes what everybody agrees on.
func (q requests) Answer(ctx context.Context, said consent.Said, with consent.Signer) (r consent.Request, err error) {
	err = q.s.write(ctx, "answer a request", func(tx *gorm.DB) error {
		r, err = q.answer(tx, said, with)
		return err
	})
	return r, err
}

func (q requests) answer(tx *gorm.DB, said consent.Said, with consent.Signer) (consent.Request, error) {
	if err := q.s.dialect.queue(tx, "revisions"); err != nil {
		return consent.Request{}, err
	}
	r, err := q.find(tx, said.Request)
	if err != nil {
		return r, err
	}
	for _, a := range r.Answers {
		if a.By.ID == said.User && a.Verdict == said.Verdict {
			return r, nil // said twice
		}
	}
	rules, err := rulesIn(tx)
	if err != nil {
		return r, err
	}
	var user userRow
	if err := takeUser(tx, &user, "id = ? AND NOT disabled", said.User); err != nil {
		return r, err
	}
	person, owner, missing := user.user().Person(), plant.ParseSide(user.Owner), r.Missing(rules)
	if err := r.Admits(person, owner, missing); err != nil {
		return r, err
	}
	if err := q.current(tx, r, said, rules); err != nil {
		return r, err
	}
	a := consent.Answer{Request: r.Number, By: person, Side: owner, Verdict: said.Verdict, Comment: text(said.Comment), Effect: r.Effect.Number, Key: with.Key}
	if err := q.sign(tx, r, &a, with); err != nil {
		return r, err
	}
	r.Answers = append(r.Answers, a)
	switch {
	case a.Verdict == consent.Refuse:
		return r, q.end(tx, &r, ending{consent.Refused, person, a.Comment, 0})
	case r.Missing(rules) == plant.NoSide:
		return r, q.carry(tx, &r, person, said.Anew)
	}
	return r, nil
}

// current refuses an approval of what is no longer as it was looked at.
func (q requests) current(tx *gorm.DB, r consent.Request, said consent.Said, rules consent.Rules) error {
	if said.Verdict == consent.Refuse {
		return nil
	}
	if said.Verdict != consent.Approve {
		return errs.New(errs.Invalid, "an answer is approve or refuse")
	}
	if r.Subject == consent.Law {
		if rules.Version != r.Base {
			return conflict("the rules were changed since this was asked for; withdraw it and ask anew")
		}
		return nil
	}
	var head int64
	if err := tx.Raw("SELECT COALESCE(MAX(number), 0) FROM revisions").Row().Scan(&head); err != nil {
		return err
	}
	switch {
	case head != r.Base:
		return conflict("request %d was made from revision %d, and revision %d is in use since: it can no longer be published; ask again", r.Number, r.Base, head)
	case r.Effect.Number == 0:
		return conflict("compute first what this would have made of the last 24 hours: who approves has to see it")
	case said.Effect != r.Effect.Number:
		return conflict("the effect was computed anew since you looked at it: look again")
	}
	return nil
}

// sign numbers, dates, signs and keeps an answer.
func (q requests) sign(tx *gorm.DB, r consent.Request, a *consent.Answer, with consent.Signer) (err error) {
	if a.At, err = q.s.at(tx); err != nil {
		return err
	}
	if a.Number, err = next(tx, "approval", 1); err != nil {
		return err
	}
	a.Signature = with.Sign(a.Bytes(r.Seal(), r.Effect.Hash))
	row := answerRow{
		a.Number, a.Request, a.At.UnixMicro(), a.By.ID, a.By.Name, a.By.Role.String(), a.Side.String(), string(a.Verdict), a.Comment, a.Effect, a.Key, a.Signature,
	}
	if err := tx.Create(&row).Error; duplicate(err) {
		return conflict("another owner for %s has answered this already; look again", a.Side)
	} else if err != nil {
		return err
	}
	_, err = q.s.audit(tx, access.Entry{Who: a.By, What: "request." + string(a.Verdict), On: thing(r.Number), New: a.Told(), Why: a.Comment})
	return err
}

// carry publishes what everybody has agreed on, in the name of who asked.
func (q requests) carry(tx *gorm.DB, r *consent.Request, last plant.Person, anew []revision.Anew) error {
	if r.Subject == consent.Law {
		rules, err := consent.ReadRules(r.Base, r.Text)
		if err == nil {
			rules, err = q.enact(tx, rules, r.By, r.Why)
		}
		if err != nil {
			return err
		}
		return q.end(tx, r, ending{consent.Published, last, "", rules.Version})
	}
	book := revisions(q)
	made := revision.Revision{Parent: r.Base, Text: r.Text, By: r.By, Why: r.Why, Origin: thing(r.Number), Anew: anew}
	head, same, err := book.place(tx, &made)
	if err == nil && !same {
		err = book.top(tx, &made, head)
	}
	if err != nil {
		return err
	}
	return q.end(tx, r, ending{consent.Published, last, "", made.Number})
}

// Rules gives those in force.
func (q requests) Rules(ctx context.Context) (r consent.Rules, err error) {
	err = q.s.read(ctx, "find the rules of approval", func(db *gorm.DB) error {
		r, err = rulesIn(db)
		return err
	})
	return r, err
}

func rulesIn(tx *gorm.DB) (consent.Rules, error) {
	var rows []ruleRow
	if err := tx.Order("version DESC").Limit(1).Find(&rows).Error; err != nil {
		return consent.Rules{}, err
	}
	for _, r := range rows {
		return consent.ReadRules(r.Version, r.Content)
	}
	return consent.Rules{}, nil
}

// Govern puts rules into force, or asks those who lose their say.
func (q requests) Govern(ctx context.Context, r consent.Rules, by plant.Person, why string) (out consent.Outcome, err error) {
	err = q.s.write(ctx, "change the rules of approval", func(tx *gorm.DB) error {
		for _, name := range []string{"revisions", "users"} {
			if err := q.s.dialect.queue(tx, name); err != nil {
				return err
			}
		}
		out, err = q.govern(tx, r, consent.Request{By: by, Why: text(why), Origin: "browser"})
		return err
	})
	return out, err
}

// govern puts rules into force, or asks for them as ask has it; the transaction is alone with revisions and users.
func (q requests) govern(tx *gorm.DB, r consent.Rules, ask consent.Request) (out consent.Outcome, err error) {
	old, err := rulesIn(tx)
	switch {
	case err != nil:
		return out, err
	case old.Text() == r.Text():
		return out, nil
	case old.Version != r.Version:
		return out, conflict("the rules were changed by somebody else; look again")
	}
	if without, err := ownerless(tx, r.Asks()); err != nil || without != plant.NoSide {
		if err == nil {
			err = errs.New(errs.Invalid, "nobody is an owner for %s yet, so nobody could approve: make somebody one on the page People first", without)
		}
		return out, err
	}
	side, err := sideOf(tx, ask.By)
	if err != nil {
		return out, err
	}
	if missing := old.Asks() &^ side; r.Weaker(old) && missing != plant.NoSide {
		out.Needs = missing
		ask.Subject, ask.Base, ask.Side, ask.Text, ask.Needs = consent.Law, old.Version, side, r.Text(), old.Asks()
		out.Request, err = q.ask(tx, ask)
		return out, err
	}
	_, err = q.enact(tx, r, ask.By, ask.Why)
	return out, err
}

// enact puts rules in the place of those of their version.
func (q requests) enact(tx *gorm.DB, r consent.Rules, by plant.Person, why string) (consent.Rules, error) {
	old, err := rulesIn(tx)
	if err != nil {
		return r, err
	}
	at, err := q.s.at(tx)
	if err != nil {
		return r, err
	}
	r.Version = old.Version + 1
	row := ruleRow{r.Version, at.UnixMicro(), text(by.Name), text(why), r.Text()}
	if err := tx.Create(&row).Error; err != nil {
		return r, err
	}
	_, err = q.s.audit(tx, access.Entry{Who: by, What: "rules.change", On: "rules of approval", Old: old.Text(), New: row.Content, Why: why})
	return r, err
}

// keys keeps the public halves of keys.
type keys struct{ s *Store }

var _ consent.Ring = keys{}

// Key gives the newest.
func (k keys) Key(ctx context.Context) (consent.Key, error) {
	var row keyRow
	err := k.s.read(ctx, "find the key of approvals", func(db *gorm.DB) error {
		return takeOne(db.Order("number DESC"), &row, "there is no key of approvals yet")
	})
	return row.key(), err
}

// AddKey keeps a new one under a new number.
func (k keys) AddKey(ctx context.Context, n consent.Key) (consent.Key, error) {
	err := k.s.write(ctx, "keep a key of approvals", func(tx *gorm.DB) error {
		at, err := k.s.at(tx)
		if err != nil {
			return err
		}
		if n.Number, err = next(tx, "signing key", 1); err != nil {
			return err
		}
		row := keyRow{n.Number, at.UnixMicro(), n.Public, n.Mark}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: plant.Program(), What: "approval.key", On: "approvals", New: keyTold(n)})
		return err
	})
	return n, err
}

func keyTold(k consent.Key) string { return fmt.Sprintf("key %d, ed25519 %s", k.Number, k.Public) }
