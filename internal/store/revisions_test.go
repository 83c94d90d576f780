package store_test

import (
	"strings"
	"sync"
	"testing"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
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
		if err != nil || head != second {
			t.Errorf("the head is %+v, %v; want %+v", head, err, second)
		}
		old, err := book.Revision(ctx, 1)
		if err != nil || old != first {
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
		wantKind(t, book.DropDraft(ctx, 1, anna), errs.Conflict)
		_, err = book.Publish(ctx, revision.Revision{Parent: 1, Text: got.Text, By: anna})
		must(t, err)
		_, err = book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
		again, err := book.SaveDraft(ctx, revision.Draft{Base: 2, Text: "enterprise: D\n", By: anna})
		must(t, err)
		must(t, book.DropDraft(ctx, again.Version, anna))
		_, err = book.Draft(ctx)
		wantKind(t, err, errs.NotFound)
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
