package access

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/cases"

	"millwright/internal/access/chance"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// InvitationLasts is how long the link of the first start may be used.
const InvitationLasts = time.Hour

// Gate lets people and programs in. It is safe for concurrent use.
type Gate struct {
	vault   Vault
	hashers hashers
	backoff *backoff
	decoy   func() (string, error) // a hash to compare with when there is no user
	open    atomic.Bool            // there is a user: the gate has been opened for good

	mu         sync.Mutex
	invitation *invitation
	seen       map[int64]time.Time // when the use of a token was noted
}

// invitation is the one-time secret of the first start.
type invitation struct {
	hash [32]byte
	ends time.Time
}

// Wait is how long somebody must wait before the next attempt; it is the cause of an error.
type Wait struct{ For time.Duration }

// Error gives the time in words.
func (w *Wait) Error() string { return fmt.Sprintf("try again in %s", inWords(w.For)) }

func inWords(d time.Duration) string {
	if d <= time.Minute {
		return fmt.Sprintf("%d s", int((d+time.Second-1)/time.Second))
	}
	return fmt.Sprintf("%d min", int((d+time.Minute-1)/time.Minute))
}

// NewGate makes the gate of a vault.
func NewGate(v Vault) *Gate {
	return &Gate{
		vault:   v,
		hashers: newHashers(),
		backoff: newBackoff(),
		decoy:   sync.OnceValues(func() (string, error) { return hash("nobody has this password") }),
		seen:    map[int64]time.Time{},
	}
}

// Open tells whether there is anybody who can sign in. Until then nothing works but the set-up link.
func (g *Gate) Open(ctx context.Context) (bool, error) {
	if g.open.Load() {
		return true, nil
	}
	users, err := g.vault.Users(ctx)
	if err != nil {
		return false, fmt.Errorf("look whether there is a user: %w", err)
	}
	if !slices.ContainsFunc(users, func(u User) bool { return !u.Wayless() }) {
		return false, nil
	}
	g.open.Store(true)
	return true, nil
}

// Invite makes the one-time secret of the set-up link, which takes the place of any earlier one.
// It is "" when there is a user already. The caller shows it once; it is kept nowhere.
func (g *Gate) Invite(ctx context.Context, now time.Time) (secret string, err error) {
	open, err := g.Open(ctx)
	if err != nil || open {
		return "", err
	}
	secret, hash := chance.Secret()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.invitation = &invitation{hash: hash, ends: now.Add(InvitationLasts)}
	return secret, nil
}

// Invited tells whether a set-up link still works.
func (g *Gate) Invited(secret string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	hash := sha256.Sum256([]byte(secret))
	return g.invitation != nil && now.Before(g.invitation.ends) &&
		subtle.ConstantTimeCompare(hash[:], g.invitation.hash[:]) == 1
}

// SetUp makes the first admin. The link works once.
func (g *Gate) SetUp(ctx context.Context, secret string, a Account, now time.Time) (User, error) {
	if !g.Invited(secret, now) {
		return User{}, errs.New(errs.Forbidden, "this set-up link was used or is too old; start Millwright anew for another one")
	}
	if err := a.CheckNew(); err != nil {
		return User{}, err
	}
	h, err := hash(a.Password)
	if err != nil {
		return User{}, err
	}
	u, err := g.vault.AddFirst(ctx, User{Name: a.Name, Hash: h, Role: plant.Admin})
	if err != nil {
		return User{}, err
	}
	g.mu.Lock()
	g.invitation = nil
	g.mu.Unlock()
	g.open.Store(true)
	return u, nil
}

// Knock is an attempt to sign in.
type Knock struct {
	Account
	Source string // network address it comes from
}

// SignIn checks a name and a password. Neither the answer nor its time tells whether there is such a user.
func (g *Gate) SignIn(ctx context.Context, k Knock, now time.Time) (User, error) {
	account := attempt{"account\x00" + fold(k.Name), ruleAccount()}
	source := attempt{"source\x00" + k.Source, ruleSource()}
	here := attempt{account.key + "\x00" + k.Source, ruleHere()}
	if wait := g.backoff.try(now, here, source, account); wait > 0 {
		return User{}, errs.New(errs.TooMany, "too many attempts; %w", &Wait{For: wait})
	}
	user, ok, err := g.proves(ctx, k.Account)
	switch {
	case err != nil: // nothing was told, so nothing was guessed
		g.backoff.takeBack(now, here, source, account)
		return User{}, err
	case !ok:
		return User{}, errs.New(errs.SignedOut, "the name or the password is wrong")
	}
	g.backoff.succeed(here.key, account.key)
	g.backoff.takeBack(now, source)
	return user, nil
}

// proves finds a user, and tells whether the password is that of one who may come in.
func (g *Gate) proves(ctx context.Context, a Account) (u User, ok bool, err error) {
	u, known, err := g.find(ctx, a.Name)
	if err != nil {
		return u, false, err
	}
	ok, err = g.hashers.matches(ctx, a.Password, u.Hash)
	return u, ok && known && !u.Disabled, err
}

// ChangePassword lets a person choose another password, who must know the old one; all sessions of that person end.
func (g *Gate) ChangePassword(ctx context.Context, old Knock, chosen Choice, now time.Time) (User, error) {
	u, err := g.SignIn(ctx, old, now)
	if errs.KindOf(err) == errs.SignedOut {
		err = field("the old password is wrong", "old", "This is not your password.")
	}
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return User{}, err
	}
	if err = together(err, chosen.Check(old.Name)); err != nil {
		return User{}, err
	}
	err = setPassword(ctx, g.vault, u, Reset{Password: chosen.Password, Why: "a new password of one's own"}, u.Person())
	if err != nil {
		return User{}, err
	}
	return g.vault.User(ctx, u.ID)
}

// find gives a user, or a decoy that costs the same and that nobody can be.
func (g *Gate) find(ctx context.Context, name string) (u User, known bool, err error) {
	decoy, err := g.decoy()
	if err != nil {
		return User{}, false, err
	}
	u, err = g.vault.UserByName(ctx, name)
	switch {
	case err == nil && u.Hash != "":
		return u, true, nil
	case err == nil, errs.KindOf(err) == errs.NotFound: // who has no password is let in by a provider alone
		return User{Hash: decoy}, false, nil
	}
	return User{}, false, fmt.Errorf("look for a user: %w", err)
}

// fold makes names alike that differ by case alone, and bounds what is remembered of them.
func fold(name string) string {
	if len(name) > 256 {
		name = name[:256]
	}
	return cases.Fold().String(strings.TrimSpace(name))
}

// Token finds the token of a secret; errs.SignedOut when it is unknown or revoked.
func (g *Gate) Token(ctx context.Context, secret string) (Token, error) {
	if !chance.IsSecret(secret) {
		return Token{}, errs.New(errs.SignedOut, "the token is not valid")
	}
	return g.TokenByHash(ctx, sha256.Sum256([]byte(secret)))
}

// TokenByHash is Token for who kept only the hash of the secret.
func (g *Gate) TokenByHash(ctx context.Context, hash [32]byte) (Token, error) {
	t, err := g.vault.TokenByHash(ctx, hash)
	switch {
	case err != nil && errs.KindOf(err) == errs.NotFound, err == nil && t.Revoked:
		return Token{}, errs.New(errs.SignedOut, "the token is not valid")
	case err != nil:
		return Token{}, fmt.Errorf("look for a token: %w", err)
	}
	return t, nil
}

// Seen notes that a token was used, once a minute at most.
func (g *Gate) Seen(ctx context.Context, t Token, now time.Time) error {
	g.mu.Lock()
	due := now.Sub(g.seen[t.ID]) >= time.Minute
	if due {
		g.seen[t.ID] = now
	}
	g.mu.Unlock()
	if !due {
		return nil
	}
	return g.vault.TokenSeen(ctx, t.ID, now)
}

// Person is a user as the author of changes.
func (u User) Person() plant.Person { return plant.Person{ID: u.ID, Name: u.Name, Role: u.Role} }

// Reach is what a user may do where.
func (u User) Reach() plant.Reach {
	return plant.Reach{Base: u.Role, Grants: u.Grants, Duties: u.Duties}
}

// Person is a token as the author of changes.
func (t Token) Person() plant.Person {
	return plant.Person{ID: t.ID, Name: "token " + t.Name, Role: t.Role}
}
