package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestTagsAreImportedInTheBrowser looks at the tags of the plant, uploads a table in which one row is wrong, and takes
// the good rows.
func TestTagsAreImportedInTheBrowser(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	var table strings.Builder
	table.WriteString("machine type;tag;unit;deadband;address\npackml;speed;RPM;0,5;\"nsu=urn:millwright:simulator;s={line}.{unit}.Speed\"\npackml;<img src=x onerror=alert(1)>;;;\n")
	for i := range 10_000 {
		fmt.Fprintf(&table, "imported;tag_%d;CEL;0,1;\"ns=2;s=tag_%d\"\n", i, i)
	}
	file := filepath.Join(t.TempDir(), "tags.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	narrow := func(what string) {
		t.Helper()
		b.do(10*time.Second, "make the window narrow", chromedp.EmulateViewport(360, 800))
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%s is %d px wide in a window of 360", what, wide)
		}
		b.do(10*time.Second, "make the window wide", chromedp.EmulateViewport(1280, 900))
	}
	b.do(20*time.Second, "look at the tags", chromedp.Navigate(s.url+"/admin/tags?find=temperature"), chromedp.WaitVisible(`.grid`, chromedp.ByQuery))
	narrow("tags")
	b.do(20*time.Second, "open a tag", chromedp.Click(`.grid tbody a`, chromedp.ByQuery), chromedp.WaitVisible(`#settings`, chromedp.ByQuery))
	narrow("tag")
	b.do(20*time.Second, "upload a table",
		chromedp.Navigate(s.url+"/admin/tags/import"),
		chromedp.SetUploadFiles(`#file`, []string{file}, chromedp.ByQuery),
	)
	narrow("import")
	b.do(30*time.Second, "look through it", chromedp.Click(`form[enctype] button`, chromedp.ByQuery), chromedp.WaitVisible(`.tall`, chromedp.ByQuery))
	if said := eval[string](b, `document.getElementById("main").innerText`); !strings.Contains(said, "Row") || !strings.Contains(said, "<img") || !strings.Contains(said, "Take the 10001 good rows") {
		t.Errorf("the report says %q", tail(said, 600))
	}
	narrow("report")
	b.do(60*time.Second, "take the good rows", chromedp.Click(`form[action*="/import/"] button`, chromedp.ByQuery), chromedp.WaitVisible(`.done`, chromedp.ByQuery))
	if said := eval[string](b, `document.querySelector(".done").innerText`); !strings.Contains(said, "10000 new, 1 changed") {
		t.Errorf("it says %q", said)
	}
	narrow("taken")
	b.clean()
}
