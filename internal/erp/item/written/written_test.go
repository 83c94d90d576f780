package written

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func TestAnItemIsReadAsItIsWritten(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Read(map[string]string{
		"name": " Bar ", "kind": "Make", "unit": "kg", "tracking": "lot", "shelfDays": "30", "standardCost": "3.5", "phantom": "no", "yield": "0.98", "safety": "1000000.000001",
		"units": "XBG = 25; LBR=0.45359237", "revisions": "A from 2026-03-02: as it began\nB", "alternates": "M-2 = 2/3\nM-3", "lotRule": "fixed", "lotQuantity": "10",
	}, zone)
	if err != nil {
		t.Fatal(err)
	}
	i := item.Blank("M-1")
	set(&i)
	want := item.Blank("M-1")
	want.Name, want.Kind, want.Unit, want.Tracking, want.ShelfDays, want.Standard = "Bar", item.Make, "KGM", item.Lot, 30, 3_500_000
	want.Planning.Yield, want.Planning.Rule, want.Planning.Lot, want.Planning.Safety = item.Ratio{Num: 49, Den: 50}, item.Fixed, plant.Pieces(10), 1_000_000_000_001
	want.Units = []item.Unit{{Code: "XBG", Factor: item.Ratio{Num: 25, Den: 1}}, {Code: "LBR", Factor: item.Ratio{Num: 45_359_237, Den: 100_000_000}}}
	want.Revisions = []item.Revision{{Name: "A", From: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC), Note: "as it began"}, {Name: "B"}}
	want.Alternates = []item.Alternate{{Number: "M-2", Factor: item.Ratio{Num: 2, Den: 3}}, {Number: "M-3", Rank: 1, Factor: item.One()}}
	if d := cmp.Diff(want, i); d != "" {
		t.Error(d)
	}
	again, err := Read(map[string]string{"units": WriteUnits(i.Units), "revisions": WriteRevisions(i.Revisions, zone), "alternates": WriteAlternates(i.Alternates)}, zone)
	if err != nil {
		t.Fatal(err)
	}
	again(&i)
	if d := cmp.Diff(want, i); d != "" {
		t.Error(d)
	}
}

func TestWhatCannotBeReadIsToldAtOnce(t *testing.T) {
	_, err := Read(map[string]string{
		"safety": "1e30", "lotMin": "9999999999999999", "standardCost": "=1+1", "phantom": "perhaps", "leadDays": "1.5", "units": "XBG", "revisions": "A from never", "yield": "-1", "colour": "red",
	}, time.UTC)
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range e.Fields {
		paths = append(paths, f.Path)
	}
	if got := strings.Join(paths, " "); got != "colour leadDays lotMin phantom revisions safety standardCost units yield" {
		t.Error(got)
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Minute, "90 s": 90 * time.Second, "1.5 h": 90 * time.Minute, "1h30m": 90 * time.Minute, "0.5 s": 500 * time.Millisecond, "2 d": 48 * time.Hour, "12min": 12 * time.Minute,
	} {
		if d, err := ParseDuration(text); err != nil || d != want {
			t.Errorf("%q: %s %v", text, d, err)
		}
	}
	for _, text := range []string{"-5", "1e30", "soon", "5 weeks", "999999999999999 h", "h"} {
		if d, err := ParseDuration(text); err == nil {
			t.Errorf("%q is %s", text, d)
		}
	}
	if got := WriteDuration(time.Hour + time.Millisecond); got != "3600.001 s" {
		t.Error(got)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "us")) * time.Microsecond
		if back, err := ParseDuration(WriteDuration(d)); err != nil || back != d {
			t.Fatalf("%s is written %q and read %s: %v", d, WriteDuration(d), back, err)
		}
	})
}

func TestLinesArePasted(t *testing.T) {
	got := Paste("A-1\t2\tKGM\t5 %\r\n\nB-2; 3 kg;; 1\n=cmd|'/c calc'!A1\tx\n")
	want := []Line{{Item: "A-1", Quantity: "2", Unit: "KGM", Scrap: "5 %"}, {Item: "B-2", Quantity: "3", Unit: "kg", Scrap: "1"}, {Item: "=cmd|'/c calc'!A1", Quantity: "x"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = Paste("Number\tNote\tQty\nA\tblue\t7\n")
	if d := cmp.Diff([]Line{{Item: "A", Note: "blue", Quantity: "7"}}, got); d != "" {
		t.Error(d)
	}
	b := Bill{Batch: "10", Lines: []Line{{Item: "A", Quantity: "1e30"}, {Item: "?", Quantity: "-1", Scrap: "4 %", Unit: "kg"}, {}}, Operations: []Operation{{Name: "Turn", Centre: "lathe", Run: "2"}, {Centre: "?", Setup: "soon"}}}
	read, err := b.Read(bill.Bill{}, map[string]item.Item{"A": {ID: 7}}, map[string]bill.Centre{"lathe": {ID: 3}}, tool.Kit{})
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) != 5 {
		t.Fatal(err)
	}
	if l, o := read.Lines[1], read.Operations[0]; l.Scrap != 4*plant.One || l.Unit != "KGM" || read.Lines[0].Item != 7 || o.Centre != 3 || o.Run != 2*time.Minute || o.Crew != plant.One || read.Batch != plant.Pieces(10) {
		t.Errorf("%+v", read)
	}
}
