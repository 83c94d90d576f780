package board_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/board"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// shop is a floor with items that are made at its two lines by routings, with a tool and a skill.
type shop struct {
	*floor
	tool   tool.Tool
	fitter int64
}

var change = item.Change{By: anna}

func newShop(t *testing.T) shop {
	t.Helper()
	k := shop{floor: newFloor(t)}
	var err error
	if k.tool, err = k.kept.Tools().Add(t.Context(), tool.Tool{Number: "M-7", Name: "Mould", Count: 1}, change); err != nil {
		t.Fatal(err)
	}
	fitter, err := k.kept.Skills().Add(t.Context(), "Fitting", anna)
	if err != nil {
		t.Fatal(err)
	}
	k.fitter = fitter.ID
	return k
}

// makes releases a work order of an item that is made at a line in so many minutes, with what its operation takes.
func (k shop) makes(number string, line plant.LineID, minutes int64, takes bill.Operation) {
	k.t.Helper()
	ctx, must := k.t.Context(), func(err error) {
		k.t.Helper()
		if err != nil {
			k.t.Fatal(err)
		}
	}
	i := item.Blank(number)
	i.Name, i.Kind = number, item.Make
	i, err := k.kept.Items().Add(ctx, i, change)
	must(err)
	centre, err := k.kept.Centres().AddCentre(ctx, bill.Centre{Code: "C-" + number, Name: number, Place: string(line)}, change)
	must(err)
	takes.Name, takes.Centre, takes.Run = "Make", centre.ID, time.Duration(minutes)*time.Minute
	b, err := k.kept.Bills().Add(ctx, bill.Bill{Item: i.ID, Batch: plant.One, Operations: []bill.Operation{takes}}, change)
	must(err)
	_, err = k.kept.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(err)
	o, err := k.kept.Works().Create(ctx, workorder.Order{Item: i.ID, Quantity: plant.One, Due: plant.DateOf(k.now.AddDate(0, 0, 4))}, workorder.Doing{By: anna})
	must(err)
	_, err = k.kept.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, workorder.Doing{By: anna})
	must(err)
}

func (k shop) staff(shift string, people int64) {
	k.t.Helper()
	if err := k.kept.Skills().Employ(k.t.Context(), skill.Staff{Skill: k.fitter, Shift: shift, People: people, Known: true}, anna); err != nil {
		k.t.Fatal(err)
	}
}

// of finds the bar of an item.
func of(t *testing.T, s *board.Standing, name string) board.Bar {
	t.Helper()
	for _, b := range s.Bars {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("%s is not placed: %+v", name, s.Unplaced)
	return board.Bar{}
}

// TestATwoLinesShareATool: the second waits until the first is done with it, and says so. In maintenance it is there for nobody.
func TestTwoLinesShareATool(t *testing.T) {
	k := newShop(t)
	k.makes("LONG", "filler", 120, bill.Operation{Tool: k.tool.ID})
	k.makes("SHORT", "packer", 60, bill.Operation{Tool: k.tool.ID})
	k.makes("FREE", "packer", 30, bill.Operation{})
	s := k.plan()
	long, short := of(t, s, "LONG"), of(t, s, "SHORT")
	first, second := long, short
	if short.Start.Before(long.Start) {
		first, second = short, long
	}
	if second.Start.Before(first.End) || second.Why != "waits for tool M-7 until "+board.Moment(first.End, k.now, time.UTC)+": "+first.Key+" on "+s.Machine(first.Machine).Name+" has it until then" {
		t.Errorf("%s until %v, then %s from %v: %q", first.Name, first.End, second.Name, second.Start, second.Why)
	}
	if long.Takes != "tool M-7" {
		t.Errorf("it takes %q", long.Takes)
	}
	k.tool.Away, k.tool.Back = 1, k.now.Add(20*time.Hour) // Tuesday 09:00
	var err error
	if k.tool, err = k.kept.Tools().Save(t.Context(), k.tool, change); err != nil {
		t.Fatal(err)
	}
	s = k.plan()
	if b := of(t, s, "LONG"); b.Start.Before(k.tool.Back) {
		t.Errorf("with its tool away it begins %v", b.Start)
	}
	why := of(t, s, "LONG").Why + of(t, s, "SHORT").Why
	if !strings.Contains(why, "waits for tool M-7 until Tue 09:00: it is in maintenance") {
		t.Errorf("it does not say why: %q", why)
	}
	k.tool.Back = time.Time{}
	if _, err = k.kept.Tools().Save(t.Context(), k.tool, change); err != nil {
		t.Fatal(err)
	}
	s = k.plan()
	if len(s.Unplaced) != 2 || s.Unplaced[0].Why != "it takes tool M-7, and 1 of 1 are in maintenance: say when they are back" {
		t.Errorf("left out are %+v", s.Unplaced)
	}
}

// TestPeopleComeWithTheirShifts: two fitters early, one late; who needs two works early only, and says so.
func TestPeopleComeWithTheirShifts(t *testing.T) {
	k := newShop(t)
	k.makes("TWO", "filler", 120, bill.Operation{Skill: k.fitter, Crew: 2 * plant.One})
	if b := of(t, k.plan(), "TWO"); b.Assumed != "nothing says how many have Fitting: enough is assumed" || b.Start.After(k.now.Add(time.Hour)) {
		t.Errorf("nobody knows: %+v", b)
	}
	k.staff("Early", 2)
	k.staff("Late", 1)
	k.now = k.now.Add(2 * time.Hour) // Monday 15:00
	b := of(t, k.plan(), "TWO")
	if want := time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC); !b.Start.Equal(want) || b.Why != "waits for 2 people with Fitting until Tue 06:00, when shift Early begins" {
		t.Errorf("from %v: %q", b.Start, b.Why)
	}
	k.staff("Early", 1)
	s := k.plan()
	if len(s.Unplaced) != 1 || !strings.HasPrefix(s.Unplaced[0].Why, "it takes 2 people with Fitting, and there are never more than 1") {
		t.Errorf("left out are %+v", s.Unplaced)
	}
	k.staff("Early", 2)
	h := skill.Holder{Skill: k.fitter, Who: plant.Person{ID: 7, Name: "Vera"}, By: anna}
	if err := k.kept.Skills().Grant(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if s := k.plan(); len(s.Unplaced) != 1 {
		t.Errorf("one holds it, and it is made by two: %+v", s.Unplaced)
	}
}
