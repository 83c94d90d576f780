package access

import (
	"fmt"
	"testing"
	"time"
)

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
