package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryListedPageIsLookedAt compares the list of pages, which internal/web holds to be whole, with what
// TestEveryPageIsFitToBeSeen opens.
func TestEveryListedPageIsLookedAt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "web", "testdata", "pages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	opened := append(pagesOf(t), bookPages(t)...)
	for line := range strings.Lines(string(text)) {
		path, _, excused := strings.Cut(strings.TrimSpace(line), "\t")
		if path == "" || strings.HasPrefix(path, "#") || excused {
			continue
		}
		if !slices.Contains(opened, path) {
			t.Errorf("%s is not looked at: see that pagesOf or bookPages finds it, or say in internal/web/testdata/pages.txt why it need not be", path)
		}
	}
}
