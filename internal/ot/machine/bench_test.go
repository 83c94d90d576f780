package machine_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// benchPlant is 100 units with eight tags each.
func benchPlant() []machine.Signals {
	var all []machine.Signals
	for i := range 100 {
		id := tag.ID(i*8 + 1)
		all = append(all, machine.Signals{
			Unit: plant.UnitID(fmt.Sprintf("line-%d/unit", i)), State: id, Mode: id + 1, Product: id + 2, Fault: id + 3, Speed: id + 4,
			Good: machine.Counter{Tag: id + 5, Modulus: 65536}, Reject: machine.Counter{Tag: id + 6}, Total: machine.Counter{Tag: id + 7},
		})
	}
	return all
}

// BenchmarkApply is a plant whose values come and change nothing but one counter in eight tags.
func BenchmarkApply(b *testing.B) {
	for _, c := range []struct {
		name string
		step int64 // what the good counter grows by
	}{{"nothing changes", 0}, {"one tag in eight counts", 1}} {
		b.Run(c.name, func(b *testing.B) {
			e := machine.NewEngine(benchPlant())
			at, round := machinetest.Day(), int64(0)
			product := tag.TextValue("COLA-05")
			apply := func(id tag.ID) {
				v := tag.IntValue(6)
				switch id % 8 {
				case 3:
					v = product
				case 6:
					v = tag.IntValue(round % 65536)
				}
				e.Apply(tag.Sample{Tag: id, Time: at, Value: v})
			}
			for id := tag.ID(1); id <= 800; id++ {
				apply(id)
			}
			id := tag.ID(0)
			b.ReportAllocs()
			for b.Loop() {
				if id++; id > 800 {
					id, at, round = 1, at.Add(100*time.Millisecond), round+c.step
				}
				apply(id)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}

func TestNothingNewCostsNoMemory(t *testing.T) {
	e := machine.NewEngine([]machine.Signals{machinetest.Mill()})
	at := machinetest.Day()
	values := map[tag.ID]tag.Value{
		1: tag.IntValue(6), 2: tag.IntValue(1), 3: tag.UintValue(1000), 4: tag.FloatValue(7.5),
		5: tag.UintValue(1 << 40), 6: tag.TextValue("COLA-05"), 7: tag.IntValue(4711), 8: tag.FloatValue(99.9),
	}
	round := func() {
		at = at.Add(time.Second)
		for id := tag.ID(1); id <= 8; id++ {
			if facts := e.Apply(tag.Sample{Tag: id, Time: at, Value: values[id]}); at.After(machinetest.Day().Add(time.Second)) && len(facts) > 0 {
				t.Fatalf("%v", facts)
			}
		}
		e.Tick(at)
	}
	round()
	if n := testing.AllocsPerRun(100, round); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
