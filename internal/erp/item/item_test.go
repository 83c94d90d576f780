package item

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

func steel() Item {
	i := Blank("M-1")
	i.Name, i.Unit = "Steel bar", "KGM"
	return i
}

// The published case: 970 kg told in pounds are 970.000000 kg again.
func TestKilogramsToPoundsAndBackAreTheSame(t *testing.T) {
	i := steel()
	lb, err := i.Convert(970*plant.One, "KGM", "LBR")
	if err != nil || lb.String() != "2138.483943" {
		t.Fatalf("%s %v", lb, err)
	}
	kg, err := i.Convert(lb, "LBR", "KGM")
	if err != nil || kg != 970*plant.One {
		t.Errorf("%s %v", kg, err)
	}
}

func TestTwelveTwelfthsOfADozenAreOne(t *testing.T) {
	i := Blank("E-1")
	i.Name, i.Unit, i.Units = "Egg", "DZN", []Unit{{"H87", Ratio{1, 12}}}
	if err := i.Check(); err != nil {
		t.Fatal(err)
	}
	q, err := i.Stock(plant.Pieces(12), "H87")
	if err != nil || q != plant.One {
		t.Errorf("%s %v", q, err)
	}
}

func TestUnitsOfAnotherKindAreRefused(t *testing.T) {
	for _, c := range []struct {
		unit Unit
		says string
	}{
		{Unit{"LTR", Ratio{1, 1}}, "cannot be counted in l (volume)"},
		{Unit{"LBR", Ratio{1, 2}}, "1 lb is 0.45359237 kg, and not 0.5"},
		{Unit{"FURLONG", Ratio{1, 1}}, "is no unit"},
		{Unit{"XBG", Ratio{0, 1}}, "more than 0"},
		{Unit{"XBG", Ratio{-25, 1}}, "more than 0"},
		{Unit{"XBG", Ratio{1 << 60, 1}}, "fifteen digits"},
		{Unit{"KGM", Ratio{1, 1}}, "is the stock unit"},
		{Unit{"XBG", Ratio{25, 1}}, ""},
		{Unit{"H87", Ratio{1, 3}}, ""},
		{Unit{"LBR", Ratio{45_359_237, 100_000_000}}, ""},
	} {
		i := steel()
		i.Units = []Unit{c.unit}
		err := i.Check()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(said(err), c.says) {
			t.Errorf("%v: %v", c.unit, said(err))
		}
	}
	if _, err := steel().Convert(plant.One, "LTR", "KGM"); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "cannot be counted in l (volume)") {
		t.Error(err)
	}
	if _, err := steel().Convert(plant.One, "XBG", ""); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "add the unit") {
		t.Error(err)
	}
	if _, err := steel().Convert(1<<62, "TNE", "KGM"); errs.KindOf(err) != errs.Invalid {
		t.Error("more than can be told", err)
	}
}

// said is an error with its fields.
func said(err error) string {
	if err == nil {
		return ""
	}
	var e *errs.Error
	errors.As(err, &e)
	return e.Error()
}

// Whatever the factor: a conversion is off by half a millionth at most, and exact where the result has six places.
func TestConversionsRoundOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Ratio{rapid.Int64Range(1, 1e9).Draw(t, "num"), rapid.Int64Range(1, 1e9).Draw(t, "den")}
		i := steel()
		i.Units = []Unit{{"XBG", r}}
		n := rapid.Int64Range(-1e6, 1e6).Draw(t, "n")
		bags := plant.Quantity(n * r.Den) // so many that the product is whole
		kg, err := i.Convert(bags, "XBG", "KGM")
		if err != nil || int64(kg) != n*r.Num {
			t.Fatalf("%s %v", kg, err)
		}
		back, err := i.Convert(kg, "KGM", "XBG")
		if err != nil || back != bags {
			t.Fatalf("%s %v", back, err)
		}
		read, err := ParseRatio(r.String())
		if err != nil || read != r.Whole() {
			t.Fatalf("%s is read as %v: %v", r, read, err)
		}
	})
}

// All paths between two units of fixed size agree.
func TestFixedSizesAgree(t *testing.T) {
	for a := range fixed {
		for b := range fixed {
			ab, ok := Between(a, b)
			ba, okToo := Between(b, a)
			if ok != okToo {
				t.Errorf("%s and %s", a, b)
			}
			if one, fits := ab.By(ba); ok && (!fits || one != One()) {
				t.Errorf("%s in %s and back is %v", a, b, one)
			}
		}
	}
}

func TestRatiosAreRead(t *testing.T) {
	for text, want := range map[string]Ratio{
		"12": {12, 1}, "0.45359237": {45_359_237, 100_000_000}, "1/12": {1, 12}, "2 / 8": {1, 4}, "2.5/10": {1, 4}, "007": {7, 1},
	} {
		if r, err := ParseRatio(text); err != nil || r != want {
			t.Errorf("%s: %v %v", text, r, err)
		}
	}
	for _, text := range []string{"", "0", "0/1", "1/0", "-1", "1e30", "1/-3", "NaN", "=1+1", ".", "1.2.3", "1/2/3", strings.Repeat("9", 30), "0.0000000000000000001"} {
		if r, err := ParseRatio(text); err == nil {
			t.Errorf("%q is %v", text, r)
		}
	}
}

func TestCheckDigitsOfTradeItemNumbers(t *testing.T) {
	for code, ok := range map[string]bool{
		"4006381333931": true, "4006381333932": false, "73513537": true, "73513536": false,
		"036000291452": true, "036000291453": false, "10614141000415": true, "10614141000416": false,
		"": true, "A-17/4 b": true, "12345": true, "Ä": false, "a\nb": false, strings.Repeat("x", 49): false,
	} {
		if err := CheckCode(code); (err == nil) != ok {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	i := Item{
		Number: strings.Repeat("x", 41), Name: "a\nb", Kind: "magic", Unit: "kg", Tracking: None, ShelfDays: 30, Valuation: "lifo",
		Standard: -1, Barcode: "4006381333932", Phantom: true, Units: []Unit{{"nope", One()}},
		Revisions: []Revision{{Name: "A"}, {Name: "A"}}, Alternates: []Alternate{{Item: -3}},
		Planning: Planning{LeadDays: -1, Rule: Fixed, Max: 5, Min: 7, Yield: Ratio{3, 2}, Method: "hope", Alternates: "perhaps", Safety: -1},
	}
	var e *errs.Error
	if !errors.As(i.Check(), &e) || e.Kind != errs.Invalid {
		t.Fatal(e)
	}
	var paths []string
	for _, f := range e.Fields {
		paths = append(paths, f.Path)
	}
	want := "number name kind valuation unit shelfDays standardCost barcode reorder alternatesTaken leadDays safety lotQuantity lotMax yield units[0] revisions[1] alternates[0]"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

func TestARevisionHoldsUntilTheNext(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	i := Item{Revisions: []Revision{{Name: "C"}, {Name: "B", From: day(10)}, {Name: "A", From: day(1)}}}.Tidy()
	for at, want := range map[int]string{1: "A", 9: "A", 10: "B", 20: "B"} {
		if r, ok := i.RevisionAt(day(at)); !ok || r.Name != want {
			t.Errorf("on %d %v", at, r)
		}
	}
	if r, ok := i.RevisionAt(day(1).Add(-1)); ok {
		t.Error(r)
	}
}
