package live_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"millwright/internal/live"
)

func TestForeignOriginIsRefused(t *testing.T) {
	s := start(t, newWorld().render, live.Options{Origins: []string{"plant.example"}}, anybody)
	host := strings.TrimPrefix(s.url, "ws://")
	for origin, want := range map[string]int{
		"http://" + host: 101, "https://plant.example": 101, "": 101,
		"https://evil.example": 403, "null": 403, "http://" + host + ".evil.example": 403, "%": 403,
	} {
		h := http.Header{}
		if origin != "" {
			h.Set("Origin", origin)
		}
		conn, resp, err := websocket.DefaultDialer.Dial(s.url, h)
		if resp == nil {
			t.Fatalf("origin %q: %v", origin, err)
		}
		if conn != nil {
			_ = conn.Close()
		}
		if resp.StatusCode != want {
			t.Errorf("origin %q: %d, want %d", origin, resp.StatusCode, want)
		}
	}
}

func TestPlainRequestGetsAnAnswer(t *testing.T) {
	s := start(t, newWorld().render, live.Options{}, anybody)
	resp, err := http.Get("http" + strings.TrimPrefix(s.url, "ws"))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUpgradeRequired && resp.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestProtocolErrorsCloseWithTheRightCode(t *testing.T) {
	many := `{"watch":["` + strings.Repeat(`a","`, 64) + `a"]}`
	tests := []struct {
		name  string
		bytes []byte
		want  int
	}{
		{"not masked", append([]byte{0x81, 2}, "{}"...), 1002},
		{"reserved bit", masked(0xC1, "{}"), 1002},
		{"unknown opcode", masked(0x83, "{}"), 1002},
		{"continuation of nothing", masked(0x80, "{}"), 1002},
		{"ping in pieces", masked(0x09, "hello"), 1002},
		{"text within a text", append(masked(0x01, `{"wat`), masked(0x81, "{}")...), 1002},
		{"reserved close code", masked(0x88, "\x03\xed"), 1002},
		{"binary", masked(0x82, "{}"), 1003},
		{"no UTF-8", masked(0x81, "{\"watch\":[\"\xff\"]}"), 1007},
		{"no JSON", masked(0x81, "hello"), 1007},
		{"other JSON", masked(0x81, `{"watch":[],"admin":true}`), 1007},
		{"two texts in one", masked(0x81, `{"watch":[]} {"watch":[]}`), 1007},
		{"wrong type", masked(0x81, `{"watch":"x"}`), 1007},
		{"deep", masked(0x81, `{"watch":`+strings.Repeat("[", 9000)+strings.Repeat("]", 6000)+`}`), 1007},
		{"too many panels", masked(0x81, many), 1008},
		{"too long", masked(0x81, strings.Repeat(" ", 16<<10+1)), 1009},
		{"endless", []byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, 1009},
		{"a proper goodbye", masked(0x88, "\x03\xe8"), 1000},
	}
	s := start(t, newWorld().render, live.Options{}, anybody)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 20 { // each comes at another moment of what is being written
				p := s.open(t, "x")
				if _, err := p.conn.NetConn().Write(tt.bytes); err != nil {
					t.Fatal(err)
				}
				if got := p.closed(); got != tt.want {
					t.Fatalf("closed with %d, want %d", got, tt.want)
				}
				_ = p.conn.Close()
			}
		})
	}
	eventually(t, "all are forgotten", func() bool { return s.hub.Stats().Clients == 0 })
}

func masked(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = append(b, 0x80|126, byte(n>>8), byte(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}
