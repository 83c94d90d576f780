package workorder_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func q(t testing.TB, text string) plant.Quantity {
	t.Helper()
	v, err := plant.ParseQuantity(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// powder is 2.5 kg for 10 pieces, with 4 % more.
func powder(t testing.TB) workorder.Component {
	t.Helper()
	r, err := workorder.Use{Takes: q(t, "2.5"), Batch: plant.Pieces(10), AddOn: workorder.Ratio{Num: 4, Den: 100}}.Ratio()
	if err != nil {
		t.Fatal(err)
	}
	return workorder.Component{Position: 10, Item: 7, Per: r, Flow: workorder.Backflush}
}

func TestPiecesTakeTheirShareOfABatch(t *testing.T) { // L14, L15
	c := powder(t)
	if got := c.Step(0, plant.Pieces(37)); got != q(t, "9.62") {
		t.Errorf("37 take %s", got)
	}
	take, short := workorder.Draw([]workorder.Lot{{Lot: "A", Quantity: plant.Pieces(5)}, {Lot: "B", Quantity: plant.Pieces(20)}}, q(t, "9.62"))
	if d := cmp.Diff([]workorder.Lot{{Lot: "A", Quantity: plant.Pieces(5)}, {Lot: "B", Quantity: q(t, "4.62")}}, take); d != "" || short != 0 {
		t.Error(d, short)
	}
	if got := c.Used(plant.Pieces(30)); got != q(t, "7.80") {
		t.Errorf("30 take %s", got)
	}
	back, unshort, left := workorder.Undo([]workorder.Past{{Move: 1, Lot: take[0]}, {Move: 2, Lot: take[1]}}, 0, -c.Step(plant.Pieces(37), plant.Pieces(30)))
	if d := cmp.Diff([]workorder.Past{{Move: 2, Lot: workorder.Lot{Lot: "B", Quantity: q(t, "1.82")}}}, back); d != "" || unshort != 0 || left != 0 {
		t.Error(d, unshort, left)
	}
}

func TestWhatIsNotThereIsQueued(t *testing.T) { // L16
	c := powder(t)
	take, short := workorder.Draw([]workorder.Lot{{Lot: "A", Quantity: plant.Pieces(3)}}, c.Step(0, plant.Pieces(37)))
	if len(take) != 1 || take[0].Quantity != plant.Pieces(3) || short != q(t, "6.62") {
		t.Errorf("%v, %s short", take, short)
	}
	_, unshort, left := workorder.Undo([]workorder.Past{{Move: 1, Lot: take[0]}}, short, q(t, "1.82"))
	if unshort != q(t, "1.82") || left != 0 {
		t.Errorf("%s is not short any more, %s is left", unshort, left)
	}
}

func TestAnOrderHasMadeWhatItsLastOperationDid(t *testing.T) { // L13
	made, between := workorder.Made([]workorder.Operation{{Position: 10, Good: plant.Pieces(100)}, {Position: 20, Good: plant.Pieces(95), Scrap: plant.Pieces(2)}})
	if made != plant.Pieces(95) || between != plant.Pieces(3) {
		t.Errorf("%s made, %s between", made, between)
	}
}

func TestUseNeverDriftsHoweverItIsReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := workorder.Component{Per: workorder.Ratio{Num: rapid.Int64Range(0, 1000).Draw(t, "num"), Den: rapid.Int64Range(1, 1000).Draw(t, "den")}, Once: plant.Quantity(rapid.Int64Range(0, 1e9).Draw(t, "once"))}
		at, used := plant.Quantity(0), plant.Quantity(0)
		for range rapid.IntRange(1, 20).Draw(t, "reports") {
			to := plant.Quantity(rapid.Int64Range(0, 1e12).Draw(t, "to"))
			used += c.Step(at, to)
			at = to
			if used != c.Used(at) {
				t.Fatalf("%s used for %s, want %s", used, at, c.Used(at))
			}
		}
	})
}

func TestAUseBeyondCountingIsRefused(t *testing.T) {
	for _, u := range []workorder.Use{
		{Takes: -1},
		{Takes: 1, Batch: -1},
		{Takes: 1, AddOn: workorder.Ratio{Num: -1, Den: 1}},
		{Takes: 1<<62 + 1, Batch: 3, AddOn: workorder.Ratio{Num: 1 << 40, Den: 7}},
		{Takes: 1, AddOn: workorder.Ratio{Num: 1<<63 - 1, Den: 7}},
	} {
		if r, err := u.Ratio(); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v is %+v, %v", u, r, err)
		}
	}
}

func TestEveryStepThatIsNotInTheTableIsRefused(t *testing.T) {
	all := []workorder.Step{workorder.Firm, workorder.Release, workorder.Start, workorder.Complete, workorder.Reopen, workorder.Close, workorder.Cancel, workorder.Hold, workorder.Resume}
	want := map[workorder.Lifecycle][]workorder.Step{
		workorder.Created:   {workorder.Firm, workorder.Release, workorder.Cancel, workorder.Hold},
		workorder.Firmed:    {workorder.Release, workorder.Cancel, workorder.Hold},
		workorder.Released:  {workorder.Start, workorder.Cancel, workorder.Hold},
		workorder.Started:   {workorder.Complete, workorder.Hold},
		workorder.Completed: {workorder.Reopen, workorder.Close},
		workorder.Closed:    nil,
		workorder.Cancelled: nil,
	}
	for l, steps := range want {
		for _, s := range all {
			o := workorder.Order{Number: "WO-1", Lifecycle: l}
			err := o.Take(s, "because")
			if allowed := slices.Contains(steps, s); allowed != (err == nil) {
				t.Errorf("%s from %s: %v", s, l, err)
			}
		}
	}
	held := workorder.Order{Number: "WO-1", Lifecycle: workorder.Released, Held: "no tool"}
	if err := held.Take(workorder.Start, ""); errs.KindOf(err) != errs.Conflict {
		t.Errorf("a held order starts: %v", err)
	}
	if err := held.Take(workorder.Resume, ""); err != nil || held.Held != "" {
		t.Errorf("%v %q", err, held.Held)
	}
	if err := held.Take(workorder.Hold, ""); errs.KindOf(err) != errs.Invalid {
		t.Errorf("held for no reason: %v", err)
	}
}

func TestLifecycleHoldAndMaterialAreThreeThings(t *testing.T) {
	for want, c := range map[workorder.State]struct {
		o    workorder.Order
		r    workorder.Readiness
		late bool
	}{
		workorder.OnHold: {workorder.Order{Lifecycle: workorder.Started, Held: "x"}, workorder.Short, true},
		workorder.Lacks:  {workorder.Order{Lifecycle: workorder.Released}, workorder.Short, true},
		workorder.Late:   {workorder.Order{Lifecycle: workorder.Released}, workorder.Ready, true},
		"released":       {workorder.Order{Lifecycle: workorder.Released}, workorder.Partly, false},
		"created":        {workorder.Order{Lifecycle: workorder.Created}, workorder.Short, false},
		"closed":         {workorder.Order{Lifecycle: workorder.Closed}, workorder.Short, true},
	} {
		if got := workorder.Stand(&c.o, c.r, c.late); got != want {
			t.Errorf("%+v stands %q, want %q", c, got, want)
		}
	}
}

func TestReadinessIsDerivedFromWhatThereIs(t *testing.T) {
	o := workorder.Order{Lifecycle: workorder.Released, Snapshot: 1, Quantity: plant.Pieces(37), Components: []workorder.Component{powder(t), {Position: 20, Item: 8, Per: workorder.Ratio{Num: 1, Den: 1}}}}
	free := func(kg string, pieces int64) map[int64]plant.Quantity {
		return map[int64]plant.Quantity{7: q(t, kg), 8: plant.Pieces(pieces)}
	}
	for name, c := range map[string]struct {
		free map[int64]plant.Quantity
		want workorder.Readiness
		can  int64
	}{
		"all":        {free("9.62", 37), workorder.Ready, 37},
		"a little":   {free("3", 37), workorder.Partly, 11},
		"one part":   {free("9.62", 0), workorder.Short, 0},
		"not enough": {free("0.1", 37), workorder.Short, 0},
	} {
		r, can, lacks := workorder.Material(&o, c.free)
		if r != c.want || can != plant.Pieces(c.can) || (len(lacks) == 0) != (r == workorder.Ready) {
			t.Errorf("%s: %s for %s, %+v", name, r, can, lacks)
		}
	}
	o.Components[0].Issued, o.Components[1].Issued = q(t, "9.62"), plant.Pieces(37)
	if r, _, _ := workorder.Material(&o, nil); r != workorder.Ready {
		t.Errorf("with all of it issued it is %s", r)
	}
	o.Lifecycle = workorder.Closed
	if r, _, _ := workorder.Material(&o, nil); r != workorder.Unsaid {
		t.Errorf("closed it is %s", r)
	}
}

func TestAnOrderIsSplitAndMergedWithoutLosingAPiece(t *testing.T) {
	o := workorder.Order{ID: 1, Number: "WO-1", Item: 3, Quantity: plant.Pieces(100), Good: plant.Pieces(40), Lifecycle: workorder.Started, Snapshot: 1, Components: []workorder.Component{powder(t)}, Operations: []workorder.Operation{{Position: 10, Run: plant.Pieces(100)}}}
	part, err := o.Split(plant.Pieces(25))
	if err != nil || part.Quantity+o.Quantity != plant.Pieces(100) || part.Lifecycle != workorder.Released || part.Operations[0].Run+o.Operations[0].Run != plant.Pieces(100) || part.Parent != 1 {
		t.Errorf("%+v %+v %v", part, o, err)
	}
	for _, bad := range []int64{0, -1, 35, 1000} {
		if _, err := o.Split(plant.Pieces(bad)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%d pieces are split off: %v", bad, err)
		}
	}
	a := workorder.Order{ID: 1, Number: "WO-1", Item: 3, Quantity: plant.Pieces(10), Due: 9, Begin: 4, Lifecycle: workorder.Created}
	b := workorder.Order{ID: 2, Number: "WO-2", Item: 3, Quantity: plant.Pieces(5), Due: 7, Begin: 5, Lifecycle: workorder.Firmed}
	if err := a.Merge(&b); err != nil || a.Quantity != plant.Pieces(15) || a.Due != 7 || a.Begin != 4 || b.Lifecycle != workorder.Cancelled {
		t.Errorf("%+v %+v %v", a, b, err)
	}
	if err := a.Merge(&a); errs.KindOf(err) != errs.Invalid {
		t.Errorf("with itself: %v", err)
	}
	o.ID = 9
	if err := a.Merge(&o); errs.KindOf(err) != errs.Conflict {
		t.Errorf("with a started one: %v", err)
	}
}

func TestAnotherSnapshotCountsFromWhereItWasPutInForce(t *testing.T) {
	o := workorder.Order{Quantity: plant.Pieces(100), Good: plant.Pieces(40), Components: []workorder.Component{
		{Position: 10, Item: 1, Per: workorder.Ratio{Num: 2, Den: 1}, Issued: plant.Pieces(80)},
		{Position: 20, Item: 2, Per: workorder.Ratio{Num: 1, Den: 1}, Issued: plant.Pieces(40)},
	}}
	o.Amend([]workorder.Component{{Position: 10, Item: 1, Per: workorder.Ratio{Num: 3, Den: 1}}, {Position: 20, Item: 3, Per: workorder.Ratio{Num: 1, Den: 1}}})
	var needs []string
	for i := range o.Components {
		needs = append(needs, o.Components[i].Needed(o.Quantity).String())
	}
	if !slices.Equal(needs, []string{"260", "60", "40"}) || o.Components[2].Item != 2 || o.Components[2].Position != 21 || o.Components[0].Issued != plant.Pieces(80) {
		t.Errorf("%v %+v", needs, o.Components)
	}
}

func TestWhatCannotBeAnOrder(t *testing.T) {
	good := workorder.Order{Item: 1, Quantity: plant.One, Due: 20000, Begin: 19999}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*workorder.Order){
		"item": func(o *workorder.Order) { o.Item = 0 }, "quantity": func(o *workorder.Order) { o.Quantity = -1 }, "due": func(o *workorder.Order) { o.Due = 0 },
		"begin": func(o *workorder.Order) { o.Begin = 20001 }, "rank": func(o *workorder.Order) { o.Rank = -1 },
	} {
		o := good
		change(&o)
		var e *errs.Error
		if err := o.Check(); !errors.As(err, &e) || e.Fields[0].Path != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A request that is sent again after the program was renewed is known by what it asked for, so an order without a
// reference reads as it did before there were any.
func TestAnOrderReadsAsItDidBefore(t *testing.T) {
	text, err := json.Marshal(workorder.Order{Number: "W-1"})
	if err != nil || strings.Contains(string(text), "Reference") {
		t.Errorf("%s, %v", text, err)
	}
}
