package app

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

const warm = "enterprise: Works\nmachines: {oven: {tags: {a: {}, b: {}, d: {expr: %s}, slow: {swing: 0.5, heartbeat: 1h}}, signals: {}}}\n" +
	"sites: [{id: ulm, zone: Europe/Berlin, areas: [{id: hall, lines: [{id: one, units: [{id: oven, machines: [oven]}]}]}]}]\n"

// A derived tag is kept and shown as any other, goes on after a stop, and from another formula when it is published.
func TestADerivedTagGoesOn(t *testing.T) {
	data, at := t.TempDir(), time.Now().UTC().Truncate(time.Second)
	newest := func(a *App) (s tag.Sample) {
		id, _ := a.floor.Load().model.Tags.Find("one/oven/d")
		if err := a.archive.Samples(t.Context(), history.Range{Tag: id, From: at.Add(time.Hour), To: at.Add(time.Hour + 1), Carry: true}, func(last tag.Sample) bool { s = last; return true }); err != nil {
			t.Fatal(err)
		}
		return s
	}
	says := func(a *App, name string, after time.Duration, v float64) {
		id, _ := a.floor.Load().model.Tags.Find("one/oven/" + name)
		if refused, err := a.ingest(t.Context(), []tag.Sample{{Tag: id, Time: at.Add(after), Value: tag.FloatValue(v)}}); err != nil || len(refused) > 0 {
			t.Fatalf("%v %v", refused, err)
		}
	}
	is := func(a *App, after time.Duration, v float64) {
		t.Helper()
		eventually(t, fmt.Sprint("it is ", v), func() bool {
			s := newest(a)
			return s.Value == tag.FloatValue(v) && s.Time.Equal(at.Add(after))
		})
	}
	t.Run("from nothing", func(t *testing.T) {
		a, err := together(t, data, Plan{Name: "plant.yaml", Text: fmt.Appendf(nil, warm, "a - b")})
		if err != nil {
			t.Fatal(err)
		}
		runs(t, a)
		says(a, "a", time.Second, 20)
		says(a, "b", 2*time.Second, 5)
		is(a, 2*time.Second, 15)
		id, _ := a.floor.Load().model.Tags.Find("one/oven/d")
		if s, ok := a.latest.Get(id); !ok || s.Value != tag.FloatValue(15) {
			t.Errorf("the newest value is %v", s)
		}
		slow, _ := a.floor.Load().model.Tags.Find("one/oven/slow")
		for i := range 5 { // as a session delivers it
			a.receive([]tag.Sample{{Tag: slow, Time: at.Add(time.Duration(i) * time.Second), Value: tag.FloatValue(float64(i))}})
		}
		if s, _ := a.latest.Get(slow); s.Value != tag.FloatValue(4) {
			t.Errorf("what the history holds back is not seen: %v", s)
		}
	})
	a, err := together(t, data, Plan{Name: "plant.yaml", Text: fmt.Appendf(nil, warm, "a - b")})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	slow, _ := a.floor.Load().model.Tags.Find("one/oven/slow")
	var kept []tag.Sample
	if err := a.archive.Samples(t.Context(), history.Range{Tag: slow, From: at, To: at.Add(time.Hour)}, func(s tag.Sample) bool { kept = append(kept, s); return true }); err != nil || len(kept) != 2 || kept[1].Value != tag.FloatValue(4) {
		t.Errorf("the history of a straight line is %v, %v", kept, err)
	}
	says(a, "a", 3*time.Second, 30) // after the stop one input is enough
	is(a, 3*time.Second, 25)
	if _, err := a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: 1, Text: fmt.Sprintf(warm, "a * b"), By: plant.Program(), Why: "another"}); err != nil {
		t.Fatal(err)
	}
	if err := a.UseHead(t.Context()); err != nil {
		t.Fatal(err)
	}
	is(a, 3*time.Second+time.Microsecond, 150)
	says(a, "b", 4*time.Second, 2)
	is(a, 4*time.Second, 60)
}
