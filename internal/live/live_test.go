package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"millwright/internal/live"
)

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv("LIVE_PAGES")); err == nil {
		readPages(n, os.Getenv("LIVE_AT"))
	}
	goleak.VerifyTestMain(m)
}

// world is what the panels show: a number per panel.
type world struct {
	mu      sync.Mutex
	numbers map[string]int
	renders map[string]int
	fail    map[string]error
}

func newWorld() *world {
	return &world{numbers: map[string]int{}, renders: map[string]int{}, fail: map[string]error{}}
}

func (w *world) set(panel string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numbers[panel] = n
}

func (w *world) breaks(panel string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail[panel] = err
}

func (w *world) drawn(panel string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.renders[panel]
}

func (w *world) render(_ context.Context, panel string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.renders[panel]++
	if err := w.fail[panel]; err != nil {
		if err.Error() == "panic" {
			panic("the renderer is broken")
		}
		return nil, err
	}
	return fmt.Appendf(nil, `<b id="panel:%s">%d</b>`, panel, w.numbers[panel]), nil
}

// stage is a hub behind a real server.
type stage struct {
	hub  *live.Hub
	url  string
	stop func() // ends the hub and waits for it
}

func anybody(*http.Request) live.Guard {
	return live.Guard{Source: "test", May: func(string) bool { return true }, Alive: func() bool { return true }}
}

func start(t testing.TB, render live.Render, o live.Options, guard func(*http.Request) live.Guard) *stage {
	t.Helper()
	o.Now = time.Now
	hub := live.New(render, o)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := hub.Run(ctx); err != nil {
			t.Errorf("the hub ended with %v", err)
		}
	}()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hub.Serve(w, r, guard(r))
	}))
	var once sync.Once
	stop := func() { once.Do(func() { cancel(); <-ended }) }
	t.Cleanup(func() { stop(); srv.Close() })
	return &stage{hub: hub, url: "ws" + strings.TrimPrefix(srv.URL, "http"), stop: stop}
}

// page is a client as a browser has one.
type page struct {
	t    testing.TB
	conn *websocket.Conn
}

func (s *stage) open(t testing.TB, panels ...string) *page {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
	if err != nil {
		t.Fatalf("open %s: %v (%v)", s.url, err, resp)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &page{t: t, conn: conn}
	p.watch(panels...)
	return p
}

func (p *page) watch(panels ...string) {
	p.t.Helper()
	if err := p.conn.WriteJSON(map[string][]string{"watch": panels}); err != nil {
		p.t.Fatalf("watch %v: %v", panels, err)
	}
}

// frame gives the next message that satisfies want.
func (p *page) frame(want func(text string) bool) string {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, b, err := p.conn.ReadMessage()
		if err != nil {
			p.t.Fatalf("no such frame came: %v", err)
		}
		if want(string(b)) {
			return string(b)
		}
	}
}

func (p *page) sees(html string) {
	p.t.Helper()
	p.frame(func(text string) bool { return text == html })
}

// closed reads to the end and gives the close code.
func (p *page) closed() int {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, _, err := p.conn.ReadMessage()
		var said *websocket.CloseError
		if errors.As(err, &said) {
			return said.Code
		}
		if err != nil {
			p.t.Fatalf("the connection ended without a close frame: %v", err)
		}
	}
}

func isPanel(text string) bool { return strings.HasPrefix(text, "<") }

func html(panel string, n int) string { return fmt.Sprintf(`<b id="panel:%s">%d</b>`, panel, n) }

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("this did not come true: %s", what)
}

func TestNewWatcherSeesTheCurrentRenderingAtOnce(t *testing.T) {
	w := newWorld()
	w.set("now/lines", 7)
	s := start(t, w.render, live.Options{}, anybody)
	s.open(t, "now/lines").sees(html("now/lines", 7))
	s.open(t, "now/lines").sees(html("now/lines", 7))
	if n := w.drawn("now/lines"); n != 1 {
		t.Errorf("the second watcher caused a rendering: %d", n)
	}
}

func TestTouchedPanelIsPushedToAllWhoWatchIt(t *testing.T) {
	w := newWorld()
	s := start(t, w.render, live.Options{Interval: time.Millisecond}, anybody)
	a, b, c := s.open(t, "x"), s.open(t, "x", "y"), s.open(t, "y")
	a.sees(html("x", 0))
	b.sees(html("x", 0))
	c.sees(html("y", 0))
	w.set("x", 1)
	w.set("y", 2)
	s.hub.Touch("x")
	s.hub.Touch("y")
	s.hub.Touch("nobody watches this")
	a.sees(html("x", 1))
	b.frame(func(text string) bool { return text == html("x", 1) || text == html("y", 2) })
	c.sees(html("y", 2))
	if n := w.drawn("nobody watches this"); n != 0 {
		t.Errorf("an unwatched panel was drawn %d times", n)
	}
}

func TestManyTouchesAreOneRendering(t *testing.T) {
	w := newWorld()
	s := start(t, w.render, live.Options{Interval: time.Millisecond}, anybody)
	p := s.open(t, "x")
	p.sees(html("x", 0))
	w.mu.Lock() // a rendering that has begun waits
	for i := 1; i <= 1000; i++ {
		w.numbers["x"] = i
		s.hub.Touch("x")
	}
	w.mu.Unlock()
	p.sees(html("x", 1000))
	if n := w.drawn("x"); n > 3 {
		t.Errorf("1,000 touches made %d renderings", n)
	}
}

func TestUnchangedRenderingIsNotSent(t *testing.T) {
	w := newWorld()
	s := start(t, w.render, live.Options{Interval: time.Millisecond, Beat: time.Hour}, anybody)
	p := s.open(t, "x")
	p.sees(html("x", 0))
	for range 5 {
		before := s.hub.Stats().Unchanged
		s.hub.Touch("x")
		eventually(t, "the rendering is found unchanged", func() bool { return s.hub.Stats().Unchanged > before })
	}
	w.set("x", 1)
	s.hub.Touch("x")
	if got := p.frame(isPanel); got != html("x", 1) {
		t.Errorf("the next frame is %s", got)
	}
}

func TestWatchReplacesWhatWasWatched(t *testing.T) {
	w := newWorld()
	s := start(t, w.render, live.Options{Interval: time.Millisecond, Beat: time.Hour}, anybody)
	p := s.open(t, "x", "y")
	p.sees(html("y", 0))
	p.watch("y", "z")
	p.sees(html("z", 0))
	eventually(t, "x is no longer watched", func() bool { return s.hub.Stats().Panels == 2 })
	w.set("x", 1)
	s.hub.Touch("x")
	w.set("y", 1)
	s.hub.Touch("y")
	if got := p.frame(isPanel); got != html("y", 1) {
		t.Errorf("the next frame is %s", got)
	}
	p.watch()
	eventually(t, "nothing is watched", func() bool { return s.hub.Stats().Panels == 0 && len(s.hub.Watched()) == 0 })
}

func TestBeatTellsTimeAndBuild(t *testing.T) {
	s := start(t, newWorld().render, live.Options{Build: func() string { return "b1" }, Beat: 20 * time.Millisecond}, anybody)
	p := s.open(t)
	for range 3 {
		var beat struct {
			Beat  int64
			Build string
		}
		if err := json.Unmarshal([]byte(p.frame(func(text string) bool { return !isPanel(text) })), &beat); err != nil {
			t.Fatal(err)
		}
		if beat.Build != "b1" || time.Since(time.UnixMilli(beat.Beat)).Abs() > time.Minute {
			t.Errorf("beat %+v", beat)
		}
	}
}

func TestFailedRenderingIsTriedAgain(t *testing.T) {
	for _, why := range []string{"the database is away", "panic"} {
		w := newWorld()
		w.breaks("x", errors.New(why))
		s := start(t, w.render, live.Options{Interval: time.Millisecond}, anybody)
		p := s.open(t, "x")
		eventually(t, "the rendering fails", func() bool { return s.hub.Stats().Failed > 0 })
		w.breaks("x", nil)
		p.sees(html("x", 0))
		_ = p.conn.Close()
		s.stop()
	}
}

func TestSignOutEndsTheSocket(t *testing.T) {
	var out atomic.Bool
	guard := func(*http.Request) live.Guard {
		g := anybody(nil)
		g.Alive = func() bool { return !out.Load() }
		return g
	}
	s := start(t, newWorld().render, live.Options{Recheck: 20 * time.Millisecond}, guard)
	p := s.open(t, "x")
	p.sees(html("x", 0))
	out.Store(true)
	if code := p.closed(); code != live.CloseSignedOut {
		t.Errorf("closed with %d", code)
	}
	eventually(t, "the client is forgotten", func() bool { return s.hub.Stats().Clients == 0 })
}

func TestForbiddenPanelEndsTheSocket(t *testing.T) {
	var shut atomic.Bool
	guard := func(*http.Request) live.Guard {
		g := anybody(nil)
		g.May = func(panel string) bool { return panel == "mine" || panel == "ours" && !shut.Load() }
		return g
	}
	w := newWorld()
	s := start(t, w.render, live.Options{Recheck: 20 * time.Millisecond}, guard)
	if code := s.open(t, "mine", "theirs").closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a forbidden panel closed with %d", code)
	}
	if w.drawn("mine")+w.drawn("theirs") != 0 {
		t.Error("panels of a refused request were drawn")
	}
	p := s.open(t, "mine", "ours")
	p.sees(html("ours", 0))
	shut.Store(true)
	if code := p.closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a panel that became forbidden closed with %d", code)
	}
}

func TestStopSaysGoodbye(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	polite, deaf := s.open(t, "x"), s.open(t, "x")
	polite.sees(html("x", 0))
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	if code := polite.closed(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	select {
	case <-stopped: // although deaf never answers
	case <-time.After(10 * time.Second):
		t.Error("the hub did not stop")
	}
	_ = deaf
	_, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stopped hub answered %v, %v", resp, err)
	}
}

func TestConnectionsAreLimitedPerSourceAndInAll(t *testing.T) {
	guard := func(r *http.Request) live.Guard {
		g := anybody(r)
		g.Source = r.Header.Get("X-From")
		return g
	}
	s := start(t, newWorld().render, live.Options{MaxClients: 3, MaxPerSource: 2}, guard)
	dial := func(from string) (*websocket.Conn, int) {
		conn, resp, err := websocket.DefaultDialer.Dial(s.url, http.Header{"X-From": {from}})
		if err != nil && resp == nil {
			t.Fatal(err)
		}
		if conn != nil {
			t.Cleanup(func() { _ = conn.Close() })
		}
		return conn, resp.StatusCode
	}
	first, _ := dial("a")
	for _, step := range []struct {
		from string
		want int
	}{{"a", 101}, {"a", 503}, {"b", 101}, {"c", 503}} {
		if _, code := dial(step.from); code != step.want {
			t.Errorf("from %s: %d, want %d", step.from, code, step.want)
		}
	}
	eventually(t, "all three are there", func() bool { return s.hub.Stats().Clients == 3 }) // the answer goes out first
	_ = first.Close()
	eventually(t, "the place is free again", func() bool { return s.hub.Stats().Clients == 2 })
	if _, code := dial("c"); code != 101 {
		t.Errorf("after one left: %d", code)
	}
	if n := s.hub.Stats().Refused; n != 2 {
		t.Errorf("%d refused", n)
	}
}

func TestWatchFramesArePaced(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	p := s.open(t)
	for range 40 {
		if err := p.conn.WriteJSON(map[string][]string{"watch": {"x"}}); err != nil {
			break
		}
	}
	if code := p.closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("closed with %d", code)
	}
}

func TestPanelsAreLimited(t *testing.T) {
	s := start(t, newWorld().render, live.Options{MaxPanels: 2}, anybody)
	if code := s.open(t, "a", "b", "c").closed(); code != websocket.CloseTryAgainLater {
		t.Errorf("closed with %d", code)
	}
	eventually(t, "the panels are free again", func() bool { return s.hub.Stats().Panels == 0 })
}

func TestPageThatAnswersNoPingIsDropped(t *testing.T) {
	s := start(t, newWorld().render, live.Options{Ping: 400 * time.Millisecond}, anybody)
	answering, silent := s.open(t, "x"), s.open(t, "x")
	silent.conn.SetPingHandler(func(string) error { return nil })
	for _, p := range []*page{answering, silent} {
		go func() {
			for {
				if _, _, err := p.conn.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	eventually(t, "both are there", func() bool { return s.hub.Stats().Clients == 2 })
	eventually(t, "the silent one is dropped", func() bool { return s.hub.Stats().Clients == 1 })
	time.Sleep(200 * time.Millisecond)
	if n := s.hub.Stats().Clients; n != 1 {
		t.Errorf("%d clients are left", n)
	}
}

func TestPageCutOffByTheNetworkIsForgotten(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	p := s.open(t, "x")
	if tcp, ok := p.conn.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = p.conn.NetConn().Close()
	eventually(t, "the client is forgotten", func() bool { return s.hub.Stats().Clients == 0 && s.hub.Stats().Panels == 0 })
}
