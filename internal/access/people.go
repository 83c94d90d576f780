package access

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"millwright/internal/access/chance"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// NewUser is what adding a person takes.
type NewUser struct {
	Account
	Role   plant.Role // viewer, operator, manager or admin; Nobody when there will be only grants
	Duties plant.Duty
	Why    string
}

// AddUser adds a person with a password.
func AddUser(ctx context.Context, v Vault, n NewUser, by plant.Person) (User, error) {
	if err := n.CheckNew(); err != nil {
		return User{}, err
	}
	if other, err := double(ctx, v, n.Name); err != nil || other != "" {
		return User{}, cmp.Or(err, field("the name looks like that of another user", "name", "It looks like the name of "+other+"; choose another."))
	}
	h, err := hash(n.Password)
	if err != nil {
		return User{}, err
	}
	return v.AddUser(ctx, User{Name: n.Name, Hash: h, Role: n.Role, Duties: n.Duties}, by, n.Why)
}

// CheckNew tells all that is wrong with what was chosen, in the fields "role", "duty", "name" and "password".
func (n NewUser) CheckNew() error {
	return together(CheckRole(n.Role), CheckDuties(n.Role, n.Duties), n.Account.CheckNew())
}

// CheckRole refuses, in the field "role", what is no role of a person.
func CheckRole(r plant.Role) error {
	if r == plant.Nobody || r >= plant.Viewer && r <= plant.Admin {
		return nil
	}
	return field("the role is viewer, operator, manager or admin", "role", "The role is viewer, operator, manager or admin.")
}

// CheckDuties refuses, in the field "duty", duties of who has no role in the whole plant: they would open nothing.
func CheckDuties(r plant.Role, d plant.Duty) error {
	if d == plant.NoDuty || r >= plant.Viewer {
		return nil
	}
	return field("a duty takes a role in the whole plant", "duty", "A duty takes a role in the whole plant: viewer at least.")
}

// Change is another role or state of a person.
type Change struct {
	ID       int64
	Version  int64 // that was seen
	Role     plant.Role
	Disabled bool
	Owner    plant.Side
	Duties   plant.Duty
	Why      string
}

// ChangeUser gives a person another role, state, ownership or duties; all sessions of that person end. What changes nothing ends nothing.
func ChangeUser(ctx context.Context, v Users, c Change, by plant.Person) error {
	if err := together(CheckRole(c.Role), CheckDuties(c.Role, c.Duties)); err != nil {
		return err
	}
	u, err := v.User(ctx, c.ID)
	if err != nil {
		return err
	}
	if u.Version == c.Version && u.Role == c.Role && u.Disabled == c.Disabled && u.Owner == c.Owner && u.Duties == c.Duties {
		return nil
	}
	u.Version, u.Role, u.Disabled, u.Owner, u.Duties = c.Version, c.Role, c.Disabled, c.Owner, c.Duties
	return v.SaveUser(ctx, u, by, c.Why)
}

// MostGrants bounds the places at which one person has a role of its own.
const MostGrants = 64

// Regrant is what a person may do at one place from now on.
type Regrant struct {
	ID      int64
	Version int64 // that was seen
	At      plant.Place
	Role    plant.Role // Nobody takes the role at that place away
	Why     string
}

// ChangeGrant gives a person a role at a place, in the place of the one there, or takes it away; all sessions of that
// person end. What changes nothing ends nothing.
func ChangeGrant(ctx context.Context, v Users, c Regrant, by plant.Person) error {
	if _, err := plant.ParsePlace(string(c.At)); err != nil || !c.At.InTree() {
		return field("a role is held at a site, an area or a line", "at", "Choose a site, an area or a line.")
	}
	if err := CheckRole(c.Role); err != nil {
		return err
	}
	u, err := v.User(ctx, c.ID)
	if err != nil {
		return err
	}
	grants := slices.DeleteFunc(slices.Clone(u.Grants), func(g plant.Grant) bool { return g.At == c.At })
	if c.Role != plant.Nobody {
		grants = append(grants, plant.Grant{At: c.At, Role: c.Role})
		slices.SortFunc(grants, func(a, b plant.Grant) int { return strings.Compare(string(a.At), string(b.At)) })
	}
	if len(grants) > MostGrants {
		return field("a person has roles at 64 places at most", "at", "There are 64 places already. Give a role at an area or a site instead of at each of its lines.")
	}
	if u.Version == c.Version && slices.Equal(grants, u.Grants) {
		return nil
	}
	u.Version, u.Grants = c.Version, grants
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
	if u.Subject != "" {
		return errs.New(errs.Conflict, "%s signs in by a provider and has no password", u.Name)
	}
	err := (Account{Name: u.Name, Password: r.Password}).Check()
	if err != nil {
		return err
	}
	if u.Hash, err = hash(r.Password); err != nil {
		return err
	}
	return v.SaveUser(ctx, u, by, r.Why)
}

// NewToken is what making a token takes.
type NewToken struct {
	Name   string
	Role   plant.Role    // Display with a page; another stands for the scopes that it had before there were scopes
	Page   string        // the wall that a display shows: "/wall/line/filling-1"
	Scopes []Scope       // what a program may do; instead of a role
	At     []plant.Place // where it may; none means the whole plant
	Why    string
}

// AddToken makes a token and gives its secret: it is shown once and kept nowhere.
func AddToken(ctx context.Context, v Vault, n NewToken, by plant.Person) (secret string, t Token, err error) {
	if n.Role != plant.Display && len(n.Scopes) == 0 {
		n.Scopes = ScopesOf(n.Role)
	}
	if err := n.Check(); err != nil {
		return "", Token{}, err
	}
	t = n.Token()
	secret, t.Hash = chance.Secret()
	t, err = v.AddToken(ctx, t, by, n.Why)
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

// Token is what is made, without a secret.
func (n NewToken) Token() Token {
	t := Token{Name: n.Name, Role: plant.Display, Page: n.Page}
	if len(n.Scopes) > 0 {
		t.Role, t.Scopes = most(n.Scopes), sorted(n.Scopes)
		t.At = slices.Compact(slices.Sorted(slices.Values(n.At)))
	}
	return t
}

// Check tells all that is wrong with what was chosen, in the fields "name", "scope", "page" and "at".
func (n NewToken) Check() error {
	var all []error
	if m := nameFault(n.Name); m != "" {
		all = append(all, field("the token needs another name", "name", m))
	}
	if n.Role == plant.Display {
		if len(n.Scopes)+len(n.At) > 0 {
			all = append(all, field("token "+n.Name+": a display shows its wall and has no scopes", "scope", "Choose no scope and no place, or make a token for a program."))
		}
		if !rotation.IsWall(n.Page) {
			all = append(all, field("token "+n.Name+": a display token needs the page it shows: /wall/line/<line>, /wall/hall/<area> or /wall/orders/<area or site>", "page", "Choose the wall that the display shows."))
		}
		return together(all...)
	}
	if n.Page != "" {
		all = append(all, field("token "+n.Name+": only a display token is tied to a page", "page", "Choose no wall, or make a token for a display."))
	}
	if len(n.Scopes) == 0 {
		all = append(all, field("token "+n.Name+": it needs a scope at least", "scope", "Choose what the program may do."))
	}
	return together(append(all, n.checkReach())...)
}

func (n NewToken) checkReach() error {
	for _, s := range n.Scopes {
		if _, ok := s.means(); !ok {
			return field("token "+n.Name+": there is no scope "+errs.Clip(string(s)), "scope", "Choose from "+Words(sorted(ScopesOf(plant.Admin)))+".")
		}
		if s.Role() == plant.Admin && len(n.At) > 0 {
			return field("token "+n.Name+": the scope "+string(s)+" holds in the whole plant", "at", "Who sets up the plant does so as a whole: choose no place, or leave out "+string(s)+".")
		}
	}
	if len(n.At) > MostGrants {
		return field("token "+n.Name+": it has too many places", "at", "A token has 64 places at most.")
	}
	for _, p := range n.At {
		if _, err := plant.ParsePlace(string(p)); err != nil {
			return field("token "+n.Name+": "+err.Error(), "at", "Choose a site, an area, a line or a connection.")
		}
	}
	return nil
}

// sorted puts scopes into their order, each once.
func sorted(scopes []Scope) (all []Scope) {
	for _, m := range Scopes() {
		if slices.Contains(scopes, m.Scope) {
			all = append(all, m.Scope)
		}
	}
	return all
}

// field is what is wrong with one field of a form.
func field(words, path, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: path, Message: message}}}
}

// Assign gives a display other walls; its open page shows them within seconds.
func Assign(ctx context.Context, v Tokens, a Assignment, by plant.Person) error {
	if !rotation.IsWall(a.Page) {
		return field("a display shows a wall", "page", "Choose the wall that the display shows.")
	}
	if err := a.Rotation.Check(); err != nil {
		return err
	}
	return v.AssignToken(ctx, a, by)
}
