package label

import (
	"strings"
	"testing"
)

func TestCodesAreMadeOfTheirText(t *testing.T) {
	for _, c := range []struct {
		text   string
		make   func(string) (Code, error)
		across int
	}{
		{"A-100", QR, 21 + 8},
		{"4006381333931", Bars, 95 + 22},
		{"036000291452", Bars, 95 + 22},
		{"73513537", Bars, 67 + 22},
		{"A-100", Bars, 11*7 + 13 + 22}, // start, five letters, check sign; stop
	} {
		made, err := c.make(c.text)
		if err != nil || made.Across != c.across {
			t.Errorf("%s: %d across, want %d %v", c.text, made.Across, c.across, err)
		}
		for _, b := range made.Black {
			if b.X < 0 || b.Y < 0 || b.X+b.W > made.Across || b.Y+b.H > made.Down {
				t.Fatalf("%s: %+v is outside", c.text, b)
			}
		}
		if !strings.HasPrefix(made.Path(), "M") || made.Box() == "" {
			t.Error(made.Path(), made.Box())
		}
	}
}

// The left half of an EAN-13 is fixed by the standard: 4006381333931 begins with a guard 101 and 0 as 0001101.
func TestAnEANHasItsBars(t *testing.T) {
	made, err := Bars("4006381333931")
	if err != nil {
		t.Fatal(err)
	}
	row := []byte(strings.Repeat("0", made.Across))
	for _, b := range made.Black {
		for x := b.X; x < b.X+b.W; x++ {
			row[x] = '1'
		}
	}
	if got := string(row[quietBar : quietBar+10]); got != "1010001101" {
		t.Error(got)
	}
}

func TestWhatNoCodeCarriesIsRefused(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", 301)} {
		if _, err := QR(text); err == nil {
			t.Errorf("%q", text)
		}
		if _, err := Bars(text); err == nil {
			t.Errorf("%q", text)
		}
	}
	if _, err := Bars("Ä"); err == nil {
		t.Error("a Code 128 of Ä")
	}
	if _, err := QR("Ä ü 漢"); err != nil {
		t.Error(err)
	}
}
