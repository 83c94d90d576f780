package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Guest is a person whom a provider of identities vouches for. Issuer and Subject together say who it is; the name
// is only what the person is called.
type Guest struct {
	Issuer   string
	Subject  string
	Provider string // what people call the issuer
	Name     string // may be ""
	Role     plant.Role
}

// IsSubject tells whether a text can name a person at a provider (OpenID Connect Core 1.0, section 2).
func IsSubject(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// Reception lets guests in.
type Reception struct {
	Vault Vault
	Adds  bool // whoever comes for the first time is added
	Note  func(ctx context.Context, e Entry) (Entry, error)
}

// Admit gives the user that a guest is, with the role that the guest's groups have now. A person who is disabled
// stays so. Who comes in, and who is refused and why, stands in the audit chain; the person is told less.
func (r Reception) Admit(ctx context.Context, g Guest) (User, error) {
	u, err := r.find(ctx, g)
	e := Entry{Who: plant.Program(), What: "sign-in", On: u.Name, New: g.Issuer + " as " + g.Subject}
	var refused *errs.Error
	switch {
	case err == nil:
		e.Who, e.Why = u.Person(), "vouched for by "+g.Provider
	case errors.As(err, &refused) && refused.Kind == errs.Forbidden:
		e.What, e.On, e.Why = "sign-in.refuse", g.called(), refused.Cause.Error()
	default:
		return User{}, err
	}
	if _, noted := r.Note(ctx, e); noted != nil {
		return User{}, fmt.Errorf("note a sign-in by %s: %w", g.Provider, noted)
	}
	return u, err
}

// called names a guest in the audit chain, who may have any name or none.
func (g Guest) called() string {
	if nameFault(g.Name) != "" {
		return "a person without a name that can be used"
	}
	return g.Name
}

func (g Guest) refuse(words, why string) error {
	return &errs.Error{Kind: errs.Forbidden, Words: words, Cause: errors.New(why)}
}

func (r Reception) find(ctx context.Context, g Guest) (User, error) {
	u, err := r.Vault.UserBySubject(ctx, g.Issuer, g.Subject)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return r.add(ctx, g)
	case err != nil:
		return User{}, fmt.Errorf("look for a user of %s: %w", g.Provider, err)
	}
	return r.renew(ctx, u, g)
}

// add makes a user of a guest who comes for the first time. A user of the same name is never taken over, and the
// guest is not told that there is one.
func (r Reception) add(ctx context.Context, g Guest) (User, error) {
	const ask = "you have no account here, and none could be made; ask an admin, who finds the reason in the audit trail"
	switch {
	case g.Role == plant.Nobody:
		return User{}, g.roleless()
	case !r.Adds:
		return User{}, g.refuse("you have no account here yet; ask an admin", "nobody is added at the first sign-in")
	case NewNameFault(g.Name) != "":
		return User{}, g.refuse(ask, "the name cannot be used: "+NewNameFault(g.Name))
	}
	other, err := double(ctx, r.Vault, g.Name)
	if err != nil {
		return User{}, err
	}
	if other != "" {
		return User{}, g.refuse(ask, "the name looks like that of user "+other)
	}
	u, err := r.Vault.AddUser(ctx, User{Name: g.Name, Role: g.Role, Issuer: g.Issuer, Subject: g.Subject}, plant.Program(), "the first sign-in by "+g.Provider)
	if errs.KindOf(err) != errs.Conflict {
		return u, err
	}
	if u, err = r.Vault.UserBySubject(ctx, g.Issuer, g.Subject); err == nil { // the same guest came in twice at once
		return r.renew(ctx, u, g)
	}
	return User{}, g.refuse(ask, "another user has this name; an admin can tie that user to this subject")
}

func (g Guest) roleless() error {
	return g.refuse(fmt.Sprintf("none of your groups at %s has a role here; ask an admin", g.Provider), "none of the groups has a role")
}

// renew gives a user the role that the groups have now. Who has none any more is signed out everywhere.
func (r Reception) renew(ctx context.Context, u User, g Guest) (User, error) {
	if u.Disabled {
		return u, g.refuse("you may not come in at present; ask an admin", "the user is disabled")
	}
	if g.Role == plant.Nobody {
		if _, err := r.Vault.EndSessions(ctx, Ending{User: u.ID, Why: "none of the groups at " + g.Provider + " has a role"}, plant.Program()); err != nil {
			return u, err
		}
		return u, g.roleless()
	}
	var err error
	for range 3 { // somebody else may be first
		if u.Role == g.Role {
			return u, nil
		}
		u.Role = g.Role
		saved := r.Vault.SaveUser(ctx, u, plant.Program(), "the groups at "+g.Provider)
		if k := errs.KindOf(saved); saved != nil && k != errs.Conflict && k != errs.Invalid { // an owner may not become less than a manager
			return u, saved
		}
		if u, err = r.Vault.User(ctx, u.ID); err != nil {
			return u, err
		}
		if saved != nil {
			err = saved
		}
	}
	if u.Role == g.Role {
		return u, nil
	}
	return u, g.refuse("your role could not be changed to that of your groups; ask an admin", fmt.Sprint(err))
}

// Tie says which person at a provider a user is.
type Tie struct {
	ID      int64
	Version int64 // that was seen
	Issuer  string
	Subject string // "" unties
	Why     string
}

// TieUser ties a user to a person at a provider, or unties it; all sessions of that user end. Who is tied has no
// password; who is untied has none until it is given one.
func TieUser(ctx context.Context, v Users, t Tie, by plant.Person) error {
	u, err := v.User(ctx, t.ID)
	if err != nil {
		return err
	}
	switch {
	case t.Subject != "" && (!IsSubject(t.Subject) || t.Issuer == ""):
		return &errs.Error{Kind: errs.Invalid, Words: "nobody at a provider has this subject", Fields: []errs.Field{{Path: "subject", Message: "A subject has up to 255 plain letters, digits and signs, and needs a provider."}}}
	case t.Subject == "" && u.Subject == "":
		return &errs.Error{Kind: errs.Invalid, Words: "the person is not tied to a provider", Fields: []errs.Field{{Path: "subject", Message: "Give the subject."}}}
	}
	if t.Subject == "" {
		t.Issuer = ""
	}
	if u.Version == t.Version && u.Issuer == t.Issuer && u.Subject == t.Subject {
		return nil
	}
	u.Version, u.Issuer, u.Subject, u.Hash = t.Version, t.Issuer, t.Subject, ""
	return v.SaveUser(ctx, u, by, t.Why)
}

// Arrive counts an attempt to come in by a provider; errs.TooMany when its source must wait.
func (g *Gate) Arrive(source string, now time.Time) error {
	if wait := g.backoff.try(now, attempt{"guest\x00" + source, ruleSource()}); wait > 0 {
		return errs.New(errs.TooMany, "too many attempts; %w", &Wait{For: wait})
	}
	return nil
}

// Arrived forgets the attempts of a source from which somebody came in.
func (g *Gate) Arrived(source string) { g.backoff.succeed("guest\x00" + source) }
