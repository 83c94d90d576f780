package difference_test

import (
	"fmt"
	"strings"
	"testing"

	"millwright/config"
	"millwright/config/difference"
)

func TestChangesNameWhatALineWillFeel(t *testing.T) {
	demo, err := config.BundledText("demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, err := config.ParsePlant("demo", demo)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"", "", "[]"},
		{"endpoint: opc.tcp://127.0.0.1:4841", "endpoint: opc.tcp://127.0.0.1:4842", "[{connection plc changes its settings, and connects anew}]"},
		{"COLA-05: 600ms", "COLA-05: 650ms", "[{line filling-1 changes its rates}]"},
		{"id: filling-2\n            name: Filling 2", "id: filling-2\n            name: Filling two\n            thresholds: {micro_max: 2m}", "[{line filling-2 changes its name and thresholds}]"},
		{"id: filling-2\n            name: Filling 2", "id: filling-2\n            name: Filling 2\n            product_thresholds: {COLA-05: {micro_max: 2m}}", "[{line filling-2 changes its thresholds}]"},
		{"modulus: 65536", "modulus: 100", "[{line filling-1 changes its signals}]"},
		{"product: product\n      fault: fault", "order: product\n      fault: fault", "[{line filling-1 changes its signals} {line filling-2 changes its signals} {line assembly-1 changes its signals} {line packing-1 changes its signals}]"},
		{"          - id: mill-1\n            name: CNC mill", "          - id: mill-9\n            name: CNC mill", "[{line mill-9 is new} {line mill-1 is no longer there; what it did stays in the ledgers}]"},
		{"vibration: {label: Vibration, unit: mm/s", "vibration: {label: Vibration, unit: g", "[{line assembly-1 changes its tags}]"},
	} {
		after, err := config.ParsePlant("changed", []byte(strings.Replace(string(demo), c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(difference.Of(before, after)); got != c.want {
			t.Errorf("%q for %q: %s, want %s", c.new, c.old, got, c.want)
		}
	}
}

// What is written reads as the same plant.
func TestADocumentIsWrittenAsItIsRead(t *testing.T) {
	for _, name := range []string{"demo.yaml", "mill.yaml"} {
		text, err := config.BundledText(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := config.ParseDocument(name, text)
		if err != nil {
			t.Fatal(err)
		}
		written, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		before, err := config.ParsePlant(name, text)
		if err != nil {
			t.Fatal(err)
		}
		after, err := config.ParsePlant("written", written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if c := difference.Of(before, after); len(c) > 0 {
			t.Errorf("%s: %v", name, c)
		}
		again, err := config.ParseDocument("written", written)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := again.Text(); err != nil || string(twice) != string(written) {
			t.Errorf("%s is written in two ways: %v", name, err)
		}
	}
}

const twoLines = `
sites:
  - id: ulm
    zone: Europe/Berlin
    holidays: [{on: "2026-12-25"}]
    areas:
      - id: hall
        lines:
          - {id: one, units: [{id: u}], shifts: [{name: Day, start: "06:00", end: "14:00"}]}
          - {id: two, units: [{id: u}], holidays: [{on: "2026-03-28"}]}
`

func TestAHolidayChangesTheCalendarOfItsLines(t *testing.T) {
	before, err := config.ParsePlant("before", []byte(twoLines))
	if err != nil {
		t.Fatal(err)
	}
	after, err := config.ParsePlant("after", []byte(strings.Replace(twoLines, `on: "2026-03-28"`, `on: "2026-03-29"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(difference.Of(before, after), difference.Redrawn(before, after)); got != "[{line two changes its calendar}] [two]" {
		t.Error(got)
	}
	for _, c := range []struct{ old, new, want string }{
		{`on: "2026-03-28"`, `on: "2026-03-28", shifts: [{start: "06:00", end: "10:00"}]`, "[{line two changes its calendar}] [two]"},
		{`on: "2026-12-25"`, `on: "2026-12-25", shifts: [{start: "06:00", end: "10:00"}]`, "[{line one changes its calendar} {line two changes its calendar}] [one two]"},
	} {
		text := []byte(strings.Replace(twoLines, c.old, c.new, 1))
		after, err := config.ParsePlant("after", text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(difference.Of(before, after), difference.Redrawn(before, after)); got != c.want {
			t.Errorf("%s: %s", c.new, got)
		}
		d, err := config.ParseDocument("after", text)
		if err != nil {
			t.Fatal(err)
		}
		written, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := config.ParsePlant("written", written); err != nil || len(difference.Of(after, again)) > 0 {
			t.Errorf("%v: it is written as\n%s", err, written)
		}
	}
}

const explained = `
reasons: [{id: jam, name: Jam}]
scrap: [{id: burr, name: Burr}]
sites: [{id: ulm, zone: Europe/Berlin, language: de, areas: [{id: a, lines: [{id: l, changeover: {target: 12m}, units: [{id: u, faults: {"205": none}}]}]}]}]
`

func TestReasonsLayNoTimeOutAnew(t *testing.T) {
	before, err := config.ParsePlant("p", []byte(explained))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, want string }{
		{"name: Jam", "name: Stuck", "[{reasons change what people read and choose; no ledger changes}]"},
		{"name: Burr", "name: Edge", "[{scrap reasons change what people read and choose; no ledger changes}]"},
		{`"205": none`, `"205": jam`, "[{line l changes its reasons}]"},
		{"language: de", "language: pl", "[{line l changes its reasons}]"},
		{"target: 12m", "target: 13m", "[{line l changes its changeover targets}]"},
	} {
		after, err := config.ParsePlant("p", []byte(strings.Replace(explained, c.old, c.with, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(difference.Of(before, after)); got != c.want {
			t.Errorf("%s: %s", c.with, got)
		}
		if lines := difference.Redrawn(before, after); len(lines) > 0 {
			t.Errorf("%s lays out %v anew", c.with, lines)
		}
	}
	for _, with := range []string{"target: 12m, detect: false", `target: 12m, from_to: {"A > A": 2m}`} {
		after, err := config.ParsePlant("p", []byte(strings.Replace(explained, "target: 12m", with, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if lines := difference.Redrawn(before, after); len(lines) != 1 {
			t.Errorf("%s lays out %v anew, want the line", with, lines)
		}
	}
}
