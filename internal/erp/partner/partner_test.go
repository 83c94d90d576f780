package partner_test

import (
	"errors"
	"testing"

	"millwright/internal/errs"
)

func fieldsOf(t *testing.T, err error) map[string]string {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid {
		t.Fatalf("got %v", err)
	}
	all := map[string]string{}
	for _, f := range e.Fields {
		all[f.Path] = f.Message
	}
	return all
}
