package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// NewUser is what adding a person takes.
type NewUser struct {
	Account
	Role plant.Role // viewer, operator, manager or admin
	Why  string
}

// AddUser adds a person with a password.
func AddUser(ctx context.Context, v Vault, n NewUser, by plant.Person) (User, error) {
	if err := checkRole(n.Role); err != nil {
		return User{}, err
	}
	if err := n.Check(); err != nil {
		return User{}, err
	}
	h, err := hash(n.Password)
	if err != nil {
		return User{}, err
	}
	return v.AddUser(ctx, User{Name: n.Name, Hash: h, Role: n.Role}, by, n.Why)
}

func checkRole(r plant.Role) error {
	if r >= plant.Viewer && r <= plant.Admin {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the role is viewer, operator, manager or admin", Fields: []errs.Field{{Path: "role", Message: "The role is viewer, operator, manager or admin."}}}
}

// Change is another role or state of a person.
type Change struct {
	ID       int64
	Version  int64 // that was seen
	Role     plant.Role
	Disabled bool
	Why      string
}

// ChangeUser gives a person another role or state; all sessions of that person end. What changes nothing ends nothing.
func ChangeUser(ctx context.Context, v Users, c Change, by plant.Person) error {
	if err := checkRole(c.Role); err != nil {
		return err
	}
	u, err := v.User(ctx, c.ID)
	if err != nil {
		return err
	}
	if u.Version == c.Version && u.Role == c.Role && u.Disabled == c.Disabled {
		return nil
	}
	u.Version, u.Role, u.Disabled = c.Version, c.Role, c.Disabled
	return v.SaveUser(ctx, u, by, c.Why)
}

// Reset is another password for a person, given by somebody else.
type Reset struct {
	ID       int64
	Password string
	Why      string
}

// ResetPassword gives a person another password; all sessions of that person end.
func ResetPassword(ctx context.Context, v Users, r Reset, by plant.Person) error {
	u, err := v.User(ctx, r.ID)
	if err != nil {
		return err
	}
	return setPassword(ctx, v, u, r, by)
}

// SetPassword gives the person of a name another password; all sessions of that person end.
func SetPassword(ctx context.Context, v Vault, a Account, by plant.Person) error {
	u, err := v.UserByName(ctx, a.Name)
	if err != nil {
		return err
	}
	return setPassword(ctx, v, u, Reset{Password: a.Password, Why: "new password"}, by)
}

func setPassword(ctx context.Context, v Users, u User, r Reset, by plant.Person) error {
	err := (Account{Name: u.Name, Password: r.Password}).Check()
	if err != nil {
		return err
	}
	if u.Hash, err = hash(r.Password); err != nil {
		return err
	}
	return v.SaveUser(ctx, u, by, r.Why)
}

// NewPassword makes a password that is shown once and then given to a person: more than 95 random bits in five groups.
func NewPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789x" // none looks like another; x stands twice, to make 32
	var b [20]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	var p strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			p.WriteByte('-')
		}
		p.WriteByte(letters[x%32])
	}
	return p.String()
}

// NewToken is what making a token takes.
type NewToken struct {
	Name string
	Role plant.Role // Display with a page, or Viewer and above without
	Page string     // the wall that a display shows: "/wall/line/filling-1"
	Why  string
}

// secretPrefix marks our tokens, so that scanners for leaked secrets can know them.
const secretPrefix = "mw_"

// AddToken makes a token and gives its secret: it is shown once and kept nowhere.
func AddToken(ctx context.Context, v Vault, n NewToken, by plant.Person) (secret string, t Token, err error) {
	if err := n.check(); err != nil {
		return "", Token{}, err
	}
	secret = newSecret()
	t, err = v.AddToken(ctx, Token{Name: n.Name, Hash: sha256.Sum256([]byte(secret)), Role: n.Role, Page: n.Page}, by, n.Why)
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

func (n NewToken) check() error {
	if m := nameFault(n.Name); m != "" {
		return &errs.Error{Kind: errs.Invalid, Words: "the token needs another name", Fields: []errs.Field{{Path: "name", Message: m}}}
	}
	switch {
	case n.Role == plant.Display && !isWall(n.Page):
		return wrong(n.Name+": a display token needs the page it shows: /wall/line/<line> or /wall/hall/<area>", "page", "Choose the wall that the display shows.")
	case n.Role != plant.Display && n.Page != "":
		return wrong(n.Name+": only a display token is tied to a page", "page", "Choose no wall, or the role of a display.")
	case n.Role == plant.Nobody || n.Role > plant.Admin:
		return wrong(n.Name+": the role is display, viewer, operator, manager or admin", "role", "The role is display, viewer, operator, manager or admin.")
	}
	return nil
}

// wrong is what is wrong with one field of a new token.
func wrong(words, field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "token " + words, Fields: []errs.Field{{Path: field, Message: message}}}
}

// Assign gives a display another page; its open page moves there within seconds.
func Assign(ctx context.Context, v Tokens, a Assignment, by plant.Person) error {
	if !isWall(a.Page) {
		return &errs.Error{Kind: errs.Invalid, Words: "a display shows a wall", Fields: []errs.Field{{Path: "page", Message: "Choose the wall that the display shows."}}}
	}
	return v.AssignToken(ctx, a, by)
}

func isWall(page string) bool {
	for _, kind := range []string{"/wall/line/", "/wall/hall/"} {
		if id, ok := strings.CutPrefix(page, kind); ok {
			return id != "" && !strings.ContainsAny(id, "/?#%")
		}
	}
	return false
}

// newSecret makes 256 random bits.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	return secretPrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// looksLikeSecret spares the vault what can be no token.
func looksLikeSecret(s string) bool {
	rest, ok := strings.CutPrefix(s, secretPrefix)
	return ok && len(rest) == base64.RawURLEncoding.EncodedLen(32)
}
