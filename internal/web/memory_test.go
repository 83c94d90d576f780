package web_test

import (
	"bytes"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// bareDisplay opens the socket of a display by hand, so that this half of it costs next to nothing.
func (w *world) bareDisplay(cookie, panel string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
	if err != nil {
		w.t.Error(err)
		return
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	hello := "GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: display=" + cookie + "\r\n\r\n"
	if _, err := conn.Write([]byte(hello)); err != nil {
		w.t.Error(err)
		return
	}
	var got [512]byte
	n, err := conn.Read(got[:])
	if err != nil || !bytes.HasPrefix(got[:n], []byte("HTTP/1.1 101")) {
		w.t.Errorf("no upgrade: %v %s", err, got[:n])
		return
	}
	watch := `{"watch":["` + panel + `"]}`
	frame := append([]byte{0x81, 0x80 | 126, byte(len(watch) >> 8), byte(len(watch)), 0, 0, 0, 0}, watch...)
	if len(watch) < 126 {
		frame = append([]byte{0x81, 0x80 | byte(len(watch)), 0, 0, 0, 0}, watch...)
	}
	if _, err := conn.Write(frame); err != nil {
		w.t.Error(err)
	}
}

func TestAThousandDisplaysComeBackAtOnce(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	cookie := w.display("/wall/line/filling-1").cookie("display")
	const displays = 1000
	start := time.Now()
	var all sync.WaitGroup
	for range displays {
		all.Go(func() { w.bareDisplay(cookie, "wall/line/filling-1") })
	}
	for w.site.Hub().Stats().Sent < 3*displays { // two beats and the panel each
		if a := b.get("/"); a.status != 200 {
			t.Errorf("a page meanwhile: %d", a.status)
		}
		if time.Since(start) > 2*time.Minute {
			t.Fatalf("after %s only %d messages", time.Since(start), w.site.Hub().Stats().Sent)
		}
	}
	t.Logf("%d displays are live after %s", displays, time.Since(start))
	all.Wait()
}

func TestIdleDisplayCostsLittleMemoryThroughTheWholeSite(t *testing.T) {
	for name, walls := range map[string][]string{"one wall": {"/wall/line/filling-1"}, "walls by turns": {"/wall/line/filling-1", "/wall/hall/packing", "/wall/orders/ulm"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).running()
			w.user("Ada", plant.Admin)
			b, token := w.hallScreen(w.signedIn("Ada"), walls...)
			idleDisplays(t, w, b.cookie("display"), between(b.get(wallAt(w, token)).body, `data-panel="`, `"`))
		})
	}
}

// wallAt is the address of what a display shows.
func wallAt(w *world, t access.Token) string {
	w.t.Helper()
	now, err := w.vault.Token(w.t.Context(), t.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return now.Wall()
}

func idleDisplays(t *testing.T, w *world, cookie, panel string) {
	show := func() { w.bareDisplay(cookie, panel) }
	held := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	const n = 400
	for range 20 {
		show()
	}
	eventually(t, "some are there", func() bool { return w.site.Hub().Stats().Clients == 20 })
	before := held()
	for range n {
		show()
	}
	eventually(t, "all have seen a beat and their panel", func() bool { return w.site.Hub().Stats().Sent > 4*n })
	each := (int64(held()) - int64(before)) / n
	t.Logf("%d bytes per idle display, the test's own half of the socket included", each)
	limit := int64(15 << 10)
	if raceDetector {
		limit *= 4 // it keeps books of its own for every byte
	}
	if each > limit {
		t.Errorf("an idle display costs %d bytes", each)
	}
}
