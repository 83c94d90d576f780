package plant

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestAPlaceCoversItsParts(t *testing.T) {
	for _, c := range []struct {
		outer, inner Place
		want         bool
	}{
		{"", "", true},
		{"", "ulm/filling", true},
		{"", "connection:plc", true},
		{"ulm", "ulm", true},
		{"ulm", "ulm/filling/filling-1", true},
		{"ulm/filling", "ulm/filling/filling-1", true},
		{"ulm/filling/filling-1", "ulm/filling/filling-1", true},
		{"ulm/filling/filling-1", "ulm/filling/filling-10", false},
		{"ulm/fill", "ulm/filling", false},
		{"ulm/filling", "ulm", false},
		{"ulm", "", false},
		{"filling", "ulm/filling", false},
		{"connection:plc", "connection:plc-2", false},
	} {
		if got := c.outer.Covers(c.inner); got != c.want {
			t.Errorf("%q covers %q: %v", c.outer, c.inner, got)
		}
	}
}

func TestPlacesAreRead(t *testing.T) {
	for _, good := range []string{"ulm", "ulm/filling", "ulm/filling/filling-1", "connection:plc"} {
		if p, err := ParsePlace(good); err != nil || string(p) != good {
			t.Errorf("%q: %q %v", good, p, err)
		}
	}
	for _, bad := range []string{"", "/", "ulm/", "/ulm", "Ulm", "ulm//x", "a/b/c/d", "connection:", "connection:a/b", "ulm,rom", "ulm rom", strings.Repeat("x", 1000)} {
		if p, err := ParsePlace(bad); err == nil || len(err.Error()) > 250 {
			t.Errorf("%q reads as %q: %v", bad, p, err)
		}
	}
}

func TestTheRoleAtAPlaceIsTheHighestThatCoversIt(t *testing.T) {
	r := Reach{Base: Viewer, Grants: []Grant{{"ulm/filling", Operator}, {"ulm/filling/filling-2", Manager}, {"rom", Viewer}}}
	for p, want := range map[Place]Role{
		"": Viewer, "ulm": Viewer, "ulm/filling": Operator, "ulm/filling/filling-1": Operator, "ulm/filling/filling-2": Manager,
		"rom/a/b": Viewer, "ulm/packing/packing-1": Viewer, "connection:plc": Viewer,
	} {
		if got := r.At(p); got != want {
			t.Errorf("at %q: %s, want %s", p, got, want)
		}
	}
	if r.Most() != Manager || (Reach{}).Most() != Nobody || (Reach{}).At("ulm") != Nobody {
		t.Errorf("most: %s", r.Most())
	}
	r.Base = Nobody
	if got := r.Places(Viewer); !slices.Equal(got, []Place{"rom", "ulm/filling"}) {
		t.Errorf("sees %q", got)
	}
	if got := r.Places(Manager); !slices.Equal(got, []Place{"ulm/filling/filling-2"}) {
		t.Errorf("manages %q", got)
	}
	if got := Everywhere(Viewer).Places(Viewer); !slices.Equal(got, []Place{""}) {
		t.Errorf("a viewer of all sees %q", got)
	}
}

// Whatever the grants: a part has at least the role of the whole, nothing is above the highest role, and the places
// that are listed are exactly those where the role is held.
func TestReachIsMonotonous(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []Place
	for _, site := range []string{"a", "b"} {
		all = append(all, Place(site))
		for _, area := range []string{"x", "xx"} {
			all = append(all, Place(site+"/"+area))
			for i := range 3 {
				all = append(all, Place(fmt.Sprintf("%s/%s/%d", site, area, i)))
			}
		}
	}
	for range 2000 {
		r := Reach{Base: Role(rnd.IntN(3))}
		for range rnd.IntN(5) {
			r.Grants = append(r.Grants, Grant{all[rnd.IntN(len(all))], Viewer + Role(rnd.IntN(4))})
		}
		least := Viewer + Role(rnd.IntN(4))
		places := r.Places(least)
		for _, p := range all {
			role := r.At(p)
			if role > r.Most() || role < r.Base {
				t.Fatalf("%+v: %s at %s", r, role, p)
			}
			for _, q := range all {
				if p.Covers(q) && r.At(q) < role {
					t.Fatalf("%+v: %s at %s, but %s at its part %s", r, role, p, r.At(q), q)
				}
			}
			if listed := slices.ContainsFunc(places, func(o Place) bool { return o.Covers(p) }); listed != (role >= least) {
				t.Fatalf("%+v: %s at %s, listed for %s in %q: %v", r, role, p, least, places, listed)
			}
		}
	}
}

func TestAPartOfThePlantHoldsNothingElse(t *testing.T) {
	line := func(id, area string) Line { return Line{ID: LineID(id), Site: "ulm", Area: area} }
	whole := Plant{Enterprise: "E", Sites: []Site{
		{ID: "ulm", Areas: []Area{{ID: "filling", Lines: []Line{line("f-1", "filling"), line("f-2", "filling")}}, {ID: "empty"}, {ID: "packing", Lines: []Line{line("p-1", "packing")}}}},
		{ID: "rom"},
	}}
	r := Reach{Grants: []Grant{{"ulm/filling/f-2", Viewer}, {"ulm/empty", Viewer}}}
	part := whole.Within(func(p Place) bool { return r.At(p) >= Viewer })
	if len(part.Sites) != 1 || len(part.Sites[0].Areas) != 2 || len(part.Lines()) != 1 || part.Lines()[0].ID != "f-2" {
		t.Errorf("%+v", part)
	}
	if len(whole.Lines()) != 3 {
		t.Error("the plant itself was cut")
	}
	if all := whole.Within(func(Place) bool { return true }); len(all.Sites) != 2 || len(all.Lines()) != 3 {
		t.Errorf("%+v", all)
	}
}
