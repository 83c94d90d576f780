package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestAWishStandsUntilTheLedgerIsKeptThatGrantsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		l := s.Ledger()
		stand := func(what string, want ...oee.Wish) {
			t.Helper()
			got, err := l.Wishes(ctx)
			must(t, err)
			if d := cmp.Diff(append([]oee.Wish{}, want...), got); d != "" {
				t.Errorf("%s: %s", what, d)
			}
		}
		stand("before the first")
		first := oee.Wish{Line: line, Why: oee.Late, From: at(20), Mark: 5}
		must(t, l.Wish(ctx, first))
		must(t, l.Wish(ctx, oee.Wish{Line: "other", Why: oee.Late, From: at(3), Mark: 5}))
		must(t, l.Wish(ctx, oee.Wish{Line: line, Why: oee.Change, From: at(1), Mark: 5}))
		must(t, l.Wish(ctx, oee.Wish{Line: line, Why: oee.Late, From: at(10), Mark: 6}))
		must(t, l.Wish(ctx, oee.Wish{Line: line, Why: oee.Late, From: at(30), Mark: 7}))
		change := oee.Wish{Line: line, Why: oee.Change, From: at(1), Mark: 5}
		late := oee.Wish{Line: line, Why: oee.Late, From: at(10), Mark: 7}
		other := oee.Wish{Line: "other", Why: oee.Late, From: at(3), Mark: 5}
		stand("the earliest time and the newest mark", change, late, other)
		must(t, l.Replace(ctx, line, monday, strip(monday, 10), first))
		stand("granting an old one", change, late, other)
		wantKind(t, l.Replace(ctx, line, at(60), strip(at(60), 10), late), errs.Invalid)
		stand("a ledger that is refused grants nothing", change, late, other)
		must(t, l.Replace(ctx, line, monday, strip(monday, 10), late, change))
		stand("granted", other)
	})
}
