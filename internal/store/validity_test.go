package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestARevisionIsValidFromAMomentOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, l := t.Context(), open().Ledger()
		for _, c := range []struct {
			say  oee.Validity
			want []oee.Validity
		}{
			{oee.Validity{Line: line, Since: at(0), Revision: 1}, []oee.Validity{{Line: line, Since: at(0), Revision: 1}}},
			{oee.Validity{Line: "other", Since: at(7), Revision: 1}, []oee.Validity{{Line: line, Since: at(0), Revision: 1}}},
			{oee.Validity{Line: line, Since: at(20), Revision: 2}, []oee.Validity{{Line: line, Since: at(0), Revision: 1}, {Line: line, Since: at(20), Revision: 2}}},
			{oee.Validity{Line: line, Since: at(20), Revision: 3}, []oee.Validity{{Line: line, Since: at(0), Revision: 1}, {Line: line, Since: at(20), Revision: 3}}},
			{oee.Validity{Line: line, Since: at(10), Revision: 4}, []oee.Validity{{Line: line, Since: at(0), Revision: 1}, {Line: line, Since: at(10), Revision: 4}}},
			{oee.Validity{Line: line, Since: at(-5), Revision: 5}, []oee.Validity{{Line: line, Since: at(-5), Revision: 5}}},
		} {
			must(t, l.Validate(ctx, c.say))
			got, err := l.Valid(ctx, line)
			must(t, err)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("after %+v: %s", c.say, d)
			}
		}
	})
}
