package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"millwright/internal/app/bench/gauge"

	"github.com/gorilla/websocket"
)

// Pages is what a number of pages saw.
type Pages struct {
	Messages int64   // panels received by all, beats apart
	Bytes    int64   // of these
	P50, P99 float64 // ms from a change at the machine to the frame that shows it, of every change that the first page sees
}

// Watched says what the pages look at: the first at a line's tags, the others at the heads of the lines.
type Watched struct {
	Site, Token  string
	Pages, Lines int
}

// Watch opens the pages until in ends, then prints what they saw.
func Watch(ctx context.Context, w Watched, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _, _ = io.Copy(io.Discard, in); cancel() }()
	var all sync.WaitGroup
	saw := make([]page, w.Pages)
	for i := range saw {
		panel := fmt.Sprintf("line/line-%d/head", i%w.Lines)
		if i == 0 {
			panel = "line/line-0/tags" // the page that is timed sees the values themselves
		}
		conn, err := dial(ctx, w.Site, w.Token, panel)
		if err != nil {
			return err
		}
		saw[i].timed = i == 0
		all.Go(func() { saw[i].read(ctx, conn) })
	}
	all.Wait()
	var sum Pages
	for i := range saw {
		sum.Messages += saw[i].messages
		sum.Bytes += saw[i].bytes
	}
	sum.P50, sum.P99 = gauge.Percentile(saw[0].delays, 50), gauge.Percentile(saw[0].delays, 99)
	return json.NewEncoder(out).Encode(sum)
}

func dial(ctx context.Context, site, token, panel string) (*websocket.Conn, error) {
	d := websocket.Dialer{HandshakeTimeout: 20 * time.Second, ReadBufferSize: 1024, WriteBufferSize: 512}
	conn, answer, err := d.DialContext(ctx, "ws"+strings.TrimPrefix(site, "http")+"/live", http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, fmt.Errorf("open a page: %w", err)
	}
	_ = answer.Body.Close()
	return conn, conn.WriteJSON(map[string][]string{"watch": {panel}})
}

// page is one client.
type page struct {
	timed    bool
	messages int64
	bytes    int64
	shown    []int64   // the stamps of the frame before
	delays   []float64 // ms
}

func (p *page) read(ctx context.Context, conn *websocket.Conn) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if len(frame) == 0 || frame[0] != '<' {
			continue
		}
		p.messages++
		p.bytes += int64(len(frame))
		if p.timed {
			p.note(time.Now().UnixMicro(), stamps(frame))
		}
	}
}

// note keeps how old each value is that has changed since the frame before: the one that came just behind that frame and
// waited for this one as well as the newest.
func (p *page) note(now int64, all []int64) {
	for i, at := range all {
		if len(all) == len(p.shown) && at != p.shown[i] {
			p.delays = append(p.delays, float64(now-at)/1000)
		}
	}
	p.shown = all
}

// stamps finds the times in microseconds among the numbers of a frame, in their order, whatever separates their digits.
func stamps(frame []byte) (all []int64) {
	var n int64
	digits := 0
	for len(frame) > 0 {
		r, size := utf8.DecodeRune(frame)
		frame = frame[size:]
		switch {
		case r >= '0' && r <= '9':
			if digits < 18 {
				n, digits = n*10+int64(r-'0'), digits+1
			}
			continue
		case r == '\u202f' || r == '\u00a0' || r == '\u2009' || r == '\'':
			continue
		}
		if digits == 16 {
			all = append(all, n)
		}
		n, digits = 0, 0
	}
	return all
}
