package tag

import (
	"math"
	"testing"
	"time"
)

func TestValuesStayExact(t *testing.T) {
	for want, v := range map[string]Value{
		"18446744073709551615": UintValue(math.MaxUint64), "-9223372036854775808": IntValue(math.MinInt64),
		"true": BoolValue(true), "0.1": FloatValue(0.1), "0012": TextValue("0012"), "": {}, "-0": FloatValue(math.Copysign(0, -1)),
	} {
		if v.String() != want {
			t.Errorf("got %q, want %q", v, want)
		}
	}
	if _, ok := UintValue(math.MaxUint64).Int(); ok {
		t.Error("an integer over int64 was cut")
	}
	if _, ok := IntValue(-1).Uint(); ok {
		t.Error("a negative integer became unsigned")
	}
	if _, ok := TextValue("12").Float(); ok {
		t.Error("text that looks like a number became one")
	}
	if _, ok := (Value{}).Float(); ok {
		t.Error("no value became a number")
	}
}

func TestAWholeNumberIsTheSameInBothKinds(t *testing.T) {
	for _, c := range []struct {
		a, b Value
		same bool
	}{
		{IntValue(7), UintValue(7), true},
		{UintValue(7), UintValue(7), true},
		{IntValue(-1), UintValue(math.MaxUint64), false},
		{IntValue(7), UintValue(8), false},
		{IntValue(1), BoolValue(true), false},
		{IntValue(7), FloatValue(7), false},
		{IntValue(7), TextValue("7"), false},
	} {
		if c.a.Same(c.b) != c.same || c.b.Same(c.a) != c.same {
			t.Errorf("%s %s and %s %s: want %v", c.a.Kind(), c.a, c.b.Kind(), c.b, c.same)
		}
	}
}

func TestNoNumberIsNeverGood(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 1999, time.FixedZone("x", 3600))
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := Sample{Time: at, Value: FloatValue(f)}.Clean()
		if s.Good() || s.Quality != BadOutOfRange {
			t.Errorf("%v has quality %v", f, s.Quality)
		}
		if s.Time.Location() != time.UTC || s.Time.Nanosecond() != 1000 {
			t.Errorf("time %v", s.Time)
		}
	}
	if s := (Sample{Value: FloatValue(1)}).Clean(); !s.Good() {
		t.Error("a number was marked bad")
	}
	if (Sample{}).Good() {
		t.Error("a sample without a value is not good")
	}
}

func TestQualityIsTheSeverityOfTheStatusCode(t *testing.T) {
	for q, want := range map[Quality][3]bool{Good: {true, false, false}, UncertainLastValue: {false, true, false}, BadNodeUnknown: {false, false, true}, 0xC0000000: {false, false, true}} {
		if got := [3]bool{q.Good(), q.Uncertain(), q.Bad()}; got != want {
			t.Errorf("%08x: %v", uint32(q), got)
		}
	}
	if got := Quality(0x80AB0000).String(); got != "bad 0x80AB0000" {
		t.Errorf("unknown code: %q", got)
	}
}

func TestTheRegistryNumbersTagsDensely(t *testing.T) {
	r, err := NewRegistry([]Tag{{Name: "a"}, {Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	id, ok := r.Find("b")
	if !ok || id != 2 || r.Tag(id).Name != "b" || r.Len() != 2 {
		t.Errorf("b is %d %v", id, ok)
	}
	if r.Tag(0).Name != "" || r.Tag(3).Name != "" {
		t.Error("an unknown ID gave a tag")
	}
	if _, err := NewRegistry([]Tag{{Name: "a"}, {Name: "a"}}); err == nil {
		t.Error("a duplicate tag was taken")
	}
}
