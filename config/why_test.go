package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant/reason"
)

const explained = `
machines:
  kind: {faults: {"107": jam, "200-299": worn, E-9: jam}}
  late: {faults: {"107": worn}}
reasons:
  - {id: technical, name: Technical, category: breakdown, parts: [{id: jam, name: Jam, names: {de: Stau}}, {id: worn, name: Worn}]}
  - {id: material, name: Material}
scrap: [{id: burr, name: Burr, parts: [{id: edge, name: Edge}]}]
sites:
  - id: ulm
    zone: Europe/Berlin
    language: de
    areas:
      - id: a
        lines:
          - id: l
            changeover: {target: 12m, to: {B: 15m}, from_to: {"A > B": 25m}}
            reasons: [material]
            units:
              - {id: u, machines: [kind, late], faults: {"205": none}}
              - {id: v, machines: [kind]}
`

func TestFaultCodesMeanReasons(t *testing.T) {
	m, err := ParsePlant("p", []byte(explained))
	if err != nil {
		t.Fatal(err)
	}
	l := m.Plant.Lines()[0]
	for code, want := range map[string]string{"l/u 107": "Worn", "l/u 204": "Worn", "l/u 205": "", "l/v 205": "Worn", "l/v 107": "Stau", "l/v E-9": "Stau", "l/v 300": "", "x 107": ""} {
		unit, fault, _ := strings.Cut(code, " ")
		got := ""
		for _, u := range l.Units {
			if r, ok := m.Plant.Why(l, u.ID, fault); ok && string(u.ID) == unit {
				got = r.In(l.Language)
			}
		}
		if got != want {
			t.Errorf("%s means %q, want %q", code, got, want)
		}
	}
	if r, ok := m.Plant.Reasons.Stop("worn"); !ok || r.Loss != "breakdown" || len(l.Reasons) != 1 {
		t.Errorf("%+v %v", r, l.Reasons)
	}
	if d, ok := l.Changeover.Target("A", "B"); !ok || d != 25*time.Minute {
		t.Errorf("the target is %s", d)
	}
}

func TestEveryMistakeInReasonsIsTold(t *testing.T) {
	deep := strings.Replace(explained, "{id: worn, name: Worn}", "{id: worn, parts: [{id: x, parts: [{id: y}]}]}", 1)
	for _, c := range []struct{ old, with, want string }{
		{"id: jam,", "id: Jam,", `reasons[0].parts[0].id: "Jam" is no identity`},
		{"id: jam,", "id: none,", `reasons[0].parts[0].id: "none" is no identity`},
		{"id: material", "id: jam", `reasons[1].id: reason "jam" stands already at reasons[0].parts[0]`},
		{"de: Stau", "german: Stau", "reasons[0].parts[0].names.german: is no language"},
		{"name: Jam", "name: " + strings.Repeat("x", 81), "reasons[0].parts[0].name: is no name"},
		{"category: breakdown", "category: running", `reasons[0].category: "running" is no loss; use planned stop`},
		{"id: edge, name: Edge", "id: edge, parts: [{id: z}]", "scrap[0].parts[0].parts: stand on level 3; there are 2 levels"},
		{`"107": jam`, `"107": jom`, `machines.kind.faults.107: there is no reason "jom"`},
		{`"107": jam`, `"250": jam`, "machines.kind.faults.250: lies within 200-299"},
		{`"107": jam`, `"100-200": jam`, "machines.kind.faults.200-299: overlaps 100-200"},
		{`"107": jam`, `"99-7": jam`, "machines.kind.faults.99-7: ends before it begins"},
		{`"205": none`, `"205": jom`, "sites[0].areas[0].lines[0].units[0].faults.205: there is no reason"},
		{"language: de", "language: German", `sites[0].language: "German" is no language`},
		{"reasons: [material]", "reasons: [material, jum]", `lines[0].reasons[1]: "jum" is no reason of the plant`},
		{"target: 12m", "target: -1m", "changeover.target: is -1m0s"},
		{"{B: 15m}", "{B: 0s}", "changeover.to.B: is 0s"},
		{"A > B", "A to B", "changeover.from_to.A to B: names no two products"},
		{`"A > B": 25m`, `"A > B": 25m, "A>B": 5m`, "changeover.from_to.A>B: names no two products, or a change that stands here already"},
	} {
		_, err := ParsePlant("p", []byte(strings.Replace(explained, c.old, c.with, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.with, err, c.want)
		}
	}
	if _, err := ParsePlant("p", []byte(deep)); err == nil || !strings.Contains(err.Error(), "reasons[0].parts[1].parts[0].parts: stand on level 4") {
		t.Errorf("four levels: %v", err)
	}
	all := strings.NewReplacer("id: jam,", "id: Jam,", "language: de", "language: German", "target: 12m", "target: -1m").Replace(explained)
	if _, err := ParsePlant("p", []byte(all)); err == nil || !strings.Contains(err.Error(), "5 place(s)") { // and the two codes that mean jam
		t.Errorf("several at once: %v", err)
	}
}

func TestThereAreSoManyReasonsAndNoMore(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "  - {id: r%d}\n", i)
	}
	some := "reasons:\n" + b.String()
	if _, err := ParsePlant("p", []byte(some)); err != nil {
		t.Error(err)
	}
	if _, err := ParsePlant("p", []byte(some+"  - {id: one-more}\n")); err == nil || !strings.Contains(err.Error(), "reasons: are 1001; a plant has 1000 at most") {
		t.Errorf("%v", err)
	}
}

// The ledger of time and the tree of reasons speak of the same losses.
func TestReasonsExplainWhatTheLedgerLoses(t *testing.T) {
	for _, loss := range reason.Losses() {
		if c, ok := oee.ParseCategory(loss); !ok || c == oee.Running {
			t.Errorf("%q is no loss of the ledger", loss)
		}
	}
}
