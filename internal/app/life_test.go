package app

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/run"
)

// together puts a program of a plant together in a data folder, on any free port.
func together(t *testing.T, data string, plan Plan) (*App, error) {
	t.Helper()
	cfg := in(t, data)
	cfg.Listen = "127.0.0.1:0"
	return New(t.Context(), cfg, plan, slog.New(slog.DiscardHandler))
}

func emptyPlant(t *testing.T) Plan {
	t.Helper()
	plan, err := planOf(config.Default())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// eventually waits for what takes a moment on a busy machine.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1200 {
		if is() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("not within half a minute: %s", what)
}

func answers(t *testing.T, url string, want int) func() bool {
	t.Helper()
	return func() bool {
		r, err := http.Get(url)
		if err != nil {
			return false
		}
		return r.Body.Close() == nil && r.StatusCode == want
	}
}

func TestAnEmptyPlantStartsAndStopsAndStartsAgain(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new", "data")
	for range 2 {
		a, err := together(t, data, emptyPlant(t))
		if err != nil {
			t.Fatal(err)
		}
		site, err := a.Site()
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- run.Group{}.Run(ctx, a.Parts()...) }()
		eventually(t, "it answers", answers(t, site+"/healthz", http.StatusOK))
		eventually(t, "it can work", answers(t, site+"/readyz", http.StatusOK))
		if !answers(t, site+"/", http.StatusServiceUnavailable)() {
			t.Error("before the first admin there is a page")
		}
		if len(a.Connections()) != 0 || a.Received() != 0 || a.Pages() != 0 {
			t.Errorf("an empty plant has %v, %d samples and %d pages", a.Connections(), a.Received(), a.Pages())
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("it stops with %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("it closes with %v", err)
		}
	}
}

func TestASecondProgramIsRefusedTheFolder(t *testing.T) {
	data := t.TempDir()
	first, err := together(t, data, emptyPlant(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := together(t, data, emptyPlant(t))
	if second != nil || errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "another data folder") {
		t.Errorf("a second program gets %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := together(t, data, emptyPlant(t))
	if err != nil {
		t.Fatalf("after the first has closed: %v", err)
	}
	if err := third.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBePutTogetherLeavesTheFolderFree(t *testing.T) {
	data := t.TempDir()
	unfit := emptyPlant(t)
	unfit.Text = []byte("connections: [{id: plc, driver: opcua, endpoint: \"opc.tcp://127.0.0.1:1\", policy: None, mode: None, user: me, password: \"${NOT_SET}\"}]")
	if a, err := together(t, data, unfit); a != nil || err == nil || !strings.Contains(err.Error(), "the environment variable NOT_SET") {
		t.Errorf("%v", err)
	}
	unfit.Text = nil // the same again, and not from the file: what was published is the plant
	if _, err := together(t, data, unfit); err == nil {
		t.Error("the plant of that file is taken without the file")
	}
	unfit.Text = []byte("enterprise: mended")
	a, err := together(t, data, unfit)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheSetUpLinkIsShownUntilSomebodyCanSignIn(t *testing.T) {
	a, err := together(t, t.TempDir(), emptyPlant(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	var first, second, third strings.Builder
	if err := a.greet(t.Context(), "http://here", &first); err != nil || !strings.Contains(first.String(), "http://here/setup/mw_") {
		t.Errorf("%v: %s", err, first.String())
	}
	if err := a.greet(t.Context(), "http://here", &second); err != nil || second.String() == first.String() {
		t.Errorf("%v: the second start shows the link of the first: %s", err, second.String())
	}
	var said strings.Builder
	if err := AddUser(t.Context(), a.cfg, NewUser{Name: "Anna", Role: "admin", Password: "a long enough phrase"}, &said); err != nil {
		t.Fatal(err)
	}
	if err := a.greet(t.Context(), "http://here", &third); err != nil || strings.Contains(third.String(), "setup") {
		t.Errorf("%v: %s", err, third.String())
	}
}

func TestAPlantFileThatIsMissingOrUnfitIsTold(t *testing.T) {
	for want, cfg := range map[string]config.Config{
		"nowhere.yaml cannot be read": {Plant: filepath.Join(t.TempDir(), "nowhere.yaml")},
		"no connection of that id":    {Plant: filepath.Join("..", "..", "config", "plants", "demo.yaml"), Endpoints: map[string]string{"press": "opc.tcp://x:1"}},
	} {
		plan, err := planOf(cfg)
		if err == nil {
			_, err = together(t, t.TempDir(), plan)
		}
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
