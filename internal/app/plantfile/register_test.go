package plantfile

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

// peopled puts people, tokens, rules and a certificate into a data folder.
func peopled(t *testing.T, cfg config.Config) {
	t.Helper()
	ctx := t.Context()
	s, err := app.OpenStore(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ada := access.User{Name: "Ada", Hash: "$argon2id$hunter2", Role: plant.Admin, Owner: plant.OT, Grants: []plant.Grant{{At: "ulm/hall", Role: plant.Operator}}}
	if _, err := s.Vault().AddUser(ctx, ada, plant.Program(), "x"); err != nil {
		t.Fatal(err)
	}
	for _, n := range []access.NewToken{{Name: "orders", Scopes: []access.Scope{access.Read}}, {Name: "screen", Role: plant.Display, Page: "/wall/line/one"}} {
		if _, _, err := access.AddToken(ctx, s.Vault(), n, plant.Program()); err != nil {
			t.Fatal(err)
		}
	}
	rules, err := s.Requests().Rules(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rules.Need = map[consent.Kind]plant.Side{consent.Rates: plant.OT}
	if _, err := s.Requests().Govern(ctx, rules, plant.Program(), "x"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := shelved(cfg, s).Own(); err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(filepath.Join(cfg.Data, "certificates", "own", "certificate.der"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cfg.Data, "certificates", string(pki.Trusted))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "press.der"), own, 0o600); err != nil { // any certificate will do
		t.Fatal(err)
	}
}

func exported(t *testing.T, cfg config.Config) string {
	t.Helper()
	return said(t, func(out *bytes.Buffer) error { return ExportAccess(t.Context(), cfg, 0, out) })
}

// What is exported and applied on a fresh folder is exported there to the byte, and lets nobody in by itself.
func TestWhoMayComeInGoesOutAndIn(t *testing.T) {
	ctx := t.Context()
	old, fresh := lived(t, ""), config.Default()
	fresh.Data = filepath.Join(t.TempDir(), "fresh")
	peopled(t, old)
	text := exported(t, old)
	has(t, text, "name: Ada", "ulm/hall: operator", "owner: OT", "name: orders", "page: /wall/line/one", "BEGIN CERTIFICATE", "state: trusted", "rates: OT")
	if strings.Contains(text, "hunter2") || strings.Contains(text, "PRIVATE") {
		t.Errorf("a secret goes out: %s", text)
	}
	path := file(t, text)
	if is, err := IsAccess(path); err != nil || !is {
		t.Errorf("%v %v", is, err)
	}
	if is, err := IsAccess(file(t, works)); err != nil || is {
		t.Errorf("%v %v", is, err)
	}
	has(t, said(t, func(out *bytes.Buffer) error { return CheckAccess(path, out) }), "1 people, 1 programs, 1 displays, 1 certificates, 1 rules")
	if changes, err := PlanAccess(ctx, old, Wish{File: path, Prune: true}, &bytes.Buffer{}); changes || err != nil {
		t.Errorf("what was exported changes something: %v", err)
	}
	has(t, said(t, func(out *bytes.Buffer) error { return ApplyAccess(ctx, fresh, Wish{File: path, Why: "as there"}, out) }),
		"Ada is added: admin", "is trusted", "version 1 is in force")
	if again := exported(t, fresh); again != text {
		t.Errorf("%s\nis\n%s", text, again)
	}
	has(t, said(t, func(out *bytes.Buffer) error { return ApplyAccess(ctx, fresh, Wish{File: path, Why: "again"}, out) }), "nothing would change")
	has(t, said(t, func(out *bytes.Buffer) error { return AccessVersions(ctx, fresh, 10, out) }), "as there", "command line, new.yaml")

	without := file(t, strings.Replace(text, "state: trusted", "state: absent", 1))
	has(t, said(t, func(out *bytes.Buffer) error {
		return ApplyAccess(ctx, fresh, Wish{File: without, Why: "an old machine"}, out)
	}), "is forgotten")
	if after := exported(t, fresh); strings.Contains(after, "CERTIFICATE") {
		t.Error(after)
	}
	if first := said(t, func(out *bytes.Buffer) error { return ExportAccess(ctx, fresh, 1, out) }); first != text {
		t.Errorf("version 1 is not what was put in force: %s", first)
	}
	if err := ApplyAccess(ctx, fresh, Wish{File: file(t, "access: {people: [{name: Eve, password: x}]}"), Why: "x"}, &bytes.Buffer{}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
	if err := CheckAccess(file(t, "access: {people: [{name: Eve, role: king}]}"), &bytes.Buffer{}); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
	s, err := app.FindStore(ctx, fresh)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	trail, err := s.Audit().Find(ctx, access.Search{On: "certificate", Limit: 10})
	if err != nil || len(trail) != 2 || trail[0].What != "certificate.remove" || trail[1].What != "certificate.trusted" || trail[1].Why != "as there" {
		t.Errorf("%+v %v", trail, err)
	}
	if _, err := s.Audit().Verify(ctx); err != nil {
		t.Error(err)
	}
}
