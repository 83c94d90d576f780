package rehearsal_test

import (
	"context"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/rehearsal"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// story is one hour: pauses of 8, 20, 200 and 400 s, and a piece each second in between but the last quarter, where it is every two.
func story() (all []machine.Fact) {
	state := func(s int, to machine.State) {
		all = append(all, machine.StateChanged{Unit: "l/u", At: at(s), State: to, Mode: machine.Production})
	}
	made := 0
	piece := func(s, every int) {
		from := plant.Pieces(int64(made))
		made++
		all = append(all, machine.Counted{Unit: "l/u", What: machine.Good, Tag: 1, Since: at(s - every), At: at(s), From: from, To: from + plant.One, Qty: plant.One})
	}
	state(0, machine.Execute)
	for s := 1; s < 3600; s++ {
		pause := 0
		switch s {
		case 300:
			pause = 8
		case 600:
			pause = 20
		case 1200:
			pause = 200
		case 2000:
			pause = 400
		}
		if pause > 0 {
			state(s, machine.Held)
			s += pause
			state(s, machine.Execute)
			continue
		}
		if s < 2700 {
			piece(s, 1)
		} else if s%2 == 0 {
			piece(s, 2)
		}
	}
	return all
}

func tell(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	for _, f := range story() {
		if f.When().Before(from) || !f.When().Before(to) {
			continue
		}
		if !yield(f) {
			return nil
		}
	}
	return nil
}

func play(t *testing.T, thresholds plant.Thresholds, cycle time.Duration) rehearsal.Outcome {
	t.Helper()
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "l/u"}}, Pacer: "l/u", Output: "l/u", Rates: []plant.Rate{{IdealCycle: cycle}}, Thresholds: thresholds}
	o, err := rehearsal.Play(t.Context(), line, nil, tell, plant.Span{From: noon, To: at(3600)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestThresholdsMoveTheBoundsOfStops(t *testing.T) {
	for _, c := range []struct {
		name         string
		thresholds   plant.Thresholds
		stops, micro int
		stopped      time.Duration
	}{
		{"as they are without any", plant.Thresholds{}, 1, 2, 400 * time.Second},
		{"every pause", plant.Thresholds{MinStop: 5 * time.Second}, 1, 3, 400 * time.Second},
		{"longer micro-stops", plant.Thresholds{MicroMax: 10 * time.Minute}, 0, 3, 0},
		{"shorter micro-stops", plant.Thresholds{MicroMax: 100 * time.Second}, 2, 1, 600 * time.Second},
		{"only long pauses", plant.Thresholds{MinStop: 5 * time.Minute}, 1, 0, 400 * time.Second},
	} {
		o := play(t, c.thresholds, time.Second)
		if o.Stops != c.stops || o.MicroStops != c.micro || o.Classic.Times[oee.Breakdown] != c.stopped {
			t.Errorf("%s: %d stops, %d micro-stops, stopped for %s", c.name, o.Stops, o.MicroStops, o.Classic.Times[oee.Breakdown])
		}
		if o.Classic.Window != time.Hour || o.Classic.PPT != time.Hour {
			t.Errorf("%s: of %s, %s were planned", c.name, o.Classic.Window, o.Classic.PPT)
		}
	}
}

func TestRatesMovePerformance(t *testing.T) {
	one, half := play(t, plant.Thresholds{}, time.Second), play(t, plant.Thresholds{}, 500*time.Millisecond)
	if !one.Classic.Performance.OK || one.Classic.Good != half.Classic.Good {
		t.Fatalf("%+v", one.Classic)
	}
	if ratio := one.Classic.Performance.Value / half.Classic.Performance.Value; ratio < 1.999 || ratio > 2.001 {
		t.Errorf("twice the rate makes %v of the performance", ratio)
	}
	if one.Slow == 0 || play(t, plant.Thresholds{LowSpeed: 0.01}, time.Second).Slow != 0 {
		t.Errorf("slow for %s", one.Slow)
	}
}
