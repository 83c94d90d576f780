package views_test

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millwright/static"
	"millwright/views/oee"
	"millwright/views/ui"
)

var (
	inline  = regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|javascript:`)
	scripts = regexp.MustCompile(`<script\b([^>]*)>([^<]*)`)
	ids     = regexp.MustCompile(`\sid="([^"]+)"`)
	panels  = regexp.MustCompile(`<(\w+)([^>]*\sdata-panel="([^"]+)"[^>]*)>`)
	icons   = regexp.MustCompile(`href="#(i-[a-z]+)"|url\(#(p-[a-z]+)\)`)
	assets  = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)
)

func TestNoPageHasInlineScriptOrStyle(t *testing.T) {
	for name, page := range pages {
		html := render(page("dark"))
		if found := inline.FindString(html); found != "" {
			t.Errorf("%s has %q, which the policy forbids", name, found)
		}
		for _, m := range scripts.FindAllStringSubmatch(html, -1) {
			if !strings.Contains(m[1], " src=") || !strings.Contains(m[1], " defer") || strings.TrimSpace(m[2]) != "" {
				t.Errorf("%s has a script %q %q", name, m[1], m[2])
			}
		}
	}
}

func TestEveryIDStandsOnce(t *testing.T) {
	for name, page := range pages {
		seen := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(render(page("")), -1) {
			if seen[m[1]] {
				t.Errorf("%s has the id %q twice", name, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestPanelsAreFoundByTheirName(t *testing.T) {
	want := map[string][]string{
		"now":          {"now/lines", "now/totals"},
		"empty":        {"now/lines", "now/totals"},
		"lines":        {"lines"},
		"line":         {"line/filling-1/calls", "line/filling-1/head", "line/filling-1/jobs", "line/filling-1/kpi", "line/filling-1/material", "line/filling-1/strip", "line/filling-1/tags", "line/filling-1/units"},
		"wall-running": {"wall/line/filling-1"},
		"hall-5":       {"wall/hall/filling"},
		"orders":       {"wall/orders/ulm"},
	}
	for name, names := range want {
		var got []string
		for _, m := range panels.FindAllStringSubmatch(render(pages[name]("")), -1) {
			got = append(got, m[3])
			if !strings.Contains(m[2], ` id="panel:`+m[3]+`"`) {
				t.Errorf("%s: the panel %s has another id: %s", name, m[3], m[2])
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Errorf("%s has the panels %v, want %v", name, got, names)
		}
	}
}

func TestEveryDrawingIsInTheSprite(t *testing.T) {
	for name, page := range pages {
		html := render(page(""))
		for _, m := range icons.FindAllStringSubmatch(html, -1) {
			if id := m[1] + m[2]; !strings.Contains(html, `id="`+id+`"`) {
				t.Errorf("%s uses the drawing %s, which is nowhere", name, id)
			}
		}
	}
}

func TestEveryFileThatAPageLoadsIsThere(t *testing.T) {
	for name, page := range pages {
		for _, m := range assets.FindAllStringSubmatch(render(page("")), -1) {
			if !regexp.MustCompile(`\.[0-9a-f]{12}\.\w+$`).MatchString(m[1]) {
				t.Errorf("%s loads %s, which does not exist", name, m[1])
			}
		}
	}
}

// TestPagesAreLight adds up what crosses the wire for the heaviest page: all of its HTML, style, scripts and font.
func TestPagesAreLight(t *testing.T) {
	const most = 150 << 10
	for name, page := range pages {
		html := render(page(""))
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(html)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		total := b.Len()
		for _, file := range []string{
			"app.css", "page.js", "live.js", "trend.js", "icon.svg", "vendor/idiomorph-0.8.0.min.js",
			"vendor/uplot-1.6.32.min.js", "vendor/uplot-1.6.32.min.css", "vendor/inter-5.3.0-latin.woff2",
		} {
			weight := static.Weight(file)
			if weight == 0 {
				t.Fatalf("%s is not there", file)
			}
			if strings.Contains(html, static.Path(file)) {
				total += weight
			}
		}
		t.Logf("%s: %d kB, of it HTML %d kB (%d kB before compression)", name, total>>10, b.Len()>>10, len(html)>>10)
		if total > most {
			t.Errorf("%s weighs %d bytes; the most is %d", name, total, most)
		}
	}
}

func TestThemeIsDrawnByTheServer(t *testing.T) {
	if html := render(pages["now"]("dark")); !strings.Contains(html, `data-theme="dark"`) || !strings.Contains(html, `name="theme" value="light"`) {
		t.Error("dark is not drawn as dark, or does not lead to light")
	}
	if html := render(pages["now"]("purple")); strings.Contains(html, "data-theme=") {
		t.Error("a theme that does not exist is drawn")
	}
}

func TestUnknownIsADashOnEveryPage(t *testing.T) {
	html := render(pages["empty"](""))
	if !strings.Contains(html, `<span class="figure-value">–</span>`) {
		t.Error("an unknown total is no dash")
	}
	if strings.Contains(render(pages["wall-nodata"]("")), "NaN") {
		t.Error("a wall shows NaN")
	}
}

func BenchmarkRenderNow(b *testing.B) {
	l := oee.LinesPanel{Axis: ui.Strip{From: open, To: closes, Locale: locale}, Rows: nowRows()}
	b.ReportAllocs()
	for b.Loop() {
		render(oee.Lines(l))
	}
}

func BenchmarkRenderLine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		render(linePage(""))
	}
}
