package amendment_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"millwright/config"
	"millwright/config/amendment"
	"millwright/config/machines"
)

const used = `
enterprise: Acme
connections:
  - {id: plc, driver: opcua, endpoint: "opc.tcp://plc:4840"}
  - {id: oven, driver: opcua, endpoint: "opc.tcp://oven:4840"}
machines:
  filler: {tags: {State: {address: "ns=1;s=State"}, Out: {address: "ns=1;s=Out"}}, signals: {state: State, good: {tag: Out}}, faults: {"205": jam}}
  wrapper: {tags: {Out: {address: "ns=1;s=Wrapped"}}}
reasons: [{id: jam, name: Jam, category: breakdown}, {id: film, name: Film, category: material}]
scrap: [{id: burr, name: Burr}]
sites:
  - id: ulm
    zone: Europe/Berlin
    shifts: [{name: early, start: "06:00", end: "14:00"}]
    areas:
      - id: hall
        lines:
          - {id: one, rates: {COLA: 600ms, "*": 1s}, units: [{id: filler, connection: plc, machines: [filler]}, {id: wrapper, connection: oven, machines: [wrapper]}]}
          - {id: two, units: [{id: filler2, connection: plc, machines: [filler]}]}
          - {id: three, units: [{id: filler3, connection: plc, machines: [filler]}]}
`

const draft = `
enterprise: Acme Bottling
connections:
  - {id: press, driver: opcua, endpoint: "opc.tcp://press:4840"}
  - {id: plc, driver: opcua, endpoint: "opc.tcp://plc:4841"}
machines:
  filler: {tags: {State: {address: "ns=1;s=State"}, Out: {address: "ns=1;s=Out", unit: C62}, Fault: {address: "ns=1;s=Fault"}}, signals: {state: State, good: {tag: Out}, fault: Fault}}
  press: {tags: {Out: {address: "ns=1;s=Pressed"}}}
reasons: [{id: film, name: Film torn, category: material}, {id: jam, name: Jam, category: breakdown}]
sites:
  - id: ulm
    name: Ulm works
    zone: Europe/Berlin
    shifts: [{name: early, start: "05:00", end: "14:00"}]
    areas:
      - id: hall
        lines:
          - {id: two, thresholds: {min_stop: 20s}, units: [{id: filler2, connection: plc, machines: [filler], signals: {speed: none}}]}
          - {id: four, units: [{id: press, connection: press, machines: [press]}]}
          - {id: one, rates: {COLA: 700ms}, units: [{id: filler, connection: plc, machines: [filler], faults: {"7": jam}}]}
  - {id: graz, zone: Europe/Vienna}
`

func parsed(t testing.TB, text string) config.Document {
	t.Helper()
	d, err := config.ParseDocument("the plant", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func written(t testing.TB, d config.Document) string {
	t.Helper()
	text, err := d.Text()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryChangeIsToldByItsThing(t *testing.T) {
	d := parsed(t, draft)
	var got []string
	for _, c := range amendment.Of(parsed(t, used), &d) {
		got = append(got, c.Words())
	}
	want := []string{
		"the enterprise changes its name",
		"connection press is new",
		"connection plc changes its settings",
		"connection oven is taken away",
		"machine type filler changes its tags (Fault)",
		"machine type filler changes its tags (Out)",
		"machine type filler changes its signals",
		"machine type filler changes its fault codes (205)",
		"machine type press is new",
		"machine type wrapper is taken away",
		"reason film changes its words and parts",
		"reasons are in another order",
		"scrap reason burr is taken away",
		"site ulm changes its name",
		"site ulm changes its shifts",
		"line two changes its thresholds",
		"unit filler2 of line two changes its signals",
		"line four is new",
		"line one changes its rates (*)",
		"line one changes its rates (COLA)",
		"unit filler of line one changes its fault codes (7)",
		"unit wrapper is taken away",
		"line three is taken away",
		"lines are in another order",
		"site graz is new",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if same := parsed(t, used); len(amendment.Of(parsed(t, used), &same)) > 0 {
		t.Error("what says the same is told as a change")
	}
}

func TestOneChangeIsTakenBackAndAllOthersStand(t *testing.T) {
	was := parsed(t, used)
	first := parsed(t, draft)
	for i, c := range amendment.Of(was, &first) {
		d := parsed(t, draft)
		all := amendment.Of(was, &d)
		all[i].TakeBack()
		var left []string
		for _, o := range amendment.Of(was, &d) {
			left = append(left, o.Key)
		}
		for j, o := range all {
			if there := slices.Contains(left, o.Key); there == (i == j) && !strings.HasSuffix(o.Key, "/order of all") {
				t.Errorf("%s is taken back: %s is there: %v", c.Words(), o.Words(), there)
			}
		}
	}
}

// In whatever order changes are taken back, the plant in use comes out in the end.
func TestAllChangesTakenBackLeaveThePlantInUse(t *testing.T) {
	was := parsed(t, used)
	dice := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		d := parsed(t, draft)
		machines.Succeed(was, &d)
		for steps := 0; ; steps++ {
			all := amendment.Of(was, &d)
			if len(all) == 0 {
				break
			}
			if steps > 100 {
				t.Fatalf("%s comes again and again", all[0].Words())
			}
			all[dice.IntN(len(all))].TakeBack()
			machines.Succeed(was, &d)
		}
		if got, want := written(t, d), written(t, was); got != want {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
	}
}

func TestTakingBackChangesNeitherPlantThatItIsReadFrom(t *testing.T) {
	was, before := parsed(t, used), written(t, parsed(t, used))
	d := parsed(t, draft)
	types := d.Machines
	for _, c := range amendment.Of(was, &d) {
		c.TakeBack()
	}
	if written(t, was) != before {
		t.Error("the plant in use was changed")
	}
	if len(types["filler"].Tags) != 3 {
		t.Error("a machine type was changed, not replaced")
	}
}

func TestManySettingsOfATableAreOneChange(t *testing.T) {
	was, d := parsed(t, used), parsed(t, used)
	tags := map[string]config.TagEntry{}
	for c := 'a'; c < 'a'+21; c++ {
		tags[string(c)] = config.TagEntry{Address: "ns=1;s=" + string(c)}
	}
	d.Machines["wrapper"] = config.MachineType{Tags: tags}
	all := amendment.Of(was, &d)
	if len(all) != 1 || all[0].Words() != "machine type wrapper changes its tags (22 of them)" {
		t.Fatalf("%d changes: %s", len(all), all[0].Words())
	}
	if all[0].TakeBack(); written(t, d) != written(t, was) {
		t.Error(written(t, d))
	}
}

func TestAVersionThatIsDroppedIsKeptAgain(t *testing.T) {
	text := strings.Replace(used, "wrapper: {tags", "wrapper: {version: 2, before: {1: {tags: {Old: {address: x}}}}, tags", 1)
	was, d := parsed(t, text), parsed(t, text)
	if err := machines.Drop(&d, "wrapper", 1); err != nil {
		t.Fatal(err)
	}
	all := amendment.Of(was, &d)
	if len(all) != 1 || all[0].Words() != "machine type wrapper no longer keeps its version 1" {
		t.Fatalf("%+v", all)
	}
	if all[0].TakeBack(); written(t, d) != written(t, was) {
		t.Error(written(t, d))
	}
}
