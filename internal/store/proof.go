package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/revision/consent"
)

// proof holds requests and what was said to them against the audit chain, which is sound itself.
type proof struct {
	tx     *gorm.DB
	told   map[string]map[string]bool // what → thing → words, as the chain tells them
	laws   []string                   // the rules of approval, one after the other, as the chain tells them
	keys   map[int64]consent.Key
	proven int64
}

// proveApprovals finds whatever of requests, effects, answers, keys, published plants, rules and users is not as it was written.
// It gives how many answers are signed by a key of the plant.
func proveApprovals(tx *gorm.DB) (int64, error) {
	p := proof{tx: tx, told: map[string]map[string]bool{}, keys: map[int64]consent.Key{}}
	for _, step := range []func() error{p.readChain, p.proveKeys, p.proveRequests, p.proveRevisions, p.proveRules, p.proveUsers} {
		if err := step(); err != nil {
			return p.proven, err
		}
	}
	for what, all := range p.told {
		for words, seen := range all {
			if !seen {
				return p.proven, broken("what the audit tells of as %s, %s, is not there: it was removed", what, words)
			}
		}
	}
	return p.proven, nil
}

func (p *proof) readChain() error {
	var rows []auditRow
	err := p.tx.Where("what IN (?)", []string{"request.ask", "request.effect", "request.approve", "request.refuse", "approval.key", "plant.publish", "rules.change"}).
		Order("seq").Find(&rows).Error
	for _, r := range rows {
		switch r.What {
		case "rules.change":
			p.laws = append(p.laws, r.New)
			continue
		case "plant.publish":
			if r.New, _, _ = strings.Cut(r.New, ";"); r.New == "" {
				continue
			}
		}
		if p.told[r.What] == nil {
			p.told[r.What] = map[string]bool{}
		}
		p.told[r.What][r.Thing+": "+r.New] = false
	}
	return err
}

// tells finds the words in the chain; each may be found once.
func (p *proof) tells(what, on, words string) error {
	seen, ok := p.told[what][on+": "+words]
	if !ok || seen {
		return broken("%s (%s) is not as it was when it was audited: it was changed, or put in", on, strings.TrimPrefix(what, "request."))
	}
	p.told[what][on+": "+words] = true
	return nil
}

func (p *proof) proveKeys() error {
	var rows []keyRow
	if err := p.tx.Order("number").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		p.keys[r.Number] = r.key()
		if err := p.tells("approval.key", "approvals", keyTold(r.key())); err != nil {
			return err
		}
	}
	return nil
}

func (p *proof) proveRequests() error {
	for last := int64(0); ; {
		var row []requestRow
		if err := p.tx.Where("number > ?", last).Order("number").Limit(1).Find(&row).Error; err != nil || len(row) == 0 {
			return err
		}
		last = row[0].Number
		if err := p.proveRequest(row[0]); err != nil {
			return err
		}
	}
}

func (p *proof) proveRequest(row requestRow) error {
	r, err := row.request()
	if err != nil {
		return broken("%s", err)
	}
	if consent.Hash(r.Text) != r.Hash {
		return broken("%s is not as it was asked for: its text was changed", thing(r.Number))
	}
	if err := p.tells("request.ask", thing(r.Number), "needs "+r.Needs.String()+", sha256 "+r.Seal()); err != nil {
		return err
	}
	effects, err := p.proveEffects(r)
	if err != nil {
		return err
	}
	var answers []answerRow
	if err := p.tx.Where("request = ?", r.Number).Order("number").Find(&answers).Error; err != nil {
		return err
	}
	for _, row := range answers {
		a := row.answer()
		if !p.keys[a.Key].Proves(a.Bytes(r.Seal(), effects[a.Effect]), a.Signature) {
			return broken("answer %d to %s is not signed by the plant: it, or what it says, was changed", a.Number, thing(r.Number))
		}
		if err := p.tells("request."+string(a.Verdict), thing(r.Number), a.Told()); err != nil {
			return err
		}
		p.proven++
	}
	return p.proveOutcome(r)
}

func (p *proof) proveEffects(r consent.Request) (map[int64]string, error) {
	var rows []effectRow
	if err := p.tx.Where("request = ?", r.Number).Order("number").Find(&rows).Error; err != nil {
		return nil, err
	}
	hashes := map[int64]string{}
	for _, e := range rows {
		hashes[e.Number] = consent.Hash(e.Content)
		if err := p.tells("request.effect", thing(r.Number), effectTold(e.Number, hashes[e.Number])); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// proveOutcome proves that what was published is what was agreed on.
func (p *proof) proveOutcome(r consent.Request) error {
	if r.Status != consent.Published || r.Subject != consent.Plant {
		return nil
	}
	var rows []revisionRow
	if err := p.tx.Where("number = ?", r.Outcome).Find(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].Content != r.Text {
		return broken("revision %d is not what owners approved as %s", r.Outcome, thing(r.Number))
	}
	return nil
}

// proveRules proves that the rules of approval, and those before them, are as they were put into force.
func (p *proof) proveRules() error {
	var rows []ruleRow
	if err := p.tx.Order("version").Find(&rows).Error; err != nil {
		return err
	}
	for i, r := range rows {
		if r.Version != int64(i+1) || i >= len(p.laws) || r.Content != p.laws[i] {
			return broken("version %d of the rules of approval is not as it was put into force: it was changed, removed or put in", i+1)
		}
	}
	if len(rows) < len(p.laws) {
		return broken("version %d of the rules of approval is not there: it was removed", len(rows)+1)
	}
	return nil
}

// proveRevisions proves that every plant that was published is there, and as it was.
func (p *proof) proveRevisions() error {
	for last := int64(0); ; {
		var row []revisionRow
		if err := p.tx.Where("number > ?", last).Order("number").Limit(1).Find(&row).Error; err != nil || len(row) == 0 {
			return err
		}
		if row[0].Number != last+1 {
			return broken("revision %d of the plant is not there: it was removed", last+1)
		}
		last = row[0].Number
		if err := p.tells("plant.publish", "plant", told(last, row[0].Content)); err != nil {
			return broken("revision %d of the plant is not as it was published", last)
		}
	}
}

// VerifyApprovals proves that every answer to a request is signed by the plant, and that requests, effects and
// published plants are as the audit chain tells; it gives how many answers there are.
func (a Audit) VerifyApprovals(ctx context.Context) (n int64, err error) {
	err = a.s.review(ctx, "verify approvals", func(tx *gorm.DB) error {
		n, err = proveApprovals(tx)
		return err
	})
	return n, err
}
