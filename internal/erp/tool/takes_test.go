package tool_test

import (
	"strings"
	"testing"

	"millwright/internal/erp/tool"
	"millwright/internal/plant"
)

func kit() tool.Kit {
	return tool.Kit{
		Tools:  map[int64]tool.Tool{1: {ID: 1, Number: "M-7", Count: 2}, 2: {ID: 2, Number: "4X10", Count: 1}, 3: {ID: 3, Number: "Gauge", Count: 9}},
		Skills: map[int64]string{5: "Welding", 6: "gauge"},
	}
}

func TestWhatAnOperationTakesIsWrittenAndRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		" ; ":                         "",
		"m-7":                         "M-7",
		"2 x M-7; welding":            "2 × M-7; Welding",
		"4x10":                        "4X10", // a tool is called so
		"1 * 4x10":                    "4X10",
		"0,5 × Welding":               "0.5 × Welding",
		"3X gauge; skill Gauge":       "3 × tool Gauge; skill gauge", // a tool, and a skill of its name
		"tool gauge; 2 × skill gauge": "tool Gauge; 2 × skill gauge",
	} {
		takes, wrong := kit().Read(text)
		if got := kit().Write(takes); wrong != "" || got != want {
			t.Errorf("%q is read as %q (%s), want %q", text, got, wrong, want)
		}
		if again, _ := kit().Read(want); again != takes {
			t.Errorf("%q is written as what is read as %+v", text, again)
		}
	}
	for text, want := range map[string]string{
		"M-8": "no tool and no skill", "3 × M-7": "only 2 of M-7", "0 × M-7": "no number", "x M-7": "no tool and no skill",
		"skill M-7": "no tool and no skill", "gauge;gauge;gauge;gauge;gauge;gauge;gauge": "6 tools and skills",
	} {
		if takes, wrong := kit().Read(text); !strings.Contains(wrong, want) || takes != (tool.Takes{}) && text != "M-8" {
			t.Errorf("%q: %q, %+v", text, wrong, takes)
		}
	}
}

func TestWhatAnOperationCannotTake(t *testing.T) {
	two := 2 * plant.One
	for want, takes := range map[string]tool.Takes{
		"":                {{Tool: 2, Amount: plant.One}, {Skill: 6, Amount: plant.One / 2}},
		"twice":           {{Tool: 2, Amount: plant.One}, {Tool: 2, Amount: two}},
		"tool or skill":   {{Tool: 1, Amount: plant.One}}, // the first tool is that already
		"whole ones":      {{Tool: 2, Amount: plant.One / 2}},
		"no more than":    {{Skill: 6, Amount: two + 1}},
		"of its crew":     {{Skill: 6, Amount: -1}},
		"tool or skill t": {{Skill: 5, Amount: plant.One}},
	} {
		if got := takes.Check(two, 1, 5); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", takes, got, want)
		}
	}
}
