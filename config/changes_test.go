package config

import (
	"fmt"
	"strings"
	"testing"
)

func TestChangesNameWhatALineWillFeel(t *testing.T) {
	demo, err := BundledText("demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, err := ParsePlant("demo", demo)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"", "", "[]"},
		{"endpoint: opc.tcp://127.0.0.1:4841", "endpoint: opc.tcp://127.0.0.1:4842", "[{connection plc changes its settings, and connects anew}]"},
		{"COLA-05: 600ms", "COLA-05: 650ms", "[{line filling-1 changes its rates}]"},
		{"id: filling-2\n            name: Filling 2", "id: filling-2\n            name: Filling two\n            thresholds: {micro_max: 2m}", "[{line filling-2 changes its name and thresholds}]"},
		{"modulus: 65536", "modulus: 100", "[{line filling-1 changes its signals}]"},
		{"          - id: mill-1\n            name: CNC mill", "          - id: mill-9\n            name: CNC mill", "[{line mill-9 is new} {line mill-1 is no longer there; what it did stays in the ledgers}]"},
		{"vibration: {label: Vibration, unit: mm/s", "vibration: {label: Vibration, unit: g", "[{line assembly-1 changes its tags}]"},
	} {
		after, err := ParsePlant("changed", []byte(strings.Replace(string(demo), c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(Changes(before, after)); got != c.want {
			t.Errorf("%q for %q: %s, want %s", c.new, c.old, got, c.want)
		}
	}
}

// What is written reads as the same plant.
func TestADocumentIsWrittenAsItIsRead(t *testing.T) {
	for _, name := range []string{"demo.yaml", "mill.yaml"} {
		text, err := BundledText(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDocument(name, text)
		if err != nil {
			t.Fatal(err)
		}
		written, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		before, err := ParsePlant(name, text)
		if err != nil {
			t.Fatal(err)
		}
		after, err := ParsePlant("written", written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if c := Changes(before, after); len(c) > 0 {
			t.Errorf("%s: %v", name, c)
		}
		again, err := ParseDocument("written", written)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := again.Text(); err != nil || string(twice) != string(written) {
			t.Errorf("%s is written in two ways: %v", name, err)
		}
	}
}
