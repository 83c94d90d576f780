package cost_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func euro(n int64) plant.Money { return plant.Money(n) * plant.Currency }

func order() cost.Order {
	return cost.Order{
		Quantity: plant.Pieces(100), Made: plant.Pieces(100),
		Materials: []cost.Material{{Position: 10, Needed: plant.Pieces(26), Allowed: plant.Pieces(26), Cost: euro(2), Issued: plant.Pieces(28), Value: euro(59)}},
		Works: []cost.Work{{
			Position: 10, Rates: cost.Rates{Machine: euro(60), Labour: euro(30)}, SetUp: plant.Pieces(10), Run: plant.Pieces(50),
			SetUpIs: plant.Pieces(12), RunIs: plant.Pieces(45), LabourIs: plant.Pieces(60), Machine: euro(57), Labour: euro(31), Energy: euro(4),
		}},
		Received: euro(142),
	}
}

func TestWhatAnOrderCostsAndWhy(t *testing.T) {
	got, err := cost.Of(order())
	if err != nil {
		t.Fatal(err)
	}
	want := cost.Sheet{
		Planned: cost.Part{Material: euro(52), Machine: euro(60), Labour: euro(30)}, Allowed: cost.Part{Material: euro(52), Machine: euro(60), Labour: euro(30)},
		Actual: cost.Part{Material: euro(59), Machine: euro(57), Labour: euro(31), Energy: euro(4)}, Received: euro(142), WIP: euro(9),
		Variances: []cost.Variance{{cost.Price, euro(3)}, {cost.Usage, euro(4)}, {cost.Rate, euro(1)}, {cost.SetUp, euro(2)}, {cost.Run, euro(-5)}, {cost.Energy, euro(4)}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	o := order()
	o.Settled = euro(9)
	if got, err := cost.Of(o); err != nil || got.WIP != 0 {
		t.Errorf("after its close %s is in it, %v", got.WIP, err)
	}
}

func TestWhatIsNotMadeYetIsNotAllowed(t *testing.T) {
	o := order()
	o.Made, o.Received, o.Materials[0].Allowed = 0, 0, 0
	got, err := cost.Of(o)
	if err != nil || got.Allowed != (cost.Part{}) || got.WIP != got.Actual.Sum() {
		t.Errorf("%+v %v", got, err)
	}
}

func TestVariancesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := func(name string) plant.Quantity {
			return plant.Quantity(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, name))
		}
		m := func(name string) plant.Money { return plant.Money(q(name)) }
		o := cost.Order{Quantity: q("quantity") + 1, Made: q("made"), Received: m("received")}
		for range rapid.IntRange(0, 3).Draw(t, "materials") {
			o.Materials = append(o.Materials, cost.Material{Needed: q("needed"), Allowed: q("allowed"), Cost: m("cost") / 1000, Issued: q("issued"), Value: m("value")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "works") {
			o.Works = append(o.Works, cost.Work{Rates: cost.Rates{Machine: m("rate") / 1000, Labour: m("rate") / 1000}, SetUp: q("a"), Run: q("b") / 1000, SetUpIs: q("c"), RunIs: q("d"), LabourIs: q("e"), Machine: m("f"), Labour: m("g"), Energy: m("h")})
		}
		s, err := cost.Of(o)
		if err != nil {
			return
		}
		sum := plant.Money(0)
		for _, v := range s.Variances {
			sum += v.Amount
		}
		if sum != s.WIP || s.WIP != s.Actual.Sum()-o.Received {
			t.Fatalf("%s of variances, %s in the order, %s − %s", sum, s.WIP, s.Actual.Sum(), o.Received)
		}
	})
}

func TestReceiptsAddUpToThePlan(t *testing.T) {
	planned, sum := plant.Money(100_000_001), plant.Money(0)
	for made := range int64(37) {
		v, err := cost.Receipt(planned, plant.Pieces(37), plant.Pieces(made), plant.Pieces(made+1))
		if err != nil {
			t.Fatal(err)
		}
		sum += v
	}
	if sum != planned {
		t.Errorf("%s of %s", sum, planned)
	}
	if _, err := cost.Receipt(1<<62, 1, 0, plant.Pieces(1000)); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}

func TestCostsBeyondCountingAreRefused(t *testing.T) {
	o := order()
	o.Materials[0].Cost = 1 << 62
	if _, err := cost.Of(o); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}
