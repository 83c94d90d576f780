package store_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func calling(kind andon.Kind, key string, by plant.Person) andon.Call {
	return andon.Call{Line: line, Unit: "filling-1/filler", Kind: kind, Note: "it leaks", Raised: andon.Mark{By: by}, Key: key}
}

func TestACallIsRaisedAnsweredAndDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Calls()
		c, err := k.Raise(ctx, calling(andon.Maintenance, "k1", ben))
		must(t, err)
		again, err := k.Raise(ctx, calling(andon.Maintenance, "k1", ben))
		must(t, err)
		if d := cmp.Diff(c, again); d != "" || c.ID == 0 || c.Raised.At.IsZero() || c.Version != 1 {
			t.Errorf("%+v %s", c, d)
		}
		_, err = k.Raise(ctx, calling(andon.Quality, "k1", ben)) // the key of another call
		wantKind(t, err, errs.Invalid)
		_, err = k.Raise(ctx, calling(andon.Maintenance, "k2", anna)) // it is called for already
		wantKind(t, err, errs.Conflict)
		_, err = k.Raise(ctx, andon.Call{Line: line, Kind: "lunch"})
		wantKind(t, err, errs.Invalid)
		answered, err := k.Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Answer, Version: 1, By: anna})
		must(t, err)
		again, err = k.Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Answer, Version: 1, By: anna})
		must(t, err)
		if d := cmp.Diff(answered, again); d != "" || answered.Answered.By != anna {
			t.Errorf("%+v %s", answered, d)
		}
		_, err = k.Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Answer, Version: 1, By: ben})
		wantKind(t, err, errs.Conflict)
		_, err = k.Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Finish, Version: 1, By: ben}) // without having seen the answer
		wantKind(t, err, errs.Conflict)
		waiting, err := k.Open(ctx)
		must(t, err)
		if d := cmp.Diff([]andon.Call{answered}, waiting); d != "" {
			t.Error(d)
		}
		done, err := k.Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Finish, Version: 2, By: ben})
		must(t, err)
		if waiting, err = k.Open(ctx); err != nil || len(waiting) > 0 {
			t.Errorf("%+v %v", waiting, err)
		}
		all, err := k.Between(ctx, line, done.Raised.At, done.Raised.At.Add(1000))
		must(t, err)
		if d := cmp.Diff([]andon.Call{done}, all); d != "" {
			t.Error(d)
		}
		if e := said(t, s); e.What != "call.done" || e.Old != "answer" || e.Who.Name != "ben" {
			t.Errorf("%+v", e)
		}
		_, err = k.Raise(ctx, calling(andon.Maintenance, "k3", ben)) // once more
		must(t, err)
		_, err = k.Take(ctx, andon.Taking{Line: line, ID: 4711, Step: andon.Answer, Version: 1, By: ben})
		wantKind(t, err, errs.NotFound)
		_, err = k.Take(ctx, andon.Taking{Line: "filling-2", ID: c.ID, Step: andon.Finish, Version: 2, By: ben}) // at another line
		wantKind(t, err, errs.NotFound)
		sound(t, s)
	})
}

func TestOneOfManyWhoAnswerAtOnceIsFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []andon.Calls{open().Calls(), open().Calls()}
		c, err := doors[0].Raise(ctx, calling(andon.Material, "", ben))
		must(t, err)
		var all sync.WaitGroup
		failed := make([]error, 8)
		for i := range failed {
			all.Go(func() {
				_, failed[i] = doors[i%2].Take(ctx, andon.Taking{Line: line, ID: c.ID, Step: andon.Answer, Version: 1, By: plant.Person{ID: int64(10 + i), Name: "n", Role: plant.Operator}})
			})
		}
		all.Wait()
		first := 0
		for _, err := range failed {
			if err == nil {
				first++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		if first != 1 {
			t.Errorf("%d were first", first)
		}
	})
}
