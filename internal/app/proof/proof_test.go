package proof_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/app/proof"
	"millwright/internal/errs"
)

func in(data string) config.Config {
	c := config.Default()
	c.Data = data
	return c
}

func TestVerifyMakesNothing(t *testing.T) {
	cfg := in(filepath.Join(t.TempDir(), "typo"))
	if err := proof.All(t.Context(), cfg, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("a folder that is not there was verified: %v", err)
	}
	if _, err := os.Stat(cfg.Data); err == nil {
		t.Error("the folder was made")
	}
}

// Damage that a start does not look for must not be found to be right by who asks for it.
func TestVerifyComparesTheIndexesOfTheDatabase(t *testing.T) {
	cfg := in(t.TempDir())
	if err := app.AddToken(t.Context(), cfg, app.NewToken{Name: "x", Role: "viewer"}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if err := proof.All(t.Context(), cfg, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(cfg.Data, "millwright.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `
		PRAGMA writable_schema = 1;
		UPDATE sqlite_master SET sql = replace(sql, 'thing, seq', 'what, seq') WHERE name = 'audit_by_thing'`)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := proof.All(t.Context(), cfg, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("an index that does not fit its table was verified: %v", err)
	}
}

func TestTheAuditAloneIsProved(t *testing.T) {
	cfg, out := in(t.TempDir()), &bytes.Buffer{}
	for range 3 {
		if err := app.AddToken(t.Context(), cfg, app.NewToken{Name: "x", Role: "viewer"}, out); err != nil {
			t.Fatal(err)
		}
	}
	out.Reset()
	if err := proof.Audit(t.Context(), cfg, out); err != nil || !strings.Contains(out.String(), "3 audit entries in an unbroken chain\nrow 3 of ") || !strings.Contains(out.String(), "ends it with sha256 ") {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := proof.Audit(t.Context(), in(t.TempDir()), out); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a folder that is empty is sound: %v", err)
	}
	out.Reset()
	if err := proof.All(t.Context(), cfg, out); err != nil || !strings.Contains(out.String(), "3 audit entries in an unbroken chain") {
		t.Errorf("%v: %s", err, out.String())
	}
}
