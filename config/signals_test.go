package config_test

import (
	"strings"
	"testing"

	"millwright/config"
)

// oneUnit is a plant of one unit of two machine types, whose signals are what signals says.
func oneUnit(signals string) string {
	return `machines:
  base:
    tags: {state: {}, good: {}, order: {}, speed: {unit: RPM}, temperature: {unit: °C}, oven: {unit: CEL}}
    signals: {state: state, states: {"1": Idle}, good: {tag: good, modulus: 65536}, speed: speed, order: order}
  mute:
    signals: {speed: none}
sites:
  - id: ulm
    zone: Europe/Berlin
    areas: [{id: a, lines: [{id: l, units: [{id: u, machines: [base, mute], signals: ` + signals + `}]}]}]
`
}

func TestAUnitCanSayThatASignalIsNotThere(t *testing.T) {
	for signals, want := range map[string]struct{ state, good, speed, order bool }{
		`{}`:                        {true, true, false, true}, // the second type took the speed away
		`{state: none}`:             {false, true, false, true},
		`{good: {tag: none}}`:       {true, false, false, true},
		`{speed: speed}`:            {true, true, true, true},
		`{state: "", good: {}}`:     {true, true, false, true},
		`{reject: {tag: none}}`:     {true, true, false, true},
		`{state: none, mode: none}`: {false, true, false, true},
		`{order: none}`:             {true, true, false, false},
	} {
		m, err := config.ParsePlant("plant.yaml", []byte(oneUnit(signals)))
		if err != nil {
			t.Errorf("%s: %v", signals, err)
			continue
		}
		s := m.Signals[0]
		if (s.State != 0) != want.state || (s.Good.Tag != 0) != want.good || (s.Speed != 0) != want.speed || (s.Order != 0) != want.order {
			t.Errorf("%s: %+v", signals, s)
		}
		if !want.good && s.Good.Modulus != 0 {
			t.Errorf("%s: a counter that is not there rolls over at %d", signals, s.Good.Modulus)
		}
	}
}

func TestAUnitOfMeasureIsShownByItsSymbolAndKeptAsItWasWritten(t *testing.T) {
	text := oneUnit("{}")
	m, err := config.ParsePlant("plant.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"l/u/speed": "r/min", "l/u/temperature": "°C", "l/u/oven": "°C", "l/u/good": ""} {
		id, _ := m.Tags.Find(name)
		if got := m.Tags.Tag(id).Unit; got != want {
			t.Errorf("%s is in %q, want %q", name, got, want)
		}
	}
	d, err := config.ParseDocument("plant.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := d.Text(); err != nil || !strings.Contains(string(kept), "unit: RPM") || !strings.Contains(string(kept), "unit: °C") || !strings.Contains(string(kept), "unit: CEL") {
		t.Errorf("%v: %s", err, kept)
	}
}
