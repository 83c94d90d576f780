// Package access is the gate: who may come in, as whom, and for how long.
package access

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// User is a person with a password.
type User struct {
	ID       int64
	Name     string // unique without regard to case
	Hash     string // argon2id, PHC string
	Role     plant.Role
	Disabled bool
	Version  int64 // grows when password, role or state changes: sessions made before then end
	Created  time.Time
}

// Token is a secret for a program or a display. Only its SHA-256 is kept.
type Token struct {
	ID      int64
	Name    string
	Hash    [32]byte
	Role    plant.Role // Display for walls; Operator at least for writing samples
	Page    string     // the path a display shows: "/wall/line/filling-1"; "" for API tokens
	Revoked bool
	Created time.Time
	Seen    time.Time // zero when never
}

// Entry is one row of the audit chain: who changed what, from what, to what, why.
type Entry struct {
	Seq      int64
	At       time.Time
	Who      plant.Person
	What     string // "user.add", "job.start"
	On       string // the thing's identity
	Old, New string // JSON or plain words; never a secret
	Why      string
	Hash     [32]byte // SHA-256 over the previous hash and this row
}

// Vault keeps users, tokens and sessions. Every change takes its author and is audited in its own transaction.
type Vault interface {
	Users(ctx context.Context) ([]User, error)
	UserByName(ctx context.Context, name string) (User, error) // errs.NotFound when there is none
	User(ctx context.Context, id int64) (User, error)
	AddUser(ctx context.Context, u User, by plant.Person) (User, error) // errs.Conflict when the name is taken
	// AddFirst adds the first admin; errs.Conflict when there is any user already.
	AddFirst(ctx context.Context, u User) (User, error)
	SaveUser(ctx context.Context, u User, by plant.Person, why string) error // by ID and old Version; errs.Conflict
	AddToken(ctx context.Context, t Token, by plant.Person) (Token, error)
	TokenByHash(ctx context.Context, hash [32]byte) (Token, error)
	RevokeToken(ctx context.Context, id int64, by plant.Person) error
	TokenSeen(ctx context.Context, id int64, at time.Time) error

	// The three methods of a session store (scs.CtxStore), keyed by the hash of the cookie's token.
	DeleteCtx(ctx context.Context, token string) error
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
}
