package store

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// vault keeps users, tokens and sessions. Every change of a user or token stands in the audit chain.
type vault struct{ s *Store }

var _ access.Vault = (*vault)(nil)

type userRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name      string `gorm:"column:name"`
	Folded    string `gorm:"column:folded"`
	Hash      string `gorm:"column:hash"`
	Issuer    string `gorm:"column:issuer"`
	Subject   string `gorm:"column:subject"`
	Role      string `gorm:"column:role"`
	Disabled  bool   `gorm:"column:disabled"`
	Version   int64  `gorm:"column:version"`
	CreatedAt int64  `gorm:"column:created_at;autoCreateTime:false"`
	SignedIn  *int64 `gorm:"column:signed_in_at"`
	Owner     string `gorm:"column:owner"`
	Duties    string `gorm:"column:duties"`
}

// TableName is the row's table.
func (userRow) TableName() string { return "users" }

func (r userRow) user() access.User {
	return access.User{
		ID: r.ID, Name: r.Name, Hash: r.Hash, Issuer: r.Issuer, Subject: r.Subject, Role: roleOf(r.Role),
		Disabled: r.Disabled, Version: r.Version, Created: moment(r.CreatedAt), SignedIn: known(r.SignedIn),
		Owner: plant.ParseSide(r.Owner), Duties: dutiesOf(r.Duties),
	}
}

// words tells a user in the audit chain, without the secret.
func (r userRow) words() string {
	state := "enabled"
	if r.Disabled {
		state = "disabled"
	}
	words := fmt.Sprintf("%s, %s, %s", r.Name, r.Role, state)
	if r.Owner != "" {
		words += ", owner for " + r.Owner
	}
	if r.Duties != "" {
		words += ", duties " + r.Duties
	}
	if r.Subject != "" {
		words += fmt.Sprintf(", at %s %s", r.Issuer, r.Subject)
	}
	return words
}

// dutiesOf reads duties as they are kept; what is none is left out.
func dutiesOf(words string) plant.Duty {
	all, _ := plant.ParseDuties(words) // only what was printed is ever kept
	return all
}

// fold is a name without regard to case or to how its accents are written.
func fold(name string) string { return cases.Fold().String(norm.NFC.String(text(name))) }

// Users gives all of them by name.
func (v *vault) Users(ctx context.Context) ([]access.User, error) {
	var rows []userRow
	var grants map[int64][]plant.Grant
	err := v.s.read(ctx, "list users", func(db *gorm.DB) (err error) {
		if err = db.Order("folded").Limit(10_000).Find(&rows).Error; err != nil {
			return err
		}
		grants, err = granted(db)
		return err
	})
	users := make([]access.User, len(rows))
	for i, r := range rows {
		users[i] = r.user()
		users[i].Grants = grants[r.ID]
	}
	return users, err
}

// UserByName finds a user without regard to case.
func (v *vault) UserByName(ctx context.Context, name string) (access.User, error) {
	return v.find(ctx, "folded = ?", fold(name))
}

// User finds a user by ID.
func (v *vault) User(ctx context.Context, id int64) (access.User, error) {
	return v.find(ctx, "id = ?", id)
}

// UserBySubject finds the user whom a provider vouches for.
func (v *vault) UserBySubject(ctx context.Context, issuer, subject string) (access.User, error) {
	return v.find(ctx, "issuer = ? AND subject = ? AND subject <> ''", text(issuer), text(subject))
}

func (v *vault) find(ctx context.Context, where string, what ...any) (u access.User, err error) {
	var row userRow
	err = v.s.read(ctx, "find user", func(db *gorm.DB) error {
		if err := takeUser(db, &row, where, what...); err != nil {
			return err
		}
		u = row.user()
		u.Grants, err = grantsOf(db, row.ID)
		return err
	})
	return u, err
}

func takeUser(db *gorm.DB, row *userRow, where string, what ...any) error {
	return takeOne(db.Where(where, what...), row, "there is no such user")
}

// AddUser adds a user with a new ID and version 1.
func (v *vault) AddUser(ctx context.Context, u access.User, by plant.Person, why string) (access.User, error) {
	err := v.s.write(ctx, "add user", func(tx *gorm.DB) error { return v.add(tx, &u, by, why) })
	return u, err
}

// AddFirst adds the first admin: of two at once, one.
func (v *vault) AddFirst(ctx context.Context, u access.User) (access.User, error) {
	u.Role, u.Disabled = plant.Admin, false
	err := v.s.write(ctx, "add the first user", func(tx *gorm.DB) error {
		if err := v.s.dialect.queue(tx, "users"); err != nil {
			return err
		}
		var n int64
		if err := tx.Raw("SELECT COUNT(*) FROM users WHERE hash <> '' OR subject <> ''").Row().Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return conflict("there is a user already; sign in")
		}
		const why = "the first admin, by the set-up link"
		var there []userRow
		if err := tx.Where("folded = ? AND role = ? AND NOT disabled", fold(u.Name), u.Role.String()).Find(&there).Error; err != nil {
			return err
		}
		if len(there) == 0 {
			return v.add(tx, &u, plant.Program(), why)
		}
		hash := u.Hash // of one whom a file has named as an admin
		u = there[0].user()
		u.Hash = hash
		var err error
		if u.Grants, err = grantsOf(tx, u.ID); err != nil {
			return err
		}
		err = v.save(tx, u, plant.Program(), why)
		u.Version++
		return err
	})
	return u, err
}

func (v *vault) add(tx *gorm.DB, u *access.User, by plant.Person, why string) error {
	if !keepable(*u) {
		return errs.New(errs.Invalid, "a user needs a name and a role")
	}
	id, err := next(tx, "user", 1)
	if err != nil {
		return err
	}
	if u.Created.IsZero() {
		if u.Created, err = v.s.at(tx); err != nil {
			return err
		}
	}
	u.ID, u.Name, u.Version, u.Created = id, text(u.Name), 1, moment(u.Created.UnixMicro())
	row := userRow{u.ID, u.Name, fold(u.Name), u.Hash, text(u.Issuer), text(u.Subject), u.Role.String(), u.Disabled, u.Version, u.Created.UnixMicro(), nil, u.Owner.String(), u.Duties.String()}
	if err := tx.Create(&row).Error; duplicate(err) {
		return conflict("there is a user named %s already; choose another name", u.Name)
	} else if err != nil {
		return err
	}
	if err := regrant(tx, u.ID, u.Grants); err != nil {
		return err
	}
	_, err = v.s.audit(tx, access.Entry{Who: by, What: "user.add", On: u.Name, New: row.words() + grantWords(u.Grants), Why: why})
	return err
}

// keepable tells whether a user can be kept: with a name, and a role in the whole plant or Nobody.
func keepable(u access.User) bool { return text(u.Name) != "" && u.Role <= plant.Admin }

// SaveUser keeps a changed user in the place of the version it was read at. The last admin stays one:
// a plant that nobody may configure can be opened by nobody.
func (v *vault) SaveUser(ctx context.Context, u access.User, by plant.Person, why string) error {
	if !keepable(u) {
		return errs.New(errs.Invalid, "save user: a user needs a name and a role")
	}
	return v.s.write(ctx, "save user "+text(u.Name), func(tx *gorm.DB) error {
		if err := v.s.dialect.queue(tx, "users"); err != nil {
			return err
		}
		return v.save(tx, u, by, why)
	})
}

// save keeps a changed user; the transaction is alone with the users.
func (v *vault) save(tx *gorm.DB, u access.User, by plant.Person, why string) error {
	var old userRow
	if err := takeUser(tx, &old, "id = ?", u.ID); err != nil {
		return err
	}
	row := userRow{u.ID, text(u.Name), fold(u.Name), u.Hash, text(u.Issuer), text(u.Subject), u.Role.String(), u.Disabled, u.Version, old.CreatedAt, old.SignedIn, u.Owner.String(), u.Duties.String()}
	if err := mayOwn(tx, old, row, by); err != nil {
		return err
	}
	if err := replaceUser(tx, row); err != nil {
		return err
	}
	if err := keepsAnAdmin(tx, old, row); err != nil {
		return err
	}
	if err := keepsOwners(tx, old); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM sessions WHERE user_id = ?", row.ID).Error; err != nil {
		return err
	}
	grants, err := grantsOf(tx, row.ID)
	if err != nil {
		return err
	}
	if err := regrant(tx, row.ID, u.Grants); err != nil {
		return err
	}
	e := access.Entry{Who: by, What: "user.change", On: row.Name, Old: old.words() + grantWords(grants), New: row.words() + grantWords(u.Grants), Why: why}
	if old.Hash != row.Hash && row.Hash != "" {
		e.New += ", new password"
	}
	_, err = v.s.audit(tx, e)
	return err
}

// SignedIn notes when a user came in last. It is no change of the user and stands in no audit.
func (v *vault) SignedIn(ctx context.Context, id int64, at time.Time) error {
	return v.s.write(ctx, "note a sign-in", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE users SET signed_in_at = ? WHERE id = ?", at.UnixMicro(), id).Error
	})
}

func replaceUser(tx *gorm.DB, r userRow) error {
	done := tx.Exec(`
		UPDATE users
		   SET name = ?, folded = ?, hash = ?, issuer = ?, subject = ?, role = ?, disabled = ?, owner = ?, duties = ?, version = version + 1
		 WHERE id = ? AND version = ?`, r.Name, r.Folded, r.Hash, r.Issuer, r.Subject, r.Role, r.Disabled, r.Owner, r.Duties, r.ID, r.Version)
	switch {
	case duplicate(done.Error):
		return conflict("there is a user named %s already, or one who is the same person at the provider", r.Name)
	case done.Error == nil && done.RowsAffected == 0:
		return conflict("user %s was changed by somebody else; look again", r.Name)
	}
	return done.Error
}

func keepsAnAdmin(tx *gorm.DB, old, now userRow) error {
	admin := plant.Admin.String()
	opens := func(r userRow) bool { return r.Role == admin && !r.Disabled && r.Hash+r.Subject != "" }
	if !opens(old) || opens(now) {
		return nil
	}
	var left int64
	if err := tx.Raw("SELECT COUNT(*) FROM users WHERE role = ? AND NOT disabled AND (hash <> '' OR subject <> '')", admin).Row().Scan(&left); err != nil {
		return err
	}
	if left == 0 {
		return conflict("%s is the last admin who can come in; make somebody else an admin first", old.Name)
	}
	return nil
}
