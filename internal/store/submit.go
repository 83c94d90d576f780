// How a change is handed in: it is published, or becomes a request.

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/touch"
)

// judgement is what the rules in force say to a change.
type judgement struct {
	rules   consent.Rules
	touches []consent.Touch
	side    plant.Side // the author's own, who agrees by asking
	needs   plant.Side
	missing plant.Side
}

// judge holds a change against the rules. Without rules it costs nothing.
func (s *Store) judge(tx *gorm.DB, before string, r revision.Revision) (j judgement, err error) {
	if j.rules, err = rulesIn(tx); err != nil || !j.rules.On() || before == "" {
		return j, err
	}
	if j.touches, err = touch.Of(before, r.Text); err != nil {
		return j, err
	}
	if j.side, err = sideOf(tx, r.By); err != nil {
		return j, err
	}
	j.needs = j.rules.Needs(j.touches)
	j.missing = j.needs &^ j.side
	return j, nil
}

// Submit publishes a change, or makes a request of it.
func (q requests) Submit(ctx context.Context, c consent.Change) (out consent.Outcome, err error) {
	err = q.s.write(ctx, "hand in a change of the plant", func(tx *gorm.DB) error {
		book := revisions(q)
		head, same, err := book.place(tx, &c.Revision)
		if err != nil || same {
			out.Revision = c.Revision
			return err
		}
		j, err := q.s.judge(tx, head.Content, c.Revision)
		if c.Unasked {
			err = nil // also when nobody can tell what it touches any more
		}
		switch {
		case err != nil:
			return err
		case j.missing != plant.NoSide && !c.Unasked:
			out = consent.Outcome{Revision: head.revision(), Needs: j.missing}
			if out.Request, err = q.ask(tx, asked(c, j)); err != nil {
				return err
			}
			return q.replace(tx, c, fmt.Sprintf("asked again as request %d", out.Request))
		case c.Unasked && j.rules.On():
			_, err := q.s.audit(tx, access.Entry{Who: c.By, What: "plant.override", On: "plant", New: "published without the approval that the rules ask for", Why: c.Why})
			if err != nil {
				return err
			}
		}
		if err := book.add(tx, &c, head); err != nil {
			return err
		}
		out.Revision = c.Revision
		return q.replace(tx, c, fmt.Sprintf("published as revision %d", c.Number))
	})
	return out, err
}

// add puts a change on top of the head, and ends the draft that it says.
func (v revisions) add(tx *gorm.DB, c *consent.Change, head revisionRow) error {
	if c.Draft != 0 {
		e := access.Entry{Who: c.By, Why: c.Why, New: fmt.Sprintf("dropped with revision %d", c.Parent+1)}
		if err := v.end(tx, c.Draft, e, &c.Revision); err != nil {
			return err
		}
	}
	return v.top(tx, &c.Revision, head)
}

// replace ends the overtaken request in the place of which a change was handed in.
func (q requests) replace(tx *gorm.DB, c consent.Change, how string) error {
	if c.Again == 0 {
		return nil
	}
	r, err := q.find(tx, c.Again)
	if err != nil || r.Status != consent.Open {
		return err
	}
	return q.end(tx, &r, ending{consent.Withdrawn, c.By, how, 0})
}

func asked(c consent.Change, j judgement) consent.Request {
	return consent.Request{
		Subject: consent.Plant, Base: c.Parent, By: c.By, Side: j.side, Why: c.Why, Origin: c.Origin, Since: text(c.Since),
		Text: c.Text, Touches: j.touches, Needs: j.needs, Again: c.Again,
	}
}

// ask keeps a request, unless the same one waits already, which is to hold from the same moment on.
func (q requests) ask(tx *gorm.DB, r consent.Request) (number int64, err error) {
	r.Hash, r.By.Name = consent.Hash(r.Text), text(r.By.Name)
	var waits []int64
	err = tx.Raw(`
		SELECT number
		  FROM requests
		 WHERE status = ? AND subject = ? AND base = ? AND hash = ? AND COALESCE(NULLIF(since, ''), 'now') = COALESCE(NULLIF(?, ''), 'now')`,
		consent.Open, r.Subject, r.Base, r.Hash, r.Since).Scan(&waits).Error
	if err != nil || len(waits) > 0 {
		return append(waits, 0)[0], err
	}
	if r.Authors, err = authorsOf(tx, r); err != nil {
		return 0, err
	}
	if r.At, err = q.s.at(tx); err != nil {
		return 0, err
	}
	if r.Number, err = next(tx, "request", 1); err != nil {
		return 0, err
	}
	row, err := rowOfRequest(r)
	if err != nil {
		return 0, err
	}
	if err := tx.Create(&row).Error; err != nil {
		return 0, err
	}
	_, err = q.s.audit(tx, access.Entry{Who: r.By, What: "request.ask", On: thing(r.Number), New: "needs " + r.Needs.String() + ", sha256 " + r.Seal(), Why: r.Why})
	return r.Number, err
}

// authorsOf are the asker, and whoever had a hand in a draft that says the same.
func authorsOf(tx *gorm.DB, r consent.Request) (all []consent.Author, err error) {
	var drafted []string
	if r.Subject == consent.Plant {
		err = tx.Raw("SELECT authors FROM draft WHERE id = 1 AND content = ? UNION ALL SELECT authors FROM requests WHERE number = ?", r.Text, r.Again).Scan(&drafted).Error
	}
	for _, words := range drafted {
		var some []consent.Author
		if err := json.Unmarshal([]byte(words), &some); err != nil {
			return nil, fmt.Errorf("read who worked on the draft: %w", err)
		}
		for _, a := range some {
			all = oneMore(all, a)
		}
	}
	return oneMore(all, consent.AuthorOf(r.By)), err
}

func oneMore(all []consent.Author, a consent.Author) []consent.Author {
	a.Name = text(a.Name)
	if slices.Contains(all, a) {
		return all
	}
	return append(all, a)
}
