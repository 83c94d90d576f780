package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/internal/access"
	"millwright/internal/live"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// socket is what a page keeps open.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
	kept []string // fragments of other panels, read past while waiting for one
}

// dial opens the live socket with a browser's cookies and headers.
func (b *browser) dial(header http.Header) (*socket, *http.Response) {
	b.w.t.Helper()
	h := b.header.Clone()
	for k, v := range header {
		h[k] = v
	}
	d := websocket.Dialer{Jar: b.client.Jar}
	conn, resp, err := d.Dial("ws"+strings.TrimPrefix(b.w.http.URL, "http")+"/live", h)
	if resp == nil {
		b.w.t.Fatalf("dial: %v", err)
	}
	if err != nil {
		return nil, resp
	}
	b.w.t.Cleanup(func() { _ = conn.Close() })
	return &socket{t: b.w.t, conn: conn}, resp
}

func (b *browser) watch(panels ...string) *socket {
	b.w.t.Helper()
	s, resp := b.dial(nil)
	if s == nil {
		b.w.t.Fatalf("no socket: %s", resp.Status)
	}
	if err := s.conn.WriteJSON(map[string][]string{"watch": panels}); err != nil {
		b.w.t.Fatal(err)
	}
	return s
}

// sees waits for a fragment of a panel that holds a text.
func (s *socket) sees(panel, text string) string {
	s.t.Helper()
	mark := `id="panel:` + panel + `"`
	for i, b := range s.kept {
		if strings.Contains(b, mark) && strings.Contains(b, text) {
			s.kept = slices.Delete(s.kept, i, i+1)
			return b
		}
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, b, err := s.conn.ReadMessage()
		if err != nil {
			s.t.Fatalf("%s never showed %q: %v", panel, text, err)
		}
		if !strings.Contains(string(b), mark) {
			s.kept = append(s.kept, string(b))
		} else if strings.Contains(string(b), text) {
			return string(b)
		}
	}
}

// closed reads on until the close frame, and gives its code.
func (s *socket) closed() int {
	s.t.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, _, err := s.conn.ReadMessage()
		var said *websocket.CloseError
		if errors.As(err, &said) {
			return said.Code
		}
		if err != nil {
			s.t.Fatalf("no close frame: %v", err)
		}
	}
}

func TestSocketNeedsASessionAndOurOrigin(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	if s, resp := w.browser().dial(nil); s != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", resp.Status)
	}
	b := w.signedIn("Vera")
	if s, resp := b.dial(http.Header{"Origin": {"https://evil.example"}}); s != nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site: %s", resp.Status)
	}
	if s, resp := b.dial(http.Header{"Origin": {w.http.URL}}); s == nil {
		t.Errorf("our page: %s", resp.Status)
	}
}

func TestPanelsFollowTheNews(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	s := w.signedIn("Vera").watch("now/lines", "now/totals", "lines", "line/filling-1/head", "line/filling-1/strip", "line/filling-1/kpi",
		"line/filling-1/units", "line/filling-1/jobs", "line/filling-1/tags", "wall/line/filling-1", "wall/hall/filling")
	s.sees("line/filling-1/tags", "filling-1/filler/speed")

	w.says("filling-1/filler/speed", tag.FloatValue(98.4))
	s.sees("line/filling-1/tags", "98.4")

	w.units.mu.Lock()
	w.units.all = []machine.Status{{Unit: "filling-1/filler", State: machine.Held, Mode: machine.Production, Fault: "E-911"}}
	w.units.mu.Unlock()
	w.news.Facts.Publish([]machine.Fact{machine.StateChanged{Unit: "filling-1/filler", State: machine.Held}})
	s.sees("line/filling-1/units", "E-911")

	w.lines.change("filling-1", func(o *oee.Snapshot) {
		o.Now, o.Fault, o.Since, o.Product = oee.Breakdown, "E-107", w.clock.now(), "WATER-10"
	})
	w.news.Lines.Publish([]oee.Changed{{Line: "filling-1"}})
	for _, panel := range []string{"now/lines", "lines", "line/filling-1/head", "wall/line/filling-1", "wall/hall/filling"} {
		again := w.signedIn("Vera").watch(panel)
		again.sees(panel, "WATER-10")
	}
	s.sees("now/lines", "fault E-107")

	if _, err := w.jobs.Hold(t.Context(), "J-1", 3, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	w.news.Jobs.Publish([]execution.Changed{{Line: "filling-1"}})
	s.sees("line/filling-1/jobs", "held")
}

func TestBeatTellsTheBuildOfThePage(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	build := between(b.get("/").body, `<meta name="build" content="`, `"`)
	s := b.watch()
	_ = s.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var beat struct{ Build string }
	if _, text, err := s.conn.ReadMessage(); err != nil || json.Unmarshal(text, &beat) != nil || beat.Build != build || build == "" {
		t.Errorf("the beat says %q (%v), the page %q", text, err, build)
	}
}

func TestEveryPanelOfEveryPageCanBeWatched(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	seen := 0
	for _, path := range []string{"/", "/line/filling-1", "/line/filling-1/shift", "/wall/line/packing-1", "/wall/hall/packing"} {
		page := b.get(path).body
		var panels []string
		for _, part := range strings.Split(page, `data-panel="`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			panels = append(panels, name)
		}
		if len(panels) == 0 {
			t.Errorf("%s has no panel", path)
		}
		for _, name := range panels {
			html := b.watch(name).sees(name, "")
			if !strings.HasPrefix(html, "<") || !strings.Contains(html[:strings.IndexByte(html, '>')], `data-panel="`+name+`"`) {
				t.Errorf("%s: the root of the fragment is %.80s", name, html)
			}
			seen++
		}
	}
	if seen < 10 {
		t.Errorf("only %d panels", seen)
	}
}

func TestDisplayWatchesOnlyItsWall(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	b := w.display("/wall/line/filling-1")
	b.watch("wall/line/filling-1").sees("wall/line/filling-1", "COLA-05")
	for _, panel := range []string{"now/lines", "line/filling-1/tags", "wall/line/packing-1", "wall/hall/filling"} {
		if code := b.watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: closed with %d", panel, code)
		}
	}
}

func TestUnknownPanelsAreRefused(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	for _, panel := range []string{"", "now", "now/nope", "line/nope/head", "line/filling-1/nope", "line/filling-1", "line/filling-1/hour-5", "line/filling-1/shift-x", "line/filling-1/sum-4102444800000000", "wall/line/nope", "wall/hall/nope", "wall/x/y", "../../etc/passwd", strings.Repeat("a/", 3000)} {
		if code := b.watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%.40q: closed with %d", panel, code)
		}
	}
}

func TestSocketsEndWithTheirSession(t *testing.T) {
	ends := map[string]func(*world, *browser, access.User){
		"sign-out": func(_ *world, b *browser, _ access.User) { b.post("/sign-out", url.Values{}) },
		"disabled": func(w *world, _ *browser, u access.User) {
			u.Disabled = true
			if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), ""); err != nil {
				w.t.Error(err)
			}
		},
		"another role": func(w *world, _ *browser, u access.User) {
			u.Role = plant.Manager
			if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), ""); err != nil {
				w.t.Error(err)
			}
		},
	}
	for what, end := range ends {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).running()
			u := w.user("Vera", plant.Viewer)
			b := w.signedIn("Vera")
			s := b.watch("now/lines")
			s.sees("now/lines", "Filling-1")
			end(w, b, u)
			if code := s.closed(); code != live.CloseSignedOut {
				t.Errorf("closed with %d", code)
			}
		})
	}
}

func TestSocketOfARevokedDisplayEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	secret, token, err := access.AddToken(t.Context(), w.vault, access.NewToken{Name: "wall", Role: plant.Display, Page: "/wall/line/filling-1"}, plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.get("/wall/open/" + secret)
	s := b.watch("wall/line/filling-1")
	s.sees("wall/line/filling-1", "Filling-1")
	if err := w.vault.RevokeToken(t.Context(), token.ID, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	if code := s.closed(); code != live.CloseSignedOut {
		t.Errorf("closed with %d", code)
	}
}

func TestPushedPanelsDoNotChangeWithTimeAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	w.says("filling-1/filler/speed", tag.FloatValue(98.4))
	b := w.signedIn("Vera")
	var sockets []*socket
	for _, panel := range []string{"line/filling-1/tags", "line/filling-1/units", "line/filling-1/head"} {
		s := b.watch(panel)
		s.sees(panel, "")
		sockets = append(sockets, s)
	}
	before := w.site.Hub().Stats().Renders
	eventually(t, "the seconds have touched everything on display twice", func() bool { return w.site.Hub().Stats().Renders > before+2*uint64(len(sockets)) })
	for _, s := range sockets {
		_ = s.conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		for {
			_, text, err := s.conn.ReadMessage()
			if err != nil {
				break
			}
			if strings.HasPrefix(string(text), "<") {
				t.Errorf("pushed again: %.300s", text)
			}
		}
	}
}
