package static

import (
	"maps"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

type tokens map[string][3]float64

var token = regexp.MustCompile(`--([a-z0-9-]+): #([0-9A-F]{6});`)

// block reads the colours of one rule of the style sheet.
func block(t *testing.T, css, head string) tokens {
	t.Helper()
	_, rest, found := strings.Cut(css, head+" {")
	if !found {
		t.Fatalf("the style sheet has no rule %s", head)
	}
	rest, _, _ = strings.Cut(rest, "}")
	all := tokens{}
	for _, m := range token.FindAllStringSubmatch(rest, -1) {
		n, err := strconv.ParseUint(m[2], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		all[m[1]] = [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
	}
	return all
}

// themes gives the colours in light and in dark.
func themes(t *testing.T) map[string]tokens {
	t.Helper()
	text, err := os.ReadFile("app.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(text)
	light := block(t, css, "\n:root")
	dark := maps.Clone(light)
	maps.Copy(dark, block(t, css, `:root[data-theme="dark"]`))
	return map[string]tokens{"light": light, "dark": dark}
}

// luminance and contrast are those of WCAG 2.2.
func luminance(c [3]float64) float64 {
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		v := c[i] / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

func contrast(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func TestTextCanBeRead(t *testing.T) {
	pairs := []string{ // text on ground
		"text ground", "text surface", "text sunken", "muted ground", "muted surface", "accent surface", "accent ground", "accent accent-soft", "on-accent accent",
		"on-running running", "on-slow slow", "on-stopped stopped", "on-blue blue", "on-grey grey", "on-hatch hatch-a",
		"running-ink running-soft", "slow-ink slow-soft", "stopped-ink stopped-soft", "blue-ink blue-soft", "grey-ink grey-soft",
		"running-ink surface", "slow-ink surface", "stopped-ink surface", "slow-ink ground", "stopped-ink ground",
	}
	for theme, colours := range themes(t) {
		for _, pair := range pairs {
			a, b, _ := strings.Cut(pair, " ")
			if ratio := known(t, colours, a, b); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f; text needs 4.5", theme, a, b, ratio)
			}
		}
	}
}

func TestShapesCanBeSeen(t *testing.T) {
	pairs := []string{ // a shape or line that carries meaning, on its ground
		"running surface", "stopped surface", "blue surface", "edge surface", "edge ground", "accent ground", "muted sunken", "text sunken",
		"pen-1 surface", "pen-2 surface", "pen-3 surface", "pen-4 surface", "pen-5 surface", "pen-6 surface", "pen-7 surface", "pen-8 surface",
	}
	for theme, colours := range themes(t) {
		for _, pair := range pairs {
			a, b, _ := strings.Cut(pair, " ")
			if ratio := known(t, colours, a, b); ratio < 3 {
				t.Errorf("%s: %s on %s has a contrast of %.2f; shapes need 3", theme, a, b, ratio)
			}
		}
	}
}

func known(t *testing.T, colours tokens, a, b string) float64 {
	t.Helper()
	x, ok := colours[a]
	y, too := colours[b]
	if !ok || !too {
		t.Fatalf("the style sheet does not say what %s or %s is", a, b)
	}
	return contrast(x, y)
}

// TestVeiledTextCanBeRead looks at the boxes of walls: a veil lies over the state's colour and under its text.
func TestVeiledTextCanBeRead(t *testing.T) {
	colours := themes(t)["light"]
	veils := []struct {
		on, ground string
		veil       float64 // black is 0, white is 255
		alpha      float64
	}{
		{"on-running", "running", 0, .16},
		{"on-stopped", "stopped", 0, .16},
		{"on-blue", "blue", 0, .16},
		{"on-slow", "slow", 255, .3},
		{"on-grey", "grey", 255, .26},
	}
	for _, v := range veils {
		var mixed [3]float64
		for i, c := range colours[v.ground] {
			mixed[i] = c*(1-v.alpha) + v.veil*v.alpha
		}
		if ratio := contrast(colours[v.on], mixed); ratio < 4.5 {
			t.Errorf("%s on veiled %s has a contrast of %.2f", v.on, v.ground, ratio)
		}
	}
}

func TestDarkIsTheSameByChoiceAndBySystem(t *testing.T) {
	text, err := os.ReadFile("app.css")
	if err != nil {
		t.Fatal(err)
	}
	chosen := block(t, string(text), `:root[data-theme="dark"]`)
	system := block(t, string(text), `:root:not([data-theme="light"])`)
	if len(chosen) < 20 || !maps.Equal(chosen, system) {
		t.Errorf("chosen %v\nsystem %v", chosen, system)
	}
}
