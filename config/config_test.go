package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "millwright.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func none(string) string { return "" }

func TestTheDocumentedFileIsTheDefault(t *testing.T) {
	c, err := Load(write(t, string(Documented())), none)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Endpoints, want.OIDC.Roles = map[string]string{}, map[string]string{}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("millwright.yaml gives\n%+v, the defaults are\n%+v", c, want)
	}
	for i := range reflect.TypeFor[Config]().NumField() {
		key := reflect.TypeFor[Config]().Field(i).Tag.Get("yaml")
		if !bytes.Contains(Documented(), []byte("\n"+key+":")) {
			t.Errorf("key %s is not documented", key)
		}
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	env := func(name string) string { return map[string]string{"MILLWRIGHT_LISTEN": "127.0.0.1:9"}[name] }
	c, err := Load(write(t, "listen: 127.0.0.1:7\ndata: /d\n"), env)
	if err != nil || c.Listen != "127.0.0.1:9" || c.Data != "/d" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestMistakesAreSentences(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":  {"data: x\nliten: y\n", `:2: key "liten" is unknown here`},
		"wrong type":   {"history:\n  retention: soon\n", `:2: "soon" is a text where a time such as 10s or 5m belongs`},
		"too late":     {"history: {late: 1s}\n", "history.late: is 1s; take samples that are 1h late"},
		"below zero":   {"backup: {keep: few}\n", `:1: "few" is a text where a whole number belongs`},
		"two sites":    {"data: x\n---\ndata: y\n", ":2: a second document begins"},
		"no site":      {"public_url: millwright\n", "public_url: is \"millwright\"; write the address"},
		"twice":        {"data: x\nlisten: y\ndata: z\n", `:3: "data" stands already in line 1; rename one of the two, or leave it out`},
		"a list":       {"data: x\nlisten: [a, b]\n", ":2: a list where a text belongs"},
		"a group":      {"listen: {port: 1}\n", ":1: a group of keys where a text belongs"},
		"no yaml":      {"data: [", "is not valid YAML"},
		"bad level":    {"log: {level: loud, format: text}\n", "use debug, info, warn or error"},
		"bad address":  {"listen: nowhere\n", "write address:port"},
		"bad database": {"database: mysql://x\n", "must begin with sqlite: or postgres://"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(write(t, c.text), none)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want it to say %q", err, c.want)
			}
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("kind is %v", errs.KindOf(err))
			}
		})
	}
	_, err := Load("/nowhere/millwright.yaml", none)
	if err == nil || !strings.Contains(err.Error(), "/nowhere/millwright.yaml cannot be read") {
		t.Errorf("missing file: %v", err)
	}
}

func TestTheDemoPlantIsWhole(t *testing.T) {
	m, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	lines := m.Plant.Lines()
	if len(lines) != 5 {
		t.Fatalf("%d lines", len(lines))
	}
	l := lines[0]
	if l.Pacer != "filling-1/filler" || l.Output != "filling-1/packer" || l.Calendar.Zone.String() != "Europe/Berlin" {
		t.Errorf("filling-1 is %+v", l)
	}
	if c, ok := l.Ideal("COLA-10"); !ok || c != 900*time.Millisecond {
		t.Errorf("ideal cycle %v %v", c, ok)
	}
	if c, ok := lines[4].Ideal("anything"); !ok || c != 1750*time.Second {
		t.Errorf("the rate of all other products: %v %v", c, ok)
	}
	id, ok := m.Tags.Find("filling-1/filler/temperature_setpoint")
	if tg := m.Tags.Tag(id); !ok || !tg.Writable || tg.Address != "nsu=urn:millwright:simulator;s=filling-1.filler.TemperatureSetpoint" {
		t.Errorf("tag %+v", tg)
	}
	if _, ok := m.Tags.Find(AliveTag("plc")); !ok {
		t.Error("the connection has no alive tag")
	}
	for _, s := range m.Signals {
		if s.Unit == "filling-1/packer" && s.Good.Modulus != 65536 {
			t.Errorf("the packer's counter rolls over: %+v", s.Good)
		}
		if s.Unit == "mill-1/mill" && (s.States["ACTIVE"] != machine.Execute || s.Good.Tag == 0) {
			t.Errorf("the mill's signals: %+v", s)
		}
	}
}

const small = `
connections: [{id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:1"}]
machines: {m: {tags: {state: {address: "{line}.{unit}"}, n: {address: n}}, signals: {state: state, good: {tag: n}}}}
sites:
  - id: s
    zone: Europe/Berlin
    shifts: [{start: "06:00", end: "14:00"}]
    areas: [{id: a, lines: [{id: l, rates: {X: 1s}, units: [{id: u, connection: plc, machines: [m]}]}]}]
`

func TestEveryMistakeOfAPlantFileIsToldAtOnce(t *testing.T) {
	if _, err := ParsePlant("p.yaml", []byte(small)); err != nil {
		t.Fatal(err)
	}
	for old, c := range map[string]struct{ with, want string }{
		"zone: Europe/Berlin": {"zone: Berlin", `sites[0].zone: "Berlin" is no time zone; write one like Europe/Berlin`},
		"driver: opcua":       {"driver: fax", `connections[0].driver: "fax" is no driver`},
		"opc.tcp:":            {"http:", "connections[0].endpoint"},
		"plc, driver: opcua":  {"plc, policy: Basic128, driver: opcua", `connections[0].policy: "Basic128" is no security policy`},
		"plc, driver:":        {"plc, policy: Basic256Sha256, mode: Encrypt, driver:", `connections[0].mode: "Encrypt" is no security mode`},
		"{id: plc,":           {"{id: plc, mode: Sign,", "connections[0].mode: Sign does not go with the policy None"},
		"[{id: plc":           {"[{id: log, driver: replay, files: [x], speed: -1}, {id: plc", "connections[0].speed: is -1"},
		"s: [{id: plc":        {"s: [{id: log, driver: replay, files: [x], loop: true, speed: 0}, {id: plc", "0 for as fast as possible only without loop"},
		"good: {tag: n}":      {"good: {tag: m}", `unit l/u has no tag "m"`},
		"machines: [m]":       {"machines: [x]", `there is no machine type "x"`},
		"connection: plc":     {"connection: plx", `there is no connection "plx"`},
		"rates: {X: 1s}":      {"rates: {X: 0s}", "rates.X: must be longer than nothing"},
		"{id: l,":             {"{id: l, pacer: y,", `pacer: "y" is no unit of line l`},
		`start: "06:00"`:      {`start: "6 h"`, "shifts[0].start"},
		"id: a,":              {"id: A!,", `"A!" is no identity`},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := ParsePlant("p.yaml", []byte(strings.Replace(small, old, c.with, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want it to say %q", err, c.want)
			}
		})
	}
	secured := strings.Replace(small, "driver: opcua", "driver: opcua, policy: Basic256Sha256", 1) // signs and encrypts by itself
	if _, err := ParsePlant("p.yaml", []byte(secured)); err != nil {
		t.Errorf("a policy without a mode: %v", err)
	}
	two := strings.NewReplacer("zone: Europe/Berlin", "zone: x", "machines: [m]", "machines: [x]").Replace(small)
	if _, err := ParsePlant("p.yaml", []byte(two)); err == nil || !strings.Contains(err.Error(), "2 place(s)") {
		t.Errorf("two mistakes at once: %v", err)
	}
	same := strings.Replace(small, "tags: {state:", "tags: {n: {address: x}, state:", 1)
	if _, err := ParsePlant("p.yaml", []byte(same)); err == nil || !strings.Contains(err.Error(), `p.yaml:3: "n" stands already in line 3; rename one of the two`) {
		t.Errorf("the same tag twice: %v", err)
	}
	overlap := strings.NewReplacer(`end: "14:00"}`, `end: "14:00"}, {start: "13:00", end: "15:00"}`, "lines: [", "lines: [{id: k, units: [{id: u, machines: [m]}]}, ").Replace(small)
	if _, err := ParsePlant("p.yaml", []byte(overlap)); err == nil || strings.Count(err.Error(), "overlap") != 1 || !strings.Contains(err.Error(), "sites[0].shifts: shifts") {
		t.Errorf("shifts of two lines that overlap: %v", err)
	}
	double := strings.Replace(small, "units: [", "units: [{id: u, machines: [m]}, ", 1)
	if _, err := ParsePlant("p.yaml", []byte(double)); err == nil || !strings.Contains(err.Error(), "stands") {
		t.Errorf("the same unit twice: %v", err)
	}
}

func TestAnEndpointCanBeReplaced(t *testing.T) {
	m, err := ParsePlant("p.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Endpoint(map[string]string{"plc": "opc.tcp://127.0.0.1:2"}); err != nil || m.Connections[0].Endpoint != "opc.tcp://127.0.0.1:2" {
		t.Errorf("%v %+v", err, m.Connections)
	}
	if err := m.Endpoint(map[string]string{"plx": "opc.tcp://127.0.0.1:2"}); err == nil {
		t.Error("an unknown connection was taken")
	}
}

func FuzzPlantFilesNeverPanic(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(explained))
	f.Add([]byte("sites: [{areas: [{lines: [{}]}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParsePlant("p.yaml", text)
		if err == nil && m.Tags == nil {
			t.Error("a model without tags and without an error")
		}
	})
}
