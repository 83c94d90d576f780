package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
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
}

// TableName is the row's table.
func (tokenRow) TableName() string { return "tokens" }

// AddToken adds a token with a new ID.
func (v *vault) AddToken(ctx context.Context, t access.Token, by plant.Person) (access.Token, error) {
	if roleOf(t.Role.String()) == plant.Nobody || text(t.Name) == "" {
		return t, errs.New(errs.Invalid, "add token: a token needs a name and a role")
	}
	err := v.s.write(ctx, "add token "+text(t.Name), func(tx *gorm.DB) error {
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
		row := tokenRow{t.ID, t.Name, hex.EncodeToString(t.Hash[:]), t.Role.String(), t.Page, t.Revoked, t.Created.UnixMicro(), maybe(t.Seen)}
		if err := tx.Create(&row).Error; duplicate(err) {
			return conflict("this token is there already; make another")
		} else if err != nil {
			return err
		}
		_, err = v.s.audit(tx, access.Entry{Who: by, What: "token.add", On: row.thing(), New: fmt.Sprintf("%s, %s %s", t.Name, row.Role, t.Page)})
		return err
	})
	return t, err
}

// thing names the token in the audit chain.
func (r tokenRow) thing() string { return "token " + strconv.FormatInt(r.ID, 10) }

// TokenByHash finds a token, revoked or not; errs.NotFound when there is none.
func (v *vault) TokenByHash(ctx context.Context, hash [32]byte) (access.Token, error) {
	var r tokenRow
	err := v.s.read(ctx, "find token", func(db *gorm.DB) error {
		return takeToken(db, &r, "hash = ?", hex.EncodeToString(hash[:]))
	})
	if err != nil {
		return access.Token{}, err
	}
	return access.Token{
		ID: r.ID, Name: r.Name, Hash: hash, Role: roleOf(r.Role), Page: r.Page,
		Revoked: r.Revoked, Created: moment(r.CreatedAt), Seen: known(r.SeenAt),
	}, nil
}

func takeToken(db *gorm.DB, r *tokenRow, where string, what any) error {
	err := db.Where(where, what).Take(r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "there is no such token")
	}
	return err
}

// RevokeToken ends a token for ever; one that is revoked stays so.
func (v *vault) RevokeToken(ctx context.Context, id int64, by plant.Person) error {
	return v.s.write(ctx, "revoke token", func(tx *gorm.DB) error {
		var r tokenRow
		if err := takeToken(tx, &r, "id = ?", id); err != nil {
			return err
		}
		done := tx.Exec("UPDATE tokens SET revoked = TRUE WHERE id = ? AND NOT revoked", id)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		_, err := v.s.audit(tx, access.Entry{Who: by, What: "token.revoke", On: r.thing(), Old: r.Name, New: r.Name + ", revoked"})
		return err
	})
}

// TokenSeen notes when a token was used last. It is no change of the token and stands in no audit.
func (v *vault) TokenSeen(ctx context.Context, id int64, at time.Time) error {
	return v.s.write(ctx, "note use of token", func(tx *gorm.DB) error {
		us := at.UnixMicro()
		return tx.Exec("UPDATE tokens SET seen_at = ? WHERE id = ? AND (seen_at IS NULL OR seen_at < ?)", us, id, us).Error
	})
}

type sessionRow struct {
	Hash      string `gorm:"column:hash;primaryKey"`
	Data      string `gorm:"column:data"`
	ExpiresAt int64  `gorm:"column:expires_at"`
}

// TableName is the row's table.
func (sessionRow) TableName() string { return "sessions" }

// hashed is all that is kept of a cookie's token: who reads the database cannot enter with it.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// DeleteCtx ends a session; one that is not there is no error.
func (v *vault) DeleteCtx(ctx context.Context, token string) error {
	return v.s.write(ctx, "end session", func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM sessions WHERE hash = ?", hashed(token)).Error
	})
}

// FindCtx gives a session's data unless it is over.
func (v *vault) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	var data string
	err = v.s.read(ctx, "find session", func(db *gorm.DB) error {
		done := db.Raw("SELECT data FROM sessions WHERE hash = ? AND expires_at > "+v.s.dialect.now(), hashed(token)).Scan(&data)
		found = done.RowsAffected > 0
		return done.Error
	})
	if err != nil || !found {
		return nil, false, err
	}
	if b, err = base64.StdEncoding.DecodeString(data); err != nil {
		return nil, false, fmt.Errorf("find session: its data is damaged: %w", err)
	}
	return b, true, nil
}

// CommitCtx keeps a session until it expires, and forgets those that are over.
func (v *vault) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return v.s.write(ctx, "keep session", func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM sessions WHERE expires_at <= " + v.s.dialect.now()).Error; err != nil {
			return err
		}
		return tx.Exec(`
			INSERT INTO sessions (hash, data, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
			hashed(token), base64.StdEncoding.EncodeToString(b), expiry.UnixMicro()).Error
	})
}
