package tool_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/tool"
	"millwright/internal/errs"
)

func TestWhatIsNoTool(t *testing.T) {
	good := tool.Tool{Number: "M-7", Name: "Mould", Count: 2, Away: 1}
	for name, c := range map[string]struct {
		change func(*tool.Tool)
		path   string // "" is right
	}{
		"right":              {func(*tool.Tool) {}, ""},
		"no number":          {func(x *tool.Tool) { x.Number = "" }, "number"},
		"a long name":        {func(x *tool.Tool) { x.Name = strings.Repeat("x", 201) }, "name"},
		"more lines":         {func(x *tool.Tool) { x.Place = "a\nb" }, "place"},
		"a note of lines":    {func(x *tool.Tool) { x.Note = "a\nb" }, ""},
		"fewer than none":    {func(x *tool.Tool) { x.Count, x.Away = -1, 0 }, "count"},
		"more away than are": {func(x *tool.Tool) { x.Away = 3 }, "away"},
	} {
		x := good
		c.change(&x)
		got := ""
		if err := x.Check(); err != nil {
			got = errs.FieldsOf(err)[0].Path
		}
		if got != c.path {
			t.Errorf("%s: %q is wrong, want %q", name, got, c.path)
		}
	}
}

func TestWhatIsInMaintenanceComesBack(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		back time.Time
		want int64
	}{{noon.Add(time.Second), 1}, {noon, 0}, {time.Time{}, 1}} {
		if got := (tool.Tool{Count: 2, Away: 1, Back: c.back}).Out(noon); got != c.want {
			t.Errorf("back at %v: %d are out at noon, want %d", c.back, got, c.want)
		}
	}
}
