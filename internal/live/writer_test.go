package live_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/internal/live"
)

func TestFramesOfEverySizeArriveWhole(t *testing.T) {
	sizes := []int{1, 125, 126, 127, 8_000, 16<<10 - 4, 16 << 10, 65_535, 65_536, 300_000}
	texts := map[string]string{}
	var names []string
	for i, n := range sizes {
		name := fmt.Sprintf("p%d", i)
		names = append(names, name)
		texts[name] = strings.Repeat(string(rune('a'+i)), n)
	}
	s := start(t, func(_ context.Context, panel string) ([]byte, error) { return []byte(texts[panel]), nil }, live.Options{}, anybody)
	p := s.open(t, names...)
	seen := map[string]bool{}
	for range sizes {
		got := p.frame(func(text string) bool { return !strings.HasPrefix(text, "{") })
		name := fmt.Sprintf("p%d", got[0]-'a')
		if got != texts[name] {
			t.Errorf("%s came with %d bytes, want %d", name, len(got), len(texts[name]))
		}
		seen[name] = true
	}
	if len(seen) != len(sizes) {
		t.Errorf("only %v came", seen)
	}
}

// A socket that fills up takes some frame in part: what comes after must be the rest of it.
func TestPageThatStalledGoesOnWithTheNewest(t *testing.T) {
	var drawn atomic.Int64
	s := start(t, big(&drawn), live.Options{Interval: time.Millisecond, WriteWait: time.Minute}, anybody)
	names := []string{"a", "b", "c"}
	p := s.open(t, names...)
	for round := range 3 {
		before := s.hub.Stats().Skipped
		eventually(t, "the page skips", func() bool {
			for _, name := range names {
				s.hub.Touch(name)
			}
			return s.hub.Stats().Skipped > before+20
		})
		eventually(t, "all is drawn", func() bool {
			was := drawn.Load()
			time.Sleep(30 * time.Millisecond)
			return drawn.Load() == was
		})
		last := drawn.Load()
		got := p.frame(func(text string) bool {
			var n int64
			if i := strings.Index(text, ">"); isPanel(text) {
				_, _ = fmt.Sscan(text[i+1:], &n)
			}
			return n == last
		})
		if !strings.HasSuffix(got, "xxx</p>") {
			t.Errorf("round %d: the newest ends with %q", round, got[len(got)-10:])
		}
	}
}

func TestPingsAreAnsweredAndHoldLittle(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	p := s.open(t, "x")
	last := ""
	p.conn.SetPongHandler(func(text string) error { last = text; return nil })
	for i := range 2000 {
		if err := p.conn.WriteControl(websocket.PingMessage, fmt.Appendf(nil, "%0100d", i), time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	_ = p.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Time{})
	if code := p.closed(); code != websocket.CloseNormalClosure {
		t.Errorf("closed with %d", code)
	}
	if want := fmt.Sprintf("%0100d", 1999); last != want {
		t.Errorf("the last answer is to %q", last)
	}
}

// A page that hangs up with its goodbye still gets the answer.
func TestGoodbyeIsAnsweredThoughThePageHangsUp(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	for range 50 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "ws://"))
		if err != nil {
			t.Fatal(err)
		}
		if err := upgrade(conn, `{"watch":["x"]}`); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(masked(0x88, "\x03\xe8")); err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		got, err := io.ReadAll(conn)
		if err != nil || !bytes.HasSuffix(got, []byte("\x88\x02\x03\xe8")) {
			t.Fatalf("the last bytes are %q, %v", got[max(0, len(got)-8):], err)
		}
		_ = conn.Close()
	}
}

// A connection that cannot be tried, as one with TLS, is written to all the same.
func TestEncryptedPageIsServed(t *testing.T) {
	w := newWorld()
	plain := start(t, w.render, live.Options{Interval: time.Millisecond}, anybody)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { plain.hub.Serve(w, r, anybody(r)) }))
	defer srv.Close()
	d := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}}
	conn, resp, err := d.Dial("wss"+strings.TrimPrefix(srv.URL, "https"), nil)
	if err != nil {
		t.Fatalf("%v (%v)", err, resp)
	}
	p := &page{t: t, conn: conn}
	defer func() { _ = conn.Close() }()
	p.watch("x", "y")
	for i := range 20 {
		w.set("x", i)
		plain.hub.Touch("x")
		p.sees(html("x", i))
	}
	go plain.stop()
	if code := p.closed(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	var said *websocket.CloseError
	if _, _, err := conn.ReadMessage(); !errors.As(err, &said) {
		t.Errorf("after the end: %v", err)
	}
}
