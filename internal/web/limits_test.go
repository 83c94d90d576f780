package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"millwright/internal/plant"
	"millwright/internal/web"
)

func TestBodiesThatAreTooLongAreRefused(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	b := w.signedIn("Otto")
	long := strings.Repeat("x", 2<<20)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, path := range []string{"/sign-in", "/theme", "/setup", "/jobs/J-1/hold"} {
		a := b.do(http.MethodPost, path, strings.NewReader("name="+long), form)
		if a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s with its length: %d", path, a.status)
		}
		a = b.do(http.MethodPost, path, io.MultiReader(strings.NewReader("name="), strings.NewReader(long)), form) // chunked
		if a.status == 200 || a.status >= 500 {
			t.Errorf("%s without its length: %d", path, a.status)
		}
	}
	json := http.Header{"Content-Type": {"application/json"}}
	if a := b.do(http.MethodPost, "/api/v1/jobs/J-1/hold", strings.NewReader(`{"version":3,"why":"`+long+`"}`), json); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("the API: %d", a.status)
	}
	endless := io.MultiReader(strings.NewReader(`{"samples":[`), io.LimitReader(spaces{}, 64<<20))
	if a := b.do(http.MethodPost, "/api/v1/samples", endless, json); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("an endless batch: %d %s", a.status, a.body)
	}
}

// spaces never end.
type spaces struct{}

var blank = bytes.Repeat([]byte(" "), 32<<10)

func (spaces) Read(p []byte) (int, error) { return copy(p, blank), nil }

func TestPackedBombsBurstOutside(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	b := w.signedIn("Otto")
	var part bytes.Buffer
	z := gzip.NewWriter(&part)
	if _, err := io.Copy(z, io.LimitReader(spaces{}, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.NewReader(bytes.Repeat(part.Bytes(), 200)) // packed parts in a row are one packed whole
	h := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	if a := b.do(http.MethodPost, "/api/v1/samples", bomb, h); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.do(http.MethodPost, "/api/v1/samples", strings.NewReader("not packed"), h); a.status != 422 {
		t.Errorf("not packed: %d", a.status)
	}
}

func TestDeepJSONIsRefused(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	b := w.signedIn("Mara")
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	for path, body := range map[string]string{
		"/api/v1/samples":       `{"samples":[{"tag":"x","time":"2026-03-27T06:00:00Z","value":` + deep + `}]}`,
		"/api/v1/jobs":          `{"id":"J-9","line":"filling-1","product":"x","planned":` + deep + `}`,
		"/api/v1/jobs/J-1/hold": deep,
	} {
		if a := b.send(path, body); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d %.200s", path, a.status, a.body)
		}
	}
}

// serving runs the real server with its time-outs, on a port of its own.
func serving(t *testing.T, w *world) (address string) {
	t.Helper()
	site, err := w.site.Open()
	if err != nil {
		t.Fatal(err)
	}
	w.running()
	u, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server answers", func() bool {
		resp, err := http.Get(site + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
		}
		return err == nil
	})
	http.DefaultClient.CloseIdleConnections()
	return u.Host
}

func TestSlowHeadersHoldNoConnection(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: waits for a time-out")
	}
	t.Parallel()
	address := serving(t, newWorld(t))
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err = io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection was held: %v", err)
	}
}

func TestManyHeadersAreRefused(t *testing.T) {
	address := serving(t, newWorld(t))
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() {
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n")
		for i := range 1_000_000 {
			if _, err := fmt.Fprintf(conn, "X-%d: y\r\n", i); err != nil {
				return
			}
		}
	}()
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return // closed in the middle of our writing
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d", resp.StatusCode)
	}
}

func TestPortTakenIsASentence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	w := newWorld(t)
	w.site.Listen = l.Addr().String()
	if err := w.site.Run(t.Context()); err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("%v", err)
	}
}

func TestServerStopsWhenItIsTold(t *testing.T) {
	w := newWorld(t)
	if _, err := w.site.Open(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.site.Run(ctx) }()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server did not stop")
	}
}

func TestIngestIsPaced(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.program(w.token(plant.Operator, ""))
	w.clock.stop()
	var last answer
	for range 400 {
		if last = b.send("/api/v1/samples", `{"samples":[]}`); last.status != 200 {
			break
		}
	}
	if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", last.status, last.header)
	}
	other := w.program(w.token(plant.Operator, ""))
	if a := other.send("/api/v1/samples", `{"samples":[]}`); a.status != 200 {
		t.Errorf("another sender is paced too: %d", a.status)
	}
}

// A closed connection does not end the handler behind it: nothing that it uses may be closed before it is done.
func TestTheSiteEndsAfterItsLastAnswer(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	var done atomic.Bool
	w := newWorld(t, func(d *web.Deps) {
		d.Farewell = time.Millisecond
		d.Ready = func(context.Context) error { // writes on, whoever has gone
			close(asked)
			<-release
			done.Store(true)
			return nil
		}
	})
	site, err := w.site.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.site.Run(ctx) }()
	lost := make(chan error, 1)
	go func() {
		r, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(site + "/readyz")
		if err == nil {
			_ = r.Body.Close()
		}
		lost <- err
	}()
	<-asked
	stop()
	if err := <-lost; err == nil {
		t.Error("the connection was not closed")
	}
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	if err := <-ended; err != nil || !done.Load() {
		t.Errorf("the site ended with %v, its last answer done: %t", err, done.Load())
	}
}
