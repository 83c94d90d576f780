package bounds_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/errs"
)

const works = `
connections:
  - {id: plc, driver: opcua, endpoint: "opc.tcp://plc:4840"}
machines:
  press:
    tags: {good: {address: a}, heat: {address: b, low: 1, high: 9}}
    signals: {good: {tag: good, modulus: 65536, glitch: 5s}}
sites:
  - id: ulm
    zone: Europe/Berlin
    holidays: [{on: "2026-12-25", repeat: FREQ=YEARLY}]
    areas:
      - id: hall
        lines:
          - id: one
            rates: {A: 600ms}
            thresholds: {min_stop: 10s, micro_max: 300s, low_speed: 0.9}
            product_thresholds: {COLA: {micro_max: 20s}}
            units: [{id: press, machines: [press], connection: plc}]
`

func read(t *testing.T, text string) config.Document {
	t.Helper()
	d, err := config.ParseDocument("works.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsOutOfBoundsIsNotTaken(t *testing.T) {
	const line = "sites[0].areas[0].lines[0]."
	for _, c := range []struct{ old, put, want string }{
		{"", "", ""},
		{"low: 1", "low: .nan", "machines.press.tags.heat.low: Write a number"},
		{"high: 9", "high: .inf", "machines.press.tags.heat.high: Write a number"},
		{"high: 9", "high: 1", "machines.press.tags.heat.high: The normal band ends at 1"},
		{"address: a", "address: a, scale: .nan", "machines.press.tags.good.scale: "},
		{"address: a", "address: a, offset: -.inf", "machines.press.tags.good.offset: "},
		{"address: a", "address: a, swing: .inf", "machines.press.tags.good.swing: "},
		{"address: a", "address: a, interval: 1ns", "machines.press.tags.good.interval: "},
		{"low_speed: 0.9", "low_speed: .nan", line + "thresholds.low_speed: is NaN"},
		{"low_speed: 0.9", "low_speed: 90", line + "thresholds.low_speed: is 90; write a share"},
		{"low_speed: 0.9", "low_speed: -0.1", line + "thresholds.low_speed: "},
		{"low_speed: 0.9", "low_speed: 1", ""},
		{"COLA: {micro_max: 20s}", "COLA: {micro_max: 9s}", line + "product_thresholds.COLA.micro_max: is 9s, shorter than the shortest stop, 10s"},
		{"COLA: {micro_max: 20s}", "COLA: {low_speed: 20}", line + "product_thresholds.COLA.low_speed: is 20"},
		{"COLA: {micro_max: 20s}", "'*': {micro_max: 20s}", line + "product_thresholds.*: names no product"},
		{"min_stop: 10s", "min_stop: -5s", line + "thresholds.min_stop: is -5s"},
		{"micro_max: 300s", "micro_max: 9s", line + "thresholds.micro_max: is 9s, shorter"},
		{"micro_max: 300s", "micro_max: 10s", ""},
		{"glitch: 5s", "glitch: -5s", "machines.press.signals.good.glitch: is -5s"},
		{"modulus: 65536", "modulus: 1", "machines.press.signals.good.modulus: is 1"},
		{"modulus: 65536", "per: \"0.0\"", "machines.press.signals.good.per: is 0.0"},
		{"A: 600ms", "A: 1ns", line + "rates.A: is 1ns"},
		{"A: 600ms", "A: 169h", line + "rates.A: is 169h"},
		{"FREQ=YEARLY", "FREQ=DAILY;UNTIL=20270101T000000Z;INTERVAL=0", "sites[0].holidays[0].repeat: has an INTERVAL of 0"},
		{"FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=10", ""},
		{"repeat: FREQ=YEARLY", "repeat: FREQ=YEARLY, shifts: [" + strings.Repeat(`{start: "06:00", end: "07:00"}, `, 13) + "]", "sites[0].holidays[0].shifts: "},
		{"repeat: FREQ=YEARLY", `repeat: FREQ=YEARLY;INTERVAL=0, shifts: [{start: "06:00", end: "07:00"}]`, "sites[0].holidays[0].repeat: "},
		{"repeat: FREQ=YEARLY", `repeat: FREQ=YEARLY, shifts: [{start: "06:00", end: "07:00"}]`, ""},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: CHF\n    name: Works", ""},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: euro", `sites[0].currency: "euro" is no currency`},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: eur", "sites[0].currency: "},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: DEM", "sites[0].currency: "},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: XTS", "sites[0].currency: "},
		{"zone: Europe/Berlin", "zone: Europe/Berlin\n    name: ' '", "sites[0].name: is blank"},
		{"opc.tcp://plc", "opc.tcp://me:s3cret@plc", "connections[0].endpoint: has a user or password"},
		{"opc.tcp://plc", "https://me:s3cret@plc", "connections[0].endpoint: "},
	} {
		_, err := bounds.Check("works.yaml", nil, read(t, strings.Replace(works, c.old, c.put, 1)))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.put, err)
		case c.want != "" && (errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret")):
			t.Errorf("%s: %v; want it to say %q", c.put, err, c.want)
		}
	}
}

// What keeps a text from being a plant, and what is out of bounds in it, are told together, each once.
func TestAllMistakesAreToldAtOnce(t *testing.T) {
	text := strings.NewReplacer("low: 1", "low: .nan", "Europe/Berlin", "Nowhere", "address: a", "address: a, swing: .nan").Replace(works)
	_, err := bounds.Check("works.yaml", nil, read(t, text))
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) != 3 || !strings.Contains(e.Words, "3 place(s)") {
		t.Errorf("%v", err)
	}
}

// A plant from before something was asked can be changed elsewhere, and mended bit by bit; it cannot get worse.
func TestWhatStoodThereIsNotAskedAboutAgain(t *testing.T) {
	old := strings.NewReplacer("low: 1", "low: .nan", "modulus: 65536", "modulus: 1", "low_speed: 0.9", "low_speed: .nan", "zone: Europe/Berlin", "zone: Europe/Berlin\n    currency: euro").Replace(works)
	before := read(t, old)
	m, err := before.Model("works.yaml", nil)
	if err != nil {
		t.Fatalf("it is in use: %v", err)
	}
	if id, _ := m.Tags.Find("one/press/heat"); m.Tags.Tag(id).Low != nil || m.Tags.Tag(id).High == nil || m.Plant.Lines()[0].Thresholds.LowSpeed != 0 {
		t.Errorf("%+v %+v", m.Tags.Tag(id), m.Plant.Lines()[0].Thresholds)
	}
	if stood := bounds.Of(before); len(stood) != 4 {
		t.Errorf("%+v", stood)
	}
	for put, taken := range map[string]bool{"A: 700ms": true, "A: 1ns": false} {
		if _, err := bounds.Check("works.yaml", &before, read(t, strings.Replace(old, "A: 600ms", put, 1))); (err == nil) != taken {
			t.Errorf("%s: %v", put, err)
		}
	}
	if _, err := bounds.Check("works.yaml", &before, read(t, strings.Replace(old, "modulus: 1", "modulus: 100", 1))); err != nil {
		t.Errorf("mended in one place: %v", err)
	}
}

func TestWhatTheProgramBringsAlongIsWithinBounds(t *testing.T) {
	for _, name := range []string{"demo.yaml", "mill.yaml"} {
		text, err := config.BundledText(name)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := bounds.Of(read(t, string(text))); len(wrong) > 0 {
			t.Errorf("%s: %+v", name, wrong)
		}
	}
}

func TestAModulusBelowZeroIsNoNumberThatBelongsThere(t *testing.T) {
	_, err := config.ParseDocument("works.yaml", []byte(strings.Replace(works, "modulus: 65536", "modulus: -5", 1)))
	if err == nil || !strings.Contains(err.Error(), `"-5" is a number where a whole number of 0 or more belongs`) {
		t.Errorf("%v", err)
	}
}

func TestASecondDocumentIsNotLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		works + "---\nenterprise: Other\n": ":20: a second document begins",
		works + "---\n":                    "",
		"---" + works + "...\n":            "",
		works + "---\n[":                   "is not valid YAML",
	} {
		path := filepath.Join(t.TempDir(), "works.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := bounds.Load(path); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}
