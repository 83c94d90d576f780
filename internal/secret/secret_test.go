package secret_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/secret"
)

// drawer is a map.
type drawer map[string]string

func (d drawer) Sealed(_ context.Context, name string) (string, error) {
	s, ok := d[name]
	if !ok {
		return "", errs.New(errs.NotFound, "nothing")
	}
	return s, nil
}

func (d drawer) Keep(_ context.Context, name, sealed string, _ plant.Person) error {
	d[name] = sealed
	return nil
}

func TestASecretIsSealedAndOpened(t *testing.T) {
	d, path := drawer{}, filepath.Join(t.TempDir(), "secret.key")
	mark, err := secret.New(path, d).Keep(t.Context(), "connection/plc/password", "hunter2", plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	for name, sealed := range d {
		if strings.Contains(name+sealed, "hunter2") {
			t.Errorf("kept in clear: %s %s", name, sealed)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v %v", info, err)
	}
	again, err := secret.New(path, d).Keep(t.Context(), "connection/plc/password", "hunter2", plant.Program())
	if err != nil || again != mark || len(d) != 1 {
		t.Errorf("the same once more: %q, %v, %d kept", again, err, len(d))
	}
	if other, _ := secret.New(path, d).Keep(t.Context(), "connection/plc/password", "hunter3", plant.Program()); other == mark {
		t.Error("another password has the same mark")
	}
	if got, err := secret.New(path, d).Open(t.Context(), "connection/plc/password", mark); err != nil || got != "hunter2" {
		t.Errorf("opened %q, %v", got, err)
	}
}

func TestALostOrOtherKeyIsASentence(t *testing.T) {
	d, path := drawer{}, filepath.Join(t.TempDir(), "secret.key")
	safe := secret.New(path, d)
	mark, err := safe.Keep(t.Context(), "a", "hunter2", plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]func(){
		"is gone":     func() { _ = os.Remove(path) },
		"is damaged":  func() { _ = os.WriteFile(path, []byte("zz"), 0o600) },
		"another key": func() { _ = os.WriteFile(path, []byte(strings.Repeat("ab", 32)), 0o600) },
	} {
		want()
		if got, err := safe.Open(t.Context(), "a", mark); err == nil || got != "" || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "once more") {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	if _, err := safe.Open(t.Context(), "a", "00"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("what was never kept: %v", err)
	}
	d["b/"+mark] = d["a/"+mark]
	if got, err := safe.Open(t.Context(), "b", mark); err == nil {
		t.Errorf("put under another name it opens: %q", got)
	}
}
