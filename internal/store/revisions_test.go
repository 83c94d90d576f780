package store_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

var berta = plant.Person{ID: 2, Name: "berta", Role: plant.Admin}

func TestRevisionsFollowOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Revisions()
		_, err := book.Head(ctx)
		wantKind(t, err, errs.NotFound)
		first, err := book.Publish(ctx, revision.Revision{Text: "enterprise: A\n", By: anna, Why: "the first", Origin: "plant.yaml"})
		must(t, err)
		second, err := book.Publish(ctx, revision.Revision{Parent: 1, Text: "enterprise: B\n", By: berta, Why: "renamed", Origin: "browser"})
		must(t, err)
		if first.Number != 1 || second.Number != 2 || second.At.Year() < 2020 {
			t.Errorf("published %+v, then %+v", first, second)
		}
		_, err = book.Publish(ctx, revision.Revision{Parent: 1, Text: "enterprise: C\n", By: anna})
		wantKind(t, err, errs.Conflict)
		same, err := book.Publish(ctx, revision.Revision{Parent: 2, Text: "enterprise: B\n", By: anna, Why: "again"})
		if err != nil || same.Number != 2 || same.Why != "renamed" {
			t.Errorf("the same text again made %+v, %v", same, err)
		}
		head, err := open().Revisions().Head(ctx)
		if err != nil || !cmp.Equal(head, second) {
			t.Errorf("the head is %+v, %v; want %+v", head, err, second)
		}
		old, err := book.Revision(ctx, 1)
		if err != nil || !cmp.Equal(old, first) {
			t.Errorf("revision 1 is %+v, %v", old, err)
		}
		list, err := book.Revisions(ctx, 0, 10)
		if err != nil || len(list) != 2 || list[0].Number != 2 || list[0].Text != "" || list[1].By != anna {
			t.Errorf("listed %+v, %v", list, err)
		}
		if list, err = book.Revisions(ctx, 2, 10); err != nil || len(list) != 1 {
			t.Errorf("before the second: %+v, %v", list, err)
		}
		_, err = book.Revision(ctx, 3)
		wantKind(t, err, errs.NotFound)
		audit, err := s.Audit().List(ctx, "plant", store.Page{})
		must(t, err)
		if len(audit) != 2 || audit[0].Who.Name != "berta" || !strings.HasPrefix(audit[0].Old, "revision 1, sha256 ") || audit[0].Why != "renamed" {
			t.Errorf("audited %+v", audit)
		}
		sound(t, s)
	})
}

// With a revision come the wishes for what it lays out anew, whichever way it comes in: none without the other.
func TestWhatARevisionLaysOutAnewIsWishedForWithIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		c := newCouncil(t, open())
		anew := []revision.Anew{{Line: line, From: monday}}
		wished := func(after string, marks ...int64) {
			t.Helper()
			var want []oee.Wish
			for _, m := range marks {
				want = append(want, oee.Wish{Line: line, Why: oee.Change, From: monday, Mark: m})
			}
			got, err := c.s.Ledger().Wishes(t.Context())
			must(t, err)
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("after %s: %s", after, d)
			}
			must(t, c.s.Ledger().Replace(t.Context(), line, monday, nil, want...))
		}
		change := func(who, cycle string, parent int64) (consent.Outcome, error) {
			return c.desk.Submit(t.Context(), consent.Change{Revision: revision.Revision{Parent: parent, Text: bottling(cycle), By: c.by(who), Anew: anew}})
		}
		out, err := change("ada", "500ms", 1)
		must(t, err)
		if !out.Waits() {
			t.Fatalf("%+v", out)
		}
		wished("a change that waits")
		must(t, c.desk.Foresee(t.Context(), out.Request, "an effect", plant.Program()))
		for i, who := range []string{"otto", "ines"} {
			wished("too few agree")
			_, err := c.desk.Answer(t.Context(), consent.Said{Request: out.Request, User: c.users[who].ID, Verdict: consent.Approve, Comment: "good", Effect: 1, Anew: anew}, c.sign)
			if err != nil {
				t.Fatal(i, err)
			}
		}
		wished("an approval", 2)
		_, err = change("ada", "600ms", 1)
		wantKind(t, err, errs.Conflict)
		wished("a change that somebody else was before")
		_, err = c.desk.Submit(t.Context(), consent.Change{Unasked: true, Revision: revision.Revision{Parent: 2, Text: bottling("700ms"), By: plant.Program(), Anew: anew}})
		must(t, err)
		wished("a change that asks nobody", 3)
		rows, err := c.s.Audit().Find(t.Context(), access.Search{Text: "; line filling-1 from " + monday.UTC().Format(time.RFC3339) + " on"})
		if err != nil || len(rows) != 2 || rows[0].What != "plant.publish" || !strings.HasPrefix(rows[0].New, "revision 3, ") {
			t.Errorf("audited %+v, %v", rows, err)
		}
		book := c.s.Revisions()
		list, err := book.Revisions(t.Context(), 0, 10)
		if err != nil || len(list) != 3 || len(list[2].Anew) != 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, r := range list[:2] {
			one, err := book.Revision(t.Context(), r.Number)
			if err != nil || !slices.Equal(r.Anew, anew) || !slices.Equal(one.Anew, anew) {
				t.Errorf("revision %d lays out %v and %v anew, want %v (%v)", r.Number, r.Anew, one.Anew, anew, err)
			}
		}
		sound(t, c.s)
	})
}

func TestOfTwoWhoPublishAtOnceOneIsToldToLookAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		book := open().Revisions()
		_, err := book.Publish(t.Context(), revision.Revision{Text: "enterprise: A\n", By: anna})
		must(t, err)
		var wait sync.WaitGroup
		failures := make([]error, 8)
		for i := range failures {
			wait.Go(func() {
				_, failures[i] = book.Publish(t.Context(), revision.Revision{Parent: 1, Text: "enterprise: B" + strings.Repeat("!", i) + "\n", By: anna})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range failures {
			if err == nil {
				won++
				continue
			}
			wantKind(t, err, errs.Conflict)
		}
		if head, err := book.Head(t.Context()); won != 1 || err != nil || head.Number != 2 {
			t.Errorf("%d published, the head is %+v, %v", won, head, err)
		}
	})
}

func TestADraftIsChangedByOneAfterTheOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, book := t.Context(), open().Revisions()
		_, err := book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
		_, err = book.Publish(ctx, revision.Revision{Text: "enterprise: A\n", By: anna})
		must(t, err)
		one, err := book.SaveDraft(ctx, revision.Draft{Base: 1, Text: "enterprise: B\n", By: anna})
		must(t, err)
		_, err = book.SaveDraft(ctx, revision.Draft{Base: 1, Text: "enterprise: X\n", By: berta})
		wantKind(t, err, errs.Conflict)
		one.Text, one.By = "enterprise: C\n", berta
		two, err := book.SaveDraft(ctx, one)
		must(t, err)
		_, err = book.SaveDraft(ctx, one)
		wantKind(t, err, errs.Conflict)
		got, err := book.Draft(ctx)
		if err != nil || got != two || got.Version != 2 || got.By != berta {
			t.Errorf("the draft is %+v, %v; want %+v", got, err, two)
		}
		wantKind(t, book.DropDraft(ctx, 1, anna, ""), errs.Conflict)
		_, err = book.Publish(ctx, revision.Revision{Parent: 1, Text: got.Text, By: anna})
		must(t, err)
		_, err = book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
		again, err := book.SaveDraft(ctx, revision.Draft{Base: 2, Text: "enterprise: D\n", By: anna})
		must(t, err)
		must(t, book.DropDraft(ctx, again.Version, anna, "no longer wanted"))
		_, err = book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
	})
}

// Who looks for a setting finds who changed it, however much was changed with it.
func TestTheAuditTellsWhatAPublishedPlantChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Revisions()
		lines := strings.Repeat("line: a\n", 9)
		_, err := book.Publish(ctx, revision.Revision{Text: lines, By: anna})
		must(t, err)
		_, err = book.Publish(ctx, revision.Revision{
			Parent: 1, Text: "micro_max: 5m\n; line none from 2026-01-01T00:00:00Z on\n" + lines, By: berta, Why: "short stops",
		})
		must(t, err)
		rows, err := s.Audit().Find(ctx, access.Search{Text: "micro_max"})
		must(t, err)
		if len(rows) != 1 || rows[0].What != "plant.publish" || rows[0].Who.Name != "berta" || !strings.HasPrefix(rows[0].Old, "revision 1, sha256 ") ||
			!strings.Contains(rows[0].Old, "\n+micro_max: 5m\n") || strings.Contains(rows[0].New, "\n") {
			t.Errorf("audited %+v", rows)
		}
		if two, err := book.Revision(ctx, 2); err != nil || len(two.Anew) > 0 {
			t.Errorf("what the text says counts as a wish: %+v, %v", two.Anew, err)
		}
		long := strings.Repeat(strings.Repeat("x", 99)+"\n", 10_000)
		_, err = book.Publish(ctx, revision.Revision{Parent: 2, Text: long, By: anna})
		must(t, err)
		rows, err = s.Audit().List(ctx, "plant", store.Page{Limit: 1})
		must(t, err)
		if len(rows) != 1 || len(rows[0].Old) > 17<<10 || !strings.HasSuffix(rows[0].Old, " lines more\n") {
			t.Errorf("of 1 MB the audit keeps %d bytes", len(rows[0].Old))
		}
		sound(t, s)
	})
}

func TestADraftIsLostOnlyToWhoNamesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Revisions()
		_, err := book.Publish(ctx, revision.Revision{Text: "enterprise: A\n", By: anna})
		must(t, err)
		draft, err := book.SaveDraft(ctx, revision.Draft{Base: 1, Text: "enterprise: B\n", By: berta})
		must(t, err)
		draft.Text = "enterprise: C\n"
		draft, err = book.SaveDraft(ctx, draft)
		must(t, err)
		_, err = book.Publish(ctx, revision.Revision{Parent: 1, Text: "enterprise: D\n", By: anna})
		must(t, err)
		if kept, err := book.Draft(ctx); err != nil || kept != draft {
			t.Fatalf("published beside it, the draft is %+v, %v", kept, err)
		}
		wanted := consent.Change{Revision: revision.Revision{Parent: 2, Text: "enterprise: E\n", By: anna, Why: "as before"}, Draft: 1}
		_, err = s.Requests().Submit(ctx, wanted)
		wantKind(t, err, errs.Conflict)
		if head, err := book.Head(ctx); err != nil || head.Number != 2 {
			t.Fatalf("published over a draft of another version: %+v, %v", head, err)
		}
		wanted.Draft = 2
		_, err = s.Requests().Submit(ctx, wanted)
		must(t, err)
		_, err = book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
		rows, err := s.Audit().Find(ctx, access.Search{Text: "plant.draft"})
		must(t, err)
		if len(rows) != 3 || !strings.HasPrefix(rows[2].Old, "revision 1, sha256 ") || !strings.HasSuffix(rows[2].Old, "-enterprise: A\n+enterprise: B\n") ||
			rows[1].Old != rows[2].New+"\n@@ -1,1 +1,1 @@\n-enterprise: B\n+enterprise: C\n" || !strings.HasPrefix(rows[0].Old, rows[1].New+"\n@@ -1,1 +1,1 @@\n-enterprise: A\n+enterprise: C\n") ||
			rows[0].New != "dropped with revision 3" || rows[0].Who.Name != anna.Name || rows[0].Why != "as before" {
			t.Errorf("audited %+v", rows)
		}
		sound(t, s)
	})
}

func TestADraftGoesOnWithAChangeThatIsPublishedBesideIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Revisions()
		_, err := book.Publish(ctx, revision.Revision{Text: "a: 1\n", By: anna, Why: "the first"})
		must(t, err)
		draft, err := book.SaveDraft(ctx, revision.Draft{Base: 1, Text: "a: 1\nb: 2\n", By: berta})
		must(t, err)
		late := draft
		draft.Text = "a: 0\nb: 2\n"
		two, err := book.Amend(ctx, revision.Revision{Parent: 1, Text: "a: 0\n", By: anna, Why: "off"}, draft)
		if err != nil || two.Number != 2 {
			t.Fatalf("%+v, %v", two, err)
		}
		got, err := book.Draft(ctx)
		if err != nil || got.Base != 2 || got.Version != 2 || got.Text != "a: 0\nb: 2\n" || got.By.Name != "berta" {
			t.Errorf("the draft is %+v, %v", got, err)
		}
		_, err = book.Amend(ctx, revision.Revision{Parent: 2, Text: "a: 1\n", By: anna, Why: "on"}, late)
		wantKind(t, err, errs.Conflict)
		_, err = book.Amend(ctx, revision.Revision{Parent: 1, Text: "a: 1\n", By: anna, Why: "on"}, got)
		wantKind(t, err, errs.Conflict)
		if again, err := book.Draft(ctx); err != nil || again != got {
			t.Errorf("a refused change touched the draft: %+v, %v", again, err)
		}
		head, err := book.Head(ctx)
		if err != nil || head.Text != "a: 0\n" || head.Why != "off" {
			t.Errorf("the head is %+v, %v", head, err)
		}
		sound(t, s)
	})
}

func TestTheNewestIsToldWithoutItsText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		is := func(want store.Newest) {
			t.Helper()
			if got, err := open().Newest(ctx); err != nil || got != want {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
		}
		is(store.Newest{})
		book := s.Revisions()
		_, err := book.Publish(ctx, revision.Revision{Text: "enterprise: A\n", By: anna, Why: "the first"})
		must(t, err)
		is(store.Newest{Revision: 1})
		d, err := book.SaveDraft(ctx, revision.Draft{Base: 1, Text: "enterprise: B\n", By: anna})
		must(t, err)
		is(store.Newest{Revision: 1, Draft: 1})
		_, err = book.SaveDraft(ctx, d)
		must(t, err)
		is(store.Newest{Revision: 1, Draft: 2})
		must(t, book.DropDraft(ctx, 2, anna, ""))
		is(store.Newest{Revision: 1})
	})
}
