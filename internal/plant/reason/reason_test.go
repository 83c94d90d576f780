package reason

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func tree() Tree {
	return Tree{
		{ID: "technical", Name: "Technical", Loss: "breakdown", Parts: []Reason{
			{ID: "jam", Name: "Jam", Names: map[string]string{"de": "Stau", "pt": "Bloqueio"}},
			{ID: "set-up", Name: "Set-up", Loss: "changeover"},
		}},
		{ID: "other", Name: "Other"},
	}
}

func TestAReasonIsNamedInTheLanguageOfTheSite(t *testing.T) {
	r, ok := NewBook(tree(), nil).Stop("jam")
	if !ok || r.In("de") != "Stau" || r.In("pt-BR") != "Bloqueio" || r.In("en") != "Jam" || r.In("") != "Jam" {
		t.Errorf("%v %+v", ok, r)
	}
}

func TestAReasonExplainsWhatTheOneAboveItDoes(t *testing.T) {
	b := NewBook(tree(), nil)
	for id, want := range map[ID]string{"technical": "breakdown", "jam": "breakdown", "set-up": "changeover", "other": ""} {
		if r, ok := b.Stop(id); !ok || r.Loss != want {
			t.Errorf("%s explains %q", id, r.Loss)
		}
	}
	if _, ok := b.Stop("nothing"); ok {
		t.Error("there is a reason that nobody wrote")
	}
	if _, ok := (Book{}).Stop("jam"); ok {
		t.Error("the empty book has a reason")
	}
}

func TestALineOffersWhatItNamesWithItsParts(t *testing.T) {
	b := NewBook(tree(), nil)
	for some, want := range map[string]string{"": "[technical jam set-up other]", "jam": "[technical jam]", "technical": "[technical jam set-up]", "other": "[other]"} {
		var ids, got []ID
		if some != "" {
			ids = []ID{ID(some)}
		}
		b.Within(ids).Walk(func(r Reason, _ int) { got = append(got, r.ID) })
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v", some, got)
		}
	}
	if len(b.Stops[0].Parts) != 2 {
		t.Error("narrowing changed the book")
	}
}

func TestTheFirstLayerThatKnowsACodeIsRight(t *testing.T) {
	l := Layers{
		{Exact: map[string]ID{"107": "own", "108": ""}, Spans: []Span{{300, 310, ""}}},
		{Exact: map[string]ID{"107": "kind", "E-9": "text", "108": "kind", "007": "leading"}, Spans: []Span{{1, 99, "low"}, {100, 106, "hundred"}, {300, 399, "three"}}},
	}
	for code, want := range map[string]ID{
		"107": "own", "108": "", "E-9": "text", "E-8": "", "1": "low", "99": "low", "100": "hundred", "106": "hundred", "109": "", "0": "",
		"305": "", "311": "three", "007": "leading", "008": "low", "": "", "-1": "", "1.5": "", "99999999999999999999999": "",
	} {
		if id, ok := l.Of(code); id != want || ok != (want != "") {
			t.Errorf("%q means %q, %v", code, id, ok)
		}
	}
	if _, ok := Layers(nil).Of("1"); ok {
		t.Error("no layer knows a code")
	}
}

// Whatever spans there are, a code means what a look through all of them says.
func TestSpansAreFoundAsByLookingThroughAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cuts := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 200), 0, 20, rapid.ID).Draw(t, "cuts")
		slices.Sort(cuts)
		var c Codes
		for i := 1; i < len(cuts); i += 2 {
			c.Spans = append(c.Spans, Span{cuts[i-1], cuts[i], ID(fmt.Sprint(i))})
		}
		n := rapid.Uint64Range(0, 210).Draw(t, "code")
		var want ID
		for _, s := range c.Spans {
			if s.From <= n && n <= s.To {
				want = s.Reason
			}
		}
		if got, _ := (Layers{c}).Of(fmt.Sprint(n)); got != want {
			t.Fatalf("%d means %q, want %q", n, got, want)
		}
	})
}
