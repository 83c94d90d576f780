package access_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func TestATokenMayWhatItsScopesSay(t *testing.T) {
	type scopes = []access.Scope
	for _, c := range []struct {
		has    scopes
		needed access.Scope
		as     plant.Role
		ok     bool
	}{
		{scopes{access.Read}, access.Read, plant.Viewer, true},
		{scopes{access.Read}, access.SendSamples, 0, false},
		{scopes{access.SendSamples}, access.Read, 0, false},
		{scopes{access.StepJobs}, access.StepJobs, plant.Operator, true},
		{scopes{access.StepJobs}, access.WriteJobs, 0, false},
		{scopes{access.WriteJobs}, access.StepJobs, plant.Manager, true}, // and so may abort
		{scopes{access.StepJobs, access.WriteJobs}, access.StepJobs, plant.Manager, true},
		{scopes{access.StepJobs, access.WritePlant}, access.StepJobs, plant.Operator, true}, // an admin's scope lends nothing to another
		{scopes{access.WritePlant}, access.ReadPlant, plant.Admin, true},
		{scopes{access.ReadPlant}, access.WritePlant, 0, false},
		{scopes{access.Administer}, access.WritePlant, 0, false},
		{scopes{"everything"}, "everything", 0, false},
		{nil, "", 0, false},
	} {
		if as, ok := (access.Token{Scopes: c.has}).Allows(c.needed); as != c.as || ok != c.ok {
			t.Errorf("%v for %s: %s %v", c.has, c.needed, as, ok)
		}
	}
	for _, m := range access.Scopes() {
		if m.Scope.Role() != m.As {
			t.Errorf("%s: %s", m.Scope, m.Scope.Role())
		}
	}
	if access.Scope("nope").Role() <= plant.Admin {
		t.Error("an unknown scope is open to an admin")
	}
	at := access.Token{At: []plant.Place{"ulm/filling"}}.Reach(plant.Operator)
	if at.Base != plant.Nobody || at.At("ulm/filling/filling-1") != plant.Operator || at.At("ulm/packing") != plant.Nobody {
		t.Errorf("%+v", at)
	}
	if (access.Token{}).Reach(plant.Viewer).At("") != plant.Viewer {
		t.Error("without places a token holds everywhere")
	}
}

func TestScopesAreCheckedBeforeATokenIsMade(t *testing.T) {
	v := vault(t)
	many := make([]plant.Place, 65)
	for i := range many {
		many[i] = "ulm"
	}
	for _, n := range []access.NewToken{
		{Name: "x"},
		{Name: "x", Scopes: []access.Scope{"everything"}},
		{Name: "x", Role: plant.Display, Page: "/wall/hall/filling", Scopes: []access.Scope{access.Read}},
		{Name: "x", Role: plant.Display, Page: "/wall/hall/filling", At: []plant.Place{"ulm"}},
		{Name: "x", Scopes: []access.Scope{access.Read}, At: []plant.Place{"/etc"}},
		{Name: "x", Scopes: []access.Scope{access.Read}, At: []plant.Place{""}},
		{Name: "x", Scopes: []access.Scope{access.Read}, At: many},
		{Name: "x", Scopes: []access.Scope{access.ReadPlant}, At: []plant.Place{"ulm"}},
		{Name: "x", Role: plant.Admin, At: []plant.Place{"ulm"}},
	} {
		if _, _, err := access.AddToken(t.Context(), v, n, plant.Program()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", n, err)
		}
	}
	_, made, err := access.AddToken(t.Context(), v, access.NewToken{
		Name: "gateway", Scopes: []access.Scope{access.SendSamples, access.Read, access.Read}, At: []plant.Place{"ulm", "connection:plc", "ulm"},
	}, plant.Program())
	if err != nil || !slices.Equal(made.Scopes, []access.Scope{access.Read, access.SendSamples}) || !slices.Equal(made.At, []plant.Place{"connection:plc", "ulm"}) || made.Role != plant.Operator {
		t.Errorf("%+v %v", made, err)
	}
	_, old, err := access.AddToken(t.Context(), v, access.NewToken{Name: "reader", Role: plant.Manager}, plant.Program())
	if err != nil || access.Words(old.Scopes) != "read samples:write samples:correct jobs:step jobs:write time:write calls:write time:sign items:write stock:write sales:write purchase:write plan:write documents:write" || old.Role != plant.Manager {
		t.Errorf("%+v %v", old, err)
	}
}

func TestGrantsOfAPerson(t *testing.T) {
	v := vault(t)
	addUser(t, v, "Ada", plant.Viewer)
	grant := func(version int64, at plant.Place, role plant.Role) error {
		return access.ChangeGrant(t.Context(), v, access.Regrant{ID: 1, Version: version, At: at, Role: role, Why: "w"}, plant.Program())
	}
	for _, at := range []plant.Place{"", "connection:plc", "Ulm", "ulm//x"} {
		if err := grant(1, at, plant.Operator); errs.KindOf(err) != errs.Invalid {
			t.Errorf("at %q: %v", at, err)
		}
	}
	if err := grant(1, "ulm", plant.Display); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a display: %v", err)
	}
	for i, step := range []struct {
		at   plant.Place
		role plant.Role
	}{{"ulm/filling", plant.Operator}, {"ulm", plant.Manager}, {"ulm/filling", plant.Viewer}, {"ulm", plant.Nobody}} {
		if err := grant(int64(1+i), step.at, step.role); err != nil {
			t.Fatal(err)
		}
	}
	if err := grant(4, "ulm", plant.Operator); errs.KindOf(err) != errs.Conflict {
		t.Errorf("an old version: %v", err)
	}
	if err := grant(5, "ulm/filling", plant.Viewer); err != nil {
		t.Error(err)
	}
	u, err := v.User(t.Context(), 1)
	if err != nil || u.Version != 5 || !slices.Equal(u.Grants, []plant.Grant{{At: "ulm/filling", Role: plant.Viewer}}) {
		t.Errorf("%+v %v", u, err)
	}
}

func TestTheDocumentNamesEveryScope(t *testing.T) {
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range access.Scopes() {
		if !strings.Contains(string(text), "\n| `"+string(m.Scope)+"` | ") {
			t.Errorf("docs/api.md has no row of the scope %s", m.Scope)
		}
	}
}
