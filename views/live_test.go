package views_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/static"
	"millwright/views/oee"
	"millwright/views/ui"
)

// session is one connection of a page to the server of a test.
type session struct {
	*websocket.Conn
	t     *testing.T
	n     int // 1 for the first
	watch []string
}

func (s session) beat() {
	s.say(fmt.Sprintf(`{"beat":%d,"build":"test"}`, time.Now().UnixMilli()))
}

// say sends one frame; a page that has gone away is no failure here: what it showed is judged.
func (s session) say(text string) {
	if err := s.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Logf("connection %d: %v", s.n, err)
	}
}

// visit shows a page to a browser and gives what it had become when the play was over. The page holds a picture
// that the server gives out only then, and the browser reports a page when everything in it has loaded.
func visit(t *testing.T, html string, play func(s session, done func())) string {
	t.Helper()
	t.Parallel()
	browser := chromium(t)
	over := make(chan struct{})
	var ended, connections atomic.Int32
	done := func() {
		if ended.Add(1) == 1 {
			close(over)
		}
	}
	upgrade := websocket.Upgrader{}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		fmt.Fprint(w, strings.Replace(html, "</body>", `<img src="/hold" alt="">`+"</body>", 1))
	})
	mux.HandleFunc("/hold", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-time.After(40 * time.Second):
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("/live", func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrade.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		s := session{Conn: conn, t: t, n: int(connections.Add(1))}
		var first struct{ Watch []string }
		if _, text, err := conn.ReadMessage(); err != nil || json.Unmarshal(text, &first) != nil {
			return
		}
		s.watch = first.Watch
		play(s, done)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	dom, _ := browse(t, browser, "--dump-dom", server.URL+"/page")
	return dom
}

// settle leaves a page the time to draw what it was told; the tests wait side by side.
func settle() { time.Sleep(time.Second) }

func TestALivePageShowsWhatTheServerSays(t *testing.T) {
	watched := make(chan []string, 1)
	dom := visit(t, render(nowPage("")), func(s session, done func()) {
		watched <- s.watch
		s.beat()
		changed := totals()
		changed.Figures[0].Value = "4"
		changed.Figures[1].Name = "OEE & <b>more</b>"
		s.say(render(oee.Totals(changed)))
		s.say(`<section id="panel:unasked">never shown</section>`)
		settle()
		done()
		settle()
	})
	if got := <-watched; !slices.Equal(got, []string{"now/totals", "now/lines"}) {
		t.Errorf("the page watches %v", got)
	}
	for _, want := range []string{`data-link="live"`, ">Live<", `<span class="figure-value">4</span>`, "OEE &amp; &lt;b&gt;more&lt;/b&gt;"} {
		if !strings.Contains(dom, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(dom, "never shown") {
		t.Error("a panel that the page does not have was shown")
	}
	if n := strings.Count(dom, `id="panel:now/totals"`); n != 1 {
		t.Errorf("the panel stands there %d times", n)
	}
}

func TestTimersTickByTheServersClock(t *testing.T) {
	page := render(nowPage("")) // its clock stands at a morning long ago
	dom := visit(t, page, func(s session, done func()) {
		s.say(fmt.Sprintf(`{"beat":%d,"build":"test"}`, now.Add(90*time.Second).UnixMilli()))
		time.Sleep(1500 * time.Millisecond)
		done()
		settle()
	})
	timer := regexp.MustCompile(`data-since="(\d+)">([0-9:]+)<`)
	found := timer.FindAllStringSubmatch(dom, -1)
	if len(found) < 5 {
		t.Fatalf("only %d timers on the page", len(found))
	}
	since := fmt.Sprint(now.Add(-12 * time.Minute).UnixMilli())
	for _, m := range found {
		if m[1] == since && (m[2] < "13:30" || m[2] > "13:45") {
			t.Errorf("twelve minutes and 90 s later the timer reads %s", m[2])
		}
	}
	if !strings.Contains(dom, "3&nbsp;h 16&nbsp;min") {
		t.Error("the time left of the shift did not count down")
	}
}

func TestAListThatIsReadKeepsItsOrder(t *testing.T) {
	dom := visit(t, render(nowPage("")), func(s session, done func()) {
		s.beat()
		rows := nowRows()
		slices.Reverse(rows)
		fresh := rows[0]
		fresh.ID, fresh.Name = "new-1", "New 1"
		axis := ui.Strip{From: open, To: closes, Locale: locale}
		s.say(render(oee.Lines(oee.LinesPanel{Axis: axis, Rows: append([]oee.Row{fresh}, rows...)})))
		settle()
		done()
		settle()
	})
	var got []string
	for _, m := range regexp.MustCompile(`id="now-([a-z0-9-]+)"`).FindAllStringSubmatch(dom, -1) {
		got = append(got, m[1])
	}
	if want := []string{"filling-1", "assembly-1", "packing-1", "mill-1", "filling-2", "new-1"}; !slices.Equal(got, want) {
		t.Errorf("the rows stand as %v, want %v", got, want)
	}
}

func TestWhatTheReaderOpenedStaysOpen(t *testing.T) {
	page := strings.Replace(render(linePage("")), `id="kpi-a" `, `id="kpi-a" open `, 1)
	dom := visit(t, page, func(s session, done func()) {
		s.beat()
		changed := kpis()
		changed.KPIs[1].Value = "88.8"
		for range 3 {
			s.say(render(lineKPIs(changed)))
		}
		settle()
		done()
		settle()
	})
	if !strings.Contains(dom, "88.8") {
		t.Fatal("the change was not shown")
	}
	if !regexp.MustCompile(`<details[^>]*id="kpi-a"[^>]*\sopen=""`).MatchString(dom) || strings.Count(dom, `class="kpi" id="kpi-`) != 4 {
		t.Error("the formula closed while it was read")
	}
}

func TestAPageComesBackByItself(t *testing.T) {
	var second atomic.Bool
	var left atomic.Int64
	dom := visit(t, render(wallLine(ui.Running, "Running", "", time.Minute)("")), func(s session, done func()) {
		s.beat()
		if s.n == 1 {
			left.Store(time.Now().UnixNano())
			return // the server goes away
		}
		if away := time.Since(time.Unix(0, left.Load())); away > 20*time.Second {
			t.Errorf("the wall came back only after %v", away)
		}
		second.Store(true)
		if !slices.Equal(s.watch, []string{"wall/line/filling-1"}) {
			t.Errorf("after coming back the wall watches %v", s.watch)
		}
		settle()
		done()
		settle()
	})
	if !second.Load() || !strings.Contains(dom, `data-link="live"`) {
		t.Error("the wall did not come back")
	}
	if !regexp.MustCompile(`class="stale"[^>]*hidden`).MatchString(dom) {
		t.Error("the wall says that it is stale though it is live again")
	}
}

func TestAWallThatHearsNothingSaysSo(t *testing.T) {
	dom := visit(t, render(wallLine(ui.Running, "Running", "", time.Minute)("")), func(s session, done func()) {
		if s.n > 1 {
			return
		}
		s.beat() // and never again, though the connection stands
		time.Sleep(6800 * time.Millisecond)
		done()
		settle()
	})
	if !strings.Contains(dom, `data-link="lost"`) {
		t.Error("the page believes that it is live")
	}
	if !regexp.MustCompile(`<div class="stale" role="alert" data-stale="">`).MatchString(dom) {
		t.Error("the wall is not covered")
	}
	if !regexp.MustCompile(`data-stale-age="">00:0[5-9]<`).MatchString(dom) {
		t.Error("the cover does not say for how long")
	}
}
