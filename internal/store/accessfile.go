package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// accessFiles keeps who and what may come in as one text.
type accessFiles struct{ s *Store }

var _ accessfile.Book = accessFiles{}

type accessFileRow struct {
	Number   int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	At       int64  `gorm:"column:at"`
	WhoID    int64  `gorm:"column:who_id"`
	WhoName  string `gorm:"column:who_name"`
	WhoRole  string `gorm:"column:who_role"`
	Why      string `gorm:"column:why"`
	Origin   string `gorm:"column:origin"`
	Previous string `gorm:"column:previous"`
	Content  string `gorm:"column:content"`
}

// TableName is the row's table.
func (accessFileRow) TableName() string { return "register" }

func (r accessFileRow) version() accessfile.Version {
	return accessfile.Version{
		Number: r.Number, At: moment(r.At), Why: r.Why, Origin: r.Origin, Before: r.Previous, Text: r.Content,
		By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
	}
}

// State gives what is in force, without certificates.
func (f accessFiles) State(ctx context.Context) (s accessfile.State, err error) {
	err = f.s.read(ctx, "read who and what may come in", func(db *gorm.DB) error {
		s, err = f.state(db)
		return err
	})
	return s, err
}

// mostTokens bounds the tokens that an access file may have.
const mostTokens = 10_000

func (f accessFiles) state(db *gorm.DB) (s accessfile.State, err error) {
	var users []userRow
	if err := db.Order("folded").Limit(10_000).Find(&users).Error; err != nil {
		return s, err
	}
	grants, err := granted(db)
	if err != nil {
		return s, err
	}
	for _, r := range users {
		u := r.user()
		u.Grants = grants[u.ID]
		s.Users = append(s.Users, u)
	}
	var tokens []tokenRow
	if err := db.Where("NOT revoked").Order("id").Limit(mostTokens + 1).Find(&tokens).Error; err != nil {
		return s, err
	}
	if len(tokens) > mostTokens {
		return s, errs.New(errs.Invalid, "more than %d tokens work: revoke those that nobody needs first", mostTokens)
	}
	for _, r := range tokens {
		s.Tokens = append(s.Tokens, r.token())
	}
	s.Rules, err = rulesIn(db)
	return s, err
}

// Apply carries a plan out, all of it or nothing.
func (f accessFiles) Apply(ctx context.Context, p accessfile.Plan, w accessfile.Wish) (out accessfile.Outcome, err error) {
	if w.Why = text(w.Why); w.Why == "" {
		return out, errs.New(errs.Invalid, "put who may come in into force: say why, in one sentence")
	}
	err = f.s.write(ctx, "put who may come in into force", func(tx *gorm.DB) error {
		for _, name := range []string{"revisions", "users"} {
			if err := f.s.dialect.queue(tx, name); err != nil {
				return err
			}
		}
		if err := f.unchanged(tx, p); err != nil {
			return err
		}
		if err := f.people(tx, p, w); err != nil {
			return err
		}
		if err := f.tokens(tx, p, w); err != nil {
			return err
		}
		if p.Rules != nil {
			if out.Rules, err = requests(f).govern(tx, *p.Rules, consent.Request{By: w.By, Why: w.Why, Origin: text(w.Origin)}); err != nil {
				return err
			}
		}
		content, err := f.textOf(tx, p.Left)
		if err == nil {
			out.Version, err = f.keep(tx, p.Before, content, w)
		}
		return err
	})
	return out, err
}

// Note keeps what was changed on a page as a version.
func (f accessFiles) Note(ctx context.Context, before string, certificates []accessfile.Certificate, w accessfile.Wish) (number int64, err error) {
	w.Why = text(w.Why)
	err = f.s.write(ctx, "keep a version of who may come in", func(tx *gorm.DB) error {
		number = 0
		if err := f.s.dialect.queue(tx, "users"); err != nil {
			return err
		}
		content, err := f.textOf(tx, certificates)
		if err != nil || content == before {
			return err
		}
		number, err = f.keep(tx, before, content, w)
		return err
	})
	return number, err
}

// unchanged refuses a plan that was compared with something else than what is in force.
func (f accessFiles) unchanged(tx *gorm.DB, p accessfile.Plan) error {
	now, err := f.textOf(tx, p.Shown)
	if err == nil && now != p.Before {
		err = conflict("who or what may come in was changed by somebody else meanwhile; look again")
	}
	return err
}

// textOf writes what is in force, with the certificates that are told.
func (f accessFiles) textOf(tx *gorm.DB, certificates []accessfile.Certificate) (string, error) {
	s, err := f.state(tx)
	if err != nil {
		return "", err
	}
	s.Certificates = certificates
	return s.Text()
}

func (f accessFiles) people(tx *gorm.DB, p accessfile.Plan, w accessfile.Wish) error {
	v := &vault{f.s}
	for _, u := range p.Users {
		var err error
		if u.ID == 0 {
			err = v.add(tx, &u, w.By, w.Why)
		} else {
			err = v.save(tx, u, w.By, w.Why)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", u.Name, err)
		}
	}
	return nil
}

func (f accessFiles) tokens(tx *gorm.DB, p accessfile.Plan, w accessfile.Wish) error {
	v := &vault{f.s}
	for _, t := range p.Ended {
		if err := v.revoke(tx, t.ID, w.By, w.Why); err != nil {
			return err
		}
	}
	for _, t := range p.Moved {
		if err := v.retoken(tx, t, w.By, w.Why); err != nil {
			return err
		}
	}
	for _, t := range p.New {
		if err := v.addToken(tx, &t, w.By, w.Why); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps what is in force now as a version.
func (f accessFiles) keep(tx *gorm.DB, before, content string, w accessfile.Wish) (int64, error) {
	number, err := next(tx, "register", 1)
	if err != nil {
		return 0, err
	}
	at, err := f.s.at(tx)
	if err != nil {
		return 0, err
	}
	row := accessFileRow{number, at.UnixMicro(), w.By.ID, text(w.By.Name), w.By.Role.String(), w.Why, text(w.Origin), before, content}
	if err := tx.Create(&row).Error; err != nil {
		return 0, err
	}
	_, err = f.s.audit(tx, access.Entry{
		Who: w.By, What: "register.apply", On: "who may come in", Why: w.Why,
		Old: differing("sha256 "+consent.Hash(before), before, content), New: "version " + strconv.FormatInt(number, 10) + ", sha256 " + consent.Hash(content),
	})
	return number, err
}

// Versions gives them from the newest on, without texts.
func (f accessFiles) Versions(ctx context.Context, before int64, limit int) (all []accessfile.Version, err error) {
	err = f.s.read(ctx, "list the versions of who may come in", func(db *gorm.DB) error {
		q := db.Omit("content", "previous").Order("number DESC").Limit(Page{Limit: limit}.limit())
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		var rows []accessFileRow
		if err := q.Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			all = append(all, r.version())
		}
		return nil
	})
	return all, err
}

// Version gives one by its number.
func (f accessFiles) Version(ctx context.Context, number int64) (accessfile.Version, error) {
	var row accessFileRow
	err := f.s.read(ctx, "find a version of who may come in", func(db *gorm.DB) error {
		return takeOne(db.Where("number = ?", number), &row, fmt.Sprintf("there is no version %d of who may come in", number))
	})
	return row.version(), err
}
