package config_test

import (
	"errors"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/errs"
)

// oven is a plant of two ovens whose machine type has the tags given.
func oven(tags, signals string) string {
	return "machines:\n  oven:\n    tags:\n" + indent(tags) + "    signals: {" + signals + "}\n" +
		"sites:\n  - id: ulm\n    zone: Europe/Berlin\n    areas:\n      - id: hall\n        lines:\n" +
		"          - {id: one, units: [{id: oven, machines: [oven]}]}\n          - {id: two, units: [{id: oven, machines: [oven]}]}\n"
}

func indent(rows string) string {
	var b strings.Builder
	for row := range strings.SplitSeq(rows, "\n") {
		b.WriteString("      " + row + "\n")
	}
	return b.String()
}

func TestDerivedTagsReadTheirOwnUnit(t *testing.T) {
	m, err := config.ParsePlant("plant.yaml", []byte(oven("zone1: {}\nzone2: {}\nwarmth: {expr: delta + 1, swing: 0.5, heartbeat: 30s}\ndelta: {expr: zone1 - zone2 + tag(\"one/oven/zone1\"), unit: K}", "")))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range m.Derived {
		row := f.Tag.Name + ":"
		for _, id := range f.Inputs {
			row += " " + m.Tags.Tag(id).Name
		}
		got = append(got, row)
	}
	want := []string{
		"one/oven/delta: one/oven/zone1 one/oven/zone2 one/oven/zone1", "one/oven/warmth: one/oven/delta",
		"two/oven/delta: two/oven/zone1 two/oven/zone2 one/oven/zone1", "two/oven/warmth: two/oven/delta",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v", got)
	}
	id, _ := m.Tags.Find("two/oven/warmth")
	if tag := m.Tags.Tag(id); tag.Swing != 0.5 || tag.Heartbeat.Seconds() != 30 || tag.Expr != "delta + 1" || tag.Connection != "" {
		t.Errorf("%+v", tag)
	}
}

func TestADeadbandInPerCentIsOfTheBand(t *testing.T) {
	m, err := config.ParsePlant("plant.yaml", []byte(oven("zone1: {scale: -0.1, low: 20, high: 70, deadband_percent: 2, queue: 50}", "")))
	if err != nil {
		t.Fatal(err)
	}
	if tag := m.Tags.Tag(1); tag.Queue != 50 || tag.Deadband != 10 || tag.ScaledDeadband() != 1 {
		t.Errorf("%+v", tag)
	}
}

func TestWhatCannotBeDerivedIsToldOnce(t *testing.T) {
	for _, c := range []struct{ tags, signals, want string }{
		{"a: {}\nd: {expr: a +}", "", "machines.oven.tags.d.expr: at character 3:"},
		{"a: {}\nd: {expr: a + gone}", "", `machines.oven.tags.d.expr: unit one/oven has no tag "gone"`},
		{"d: {expr: d + 1}", "", "machines.oven.tags.d.expr: one/oven/d: it reads itself: one/oven/d → one/oven/d"},
		{"d: {expr: e}\ne: {expr: d}", "", "one/oven/d → one/oven/e → one/oven/d"},
		{"a: {}\nd: {expr: a, address: x}", "", "machines.oven.tags.d.address: does not go with a formula (expr)"},
		{"a: {}\nd: {expr: a, scale: 2}", "", "machines.oven.tags.d.scale: does not go with a formula (expr)"},
		{"a: {}\nd: {expr: a, writable: true}", "", "machines.oven.tags.d.writable: does not go with a formula (expr)"},
		{"a: {deadband: -1}", "", "machines.oven.tags.a.deadband: is -1"},
		{"a: {queue: 10001}", "", "machines.oven.tags.a.queue: is 10001; write 1 to 10000 readings, or none"},
		{"a: {}\nd: {expr: a, queue: 2}", "", "machines.oven.tags.d.queue: does not go with a formula (expr)"},
		{"a: {swing: .nan}", "", "machines.oven.tags.a.swing: is NaN"},
		{"a: {swing: .inf}", "", "machines.oven.tags.a.swing: is +Inf"},
		{"a: {heartbeat: 10ms}", "", "machines.oven.tags.a.heartbeat: is 10ms; write 1s to 24h"},
		{"a: {heartbeat: 48h}", "", "machines.oven.tags.a.heartbeat: is 48h"},
		{"a: {deadband_percent: 2, low: 1}", "", "machines.oven.tags.a.deadband_percent: is of the way from low to high"},
		{"a: {swing: 0.5}", "speed: a", `signals.speed: tag "a" has a swing`},
		{"a: {swing: 0.5}", "good: {tag: a}", `signals.good: tag "a" has a swing`},
		{"a: {}\nd: {expr: a * 2, swing: 1}", "state: d", `signals.state: tag "d" has a swing`},
	} {
		_, err := config.ParsePlant("plant.yaml", []byte(oven(c.tags, c.signals)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; it should say %q", c.tags, err, c.want)
		}
		var e *errs.Error
		if errors.As(err, &e) && len(e.Fields) > 2 {
			t.Errorf("%q is told %d times", c.tags, len(e.Fields))
		}
	}
}
