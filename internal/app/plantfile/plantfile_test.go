package plantfile

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/run"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const works = "enterprise: Works\nmachines: {counting: {tags: {good: {label: Good}}, signals: {good: {tag: good}}}}\n" +
	"sites: [{id: ulm, zone: Europe/Berlin, areas: [{id: hall, lines: [{id: one, rates: {\"*\": 1s}, units: [{id: press, machines: [counting]}]}]}]}]\n"

// lived is a data folder in which a program ran, on one of the two databases.
func lived(t *testing.T, dsn string) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Database = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", dsn
	a, err := app.New(t.Context(), cfg, app.Plan{Name: "works.yaml", Text: []byte(works)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// said runs a command and gives what it printed.
func said(t *testing.T, do func(out *bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := do(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %.600s", want, text)
		}
	}
}

func TestAPlantFileGoesOutAndIn(t *testing.T) {
	for name, open := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.SQLite, "postgres": storetest.NewPostgres} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			dsn := ""
			if name == "postgres" {
				dsn = open(t).DSN
			}
			cfg := lived(t, dsn)
			text := said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) })
			same := file(t, text)
			if changes, err := Plan(ctx, cfg, same, &bytes.Buffer{}); changes || err != nil {
				t.Errorf("what was exported changes something: %v", err)
			}
			faster := file(t, strings.Replace(text, "'*': 1s", "'*': 2s", 1))
			var out bytes.Buffer
			changes, err := Plan(ctx, cfg, faster, &out)
			if !changes || err != nil {
				t.Errorf("%v %v", changes, err)
			}
			has(t, out.String(), "--- revision 1", "-              '*': 1s", "+              '*': 2s", "line one changes its rates")
			err = Apply(ctx, cfg, Wish{File: faster, Why: "measured", Base: 7}, &out)
			if errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "made from revision 7, and revision 1 is in use") {
				t.Errorf("%v", err)
			}
			has(t, said(t, func(out *bytes.Buffer) error {
				return Apply(ctx, cfg, Wish{File: faster, Why: "measured", Base: 1}, out)
			}), "revision 2 is published", "no program runs on")
			has(t, said(t, func(out *bytes.Buffer) error { return Apply(ctx, cfg, Wish{File: faster, Why: "again"}, out) }), "nothing would change")
			has(t, said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) }), "2s")
			has(t, said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 1, out) }), "1s")
			has(t, said(t, func(out *bytes.Buffer) error { return Revisions(ctx, cfg, 10, out) }), "measured", "command line, new.yaml", "the first start")
			for _, bad := range []string{"sit: []", strings.Replace(text, "Europe/Berlin", "Mars", 1)} {
				if err := Apply(ctx, cfg, Wish{File: file(t, bad), Why: "x"}, &out); errs.KindOf(err) != errs.Invalid {
					t.Errorf("%q: %v", bad[:10], err)
				}
			}
			if err := Export(ctx, cfg, 9, &out); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAFileLeavesTheNumbersOfMachineTypesToTheProgram(t *testing.T) {
	ctx, cfg := t.Context(), lived(t, "")
	changed := file(t, strings.Replace(works, "{good: {label: Good}}", "{good: {label: Pieces}}", 1))
	has(t, said(t, func(out *bytes.Buffer) error { return Apply(ctx, cfg, Wish{File: changed, Why: "said better"}, out) }),
		"+    version: 2", "machine type counting is version 2 after 1: 1 unit follows it", "unit one/press read otherwise: tag good: label Good → Pieces")
	has(t, said(t, func(out *bytes.Buffer) error { return Apply(ctx, cfg, Wish{File: changed, Why: "again"}, out) }), "nothing would change")
	stays := file(t, strings.Replace(works, "machines: [counting]", "machines: [counting@1]", 1))
	if err := Apply(ctx, cfg, Wish{File: stays, Why: "as before"}, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
	has(t, said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) }), "version: 3", "counting@3")
	if err := Apply(ctx, cfg, Wish{File: file(t, strings.Replace(works, "machines: [counting]", "machines: [counting@9]", 1)), Why: "x"}, &bytes.Buffer{}); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "there is 3, the newest") {
		t.Errorf("%v", err)
	}
}

func TestNobodysDraftEndsByTheCommandLine(t *testing.T) {
	cfg := lived(t, "")
	ctx := t.Context()
	text := said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) })
	err := within(ctx, cfg, func(s *store.Store) error {
		b := s.Revisions()
		_, err := b.SaveDraft(ctx, revision.Draft{Base: 1, By: plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}, Text: strings.Replace(text, "Works", "Plant", 1)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w := Wish{File: file(t, strings.Replace(text, "1s", "2s", 1)), Why: "measured"}
	if err := Apply(ctx, cfg, w, &bytes.Buffer{}); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "Ada works on a draft") {
		t.Errorf("%v", err)
	}
	w.Drop = true
	if err := Apply(ctx, cfg, w, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

func TestWhereNothingIsNothingIsMade(t *testing.T) {
	cfg := config.Default()
	cfg.Data = filepath.Join(t.TempDir(), "none")
	if err := Export(t.Context(), cfg, 0, &bytes.Buffer{}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(cfg.Data); err == nil {
		t.Error("the folder was made")
	}
}

// What is applied beside the running program is in use there a moment later.
func TestTheRunningProgramFollows(t *testing.T) {
	cfg := lived(t, "")
	a, err := app.New(t.Context(), cfg, app.Plan{Name: "none"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run.Group{}.Run(ctx, a.Parts()...) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = a.Close()
	}()
	text := said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) })
	has(t, said(t, func(out *bytes.Buffer) error {
		return Apply(ctx, cfg, Wish{File: file(t, strings.Replace(text, "1s", "2s", 1)), Why: "measured"}, out)
	}), "revision 2 is published; the running program takes it over")
	for range 600 {
		if a.Revision() == 2 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("revision %d is in use", a.Revision())
}

// userPair makes the certificate of a machine's user, and its key, both as PEM.
func userPair(t *testing.T) (certificate, key string) {
	t.Helper()
	c, k, err := pki.Own(t.TempDir(), "urn:user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := os.ReadFile(c)
	if err != nil {
		t.Fatal(err)
	}
	private, err := os.ReadFile(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(private)
}

// A password or a key that stands in the file is neither shown nor published.
func TestAPasswordInTheFileIsSealed(t *testing.T) {
	ctx, cfg := t.Context(), lived(t, "")
	certificate, key := userPair(t)
	path := file(t, works+fmt.Sprintf(`connections:
  - {id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:4840", policy: None, mode: None, user: op, password: "correct horse"}
  - {id: press, driver: opcua, endpoint: "opc.tcp://127.0.0.1:4841", user_certificate: %q, user_key: %q}
`, certificate, key))
	plan := said(t, func(out *bytes.Buffer) error { _, err := Plan(ctx, cfg, path, out); return err })
	applied := said(t, func(out *bytes.Buffer) error { return Apply(ctx, cfg, Wish{File: path, Why: "a machine"}, out) })
	text := said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) })
	has(t, plan, "(typed; sealed once it is published)")
	has(t, text, "${sealed:")
	for name, s := range map[string]string{"plan": plan, "apply": applied, "export": text} {
		if strings.Contains(s, "correct horse") || strings.Contains(s, strings.Split(key, "\n")[1]) {
			t.Errorf("%s shows the password or the key", name)
		}
	}
	again := said(t, func(out *bytes.Buffer) error { return Apply(ctx, cfg, Wish{File: path, Why: "the same"}, out) })
	has(t, again, "revision 2")
}

// What needs approval is handed in, and put into use at once only by who says so.
func TestAFileThatNeedsApprovalWaits(t *testing.T) {
	ctx, cfg := t.Context(), lived(t, "")
	err := within(ctx, cfg, func(s *store.Store) error {
		if _, err := s.Vault().AddUser(ctx, access.User{Name: "ines", Role: plant.Manager, Owner: plant.IT}, plant.Program(), ""); err != nil {
			return err
		}
		_, err := s.Requests().Govern(ctx, consent.Rules{Need: map[consent.Kind]plant.Side{consent.Rates: plant.IT}}, plant.Program(), "agree")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) })
	path := file(t, strings.Replace(text, "1s", "2s", 1))
	has(t, said(t, func(out *bytes.Buffer) error { _, err := Plan(ctx, cfg, path, out); return err }),
		"It has to be approved first:", "line one: ideal cycles (all other products): by an owner for IT")
	var out bytes.Buffer
	for range 2 {
		if err := Apply(ctx, cfg, Wish{File: path, Why: "measured"}, &out); !errors.Is(err, ErrWaits) {
			t.Errorf("%v", err)
		}
	}
	has(t, out.String(), "request 1 waits for the approval of an owner for IT; nothing has changed yet")
	has(t, said(t, func(out *bytes.Buffer) error { return Export(ctx, cfg, 0, out) }), "1s")
	has(t, said(t, func(out *bytes.Buffer) error {
		return Apply(ctx, cfg, Wish{File: path, Why: "the line stands still", Unasked: true}, out)
	}), "revision 2 is published")
}
