package measure_test

import (
	"strings"
	"testing"

	"millwright/internal/plant/measure"
)

func TestACodeAndItsSymbolAreOneUnit(t *testing.T) {
	for text, want := range map[string]struct{ code, shown string }{
		"CEL": {"CEL", "°C"}, "°C": {"CEL", "°C"}, "RPM": {"RPM", "r/min"}, "KWH": {"KWH", "kW·h"}, "BAR": {"BAR", "bar"}, "bar": {"BAR", "bar"},
		"P1": {"P1", "%"}, "%": {"P1", "%"}, "MIN": {"MIN", "min"}, "min": {"MIN", "min"}, "m": {"MTR", "m"}, "A": {"AMP", "A"}, "81": {"81", "H"}, "H": {"81", "H"},
		"1/min": {"", "1/min"}, "cel": {"", "cel"}, "": {"", ""}, "bottles": {"", "bottles"}, "XYZ": {"", "XYZ"},
	} {
		u, known := measure.Of(text)
		if u.Code != want.code || known != (want.code != "") || measure.Symbol(text) != want.shown {
			t.Errorf("%q: %+v %v, shown as %q", text, u, known, measure.Symbol(text))
		}
	}
}

// The numbers are those that OPC 10000-8 and the OPC Foundation's list give.
func TestUnitsHaveTheNumbersOfOPCUA(t *testing.T) {
	for code, id := range map[string]int32{"CEL": 4408652, "BAR": 4342098, "RPM": 5394509, "KWH": 4937544, "2N": 12878, "P1": 20529, "4H": 13384, "MQH": 5067080, "Q30": 5321520} {
		u, _ := measure.Of(code)
		if u.ID() != id {
			t.Errorf("%s is %d, want %d", code, u.ID(), id)
		}
		if back, ok := measure.OfID(id); !ok || back != u {
			t.Errorf("%d is %+v, want %s", id, back, code)
		}
	}
	for _, id := range []int32{0, -1, 1, 1 << 30, -2147483648, 2147483647} {
		if u, ok := measure.OfID(id); ok {
			t.Errorf("%d is %+v", id, u)
		}
	}
}

func TestTheListIsSound(t *testing.T) {
	codes, symbols := map[string]bool{}, map[string]bool{}
	for _, u := range measure.All() {
		if u.Code == "" || len(u.Code) > 3 || u.Symbol == "" || u.Name == "" || u.Kind == "" {
			t.Errorf("%+v is not whole", u)
		}
		if codes[u.Code] || symbols[u.Symbol] {
			t.Errorf("%+v stands twice", u)
		}
		codes[u.Code], symbols[u.Symbol] = true, true
		if back, _ := measure.OfID(u.ID()); back != u {
			t.Errorf("%+v came back as %+v", u, back)
		}
	}
	for _, u := range measure.All() {
		if other, _ := measure.Of(u.Symbol); other != u {
			t.Errorf("the symbol of %s is the code of %s", u.Code, other.Code)
		}
	}
	if n := len(codes); n < 600 {
		t.Errorf("only %d units", n)
	}
	kinds, last := map[string]bool{}, ""
	for _, u := range measure.All() {
		if u.Kind != last && kinds[u.Kind] {
			t.Errorf("%+v does not stand with the others of its kind", u)
		}
		kinds[u.Kind], last = true, u.Kind
	}
}

func TestATextThatLooksLikeACodeIsPointedOut(t *testing.T) {
	for text, hint := range map[string]string{
		"CEL": "", "°C": "", "": "", "bottles": "", "1/min": "", "pcs": "", "H87": "", "XBX": "", "pallet": "",
		"cel": "CEL is degree Celsius", "Bar": "BAR is bar", "degC": "CEL is degree Celsius", "degree celsius": "CEL is degree Celsius",
		"m3/h": "MQH is cubic metre per hour", "kwh": "KWH is kilowatt hour", "kW*h": "KWH is kilowatt hour", "N m": "NU is newton metre", "um": "4H is micrometre",
		"XYZ": "looks like a UNECE code", "9Z": "looks like a UNECE code", "K13": "looks like a UNECE code",
		"CLE": "CEL is degree Celsius", "KGN": "KGM is kilogram", "XBZ": "XBA is barrel", "MTT": "MTR is metre",
	} {
		if got := measure.Hint(text); (got != "") != (hint != "") || !strings.Contains(got, hint) {
			t.Errorf("%q: %q, want %q", text, got, hint)
		}
	}
	if got := measure.Hint(strings.Repeat("m3/h", 10_000)); got != "" {
		t.Errorf("%.100s", got)
	}
}
