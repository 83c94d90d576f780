package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// runningPlant has one line that says its state, with an ideal cycle.
func runningPlant(cycle string) string {
	text := strings.Replace(countingPlant("one"), "tags: {good: {label: Good}}, signals: {good: {tag: good}}",
		"tags: {good: {label: Good}, state: {label: State}}, signals: {state: state, good: {tag: good}}", 1)
	return strings.Replace(text, "1s", cycle, 1)
}

// What people were promised to stay as it is does so, also when a reading comes late.
func TestALateReadingLeavesWhatWasLaidOutBeforeAChange(t *testing.T) {
	data := t.TempDir()
	a, err := together(t, data, Plan{Name: "plant.yaml", Text: []byte(runningPlant("1s"))})
	if err != nil {
		t.Fatal(err)
	}
	stop := runs(t, a)
	begin := time.Now().Add(-2 * time.Hour).UTC().Truncate(time.Second)
	say := func(what string, v int64, after time.Duration) {
		t.Helper()
		id, ok := a.floor.Load().model.Tags.Find("one/press/" + what)
		if !ok {
			t.Fatalf("nothing says the %s", what)
		}
		if refused, err := a.ingest(t.Context(), []tag.Sample{{Tag: id, Time: begin.Add(after), Value: tag.IntValue(v)}}); err != nil || len(refused) > 0 {
			t.Fatalf("%v %v", refused, err)
		}
	}
	execute, held := int64(6), int64(11)
	pieces := int64(0)
	hour := func(from time.Duration) { // ten minutes run, two stand
		for at := from; at < from+50*time.Minute; at += 12 * time.Minute {
			say("state", execute, at)
			for s := time.Duration(0); s < 10*time.Minute; s += 10 * time.Second {
				say("good", pieces, at+s)
				pieces += 10
			}
			say("state", held, at+10*time.Minute)
		}
	}
	laid := func(to time.Time) []oee.Segment {
		t.Helper()
		all, err := a.floor.Load().oee.Segments(t.Context(), "one", begin, to)
		if err != nil {
			return nil // it is derived
		}
		return slices.DeleteFunc(slices.Clone(all), func(s oee.Segment) bool { return s.To.After(to) })
	}
	ideal := func(from, to time.Time) (ideal time.Duration, good plant.Quantity) {
		for _, s := range laid(to) {
			if !s.From.Before(from) {
				ideal, good = ideal+s.Ideal, good+s.Good
			}
		}
		return ideal, good
	}
	hour(0)
	bound := begin.Add(48 * time.Minute)
	eventually(t, "four runs are kept", func() bool {
		end, err := a.store.Ledger().End(t.Context(), "one")
		return err == nil && !end.Before(bound)
	})
	if _, err := a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: 1, Text: runningPlant("2s"), By: plant.Program(), Why: "slower"}); err != nil {
		t.Fatal(err)
	}
	if err := a.UseHead(t.Context()); err != nil {
		t.Fatal(err)
	}
	valid := func() (all []oee.Validity) {
		eventually(t, "it is known from when on it holds", func() bool {
			var err error
			all, err = a.store.Ledger().Valid(t.Context(), "one")
			return err == nil && len(all) == 2 && all[1].Revision == 2
		})
		return all
	}
	since := valid()[1].Since
	if since.Before(bound) {
		t.Fatalf("it holds from %s on, before %s", since, bound)
	}
	was := laid(since)
	hour(time.Hour)
	right := func(what string, late time.Duration) {
		t.Helper()
		eventually(t, what, func() bool {
			before, old := ideal(begin, since)
			after, fresh := ideal(since, begin.Add(2*time.Hour))
			now := laid(since)
			stands := slices.ContainsFunc(now, func(s oee.Segment) bool { return s.From.Equal(begin.Add(late)) && s.Category != oee.Running })
			return old > 0 && before == time.Duration(old/plant.One)*time.Second && fresh > 0 && after == 2*time.Duration(fresh/plant.One)*time.Second && (late == 0 || stands)
		})
		if got := laid(since); late == 0 && !cmp.Equal(was, got) {
			t.Errorf("%s: %s", what, cmp.Diff(was, got))
		}
	}
	right("the change holds from then on", 0)
	alone, err := a.floor.Load().alone.Segments(t.Context(), "one/press", begin, begin.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var machine [2]struct {
		ideal time.Duration
		good  plant.Quantity
	}
	for i := range alone {
		of := &machine[0]
		if !alone[i].From.Before(since) {
			of = &machine[1]
		}
		of.ideal, of.good = of.ideal+alone[i].Ideal, of.good+alone[i].Good
	}
	for i, m := range machine {
		if m.good <= 0 || m.ideal != time.Duration(i+1)*time.Duration(m.good/plant.One)*time.Second {
			t.Errorf("the machine's own %v pieces are worth %v", m.good, m.ideal)
		}
	}
	say("state", execute, 5*time.Second) // late, and nothing new
	right("a late reading that says nothing new", 0)
	say("state", held, 4*time.Minute)
	say("state", execute, 5*time.Minute)
	right("a late stop", 4*time.Minute)
	stop()

	if a, err = together(t, data, Plan{Name: "plant.yaml", Text: []byte(runningPlant("1s"))}); err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	say("state", held, 27*time.Minute)
	say("state", execute, 28*time.Minute)
	right("a late stop after another start", 27*time.Minute)
	if got := valid(); !got[1].Since.Equal(since) {
		t.Errorf("it holds from %s on, want %s", got[1].Since, since)
	}
}

// A machine that is connected while it runs says that it did so all morning. Nobody saw that: its line begins when it
// comes in. What others tell of a line that we do not read begins where they say.
func TestALineThatComesInBeginsWithItsTags(t *testing.T) {
	for _, read := range []bool{true, false} {
		a, err := together(t, t.TempDir(), emptyPlant(t))
		if err != nil {
			t.Fatal(err)
		}
		stop := runs(t, a)
		text := strings.Replace(runningPlant("1s"), "id: press,", "id: press, connection: plc,", 1)
		text = fmt.Sprintf("connections: [{id: plc, driver: opcua, endpoint: \"opc.tcp://127.0.0.1:1\", policy: None, mode: None, disabled: %t}]\n", !read) + strings.NewReplacer("{label: Good}", "{address: \"ns=1;s=good\"}", "{label: State}", "{address: \"ns=1;s=state\"}").Replace(text)
		was := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
		if _, err := a.store.Revisions().Publish(t.Context(), revision.Revision{Parent: a.floor.Load().revision, Text: text, By: plant.Program(), Why: "a line"}); err != nil {
			t.Fatal(err)
		}
		if err := a.UseHead(t.Context()); err != nil {
			t.Fatal(err)
		}
		head, err := a.store.Revisions().Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		of := func(what string, at time.Time, v int64) tag.Sample {
			id, ok := a.floor.Load().model.Tags.Find("one/press/" + what)
			if !ok {
				t.Fatalf("nothing says the %s", what)
			}
			return tag.Sample{Tag: id, Time: at, Value: tag.IntValue(v)}
		}
		first := []tag.Sample{of("state", was, 6), of("good", was.Add(59*time.Minute), 7000)}
		if read {
			a.receive(first)
		} else if refused, err := a.ingest(t.Context(), first); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
		begin := was
		if read {
			begin = head.At
		}
		eventually(t, "it is laid out from its begin on", func() bool {
			now := time.Now()
			all, err := a.floor.Load().oee.Segments(t.Context(), "one", was.Add(-time.Hour), now)
			for i := range all {
				if all[i].Category == oee.Running {
					return err == nil && all[i].From.Equal(begin.Truncate(time.Microsecond))
				}
			}
			return false
		})
		alone, err := a.floor.Load().alone.Segments(t.Context(), "one/press", was, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if snap, ok := a.floor.Load().oee.Snapshot("one"); !ok || read && !snap.Window.From.Equal(begin.Truncate(time.Microsecond)) && !snap.Shift.From.After(begin) {
			t.Errorf("what is shown of its shift begins at %s", snap.Window.From)
		}
		for _, s := range alone {
			if s.Category == oee.Running && s.From.Before(begin.Truncate(time.Microsecond)) {
				t.Errorf("the machine ran from %s on, before %s", s.From, begin)
			}
		}
		stop()
	}
}
