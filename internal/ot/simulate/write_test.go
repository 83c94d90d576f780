package simulate

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// unitOf finds a unit and its command tag.
func unitOf(t *testing.T, p *Plant, name string) (*unit, tag.ID) {
	t.Helper()
	for _, l := range p.lines {
		for _, u := range l.units {
			if l.plan.ID+"/"+u.plan.ID == name {
				return u, u.tags[command]
			}
		}
	}
	t.Fatalf("there is no unit %s", name)
	return nil, 0
}

func TestAMachineStoppedByHandStandsUntilItIsStarted(t *testing.T) {
	for _, at := range []time.Duration{20 * time.Second, 33 * time.Minute, 4*time.Hour + 10*time.Minute} { // starting, at work, in the break
		p := grow(t, 3, monday, 1)
		p.Advance(monday.Add(at))
		u, id := unitOf(t, p, "filling-1/filler")
		if _, err := p.Write(id, tag.IntValue(int64(machine.StopIt))); err != nil {
			t.Fatal(err)
		}
		p.Advance(monday.Add(at + 30*time.Minute)) // whatever it did has ended
		total := u.Total
		changes := slices.Clone(p.Advance(monday.Add(at + 3*time.Hour)))
		if u.State != machine.Stopped || u.Total != total || u.Fault != 0 {
			t.Errorf("after %v it is %v with %d pieces more and fault %d", at, u.State, u.Total-total, u.Fault)
		}
		for _, c := range changes {
			if c.Tag == u.tags[state] {
				t.Errorf("after %v it went to %v by itself", at, c.Value)
			}
		}
		if next := u.line.units[u.index+1]; next.State == machine.Execute {
			t.Errorf("after %v the machine behind it works on nothing", at)
		}

		told, err := p.Write(id, tag.IntValue(int64(machine.StartIt)))
		if err != nil {
			t.Fatal(err)
		}
		var went []machine.State
		for _, c := range append(slices.Clone(told), p.Advance(p.Now().Add(2*time.Hour))...) {
			if n, ok := c.Value.Int(); ok && c.Tag == u.tags[state] {
				went = append(went, machine.State(n))
			}
		}
		if len(went) < 4 || !slices.Equal(went[:2], []machine.State{machine.Resetting, machine.Idle}) || u.Total == total {
			t.Errorf("after %v, started again, it went through %v and made %d", at, went, u.Total-total)
		}
	}
}

func TestACommandIsTakenTwiceAndCountsOnce(t *testing.T) {
	p := grow(t, 3, monday, 1)
	p.Advance(monday.Add(33 * time.Minute))
	u, id := unitOf(t, p, "filling-1/capper")
	for range 2 {
		if _, err := p.Write(id, tag.IntValue(int64(machine.StopIt))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Write(id, tag.IntValue(int64(machine.StartIt))); err != nil { // before it has stopped: it goes on
		t.Fatal(err)
	}
	p.Advance(p.Now().Add(10 * time.Minute))
	if u.Halted || u.Phase == halted || u.State == machine.Stopped {
		t.Errorf("it is %v, phase %d", u.State, u.Phase)
	}
	for name, v := range map[string]tag.Value{"no command": tag.IntValue(0), "Reset": tag.IntValue(1), "Hold": tag.IntValue(4), "a float": tag.FloatValue(3)} {
		if _, err := p.Write(id, v); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestAPlantRemembersWhoWasStopped(t *testing.T) {
	p := grow(t, 3, monday, 1)
	p.Advance(monday.Add(33 * time.Minute))
	_, id := unitOf(t, p, "filling-1/filler")
	if _, err := p.Write(id, tag.IntValue(int64(machine.StopIt))); err != nil {
		t.Fatal(err)
	}
	p.Advance(p.Now().Add(time.Hour))
	again := remembered(t, p.Snapshot())
	u, _ := unitOf(t, again, "filling-1/filler")
	if u.State != machine.Stopped || !u.Halted {
		t.Errorf("restored it is %v", u.State)
	}
	end := p.Now().Add(20 * time.Minute)
	same(t, "straight and restored", tape(p, end, every(time.Minute)), tape(again, end, every(time.Minute)))
}

// TestASnapshotWithoutCommandsIsGoneOnFrom reads what programs wrote before machines took commands.
func TestASnapshotWithoutCommandsIsGoneOnFrom(t *testing.T) {
	p := grow(t, 3, monday, 1)
	p.Advance(monday.Add(33 * time.Minute))
	s := p.Snapshot()
	var old []shown
	for i, one := range s.Shown {
		if p.signals[i].Label != "Command" {
			old = append(old, one)
		}
	}
	s.Shown = old
	again := remembered(t, s)
	want, got := p.Values(), again.Values()
	for i, v := range got {
		if n, _ := v.Value.Int(); p.signals[i].Label == "Command" && n != 0 || p.signals[i].Label != "Command" && v != want[i] {
			t.Fatalf("%s shows %v, not %v", p.signals[i].Name, v, want[i])
		}
	}
}

func remembered(t *testing.T, s Snapshot) *Plant {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Snapshot
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	p, err := Restore(Demo(), back)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
