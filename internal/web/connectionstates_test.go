package web_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/collect"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// standing are how connections are doing, while somebody watches.
type standing struct {
	mu  sync.Mutex
	all []collect.Status
}

func (s *standing) Connections() []collect.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

func (s *standing) set(all ...collect.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = all
}

// Whoever has the page of connections, or of one, open sees each state come by itself, with what belongs to it.
func TestEveryStateOfAConnectionComesToTheOpenPage(t *testing.T) {
	t.Parallel()
	st := &standing{}
	w := newWorld(t, func(d *web.Deps) { d.Sessions = st }).running()
	w.user("Ada", plant.Admin)
	st.set(collect.Status{Connection: "press", Phase: collect.Stopped})
	ada := w.signedIn("Ada")
	all, one := ada.watch("admin/connections"), ada.watch("admin/connections/press")
	for _, c := range []struct {
		st   collect.Status
		says []string // the first of them no state before has
	}{
		{collect.Status{Phase: collect.Starting}, []string{"Starting"}},
		{collect.Status{Phase: collect.Starting, LastError: "connection refused"}, []string{"connection refused", "Starting"}},
		{collect.Status{Phase: collect.Active, Rate: 12.5, Rated: true, LastSample: w.clock.now(), Losses: 3, Overflows: 7}, []string{"Active", "12.5", "age ", "at least 7"}},
		{collect.Status{Phase: collect.Idle}, []string{"Idle"}},
		{collect.Status{Phase: collect.Degraded, Tags: 40, Bad: 3, FirstBad: "press/v1"}, []string{"Degraded", "3 of 40 tags are bad, first press/v1"}},
		{collect.Status{Phase: collect.Waiting, LastError: "the server hung up", RetryAt: w.clock.now().Add(time.Hour)}, []string{"Waiting", "the server hung up", "in 3"}},
		{collect.Status{Phase: collect.Stopped, LastError: "the key is gone"}, []string{"Stopped", "the key is gone"}},
		{collect.Status{Phase: collect.Stopped, Disabled: true}, []string{"Disabled"}},
	} {
		c.st.Connection = "press"
		st.set(c.st)
		for _, fragment := range []string{all.sees("admin/connections", c.says[0]), one.sees("admin/connections/press", c.says[0])} {
			for _, word := range c.says[1:] {
				if !strings.Contains(fragment, word) {
					t.Errorf("%s: nothing of %q stands beside it: %s", c.says[0], word, fragment)
				}
			}
		}
	}
}
