package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type tokenRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name      string `gorm:"column:name"`
	Hash      string `gorm:"column:hash"`
	Role      string `gorm:"column:role"`
	Page      string `gorm:"column:page"`
	Revoked   bool   `gorm:"column:revoked"`
	CreatedAt int64  `gorm:"column:created_at;autoCreateTime:false"`
	SeenAt    *int64 `gorm:"column:seen_at"`
	Scopes    string `gorm:"column:scopes"` // apart by spaces
	Places    string `gorm:"column:places"` // apart by spaces
	Rotation  string `gorm:"column:rotation"`
}

// TableName is the row's table.
func (tokenRow) TableName() string { return "tokens" }

// AddToken adds a token with a new ID.
func (v *vault) AddToken(ctx context.Context, t access.Token, by plant.Person, why string) (access.Token, error) {
	if roleOf(t.Role.String()) == plant.Nobody || text(t.Name) == "" {
		return t, errs.New(errs.Invalid, "add token: a token needs a name and a role")
	}
	err := v.s.write(ctx, "add token "+text(t.Name), func(tx *gorm.DB) error { return v.addToken(tx, &t, by, why) })
	return t, err
}

func (v *vault) addToken(tx *gorm.DB, t *access.Token, by plant.Person, why string) error {
	id, err := next(tx, "token", 1)
	if err != nil {
		return err
	}
	if t.Created.IsZero() {
		if t.Created, err = v.s.at(tx); err != nil {
			return err
		}
	}
	t.ID, t.Name, t.Page, t.Created = id, text(t.Name), text(t.Page), moment(t.Created.UnixMicro())
	row := rowOf(*t)
	if err := tx.Create(&row).Error; duplicate(err) {
		return conflict("this token is there already; make another")
	} else if err != nil {
		return err
	}
	_, err = v.s.audit(tx, access.Entry{Who: by, What: "token.add", On: row.thing(), New: row.words(), Why: why})
	return err
}

func rowOf(t access.Token) tokenRow {
	return tokenRow{
		t.ID, t.Name, keyOf(t), t.Role.String(), t.Page, t.Revoked, t.Created.UnixMicro(), maybe(t.Seen), access.Words(t.Scopes), placeWords(t.At), t.Turns.String(),
	}
}

// keyOf is the hash of a token's secret as it is kept; while it has none it is the hash of nothing.
func keyOf(t access.Token) string {
	if t.Keyless() {
		return "none yet: " + strconv.FormatInt(t.ID, 10)
	}
	return hex.EncodeToString(t.Hash[:])
}

// thing names the token in the audit chain.
func (r tokenRow) thing() string { return "token " + strconv.FormatInt(r.ID, 10) }

// words tells a token in the audit chain, without the secret.
func (r tokenRow) words() string {
	if r.Scopes == "" {
		return strings.TrimSpace(fmt.Sprintf("%s, %s %s", r.Name, r.Role, r.shows()))
	}
	if r.Places == "" {
		return r.Name + ", " + r.Scopes
	}
	return r.Name + ", " + r.Scopes + " at " + r.Places
}

// shows is access.Token.Shows.
func (r tokenRow) shows() string { return cmp.Or(r.Rotation, r.Page) }

func placeWords(places []plant.Place) string {
	all := make([]string, len(places))
	for i, p := range places {
		all[i] = string(p)
	}
	return strings.Join(all, " ")
}

func (r tokenRow) token() access.Token {
	hash, _ := readHash(r.Hash) // one that is none is the hash of no secret
	t := access.Token{
		ID: r.ID, Name: r.Name, Hash: hash, Role: roleOf(r.Role), Page: r.Page,
		Revoked: r.Revoked, Created: moment(r.CreatedAt), Seen: known(r.SeenAt),
	}
	t.Turns, _ = rotation.Parse(r.Rotation) // what cannot be read shows the page alone
	for _, s := range strings.Fields(r.Scopes) {
		t.Scopes = append(t.Scopes, access.Scope(s))
	}
	for _, p := range strings.Fields(r.Places) {
		t.At = append(t.At, plant.Place(p))
	}
	return t
}

// Tokens gives those that work first, of each kind the newest first.
func (v *vault) Tokens(ctx context.Context, limit int) ([]access.Token, error) {
	var rows []tokenRow
	err := v.s.read(ctx, "list tokens", func(db *gorm.DB) error {
		return db.Order("revoked, id DESC").Limit(Page{Limit: limit}.limit()).Find(&rows).Error
	})
	all := make([]access.Token, len(rows))
	for i, r := range rows {
		all[i] = r.token()
	}
	return all, err
}

// Token finds a token by its ID, revoked or not.
func (v *vault) Token(ctx context.Context, id int64) (access.Token, error) {
	return v.findToken(ctx, "id = ?", id)
}

// TokenByHash finds a token, revoked or not; errs.NotFound when there is none.
func (v *vault) TokenByHash(ctx context.Context, hash [32]byte) (access.Token, error) {
	return v.findToken(ctx, "hash = ?", hex.EncodeToString(hash[:]))
}

func (v *vault) findToken(ctx context.Context, where string, what any) (access.Token, error) {
	var r tokenRow
	if err := v.s.read(ctx, "find token", func(db *gorm.DB) error { return takeToken(db, &r, where, what) }); err != nil {
		return access.Token{}, err
	}
	return r.token(), nil
}

func takeToken(db *gorm.DB, r *tokenRow, where string, what any) error {
	return takeOne(db.Where(where, what), r, "there is no such token")
}

// AssignToken gives a display other walls.
func (v *vault) AssignToken(ctx context.Context, a access.Assignment, by plant.Person) error {
	return v.s.write(ctx, "give a display other walls", func(tx *gorm.DB) error {
		var old tokenRow
		if err := takeToken(tx, &old, "id = ?", a.Token); err != nil {
			return err
		}
		if old.Role != plant.Display.String() || old.Revoked {
			return conflict("%s is no display that works", old.Name)
		}
		now := old
		now.Page, now.Rotation = text(a.Page), a.Rotation.String()
		if now == old {
			return nil
		}
		if a.Seen != "" && a.Seen != old.shows() {
			return conflict("somebody else has given %s other walls meanwhile: it shows %s; look again", old.Name, old.shows())
		}
		done := tx.Exec("UPDATE tokens SET page = ?, rotation = ? WHERE id = ? AND page = ? AND rotation = ? AND NOT revoked", now.Page, now.Rotation, now.ID, old.Page, old.Rotation)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("%s was changed by somebody else; look again", old.Name)
		}
		_, err := v.s.audit(tx, access.Entry{Who: by, What: "token.assign", On: now.thing(), Old: old.words(), New: now.words(), Why: a.Why})
		return err
	})
}

// RevokeToken ends a token for ever; one that is revoked stays so.
func (v *vault) RevokeToken(ctx context.Context, id int64, by plant.Person, why string) error {
	return v.s.write(ctx, "revoke token", func(tx *gorm.DB) error { return v.revoke(tx, id, by, why) })
}

func (v *vault) revoke(tx *gorm.DB, id int64, by plant.Person, why string) error {
	var r tokenRow
	if err := takeToken(tx, &r, "id = ?", id); err != nil {
		return err
	}
	done := tx.Exec("UPDATE tokens SET revoked = TRUE WHERE id = ? AND NOT revoked", id)
	if done.Error != nil || done.RowsAffected == 0 {
		return done.Error
	}
	_, err := v.s.audit(tx, access.Entry{Who: by, What: "token.revoke", On: r.thing(), Old: r.Name, New: r.Name + ", revoked", Why: why})
	return err
}

// TokenSeen notes when a token was used last. It is no change of the token and stands in no audit.
func (v *vault) TokenSeen(ctx context.Context, id int64, at time.Time) error {
	return v.s.write(ctx, "note use of token", func(tx *gorm.DB) error {
		us := at.UnixMicro()
		return tx.Exec("UPDATE tokens SET seen_at = ? WHERE id = ? AND (seen_at IS NULL OR seen_at < ?)", us, id, us).Error
	})
}
