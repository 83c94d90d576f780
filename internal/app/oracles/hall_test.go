package oracles

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/run"
)

// hall is a program that runs, and what was made known to it.
type hall struct {
	t      *testing.T
	url    string
	token  string
	start  time.Time
	orders map[string]string // number of the work order of each case
}

func (h *hall) of(t *testing.T) *hall {
	g := *h
	g.t = t
	return &g
}

func plantText() string {
	var b strings.Builder
	b.WriteString(`enterprise: Works
machines:
  counting: {tags: {good: {label: Good}, reject: {label: Reject}, product: {label: Product}}, signals: {product: product, good: {tag: good}, reject: {tag: reject}}}
  total: {tags: {total: {label: Total}, reject: {label: Reject}, product: {label: Product}}, signals: {product: product, total: {tag: total}, reject: {tag: reject}}}
sites: [{id: ulm, zone: UTC, shifts: [{name: Day, start: "00:00", end: "00:00"}], areas: [{id: hall, lines: [
`)
	for _, r := range append(rows(), row{id: "L12"}, row{id: "L13a"}, row{id: "P1"}) {
		machine, signals := "counting", ""
		if r.signals == "total" {
			machine = "total"
		} else if r.signals != "" {
			signals = ", signals: {good: " + r.signals + "}"
		}
		fmt.Fprintf(&b, "  {id: %s, units: [{id: m, machines: [%s]%s}]},\n", strings.ToLower(r.id), machine, signals)
	}
	return b.String() + "]}]}]\n"
}

func open(t *testing.T, dsn, text string) *hall {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Database = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", dsn
	a, err := app.New(t.Context(), cfg, app.Plan{Name: "works.yaml", Text: []byte(text)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	if err := app.AddToken(t.Context(), cfg, app.NewToken{Name: "oracle", Role: "admin"}, &told); err != nil {
		t.Fatal(err)
	}
	site, err := a.Site()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run.Group{}.Run(ctx, a.Parts()...) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	lines := strings.Fields(told.String())
	h := &hall{t: t, url: site, token: lines[len(lines)-1], start: time.Now().UTC().Truncate(time.Hour).Add(-30 * time.Hour), orders: map[string]string{}}
	h.until("it answers", func() string { _, err := h.ask(http.MethodGet, "/api/v1/work", nil); return words(err) })
	return h
}

func words(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// until waits for what takes a moment on a busy machine; holds gives what is still wrong.
func (h *hall) until(what string, holds func() string) {
	h.t.Helper()
	wrong := holds()
	for range 1200 {
		if wrong == "" {
			return
		}
		time.Sleep(25 * time.Millisecond)
		wrong = holds()
	}
	h.t.Errorf("%s: %s", what, wrong)
}

func (h *hall) ask(method, path string, body any) (answer map[string]any, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+h.token)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Body.Close() }() // only read
	said, err := io.ReadAll(a.Body)
	if err != nil {
		return nil, err
	}
	if a.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, a.Status, said)
	}
	return answer, json.Unmarshal(said, &answer)
}

func (h *hall) post(path string, body any) map[string]any {
	h.t.Helper()
	answer, err := h.ask(http.MethodPost, path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}

func (h *hall) get(path string) map[string]any {
	h.t.Helper()
	answer, err := h.ask(http.MethodGet, path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}
