package figure_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/views/figure"
)

var (
	iso    = figure.Locale{}
	german = figure.For("de-DE", time.UTC)
	french = figure.For("fr", time.UTC)
)

func TestNumbersAreWrittenInTheWayOfTheSite(t *testing.T) {
	cases := []struct{ name, got, want string }{
		{"four digits stand together", iso.Whole(1200), "1200"},
		{"five are grouped", iso.Whole(12480), "12\u202f480"},
		{"millions", iso.Whole(-1234567), "−1\u202f234\u202f567"},
		{"the smallest", iso.Whole(math.MinInt64), "−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"},
		{"german groups", german.Whole(12480), "12.480"},
		{"german decimals", german.Number(12480.5, 1), "12.480,5"},
		{"french", french.Number(12480.5, 1), "12\u202f480,5"},
		{"ahead", iso.Signed(412), "+412"},
		{"behind", iso.Signed(-412), "−412"},
		{"even", iso.Signed(0), "±0"},
		{"places are kept", iso.Number(3, 2), "3.00"},
		{"no minus before nothing", iso.Number(-0.04, 1), "0.0"},
		{"minus", iso.Number(-0.06, 1), "−0.1"},
		{"not a number", iso.Number(math.NaN(), 1), "–"},
		{"endless", iso.Number(math.Inf(-1), 1), "–"},
		{"a share", iso.Percent(0.7124, true), "71.2"},
		{"more than all", iso.Percent(1.034, true), "103.4"},
		{"an unknown share", iso.Percent(0, false), "–"},
		{"a share of nothing", iso.Percent(math.NaN(), true), "–"},
		{"minutes", german.Minutes(41*time.Minute + 30*time.Second), "41,5"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestReadingsHaveNoMoreDigitsThanTheyNeed(t *testing.T) {
	cases := []struct {
		in   float64
		want string
	}{
		{0, "0"},
		{82, "82"},
		{81.437219, "81.437"},
		{12000.25, "12\u202f000"},
		{12345.6, "12\u202f346"},
		{0.5, "0.5"},
		{-0.00123456, "−0.001235"},
		{65536, "65\u202f536"},
		{0.00001, "1.000e−05"},
		{-3e18, "−3.000e+18"},
		{math.NaN(), "–"},
		{math.Inf(1), "–"},
	}
	for _, c := range cases {
		if got := iso.Reading(c.in); got != c.want {
			t.Errorf("Reading(%v) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestLengthsOfTimeAreWrittenInTheirLargestParts(t *testing.T) {
	cases := []struct {
		in               time.Duration
		timer, span, age string
	}{
		{-time.Second, "00:00", "−1\u00a0s", "now"},
		{0, "00:00", "0\u00a0s", "now"},
		{900 * time.Millisecond, "00:00", "1\u00a0s", "now"},
		{48 * time.Second, "00:48", "48\u00a0s", "48\u00a0s"},
		{4*time.Minute + 12*time.Second, "04:12", "4\u00a0min 12\u00a0s", "4\u00a0min"},
		{5 * time.Minute, "05:00", "5\u00a0min", "5\u00a0min"},
		{12*time.Minute + 40*time.Second, "12:40", "13\u00a0min", "12\u00a0min"},
		{59*time.Minute + 59*time.Second, "59:59", "1\u00a0h", "59\u00a0min"},
		{time.Hour + 4*time.Minute + 12*time.Second, "1:04:12", "1\u00a0h 4\u00a0min", "1\u00a0h"},
		{24 * time.Hour, "1\u00a0d 00:00", "1\u00a0d", "1\u00a0d"},
		{76*time.Hour + 12*time.Minute, "3\u00a0d 04:12", "3\u00a0d 4\u00a0h", "3\u00a0d"},
	}
	for _, c := range cases {
		if got := figure.Timer(c.in); got != c.timer {
			t.Errorf("Timer(%v) = %q, want %q", c.in, got, c.timer)
		}
		if got := figure.Span(c.in); got != c.span {
			t.Errorf("Span(%v) = %q, want %q", c.in, got, c.span)
		}
		if got := figure.Age(c.in); got != c.age {
			t.Errorf("Age(%v) = %q, want %q", c.in, got, c.age)
		}
	}
}

func TestTimesAreThoseOfTheSite(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	l := figure.For("en", berlin)
	summer := time.Date(2026, 3, 29, 1, 0, 5, 0, time.UTC) // the clocks go forward at this hour
	cases := []struct{ name, got, want string }{
		{"before the change", l.Time(summer.Add(-time.Minute)), "01:59"},
		{"after it", l.Clock(summer), "03:00:05"},
		{"a day", l.Date(summer), "Sun 29 Mar 2026"},
		{"a moment", l.Moment(summer), "29 Mar, 03:00"},
		{"today", l.Near(summer, summer.Add(time.Hour)), "03:00"},
		{"another day", l.Near(summer, summer.Add(30*time.Hour)), "29 Mar, 03:00"},
		{"no time", l.Time(time.Time{}), "–"},
		{"no zone", iso.Time(summer), "01:00"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestGroupingNeverChangesTheDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		var digits []rune
		for _, r := range iso.Whole(n) {
			if r == '−' {
				r = '-'
			}
			if r != '\u202f' {
				digits = append(digits, r)
			}
		}
		if got := string(digits); got != strconv.FormatInt(n, 10) {
			t.Fatalf("Whole(%d) reads %q", n, got)
		}
	})
}

// What is written can be read back to the same digit, in the way of any site.
func TestWhatIsWrittenIsReadBackToTheDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom([]figure.Locale{iso, german, french}).Draw(t, "locale")
		f, places := rapid.Float64Range(-1e12, 1e12).Draw(t, "number"), rapid.IntRange(0, 4).Draw(t, "places")
		plain, ok := l.Plain(l.Number(f, places))
		want := strconv.FormatFloat(f, 'f', places, 64)
		if !ok || plain != want && plain != want[1:] { // nothing has no minus
			t.Fatalf("%q is read as %q, %v", l.Number(f, places), plain, ok)
		}
		n := rapid.Int64().Draw(t, "whole")
		if plain, ok = l.Plain(l.Signed(n)); !ok || plain != strconv.FormatInt(n, 10) {
			t.Fatalf("%q is read as %q, %v", l.Signed(n), plain, ok)
		}
	})
	for _, words := range []string{"", "–", "06:10", "2026-03-02", "12 min", "J-7", "inf", "NaN", "0x10", "1_000", "+", "−"} {
		if plain, ok := iso.Plain(words); ok {
			t.Errorf("%q is read as %q", words, plain)
		}
	}
}
