package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Audit is the chain of who changed what. Rows are only ever added.
type Audit struct{ s *Store }

var _ access.Chain = Audit{}

type auditRow struct {
	Seq     int64  `gorm:"column:seq;primaryKey;autoIncrement:false"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
	What    string `gorm:"column:what"`
	Thing   string `gorm:"column:thing"`
	Old     string `gorm:"column:old"`
	New     string `gorm:"column:new"`
	Why     string `gorm:"column:why"`
	Hash    string `gorm:"column:hash"`
}

// TableName is the row's table.
func (auditRow) TableName() string { return "audit" }

// audit adds an entry in the transaction that does what it tells of. It is the last step of that transaction:
// from here on all others that audit wait for its end.
func (s *Store) audit(tx *gorm.DB, e access.Entry) (access.Entry, error) {
	var head string
	var at int64
	err := tx.Raw(`
		UPDATE audit_head
		   SET seq = seq + 1
		 WHERE id = 1
		RETURNING seq, hash, `+s.dialect.now()).Row().Scan(&e.Seq, &head, &at)
	if err != nil {
		return e, fmt.Errorf("find the end of the audit chain: %w", err)
	}
	if e.At.IsZero() {
		e.At = moment(at)
	}
	e.At = moment(e.At.UnixMicro())
	e.Who.Name, e.What, e.On = text(e.Who.Name), text(e.What), text(e.On)
	e.Old, e.New, e.Why = text(e.Old), text(e.New), text(e.Why)
	previous, err := readHash(head)
	if err != nil {
		return e, fmt.Errorf("the end of the audit chain: %w", err)
	}
	e.Hash = e.Seal(previous)
	row := auditRow{e.Seq, e.At.UnixMicro(), e.Who.ID, e.Who.Name, e.Who.Role.String(), e.What, e.On, e.Old, e.New, e.Why, hex.EncodeToString(e.Hash[:])}
	if err := tx.Create(&row).Error; err != nil {
		return e, fmt.Errorf("add to the audit chain: %w", err)
	}
	if err := tx.Exec("UPDATE audit_head SET hash = ? WHERE id = 1", row.Hash).Error; err != nil {
		return e, err
	}
	return e, s.announce(tx, e)
}

// Append adds an entry about something that is not kept here, such as a value written to a machine.
// The entry gets its number and hash, and the database's time when it has none.
func (a Audit) Append(ctx context.Context, e access.Entry) (access.Entry, error) {
	var kept access.Entry
	err := a.s.write(ctx, "audit "+e.What, func(tx *gorm.DB) error {
		var err error
		kept, err = a.s.audit(tx, e)
		return err
	})
	return kept, err
}

// Verify recomputes the chain from its first row and gives how many rows are sound. An error tells of the first row
// that was changed, removed, put elsewhere, or cut off the end.
func (a Audit) Verify(ctx context.Context) (n int64, err error) {
	err = a.s.review(ctx, "verify the audit chain", func(tx *gorm.DB) error {
		var hash [32]byte
		for {
			var rows []auditRow
			if err := tx.Where("seq > ?", n).Order("seq").Limit(5000).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				if hash, err = r.follow(n, hash); err != nil {
					return err
				}
				n++
			}
			if len(rows) == 0 {
				return sound(tx, n, hash)
			}
		}
	})
	return n, err
}

// sound proves the end of the chain, and what was signed beside it.
func sound(tx *gorm.DB, n int64, hash [32]byte) error {
	if err := ends(tx, n, hash); err != nil {
		return err
	}
	_, err := proveApprovals(tx)
	return err
}

// follow proves that the row is the one after n, whose hash is given, and gives its own hash.
func (r auditRow) follow(n int64, hash [32]byte) ([32]byte, error) {
	if r.Seq != n+1 {
		return hash, broken("row %d is not there: it was removed", n+1)
	}
	e, err := r.entry()
	if err != nil {
		return hash, broken("%s", err)
	}
	if e.Seal(hash) != e.Hash {
		return hash, broken("row %d is not as it was written: it, or a row before it, was changed or moved", r.Seq)
	}
	return e.Hash, nil
}

// ends proves that the chain ends where its head says.
func ends(tx *gorm.DB, n int64, hash [32]byte) error {
	var seq int64
	var head string
	err := tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Row().Scan(&seq, &head)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return broken("its end is not noted")
	case err != nil:
		return err
	case seq != n:
		return broken("it ends with row %d and should end with row %d", n, seq)
	case head != hex.EncodeToString(hash[:]):
		return broken("row %d is not the one that was written last", n)
	}
	return nil
}

func broken(format string, args ...any) error {
	return &access.Broken{Words: fmt.Sprintf(format, args...)}
}

func (r auditRow) entry() (access.Entry, error) {
	hash, err := readHash(r.Hash)
	if err != nil {
		return access.Entry{}, fmt.Errorf("row %d: %w", r.Seq, err)
	}
	who := plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)}
	return access.Entry{
		Seq: r.Seq, At: moment(r.At), Who: who, What: r.What, On: r.Thing,
		Old: r.Old, New: r.New, Why: r.Why, Hash: hash,
	}, nil
}

// roleOf reads a kept role; a word that is none is nobody.
func roleOf(word string) plant.Role {
	role, err := plant.ParseRole(word)
	if err != nil {
		return plant.Nobody
	}
	return role
}

func readHash(s string) (hash [32]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(hash) {
		return hash, fmt.Errorf("%d letters are no SHA-256", len(s))
	}
	return [32]byte(b), nil
}

// at is now by the database's clock.
func (s *Store) at(tx *gorm.DB) (time.Time, error) {
	var us int64
	if err := tx.Raw("SELECT " + s.dialect.now()).Row().Scan(&us); err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return moment(us), nil
}

// conflict is errs.Conflict with words.
func conflict(format string, args ...any) error { return errs.New(errs.Conflict, format, args...) }
