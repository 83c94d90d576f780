package machines

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/errs"
)

// works is a plant of three units, with the machine types and the types of each unit as given.
func works(t *testing.T, types, units string) config.Document {
	t.Helper()
	var list []string
	for i, of := range strings.Split(units, ";") {
		list = append(list, fmt.Sprintf("{id: u%d, machines: [%s]}", i+1, of))
	}
	text := "machines: " + types + "\nsites: [{id: ulm, zone: Europe/Berlin, areas: [{id: hall, lines: [{id: one, units: [" + strings.Join(list, ", ") + "]}]}]}]\n"
	d, err := config.ParseDocument("works.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func text(t *testing.T, d config.Document) string {
	t.Helper()
	b, err := d.Text()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAKindIsFoundByItsNameAndVersion(t *testing.T) {
	d := works(t, `{filler: {version: 3, tags: {c: {}}, before: {1: {tags: {a: {}}}, 2: {tags: {b: {}}}}}, plain: {tags: {p: {}}}, "odd@1": {tags: {o: {}}}}`, "filler")
	for ref, want := range map[string]string{
		"filler": "filler 3 [c]", "filler@3": "filler 3 pinned [c]", "filler@2": "filler 2 pinned [b]", "filler@1": "filler 1 pinned [a]",
		"plain": "plain 1 [p]", "plain@1": "plain 1 pinned [p]", "odd@1": "odd@1 1 [o]", "odd@1@1": "odd@1 1 pinned [o]",
		"filler@4": `machine type filler has no version "4"; there is 3, the newest; 2; 1`, "filler@x": `machine type filler has no version "x"; there is 3, the newest; 2; 1`,
		"plain@": `machine type plain has no version ""; there is 1, the newest`, "none": `there is no machine type "none"`, "none@1": `there is no machine type "none"`, "": `there is no machine type ""`,
	} {
		k, err := d.Kind(ref)
		got := fmt.Sprintf("%s %d", k.Name, k.Number())
		if k.Pinned {
			got += " pinned"
		}
		for name := range k.Tags {
			got += " [" + name + "]"
		}
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
}

func TestAPlantFileWithVersionsComesBackAsItWas(t *testing.T) {
	for _, types := range []string{
		`{filler: {tags: {a: {address: x}}, signals: {good: {tag: a}}}}`,
		`{filler: {version: 3, tags: {a: {address: x}}, before: {2: {tags: {a: {address: y, deadband: 2}}, signals: {good: {tag: a}}}}}}`,
	} {
		d := works(t, types, "filler")
		once := text(t, d)
		again, err := config.ParseDocument("again", []byte(once))
		if err != nil || text(t, again) != once {
			t.Errorf("%v\n%s", err, once)
		}
		if strings.Contains(types, "version") != strings.Contains(once, "version") {
			t.Errorf("a version came or went:\n%s", once)
		}
		if _, err := d.Model("works", nil); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsWrongWithVersionsIsTold(t *testing.T) {
	for _, c := range []struct{ types, units, want string }{
		{`{f: {version: 2}}`, "f@1", `sites[0].areas[0].lines[0].units[0].machines: machine type f has no version "1"; there is 2, the newest`},
		{`{f: {version: 2, before: {1: {}}}}`, "f, f@1", `machine type f stands here in two versions, 2 and 1; keep one of them`},
		{`{f: {version: -1}}`, "f", `machines.f.version: is -1`},
		{`{f: {version: 2000000}}`, "f", `machines.f.version: is 2000000`},
		{`{f: {before: {1: {}}}}`, "f", `machines.f.before.1: is no earlier version: the newest is 1`},
		{`{f: {version: 2, before: {0: {}}}}`, "f", `machines.f.before.0: is no earlier version: the newest is 2`},
		{`{f: {version: 2, before: {1: {version: 1}}}}`, "f", `machines.f.before.1: has a version, earlier ones or fault codes of its own`},
	} {
		_, err := works(t, c.types, c.units).Model("works", nil)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s %s: %v, want %s", c.types, c.units, err, c.want)
		}
	}
}

func TestNumbersFollowWhatIsSaid(t *testing.T) {
	const a, b, c = `tags: {t: {address: a}}`, `tags: {t: {address: b}}`, `tags: {t: {address: c}}`
	for name, one := range map[string]struct{ before, types, units, want, machines string }{
		"the same":                     {`{f: {` + a + `}}`, `{f: {` + a + `}}`, "f", `{f: {` + a + `}}`, "f"},
		"the same, numbered lower":     {`{f: {version: 4, ` + a + `}}`, `{f: {` + a + `}}`, "f", `{f: {version: 4, ` + a + `}}`, "f"},
		"the same, numbered higher":    {`{f: {version: 4, ` + a + `}}`, `{f: {version: 9, ` + a + `}}`, "f", `{f: {version: 4, ` + a + `}}`, "f"},
		"new":                          {`{}`, `{f: {version: 7, ` + a + `}}`, "f", `{f: {version: 7, ` + a + `}}`, "f"},
		"changed":                      {`{f: {` + a + `}}`, `{f: {` + b + `}}`, "f", `{f: {version: 2, ` + b + `}}`, "f"},
		"changed, and numbered":        {`{f: {` + a + `}}`, `{f: {version: 5, ` + b + `}}`, "f", `{f: {version: 5, ` + b + `}}`, "f"},
		"a unit stays":                 {`{f: {` + a + `}}`, `{f: {` + b + `}}`, "f; f@1", `{f: {version: 2, ` + b + `, before: {1: {` + a + `}}}}`, "f; f@1"},
		"a unit stays further back":    {`{f: {version: 2, ` + b + `, before: {1: {` + a + `}}}}`, `{f: {version: 2, ` + c + `}}`, "f@1", `{f: {version: 3, ` + c + `, before: {1: {` + a + `}}}}`, "f@1"},
		"kept, though nobody stays":    {`{f: {version: 2, ` + b + `, before: {1: {` + a + `}}}}`, `{f: {version: 2, ` + b + `, before: {1: {` + a + `}}}}`, "f", `{f: {version: 2, ` + b + `, before: {1: {` + a + `}}}}`, "f"},
		"taken back":                   {`{f: {` + a + `}}`, `{f: {version: 2, ` + a + `, before: {1: {` + a + `}}}}`, "f@1", `{f: {` + a + `}}`, "f@1"},
		"taken back, a unit stayed":    {`{f: {` + a + `}}`, `{f: {version: 2, ` + a + `}}`, "f@2", `{f: {` + a + `}}`, "f@1"},
		"an old state, numbered on":    {`{f: {version: 2, ` + b + `}}`, `{f: {` + a + `}}`, "f", `{f: {version: 3, ` + a + `}}`, "f"},
		"an old state, a unit stays":   {`{f: {version: 3, ` + b + `}}`, `{f: {version: 2, ` + a + `}}`, "f@2", `{f: {version: 4, ` + a + `}}`, "f@4"},
		"a pin on what never was":      {`{f: {` + a + `}}`, `{f: {` + b + `}}`, "f@9", `{f: {version: 2, ` + b + `}}`, "f@9"},
		"beside a type named like one": {`{f: {` + a + `}, "f@1": {` + c + `}}`, `{f: {` + b + `}, "f@1": {` + c + `}}`, "f@1", `{f: {version: 2, ` + b + `}, "f@1": {` + c + `}}`, "f@1"},
	} {
		before, d := works(t, one.before, "f"), works(t, one.types, one.units)
		if wrong := Succeed(before, &d); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		if got, want := text(t, d), text(t, works(t, one.want, one.machines)); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
		once := text(t, d)
		if Succeed(before, &d); text(t, d) != once {
			t.Errorf("%s: a second time it changes:\n%s", name, text(t, d))
		}
	}
}

func TestAnEarlierVersionNeverChanges(t *testing.T) {
	before := works(t, `{f: {version: 2, tags: {b: {}}, before: {1: {tags: {a: {}}}}}}`, "f@1")
	for types, want := range map[string]string{
		`{f: {version: 2, tags: {b: {}}, before: {1: {tags: {x: {}}}}}}`:                     "machines.f.before.1",
		`{f: {version: 3, tags: {c: {}}, before: {1: {tags: {a: {}}}, 2: {tags: {x: {}}}}}}`: "machines.f.before.2",
		`{f: {version: 3, tags: {c: {}}, before: {1: {tags: {a: {}}}, 2: {tags: {b: {}}}}}}`: "",
	} {
		d := works(t, types, "f@1")
		got := ""
		for _, w := range Succeed(before, &d) {
			got += w.Path
		}
		if got != want {
			t.Errorf("%s: %q, want %q", types, got, want)
		}
	}
}

func TestADifferenceCoversWhateverIsSaid(t *testing.T) {
	d := works(t, `{
		a: {tags: {gone: {address: g}, zone: {address: "x;s={unit}", deadband: 0.1, interval: 500ms}, same: {low: 1}}, signals: {state: zone, states: {ACTIVE: Execute}, good: {tag: gone, modulus: 65536}}},
		b: {tags: {new: {label: New}, zone: {address: "y;s={unit}", scale: 2, interval: 1s, writable: true, high: 4.5}, same: {low: 1}}, signals: {state: zone, states: {ACTIVE: Held, "7": Idle}, good: {tag: new}}}}`, "a")
	var got []string
	for _, x := range Diff(d.Machines["a"], d.Machines["b"]) {
		got = append(got, x.Words())
	}
	want := []string{
		"tag gone is no longer read; its history stays",
		"tag new is new (New)",
		"tag zone: address x;s={unit} → y;s={unit}; its history goes on under the same name",
		"tag zone: deadband 0.1 → –",
		"tag zone: high – → 4.5",
		"tag zone: interval 500ms → 1s",
		"tag zone: scale – → 2",
		"tag zone: writable – → true",
		"signals good modulus 65536 → –",
		"signals good tag gone → new",
		"signals states 7 – → Idle",
		"signals states ACTIVE Execute → Held",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if more := Diff(d.Machines["a"], d.Machines["a"]); len(more) > 0 {
		t.Errorf("a type differs from itself: %v", more)
	}
}

func TestAChangeOfATypeTellsWhomItReaches(t *testing.T) {
	const before, after = `{f: {tags: {t: {address: a}}}, g: {tags: {s: {}}}}`, `{f: {version: 2, tags: {t: {address: b}}, before: {1: {tags: {t: {address: a}}}}}, h: {}}`
	var got []string
	for _, c := range Changes(works(t, before, "f;f;f;g,f"), works(t, after, "f;f;f@1;f;f")) {
		got = append(got, c.Thing+" "+c.What)
	}
	want := []string{
		"machine type f is version 2 after 1: 4 units follow it; one/u3 on 1 stays",
		"machine type h is new",
		"machine type g is no longer there",
		"2 units, one/u1 and one/u2 read otherwise: tag t: address a → b; its history goes on under the same name",
		"unit one/u4 read otherwise: tag s is no longer read; its history stays; tag t: address a → b; its history goes on under the same name",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func TestAUsedTypeStays(t *testing.T) {
	d := works(t, `{f: {version: 3, before: {1: {}, 2: {}}}, g: {}}`, "f;f@2")
	for what, do := range map[string]struct {
		do   func() error
		kind errs.Kind
		want string
	}{
		"used":            {func() error { return Remove(&d, "f") }, errs.Conflict, "machine type f is used by one/u1 and one/u2"},
		"gone":            {func() error { return Remove(&d, "x") }, errs.NotFound, "no machine type"},
		"version in use":  {func() error { return Drop(&d, "f", 2) }, errs.Conflict, "version 2 of machine type f is used by one/u2"},
		"the newest":      {func() error { return Drop(&d, "f", 3) }, errs.NotFound, "keeps no earlier version 3"},
		"a bad name":      {func() error { return Add(&d, "F F", "") }, errs.Invalid, "small letters"},
		"a name taken":    {func() error { return Add(&d, "g", "") }, errs.Invalid, "already"},
		"like nothing":    {func() error { return Add(&d, "k", "x") }, errs.Invalid, "no machine type"},
		"not of the unit": {func() error { return Move(&d.Sites[0].Areas[0].Lines[0].Units[0], "g", 1) }, errs.NotFound, "has no machine type g"},
	} {
		if err := do.do(); errs.KindOf(err) != do.kind || !strings.Contains(err.Error(), do.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	u := &d.Sites[0].Areas[0].Lines[0].Units[1]
	for _, err := range []error{Remove(&d, "g"), Add(&d, "k", "f"), Move(u, "f", 0), Drop(&d, "f", 2), Move(u, "f", 1)} {
		if err != nil {
			t.Error(err)
		}
	}
	if got, want := text(t, d), text(t, works(t, `{f: {version: 3, before: {1: {}}}, k: {}}`, "f;f@1")); got != want {
		t.Errorf("%s want %s", got, want)
	}
}

// What fault codes mean is said of all versions together: it makes none.
func TestFaultCodesMakeNoVersion(t *testing.T) {
	was := config.MachineType{Signals: config.SignalsEntry{Good: config.CounterEntry{Tag: "good"}}, Tags: map[string]config.TagEntry{"good": {}}}
	now := was
	now.Faults = map[string]string{"107": "jam"}
	d := config.Document{Machines: map[string]config.MachineType{"filler": now}}
	Succeed(config.Document{Machines: map[string]config.MachineType{"filler": was}}, &d)
	if got := d.Machines["filler"]; got.Number() != 1 || got.Faults["107"] != "jam" || got.Before != nil {
		t.Errorf("%+v", got)
	}
	if err := Add(&d, "filler-b", "filler"); err != nil || d.Machines["filler-b"].Faults["107"] != "jam" {
		t.Errorf("%v %+v", err, d.Machines["filler-b"])
	}
}

// Over many publishes, from files that number as they like, a number means one thing, and a unit that stays reads the
// same as before.
func TestANumberNeverMeansTwoThings(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		d := works(t, `{f: {tags: {t: {address: a}}}}`, "f;f;f")
		meant := map[int]string{}
		for range 12 {
			next := works(t, `{f: {}}`, "f;f;f")
			f := d.Machines["f"]
			if dice.IntN(3) > 0 {
				f = config.MachineType{Version: dice.IntN(4), Tags: map[string]config.TagEntry{"t": {Address: string(rune('a' + dice.IntN(4)))}}}
			}
			next.Machines["f"] = f
			units := next.Sites[0].Areas[0].Lines[0].Units
			for i := range units {
				units[i].Machines = d.Sites[0].Areas[0].Lines[0].Units[i].Machines
				if dice.IntN(4) == 0 {
					all := d.Machines["f"].Versions()
					_ = Move(&units[i], "f", append(all, 0)[dice.IntN(len(all)+1)])
				}
			}
			before := make([]string, len(units))
			for i, u := range units {
				if k, err := d.Kind(u.Machines[0]); err == nil && k.Pinned {
					before[i] = k.Tags["t"].Address
				}
			}
			if wrong := Succeed(d, &next); len(wrong) > 0 {
				t.Fatal(wrong)
			}
			if _, err := next.Model("works", nil); err != nil {
				t.Fatalf("%v\nafter\n%s\nfrom\n%s", err, text(t, next), text(t, d))
			}
			if next.Machines["f"].Number() < d.Machines["f"].Number() {
				t.Fatalf("a number went down:\n%s\n%s", text(t, d), text(t, next))
			}
			for i, u := range next.Sites[0].Areas[0].Lines[0].Units {
				if k, err := next.Kind(u.Machines[0]); err != nil || before[i] != "" && k.Tags["t"].Address != before[i] {
					t.Fatalf("unit %d read %q and reads %+v (%v)\n%s\n%s", i+1, before[i], k, err, text(t, d), text(t, next))
				}
			}
			for _, n := range next.Machines["f"].Versions() {
				at, _ := next.Machines["f"].At(n)
				says := at.Tags["t"].Address
				if was, known := meant[n]; known && was != says {
					t.Fatalf("version %d meant %s and means %s\n%s\n%s", n, was, says, text(t, d), text(t, next))
				}
				meant[n] = says
			}
			d = next
		}
	}
}

func TestAScaleOfOneIsNoChange(t *testing.T) {
	was := works(t, `{filler: {tags: {a: {address: x}}}}`, "filler")
	now := works(t, `{filler: {tags: {a: {address: x, scale: 1}}}}`, "filler")
	for _, both := range [][2]config.Document{{was, now}, {now, was}} {
		if all := Changes(both[0], both[1]); len(all) != 0 {
			t.Errorf("felt: %v", all)
		}
		if wrong := Succeed(both[0], &both[1]); len(wrong) > 0 || both[1].Machines["filler"].Number() != 1 {
			t.Errorf("it is version %d, %v", both[1].Machines["filler"].Number(), wrong)
		}
	}
	if now.Machines["filler"].Tags["a"].Scale != 1 {
		t.Error("what was written is changed")
	}
}
