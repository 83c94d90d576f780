package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/errs"
)

func in(t *testing.T, data string) config.Config {
	t.Helper()
	c := config.Default()
	c.Data = data
	return c
}

func TestASecondProgramLeavesTheLedgersAlone(t *testing.T) {
	data := t.TempDir()
	first, err := together(t, data, emptyPlant(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	path := inFolder(data, database)
	if err := os.Rename(path, path+".away"); err != nil { // so that whoever looks at it would notice
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("of a newer program"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = together(t, data, emptyPlant(t))
	if errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "in use") {
		t.Errorf("the folder is in use, and a second program says %v", err)
	}
}

func TestLedgersThatAreGoneAreNotMadeAnew(t *testing.T) {
	cfg := in(t, t.TempDir())
	wal := filepath.Join(cfg.Data, "history", "wal")
	if err := os.MkdirAll(wal, 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(wal, "00000000")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := whole(cfg); err != nil {
		t.Errorf("a start that failed before anything was kept is refused: %v", err)
	}
	if err := os.WriteFile(log, []byte("samples"), 0o600); err != nil {
		t.Fatal(err)
	}
	commands := map[string]func() error{
		"serve": func() error { return Serve(t.Context(), cfg, &bytes.Buffer{}) },
		"token": func() error { return AddToken(t.Context(), cfg, NewToken{Name: "x", Role: "viewer"}, &bytes.Buffer{}) },
	}
	for name, command := range commands {
		if err := command(); err == nil || !strings.Contains(err.Error(), "the file is gone") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, database)); err == nil {
		t.Error("the database was made anew")
	}
	cfg.Database = "postgres://elsewhere/millwright"
	if err := whole(cfg); err != nil {
		t.Errorf("ledgers that are kept elsewhere are missed here: %v", err)
	}
}

func TestAHistoryIsMissedOnlyWhereAProgramRan(t *testing.T) {
	cfg := in(t, t.TempDir())
	if err := AddUser(t.Context(), cfg, NewUser{Name: "Ada", Password: "a phrase for the first start", Role: "admin"}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	started := func() string {
		var said bytes.Buffer
		a, err := New(t.Context(), cfg, emptyPlant(t), slog.New(slog.NewTextHandler(&said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	const missed = "history of samples is gone"
	if said := started(); strings.Contains(said, missed) {
		t.Errorf("the first start in a folder with a user misses a history:\n%s", said)
	}
	if err := os.WriteFile(inFolder(cfg.Data, siteFile), []byte("http://127.0.0.1:8080\n"), 0o600); err != nil { // as a start leaves it
		t.Fatal(err)
	}
	if said := started(); strings.Contains(said, missed) {
		t.Errorf("a history that is there is missed:\n%s", said)
	}
	if err := os.RemoveAll(inFolder(cfg.Data, "history")); err != nil {
		t.Fatal(err)
	}
	if said := started(); !strings.Contains(said, missed) {
		t.Errorf("nobody is told that the history is gone:\n%s", said)
	}
}
