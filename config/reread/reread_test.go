package reread_test

import (
	"reflect"
	"strings"
	"testing"

	"millwright/config"
	"millwright/config/reread"
)

const plantText = `enterprise: Ulm
machines:
  capper:
    tags:
      good:
        address: ns=2;s=c
  filler:
    tags:
      good:
        address: ns=2;s=f
      speed:
        address: ns=2;s=v
sites:
  - id: ulm
    name: Ulm
    zone: Europe/Berlin
    areas:
      - id: hall
        lines:
          - id: one
            units:
              - id: u
                machines:
                  - filler
`

// TestWhatIsReadBesideIsWhatIsRead: whatever is changed, the document is the one that the whole text is.
func TestWhatIsReadBesideIsWhatIsRead(t *testing.T) {
	base, err := reread.Read("base", plantText, nil)
	if err != nil || len(base.Document.Machines) != 2 {
		t.Fatal(base, err)
	}
	change := func(old, fresh string) string {
		t.Helper()
		if !strings.Contains(plantText, old) {
			t.Fatalf("nothing says %q", old)
		}
		return strings.Replace(plantText, old, fresh, 1)
	}
	same := func(a, b config.MachineType) bool {
		return reflect.ValueOf(a.Tags).Pointer() == reflect.ValueOf(b.Tags).Pointer()
	}
	for what, c := range map[string]struct {
		text   string
		shares []string
	}{
		"nothing":                 {plantText, []string{"capper", "filler"}},
		"something before":        {change("enterprise: Ulm", "enterprise: Neu-Ulm"), []string{"capper", "filler"}},
		"something after":         {change("name: Ulm", "name: Ulm works"), []string{"capper", "filler"}},
		"a type":                  {change("ns=2;s=c", "ns=2;s=d"), []string{"filler"}},
		"the last type":           {change("ns=2;s=v", "ns=2;s=w"), []string{"capper"}},
		"a type is gone":          {change("  capper:\n    tags:\n      good:\n        address: ns=2;s=c\n", ""), []string{"filler"}},
		"a type has another name": {change("  capper:", "  corker:"), []string{"filler"}},
		"all types":               {strings.ReplaceAll(plantText, "ns=2", "ns=3"), nil},
		"a tag of two":            {change("ns=2;s=f", "ns=2;s=g"), []string{"capper"}},
		"a tag is new":            {change("      speed:", "      jam:\n        address: ns=2;s=j\n      speed:"), []string{"capper"}},
		"a tag is gone":           {change("      good:\n        address: ns=2;s=f\n", ""), []string{"capper"}},
		"a tag has another name":  {change("      speed:", "      swift:"), []string{"capper"}},
		"a tag in quotes":         {change("      speed:", "      \"12\":"), []string{"capper"}},
		"signals of a type":       {change("        address: ns=2;s=v\n", "        address: ns=2;s=v\n    signals:\n      good:\n        tag: good\n"), []string{"capper"}},
		"an earlier version":      {strings.Replace(change("  filler:\n", "  filler:\n    version: 2\n"), "sites:", "    before:\n      1:\n        tags:\n          good:\n            address: ns=2;s=e\nsites:", 1), []string{"capper"}},
		"a comment":               {change("enterprise: Ulm", "enterprise: Ulm # here"), nil},
		"the types come last":     {change(plantText[strings.Index(plantText, "machines:"):strings.Index(plantText, "sites:")], "") + plantText[strings.Index(plantText, "machines:"):strings.Index(plantText, "sites:")], nil},
	} {
		got, err := reread.Read("text", c.text, []reread.Reading{base})
		want, wrong := config.ParseDocument("text", []byte(c.text))
		if err != nil || wrong != nil || !reflect.DeepEqual(got.Document, want) {
			t.Errorf("%s: %+v, %v\nwant %+v, %v", what, got.Document, err, want, wrong)
		}
		for name, is := range got.Document.Machines {
			shared := false
			for _, s := range c.shares {
				shared = shared || s == name
			}
			if c.shares != nil && same(is, base.Document.Machines[name]) != shared {
				t.Errorf("%s: that %s is shared is not %v", what, name, shared)
			}
		}
		again, err := reread.Read("again", plantText, []reread.Reading{got})
		if err != nil || !reflect.DeepEqual(again.Document, base.Document) {
			t.Errorf("%s, and back: %+v, %v", what, again.Document, err)
		}
	}
}

// TestWhatIsWrongIsToldOfTheWholeText: with its lines.
func TestWhatIsWrongIsToldOfTheWholeText(t *testing.T) {
	base, err := reread.Read("base", plantText, nil)
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"an unknown key":          strings.Replace(plantText, "    name: Ulm", "    nam: Ulm", 1),
		"a type twice":            strings.Replace(plantText, "sites:", "  capper:\n    tags:\n      good:\n        address: ns=2;s=c\nsites:", 1),
		"two of one name":         strings.Replace(plantText, "sites:", "  capper:\n    tags:\n      good:\n        address: ns=2;s=e\nsites:", 1),
		"a tag twice":             strings.Replace(plantText, "      speed:", "      good:\n        address: ns=2;s=f\n      speed:", 1),
		"two tags of one":         strings.Replace(plantText, "      speed:", "      good:\n        address: ns=2;s=g\n      speed:", 1),
		"an unknown key of a tag": strings.Replace(plantText, "address: ns=2;s=v", "place: ns=2;s=v", 1),
		"no YAML":                 plantText + "sites: [",
		"no end of a line":        strings.TrimSuffix(plantText, "\n") + ": x",
	} {
		_, got := reread.Read("text", text, []reread.Reading{base})
		_, want := config.ParseDocument("text", []byte(text))
		if got == nil || want == nil || got.Error() != want.Error() {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}
