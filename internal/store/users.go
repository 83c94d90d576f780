package store

import (
	"context"
	"errors"
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
	Role      string `gorm:"column:role"`
	Disabled  bool   `gorm:"column:disabled"`
	Version   int64  `gorm:"column:version"`
	CreatedAt int64  `gorm:"column:created_at;autoCreateTime:false"`
	SignedIn  *int64 `gorm:"column:signed_in_at"`
}

// TableName is the row's table.
func (userRow) TableName() string { return "users" }

func (r userRow) user() access.User {
	return access.User{
		ID: r.ID, Name: r.Name, Hash: r.Hash, Role: roleOf(r.Role),
		Disabled: r.Disabled, Version: r.Version, Created: moment(r.CreatedAt), SignedIn: known(r.SignedIn),
	}
}

// words tells a user in the audit chain, without the secret.
func (r userRow) words() string {
	state := "enabled"
	if r.Disabled {
		state = "disabled"
	}
	return fmt.Sprintf("%s, %s, %s", r.Name, r.Role, state)
}

// fold is a name without regard to case or to how its accents are written.
func fold(name string) string { return cases.Fold().String(norm.NFC.String(text(name))) }

// Users gives all of them by name.
func (v *vault) Users(ctx context.Context) ([]access.User, error) {
	var rows []userRow
	err := v.s.read(ctx, "list users", func(db *gorm.DB) error {
		return db.Order("folded").Limit(10_000).Find(&rows).Error
	})
	users := make([]access.User, len(rows))
	for i, r := range rows {
		users[i] = r.user()
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

func (v *vault) find(ctx context.Context, where string, what any) (access.User, error) {
	var row userRow
	err := v.s.read(ctx, "find user", func(db *gorm.DB) error { return takeUser(db, &row, where, what) })
	return row.user(), err
}

func takeUser(db *gorm.DB, row *userRow, where string, what any) error {
	err := db.Where(where, what).Take(row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "there is no such user")
	}
	return err
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
		if err := tx.Raw("SELECT COUNT(*) FROM users").Row().Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return conflict("there is a user already; sign in")
		}
		return v.add(tx, &u, plant.Program(), "the first admin, by the set-up link")
	})
	return u, err
}

func (v *vault) add(tx *gorm.DB, u *access.User, by plant.Person, why string) error {
	if roleOf(u.Role.String()) == plant.Nobody || text(u.Name) == "" {
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
	row := userRow{u.ID, u.Name, fold(u.Name), u.Hash, u.Role.String(), u.Disabled, u.Version, u.Created.UnixMicro(), nil}
	if err := tx.Create(&row).Error; duplicate(err) {
		return conflict("there is a user named %s already; choose another name", u.Name)
	} else if err != nil {
		return err
	}
	_, err = v.s.audit(tx, access.Entry{Who: by, What: "user.add", On: u.Name, New: row.words(), Why: why})
	return err
}

// SaveUser keeps a changed user in the place of the version it was read at. The last admin stays one:
// a plant that nobody may configure can be opened by nobody.
func (v *vault) SaveUser(ctx context.Context, u access.User, by plant.Person, why string) error {
	if roleOf(u.Role.String()) == plant.Nobody || text(u.Name) == "" {
		return errs.New(errs.Invalid, "save user: a user needs a name and a role")
	}
	return v.s.write(ctx, "save user "+text(u.Name), func(tx *gorm.DB) error {
		if err := v.s.dialect.queue(tx, "users"); err != nil {
			return err
		}
		var old userRow
		if err := takeUser(tx, &old, "id = ?", u.ID); err != nil {
			return err
		}
		row := userRow{u.ID, text(u.Name), fold(u.Name), u.Hash, u.Role.String(), u.Disabled, u.Version, old.CreatedAt, old.SignedIn}
		if err := replaceUser(tx, row); err != nil {
			return err
		}
		if err := keepsAnAdmin(tx, old, row); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM sessions WHERE user_id = ?", row.ID).Error; err != nil {
			return err
		}
		return v.auditUser(tx, old, row, access.Entry{Who: by, Why: why})
	})
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
		   SET name = ?, folded = ?, hash = ?, role = ?, disabled = ?, version = version + 1
		 WHERE id = ? AND version = ?`, r.Name, r.Folded, r.Hash, r.Role, r.Disabled, r.ID, r.Version)
	switch {
	case duplicate(done.Error):
		return conflict("there is a user named %s already; choose another name", r.Name)
	case done.Error == nil && done.RowsAffected == 0:
		return conflict("user %s was changed by somebody else; look again", r.Name)
	}
	return done.Error
}

func keepsAnAdmin(tx *gorm.DB, old, now userRow) error {
	admin := plant.Admin.String()
	if old.Role != admin || old.Disabled || (now.Role == admin && !now.Disabled) {
		return nil
	}
	var left int64
	if err := tx.Raw("SELECT COUNT(*) FROM users WHERE role = ? AND NOT disabled", admin).Row().Scan(&left); err != nil {
		return err
	}
	if left == 0 {
		return conflict("%s is the last admin; make somebody else an admin first", old.Name)
	}
	return nil
}

func (v *vault) auditUser(tx *gorm.DB, old, now userRow, e access.Entry) error {
	e.What, e.On, e.Old, e.New = "user.change", now.Name, old.words(), now.words()
	if old.Hash != now.Hash {
		e.New += ", new password"
	}
	_, err := v.s.audit(tx, e)
	return err
}
