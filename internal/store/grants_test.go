package store_test

import (
	"io/fs"
	"slices"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/migrations"
)

// Roles at places stand and fall with the user's version: what changes them ends the sessions, and is audited.
func TestGrantsAreKeptWithTheUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		bert := user("Bert", plant.Nobody)
		bert.Grants = []plant.Grant{{At: "ulm/filling", Role: plant.Viewer}}
		u, err := v.AddUser(ctx, bert, anna, "")
		must(t, err)
		must(t, v.CommitCtx(ctx, "cookie", []byte("x"), at(100_000_000)))
		must(t, v.NoteSession(ctx, "cookie", []byte("x"), access.Session{User: u.ID, Seen: monday}))

		u.Grants = []plant.Grant{{At: "ulm", Role: plant.Viewer}, {At: "ulm/filling/filling-1", Role: plant.Operator}}
		must(t, v.SaveUser(ctx, u, anna, "another hall"))
		wantKind(t, v.SaveUser(ctx, u, anna, "again"), errs.Conflict)
		u.Version = 2
		got, err := v.User(ctx, u.ID)
		must(t, err)
		if d := cmp.Diff(u, got); d != "" {
			t.Error(d)
		}
		all, err := v.Users(ctx)
		must(t, err)
		if d := cmp.Diff([]access.User{u}, all); d != "" {
			t.Error(d)
		}
		if left, err := v.SessionsOf(ctx, u.ID); err != nil || len(left) != 0 {
			t.Errorf("sessions go on: %v %v", left, err)
		}
		for _, bad := range [][]plant.Grant{
			{{At: "", Role: plant.Viewer}},
			{{At: "ulm", Role: plant.Display}},
			{{At: "ulm", Role: plant.Viewer}, {At: "ulm", Role: plant.Operator}},
		} {
			u.Grants = bad
			wantKind(t, v.SaveUser(ctx, u, anna, ""), errs.Invalid)
		}
		if again, err := v.User(ctx, u.ID); err != nil || cmp.Diff(got, again) != "" {
			t.Errorf("something was half-saved: %+v %v", again, err)
		}
		entries, err := s.Audit().List(ctx, "Bert", store.Page{})
		must(t, err)
		if len(entries) != 2 || entries[1].New != "Bert, nobody, enabled, viewer at ulm/filling" || entries[0].Old != entries[1].New ||
			entries[0].New != "Bert, nobody, enabled, viewer at ulm, operator at ulm/filling/filling-1" {
			t.Errorf("%+v", entries)
		}
		sound(t, s)
	})
}

func TestAUserKeepsDuties(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		u, err := v.AddUser(ctx, access.User{Name: "Pia", Role: plant.Viewer, Duties: plant.Planner | plant.Sales}, anna, "")
		must(t, err)
		u.Duties = plant.Storekeeper
		must(t, v.SaveUser(ctx, u, anna, "moved to the store"))
		got, err := v.User(ctx, u.ID)
		must(t, err)
		if got.Duties != plant.Storekeeper {
			t.Errorf("kept as %q", got.Duties)
		}
		entries, err := s.Audit().List(ctx, "Pia", store.Page{})
		must(t, err)
		if len(entries) != 2 || entries[0].Old != "Pia, viewer, enabled, duties planner sales" || entries[0].New != "Pia, viewer, enabled, duties storekeeper" {
			t.Errorf("%+v", entries)
		}
		sound(t, s)
	})
}

func TestATokenKeepsItsScopesAndPlaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		made, err := v.AddToken(ctx, access.Token{
			Name: "gateway", Hash: [32]byte{1}, Role: plant.Operator, Created: monday,
			Scopes: []access.Scope{access.Read, access.SendSamples}, At: []plant.Place{"connection:plc", "ulm/filling"},
		}, anna, "")
		must(t, err)
		got, err := v.Token(ctx, made.ID)
		must(t, err)
		if d := cmp.Diff(made, got); d != "" {
			t.Error(d)
		}
		entries, err := s.Audit().List(ctx, "token 1", store.Page{})
		must(t, err)
		if len(entries) != 1 || entries[0].New != "gateway, read samples:write at connection:plc ulm/filling" {
			t.Errorf("%+v", entries)
		}
	})
}

// Tokens that were made before there were scopes go on being good for what their role was good for.
func TestOldTokensHaveTheScopesOfTheirRole(t *testing.T) {
	older := fstest.MapFS{}
	names, err := fs.Glob(migrations.Files, "*.sql")
	must(t, err)
	for _, name := range names {
		if name < "0009" {
			text, err := fs.ReadFile(migrations.Files, name)
			must(t, err)
			older[name] = &fstest.MapFile{Data: text}
		}
	}
	for name, make := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.EmptySQLite, "postgres": storetest.EmptyPostgres} {
		t.Run(name, func(t *testing.T) {
			db := make(t)
			raw := db.Raw()
			must(t, store.MigrateFrom(t.Context(), name, raw, older))
			roles := []plant.Role{plant.Display, plant.Viewer, plant.Operator, plant.Manager, plant.Admin}
			for _, r := range roles {
				_, err := raw.Exec("INSERT INTO tokens (id, name, hash, role, page, revoked, created_at) VALUES (" + strconv.Itoa(int(r)) + ", 'old', '" + r.String() + "', '" + r.String() + "', '', FALSE, 0)")
				must(t, err)
			}
			v := db.Open().Vault()
			for _, r := range roles {
				got, err := v.Token(t.Context(), int64(r))
				must(t, err)
				later := []access.Scope{access.CorrectSamples, access.WriteTime, access.SignTime, access.CallHelp, access.WriteItems, access.WriteStock, access.WriteSales, access.WritePurchase, access.WritePlan, access.Annotate}
				then := slices.DeleteFunc(access.ScopesOf(r), func(s access.Scope) bool { return slices.Contains(later, s) })
				if d := cmp.Diff(then, got.Scopes); d != "" || got.At != nil {
					t.Errorf("%s: %s", r, d)
				}
			}
		})
	}
}
