package derive_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/derive"
	"millwright/internal/ot/tag"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// values of the tags that the tables read.
func values() map[string]tag.Value {
	return map[string]tag.Value{
		"a": tag.FloatValue(10), "b": tag.FloatValue(4), "n": tag.IntValue(7), "u": tag.UintValue(9), "on": tag.BoolValue(true), "off": tag.BoolValue(false),
		"word": tag.TextValue("RUN"), "zone-1": tag.FloatValue(41.5), "abs": tag.FloatValue(-3), "line/unit/x": tag.FloatValue(2), "long": tag.TextValue(strings.Repeat("x", 1001)),
		"zero": tag.FloatValue(0), "half": tag.TextValue(strings.Repeat("x", 600)),
	}
}

func try(t testing.TB, source string) tag.Sample {
	t.Helper()
	x, err := derive.Compile(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	var in []tag.Sample
	for i, name := range x.Names {
		v, known := values()[name]
		if !known {
			v = tag.FloatValue(1)
		}
		in = append(in, tag.Sample{Tag: tag.ID(i + 1), Time: noon.Add(time.Duration(i) * time.Second), Value: v})
	}
	s, ok := x.Try(in)
	if !ok {
		t.Fatalf("%s: an input is not known", source)
	}
	return s
}

func TestWhatExpressionsGive(t *testing.T) {
	for source, want := range map[string]tag.Value{
		`a - b`:                              tag.FloatValue(6),
		`a * 1.5 + n`:                        tag.FloatValue(22),
		`a / b`:                              tag.FloatValue(2.5),
		`n / 2`:                              tag.FloatValue(3.5),
		`a ^ 2`:                              tag.FloatValue(100),
		`-a + +b`:                            tag.FloatValue(-6),
		`tag("zone-1") - a`:                  tag.FloatValue(31.5),
		`tag("line/unit/x") * u`:             tag.FloatValue(18),
		`tag("abs") + abs(tag("abs"))`:       tag.FloatValue(0),
		`min(a, b, n)`:                       tag.FloatValue(4),
		`max(a, b, n)`:                       tag.FloatValue(10),
		`avg(a, b)`:                          tag.FloatValue(7),
		`round(a / 3)`:                       tag.FloatValue(3),
		`round(a / 3, 2)`:                    tag.FloatValue(3.33),
		`clamp(a, 0, 5)`:                     tag.FloatValue(5),
		`mod(n, 4)`:                          tag.FloatValue(3),
		`sqrt(b) + floor(1.9) + ceil(1.1)`:   tag.FloatValue(5),
		`on ? a : b`:                         tag.FloatValue(10),
		`off ? a : b`:                        tag.FloatValue(4),
		`a > 5 and not off`:                  tag.BoolValue(true),
		`3 < b < 5`:                          tag.BoolValue(true),
		`0 < tag("zone-1") < 5`:              tag.BoolValue(false),
		`word == "RUN" ? 6 : 2`:              tag.FloatValue(6),
		`n == 7`:                             tag.BoolValue(true),
		`word + "NING"`:                      tag.TextValue("RUNNING"),
		`on and off or a > b`:                tag.BoolValue(true),
		`off or off`:                         tag.BoolValue(false),
		`on == true || a == "10"`:            tag.BoolValue(true),
		`((((((((((((((a))))))))))))))`:      tag.FloatValue(10),
		`a > b ? (n > 5 ? "x" : "y") : word`: tag.TextValue("x"),
	} {
		if got := try(t, source); got.Value != want || !got.Quality.Good() {
			t.Errorf("%s gives %v (%s), not %v", source, got.Value, got.Quality, want)
		}
	}
}

func TestWhatCannotBeReckonedIsBad(t *testing.T) {
	for source, want := range map[string]tag.Quality{
		`a / zero`:                tag.BadOutOfRange,
		`zero / zero`:             tag.BadOutOfRange,
		`sqrt(-a)`:                tag.BadOutOfRange,
		`a ^ 1000`:                tag.BadOutOfRange,
		`a + on`:                  tag.BadTypeMismatch,
		`a - word`:                tag.BadTypeMismatch,
		`word ? a : b`:            tag.BadTypeMismatch,
		`max(a, word)`:            tag.BadTypeMismatch,
		`long`:                    tag.BadTypeMismatch,
		`half + half`:             tag.BadOutOfRange,
		`on and word`:             tag.BadTypeMismatch,
		`mod(a, zero)`:            tag.BadOutOfRange,
		`long == "x" ? long : -a`: tag.Good,
	} {
		got := try(t, source)
		if got.Quality != want {
			t.Errorf("%s is %s, not %s", source, got.Quality, want)
		}
		if got.Quality.Bad() && got.Value.Kind() != tag.None {
			t.Errorf("%s is bad and has the value %v", source, got.Value)
		}
	}
}

func TestWhatIsRefusedSaysWhere(t *testing.T) {
	for source, want := range map[string]string{
		``:                              "at character 1: nothing is written",
		"  \n ":                         "at character 1: nothing is written",
		`1 + 2`:                         "names no tag",
		`a +`:                           "at character 3: ",
		`a + ))`:                        "at character 5: ",
		`a ++++`:                        "it ends too early",
		`a % b`:                         "at character 3: there is no operator %",
		`a in [1, 2]`:                   "no operator in",
		`word matches "(a+)+$"`:         "no operator matches",
		`word contains "x"`:             "no operator contains",
		`1..1000000000`:                 "no operator ..",
		`a ?? b`:                        "no operator ??",
		`[a, b]`:                        "only numbers",
		`{"x": a}`:                      "only numbers",
		`a.b`:                           "at character 3: only numbers",
		`a["b"]`:                        "only numbers",
		`word[0:1]`:                     "only numbers",
		`a?.b`:                          "only numbers",
		`let x = a; x`:                  "only numbers",
		`a; b`:                          "only numbers",
		`nil`:                           "only numbers",
		`$env`:                          "",
		`map(1..9, # * a)`:              "no function map",
		`all([a], # > 1)`:               "no function all",
		`repeat("x", 1e9)`:              "no function repeat",
		`now()`:                         "no function now",
		`toJSON(a)`:                     "no function toJSON",
		`a | abs()`:                     "",
		`os.Exit(1)`:                    "only functions can be called",
		`a()`:                           "no function a",
		`tag(a)`:                        "between quotes",
		`tag("a", "b")`:                 "between quotes",
		`tag("")`:                       "between quotes",
		`first(a)`:                      "two to 20 tags",
		`first(a, b + 1)`:               "takes tags alone",
		`first(a, tag(""))`:             "between quotes",
		`first(a, b) + 1`:               "stands alone",
		`abs(first(a, b))`:              "stands alone",
		`abs(a, b)`:                     "",
		`abs("x") + a`:                  "",
		`abs()`:                         "",
		`abs + a(1)`:                    "no function a",
		`abs(a`:                         "",
		`"` + strings.Repeat("x", 600):  "longer than 500",
		strings.Repeat("(", 400) + "a":  "",
		strings.Repeat("-", 490) + "a":  "",
		strings.Repeat("a+", 240) + "a": "",
		strings.Repeat("1<(", 15) + "a" + strings.Repeat(")<1", 15): "too long",
		"a + \xff":             "UTF-8",
		"a + \x00":             "",
		`"x" + a + 1 - true`:   "",
		`true ? a : (1 - "x")`: "",
	} {
		x, err := derive.Compile(source)
		if err == nil && want == "" && !strings.ContainsAny(source, "|$") {
			t.Errorf("%.40s is taken as %v", source, x.Names)
		}
		if want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40s: %v; it should say %q", source, err, want)
		}
	}
}

// FuzzExpression: nothing that anybody writes breaks the language, or takes more than its bounds.
func FuzzExpression(f *testing.F) {
	for _, source := range []string{`a - b`, `tag("x") ? 1 : "y"`, `clamp(a, 0, mod(b, 3)) ** -2`, `a[1:2]`, `map(1..9, #)`, `1 < a < "x"`, `not on and word + "a" == "b"`, "`raw`", `a?.b`, `if a {1} else {2}`} {
		f.Add(source, 1.5, "text", true)
	}
	f.Fuzz(func(t *testing.T, source string, number float64, text string, yes bool) {
		x, err := derive.Compile(source)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is told as %q", source, err)
			}
			return
		}
		if len(source) > derive.Longest || len(x.Names) == 0 || len(x.Names) > derive.Longest {
			t.Fatalf("%q reads %d tags", source, len(x.Names))
		}
		for turn := range 3 {
			var in []tag.Sample
			for i := range x.Names {
				v := []tag.Value{tag.FloatValue(number), tag.TextValue(text), tag.BoolValue(yes)}[(i+turn)%3]
				in = append(in, tag.Sample{Tag: 1, Time: noon, Value: v}.Clean())
			}
			one, _ := x.Try(in)
			two, _ := x.Try(in)
			if one != two {
				t.Fatalf("%q gives %v and then %v", source, one, two)
			}
			if v, is := one.Value.Float(); is && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Fatalf("%q gives %v", source, v)
			}
			if word, _ := one.Value.Text(); len(word) > 1000 {
				t.Fatalf("%q makes a text of %d bytes", source, len(word))
			}
		}
	})
}
