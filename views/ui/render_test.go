package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"millwright/views/figure"
)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`

func TestHostileWordsAreOnlyWords(t *testing.T) {
	now := time.Now()
	all := map[string]templ.Component{
		"badge":  Badge(State{Tone: Tone(hostile), Word: hostile}),
		"block":  Block(State{Tone: Stopped, Word: hostile}, Timer{Unix: 1, Text: hostile}),
		"number": Number(Figure{Name: hostile, Value: hostile, Unit: hostile, Note: hostile, Mood: Mood(hostile)}),
		"gauge":  Gauge(KPI{ID: hostile, Name: hostile, Value: hostile, Unit: hostile, Formula: hostile, Terms: []Term{{Name: hostile, Value: hostile, Href: "javascript:alert(1)"}}, Working: hostile, Note: hostile, Rows: Link{hostile, "javascript:alert(1)"}}),
		"field":  Field(Input{ID: hostile, Label: hostile, Help: hostile, Type: "text", Value: hostile, Fault: hostile}),
		"faults": Faults([]Fault{{Field: hostile, Text: hostile}}),
		"empty":  Nothing(Empty{Title: hostile, Text: hostile, Next: Link{hostile, "/x"}}),
		"strip": DrawStrip(Strip{
			Title: hostile, From: now, To: now.Add(time.Hour), Hours: true,
			Segments: []Segment{{From: now, To: now.Add(time.Minute), Tone: Stopped, Title: hostile}},
			Jobs:     []Segment{{From: now, To: now.Add(time.Minute), Title: hostile}},
		}),
		"hours": DrawHours([]Hour{{Label: hostile, Actual: hostile, Target: hostile}}),
	}
	for name, c := range all {
		html := draw(t, c)
		if strings.Contains(html, "<script") || strings.Contains(html, "<img") {
			t.Errorf("%s lets markup through: %s", name, html)
		}
		if !strings.Contains(html, "&lt;script&gt;") {
			t.Errorf("%s does not show the words: %s", name, html)
		}
	}
}

func TestUnknownPrintsAsADash(t *testing.T) {
	html := draw(t, Gauge(KPI{ID: "oee", Name: "OEE", Value: figure.Unknown, Unit: "%"}))
	if !strings.Contains(html, ">–") || strings.Contains(html, "%</span>") {
		t.Errorf("an unknown KPI reads %s", html)
	}
	if !strings.Contains(html, "url(#p-nodata)") || strings.Contains(html, "bar-fill") {
		t.Errorf("the bar of an unknown KPI is drawn as if it were known: %s", html)
	}
	for name, timer := range map[string]Timer{"since": Since(time.Time{}, time.Now()), "until": Until(time.Time{}, time.Now()), "age": AgeOf(time.Time{}, time.Now())} {
		if html := draw(t, StopWatch(timer)); !strings.Contains(html, "–") || strings.Contains(html, "data-since") {
			t.Errorf("%s of no time is %s", name, html)
		}
	}
}

func TestOverTheWholeTheBarIsFullAndSaysSo(t *testing.T) {
	html := draw(t, Bar(Ratio(1.034, true), "x"))
	if !strings.Contains(html, `class="bar-fill" width="100%"`) || !strings.Contains(html, "bar-over") {
		t.Errorf("103.4 %% is drawn as %s", html)
	}
	if strings.Contains(draw(t, Bar(Ratio(1, true), "x")), "bar-over") {
		t.Error("100 % is drawn as more")
	}
}

func TestAFieldIsTiedToItsWords(t *testing.T) {
	html := draw(t, Field(Input{ID: "name", Label: "Name", Help: "h", Type: "password", Value: "secret", Fault: "f"}))
	for _, want := range []string{`for="name"`, `aria-describedby="name-help name-fault"`, `aria-invalid="true"`, `id="name-help"`, `id="name-fault"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is missing in %s", want, html)
		}
	}
	if strings.Contains(html, "secret") {
		t.Error("a password is written back into the page")
	}
}

func TestStatesHaveAShapeEach(t *testing.T) {
	seen := map[string]bool{}
	for _, tone := range []Tone{Running, Slow, Stopped, Changeover, Material, NoOrder, Planned, Off, NoData} {
		html := draw(t, Badge(State{Tone: tone, Word: "x"}))
		_, icon, _ := strings.Cut(html, "#i-")
		icon, _, _ = strings.Cut(icon, `"`)
		if seen[icon] {
			t.Errorf("%s shares its icon %s with another state", tone, icon)
		}
		seen[icon] = true
	}
}

func TestLinksStayOnTheSite(t *testing.T) {
	for _, fine := range []string{"/", "/line/filling-1", "?from=2026-03-27T06:00:00Z", "#trend"} {
		if string(Href(fine)) != fine {
			t.Errorf("%q becomes %q", fine, Href(fine))
		}
	}
	for _, bad := range []string{"", "javascript:alert(1)", "//evil.example", "/\\evil.example", "https://evil.example", "data:text/html,x", "/\t/evil.example"} {
		if got := Href(bad); !strings.HasPrefix(string(got), "about:") {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
}
