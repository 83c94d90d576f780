package access

import (
	"fmt"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
)

func TestTheDecoyIsAsStrong(t *testing.T) {
	decoy, err := NewGate(nil).decoy()
	if err != nil {
		t.Fatal(err)
	}
	p, _, _, err := argon2id.DecodeHash(decoy)
	if err != nil || *p != *strength() {
		t.Errorf("the decoy costs %+v, a password %+v; %v", p, strength(), err)
	}
}

func TestTakingBackLeavesTheFailuresOfOthers(t *testing.T) {
	now := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	a := attempt{"x", rule{free: 3, longest: time.Minute}}
	for _, others := range []int{0, 1, 2, 3, 4} {
		with, without := newBackoff(), newBackoff()
		with.try(now, a)
		for i := range others {
			at := now.Add(time.Duration(i+1) * time.Minute)
			with.try(at, a)
			without.try(at, a)
		}
		with.takeBack(now, a)
		if f, g := with.failed["x"], without.failed["x"]; f.n != g.n || !f.open.Equal(g.open) || !f.last.Equal(g.last) {
			t.Errorf("after %d others %+v, want %+v", others, f, g)
		}
		if others == 0 && len(with.failed) != 0 {
			t.Error("what is no failure is remembered")
		}
	}
}

func TestMemoryOfFailuresIsBounded(t *testing.T) {
	b := newBackoff()
	now := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	for i := range 3 * maxMemory {
		b.try(now.Add(time.Duration(i)*time.Millisecond), attempt{fmt.Sprint(i), ruleHere()})
		if len(b.failed) > maxMemory {
			t.Fatalf("%d failures are remembered", len(b.failed))
		}
	}
	if _, ok := b.failed[fmt.Sprint(3*maxMemory-1)]; !ok {
		t.Error("the newest failure is forgotten")
	}
}

func TestFailuresAreForgottenAfterAnHour(t *testing.T) {
	b := newBackoff()
	now := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	a := attempt{"x", rule{free: 1, longest: 3 * time.Hour}}
	for range 12 {
		for b.try(now, a) == 0 {
			continue
		}
		now = now.Add(b.try(now, a))
	}
	if wait := b.try(now.Add(-time.Hour), a); wait <= 0 || wait > 3*time.Hour {
		t.Errorf("wait %s with the clock set back", wait)
	}
	b.try(now, a)
	if wait := b.try(now, a); wait < time.Minute {
		t.Fatalf("wait %s after a dozen failures", wait)
	}
	if wait := b.try(now.Add(forget+time.Minute), a); wait != 0 {
		t.Errorf("wait %s an hour later", wait)
	}
}
