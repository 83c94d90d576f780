package web_test

import (
	"bytes"
	"net"
	"runtime"
	"strings"
	"testing"

	"millwright/internal/plant"
)

func TestIdleDisplayCostsLittleMemoryThroughTheWholeSite(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	cookie := w.display("/wall/line/filling-1").cookie("display")
	addr := strings.TrimPrefix(w.http.URL, "http://")
	show := func() {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		hello := "GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: display=" + cookie + "\r\n\r\n"
		if _, err := conn.Write([]byte(hello)); err != nil {
			t.Fatal(err)
		}
		var got [512]byte
		n, err := conn.Read(got[:])
		if err != nil || !bytes.HasPrefix(got[:n], []byte("HTTP/1.1 101")) {
			t.Fatalf("no upgrade: %v %s", err, got[:n])
		}
		watch := `{"watch":["wall/line/filling-1"]}`
		frame := append([]byte{0x81, 0x80 | byte(len(watch)), 0, 0, 0, 0}, watch...)
		if _, err := conn.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
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
