package store_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/secret"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// bottling is a plant with one line; cycle is its ideal cycle.
func bottling(cycle string) string {
	return `enterprise: Test
sites:
  - {id: ulm, zone: Europe/Berlin, areas: [{id: hall, lines: [{id: filling-1, rates: {COLA-05: ` + cycle + `}, units: [{id: filler}]}]}]}
`
}

// council is a plant with owners, whose rates both sides must agree on.
type council struct {
	t     *testing.T
	s     *store.Store
	desk  consent.Desk
	users map[string]access.User
	sign  consent.Signer
}

func newCouncil(t *testing.T, s *store.Store) *council {
	t.Helper()
	c := &council{t: t, s: s, desk: s.Requests(), users: map[string]access.User{}}
	for name, side := range map[string]plant.Side{"ada": plant.NoSide, "otto": plant.OT, "olga": plant.OT, "ines": plant.IT} {
		u, err := s.Vault().AddUser(t.Context(), access.User{Name: name, Role: plant.Admin, Owner: side}, plant.Program(), "")
		must(t, err)
		c.users[name] = u
	}
	_, err := s.Revisions().Publish(t.Context(), revision.Revision{Text: bottling("600ms"), By: c.by("ada"), Why: "the first"})
	must(t, err)
	c.rule(plant.BothSides)
	notary := consent.Notary{Ring: s.Keys(), Safe: secret.New(filepath.Join(t.TempDir(), "secret.key"), s.Secrets())}
	c.sign, err = notary.Signer(t.Context())
	must(t, err)
	return c
}

func (c *council) by(name string) plant.Person { return c.users[name].Person() }

func (c *council) rule(side plant.Side) {
	c.t.Helper()
	old, err := c.desk.Rules(c.t.Context())
	must(c.t, err)
	out, err := c.desk.Govern(c.t.Context(), consent.Rules{Version: old.Version, Need: map[consent.Kind]plant.Side{consent.Rates: side}}, c.by("ada"), "both must agree")
	must(c.t, err)
	if out.Waits() {
		c.t.Fatalf("stricter rules wait: %+v", out)
	}
}

func (c *council) submit(who, cycle string, parent int64) (consent.Outcome, error) {
	return c.desk.Submit(c.t.Context(), consent.Change{Revision: revision.Revision{Parent: parent, Text: bottling(cycle), By: c.by(who), Why: "faster", Origin: "browser"}})
}

// asked hands in a change that must wait, and has its effect computed.
func (c *council) asked(who, cycle string, parent int64) int64 {
	c.t.Helper()
	out, err := c.submit(who, cycle, parent)
	must(c.t, err)
	if !out.Waits() {
		c.t.Fatalf("%s of %s is published: %+v", cycle, who, out)
	}
	must(c.t, c.desk.Foresee(c.t.Context(), out.Request, "an effect", plant.Program()))
	return out.Request
}

func (c *council) say(who string, request int64, v consent.Verdict) (consent.Request, error) {
	r, err := c.desk.Request(c.t.Context(), request)
	must(c.t, err)
	return c.desk.Answer(c.t.Context(), consent.Said{Request: request, User: c.users[who].ID, Verdict: v, Comment: "looked at it", Effect: r.Effect.Number}, c.sign)
}

func (c *council) head() revision.Revision {
	c.t.Helper()
	r, err := c.s.Revisions().Head(c.t.Context())
	must(c.t, err)
	return r
}

func TestARequestIsPublishedWhenBothSidesAgree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		c := newCouncil(t, open())
		n := c.asked("ada", "500ms", 1)
		if again, err := c.submit("ada", "500ms", 1); err != nil || again.Request != n {
			t.Errorf("handed in twice: %+v, %v; want request %d", again, err, n)
		}
		_, err := c.say("ada", n, consent.Approve)
		wantKind(t, err, errs.Forbidden)
		r, err := c.say("otto", n, consent.Approve)
		if err != nil || r.Status != consent.Open || c.head().Number != 1 {
			t.Fatalf("one side of two: %+v, %v", r, err)
		}
		if r, err = c.say("otto", n, consent.Approve); err != nil || len(r.Answers) != 1 {
			t.Errorf("said twice: %+v, %v", r, err)
		}
		_, err = c.say("olga", n, consent.Approve)
		wantKind(t, err, errs.Forbidden)
		r, err = c.say("ines", n, consent.Approve)
		if err != nil || r.Status != consent.Published || r.Outcome != 2 {
			t.Fatalf("both sides: %+v, %v", r, err)
		}
		if h := c.head(); h.Number != 2 || h.Text != bottling("500ms") || h.By.Name != "ada" || h.Origin != "request 1" {
			t.Errorf("published %+v", h)
		}
		_, err = c.say("olga", n, consent.Approve)
		wantKind(t, err, errs.Conflict)
		if signed, err := c.s.Audit().VerifyApprovals(t.Context()); signed != 2 || err != nil {
			t.Errorf("%d signed answers, %v", signed, err)
		}
		sound(t, c.s)
	})
}

func TestAnOwnerWhoAsksAgreesForHisSideAlone(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	n := c.asked("otto", "500ms", 1)
	_, err := c.say("otto", n, consent.Approve)
	wantKind(t, err, errs.Forbidden)
	_, err = c.say("olga", n, consent.Approve)
	wantKind(t, err, errs.Forbidden) // her side has agreed already
	if r, err := c.say("ines", n, consent.Approve); err != nil || r.Status != consent.Published {
		t.Errorf("the other side: %+v, %v", r, err)
	}
}

// Whoever had a hand in a draft stays its author, whoever publishes it, and whatever is amended meanwhile.
func TestNobodySlipsAChangeInUnderAnothersName(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	book := c.s.Revisions()
	d, err := book.SaveDraft(t.Context(), revision.Draft{Base: 1, Text: bottling("400ms"), By: c.by("ines")})
	must(t, err)
	renamed := strings.Replace(bottling("600ms"), "Test", "Best", 1)
	_, err = book.Amend(t.Context(), revision.Revision{Parent: 1, Text: renamed, By: c.by("ines"), Why: "renamed"}, d)
	must(t, err)
	d, err = book.Draft(t.Context())
	must(t, err)
	d.Text, d.By = bottling("450ms"), c.by("ada")
	_, err = book.SaveDraft(t.Context(), d)
	must(t, err)
	n := c.asked("ada", "450ms", 2)
	_, err = c.say("ines", n, consent.Approve)
	wantKind(t, err, errs.Forbidden)
	must(t, c.desk.Withdraw(t.Context(), n, c.by("ines"), "not so"))
	must(t, c.desk.Withdraw(t.Context(), n, c.by("ines"), "not so")) // twice is once
	if r, err := c.desk.Request(t.Context(), n); err != nil || r.Status != consent.Withdrawn || r.EndWhy != "not so" {
		t.Errorf("withdrawn: %+v, %v", r, err)
	}
}

func TestNoOtherWayInPublishesWhatNeedsApproval(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	r := revision.Revision{Parent: 1, Text: bottling("500ms"), By: c.by("ada"), Why: "faster"}
	_, err := c.s.Revisions().Publish(t.Context(), r)
	wantKind(t, err, errs.Conflict)
	d, err := c.s.Revisions().SaveDraft(t.Context(), revision.Draft{Base: 1, Text: bottling("500ms"), By: c.by("ada")})
	must(t, err)
	_, err = c.s.Revisions().Amend(t.Context(), r, d)
	wantKind(t, err, errs.Conflict)
	if out, err := c.desk.Submit(t.Context(), consent.Change{Revision: r}); err != nil || !out.Waits() || out.Needs != plant.BothSides {
		t.Errorf("handed in: %+v, %v", out, err)
	}
	r.Text = strings.Replace(bottling("600ms"), "Test", "Best", 1)
	if out, err := c.desk.Submit(t.Context(), consent.Change{Revision: r}); err != nil || out.Waits() || out.Revision.Number != 2 {
		t.Errorf("what touches nothing: %+v, %v", out, err)
	}
	r.Parent, r.Text = 2, bottling("450ms")
	out, err := c.desk.Submit(t.Context(), consent.Change{Revision: r, Unasked: true})
	if err != nil || out.Waits() || out.Revision.Number != 3 {
		t.Errorf("without approval: %+v, %v", out, err)
	}
	audit, err := c.s.Audit().Find(t.Context(), access.Search{Text: "plant.override"})
	if err != nil || len(audit) != 1 || audit[0].Why != "faster" {
		t.Errorf("audited %+v, %v", audit, err)
	}
}

func TestARequestIsOvertakenByAnotherRevision(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	n := c.asked("otto", "500ms", 1)
	_, err := c.s.Revisions().Publish(t.Context(), revision.Revision{Parent: 1, Text: strings.Replace(bottling("600ms"), "Test", "Best", 1), By: c.by("ada"), Why: "renamed"})
	must(t, err)
	_, err = c.say("ines", n, consent.Approve)
	wantKind(t, err, errs.Conflict)
	if r, _ := c.desk.Request(t.Context(), n); r.Status != consent.Open || len(r.Answers) != 0 {
		t.Errorf("overtaken: %+v", r)
	}
	if r, err := c.say("ines", n, consent.Refuse); err != nil || r.Status != consent.Refused || r.EndedBy != "ines" {
		t.Errorf("refused: %+v, %v", r, err)
	}
	sound(t, c.s)
}

func TestAnEffectThatWasComputedAnewIsLookedAtAgain(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	out, err := c.submit("otto", "500ms", 1)
	must(t, err)
	said := consent.Said{Request: out.Request, User: c.users["ines"].ID, Verdict: consent.Approve}
	_, err = c.desk.Answer(t.Context(), said, c.sign)
	wantKind(t, err, errs.Conflict) // nothing was shown
	for range 2 {
		must(t, c.desk.Foresee(t.Context(), out.Request, "an effect", c.by("otto")))
	}
	said.Effect = 1
	_, err = c.desk.Answer(t.Context(), said, c.sign)
	wantKind(t, err, errs.Conflict)
	said.Effect = 2
	_, err = c.desk.Answer(t.Context(), said, c.sign)
	must(t, err)
}

func TestOfManyWhoApproveAtOnceOnePublishes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		c := newCouncil(t, open())
		n := c.asked("ada", "500ms", 1)
		var wait sync.WaitGroup
		for range 3 {
			for _, who := range []string{"otto", "olga", "ines"} {
				wait.Go(func() {
					_, err := c.desk.Answer(context.Background(), consent.Said{Request: n, User: c.users[who].ID, Verdict: consent.Approve, Effect: 1}, c.sign)
					if k := errs.KindOf(err); err != nil && k != errs.Forbidden && k != errs.Conflict {
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		r, err := c.desk.Request(t.Context(), n)
		if err != nil || r.Status != consent.Published || len(r.Answers) != 2 || c.head().Number != 2 {
			t.Errorf("%+v, %v; the head is %d", r, err, c.head().Number)
		}
		sound(t, c.s)
	})
}

func TestRulesAreWeakenedOnlyWithThoseWhoLoseTheirSay(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	rules, err := c.desk.Rules(t.Context())
	must(t, err)
	out, err := c.desk.Govern(t.Context(), consent.Rules{Version: rules.Version}, c.by("otto"), "a burden")
	if err != nil || !out.Waits() || out.Needs != plant.IT {
		t.Fatalf("weakened by one side: %+v, %v", out, err)
	}
	_, err = c.say("otto", out.Request, consent.Approve)
	wantKind(t, err, errs.Forbidden)
	if r, err := c.say("ines", out.Request, consent.Approve); err != nil || r.Status != consent.Published {
		t.Fatalf("%+v, %v", r, err)
	}
	if rules, err = c.desk.Rules(t.Context()); err != nil || rules.On() || rules.Version != 2 {
		t.Errorf("the rules are %+v, %v", rules, err)
	}
	_, err = c.desk.Govern(t.Context(), consent.Rules{Version: 1, Need: map[consent.Kind]plant.Side{consent.States: plant.OT}}, c.by("ada"), "again")
	wantKind(t, err, errs.Conflict)
	sound(t, c.s)
}

func TestARuleThatNobodyCouldServeIsRefused(t *testing.T) {
	s := storetest.SQLite(t).Open()
	ada, err := s.Vault().AddFirst(t.Context(), access.User{Name: "ada"})
	must(t, err)
	_, err = s.Requests().Govern(t.Context(), consent.Rules{Need: map[consent.Kind]plant.Side{consent.Rates: plant.OT}}, ada.Person(), "agree")
	wantKind(t, err, errs.Invalid)
}

// A change that is to hold from another moment on is another request.
func TestTheSameChangeFromAnotherMomentIsAnotherRequest(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	submit := func(who, since string) int64 {
		t.Helper()
		out, err := c.desk.Submit(t.Context(), consent.Change{Revision: revision.Revision{Parent: 1, Text: bottling("500ms"), By: c.by(who), Why: "faster", Origin: "browser"}, Since: since})
		must(t, err)
		return out.Request
	}
	for i, x := range []struct {
		who, since string
		want       int64
	}{{"ada", "now", 1}, {"otto", "shift", 2}, {"ines", "2026-03-02T06:00:00Z", 3}, {"otto", "", 1}, {"ada", "shift", 2}, {"ada", "2026-03-02T06:00:00Z", 3}} {
		if got := submit(x.who, x.since); got != x.want {
			t.Errorf("%d: %s from %q on is request %d, want %d", i, x.who, x.since, got, x.want)
		}
	}
}

func TestOwnersAreMadeByOthers(t *testing.T) {
	c := newCouncil(t, storetest.SQLite(t).Open())
	change := func(who string, role plant.Role, side plant.Side, by string) error {
		u, err := c.s.Vault().User(t.Context(), c.users[who].ID)
		must(t, err)
		u.Role, u.Owner = role, side
		return c.s.Vault().SaveUser(t.Context(), u, c.by(by), "moved")
	}
	wantKind(t, change("ada", plant.Admin, plant.IT, "ada"), errs.Invalid)
	wantKind(t, change("ada", plant.Viewer, plant.IT, "otto"), errs.Invalid)
	wantKind(t, change("ada", plant.Admin, plant.BothSides, "otto"), errs.Invalid)
	wantKind(t, change("ines", plant.Admin, plant.NoSide, "ada"), errs.Conflict) // the last
	must(t, change("ada", plant.Admin, plant.IT, "otto"))
	must(t, change("ines", plant.Admin, plant.NoSide, "ada"))
}

func TestVerifyFindsWhatWasTamperedWith(t *testing.T) {
	for name, tamper := range map[string]string{
		"the text of a request":  "UPDATE requests SET content = 'enterprise: Evil' WHERE number = 1",
		"text and hash":          "UPDATE requests SET content = 'x', hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881' WHERE number = 1",
		"who asked":              "UPDATE requests SET who_name = 'nobody' WHERE number = 1",
		"what it needs":          "UPDATE requests SET needs = '' WHERE number = 1",
		"the authors":            "UPDATE requests SET authors = '[]' WHERE number = 1",
		"a comment":              "UPDATE approvals SET comment = 'with pleasure' WHERE number = 1",
		"who approved":           "UPDATE approvals SET who_id = 1, who_name = 'ada' WHERE number = 1",
		"when":                   "UPDATE approvals SET at = at + 1 WHERE number = 1",
		"a signature":            "UPDATE approvals SET signature = 'ff' WHERE number = 1",
		"an approval gone":       "DELETE FROM approvals WHERE number = 2",
		"what was shown":         "UPDATE request_effects SET content = 'nothing happens' WHERE request = 1",
		"the key":                "UPDATE signing_keys SET public_key = '00'",
		"the published revision": "UPDATE revisions SET content = 'enterprise: Evil' WHERE number = 2",
		"a revision gone":        "DELETE FROM revisions WHERE number = 1",
		"the newest one gone":    "DELETE FROM revisions WHERE number = 2",
		"the rules":              "UPDATE approval_rules SET content = '{}' WHERE version = 2",
		"the rules before":       "UPDATE approval_rules SET content = '{}' WHERE version = 1",
		"the newest rules gone":  "DELETE FROM approval_rules WHERE version = 2",
		"rules put in":           "INSERT INTO approval_rules (version, at, who_name, why, content) VALUES (3, 1, '', '', '{}')",
		"an owner":               "UPDATE users SET owner = '' WHERE name = 'otto'",
		"an owner put in":        "UPDATE users SET owner = 'IT' WHERE name = 'ada'",
		"a role":                 "UPDATE users SET role = 'viewer' WHERE name = 'ada'",
		"a role by area":         "DELETE FROM grants",
		"a user gone":            "DELETE FROM users WHERE name = 'ada'",
		"an approval put in":     "INSERT INTO approvals SELECT 9, 2, at, who_id, who_name, who_role, side, verdict, comment, effect, signing_key, signature FROM approvals WHERE number = 1",
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.SQLite(t)
			c := newCouncil(t, db.Open())
			n := c.asked("ada", "500ms", 1)
			rules, err := c.desk.Rules(t.Context())
			must(t, err)
			rules.Need[consent.Calendar] = plant.OT
			_, err = c.desk.Govern(t.Context(), rules, c.by("otto"), "shifts too")
			must(t, err)
			_, err = c.s.Vault().AddUser(t.Context(), access.User{Name: "vera", Grants: []plant.Grant{{Role: plant.Operator, At: "ulm/hall/filling-1"}, {Role: plant.Viewer, At: "ulm/hall"}}}, plant.Program(), "")
			must(t, err)
			for _, who := range []string{"otto", "ines"} {
				_, err := c.say(who, n, consent.Approve)
				must(t, err)
			}
			c.asked("ada", "450ms", 2)
			sound(t, c.s)
			_, err = db.Raw().Exec(tamper)
			must(t, err)
			if _, err := c.s.Audit().Verify(t.Context()); err == nil {
				t.Error("nothing was found")
			} else {
				t.Log(err)
			}
		})
	}
}
