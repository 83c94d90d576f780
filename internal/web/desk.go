package web

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
)

// How long sessions last.
const (
	sessionLife = 7 * 24 * time.Hour
	sessionIdle = 12 * time.Hour
	seenEvery   = 10 * time.Minute // how often the use of a session is noted
	displayLife = 400 * 24 * time.Hour
)

// What stands in a session.
const (
	keyUser    = "user"
	keyVersion = "version"
	keySeen    = "seen"    // Unix seconds
	keyNoted   = "noted"   // it is known whose it is, so that it can be ended by itself
	keyDisplay = "display" // the hash of the display's token
	keyMatter  = "matter"  // what the provider has asked the person anew for; "" for nothing
	keyVouched = "vouched" // when that was, in Unix seconds
)

// desk keeps sessions: cookies that stand for people and displays.
type desk struct {
	vault    access.Vault
	gate     *access.Gate
	now      func() time.Time
	log      *slog.Logger
	people   *scs.SessionManager
	displays *scs.SessionManager

	mu     sync.Mutex
	users  map[int64]recent[access.User]
	tokens map[[32]byte]recent[access.Token]
}

func newDesk(d Deps, secure bool) *desk {
	return &desk{
		vault:    d.Vault,
		gate:     d.Gate,
		now:      d.Now,
		log:      d.Log,
		people:   newSessions(d.Vault, "session", sessionLife, secure),
		displays: newSessions(d.Vault, "display", displayLife, secure),
		users:    map[int64]recent[access.User]{},
		tokens:   map[[32]byte]recent[access.Token]{},
	}
}

// newSessions fills the manager in by hand: scs.New begins a goroutine for a store that is not wanted, and never ends it.
func newSessions(v access.Vault, name string, life time.Duration, secure bool) *scs.SessionManager {
	if secure {
		name = "__Host-" + name
	}
	return &scs.SessionManager{
		Store:    store{v},
		Codec:    scs.GobCodec{},
		Lifetime: life,
		Cookie: scs.SessionCookie{
			Name:     name,
			Path:     "/",
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
			Secure:   secure,
			Persist:  true,
		},
	}
}

// store is the vault as scs wants it; the methods without a context are never called.
type store struct{ access.Vault }

func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func (s store) Find(token string) (b []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

func (s store) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// identify finds out who asks: by a token in the header, a person's session, or a display's.
func (d *desk) identify(c echo.Context) (visitor, error) {
	r := c.Request()
	if h := r.Header.Get("Authorization"); h != "" {
		return d.program(c, h)
	}
	v, err := d.person(c)
	if err != nil || v.known() {
		return v, err
	}
	return d.display(r)
}

func (d *desk) program(c echo.Context, header string) (visitor, error) {
	kind, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return visitor{}, errs.New(errs.SignedOut, "send the token as Authorization: Bearer")
	}
	ctx := c.Request().Context()
	t, err := d.gate.Token(ctx, strings.TrimSpace(secret))
	if err != nil {
		return visitor{}, err
	}
	d.used(ctx, t)
	return visitor{Person: t.Person(), token: &t, page: t.Wall(), alive: func(now time.Time) error { return d.shows(&t, now) }}, nil
}

// used notes that a token is used. Nothing stops when it cannot be noted.
func (d *desk) used(ctx context.Context, t access.Token) {
	if err := d.gate.Seen(ctx, t, d.now()); err != nil {
		d.log.Warn("the use of a token could not be noted", slog.Any("err", err))
	}
}

// shows tells whether a token still stands for the walls that it stood for. An open page that has to show others ends
// its socket, and is told which when it asks again.
func (d *desk) shows(was *access.Token, now time.Time) error {
	t, err := d.token(was.Hash, now)
	if err != nil {
		return err
	}
	if t.Page != was.Page || !t.Turns.Same(was.Turns) {
		return errs.New(errs.SignedOut, "the display shows another wall now")
	}
	ctx, cancel := context.WithTimeout(context.Background(), fresh)
	defer cancel()
	d.used(ctx, t)
	return nil
}

func secretOf(r *http.Request, m *scs.SessionManager) string {
	cookie, err := r.Cookie(m.Cookie.Name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// person finds a person's session. Nobody is no error.
func (d *desk) person(c echo.Context) (visitor, error) {
	r := c.Request()
	secret := secretOf(r, d.people)
	if secret == "" {
		return visitor{}, nil
	}
	ctx, err := d.people.Load(r.Context(), secret)
	if err != nil {
		return visitor{}, fmt.Errorf("read a session: %w", err)
	}
	id, version := d.people.GetInt64(ctx, keyUser), d.people.GetInt64(ctx, keyVersion)
	now := d.now()
	seen := time.Unix(d.people.GetInt64(ctx, keySeen), 0)
	if id == 0 || now.Sub(seen) > sessionIdle || !d.people.GetBool(ctx, keyNoted) {
		return visitor{}, nil
	}
	u, err := d.vault.User(ctx, id)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return visitor{}, nil
	case err != nil:
		return visitor{}, fmt.Errorf("read a user: %w", err)
	case u.Disabled || u.Version != version:
		return visitor{}, nil
	}
	if now.Sub(seen) > seenEvery {
		d.people.Put(ctx, keySeen, now.Unix())
		if err := d.note(ctx, c, secret); err != nil {
			d.log.Warn("the use of a session could not be noted", slog.Any("err", err))
		}
	}
	return visitor{Person: u.Person(), reach: u.Reach(), session: secret, alive: func(now time.Time) error {
		u, err := d.user(id, now)
		if err == nil && (u.Disabled || u.Version != version) {
			return errs.New(errs.SignedOut, "the session has ended")
		}
		return err
	}}, nil
}

// display finds a display's session. Nobody is no error.
func (d *desk) display(r *http.Request) (visitor, error) {
	secret := secretOf(r, d.displays)
	if secret == "" {
		return visitor{}, nil
	}
	ctx, err := d.displays.Load(r.Context(), secret)
	if err != nil {
		return visitor{}, fmt.Errorf("read a display's session: %w", err)
	}
	hash, ok := readHash(d.displays.GetString(ctx, keyDisplay))
	if !ok {
		return visitor{}, nil
	}
	t, err := d.gate.TokenByHash(ctx, hash)
	switch {
	case err != nil && errs.KindOf(err) == errs.SignedOut:
		return visitor{}, nil
	case err != nil:
		return visitor{}, err
	}
	d.used(ctx, t)
	return visitor{Person: t.Person(), token: &t, page: t.Wall(), session: secret, alive: func(now time.Time) error { return d.shows(&t, now) }}, nil
}

func readHash(s string) (hash [32]byte, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(hash) {
		return hash, false
	}
	return [32]byte(b), true
}

// welcome begins a session under a new secret, so that one planted before is worth nothing.
func (d *desk) welcome(c echo.Context, m *scs.SessionManager, values map[string]any) error {
	ctx, err := m.Load(c.Request().Context(), "")
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	for k, v := range values {
		m.Put(ctx, k, v)
	}
	secret, expiry, err := m.Commit(ctx)
	if err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	if m == d.people {
		if err := d.note(ctx, c, secret); err != nil {
			return err
		}
	}
	if old := secretOf(c.Request(), m); old != "" {
		if err := d.vault.DeleteCtx(ctx, old); err != nil {
			d.log.Warn("an old session could not be ended", slog.Any("err", err))
		}
	}
	m.WriteSessionCookie(ctx, c.Response(), secret, expiry)
	return nil
}

// leave ends the session of a request.
func (d *desk) leave(c echo.Context, m *scs.SessionManager) error {
	ctx := c.Request().Context()
	if secret := secretOf(c.Request(), m); secret != "" {
		if err := d.vault.DeleteCtx(ctx, secret); err != nil {
			return fmt.Errorf("end a session: %w", err)
		}
	}
	m.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	return nil
}
