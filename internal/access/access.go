// Package access is the gate: who may come in, as whom, and for how long.
package access

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"millwright/internal/access/rotation"
	"millwright/internal/plant"
)

// User is a person with a password, or one whom a provider of identities vouches for.
type User struct {
	ID       int64
	Name     string        // unique without regard to case
	Hash     string        // argon2id, PHC string; "" when there is no password
	Issuer   string        // the provider that vouches; "" for none
	Subject  string        // who the person is there
	Role     plant.Role    // in the whole plant; Nobody when there are only grants
	Grants   []plant.Grant // more at some places, in their order
	Disabled bool
	Version  int64 // grows when password, role, grants or state change: sessions made before then end
	Created  time.Time
	SignedIn time.Time  // zero when never
	Owner    plant.Side // the side whose say in changes of the plant is this person's
	Duties   plant.Duty // what the person does in the business
}

// Wayless tells that the person has no password yet and is vouched for by nobody.
func (u User) Wayless() bool { return u.Hash == "" && u.Subject == "" }

// Token is a secret for a program or a display. Only its SHA-256 is kept.
type Token struct {
	ID      int64
	Name    string
	Hash    [32]byte          // zero while it has no secret
	Role    plant.Role        // Display for walls; else the highest that its scopes act with
	Page    string            // the path a display shows: "/wall/line/filling-1"; "" for API tokens
	Turns   rotation.Rotation // what a display shows instead, one after the other
	Scopes  []Scope           // what a program may use it for; none for a display
	At      []plant.Place     // where; none means the whole plant
	Revoked bool
	Created time.Time
	Seen    time.Time // zero when never
}

// Wall is the address of what a display shows.
func (t Token) Wall() string {
	if t.Turns.None() {
		return t.Page
	}
	return "/wall/display/" + strconv.FormatInt(t.ID, 10)
}

// Keyless tells that it has no secret yet, so that nobody can come in with it.
func (t Token) Keyless() bool { return t.Hash == [32]byte{} }

// Shows says what a display shows: a wall, or some by turns.
func (t Token) Shows() string { return cmp.Or(t.Turns.String(), t.Page) }

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
	Users
	Tokens
	Sessions
}

// Users are the people who may come in.
type Users interface {
	Users(ctx context.Context) ([]User, error)
	UserByName(ctx context.Context, name string) (User, error) // errs.NotFound when there is none
	User(ctx context.Context, id int64) (User, error)
	UserBySubject(ctx context.Context, issuer, subject string) (User, error)
	AddUser(ctx context.Context, u User, by plant.Person, why string) (User, error) // errs.Conflict when the name is taken
	// AddFirst adds the first admin, or gives one who is there, and has no way in, a password; errs.Conflict when there is
	// anybody who can come in already.
	AddFirst(ctx context.Context, u User) (User, error)
	// SaveUser saves by ID and old Version, and ends all sessions of that user; errs.Conflict when somebody was first,
	// or when no admin would be left.
	SaveUser(ctx context.Context, u User, by plant.Person, why string) error
	SignedIn(ctx context.Context, id int64, at time.Time) error // no change of the user, and in no audit
}

// Tokens are the secrets of programs and displays.
type Tokens interface {
	Tokens(ctx context.Context, limit int) ([]Token, error) // those that work first, then the newest
	Token(ctx context.Context, id int64) (Token, error)     // errs.NotFound when there is none
	AddToken(ctx context.Context, t Token, by plant.Person, why string) (Token, error)
	TokenByHash(ctx context.Context, hash [32]byte) (Token, error)
	AssignToken(ctx context.Context, a Assignment, by plant.Person) error                      // errs.Conflict when it is revoked, no display's, or shows what was not seen
	RekeyToken(ctx context.Context, t Token, hash [32]byte, by plant.Person, why string) error // errs.Conflict when it is revoked, or has another secret than t
	RevokeToken(ctx context.Context, id int64, by plant.Person, why string) error
	TokenSeen(ctx context.Context, id int64, at time.Time) error
}

// Assignment gives a display other walls.
type Assignment struct {
	Token    int64
	Page     string // "/wall/line/filling-1"; the first of several
	Rotation rotation.Rotation
	Seen     string // what it showed when that was decided, by Token.Shows; "" does not matter
	Why      string
}

// Session is a stay of a person, known by its cookie.
type Session struct {
	ID     string // the hash of the cookie's token: it opens nothing
	User   int64
	Since  time.Time
	Seen   time.Time
	Source string // network address it was used from last
	Agent  string // the browser's own words, not to be believed
}

// SessionID names a session by the token of its cookie: its SHA-256 in hexadecimal.
func SessionID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Sessions are the stays of people and displays, by the token of their cookie. The first three methods are those of
// a session store (scs.CtxStore).
type Sessions interface {
	DeleteCtx(ctx context.Context, token string) error
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error

	// NoteSession keeps new data of a session and whose it is. A session that was ended meanwhile stays ended.
	NoteSession(ctx context.Context, token string, b []byte, s Session) error
	SessionsOf(ctx context.Context, user int64) ([]Session, error) // the one used last first
	// EndSessions ends sessions of a user, and gives how many.
	EndSessions(ctx context.Context, e Ending, by plant.Person) (int, error)
}

// Ending says which sessions of a user end.
type Ending struct {
	User int64
	ID   string // one session; "" ends all
	Keep string // the ID of one that goes on all the same; may be ""
	Why  string
}

// Search narrows the audit chain; what is empty narrows nothing. Words are found anywhere in what they are looked for.
type Search struct {
	Who  string // in the name of the author
	On   string // in the thing's identity
	Text string // in any words of an entry
	From time.Time
	To   time.Time // not included

	Before int64 // only entries that come after the one of this number; 0 begins at the newest
	Down   int64 // only entries up to the one of this number, with it; 0 ends at the oldest
	Limit  int
}

// Words tells whether words are looked for, for which each entry must be read.
func (s Search) Words() bool { return s.Who+s.On+s.Text != "" }

// Chain is the audit chain.
type Chain interface {
	Find(ctx context.Context, s Search) ([]Entry, error) // the newest first
	// Reach gives the number of the entry to which a search comes that reads n of those of its time, whatever words it
	// looks for; 0 when there are fewer.
	Reach(ctx context.Context, s Search, n int) (down int64, err error)
	// Verify recomputes the chain and gives how many rows are sound; a Broken error tells of the first that is not.
	Verify(ctx context.Context) (int64, error)
}

// Broken is the cause of an error when the audit chain is not as it was written.
type Broken struct{ Words string }

// Error tells where.
func (b *Broken) Error() string { return "audit chain broken: " + b.Words }
