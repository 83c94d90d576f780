package touch_test

import (
	"fmt"
	"strings"
	"testing"

	"millwright/internal/revision/touch"
)

const file = `enterprise: Test
connections:
  - {id: plc, driver: opcua, endpoint: "opc.tcp://plc:4840"}
  - {id: other, driver: opcua, endpoint: "opc.tcp://other:4840"}
reasons: [{id: jam, name: Jam}, {id: empty, name: Empty}]
machines:
  packml:
    tags:
      good: {address: "ns=2;s=good", label: Good}
      bad: {address: "ns=2;s=bad"}
      state: {address: "ns=2;s=state"}
      speed: {address: "ns=2;s=speed", writable: true, low: 10, high: 20}
      heat: {address: "ns=2;s=heat", low: 1, high: 2}
    signals: {good: {tag: good}, state: state, states: {"1": Execute, "2": Held}, speed: heat}
    faults: {"17": jam}
  scale:
    tags:
      left: {address: "ns=2;s=left"}
      half: {expr: left * 2}
      sum: {expr: half + tag("one/filler/heat")}
      gate: {expr: "left > 1", unit: "%"}
    signals: {total: {tag: sum}, state: gate}
sites:
  - id: ulm
    zone: Europe/Berlin
    shifts: [{name: Early, start: "06:00", end: "14:00"}]
    areas:
      - id: hall
        lines:
          - {id: one, rates: {COLA: 600ms}, changeover: {target: 20m}, thresholds: {micro_max: 5m}, product_thresholds: {COLA: {min_stop: 5s}}, units: [{id: filler, connection: plc, machines: [packml]}, {id: packer}]}
          - {id: far, units: [{id: mill, machines: [scale]}]}
`

func TestWhatBothWorldsFeel(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"nothing", "", "", ""},
		{"a name", "enterprise: Test", "enterprise: Best", ""},
		{"a label", "label: Good", "label: Gut", ""},
		{"where a connection is", "opc.tcp://plc", "opc.tcp://plc2", "connections  plc"},
		{"how much a connection may say", `plc:4840"}`, `plc:4840", limits: {values: 100}}`, "connections  plc"},
		{"by which policy it speaks", `plc:4840"}`, `plc:4840", policy: Basic256Sha256}`, "connections  plc"},
		{"who signs in there", `plc:4840"}`, `plc:4840", user: mill, password: "${PLC}"}`, ""},
		{"whether it is open", `plc:4840"}`, `plc:4840", disabled: true}`, ""},
		{"a connection more", "reasons: [", "  - {id: third, driver: opcua, endpoint: \"opc.tcp://third:4840\"}\nreasons: [", "connections  third"},
		{"what a reason is called", "name: Jam", "name: Stuck", "reasons  jam"},
		{"what a reason explains", "name: Jam", "name: Jam, category: breakdown", "reasons  jam"},
		{"what stands under a reason", "name: Jam}, {id: empty, name: Empty}]", "name: Jam, parts: [{id: empty, name: Empty}]}]", "reasons  empty"},
		{"a reason more", "name: Empty}]", "name: Empty}, {id: late, name: Late}]", "reasons  late"},
		{"a reason for scrap", "machines:\n  packml", "scrap: [{id: jam, name: Jam}]\nmachines:\n  packml", "reasons  scrap: jam"},
		{"a scale that says nothing", `"ns=2;s=good"`, `"ns=2;s=good", scale: 1`, ""},
		{"an offset without a scale", `"ns=2;s=good"`, `"ns=2;s=good", offset: 1`, "counters one filler: good"},
		{"a band that nobody writes", "high: 2}\n    signals", "high: 3}\n    signals", ""},
		{"the ideal cycle", "600ms", "700ms", "rates one COLA"},
		{"a product's own", "{COLA: 600ms}", "{COLA: 600ms, WATER: 1s, '*': 2s}", "rates one WATER, all other products"},
		{"a threshold", "micro_max: 5m", "micro_max: 4m", "thresholds one "},
		{"a threshold of a product", "COLA: {min_stop: 5s}", "COLA: {min_stop: 6s}", "thresholds one COLA"},
		{"the shifts", `end: "14:00"`, `end: "15:00"`, "calendar one ; calendar far "},
		{"the shifts of a date", "    areas:", "    holidays: [{on: \"2026-12-05\", shifts: [{start: \"06:00\", end: \"12:00\"}]}]\n    areas:", "calendar one ; calendar far "},
		{"the good counter's tag", "good: {tag: good}", "good: {tag: bad}", "counters one filler: good"},
		{"another counter", "good: {tag: good}", "good: {tag: good}, reject: {tag: bad}", "counters one filler: reject"},
		{"a modulus", "{tag: good}", "{tag: good, modulus: 65536}", "counters one filler: good"},
		{"a deadband", "{tag: good}", `{tag: good, deadband: "3"}`, "counters one filler: good"},
		{"pieces per count", "{tag: good}", `{tag: good, per: "2"}`, "counters one filler: good"},
		{"a lifetime counter", "{tag: good}", "{tag: good, lifetime: true}", "counters one filler: good"},
		{"where the counter is read", "s=good", "s=evil", "counters one filler: good"},
		{"how the counter is scaled", `"ns=2;s=good"`, `"ns=2;s=good", scale: 2`, "counters one filler: good"},
		{"a setpoint's range", "high: 20", "high: 200", "ranges one filler: speed"},
		{"what may be written", `s=heat"`, `s=heat", writable: true`, "ranges one filler: heat"},
		{"what a state means", `"2": Held`, `"2": Execute`, "states one filler: their values"},
		{"the state's tag", "state: state,", "state: heat,", "states one filler: state"},
		{"the order's tag", "state: state,", "state: state, order: bad,", "states one filler: order"},
		{"from where all is read", "connection: plc", "connection: other", "counters one filler: good; ranges one filler: speed; states one filler: state; counters far mill: total"},
		{"how often the counter is heard", `"ns=2;s=good"`, `"ns=2;s=good", interval: 1h`, "counters one filler: good"},
		{"how often the counter is heard at least", `"ns=2;s=good"`, `"ns=2;s=good", heartbeat: 1h`, "counters one filler: good"},
		{"what of the counter is heard", `"ns=2;s=good"`, `"ns=2;s=good", deadband: 9`, "counters one filler: good"},
		{"what of the counter is heard, in per cent", `"ns=2;s=good"`, `"ns=2;s=good", low: 0, high: 9, deadband_percent: 9`, "counters one filler: good"},
		{"the unit of the state", `"ns=2;s=state"`, `"ns=2;s=state", unit: m`, ""},
		{"how often the state is heard", `"ns=2;s=state"`, `"ns=2;s=state", interval: 1h`, "states one filler: state"},
		{"how often a setpoint is read", "s=speed\"", `s=speed", interval: 1h`, ""},
		{"what a setpoint is scaled by", "s=speed\"", `s=speed", scale: 3`, "ranges one filler: speed"},
		{"the speed that is shown", "speed: heat}", "speed: speed}", ""},
		{"what a derived counter is reckoned by", "half + tag", "2 * half + tag", "counters far mill: total"},
		{"what an input is reckoned by", "left * 2", "left * 3", "counters far mill: total"},
		{"what a derived state is reckoned by", "left > 1", "left > 2", "states far mill: state"},
		{"where an input of an input is read", "s=left", "s=right", "counters far mill: total; states far mill: state"},
		{"how an input is scaled", `"ns=2;s=left"`, `"ns=2;s=left", scale: 3`, "counters far mill: total; states far mill: state"},
		{"what is added to an input", `"ns=2;s=left"`, `"ns=2;s=left", offset: 3`, "counters far mill: total; states far mill: state"},
		{"what of an input is heard", `"ns=2;s=left"`, `"ns=2;s=left", deadband: 3`, "counters far mill: total; states far mill: state"},
		{"an input of another unit", "s=heat", "s=cold", "counters far mill: total"},
		{"the unit of a derived state", `unit: "%"`, `unit: m`, ""},
		{"a unit beside another", "{id: packer}", "{id: packer, beside: filler}", "counters one the flow of its units"},
		{"a buffer", "[packml]}", "[packml], buffer: 40}", "counters one the flow of its units"},
		{"a unit more that says nothing", "{id: packer}", "{id: wrapper}, {id: packer}", "counters one the flow of its units"},
		{"a unit's name", "{id: packer}", "{id: packer, name: Packer}", ""},
		{"what a fault code means", `"17": jam`, `"17": empty`, "faults one filler"},
		{"what another fault code means", `"17": jam`, `"17": jam, "18": jam`, "faults one filler"},
		{"what a fault code means in one unit", "{id: packer}", `{id: packer, faults: {"1": jam}}`, "faults one packer"},
		{"how long changeovers may take", "target: 20m", "target: 30m", "changeovers one all other products"},
		{"whether changeovers are detected", "target: 20m", "target: 20m, detect: false", "changeovers one those that no mode tells"},
		{"how long a changeover may take", "target: 20m", "target: 20m, to: {COLA: 5m}", "changeovers one to COLA"},
		{"a line's name in the tree", "id: far", "id: near", "counters near mill: total, the flow of its units, the unit that paces and the one whose pieces count; states near mill: state, mill: their values; calendar near ; " +
			"counters far mill: total, the flow of its units, the unit that paces and the one whose pieces count; states far mill: state, mill: their values; calendar far "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(file, c.old) {
				t.Fatalf("%q is not in the file", c.old)
			}
			all, err := touch.Of(file, strings.Replace(file, c.old, c.now, 1))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range all {
				got = append(got, fmt.Sprintf("%s %s %s", string(x.Kind), x.Line, x.What))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
	if _, err := touch.Of(file, "sites: [{id: 1 2}]"); err == nil {
		t.Error("what is no plant was compared")
	}
}
