package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// openProvider starts a real OpenID provider on loopback and gives its issuer.
func openProvider(t *testing.T) string {
	t.Helper()
	folder := filepath.Join("..", "access", "provider", "testdata", "oidc-provider")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "oidc-provider")); err != nil {
		missing(t, "oidc-provider (run internal/access/provider/testdata/oidc-provider/install.sh)")
	}
	cmd := exec.Command("node", filepath.Join(folder, "server.js"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	issuer, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider does not start: %v", err)
	}
	return strings.TrimSpace(issuer)
}

func TestAPersonComesInByAProviderAndLeaves(t *testing.T) {
	issuer := openProvider(t)
	settings := filepath.Join(t.TempDir(), "millwright.yaml")
	text := fmt.Sprintf("oidc: {issuer: %q, client_id: millwright, client_secret: \"${E2E_SECRET}\", name: Keycloak, scopes: [profile, groups], roles: {fillers: operator}}\n", issuer)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("E2E_SECRET", "a secret between the two")
	s := startDemo(t, "--config", settings)
	admin, b := openBrowser(t), openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	b.do(20*time.Second, "choose the provider",
		chromedp.Navigate(s.url+"/"),
		chromedp.WaitVisible(`a[href^="/sign-in/provider"]`, chromedp.ByQuery),
		chromedp.Click(`a[href^="/sign-in/provider"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`input[name="sub"]`, chromedp.ByQuery),
	)
	if place := eval[string](b, `location.href`); !strings.HasPrefix(place, issuer) {
		t.Errorf("the provider's page stands at %s", place)
	}
	b.do(20*time.Second, "sign in there",
		chromedp.SendKeys(`input[name="sub"]`, "4711", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="name"]`, "bert", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="groups"]`, "fillers,others", chromedp.ByQuery),
		chromedp.Click(`button`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-panel="now/lines"]`, chromedp.ByQuery),
	)
	if place := eval[string](b, `location.href`); place != s.url+"/" {
		t.Errorf("the person lands at %s", place)
	}
	b.until(soon, "the page to be live", `document.documentElement.dataset.link === "live"`)
	b.do(10*time.Second, "look at the own page", chromedp.Navigate(s.url+"/account"), chromedp.WaitVisible(`h1`, chromedp.ByQuery))
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "bert") || !strings.Contains(page, "Operator") {
		t.Errorf("the own page says %s", page)
	}
	b.do(20*time.Second, "sign out here, and go on to the provider",
		chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`button[name="logout"]`, chromedp.ByQuery),
	)
	if place := eval[string](b, `location.href`); !strings.HasPrefix(place, issuer+"/session/end") {
		t.Errorf("the person is led to %s", place)
	}
	b.do(20*time.Second, "sign out there, and be led back",
		chromedp.Click(`button[name="logout"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`a[href^="/sign-in/provider"]`, chromedp.ByQuery),
	)
	b.do(20*time.Second, "be asked again who it is",
		chromedp.Click(`a[href^="/sign-in/provider"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`input[name="sub"]`, chromedp.ByQuery),
	)
	b.clean("fonts.googleapis.com", issuer) // what is missing on the provider's own pages
	admin.do(10*time.Second, "read the trail", chromedp.Navigate(s.url+"/admin/audit?text=sign-in"), chromedp.WaitVisible(`table`, chromedp.ByQuery))
	if page := eval[string](admin, `document.querySelector("main").textContent`); !strings.Contains(page, "sign-in") || !strings.Contains(page, issuer+" as 4711") {
		t.Errorf("the trail says %s", tail(page, 2000))
	}
}
