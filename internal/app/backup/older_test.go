package backup

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"millwright/internal/store"
	"millwright/migrations"
)

// older is a database as an earlier program left it, with one user.
func older(t *testing.T, schema int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), database)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.Files, goose.WithTableName("millwright_schema"), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(t.Context(), schema)
	must(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO users (id, name, folded, hash, role, disabled, version, created_at) VALUES (1, 'Ada', 'ada', 'x', 'admin', FALSE, 1, 0)")
	must(t, err)
	return path
}

func TestABackupOfAnOlderProgramIsTaken(t *testing.T) {
	f := newFolder(t, "")
	f.samples(t, 0, 500)
	packed, m := f.pack(t)
	newest := m.Schema
	path := older(t, 11)
	tally, err := store.Inspect(t.Context(), path)
	must(t, err)
	text, err := os.ReadFile(path)
	must(t, err)
	m.Schema, m.Rows = tally.Schema, tally.Rows
	for i := range m.Files {
		if m.Files[i].Path == database {
			m.Files[i].Size, m.Files[i].SHA256 = int64(len(text)), fmt.Sprintf("%x", sha256.Sum256(text))
		}
	}
	all := entries(t, packed)
	for i := range all {
		switch all[i].name {
		case headName:
			told, err := json.Marshal(m.Head)
			must(t, err)
			all[i].text = string(told)
		case database:
			all[i].text = string(text)
		case manifestName:
			told, err := json.Marshal(m)
			must(t, err)
			all[i].text = string(told)
		}
	}
	w := Wish{Data: filepath.Join(t.TempDir(), "back"), Passphrase: passphrase}
	if _, err := Restore(t.Context(), bytes.NewReader(forged(t, all)), w); err == nil || !strings.Contains(err.Error(), "--migrate") {
		t.Errorf("nobody agreed that it is brought up to date: %v", err)
	}
	if _, err := os.Stat(w.Data); !os.IsNotExist(err) {
		t.Errorf("what was refused left something behind: %v", err)
	}
	w.Migrate = true
	got, err := Restore(t.Context(), bytes.NewReader(forged(t, all)), w)
	must(t, err)
	if got.Schema != 11 || newest <= 11 {
		t.Errorf("schema %d is restored; this program knows %d", got.Schema, newest)
	}
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(w.Data, database), quiet())
	must(t, err)
	defer func() { _ = s.Close() }()
	now, err := s.Tally(t.Context())
	must(t, err)
	if now.Schema != newest || now.Rows["users"] != 1 {
		t.Errorf("once opened it has schema %d and %d users", now.Schema, now.Rows["users"])
	}
	if counts, words := counted(t, w.Data); counts != 500 || words != 500 {
		t.Errorf("%d counts and %d words came back", counts, words)
	}
}
