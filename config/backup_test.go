package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBackupAndSizeAreChecked(t *testing.T) {
	load := func(text string) (Config, error) {
		path := filepath.Join(t.TempDir(), "millwright.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(path, func(string) string { return "" })
	}
	for text, want := range map[string]string{
		"backup: {at: \"25:00\"}": "backup.at", "backup: {keep: 0}": "backup.keep",
		"history: {size: lots}": "history.size", "history: {size: 5MB}": "history.size",
	} {
		if _, err := load(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	c, err := load("backup: {at: \"02:30\", keep: 3}\nhistory: {size: 2GB}\n")
	if err != nil || c.Backup.At != "02:30" || c.Backup.Keep != 3 || c.History.Bytes() != 2e9 {
		t.Errorf("%+v %v", c, err)
	}
}
