package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// stays makes a session of a user for each cookie, each used an hour later than the one before.
func stays(t *testing.T, v access.Vault, user int64, cookies ...string) {
	t.Helper()
	for i, c := range cookies {
		must(t, v.CommitCtx(t.Context(), c, []byte("new"), time.Now().Add(time.Hour)))
		must(t, v.NoteSession(t.Context(), c, []byte("data of "+c), access.Session{User: user, Seen: at(i * 60), Source: "10.0.0." + c, Agent: "browser " + c}))
	}
}

// found tells which cookies still open a session.
func found(t *testing.T, v access.Vault, cookies ...string) (all []string) {
	t.Helper()
	for _, c := range cookies {
		_, ok, err := v.FindCtx(t.Context(), c)
		must(t, err)
		if ok {
			all = append(all, c)
		}
	}
	return all
}

func TestSessionsOfAUserAreListedAndEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		bert, err := v.AddUser(ctx, user("bert", plant.Operator), anna, "")
		must(t, err)
		carl, err := v.AddUser(ctx, user("carl", plant.Operator), anna, "")
		must(t, err)
		stays(t, v, bert.ID, "1", "2", "3")
		stays(t, v, carl.ID, "4")
		must(t, v.CommitCtx(ctx, "display", []byte("d"), time.Now().Add(time.Hour)))
		must(t, v.NoteSession(ctx, "2", []byte("data of 2"), access.Session{User: bert.ID, Seen: at(300), Source: "10.9.9.9", Agent: "browser 2"}))

		list, err := v.SessionsOf(ctx, bert.ID)
		must(t, err)
		if len(list) != 3 {
			t.Fatalf("%d sessions of bert, want 3: %+v", len(list), list)
		}
		want := access.Session{ID: list[0].ID, User: bert.ID, Since: at(60), Seen: at(300), Source: "10.9.9.9", Agent: "browser 2"}
		if d := cmp.Diff(want, list[0]); d != "" || len(want.ID) != 64 {
			t.Error(d)
		}
		if b, ok, err := v.FindCtx(ctx, "2"); string(b) != "data of 2" || !ok || err != nil {
			t.Errorf("the data is %q, %v, %v", b, ok, err)
		}

		n, err := v.EndSessions(ctx, access.Ending{User: carl.ID, ID: list[0].ID, Why: "not his"}, anna)
		if n != 0 || err != nil {
			t.Errorf("carl's endings ended %d sessions of bert, %v", n, err)
		}
		n, err = v.EndSessions(ctx, access.Ending{User: bert.ID, ID: list[0].ID, Why: "left the tablet"}, anna)
		if n != 1 || err != nil {
			t.Errorf("ended %d, %v", n, err)
		}
		must(t, v.NoteSession(ctx, "2", []byte("again"), access.Session{User: bert.ID, Seen: at(400)}))
		if d := cmp.Diff([]string{"1", "3", "4", "display"}, found(t, v, "1", "2", "3", "4", "display")); d != "" {
			t.Errorf("a session that is noted after its end comes back, or others went: %s", d)
		}
		if n, err = v.EndSessions(ctx, access.Ending{User: bert.ID, Keep: list[1].ID}, anna); n != 1 || err != nil {
			t.Errorf("ended %d, %v; want all but one of two", n, err)
		}
		if d := cmp.Diff([]string{"3", "4", "display"}, found(t, v, "1", "2", "3", "4", "display")); d != "" {
			t.Error(d)
		}
		_, err = v.EndSessions(ctx, access.Ending{User: 99}, anna)
		wantKind(t, err, errs.NotFound)
		entries, err := s.Audit().List(ctx, "bert", store.Page{})
		must(t, err)
		if len(entries) != 3 || entries[1].What != "session.end" || entries[1].Why != "left the tablet" || entries[1].Old != "session since 2026-03-02T07:00:00Z from 10.9.9.9" {
			t.Errorf("the audit chain tells of bert: %+v", entries)
		}
		sound(t, s)
	})
}

func TestAChangedUserIsSignedOutEverywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, v := t.Context(), open().Vault()
		bert, err := v.AddUser(ctx, user("bert", plant.Operator), anna, "")
		must(t, err)
		must(t, v.SignedIn(ctx, bert.ID, at(7)))
		stays(t, v, bert.ID, "1", "2")
		bert.Role = plant.Manager
		must(t, v.SaveUser(ctx, bert, anna, "promoted"))
		if left := found(t, v, "1", "2"); left != nil {
			t.Errorf("sessions %v go on", left)
		}
		got, err := v.User(ctx, bert.ID)
		must(t, err)
		if !got.SignedIn.Equal(at(7)) {
			t.Errorf("signed in last at %s", got.SignedIn)
		}
	})
}

func TestADisplayGetsAnotherPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		wall, err := v.AddToken(ctx, access.Token{Name: "hall 1", Hash: [32]byte{1}, Role: plant.Display, Page: "/wall/line/a"}, anna, "")
		must(t, err)
		program, err := v.AddToken(ctx, access.Token{Name: "reader", Hash: [32]byte{2}, Role: plant.Viewer}, anna, "")
		must(t, err)
		move := access.Assignment{Token: wall.ID, Page: "/wall/line/b", Why: "the line moved"}
		must(t, v.AssignToken(ctx, move, anna))
		must(t, v.AssignToken(ctx, move, anna)) // changes nothing
		if got, err := v.Token(ctx, wall.ID); err != nil || got.Page != "/wall/line/b" || got.Hash != wall.Hash {
			t.Errorf("%+v, %v", got, err)
		}
		wantKind(t, v.AssignToken(ctx, access.Assignment{Token: program.ID, Page: "/wall/line/b"}, anna), errs.Conflict)
		wantKind(t, v.AssignToken(ctx, access.Assignment{Token: 9, Page: "/wall/line/b"}, anna), errs.NotFound)
		must(t, v.RevokeToken(ctx, wall.ID, anna, "broken"))
		wantKind(t, v.AssignToken(ctx, access.Assignment{Token: wall.ID, Page: "/wall/line/c"}, anna), errs.Conflict)
		all, err := v.Tokens(ctx, 10)
		must(t, err)
		if len(all) != 2 || all[0].ID != program.ID || !all[1].Revoked {
			t.Errorf("tokens %+v; want the one that works first", all)
		}
		entries, err := s.Audit().List(ctx, "token 1", store.Page{})
		must(t, err)
		if len(entries) != 3 || entries[1].Old != "hall 1, display /wall/line/a" || entries[1].New != "hall 1, display /wall/line/b" || entries[1].Why != "the line moved" {
			t.Errorf("the audit chain tells of the display: %+v", entries)
		}
	})
}

func TestTheAuditChainIsSearched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, a := t.Context(), open().Audit()
		for i, e := range []access.Entry{
			{Who: anna, What: "job.change", On: "J-1", Old: "waiting", New: "running", Why: "100% sure"},
			{Who: plant.Person{Name: "Jörg"}, What: "user.add", On: "bert_1", New: "bert_1, viewer"},
			{Who: anna, What: "job.change", On: "J-10", Old: "running", New: "held", Why: "tool broken!"},
			{Who: plant.Program(), What: "plant.publish", On: "plant", Why: "FILE of 100"},
		} {
			e.At = at(i * 60)
			_, err := a.Append(ctx, e)
			must(t, err)
		}
		for name, c := range map[string]struct {
			s    access.Search
			want []int64
		}{
			"everything":           {access.Search{}, []int64{4, 3, 2, 1}},
			"by person":            {access.Search{Who: "ANNA"}, []int64{3, 1}},
			"by an umlaut":         {access.Search{Who: "Jö"}, []int64{2}},
			"by thing":             {access.Search{On: "j-1"}, []int64{3, 1}},
			"a sign of LIKE":       {access.Search{Text: "100%"}, []int64{1}},
			"another":              {access.Search{On: "t_1"}, []int64{2}},
			"the escape itself":    {access.Search{Text: "broken!"}, []int64{3}},
			"in any words":         {access.Search{Text: "file"}, []int64{4}},
			"an injection":         {access.Search{Text: "' OR '1'='1"}, nil},
			"from":                 {access.Search{From: at(60)}, []int64{4, 3, 2}},
			"to, without its end":  {access.Search{From: at(60), To: at(120)}, []int64{2}},
			"two at once":          {access.Search{Who: "anna", Text: "held"}, []int64{3}},
			"down to":              {access.Search{Down: 3}, []int64{4, 3}},
			"a part of a time":     {access.Search{From: at(60), Before: 4, Down: 3}, []int64{3}},
			"before in a time":     {access.Search{To: at(180), Before: 3}, []int64{2, 1}},
			"a page":               {access.Search{Limit: 2}, []int64{4, 3}},
			"the next page":        {access.Search{Before: 3, Limit: 1}, []int64{2}},
			"a NUL that is no NUL": {access.Search{Text: "\x00"}, nil},
		} {
			list, err := a.Find(ctx, c.s)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var got []int64
			for _, e := range list {
				got = append(got, e.Seq)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		for _, c := range []struct {
			s    access.Search
			n    int
			want int64
		}{{access.Search{Text: "nothing"}, 2, 3}, {access.Search{Before: 3}, 2, 1}, {access.Search{Before: 3}, 3, 0}, {access.Search{From: at(60), To: at(180), Who: "x"}, 2, 2}, {access.Search{To: at(180), Before: 3}, 1, 2}} {
			if down, err := a.Reach(ctx, c.s, c.n); down != c.want || err != nil {
				t.Errorf("%+v reads %d and comes to %d, %v; want %d", c.s, c.n, down, err, c.want)
			}
		}
		// A clock that was set back: the time decides, whatever the order of the numbers.
		_, err := a.Append(ctx, access.Entry{At: at(30), Who: anna, What: "x", On: "late"})
		must(t, err)
		list, err := a.Find(ctx, access.Search{To: at(100), Limit: 2})
		if err != nil || len(list) != 2 || list[0].Seq != 2 || list[1].Seq != 5 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err = a.Find(ctx, access.Search{To: at(100), Before: 5}); err != nil || len(list) != 1 || list[0].Seq != 1 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestADisplayShowsWallsByTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		v := s.Vault()
		wall, err := v.AddToken(ctx, access.Token{Name: "hall 1", Hash: [32]byte{1}, Role: plant.Display, Page: "/wall/line/a"}, anna, "")
		must(t, err)
		turns := rotation.Rotation{Turns: []rotation.Turn{{Page: "/wall/line/a", For: 20 * time.Second}, {Page: "/wall/hall/c", For: time.Minute}}, Calls: true}
		rotate := access.Assignment{Token: wall.ID, Page: "/wall/line/a", Rotation: turns, Seen: "/wall/line/a"}
		must(t, v.AssignToken(ctx, rotate, anna))
		must(t, v.AssignToken(ctx, rotate, anna)) // changes nothing, whatever was seen
		if got, err := v.Token(ctx, wall.ID); err != nil || !got.Turns.Same(turns) || got.Wall() != fmt.Sprintf("/wall/display/%d", wall.ID) {
			t.Errorf("%+v, %v", got, err)
		}
		move := access.Assignment{Token: wall.ID, Page: "/wall/line/b", Seen: "/wall/line/a"} // which somebody else has changed meanwhile
		wantKind(t, v.AssignToken(ctx, move, anna), errs.Conflict)
		move.Seen = turns.String()
		must(t, v.AssignToken(ctx, move, anna))
		if got, err := v.Token(ctx, wall.ID); err != nil || !got.Turns.None() || got.Wall() != "/wall/line/b" {
			t.Errorf("%+v, %v", got, err)
		}
		trail, err := s.Audit().Find(ctx, access.Search{On: "token 1"})
		must(t, err)
		if len(trail) != 3 || trail[1].New != "hall 1, display /wall/line/a=20 /wall/hall/c=60 calls" || trail[0].Old != trail[1].New {
			t.Errorf("the audit chain tells of the display: %+v", trail)
		}
	})
}
