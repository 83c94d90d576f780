package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// RekeyToken gives a token another secret, in the place of the one that t has.
func (v *vault) RekeyToken(ctx context.Context, t access.Token, hash [32]byte, by plant.Person, why string) error {
	return v.s.write(ctx, "give a token another secret", func(tx *gorm.DB) error {
		fresh := t
		fresh.Hash = hash
		done := tx.Exec("UPDATE tokens SET hash = ? WHERE id = ? AND hash = ? AND NOT revoked", keyOf(fresh), t.ID, keyOf(t))
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("%s is revoked, or somebody else has made another secret for it meanwhile; look again", t.Name)
		}
		row := rowOf(fresh)
		e := access.Entry{Who: by, What: "token.secret", On: row.thing(), Old: row.words(), New: row.words() + ", another secret", Why: why}
		if t.Keyless() {
			e.New = row.words() + ", its first secret"
		}
		_, err := v.s.audit(tx, e)
		return err
	})
}

// retoken lets a token that works do something else, with the secret that it has.
func (v *vault) retoken(tx *gorm.DB, t access.Token, by plant.Person, why string) error {
	var old tokenRow
	if err := takeToken(tx, &old, "id = ? AND NOT revoked", t.ID); err != nil {
		return err
	}
	now := rowOf(t)
	err := tx.Exec("UPDATE tokens SET role = ?, page = ?, rotation = ?, scopes = ?, places = ? WHERE id = ?", now.Role, now.Page, now.Rotation, now.Scopes, now.Places, now.ID).Error
	if err != nil {
		return err
	}
	what := "token.change"
	if t.Role == plant.Display {
		what = "token.assign"
	}
	_, err = v.s.audit(tx, access.Entry{Who: by, What: what, On: now.thing(), Old: old.words(), New: now.words(), Why: why})
	return err
}
