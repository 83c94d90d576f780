package tag

import (
	"fmt"
	"math"
	"strings"
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

func TestASuccessorKeepsTheNumbersOfTheTagsItKeeps(t *testing.T) {
	first, err := NewRegistry([]Tag{{Name: "a"}, {Name: "b"}, {Name: "c"}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := first.Succeed([]Tag{{Name: "d"}, {Name: "c", Label: "new"}, {Name: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range second.All() {
		names = append(names, fmt.Sprint(x.Name, x.ID))
		if second.Tag(x.ID).Name != x.Name {
			t.Errorf("number %d is %q", x.ID, second.Tag(x.ID).Name)
		}
	}
	if got := strings.Join(names, " "); got != "d4 c3 a1" || second.Len() != 4 {
		t.Errorf("numbered %s up to %d", got, second.Len())
	}
	if _, there := second.Find("b"); there || second.Tag(2).Name != "" || second.Tag(3).Label != "new" {
		t.Errorf("b is still there, or c is the old one: %+v", second.All())
	}
	if _, there := first.Find("d"); there || first.Len() != 3 {
		t.Error("the first registry has changed")
	}
	third, err := second.Succeed([]Tag{{Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := third.Find("b"); b != 5 {
		t.Errorf("a tag that comes back got the number %d, which may still mean another", b)
	}
	if _, err := third.Succeed([]Tag{{Name: "x"}, {Name: "x"}}); err == nil {
		t.Error("a name stands twice")
	}
}

func TestAQualitySaysThatOthersWereLost(t *testing.T) {
	for q, want := range map[Quality]string{
		Good | Overflow:      "good, others lost",
		Uncertain | Overflow: "uncertain, others lost",
		Good | 0x400:         "good 0x00000400", // a data value's info, but no overflow
		Good | 0x880:         "good 0x00000880", // the same bit means something else
	} {
		if q.String() != want || q.Overflowed() != strings.HasSuffix(want, "lost") {
			t.Errorf("%08X: %s, %v", uint32(q), q, q.Overflowed())
		}
	}
}
