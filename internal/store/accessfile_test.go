package store_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// planned compares a text with what is in force.
func planned(t *testing.T, s *store.Store, text string, prune bool) accessfile.Plan {
	t.Helper()
	now, err := s.Access().State(t.Context())
	must(t, err)
	a, err := accessfile.Parse("access.yaml", []byte(text))
	must(t, err)
	p, err := accessfile.Compare(now, "access.yaml", a, prune)
	must(t, err)
	return p
}

func registered(t *testing.T, s *store.Store) string {
	t.Helper()
	now, err := s.Access().State(t.Context())
	must(t, err)
	text, err := now.Text()
	must(t, err)
	return text
}

const everybody = `access:
  people:
    - name: Ada
      role: admin
      owner: OT
    - name: Bert
      grants:
        ulm: operator
        ulm/hall/one: manager
    - name: Cleo
      role: viewer
      issuer: https://login.example
      subject: c-1
      disabled: true
  programs:
    - name: orders
      scopes: [read, 'jobs:write']
      at: [ulm]
  displays:
    - name: screen
      page: /wall/line/one
    - name: screen
      turns:
        - page: /wall/hall/hall
          seconds: 20
        - page: /wall/line/one
          seconds: 60
      calls: true
  certificates: []
  rules:
    rates: OT
`

func TestWhatIsPutInForceIsWrittenInTheSameWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		g := s.Access()
		wish := accessfile.Wish{By: plant.Program(), Why: "a plant as the other one", Origin: "command line, access.yaml"}
		p := planned(t, s, everybody, false)
		got, err := g.Apply(ctx, p, wish)
		must(t, err)
		text := registered(t, s)
		if got.Version != 1 || got.Rules.Waits() || text != p.After {
			t.Fatalf("%+v\n%s\n%s", got, text, p.After)
		}
		if again := planned(t, s, text, true); !again.Same() {
			t.Errorf("%+v", again.Changes)
		}
		v, err := g.Version(ctx, 1)
		must(t, err)
		if v.Text != text || !strings.Contains(v.Before, "people: []") || v.Why != wish.Why || v.Origin != wish.Origin || v.By.Name != "millwright" {
			t.Errorf("%+v", v)
		}
		_, err = g.Apply(ctx, p, wish)
		wantKind(t, err, errs.Conflict) // it is not what it was compared with
		_, err = g.Version(ctx, 2)
		wantKind(t, err, errs.NotFound)

		// Nobody can come in by a file alone.
		ada, err := s.Vault().UserByName(ctx, "Ada")
		must(t, err)
		tokens, err := s.Vault().Tokens(ctx, 10)
		must(t, err)
		for _, k := range tokens {
			if !k.Keyless() {
				t.Errorf("%s has a secret", k.Name)
			}
			_, err = s.Vault().TokenByHash(ctx, k.Hash)
			wantKind(t, err, errs.NotFound)
		}
		gate := access.NewGate(s.Vault())
		if open, err := gate.Open(ctx); err != nil || !open { // Cleo's provider vouches for her
			t.Errorf("%v %v", open, err)
		}
		if !ada.Wayless() {
			t.Errorf("%+v", ada)
		}

		// Each change stands in the audit with who, old, new and why, and the chain is whole.
		for _, thing := range []string{"Ada", "Bert", "token 1", "rules of approval", "who may come in"} {
			trail, err := s.Audit().List(ctx, thing, store.Page{})
			must(t, err)
			if len(trail) != 1 || trail[0].Why != wish.Why || trail[0].New == "" {
				t.Errorf("%s: %+v", thing, trail)
			}
		}
		_, err = s.Audit().Verify(ctx)
		must(t, err)

		// Put back, with what was not there taken away.
		ada.Hash = "$argon2id$x"
		must(t, s.Vault().SaveUser(ctx, ada, anna, "a password"))
		_, err = g.Apply(ctx, planned(t, s, "access: {people: [{name: Dora, role: admin}], programs: [{name: orders, absent: true}]}", false), wish)
		must(t, err)
		back := planned(t, s, v.Text, true)
		_, err = g.Apply(ctx, back, wish)
		must(t, err)
		if dora, err := s.Vault().UserByName(ctx, "Dora"); err != nil || !dora.Disabled {
			t.Errorf("%+v %v", dora, err)
		}
		list, err := g.Versions(ctx, 0, 10)
		must(t, err)
		if len(list) != 3 || list[0].Number != 3 || list[0].Text != "" {
			t.Errorf("%+v", list)
		}
		list, err = g.Versions(ctx, 3, 1)
		must(t, err)
		if len(list) != 1 || list[0].Number != 2 {
			t.Errorf("%+v", list)
		}
	})
}

// However a file is written, somebody who can come in stays an admin, and all of it counts or nothing.
func TestTheLastAdminIsNotLostByAFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		_, err := v.AddUser(ctx, user("Ada", plant.Admin), anna, "")
		must(t, err)
		before := registered(t, s)
		wish := accessfile.Wish{By: plant.Program(), Why: "no why"}
		for _, text := range []string{
			"access: {people: []}",
			"access: {people: [{name: Ada, role: manager}]}",
			"access: {people: [{name: Ada, role: admin, disabled: true}]}",
			"access: {people: [{name: Eve, role: admin}]}", // who has no way in yet
			"access: {people: [{name: Eve, role: admin}, {name: Ada, role: viewer}], programs: [{name: x, scopes: [read]}]}",
		} {
			_, err := s.Access().Apply(ctx, planned(t, s, text, true), wish)
			wantKind(t, err, errs.Conflict)
			if after := registered(t, s); after != before {
				t.Errorf("%s: something was half-saved:\n%s", text, after)
			}
		}
		_, err = s.Access().Apply(ctx, planned(t, s, "access: {people: [{name: Eve, role: admin, issuer: x, subject: y}, {name: Ada, role: viewer}]}", false), wish)
		must(t, err)
		_, err = s.Access().Apply(ctx, planned(t, s, before, false), accessfile.Wish{By: plant.Program()})
		wantKind(t, err, errs.Invalid) // nobody says why
	})
}

// Rules that ask fewer wait for those who lose their say, however they come in.
func TestAFileWeakensNoRules(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		owner := user("Olaf", plant.Manager)
		owner.Owner = plant.OT
		_, err := s.Vault().AddUser(ctx, owner, anna, "")
		must(t, err)
		_, err = s.Requests().Govern(ctx, consent.Rules{Need: map[consent.Kind]plant.Side{consent.Rates: plant.OT}}, anna, "both worlds")
		must(t, err)
		wish := accessfile.Wish{By: anna, Why: "simpler", Origin: "browser"}
		got, err := s.Access().Apply(ctx, planned(t, s, "access: {rules: {}, people: [{name: Eve, role: viewer}]}", false), wish)
		must(t, err)
		if !got.Rules.Waits() || got.Rules.Needs != plant.OT || got.Version != 1 {
			t.Errorf("%+v", got)
		}
		if text := registered(t, s); !strings.Contains(text, "rates: OT") || !strings.Contains(text, "Eve") {
			t.Errorf("%s", text)
		}
		v, err := s.Access().Version(ctx, 1)
		must(t, err)
		if !strings.Contains(v.Text, "rates: OT") {
			t.Errorf("the version tells rules that are not in force: %s", v.Text)
		}
		_, err = s.Access().Apply(ctx, planned(t, s, "access: {people: [{name: Olaf, role: manager}]}", false), wish)
		wantKind(t, err, errs.Conflict) // the last owner
		_, err = s.Access().Apply(ctx, planned(t, s, "access: {people: [{name: Olaf, role: manager}, {name: Pia, role: manager, owner: OT}]}", false), wish)
		must(t, err)
	})
}

// A token from a file gets its secret later; another secret ends the one before.
func TestATokenGetsAnotherSecret(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		_, err := s.Access().Apply(ctx, planned(t, s, "access: {programs: [{name: orders, scopes: [read]}, {name: orders, scopes: [read]}]}", false), accessfile.Wish{By: anna, Why: "x"})
		must(t, err)
		all, err := v.Tokens(ctx, 10)
		must(t, err)
		i := slices.IndexFunc(all, func(k access.Token) bool { return k.ID == 1 })
		first, err := accessfile.Rekey(ctx, v, all[i], anna, "it is needed")
		must(t, err)
		_, err = accessfile.Rekey(ctx, v, all[i], anna, "twice at once")
		wantKind(t, err, errs.Conflict)
		gate := access.NewGate(v)
		k, err := gate.Token(ctx, first)
		must(t, err)
		second, err := accessfile.Rekey(ctx, v, k, anna, "it was lost")
		must(t, err)
		_, err = gate.Token(ctx, first)
		wantKind(t, err, errs.SignedOut)
		k, err = gate.Token(ctx, second)
		must(t, err)
		must(t, v.RevokeToken(ctx, k.ID, anna, ""))
		_, err = accessfile.Rekey(ctx, v, k, anna, "it is revoked")
		wantKind(t, err, errs.Conflict)
		trail, err := s.Audit().List(ctx, "token 1", store.Page{})
		must(t, err)
		if len(trail) != 4 || trail[1].What != "token.secret" || trail[1].Why != "it was lost" || strings.Contains(trail[1].New, second) {
			t.Errorf("%+v", trail)
		}
		if k.Hash != sha256.Sum256([]byte(second)) {
			t.Error("another hash is kept")
		}
	})
}

// The set-up link of a folder that has only a file's people makes one of its admins the first, or another one.
func TestTheSetUpLinkOpensAFolderThatHasOnlyAFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		_, err := s.Access().Apply(ctx, planned(t, s, "access: {people: [{name: Ada, role: admin, owner: IT}, {name: Bert, role: viewer}]}", false), accessfile.Wish{By: plant.Program(), Why: "x"})
		must(t, err)
		gate := access.NewGate(s.Vault())
		secret, err := gate.Invite(ctx, monday)
		must(t, err)
		_, err = gate.SetUp(ctx, secret, access.Account{Name: "Bert", Password: "another good one"}, monday)
		wantKind(t, err, errs.Conflict) // who is no admin does not become one
		u, err := gate.SetUp(ctx, secret, access.Account{Name: "ada", Password: "another good one"}, monday)
		must(t, err)
		if u.ID != 1 || u.Name != "Ada" || u.Version != 2 || u.Owner != plant.IT {
			t.Errorf("%+v", u)
		}
		if again, err := access.NewGate(s.Vault()).Invite(ctx, monday); err != nil || again != "" {
			t.Errorf("%q %v", again, err)
		}
	})
}

// What was changed elsewhere is kept as a version with what was before it; what was not changed is none.
func TestWhatWasChangedOnAPageIsAVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		g, wish := s.Access(), accessfile.Wish{By: plant.Program(), Why: "works here now", Origin: "browser"}
		before := registered(t, s)
		n, err := g.Note(ctx, before, nil, wish)
		must(t, err)
		if n != 0 {
			t.Errorf("nothing was changed, and is version %d", n)
		}
		_, err = s.Vault().AddUser(ctx, access.User{Name: "Eve", Role: plant.Viewer}, plant.Program(), "works here now")
		must(t, err)
		n, err = g.Note(ctx, before, nil, wish)
		must(t, err)
		v, err := g.Version(ctx, n)
		must(t, err)
		if n != 1 || v.Before != before || v.Text != registered(t, s) || v.Why != wish.Why || v.Origin != wish.Origin || !strings.Contains(v.Text, "name: Eve") {
			t.Errorf("version %d is %+v", n, v)
		}
	})
}
