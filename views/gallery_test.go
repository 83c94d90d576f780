package views_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/static"
)

// policy is the content security policy under which the pages run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// gallery serves every fixture at /<name>?theme=dark under the real policy, with buckets for the charts.
func gallery() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/api/v1/tags/buckets", buckets)
	for name, page := range pages {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, render(page(r.URL.Query().Get("theme"))))
		})
	}
	mux.HandleFunc("/tour", tour())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	})
}

// tour leads a browser from page to page, each for a second, so that one start of it sees them all.
func tour() http.HandlerFunc {
	names := slices.Sorted(maps.Keys(pages))
	return func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if n >= len(names) {
			fmt.Fprint(w, "<!DOCTYPE html><title>end</title><p>end of the tour</p>")
			return
		}
		w.Header().Set("Refresh", fmt.Sprintf("1; url=/tour?n=%d", n+1))
		fmt.Fprint(w, render(pages[names[n]]("")))
	}
}

// buckets answers like the program does: a wave with a hole in it.
func buckets(w http.ResponseWriter, r *http.Request) {
	from, err := time.Parse(time.RFC3339, r.URL.Query().Get("from"))
	to, err2 := time.Parse(time.RFC3339, r.URL.Query().Get("to"))
	if err != nil || err2 != nil || r.URL.Query().Get("tag") == "" {
		http.Error(w, "bad range", http.StatusBadRequest)
		return
	}
	n := must(strconv.Atoi(r.URL.Query().Get("points")))
	answer := struct {
		Start                []int64    `json:"start"`
		Min, Max, Mean, Last []*float64 `json:"-"`
		M1                   []*float64 `json:"min"`
		M2                   []*float64 `json:"max"`
		M3                   []*float64 `json:"mean"`
		Bad                  []float64  `json:"bad"`
	}{}
	step := max(to.Sub(from)/time.Duration(n), time.Second)
	base := float64(70 + len(r.URL.Query().Get("tag"))%20)
	for at := from; at.Before(to); at = at.Add(step) {
		answer.Start = append(answer.Start, at.Unix())
		answer.Bad = append(answer.Bad, 0)
		if at.Unix()/600%9 == 4 {
			answer.M1, answer.M2, answer.M3 = append(answer.M1, nil), append(answer.M2, nil), append(answer.M3, nil)
			continue
		}
		v := base + 3*math.Sin(float64(at.Unix())/900)
		lo, hi := v-.4, v+.5
		answer.M1, answer.M2, answer.M3 = append(answer.M1, &lo), append(answer.M2, &hi), append(answer.M3, &v)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

// chromium finds the browser; without one the test is skipped, except where everything must run.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no Chromium: the pages cannot be looked at")
	}
	t.Skip("SKIPPED: no Chromium on this machine")
	return ""
}

func browse(t *testing.T, browser string, args ...string) (out, log string) {
	t.Helper()
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr", "--user-data-dir=" + t.TempDir(),
	}, args...)
	cmd := exec.CommandContext(t.Context(), browser, args...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", browser, args, err, stderr.String())
	}
	return stdout.String(), stderr.String()
}

// complaint is a line in the browser's log that a page caused. The fixtures have no /live, which is no fault of the page.
var complaint = regexp.MustCompile(`CONSOLE.*`)

// TestPagesRaiseNoComplaintInTheBrowser opens every page under the real policy. With MILLWRIGHT_GALLERY=dir it also
// leaves pictures there, in light and dark, from a phone to a wall; MILLWRIGHT_GALLERY_ONLY=now,line limits them.
func TestPagesRaiseNoComplaintInTheBrowser(t *testing.T) {
	browser := chromium(t)
	server := httptest.NewServer(gallery())
	defer server.Close()
	dir := os.Getenv("MILLWRIGHT_GALLERY")
	if dir != "" {
		only := strings.Split(os.Getenv("MILLWRIGHT_GALLERY_ONLY"), ",")
		for name := range pages {
			if only[0] == "" || slices.Contains(only, name) {
				pictures(t, browser, server.URL, name)
			}
		}
		return
	}
	end, log := browse(t, browser, "--dump-dom", "--virtual-time-budget=60000", server.URL+"/tour")
	if !strings.Contains(end, "end of the tour") {
		t.Fatalf("the browser did not see all pages; it ended on %.300s", end)
	}
	for _, line := range complaint.FindAllString(log, -1) {
		if !strings.Contains(line, "/live") {
			t.Error(line)
		}
	}
}

func pictures(t *testing.T, browser, url, name string) {
	t.Helper()
	sizes := []string{"360,800", "1280,800", "1920,1080", "3840,2160"}
	if s := os.Getenv("MILLWRIGHT_GALLERY_SIZES"); s != "" {
		sizes = strings.Fields(s)
	}
	themes := []string{"light", "dark"}
	if s := os.Getenv("MILLWRIGHT_GALLERY_THEMES"); s != "" {
		themes = strings.Fields(s)
	}
	for _, size := range sizes {
		for _, theme := range themes {
			file := filepath.Join(os.Getenv("MILLWRIGHT_GALLERY"), fmt.Sprintf("%s-%s-%s.png", name, strings.Split(size, ",")[0], theme))
			browse(t, browser, "--window-size="+size, "--virtual-time-budget=1500", "--screenshot="+file, url+"/"+name+"?theme="+theme)
		}
	}
}
