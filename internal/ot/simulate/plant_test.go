package simulate

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

var monday = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // 05:00 local: an hour before the early shift

func grow(t testing.TB, seed uint64, start time.Time, speed float64) *Plant {
	t.Helper()
	p, err := New(Demo(), seed, start, speed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tape runs the plant to a time in steps and gives every change.
func tape(p *Plant, to time.Time, step func() time.Duration) []tag.Sample {
	var all []tag.Sample
	for at := p.Now(); at.Before(to); {
		at = at.Add(step())
		if at.After(to) {
			at = to
		}
		all = append(all, p.Advance(at)...)
	}
	return all
}

func every(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

func same(t testing.TB, what string, a, b []tag.Sample) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d changes and %d changes", what, len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("%s: change %d is %v in one and %v in the other", what, i, a[i], b[i])
		}
	}
}

func TestTheSameSeedGivesTheSameBitsHoweverTimeIsCut(t *testing.T) {
	for _, speed := range []float64{1, 20} {
		end := monday.Add(90 * time.Minute)
		whole := tape(grow(t, 7, monday, speed), end, every(90*time.Minute))
		chance := rand.New(rand.NewPCG(1, 2))
		cut := tape(grow(t, 7, monday, speed), end, func() time.Duration { return time.Duration(chance.IntN(900)) * time.Millisecond })
		same(t, "whole and cut", whole, cut)
		if len(whole) < 20_000 {
			t.Errorf("speed %v: only %d changes in 90 minutes", speed, len(whole))
		}
		other := tape(grow(t, 8, monday, speed), end, every(90*time.Minute))
		if slices.Equal(whole, other) {
			t.Error("another seed gave the same plant")
		}
	}
}

func TestARestoredPlantGoesOnAsIfItHadNeverStopped(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		stop := monday.Add(time.Duration(rapid.IntRange(1, 2*3600*1000).Draw(r, "stop ms")) * time.Millisecond)
		speed := rapid.SampledFrom([]float64{1, 4}).Draw(r, "speed")
		end := stop.Add(10 * time.Minute)

		straight := grow(t, seed, monday, speed)
		straight.Advance(stop)
		p := grow(t, seed, monday, speed)
		p.Advance(stop)
		text, err := json.Marshal(p.Snapshot())
		if err != nil {
			r.Fatal(err)
		}
		var s Snapshot
		if err := json.Unmarshal(text, &s); err != nil {
			r.Fatal(err)
		}
		restored, err := Restore(Demo(), s)
		if err != nil {
			r.Fatal(err)
		}
		if !restored.Now().Equal(stop) || !slices.Equal(restored.Values(), straight.Values()) {
			r.Fatalf("restored at %v it shows other values than at %v", restored.Now(), stop)
		}
		same(t, "straight and restored", tape(straight, end, every(time.Minute)), tape(restored, end, every(7*time.Second)))
	})
}

func TestAForeignSnapshotIsRefused(t *testing.T) {
	p := grow(t, 1, monday, 1)
	other := Demo()
	other.Lines[0].Units[0].Buffer++
	cases := map[string]func(*Snapshot) Plan{
		"plan":       func(*Snapshot) Plan { return other },
		"lines":      func(s *Snapshot) Plan { s.Lines = s.Lines[1:]; return Demo() },
		"units":      func(s *Snapshot) Plan { s.Lines[0].Units = s.Lines[0].Units[1:]; return Demo() },
		"incomplete": func(s *Snapshot) Plan { s.Lines[0].Units[0].Due = nil; return Demo() },
		"speed":      func(s *Snapshot) Plan { s.Speed = math.NaN(); return Demo() },
		"no signals": func(s *Snapshot) Plan { s.Shown = nil; return Demo() },
	}
	for name, spoil := range cases {
		text, err := json.Marshal(p.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		var s Snapshot
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		if _, err := Restore(spoil(&s), s); err == nil || len(strings.Fields(err.Error())) < 4 {
			t.Errorf("%s: refused with %v", name, err)
		}
	}
}

func TestTheClockNeverRunsBack(t *testing.T) {
	p := grow(t, 1, monday, 1)
	p.Advance(monday.Add(time.Hour))
	before := p.Values()
	if c := p.Advance(monday.Add(30 * time.Minute)); len(c) != 0 || !p.Now().Equal(monday.Add(time.Hour)) {
		t.Errorf("an hour back in time %d things happened and it is %v", len(c), p.Now())
	}
	if !slices.Equal(before, p.Values()) {
		t.Error("values changed while time stood")
	}
}

func TestEveryPieceIsSomewhere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := grow(t, rapid.Uint64().Draw(r, "seed"), monday, rapid.SampledFrom([]float64{0.5, 1, 5}).Draw(r, "speed"))
		for range 8 {
			p.Advance(p.Now().Add(time.Duration(rapid.IntRange(1, 900_000).Draw(r, "ms")) * time.Millisecond))
			for _, l := range p.lines {
				inside := int64(0)
				for i, u := range l.units {
					if u.Phase == cycling || u.InHand {
						inside++
					}
					if u.Phase == cycling && u.InHand {
						r.Fatalf("%s/%s holds two pieces", l.plan.ID, u.plan.ID)
					}
					if i < len(l.Buffers) {
						inside += int64(l.Buffers[i])
						if l.Buffers[i] < 0 || l.Buffers[i] > u.plan.Buffer {
							r.Fatalf("%s: %d pieces in a buffer of %d", l.plan.ID, l.Buffers[i], u.plan.Buffer)
						}
					}
					if u.Good+u.Reject != u.Total {
						r.Fatalf("%s/%s: good %d + reject %d is not total %d", l.plan.ID, u.plan.ID, u.Good, u.Reject, u.Total)
					}
				}
				if l.In != l.Out+l.Scrap+inside {
					r.Fatalf("%s: %d pieces came in, %d went out, %d were rejected, %d are inside", l.plan.ID, l.In, l.Out, l.Scrap, inside)
				}
				if l.Fed-l.Rejected > l.campaign().Quantity {
					r.Fatalf("%s was fed %d pieces for %d good ones with %d rejected", l.plan.ID, l.Fed, l.campaign().Quantity, l.Rejected)
				}
			}
		}
	})
}

// allowed is the PackML state model (ISA-TR88.00.02) without Suspending and Unsuspending, which these machines skip.
var allowed = map[machine.State][]machine.State{
	machine.Idle:       {machine.Starting, machine.Stopping},
	machine.Starting:   {machine.Execute, machine.Stopping},
	machine.Execute:    {machine.Suspended, machine.Holding, machine.Stopping, machine.Aborting, machine.Completing},
	machine.Suspended:  {machine.Execute, machine.Stopping, machine.Completing},
	machine.Holding:    {machine.Held},
	machine.Held:       {machine.Unholding},
	machine.Unholding:  {machine.Execute, machine.Stopping},
	machine.Completing: {machine.Complete},
	machine.Complete:   {machine.Stopping},
	machine.Stopping:   {machine.Stopped},
	machine.Stopped:    {machine.Resetting},
	machine.Resetting:  {machine.Idle},
	machine.Aborting:   {machine.Aborted},
	machine.Aborted:    {machine.Clearing},
	machine.Clearing:   {machine.Stopped},
}

func TestStatesFollowPackML(t *testing.T) {
	p := grow(t, 3, monday, 1)
	was, seen := map[tag.ID]machine.State{}, map[machine.State]bool{}
	at := map[tag.ID]time.Time{}
	for _, s := range p.Values() {
		v, _ := s.Value.Int()
		was[s.Tag] = machine.State(v)
	}
	newest := monday
	for _, s := range tape(p, monday.Add(2*24*time.Hour), every(time.Hour)) {
		if s.Time.Before(newest) {
			t.Fatalf("%s at %v came after something at %v", p.signals[s.Tag-1].Name, s.Time, newest)
		}
		newest = s.Time
		if !s.Time.After(at[s.Tag]) {
			t.Fatalf("%s has two values at %v", p.signals[s.Tag-1].Name, s.Time)
		}
		at[s.Tag] = s.Time
		if p.signals[s.Tag-1].Label != "State" {
			continue
		}
		v, _ := s.Value.Int()
		now := machine.State(v)
		if !slices.Contains(allowed[was[s.Tag]], now) {
			t.Fatalf("%s went from %v to %v at %v", p.signals[s.Tag-1].Name, was[s.Tag], now, s.Time)
		}
		was[s.Tag], seen[now] = now, true
	}
	if len(seen) != len(allowed) {
		t.Errorf("two days saw %d of %d states: %v", len(seen), len(allowed), seen)
	}
}

func TestOnlySetpointsCanBeWritten(t *testing.T) {
	p := grow(t, 1, monday, 1)
	find := func(name string) Signal {
		i := slices.IndexFunc(p.signals, func(s Signal) bool { return s.Name == name })
		if i < 0 {
			t.Fatalf("no signal %s", name)
		}
		return p.signals[i]
	}
	sp := find("filling-1/filler/temperature_setpoint")
	for name, v := range map[string]tag.Value{
		"too hot": tag.FloatValue(98.1), "too cold": tag.FloatValue(-1), "nothing": tag.FloatValue(math.NaN()),
		"infinite": tag.FloatValue(math.Inf(1)), "text": tag.TextValue("90"), "integer": tag.IntValue(90), "none": {},
	} {
		if _, err := p.Write(sp.Tag, v); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, s := range p.Signals() {
		if _, err := p.Write(s.Tag, tag.FloatValue(90)); !s.Writable && err == nil {
			t.Errorf("%s was written", s.Name)
		}
	}
	if _, err := p.Write(9999, tag.FloatValue(90)); err == nil {
		t.Error("a tag that does not exist was written")
	}
	p.Advance(monday.Add(90 * time.Second))
	got, err := p.Write(sp.Tag, tag.FloatValue(91.5))
	if err != nil || len(got) != 1 || got[0].Value != tag.FloatValue(91.5) || !got[0].Time.Equal(monday.Add(90*time.Second)) {
		t.Errorf("write gave %v, %v", got, err)
	}
	if p.Values()[sp.Tag-1] != got[0] {
		t.Error("the setpoint does not show what was written")
	}
}

func TestAWrongPlanIsRefused(t *testing.T) {
	cases := map[string]func(*Plan){
		"zone":      func(p *Plan) { p.Zone = "Mars/Olympus" },
		"no line":   func(p *Plan) { p.Lines = nil },
		"no unit":   func(p *Plan) { p.Lines[0].Units = nil },
		"quantity":  func(p *Plan) { p.Lines[0].Programme[0].Quantity = 0 },
		"product":   func(p *Plan) { p.Lines[0].Programme[0].Product = "TEA" },
		"pace":      func(p *Plan) { p.Lines[0].Units[0].Pace = math.NaN() },
		"buffer":    func(p *Plan) { p.Lines[0].Units[0].Buffer = 0 },
		"all scrap": func(p *Plan) { p.Lines[0].Units[1].Scrap = 1 },
		"shifts":    func(p *Plan) { p.Shifts[0].Start = -5 },
	}
	for name, spoil := range cases {
		plan := Demo()
		spoil(&plan)
		if _, err := New(plan, 1, monday, 1); err == nil {
			t.Errorf("%s: a wrong plan was taken", name)
		}
	}
	for _, speed := range []float64{0, -1, 101, math.NaN(), math.Inf(1)} {
		if _, err := New(Demo(), 1, monday, speed); err == nil {
			t.Errorf("speed %v was taken", speed)
		}
	}
}

func BenchmarkDay(b *testing.B) {
	changes := 0
	for b.Loop() {
		p := grow(b, 1, monday, 1)
		for at := monday; at.Before(monday.Add(24 * time.Hour)); {
			at = at.Add(time.Minute)
			changes += len(p.Advance(at))
		}
	}
	b.ReportMetric(float64(changes)/float64(b.N), "changes/day")
}

// BenchmarkStep is what the live simulator does ten times a second.
func BenchmarkStep(b *testing.B) {
	p := grow(b, 1, monday, 1)
	at := monday
	for b.Loop() {
		at = at.Add(100 * time.Millisecond)
		p.Advance(at)
	}
}
