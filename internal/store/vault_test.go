package store_test

import (
	"crypto/sha256"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func user(name string, role plant.Role) access.User {
	return access.User{Name: name, Hash: "$argon2id$secret", Role: role, Created: monday}
}

func TestUsersAreFoundWithoutRegardToCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, v := t.Context(), open().Vault()
		made, err := v.AddUser(ctx, user("Jörg Öz", plant.Operator), anna, "")
		must(t, err)
		want := user("Jörg Öz", plant.Operator)
		want.ID, want.Version = 1, 1
		if d := cmp.Diff(want, made); d != "" {
			t.Error(d)
		}
		for _, name := range []string{"Jörg Öz", "JÖRG ÖZ", "jo\u0308rg o\u0308z"} {
			got, err := v.UserByName(ctx, name)
			must(t, err)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%q: %s", name, d)
			}
			_, err = v.AddUser(ctx, user(name, plant.Viewer), anna, "")
			wantKind(t, err, errs.Conflict)
		}
		got, err := v.User(ctx, made.ID)
		must(t, err)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		_, err = v.UserByName(ctx, "nobody")
		wantKind(t, err, errs.NotFound)
		_, err = v.User(ctx, 99)
		wantKind(t, err, errs.NotFound)
		for _, bad := range []access.User{user("", plant.Viewer), user("x", 99)} {
			_, err = v.AddUser(ctx, bad, anna, "")
			wantKind(t, err, errs.Invalid)
		}
		all, err := v.Users(ctx)
		must(t, err)
		if len(all) != 1 {
			t.Errorf("users %v, want one", all)
		}
	})
}

func TestOfTwoFirstUsersOneIsFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		stores := []*store.Store{open(), open(), open(), open()}
		results := make([]error, len(stores))
		var all sync.WaitGroup
		for i, s := range stores {
			all.Go(func() { _, results[i] = s.Vault().AddFirst(t.Context(), user(string(rune('a'+i)), plant.Viewer)) })
		}
		all.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				wantKind(t, err, errs.Conflict)
			}
		}
		users, err := stores[0].Vault().Users(t.Context())
		must(t, err)
		if won != 1 || len(users) != 1 || users[0].Role != plant.Admin {
			t.Errorf("%d first users were made: %v; want one admin", won, users)
		}
		sound(t, stores[0])
	})
}

func TestAUserIsSavedByVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		u, err := v.AddUser(ctx, user("bert", plant.Operator), anna, "")
		must(t, err)
		_, err = v.AddUser(ctx, user("carl", plant.Operator), anna, "")
		must(t, err)

		u.Role, u.Disabled, u.Hash = plant.Manager, true, "$argon2id$another"
		must(t, v.SaveUser(ctx, u, anna, "promoted"))
		wantKind(t, v.SaveUser(ctx, u, anna, "again"), errs.Conflict)
		u.Version = 2
		got, err := v.User(ctx, u.ID)
		must(t, err)
		if d := cmp.Diff(u, got); d != "" {
			t.Error(d)
		}
		u.Disabled = false // back to the zero value
		must(t, v.SaveUser(ctx, u, anna, "back"))
		if got, err = v.User(ctx, u.ID); err != nil || got.Disabled || got.Version != 3 {
			t.Errorf("enabled again: %+v, %v", got, err)
		}
		u.Version, u.Name = 3, "CARL"
		wantKind(t, v.SaveUser(ctx, u, anna, ""), errs.Conflict)
		u.ID = 77
		wantKind(t, v.SaveUser(ctx, u, anna, ""), errs.NotFound)

		entries, err := s.Audit().List(ctx, "bert", store.Page{})
		must(t, err)
		if len(entries) != 3 || entries[1].Why != "promoted" || entries[1].Old != "bert, operator, enabled" ||
			entries[1].New != "bert, manager, disabled, new password" {
			t.Errorf("the audit chain tells of bert: %+v", entries)
		}
		for _, e := range entries {
			if strings.Contains(e.Old+e.New, "argon2id") {
				t.Errorf("a secret stands in the audit chain: %+v", e)
			}
		}
		sound(t, s)
	})
}

// Two admins who take each other's role at the same time would leave a plant that nobody can configure.
func TestTheLastAdminStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		stores := []*store.Store{open(), open()}
		admins := make([]access.User, 2)
		for i, s := range stores {
			var err error
			admins[i], err = s.Vault().AddUser(ctx, user([]string{"a", "b"}[i], plant.Admin), anna, "")
			must(t, err)
		}
		var all sync.WaitGroup
		results := make([]error, 2)
		for i, s := range stores {
			u := admins[1-i]
			u.Disabled = true
			all.Go(func() { results[i] = s.Vault().SaveUser(ctx, u, plant.Person{Name: admins[i].Name}, "") })
		}
		all.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("want one to stay admin, got %v and %v", results[0], results[1])
		}
	})
}

func TestATokenLivesUntilItIsRevoked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		want := access.Token{Name: "hall 1", Hash: sha256.Sum256([]byte("secret")), Role: plant.Display, Page: "/wall/line/filling-1", Created: monday}
		made, err := v.AddToken(ctx, want, anna, "for the hall")
		must(t, err)
		want.ID = 1
		if d := cmp.Diff(want, made); d != "" {
			t.Error(d)
		}
		_, err = v.AddToken(ctx, want, anna, "for the hall")
		wantKind(t, err, errs.Conflict)
		_, err = v.TokenByHash(ctx, [32]byte{1})
		wantKind(t, err, errs.NotFound)

		must(t, v.TokenSeen(ctx, want.ID, at(5)))
		must(t, v.TokenSeen(ctx, want.ID, at(3))) // arrives late
		must(t, v.RevokeToken(ctx, want.ID, anna, "lost"))
		must(t, v.RevokeToken(ctx, want.ID, anna, "lost"))
		wantKind(t, v.RevokeToken(ctx, 9, anna, ""), errs.NotFound)
		want.Seen, want.Revoked = at(5), true
		got, err := v.TokenByHash(ctx, want.Hash)
		must(t, err)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		entries, err := s.Audit().List(ctx, "token 1", store.Page{})
		must(t, err)
		if len(entries) != 2 || entries[0].What != "token.revoke" || entries[1].What != "token.add" {
			t.Errorf("the audit chain tells of the token: %+v", entries)
		}
	})
}

func TestASessionLivesUntilItExpires(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		v := s.Vault()
		data := []byte{0, 1, 0xff, 'x'}
		must(t, v.CommitCtx(ctx, "cookie", []byte("old"), time.Now().Add(time.Minute)))
		must(t, v.CommitCtx(ctx, "cookie", data, time.Now().Add(time.Hour)))
		b, found, err := db.Open().Vault().FindCtx(ctx, "cookie")
		if err != nil || !found || string(b) != string(data) {
			t.Errorf("found %v %q, %v", found, b, err)
		}
		var kept string
		must(t, db.Raw().QueryRow("SELECT hash FROM sessions").Scan(&kept))
		if kept == "cookie" || len(kept) != 64 {
			t.Errorf("the cookie is kept as %q, want its hash", kept)
		}
		must(t, v.CommitCtx(ctx, "gone", data, time.Now().Add(-time.Second)))
		if _, found, err = v.FindCtx(ctx, "gone"); found || err != nil {
			t.Errorf("an expired session was found: %v", err)
		}
		must(t, v.CommitCtx(ctx, "other", data, time.Now().Add(time.Hour)))
		var n int
		must(t, db.Raw().QueryRow("SELECT COUNT(*) FROM sessions").Scan(&n))
		if n != 2 {
			t.Errorf("%d sessions are kept, want 2: the expired one goes with the next commit", n)
		}
		for range 2 {
			must(t, v.DeleteCtx(ctx, "cookie"))
		}
		if _, found, err = v.FindCtx(ctx, "cookie"); found || err != nil {
			t.Errorf("an ended session was found: %v", err)
		}
	})
}

func TestASettingIsSavedByVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		_, err := s.Settings().Find(ctx, "plant.name")
		wantKind(t, err, errs.NotFound)
		set, err := s.Settings().Save(ctx, store.Setting{Name: "plant.name", Value: "Ulm"}, anna, "first")
		must(t, err)
		_, err = s.Settings().Save(ctx, store.Setting{Name: "plant.name", Value: "Bonn"}, anna, "")
		wantKind(t, err, errs.Conflict)
		set.Value = ""
		set, err = s.Settings().Save(ctx, set, anna, "cleared")
		must(t, err)
		_, err = s.Settings().Save(ctx, store.Setting{Name: "plant.name", Value: "x", Version: 1}, anna, "")
		wantKind(t, err, errs.Conflict)
		got, err := s.Settings().Find(ctx, "plant.name")
		must(t, err)
		if d := cmp.Diff(store.Setting{Name: "plant.name", Version: 2}, got); d != "" || set != got {
			t.Error(d)
		}
		entries, err := s.Audit().List(ctx, "plant.name", store.Page{})
		must(t, err)
		if len(entries) != 2 || entries[0].Old != "Ulm" || entries[0].Why != "cleared" {
			t.Errorf("the audit chain tells of the setting: %+v", entries)
		}
	})
}

func TestAPersonAtAProviderIsOneUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, v := t.Context(), open().Vault()
		for _, name := range []string{"Ada", "Bert"} { // nobody at a provider: any number may be
			_, err := v.AddUser(ctx, user(name, plant.Admin), anna, "")
			must(t, err)
		}
		want := access.User{Name: "Carl", Role: plant.Viewer, Issuer: "https://login.example", Subject: "4711", Created: monday}
		made, err := v.AddUser(ctx, want, anna, "")
		must(t, err)
		want.ID, want.Version = 3, 1
		got, err := v.UserBySubject(ctx, want.Issuer, want.Subject)
		must(t, err)
		if d := cmp.Diff(want, got) + cmp.Diff(want, made); d != "" {
			t.Error(d)
		}
		for _, who := range [][2]string{{"", ""}, {want.Issuer, ""}, {"", "4711"}, {"https://login.exampl", "4711"}} {
			_, err = v.UserBySubject(ctx, who[0], who[1])
			wantKind(t, err, errs.NotFound)
		}
		want.Name = "Dora"
		_, err = v.AddUser(ctx, want, anna, "")
		wantKind(t, err, errs.Conflict)
		bert, err := v.User(ctx, 2)
		must(t, err)
		bert.Issuer, bert.Subject = want.Issuer, want.Subject
		wantKind(t, v.SaveUser(ctx, bert, anna, ""), errs.Conflict)
		bert.Issuer = "https://other.example"
		must(t, v.SaveUser(ctx, bert, anna, ""))
		got, err = v.UserBySubject(ctx, "https://other.example", "4711")
		must(t, err)
		if got.ID != 2 {
			t.Errorf("%+v", got)
		}
	})
}
