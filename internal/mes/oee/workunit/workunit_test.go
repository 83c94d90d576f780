package workunit

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// did is a machine that ran for an hour of two, at an ideal cycle of 30 s.
func did(name string, stage int, good, reject int64) *Own {
	o := &Own{Unit: &Unit{ID: plant.UnitID("l/" + name), Name: name, Stage: stage, Counts: true, Rejects: true}}
	o.Times[oee.Running], o.Times[oee.Breakdown] = time.Hour, time.Hour
	o.Good, o.Reject = plant.Pieces(good), plant.Pieces(reject)
	o.Ideal, o.GoodIdeal = time.Duration(good+reject)*30*time.Second, time.Duration(good)*30*time.Second
	return o
}

func TestAMachineHasTheFiguresThatItsSignalsTell(t *testing.T) {
	blind := did("c", 0, 0, 0)
	blind.Times = oee.Times{}
	blind.Counts, blind.Rejects, blind.Times[oee.NoData] = false, false, 2*time.Hour
	goodOnly, stateOnly := did("d", 0, 60, 0), did("e", 0, 0, 0)
	goodOnly.Rejects, stateOnly.Counts, stateOnly.Rejects = false, false, false
	for name, c := range map[string]struct {
		own  []*Own
		want string
	}{
		"all":        {[]*Own{did("a", 0, 54, 6)}, "oee 0.225, availability 0.5, performance 0.5, quality 0.9, first-pass-yield 0.9"},
		"no rejects": {[]*Own{goodOnly}, "oee –, availability 0.5, performance 0.5, quality –, first-pass-yield –"},
		"no counter": {[]*Own{stateOnly}, "oee –, availability 0.5, performance –, quality –, first-pass-yield –"},
		"no pieces":  {[]*Own{did("b", 0, 0, 0)}, "oee –, availability 0.5, performance –, quality –, first-pass-yield –"},
		"nothing":    {[]*Own{blind}, "oee –, availability –, performance –, quality –, first-pass-yield –"},
		"no signals": {nil, "oee –, availability –, performance –, quality –, first-pass-yield –"},
	} {
		var got []string
		for _, v := range Values(c.own, kpi.Values) {
			text := "–"
			if v.OK {
				text = fmt.Sprint(math.Round(v.Value*1e6) / 1e6)
			} else if v.Note == "" {
				t.Errorf("%s: it does not say why %s is not known", name, v.ID)
			}
			got = append(got, string(v.ID)+" "+text)
			for _, term := range v.Terms {
				if len(term.Parts) > 0 {
					t.Errorf("%s: a number of %s leads to segments of the line", name, v.ID)
				}
			}
		}
		if is := strings.Join(got, ", "); is != c.want {
			t.Errorf("%s: %s, want %s", name, is, c.want)
		}
	}
}

func TestYieldsAreRolledUpAlongTheFlow(t *testing.T) {
	mute := did("mute", 1, 500, 0)
	mute.Rejects = false
	last := did("last", 3, 90, 10)
	last.Output = true
	for name, c := range map[string]struct {
		own    []*Own
		rework int64
		yield  float64 // 0 is not known
		note   string
	}{
		"R2":                  {own: []*Own{did("a", 0, 85, 15), did("b", 1, 80, 10), did("c", 2, 65, 15), did("d", 3, 62, 13)}, yield: 0.507},
		"one":                 {own: []*Own{did("a", 0, 9, 1)}, yield: 0.9},
		"in parallel":         {own: []*Own{did("a", 0, 80, 20), did("b", 0, 60, 40), did("c", 1, 1, 1)}, yield: 0.35},
		"without one":         {own: []*Own{did("a", 0, 80, 20), mute}, yield: 0.8, note: "Without mute"},
		"rework":              {own: []*Own{did("a", 0, 80, 20), last}, rework: 10, yield: 0.64},
		"one made nothing":    {own: []*Own{did("a", 0, 80, 20), did("b", 1, 0, 0)}, note: "b made nothing"},
		"none counts rejects": {own: []*Own{mute}, note: "no machine"},
		"of no line":          {note: "of one line"},
	} {
		v := Rolled(c.own, plant.Pieces(c.rework))
		if v.OK != (c.yield > 0) || math.Abs(v.Value-c.yield) > 0.0006 || !strings.Contains(v.Note, c.note) || !v.OK && v.Note == "" {
			t.Errorf("%s: %+v, want %v and a word of %q", name, v, c.yield, c.note)
		}
	}
}

func TestMachinesThatSayNothingHaveNoTime(t *testing.T) {
	l := plant.Line{ID: "l", Units: []plant.Unit{{ID: "l/a"}, {ID: "l/b", Beside: "l/a"}, {ID: "l/c"}, {ID: "l/d"}}}
	p := &plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: []plant.Line{l}}}}}}
	u := New(p, []machine.Signals{{Unit: "l/a", State: 1}, {Unit: "l/b", Good: machine.Counter{Tag: 2}}, {Unit: "l/c", Speed: 3}, {Unit: "l/d", Total: machine.Counter{Tag: 4}, Reject: machine.Counter{Tag: 5}}}, nil)
	got := ""
	for _, l := range u.Layouts() {
		o := u.all[plant.UnitID(l.Line)]
		got += fmt.Sprintln(o.ID, o.Stage, o.Output, o.Counts, o.Rejects)
	}
	if want := "l/a 0 false false false\nl/b 0 false true false\nl/d 3 true true true\n"; got != want {
		t.Errorf("the machines are\n%swant\n%s", got, want)
	}
}
