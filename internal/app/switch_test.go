package app

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/tag"
)

// relay stands between the program and a machine, and knows how many are connected to it.
type relay struct {
	net.Listener
	to   string
	mu   sync.Mutex
	mute bool // whoever calls hears nothing
	open map[net.Conn]bool
}

func relayTo(t *testing.T, machine string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: l, to: strings.TrimPrefix(machine, "opc.tcp://"), open: map[net.Conn]bool{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { r.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		r.cut()
		serving.Wait()
	})
	return r
}

func (r *relay) serve(c net.Conn) {
	r.mu.Lock()
	r.open[c] = true
	mute := r.mute
	r.mu.Unlock()
	defer func() {
		_ = c.Close()
		r.mu.Lock()
		delete(r.open, c)
		r.mu.Unlock()
	}()
	if mute {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	m, err := net.Dial("tcp", r.to)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(c, m)
		_ = c.Close()
	})
	_, _ = io.Copy(m, c)
	_ = m.Close()
	back.Wait()
}

// cut ends what is connected.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.open {
		_ = c.Close()
	}
}

func (r *relay) hush(mute bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mute = mute
}

func (r *relay) connected() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// pressed is a plant of one machine behind an endpoint.
func pressed(endpoint string) Plan {
	return Plan{Name: "plant.yaml", Text: fmt.Appendf(nil, `enterprise: Works
connections: [{id: press, driver: opcua, endpoint: %q}]
machines:
  press: {tags: {good: {label: Good, address: "nsu=urn:press;s=press.good"}}, signals: {good: {tag: good}}}
sites:
  - id: ulm
    zone: UTC
    areas:
      - id: hall
        lines:
          - {id: one, rates: {"*": 1s}, units: [{id: press, connection: press, machines: [press]}]}
`, endpoint)}
}

// A connection is switched off and on in the browser: a real machine sees the session go and come back, the page and the
// tag say so, and the program runs on all the while.
func TestAConnectionIsSwitchedInTheBrowserWithoutARestart(t *testing.T) {
	machine, err := plantserver.Start(t.Context(), plantserver.Options{Listen: "127.0.0.1:0", Namespace: "urn:press", Name: "press", Nodes: []plantserver.Node{{ID: "press.good", Name: "good", Type: plantserver.Int64}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = machine.Close() })
	count := func(n int64, q tag.Quality) {
		machine.Publish([]tag.Sample{{Tag: 1, Time: time.Now(), Value: tag.IntValue(n), Quality: q}})
	}
	count(1, 0)
	between := relayTo(t, machine.URL())
	between.hush(true)
	cfg := in(t, t.TempDir())
	cfg.Listen = "127.0.0.1:0"
	if err := AddUser(t.Context(), cfg, NewUser{Name: "Anna", Role: "admin", Password: "a long enough phrase"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), cfg, pressed("opc.tcp://"+between.Addr().String()), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	site, err := a.Site()
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	anna := &reader{t: t, site: site}
	anna.signIn("Anna", "a long enough phrase")
	pageSays := func(words ...string) {
		t.Helper()
		eventually(t, "the page says "+strings.Join(words, ", "), func() bool {
			page := anna.get("/admin/connections")
			for _, w := range words {
				if !strings.Contains(page, w) {
					return false
				}
			}
			return true
		})
	}
	good, ok := a.floor.Load().model.Tags.Find("one/press/good")
	if !ok {
		t.Fatal("there is no counter")
	}
	reads := func(want func(tag.Sample) bool) {
		t.Helper()
		eventually(t, "the tag follows", func() bool {
			s, known := a.latest.Get(good)
			return known && want(s)
		})
	}
	is := func(n int64) func(tag.Sample) bool {
		return func(s tag.Sample) bool { v, whole := s.Value.Int(); return s.Good() && whole && v == n }
	}

	pageSays(">Starting<") // it is called, and says nothing
	between.hush(false)
	between.cut()
	pageSays(">Active<")
	reads(is(1))
	count(2, tag.BadOutOfService)
	pageSays(">Degraded<", "1 of 1 tags are bad, first one/press/good")
	count(3, 0)
	pageSays(">Active<")

	anna.send("/admin/connections/press/disable", nil)
	eventually(t, "the machine sees the session go", func() bool { return between.connected() == 0 })
	pageSays(">Disabled<")
	reads(func(s tag.Sample) bool { return s.Quality.Bad() })
	count(4, 0)

	anna.send("/admin/connections/press/enable", nil)
	eventually(t, "the machine sees a session come back", func() bool { return between.connected() == 1 })
	pageSays(">Active<")
	reads(is(4))

	_ = between.Close() // and now there is no machine
	between.cut()
	pageSays(">Waiting<", "connection refused", "in 1 s")
	if all, err := a.store.Revisions().Revisions(t.Context(), 0, 10); err != nil || len(all) != 3 || all[0].Why != "connection press enabled" || all[1].Why != "connection press disabled" || all[1].By.Name != "Anna" {
		t.Errorf("%+v %v", all, err)
	}
}
