package app

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// heater is a machine in process, with a temperature and a counter.
type heater struct {
	*plantserver.Server
	at time.Time
}

func newHeater(t *testing.T) *heater {
	t.Helper()
	s, err := plantserver.Start(t.Context(), plantserver.Options{Listen: "127.0.0.1:0", Namespace: "urn:station", Name: "station", Nodes: []plantserver.Node{
		{ID: "heat", Name: "heat", Type: plantserver.Double}, {ID: "good", Name: "good", Type: plantserver.Int64},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &heater{s, time.Now()}
}

// stamp is later than all before.
func (s *heater) stamp() time.Time {
	if now := time.Now(); now.After(s.at) {
		s.at = now
	} else {
		s.at = s.at.Add(time.Microsecond)
	}
	return s.at
}

func (s *heater) heat(f float64) {
	s.Publish([]tag.Sample{{Tag: 1, Time: s.stamp(), Value: tag.FloatValue(f)}})
}

func (s *heater) good(n int64) {
	s.Publish([]tag.Sample{{Tag: 2, Time: s.stamp(), Value: tag.IntValue(n)}})
}

// stationed is a plant of two stations; the heat of the first has settings of its own.
func stationed(first, second *heater, settings string) string {
	return fmt.Sprintf(`enterprise: Works
connections: [{id: one, driver: opcua, endpoint: %q}, {id: two, driver: opcua, endpoint: %q}]
machines:
  first: {tags: {heat: {label: Heat, address: "nsu=urn:station;s=heat"%s}, good: {label: Good, address: "nsu=urn:station;s=good"}}, signals: {good: {tag: good}}}
  second: {tags: {good: {label: Good, address: "nsu=urn:station;s=good"}}, signals: {good: {tag: good}}}
sites:
  - id: ulm
    zone: UTC
    areas:
      - id: hall
        lines:
          - {id: one, rates: {"*": 1s}, units: [{id: press, connection: one, machines: [first]}]}
          - {id: two, rates: {"*": 1s}, units: [{id: press, connection: two, machines: [second]}]}
`, first.URL(), second.URL(), settings)
}

// TestSettingsOfATagHoldFromTheirPublication: another scale, deadband, heartbeat or swing of a tag changes what is kept
// and shown from then on, without a start; other tags keep every sample.
func TestSettingsOfATagHoldFromTheirPublication(t *testing.T) {
	first, second := newHeater(t), newHeater(t)
	first.heat(10)
	first.good(0)
	second.good(0)
	a, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(stationed(first, second, ""))})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	id := func(name string) tag.ID {
		id, ok := a.floor.Load().model.Tags.Find(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		return id
	}
	heat, good, far := id("one/press/heat"), id("one/press/good"), id("two/press/good")
	shows := func(id tag.ID, want float64) func() bool {
		return func() bool {
			s, known := a.latest.Get(id)
			f, is := s.Value.Float()
			return known && s.Good() && is && f == want
		}
	}
	kept := func(id tag.ID, from time.Time) (all []float64, bad int) {
		err := a.archive.Samples(t.Context(), history.Range{Tag: id, From: from, To: time.Now().Add(time.Minute)}, func(s tag.Sample) bool {
			if f, is := s.Value.Float(); s.Good() && is {
				all = append(all, f)
			} else {
				bad++
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		return all, bad
	}
	eventually(t, "the heat", shows(heat, 10))
	eventually(t, "the far counter", shows(far, 0))

	stop, counted := make(chan struct{}), make(chan int64)
	var once sync.Once
	end := func() { once.Do(func() { close(stop) }) }
	defer end()
	go func() { // the other machine works all the while
		n := int64(0)
		for ; ; n++ {
			select {
			case <-stop:
				counted <- n
				return
			default:
			}
			second.good(n + 1)
			for range 1000 {
				if shows(far, float64(n+1))() {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	pieces, revisions := int64(0), int64(1)
	publish := func(settings string) time.Time {
		t.Helper()
		if _, err := a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: revisions, Text: stationed(first, second, settings), By: plant.Program(), Why: settings}); err != nil {
			t.Fatal(err)
		}
		if err := a.UseHead(t.Context()); err != nil {
			t.Fatal(err)
		}
		revisions++
		pieces++
		first.good(pieces)
		eventually(t, "the counter beside it", shows(good, float64(pieces)))
		return first.stamp()
	}

	publish(", scale: 2")
	eventually(t, "twice the heat", shows(heat, 20))
	from := publish(", scale: 2, deadband: 5")
	first.heat(12)
	first.heat(20)
	eventually(t, "what is beyond the deadband", shows(heat, 40))
	eventually(t, "it is kept", func() bool { all, _ := kept(heat, from); return len(all) > 0 && all[len(all)-1] == 40 })
	if all, _ := kept(heat, from); len(all) > 2 { // the newest before, which the machine tells anew, and the one beyond
		t.Errorf("with a deadband are kept %v", all)
	}
	from = publish(", scale: 2, heartbeat: 1s")
	eventually(t, "the same again and again", func() bool { all, _ := kept(heat, from); return len(all) > 2 })
	from = publish(", scale: 2, swing: 4")
	for i := range 40 {
		first.heat(20 + float64(i))
	}
	first.heat(500)
	eventually(t, "the end of the slope", shows(heat, 1000))
	first.heat(20)
	eventually(t, "it is kept", func() bool {
		all, _ := kept(heat, from)
		return len(all) > 0 && all[len(all)-1] >= 1000 || len(all) > 40
	})
	if all, _ := kept(heat, from); len(all) > 10 {
		t.Errorf("of a straight line are kept %v", all)
	}

	end()
	last := <-counted
	eventually(t, "the last of the other machine is kept", func() bool {
		all, _ := kept(far, time.Time{}.AddDate(2000, 0, 0))
		return len(all) > 0 && all[len(all)-1] == float64(last)
	})
	all, bad := kept(far, time.Time{}.AddDate(2000, 0, 0))
	for n, f := range all {
		if f != float64(n) || bad > 0 {
			t.Fatalf("reading %d of %d of the other machine is %v, and %d are bad", n, last, f, bad)
		}
	}
	seen := map[float64]bool{}
	beside, _ := kept(good, time.Time{}.AddDate(2000, 0, 0))
	for _, f := range beside {
		seen[f] = true
	}
	if int64(len(seen)) != pieces+1 {
		t.Errorf("of %d pieces the counter beside it has %v", pieces, beside)
	}
}
