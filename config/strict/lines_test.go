package strict_test

import (
	"errors"
	"testing"

	"millwright/config/strict"
	"millwright/internal/errs"
)

const lined = `enterprise: Test
machines:
  filler:
    tags:
      a: {address: x}
      a.b:
        address: y
        scale: .nan
sites:
  - id: ulm
    areas:
      - {id: hall,
         lines: [{id: one}, {id: two,
           thresholds: {low_speed: .inf}}]}
  - id: bonn
same: &same {x: 1}
again: *same
`

func TestWhatIsWrongIsToldByItsLine(t *testing.T) {
	for path, want := range map[string]string{
		"machines.filler.tags.a.b.scale":                  "is wrong (line 8)",
		"machines.filler.tags.a.scale":                    "is wrong (line 5)",
		"machines.filler.tags.a.b":                        "is wrong (line 6)",
		"sites[0].areas[0].lines[1].thresholds.low_speed": "is wrong (line 14)",
		"sites[1].zone":                                   "is wrong (line 15)",
		"sites[1]":                                        "is wrong (line 15)",
		"sites[2].id":                                     "is wrong (line 9)",
		"sites[-1]":                                       "is wrong (line 9)",
		"sites[99999999999999999999]":                     "is wrong (line 9)",
		"again.x":                                         "is wrong (line 16)",
		"nowhere":                                         "is wrong",
		"machine":                                         "is wrong",
		"":                                                "is wrong",
		"plant.yaml:3":                                    "is wrong",
	} {
		was := &errs.Error{Kind: errs.Invalid, Words: "no", Fields: []errs.Field{{Path: path, Message: "is wrong"}}}
		var told *errs.Error
		if err := strict.Lined([]byte(lined), was); !errors.As(err, &told) || told.Fields[0].Message != want || told.Fields[0].Path != path || told.Kind != errs.Invalid {
			t.Errorf("%s: %+v, want %q", path, err, want)
		}
		if was.Fields[0].Message != "is wrong" {
			t.Error("the error itself is changed")
		}
	}
	other := errors.New("something else")
	if err := strict.Lined([]byte(lined), other); !errors.Is(err, other) {
		t.Errorf("%v", err)
	}
	if err := strict.Lined(nil, nil); err != nil {
		t.Errorf("%v", err)
	}
	where := &errs.Error{Fields: []errs.Field{{Path: "sites"}}}
	for _, text := range []string{"", ":", "[1", "- a", "a", `&a {"": *a, sites: *a}`, "&a [*a]"} {
		if err := strict.Lined([]byte(text), where); !errors.Is(err, where) && where.Fields[0].Message != "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
