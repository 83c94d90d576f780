package tagtable_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/config"
	"millwright/config/machines"
	"millwright/config/tagtable"
	"millwright/internal/errs"
	"millwright/internal/sheet"
)

func two() config.Document {
	low, high := -5.5, 4.5
	return config.Document{Machines: map[string]config.MachineType{
		"oven": {Tags: map[string]config.TagEntry{
			"temperature": {Address: "ns=2;s={line}.{unit}.T", Label: "Temperature", Unit: "CEL", Interval: 500 * time.Millisecond, Queue: 50, Deadband: 0.1, Scale: 0.01, Offset: -40, Low: &low, High: &high},
			"setpoint":    {Address: "=1+1", Label: "@evil", Writable: true},
			"heated":      {Expr: "-temperature *\n 2", Label: "Heated", Deadband: 0.5},
		}},
		"press": {Tags: map[string]config.TagEntry{"state": {Address: "S"}}, Signals: config.SignalsEntry{State: "state"}},
	}}
}

func read(t *testing.T, text string) sheet.Table {
	t.Helper()
	table, err := sheet.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func compared(t *testing.T, text string, d config.Document) tagtable.Report {
	t.Helper()
	r, err := tagtable.Compare(read(t, text), d, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnExportComesBackWithoutAChange(t *testing.T) {
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return sheet.CSV(b, tagtable.Table(two(), "")) },
		func(b *bytes.Buffer) error { return sheet.XLSX(b, "Tags", tagtable.Table(two(), "")) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		r := compared(t, b.String(), two())
		if r.Good() != 0 || r.Counts[tagtable.Same] != 4 || len(r.Notes) != 0 {
			t.Errorf("%+v", r)
		}
		fresh := config.Document{}
		compared(t, b.String(), fresh).Into(&fresh)
		want := two()
		press := want.Machines["press"]
		press.Signals = config.SignalsEntry{}
		want.Machines["press"] = press
		if d := cmp.Diff(want.Machines, fresh.Machines); d != "" {
			t.Error(d)
		}
	}
	if rows := tagtable.Table(two(), "press"); len(rows) != 2 {
		t.Errorf("%d rows of one type", len(rows))
	}
}

func TestEveryRowIsToldWhatWouldBecomeOfIt(t *testing.T) {
	const text = "Machine type;TAG;Address;Unit;Interval (s);Scale;Low;High;Writable;Colour\n" +
		"oven;temperature;ns=2;BAR;0,5;0,01;;;;red\n" + // changed
		"oven;setpoint;=1+1;;;;;;x;\n" + // unchanged
		"oven;temperature;a;;;;;;;\n" + // twice
		"oven;fan;ns=3;RPM;500ms;-1,5;1;2;no;\n" + // new
		"Oven 2;;a;;soon;1.000,5;9;1;maybe;\n" + // wrong, in every way
		"kiln;t;=cmd;XYZ;1;0x10;NaN;;;\n" + // wrong numbers
		"kiln;door;a;XYZ;;;3;2;;\n" + // a band upside down
		"kiln;lid;a;XYZ;;;;;;\n"
	r := compared(t, text, two())
	var got []string
	for _, row := range r.Rows {
		var all []string
		for _, c := range row.Changes {
			all = append(all, fmt.Sprintf("%s %q→%q", c.Column, c.Old, c.New))
		}
		for _, f := range row.Faults {
			all = append(all, f.Path)
		}
		got = append(got, fmt.Sprintf("%d %s %s", row.Number, row.Outcome, strings.Join(all, ", ")))
	}
	want := []string{
		`2 changed address "ns=2;s={line}.{unit}.T"→"ns=2", unit "CEL"→"BAR", low "-5.5"→"", high "4.5"→""`,
		`3 unchanged `,
		`4 wrong tag`,
		`5 new address ""→"ns=3", unit ""→"RPM", interval (s) ""→"0.5", scale ""→"-1.5", low ""→"1", high ""→"2"`,
		`6 wrong machine type, tag, interval (s), scale, writable`,
		`7 wrong scale, low`,
		`8 wrong high`,
		`9 new address ""→"a", unit ""→"XYZ"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "Colour") || r.Rows[7].Hint == "" || r.Rows[0].Hint != "" {
		t.Errorf("%v %q", r.Notes, r.Rows[7].Hint)
	}
	d := two()
	was := two()
	r.Into(&d)
	if e := d.Machines["oven"].Tags["temperature"]; e.Address != "ns=2" || e.Label != "Temperature" || e.Deadband != 0.1 || e.Low != nil {
		t.Errorf("what has no column was changed: %+v", e)
	}
	if e := d.Machines["oven"].Tags["fan"]; e.Interval != 500*time.Millisecond || e.Scale != -1.5 || e.Writable {
		t.Errorf("%+v", e)
	}
	if _, there := d.Machines["kiln"].Tags["lid"]; !there || len(d.Machines["kiln"].Tags) != 1 || len(d.Machines["press"].Tags) != 1 {
		t.Errorf("%+v", d.Machines)
	}
	again := compared(t, text, d)
	if again.Good() != 0 {
		t.Errorf("the same table changes something again: %+v", again.Counts)
	}
	if r.Same(again) || !r.Same(compared(t, text, was)) {
		t.Error("reports are told apart by something else than what they say")
	}
}

func TestADecimalCommaIsReadWhereItSeparatesNoCells(t *testing.T) {
	for text, want := range map[string]float64{
		"machine type;tag;address;scale\no;a;x;0,5": 0.5, "machine type\ttag\taddress\tscale\no\ta\tx\t-0,5": -0.5, "machine type,tag,address,scale\no,a,x,0.5": 0.5,
		"machine type;tag;address;scale\no;a;x;0.5": 0.5, "machine type;tag;address;scale\no;a;x;1e-3": 0.001, "machine type;tag;address;scale\no;a;x;\u22122": -2,
	} {
		d := config.Document{}
		compared(t, text, d).Into(&d)
		if got := d.Machines["o"].Tags["a"].Scale; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, text := range []string{"machine type,tag,address,scale\no,a,x,\"0,5\"", "machine type;tag;address;scale\no;a;x;1.234,5", "machine type;tag;address;scale\no;a;x;1,234,5", "machine type;tag;address;scale\no;a;x;Inf", "machine type;tag;address;scale\no;a;x;1_000"} {
		if r := compared(t, text, config.Document{}); r.Counts[tagtable.Wrong] != 1 {
			t.Errorf("%q: %+v", text, r.Rows)
		}
	}
}

func TestATagIsReadFromTheMachineOrReckoned(t *testing.T) {
	const text = "machine type,tag,address,formula,scale,writable\n" +
		"oven,double,,temperature * 2,,\n" +
		"oven,nothing,,,1,\n" +
		"oven,both,ns=2,temperature * 2,,\n" +
		"oven,scaled,,temperature * 2,3,x\n" +
		"oven,half,,temperature *,,\n" +
		"oven,heated,,,,\n" + // its formula is taken away
		"oven,gone,,no_such_tag + 1,,\n" +
		"oven,after,,gone + 1,,\n" +
		"oven,other,,\"tag(\"\"one/oven/double\"\") + 1\",,\n"
	d := two()
	d.Sites = []config.SiteEntry{{ID: "ulm", Zone: "Europe/Berlin", Areas: []config.AreaEntry{{ID: "hall", Lines: []config.LineEntry{
		{ID: "one", Units: []config.UnitEntry{{ID: "oven", Machines: []string{"oven"}}}},
	}}}}}
	r := compared(t, text, d)
	var got []string
	for _, row := range r.Rows {
		words := row.Tag + " " + string(row.Outcome)
		for _, f := range row.Faults {
			words += "; " + f.Path + ": " + f.Message
		}
		got = append(got, words)
	}
	const alone = ": It does not go with a formula (expr): a derived tag is not read from a machine."
	const neither = " wrong; address: There is neither an address nor a formula: say where the machine has the tag, or what it is reckoned from."
	unknown := func(tag string) string {
		return ` wrong; formula: Unit one/oven has no tag "` + tag + `"; that of another unit is named tag("line/unit/name").`
	}
	want := []string{
		"double new", "nothing" + neither, "both wrong; address" + alone, "scaled wrong; scale" + alone + "; writable" + alone,
		"half wrong; formula: At character 13: it ends too early.", "heated" + neither, "gone" + unknown("no_such_tag"), "after" + unknown("gone"), "other new",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if r.Good() != 2 || r.Counts[tagtable.Wrong] != 7 {
		t.Errorf("%+v", r.Counts)
	}
	if r := compared(t, "machine type,tag,address,label\noven,heated,,Warmth", two()); r.Counts[tagtable.Changed] != 1 {
		t.Errorf("a table from before there was a column for formulas: %+v", r.Rows)
	}
	if r := compared(t, "machine type,tag,address,label\noven,cold,,", two()); r.Counts[tagtable.Wrong] != 1 {
		t.Errorf("a tag that was derived, in a table without formulas: %+v", r.Rows)
	}
}

func TestATableWithoutItsNamesIsRefused(t *testing.T) {
	for text, why := range map[string]string{"a,b\n1,2": "machine type", "machine type,label\n1,2": "export the tags", "machine type,tag,Tag\n1,2,3": "twice"} {
		_, err := tagtable.Compare(read(t, text), config.Document{}, func(int) {})
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzNoRowGetsIntoThePlantThatIsNoTag(f *testing.F) {
	f.Add("machine type;tag;address;unit;interval;scale;low;high\noven;a;x;CEL;1;2;3;4\noven;temperature;;;;;;")
	f.Add("machine type,tag,label,writable\n'=oven,\"a\nb\",'=1,yes")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := sheet.Read([]byte(text))
		if err != nil {
			return
		}
		d := two()
		told := 0
		r, err := tagtable.Compare(table, d, func(n int) { told = n })
		if err != nil {
			return
		}
		if told != len(table.Rows) || len(r.Rows) != told {
			t.Fatal("not every row was told of")
		}
		r.Into(&d)
		for m, kind := range d.Machines {
			for name, e := range kind.Tags {
				if wrong := machines.Check(e); wrong != nil || !machines.TagName.MatchString(name) || !machines.Name.MatchString(m) {
					t.Fatalf("%s %q: %+v %v", m, name, e, wrong)
				}
			}
		}
		text2, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		back, err := config.ParseDocument("plant.yaml", text2)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := tagtable.Compare(table, back, func(int) {}); err != nil || again.Good() != 0 {
			bad := slices.IndexFunc(again.Rows, func(r tagtable.Row) bool { return r.Outcome == tagtable.New || r.Outcome == tagtable.Changed })
			t.Fatalf("it changes something again: %v %+v", err, again.Rows[max(bad, 0)])
		}
	})
}

func TestTenThousandRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("machine type;tag;address;unit;scale\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "m%d;t%d;ns=2;CEL;0,5\n", i%10, i)
	}
	begin := time.Now()
	d := config.Document{}
	r := compared(t, b.String(), d)
	r.Into(&d)
	t.Logf("%d rows in %v", r.Good(), time.Since(begin))
	if r.Good() != 10_000 || len(d.Machines) != 10 {
		t.Errorf("%+v", r.Counts)
	}
}
