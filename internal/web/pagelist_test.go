package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoPageIsForgotten goes through the table: every address that is fetched stands in testdata/pages.txt, where it is
// looked at in a real browser (internal/e2e) unless a reason stands behind it.
func TestNoPageIsForgotten(t *testing.T) {
	w := newWorld(t)
	text, err := os.ReadFile(filepath.Join("testdata", "pages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		path, reason, given := strings.Cut(line, "\t")
		if listed[path] || given && strings.TrimSpace(reason) == "" {
			t.Errorf("%s stands there twice, or with an empty reason", path)
		}
		listed[path] = true
	}
	there := map[string]bool{}
	for _, r := range w.site.Table() {
		if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		there[r.Path] = true
		if !listed[r.Path] {
			t.Errorf("%s stands not in testdata/pages.txt: add it, and see that internal/e2e looks at it, or say behind it why it need not", r.Path)
		}
	}
	for path := range listed {
		if !there[path] {
			t.Errorf("%s stands in testdata/pages.txt and is no route", path)
		}
	}
}
