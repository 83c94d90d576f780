package spoken_test

import (
	"testing"

	"millwright/config"
	"millwright/config/reasons"
	"millwright/config/spoken"
)

func TestAPartOfAPlantIsToldInWords(t *testing.T) {
	type rates struct {
		Rates map[string]config.Duration
		Order []string
		On    bool
	}
	for _, c := range []struct {
		name string
		part any
		want string
	}{
		{"a thing that is gone", nil, "Nothing: it was emptied or taken away."},
		{"signals of none", config.SignalsEntry{}, "Nothing: it was emptied or taken away."},
		{"a list of none", []string{}, "Nothing: it was emptied or taken away."},
		{"a name of none", "", "Nothing: it was emptied or taken away."},
		{"a name", "Filling 1", "Filling 1\n"},
		{"words", []string{"filler", "", "yes"}, "filler, nothing, yes\n"},
		{"settings", rates{map[string]config.Duration{"COLA": config.Duration(600e6)}, []string{"1"}, true}, "rates:\n  COLA: 600ms\norder: 1\non: yes\n"},
		{"settings that were emptied", rates{}, "rates: nothing\norder: nothing\non: no\n"},
		{"fault codes", map[string]map[string]string{"filler": {"205": "jam"}, "capper": {}}, "capper: nothing\nfiller:\n  205: jam\n"},
		{"things", []any{reasons.Entry{ID: "jam", Name: "Jam"}, reasons.Entry{}}, "1:\n  id: jam\n  name: Jam\n2: nothing\n"},
	} {
		got, err := spoken.Of(c.part)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}
