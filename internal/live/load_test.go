package live_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"millwright/internal/live"
)

// big draws a panel of 20 kB that is different each time.
func big(n *atomic.Int64) live.Render {
	filler := strings.Repeat("x", 20_000)
	return func(_ context.Context, panel string) ([]byte, error) {
		return fmt.Appendf(nil, `<p id="panel:%s">%d %s</p>`, panel, n.Add(1), filler), nil
	}
}

func heapAndStacks() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestStalledPagesDelayNobodyAndHoldLittle(t *testing.T) {
	var drawn atomic.Int64
	s := start(t, big(&drawn), live.Options{Interval: 5 * time.Millisecond, WriteWait: time.Minute}, anybody)
	const stalled = 200
	for range stalled { // they never read
		p := s.open(t, "a", "b", "c", "d")
		_ = p.conn.NetConn().(*net.TCPConn).SetReadBuffer(4096)
	}
	quick := s.open(t, "a")
	touch := func() {
		for _, name := range []string{"a", "b", "c", "d"} {
			s.hub.Touch(name)
		}
	}
	eventually(t, "the stalled pages skip", func() bool {
		touch()
		return s.hub.Stats().Skipped > 10*stalled
	})
	before := heapAndStacks()
	for range 500 { // what is drawn after a touch reaches the quick page, whoever is stalled
		drawnBefore := drawn.Load()
		touch()
		quick.frame(func(text string) bool {
			var n int64
			_, err := fmt.Sscanf(text, `<p id="panel:a">%d `, &n)
			return err == nil && n > drawnBefore
		})
	}
	if grown := int64(heapAndStacks()) - int64(before); grown > 20<<20 {
		t.Errorf("500 rounds that stalled pages could not take grew memory by %d kB", grown>>10)
	}
	if n := s.hub.Stats().Clients; n != stalled+1 {
		t.Errorf("%d clients", n)
	}
}

func TestPageThatTakesNothingIsGivenUp(t *testing.T) {
	var drawn atomic.Int64
	s := start(t, big(&drawn), live.Options{Interval: time.Millisecond, WriteWait: 100 * time.Millisecond}, anybody)
	p := s.open(t, "a")
	_ = p.conn.NetConn().(*net.TCPConn).SetReadBuffer(4096)
	eventually(t, "the slow page is dropped", func() bool {
		s.hub.Touch("a")
		return s.hub.Stats().Slow == 1
	})
	eventually(t, "and forgotten", func() bool { return s.hub.Stats().Clients == 0 })
}

// display is a client that costs the test process next to nothing: a bare socket.
func display(tb testing.TB, addr, watch string) {
	tb.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	if err := upgrade(conn, watch); err != nil {
		tb.Fatal(err)
	}
}

func upgrade(conn net.Conn, watch string) error {
	hello := "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if _, err := conn.Write([]byte(hello)); err != nil {
		return err
	}
	var got [256]byte
	n, err := conn.Read(got[:])
	if err != nil || !bytes.HasPrefix(got[:n], []byte("HTTP/1.1 101")) {
		return fmt.Errorf("no upgrade: %w %s", err, got[:n])
	}
	_, err = conn.Write(masked(0x81, watch))
	return err
}

func TestIdleDisplayCostsLittleMemory(t *testing.T) {
	w := newWorld()
	s := start(t, w.render, live.Options{Beat: 100 * time.Millisecond}, anybody)
	const n = 500
	addr := strings.TrimPrefix(s.url, "ws://")
	display(t, addr, `{"watch":["x"]}`)
	eventually(t, "one is there", func() bool { return s.hub.Stats().Clients == 1 })
	before := heapAndStacks()
	for range n {
		display(t, addr, `{"watch":["x"]}`)
	}
	eventually(t, "all have seen a beat", func() bool { return s.hub.Stats().Sent > 5*n })
	each := (int64(heapAndStacks()) - int64(before)) / n
	t.Logf("%d bytes per idle display, the test's own half of the socket included", each)
	if each > 15<<10 {
		t.Errorf("an idle display costs %d bytes", each)
	}
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFanOut pushes panels to 1,000 pages at 10 Hz and reports the server's processor time per message;
// the pages are another process. BenchmarkBareWrite is the floor under it.
func BenchmarkFanOut(b *testing.B) {
	for _, c := range []struct{ size, panels int }{{200, 1}, {2_000, 1}, {20_000, 1}, {2_000, 4}} {
		b.Run(fmt.Sprintf("%d×%d bytes", c.panels, c.size), func(b *testing.B) { fanOut(b, c.size, c.panels) })
	}
}

func fanOut(b *testing.B, size, panels int) {
	const pages = 1000
	var names []string
	for i := range panels {
		names = append(names, fmt.Sprintf("p%d", i))
	}
	var n atomic.Int64
	filler := strings.Repeat("x", size)
	s := start(b, func(_ context.Context, panel string) ([]byte, error) {
		return fmt.Appendf(nil, `<p id="panel:%s">%d %s</p>`, panel, n.Add(1), filler), nil
	}, live.Options{}, anybody)
	readers(b, pages, `{"watch":["`+strings.Join(names, `","`)+`"]}`, strings.TrimPrefix(s.url, "ws://"))
	eventually(b, "all watch", func() bool { return s.hub.Stats().Sent >= uint64((1+panels)*pages) })
	sent, used := s.hub.Stats().Sent, cpu()
	for b.Loop() {
		for _, name := range names {
			s.hub.Touch(name)
		}
		time.Sleep(100 * time.Millisecond)
	}
	messages := float64(s.hub.Stats().Sent - sent)
	b.ReportMetric(float64((cpu()-used).Microseconds())/messages, "µs-cpu/message")
	b.ReportMetric(messages/float64(b.N), "messages/touch")
}

// BenchmarkBareWrite is what the system call alone costs: 2,000 bytes to each of 1,000 connections at 10 Hz.
func BenchmarkBareWrite(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	readers(b, 1000, "", l.Addr().String())
	conns := make([]net.Conn, 1000)
	for i := range conns {
		if conns[i], err = l.Accept(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conns[i].Close() })
	}
	text, used := make([]byte, 2000), cpu()
	for b.Loop() {
		for _, c := range conns {
			if _, err := c.Write(text); err != nil {
				b.Fatal(err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.ReportMetric(float64((cpu()-used).Microseconds())/float64(b.N*len(conns)), "µs-cpu/message")
}

// readers starts the other process.
func readers(b *testing.B, pages int, watch, addr string) {
	b.Helper()
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), "LIVE_PAGES="+strconv.Itoa(pages), "LIVE_WATCH="+watch, "LIVE_AT="+addr)
	p.Stderr = os.Stderr
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
}

// readPages is the other process of the benchmark: pages that read all they get.
func readPages(pages int, addr string) {
	for range pages {
		conn, err := net.Dial("tcp", addr)
		if watch := os.Getenv("LIVE_WATCH"); err == nil && watch != "" {
			err = upgrade(conn, watch)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go func() {
			buf := make([]byte, 64<<10)
			for {
				if _, err := conn.Read(buf); err != nil {
					return
				}
			}
		}()
	}
	select {}
}

// BenchmarkTouch is the price of saying that a watched panel changed.
func BenchmarkTouch(b *testing.B) {
	s := start(b, newWorld().render, live.Options{}, anybody)
	s.open(b, "x").sees(html("x", 0))
	for b.Loop() {
		s.hub.Touch("x")
	}
}

// BenchmarkLatency is the time from a touch to the bytes at the page, for a panel that was quiet.
func BenchmarkLatency(b *testing.B) {
	w := newWorld()
	s := start(b, w.render, live.Options{Interval: time.Millisecond}, anybody)
	p := s.open(b, "x")
	p.sees(html("x", 0))
	i := 0
	for b.Loop() {
		i++
		w.set("x", i)
		s.hub.Touch("x")
		p.sees(html("x", i))
	}
}
