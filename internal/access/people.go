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
}

// AddUser adds a person with a password.
func AddUser(ctx context.Context, v Vault, n NewUser, by plant.Person) (User, error) {
	if n.Role < plant.Viewer || n.Role > plant.Admin {
		return User{}, errs.New(errs.Invalid, "add user %s: the role is viewer, operator, manager or admin", n.Name)
	}
	if err := n.Check(); err != nil {
		return User{}, err
	}
	h, err := hash(n.Password)
	if err != nil {
		return User{}, err
	}
	return v.AddUser(ctx, User{Name: n.Name, Hash: h, Role: n.Role}, by)
}

// SetPassword gives a person another password; all sessions of that person end.
func SetPassword(ctx context.Context, v Vault, a Account, by plant.Person) error {
	u, err := v.UserByName(ctx, a.Name)
	if err != nil {
		return err
	}
	if err := (Account{Name: u.Name, Password: a.Password}).Check(); err != nil {
		return err
	}
	if u.Hash, err = hash(a.Password); err != nil {
		return err
	}
	return v.SaveUser(ctx, u, by, "new password")
}

// NewToken is what making a token takes.
type NewToken struct {
	Name string
	Role plant.Role // Display with a page, or Viewer and above without
	Page string     // the wall that a display shows: "/wall/line/filling-1"
}

// secretPrefix marks our tokens, so that scanners for leaked secrets can know them.
const secretPrefix = "mw_"

// AddToken makes a token and gives its secret: it is shown once and kept nowhere.
func AddToken(ctx context.Context, v Vault, n NewToken, by plant.Person) (secret string, t Token, err error) {
	if err := n.check(); err != nil {
		return "", Token{}, err
	}
	secret = newSecret()
	t, err = v.AddToken(ctx, Token{Name: n.Name, Hash: sha256.Sum256([]byte(secret)), Role: n.Role, Page: n.Page}, by)
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
		return errs.New(errs.Invalid, "token %s: a display token needs the page it shows: /wall/line/<line> or /wall/hall/<area>", n.Name)
	case n.Role != plant.Display && n.Page != "":
		return errs.New(errs.Invalid, "token %s: only a display token is tied to a page", n.Name)
	case n.Role == plant.Nobody || n.Role > plant.Admin:
		return errs.New(errs.Invalid, "token %s: the role is display, viewer, operator, manager or admin", n.Name)
	}
	return nil
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
