package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestTheAuditChainIsListedInPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, a := t.Context(), open().Audit()
		var want []access.Entry
		for i := range 25 {
			e, err := a.Append(ctx, access.Entry{Who: anna, What: "setpoint.write", On: fmt.Sprint("tag ", i%2), Old: "1", New: "2", Why: "too cold"})
			must(t, err)
			if e.Seq != int64(i+1) || e.At.Year() < 2020 || e.Hash == [32]byte{} {
				t.Fatalf("appended %+v", e)
			}
			want = append([]access.Entry{e}, want...)
		}
		var got []access.Entry
		for before := int64(0); ; before = got[len(got)-1].Seq {
			part, err := a.List(ctx, "", store.Page{Before: before, Limit: 10})
			must(t, err)
			if len(part) == 0 {
				break
			}
			got = append(got, part...)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		some, err := a.List(ctx, "tag 1", store.Page{Limit: 2})
		must(t, err)
		if len(some) != 2 || some[0].Seq != 24 || some[1].Seq != 22 {
			t.Errorf("the last two of tag 1: %+v", some)
		}
		n, err := a.Verify(ctx)
		if n != 25 || err != nil {
			t.Errorf("verified %d rows, %v; want 25", n, err)
		}
	})
}

func TestATimeThatIsGivenIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, a := t.Context(), open().Audit()
		e, err := a.Append(ctx, access.Entry{At: monday.Add(1234567 * time.Nanosecond), Who: plant.Program(), What: "start"})
		must(t, err)
		if !e.At.Equal(monday.Add(1234 * time.Microsecond)) {
			t.Errorf("kept %s, want the microseconds of what was given", e.At)
		}
		if _, err := a.Verify(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestManyAuditAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		stores := []*store.Store{open(), open()}
		var all sync.WaitGroup
		for w := range 8 {
			all.Go(func() {
				for range 25 {
					if _, err := stores[w%2].Audit().Append(t.Context(), access.Entry{Who: anna, What: "x"}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if n, err := stores[0].Audit().Verify(t.Context()); n != 200 || err != nil {
			t.Errorf("verified %d rows, %v; want 200", n, err)
		}
	})
}

// Each way of tampering with the chain is found, and the row it begins at is named.
func TestTamperingWithTheAuditChainIsFound(t *testing.T) {
	cases := map[string]struct {
		sql   []string
		sound int64 // rows before the first wrong one
		words string
	}{
		"a row changed":             {[]string{"UPDATE audit SET new = 'worse' WHERE seq = 7"}, 6, "row 7"},
		"an author changed":         {[]string{"UPDATE audit SET who_name = 'berta' WHERE seq = 7"}, 6, "row 7"},
		"a role changed":            {[]string{"UPDATE audit SET who_role = 'viewer' WHERE seq = 7"}, 6, "row 7"},
		"a time changed":            {[]string{"UPDATE audit SET at = at + 1 WHERE seq = 7"}, 6, "row 7"},
		"a reason emptied":          {[]string{"UPDATE audit SET why = '' WHERE seq = 7"}, 6, "row 7"},
		"a hash changed":            {[]string{"UPDATE audit SET hash = '" + strings.Repeat("ab", 32) + "' WHERE seq = 7"}, 6, "row 7"},
		"a hash that is none":       {[]string{"UPDATE audit SET hash = 'x' WHERE seq = 7"}, 6, "row 7"},
		"the first row removed":     {[]string{"DELETE FROM audit WHERE seq = 1"}, 0, "row 1"},
		"a row in the middle":       {[]string{"DELETE FROM audit WHERE seq = 7"}, 6, "row 7"},
		"a row gone, others closed": {[]string{"DELETE FROM audit WHERE seq = 7", "UPDATE audit SET seq = -seq WHERE seq > 7", "UPDATE audit SET seq = -seq - 1 WHERE seq < 0"}, 6, "row 7"},
		"the end cut off":           {[]string{"DELETE FROM audit WHERE seq > 9"}, 9, "row 9"},
		"the end cut off, the head set back": {[]string{
			"DELETE FROM audit WHERE seq > 9",
			"UPDATE audit_head SET seq = 9",
		}, 9, "row 9"},
		"two rows swapped": {[]string{
			"UPDATE audit SET seq = -1 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5",
			"UPDATE audit SET seq = 5 WHERE seq = -1",
		}, 3, "row 4"},
		"a row added": {
			[]string{"INSERT INTO audit SELECT seq + 1, at, who_id, who_name, who_role, what, thing, old, new, why, hash FROM audit WHERE seq = 12"},
			12, "row 13",
		},
		"everything removed": {[]string{"DELETE FROM audit"}, 0, "row 0"},
		"the head removed":   {[]string{"DELETE FROM audit_head"}, 12, "end"},
	}
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		for i := range 12 {
			_, err := s.Audit().Append(t.Context(), access.Entry{Who: anna, What: "x", Old: "o", New: fmt.Sprint(i), Why: "because"})
			must(t, err)
		}
		db.Exec("CREATE TABLE audit_kept AS SELECT * FROM audit")
		db.Exec("CREATE TABLE audit_head_kept AS SELECT * FROM audit_head")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				for _, q := range c.sql {
					db.Exec(q)
				}
				n, err := s.Audit().Verify(t.Context())
				var broken *access.Broken
				if !errors.As(err, &broken) || n != c.sound || !strings.Contains(err.Error(), c.words) {
					t.Errorf("verified %d rows, %v; want %d and words about %s", n, err, c.sound, c.words)
				}
			})
			for _, table := range []string{"audit", "audit_head"} {
				db.Exec("DELETE FROM " + table)
				db.Exec("INSERT INTO " + table + " SELECT * FROM " + table + "_kept")
			}
			if n, err := s.Audit().Verify(t.Context()); n != 12 || err != nil {
				t.Fatalf("put back as it was: %d, %v", n, err)
			}
		}
	})
}
