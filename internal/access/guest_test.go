package access_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// lobby is a reception with a vault and its trail.
type lobby struct {
	access.Reception
	t     *testing.T
	trail store.Audit
}

func newLobby(t *testing.T) *lobby {
	t.Helper()
	s := storetest.SQLite(t).Open()
	return &lobby{access.Reception{Vault: s.Vault(), Adds: true, Note: s.Audit().Append}, t, s.Audit()}
}

const issuer = "https://login.example"

func guest(subject, name string, role plant.Role) access.Guest {
	return access.Guest{Issuer: issuer, Provider: "Login", Subject: subject, Name: name, Role: role}
}

// last is the newest entry of the trail.
func (l *lobby) last() access.Entry {
	l.t.Helper()
	all, err := l.trail.Find(l.t.Context(), access.Search{Limit: 1})
	if err != nil || len(all) == 0 {
		l.t.Fatal(all, err)
	}
	return all[0]
}

func (l *lobby) refused(g access.Guest, words, why string) {
	l.t.Helper()
	_, err := l.Admit(l.t.Context(), g)
	if errs.KindOf(err) != errs.Forbidden || !strings.Contains(err.Error(), words) {
		l.t.Errorf("%+v: %v; want it to say %q", g, err, words)
	}
	if e := l.last(); e.What != "sign-in.refuse" || !strings.Contains(e.Why, why) || !strings.Contains(e.New, g.Subject) {
		l.t.Errorf("%+v: the trail says %+v; want why %q", g, e, why)
	}
}

func TestAGuestIsKnownBySubjectAlone(t *testing.T) {
	l, ctx := newLobby(t), t.Context()
	local := addUser(t, l.Vault, "Ada", plant.Admin)
	l.refused(guest("4711", "ada", plant.Admin), "no account here", "another user has this name")
	if u, _ := l.Vault.User(ctx, local.ID); !reflect.DeepEqual(u, local) {
		t.Errorf("the local user was touched: %+v", u)
	}
	bert, err := l.Admit(ctx, guest("4712", "bert@mill.example", plant.Operator))
	if err != nil || bert.Role != plant.Operator || bert.Hash != "" || bert.Name != "bert@mill.example" {
		t.Fatalf("%+v %v", bert, err)
	}
	if e := l.last(); e.What != "sign-in" || e.Who.Name != bert.Name || !strings.Contains(e.New, "4712") {
		t.Errorf("%+v", e)
	}
	again, err := l.Admit(ctx, guest("4712", "Ada", plant.Operator)) // another name there changes nothing here
	if err != nil || again.ID != bert.ID || again.Name != bert.Name || again.Version != bert.Version {
		t.Errorf("%+v %v", again, err)
	}
	other := guest("4712", "bert2", plant.Viewer)
	other.Issuer = "https://other.example" // the same subject of somebody else
	if u, err := l.Admit(ctx, other); err != nil || u.ID == bert.ID {
		t.Errorf("%+v %v", u, err)
	}
	for _, password := range []string{"", good} {
		if _, err := signIn(access.NewGate(l.Vault), bert.Name, password, noon); errs.KindOf(err) != errs.SignedOut {
			t.Errorf("a guest signs in with the password %q: %v", password, err)
		}
	}
	if err := access.ResetPassword(ctx, l.Vault, access.Reset{ID: bert.ID, Password: good}, plant.Program()); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a guest is given a password: %v", err)
	}
}

func TestTheRoleOfAGuestFollowsTheGroups(t *testing.T) {
	l, ctx := newLobby(t), t.Context()
	addUser(t, l.Vault, "Ada", plant.Admin)
	l.refused(guest("1", "bert", plant.Nobody), "none of your groups", "none of the groups")
	bert, err := l.Admit(ctx, guest("1", "bert", plant.Viewer))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []plant.Role{plant.Admin, plant.Operator, plant.Operator} {
		u, err := l.Admit(ctx, guest("1", "bert", role))
		if err != nil || u.Role != role || u.ID != bert.ID {
			t.Fatalf("%+v %v", u, err)
		}
	}
	changes, err := l.trail.Find(ctx, access.Search{Text: "user.change"})
	if err != nil || len(changes) != 2 || !strings.HasPrefix(changes[0].Old, "bert, admin") || !strings.HasPrefix(changes[0].New, "bert, operator") || changes[0].Why != "the groups at Login" {
		t.Errorf("%+v %v", changes, err)
	}
	session := access.Session{User: bert.ID, Seen: noon, Source: "192.0.2.1"}
	if err := l.Vault.CommitCtx(ctx, "cookie", nil, noon.AddDate(50, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := l.Vault.NoteSession(ctx, "cookie", nil, session); err != nil {
		t.Fatal(err)
	}
	l.refused(guest("1", "bert", plant.Nobody), "none of your groups", "none of the groups")
	if left, err := l.Vault.SessionsOf(ctx, bert.ID); err != nil || len(left) != 0 {
		t.Errorf("who has no role any more stays signed in: %v %v", left, err)
	}
}

func TestAGuestWhoIsDisabledStaysOut(t *testing.T) {
	l, ctx := newLobby(t), t.Context()
	u, err := l.Admit(ctx, guest("1", "bert", plant.Viewer))
	if err != nil {
		t.Fatal(err)
	}
	if err := access.ChangeUser(ctx, l.Vault, access.Change{ID: u.ID, Version: u.Version, Role: plant.Viewer, Disabled: true, Why: "left"}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	l.refused(guest("1", "bert", plant.Admin), "may not come in", "disabled")
	if now, _ := l.Vault.User(ctx, u.ID); !now.Disabled || now.Role != plant.Viewer {
		t.Errorf("%+v", now)
	}
}

func TestTheLastAdminIsNotDemotedByGroups(t *testing.T) {
	l := newLobby(t)
	if _, err := l.Admit(t.Context(), guest("1", "bert", plant.Admin)); err != nil {
		t.Fatal(err)
	}
	l.refused(guest("1", "bert", plant.Viewer), "role could not be changed", "the last admin")
}

func TestWhoCannotBeAdded(t *testing.T) {
	l := newLobby(t)
	for _, name := range []string{"", "<script>", "4711", strings.Repeat("a", 65), "a\x00b"} {
		l.refused(guest("1", name, plant.Viewer), "no account here", "name cannot be used")
	}
	l.Adds = false
	l.refused(guest("1", "bert", plant.Viewer), "no account here yet", "nobody is added")
}

func TestAGuestWhoComesTwiceAtOnceIsOnePerson(t *testing.T) {
	l := newLobby(t)
	users := make([]access.User, 6)
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			var err error
			if users[i], err = l.Admit(t.Context(), guest("1", "bert", plant.Viewer)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, u := range users {
		if u.ID != users[0].ID {
			t.Errorf("%+v", users)
		}
	}
}

func TestAnAdminTiesAUserToAPersonAtTheProvider(t *testing.T) {
	l, ctx := newLobby(t), t.Context()
	addUser(t, l.Vault, "Ada", plant.Admin)
	bert := addUser(t, l.Vault, "Bert", plant.Operator)
	tie := access.Tie{ID: bert.ID, Version: bert.Version, Issuer: issuer, Subject: "4711", Why: "it is he"}
	for _, bad := range []string{"", "a\nb", strings.Repeat("x", 256), "ö"} {
		t2 := tie
		t2.Subject = bad
		if err := access.TieUser(ctx, l.Vault, t2, plant.Program()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for range 2 { // the second changes nothing
		if err := access.TieUser(ctx, l.Vault, tie, plant.Program()); err != nil {
			t.Fatal(err)
		}
		tie.Version = 2
	}
	if _, err := signIn(access.NewGate(l.Vault), "Bert", good, noon); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("the password still works: %v", err)
	}
	u, err := l.Admit(ctx, guest("4711", "anything", plant.Operator))
	if err != nil || u.ID != bert.ID || u.Name != "Bert" {
		t.Fatalf("%+v %v", u, err)
	}
	carl := addUser(t, l.Vault, "Carl", plant.Operator)
	if err := access.TieUser(ctx, l.Vault, access.Tie{ID: carl.ID, Version: 1, Issuer: issuer, Subject: "4711"}, plant.Program()); errs.KindOf(err) != errs.Conflict {
		t.Errorf("two users are one person: %v", err)
	}
	if err := access.TieUser(ctx, l.Vault, access.Tie{ID: bert.ID, Version: u.Version, Why: "left the company"}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn(access.NewGate(l.Vault), "Bert", good, noon); errs.KindOf(err) != errs.SignedOut {
		t.Errorf("the old password works again: %v", err)
	}
	if err := access.ResetPassword(ctx, l.Vault, access.Reset{ID: bert.ID, Password: good}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn(access.NewGate(l.Vault), "Bert", good, noon); err != nil {
		t.Errorf("the new password does not work: %v", err)
	}
}

func TestGuestsWaitAfterManyAttempts(t *testing.T) {
	g := access.NewGate(vault(t))
	arrive := func(n int) (err error) {
		for range n {
			err = g.Arrive("192.0.2.1", noon)
		}
		return err
	}
	if err := arrive(20); err != nil {
		t.Errorf("twenty attempts: %v", err)
	}
	if err := arrive(1); errs.KindOf(err) != errs.TooMany {
		t.Errorf("twenty-one: %v", err)
	}
	if err := g.Arrive("192.0.2.2", noon); err != nil {
		t.Errorf("another source waits too: %v", err)
	}
	g.Arrived("192.0.2.1")
	if err := arrive(1); err != nil {
		t.Errorf("after somebody came in: %v", err)
	}
}
