package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
)

type sessionRow struct {
	Hash      string  `gorm:"column:hash;primaryKey"`
	Data      string  `gorm:"column:data"`
	ExpiresAt int64   `gorm:"column:expires_at"`
	UserID    *int64  `gorm:"column:user_id"`
	SinceAt   *int64  `gorm:"column:since_at"`
	SeenAt    *int64  `gorm:"column:seen_at"`
	Source    *string `gorm:"column:source"`
	Agent     *string `gorm:"column:agent"`
}

// TableName is the row's table.
func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() access.Session {
	s := access.Session{ID: r.Hash, Since: known(r.SinceAt), Seen: known(r.SeenAt)}
	if r.UserID != nil {
		s.User = *r.UserID
	}
	if r.Source != nil {
		s.Source = *r.Source
	}
	if r.Agent != nil {
		s.Agent = *r.Agent
	}
	return s
}

// words tells a session in the audit chain.
func (r sessionRow) words() string {
	s := r.session()
	return fmt.Sprintf("session since %s from %s", s.Since.Format(time.RFC3339), s.Source)
}

// hashed is all that is kept of a cookie's token: who reads the database cannot enter with it.
func hashed(token string) string { return access.SessionID(token) }

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

// NoteSession keeps new data of a session, whose it is and where from it was used. It adds no row: a session that
// was ended stays ended.
func (v *vault) NoteSession(ctx context.Context, token string, b []byte, s access.Session) error {
	return v.s.write(ctx, "note use of session", func(tx *gorm.DB) error {
		return tx.Exec(`
			UPDATE sessions
			   SET data = ?, user_id = ?, since_at = COALESCE(since_at, ?), seen_at = ?, source = ?, agent = ?
			 WHERE hash = ?`,
			base64.StdEncoding.EncodeToString(b), s.User, s.Seen.UnixMicro(), s.Seen.UnixMicro(), text(s.Source), text(s.Agent),
			hashed(token)).Error
	})
}

// SessionsOf gives the sessions of a user that are not over, the one used last first.
func (v *vault) SessionsOf(ctx context.Context, user int64) ([]access.Session, error) {
	var rows []sessionRow
	err := v.s.read(ctx, "list sessions", func(db *gorm.DB) error {
		return db.Omit("data").Where("user_id = ? AND expires_at > "+v.s.dialect.now(), user).
			Order("seen_at DESC, hash").Limit(1000).Find(&rows).Error
	})
	all := make([]access.Session, len(rows))
	for i, r := range rows {
		all[i] = r.session()
	}
	return all, err
}

// EndSessions ends one session of a user, or all but one. Each stands in the audit chain.
func (v *vault) EndSessions(ctx context.Context, e access.Ending, by plant.Person) (n int, err error) {
	err = v.s.write(ctx, "end sessions", func(tx *gorm.DB) error {
		var u userRow
		if err := takeUser(tx, &u, "id = ?", e.User); err != nil {
			return err
		}
		var rows []sessionRow
		err := tx.Raw(`
			DELETE FROM sessions
			 WHERE user_id = ? AND (hash = ? OR ? = '') AND hash <> ?
			RETURNING *`, e.User, e.ID, e.ID, e.Keep).Scan(&rows).Error
		if err != nil {
			return err
		}
		n = len(rows)
		for _, r := range rows {
			if _, err := v.s.audit(tx, access.Entry{Who: by, What: "session.end", On: u.Name, Old: r.words(), New: "ended", Why: e.Why}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
