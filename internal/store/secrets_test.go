package store_test

import (
	"testing"

	"millwright/internal/errs"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestSecretsAreKeptSealedAndAuditedWithoutThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		_, err := s.Secrets().Sealed(ctx, "connection/plc/password/1")
		wantKind(t, err, errs.NotFound)
		must(t, s.Secrets().Keep(ctx, "connection/plc/password/1", "sealed-1", anna))
		must(t, s.Secrets().Keep(ctx, "connection/plc/password/1", "sealed-2", berta))
		got, err := open().Secrets().Sealed(ctx, "connection/plc/password/1")
		if err != nil || got != "sealed-2" {
			t.Errorf("kept %q, %v", got, err)
		}
		audit, err := s.Audit().List(ctx, "connection/plc/password/1", store.Page{})
		must(t, err)
		if len(audit) != 2 || audit[0].Who.Name != "berta" || audit[0].What != "secret.set" || audit[0].Old+audit[0].New != "" {
			t.Errorf("audited %+v", audit)
		}
		sound(t, s)
	})
}
