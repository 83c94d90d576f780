package plant

import (
	"strings"
	"testing"
)

func TestRolesAreOrdered(t *testing.T) {
	order := []Role{Nobody, Display, Viewer, Operator, Manager, Admin}
	for i, r := range order {
		if int(r) != i {
			t.Errorf("%s has the rank %d, want %d", r, r, i)
		}
	}
}

func TestRolesReadAsTheyPrint(t *testing.T) {
	for _, r := range []Role{Display, Viewer, Operator, Manager, Admin} {
		if got, err := ParseRole(r.String()); err != nil || got != r {
			t.Errorf("%s reads as %s: %v", r, got, err)
		}
	}
	for _, word := range []string{"", "nobody", "Admin", "root", strings.Repeat("x", 1000)} {
		if got, err := ParseRole(word); err == nil || got != Nobody || len(err.Error()) > 150 {
			t.Errorf("%q reads as %s: %v", word, got, err)
		}
	}
	if Role(200).String() != "nobody" {
		t.Errorf("an unknown role prints as %s", Role(200))
	}
}

func TestTheProgramIsAnAuthor(t *testing.T) {
	if p := Program(); p.Name != "millwright" || p.ID != 0 || p.Role != Admin {
		t.Errorf("%+v", p)
	}
}

func TestLinesAndRatesAreFound(t *testing.T) {
	p := Plant{Sites: []Site{{ID: "ulm", Areas: []Area{
		{ID: "filling", Lines: []Line{{ID: "filling-1", Rates: []Rate{{"", 900}, {"COLA-05", 600}}}}},
		{ID: "assembly", Lines: []Line{{ID: "assembly-1", Rates: []Rate{{"VALVE-A", 4000}}}}},
	}}}}
	if lines := p.Lines(); len(lines) != 2 || lines[1].ID != "assembly-1" {
		t.Errorf("%+v", lines)
	}
	if _, ok := p.Line("packing-1"); ok {
		t.Error("found a line that is not there")
	}
	filling, _ := p.Line("filling-1")
	assembly, _ := p.Line("assembly-1")
	for _, c := range []struct {
		line    Line
		product string
		cycle   int
		ok      bool
	}{{filling, "COLA-05", 600, true}, {filling, "WATER-05", 900, true}, {assembly, "VALVE-A", 4000, true}, {assembly, "VALVE-B", 0, false}} {
		if cycle, ok := c.line.Ideal(c.product); int(cycle) != c.cycle || ok != c.ok {
			t.Errorf("%s of %s: %d %v", c.product, c.line.ID, cycle, ok)
		}
	}
}
