package simulate

import (
	"time"

	"millwright/internal/ot/simulate/chance"
	"millwright/internal/plant"
)

// Demo is the plant of `millwright demo`: four lines of three to five units. Ids, products and cycles are those
// of the demo's plant file; the programme is the list that the demo's jobs are made from. At speed 1 a campaign
// takes between one and three hours.
func Demo() Plan {
	return Plan{
		Zone:   "Europe/Berlin",
		Shifts: breakAt(0),
		Lines:  []Line{filling1(), filling2(), assembly1(), packing1()},
	}
}

// breakAt gives the three shifts, with half an hour's break that begins so many minutes after the fourth hour.
// The halls take theirs one after the other, so that the plant never stands still as a whole.
func breakAt(minutes plant.Clock) []plant.ShiftPattern {
	shift := func(name string, start, end plant.Clock) plant.ShiftPattern {
		rest := (start+4*60)%(24*60) + minutes
		return plant.ShiftPattern{Name: name, Start: start, End: end, Breaks: []plant.ClockSpan{{Start: rest, End: rest + 30}}}
	}
	return []plant.ShiftPattern{shift("Early", 6*60, 14*60), shift("Late", 14*60, 22*60), shift("Night", 22*60, 6*60)}
}

// Fault codes are numbered by machine family; the hundreds say which: 1 filling, 2 assembly, 3 packing, 9 safety.

func filling1() Line {
	return Line{
		ID: "filling-1", Pacer: "filler",
		Products: []Product{{"COLA-05", 600 * time.Millisecond}, {"COLA-10", 900 * time.Millisecond}, {"WATER-05", 600 * time.Millisecond}},
		Programme: []Campaign{
			{"COLA-05", 9000}, {"WATER-05", 6500}, {"COLA-10", 4200}, {"COLA-05", 7200}, {"COLA-10", 3600},
		},
		Units: []Unit{
			{ID: "depalletizer", Pace: 0.84, Buffer: 150, Setup: minutes(4, 0.3), Power: Power{1.2, 5.5}, Stops: []Stop{
				{101, Hold, 70 * time.Minute, minutes(1.2, 0.7)}, // layer not gripped
				{102, Hold, 7 * time.Hour, minutes(9, 0.5)},      // pallet skewed
			}},
			filler(1, 85, 0.004),
			{ID: "capper", Pace: 0.9, Buffer: 100, Scrap: 0.003, Setup: minutes(6, 0.3), Power: Power{0.9, 4.2}, Burst: burst(5, 4), Stops: []Stop{
				{121, Hold, 45 * time.Minute, minutes(0.8, 0.6)}, // cap jam
				{122, Hold, 8 * time.Hour, minutes(14, 0.5)},     // torque head
			}},
			{ID: "labeller", Pace: 0.88, Buffer: 90, Scrap: 0.004, Setup: minutes(7, 0.3), Power: Power{0.6, 2.8}, Burst: burst(7, 3), Stops: []Stop{
				{131, Hold, 80 * time.Minute, minutes(1.5, 0.5)}, // label web torn
				{0, Hold, 3 * time.Hour, minutes(2, 0.6)},
			}},
			{ID: "packer", Pace: 0.86, Setup: minutes(6, 0.3), Power: Power{1.1, 5}, Narrow: true, Stops: []Stop{
				{141, Hold, 90 * time.Minute, minutes(2.5, 0.6)}, // carton magazine empty
				{0, Halt, 5 * time.Hour, minutes(4, 0.6)},
			}},
		},
	}
}

func filling2() Line {
	return Line{
		ID: "filling-2", Pacer: "filler", Shifts: breakAt(30),
		Products: []Product{{"COLA-05", 750 * time.Millisecond}, {"COLA-10", 1100 * time.Millisecond}, {"WATER-05", 750 * time.Millisecond}},
		Programme: []Campaign{
			{"WATER-05", 6000}, {"COLA-05", 8000}, {"COLA-10", 3400}, {"COLA-05", 5000},
		},
		Units: []Unit{
			filler(1.35, 82, 0.003),
			{ID: "capper", Pace: 0.92, Buffer: 80, Scrap: 0.003, Setup: minutes(5, 0.3), Power: Power{0.9, 3.9}, Burst: burst(6, 4), Stops: []Stop{
				{121, Hold, 65 * time.Minute, minutes(0.8, 0.6)},
				{122, Hold, 9 * time.Hour, minutes(12, 0.5)},
			}},
			{ID: "labeller", Pace: 0.9, Buffer: 80, Scrap: 0.003, Setup: minutes(6, 0.3), Power: Power{0.6, 2.6}, Burst: burst(8, 3), Stops: []Stop{
				{131, Hold, 2 * time.Hour, minutes(1.5, 0.5)},
				{0, Hold, 4 * time.Hour, minutes(1.5, 0.6)},
			}},
			{ID: "packer", Pace: 0.88, Setup: minutes(5, 0.3), Power: Power{1.1, 4.6}, Stops: []Stop{
				{141, Hold, 100 * time.Minute, minutes(2, 0.6)},
				{901, Abort, 14 * time.Hour, minutes(5, 0.4)}, // guard door opened
			}},
		},
	}
}

// filler is the machine that paces a filling line; sturdy stretches its times between failures.
func filler(sturdy, setpoint, scrap float64) Unit {
	every := func(d time.Duration) time.Duration { return time.Duration(float64(d) * sturdy) }
	return Unit{
		ID: "filler", Pace: 1.02, Buffer: 120, Scrap: scrap, Setup: minutes(9, 0.25), Power: Power{4, 22},
		Slow:   Spell{Every: every(80 * time.Minute), Lasts: minutes(12, 0.5), Low: 0.75, High: 0.9},
		Burst:  burst(4, 3),
		Heater: &Heater{Setpoint: setpoint, Low: 60, High: 98, Lag: 4 * time.Minute, Rise: 0.15, Fall: 0.08, Noise: 0.06},
		Stops: []Stop{
			{111, Hold, every(28 * time.Minute), minutes(0.6, 0.5)}, // bottle fallen
			{112, Hold, every(95 * time.Minute), minutes(3, 0.6)},   // infeed screw
			{113, Hold, every(6 * time.Hour), minutes(16, 0.5)},     // filling valve
			{0, Hold, every(2 * time.Hour), minutes(1, 0.6)},
			{0, Halt, every(5 * time.Hour), minutes(7, 0.5)},
			{901, Abort, every(16 * time.Hour), minutes(6, 0.4)},
		},
	}
}

func assembly1() Line {
	return Line{
		ID: "assembly-1", Pacer: "press",
		Products:  []Product{{"VALVE-A", 4 * time.Second}, {"VALVE-B", 5 * time.Second}},
		Programme: []Campaign{{"VALVE-A", 1300}, {"VALVE-B", 900}, {"VALVE-A", 900}, {"VALVE-B", 700}},
		Units: []Unit{
			{ID: "feeder", Pace: 0.86, Buffer: 30, Setup: minutes(5, 0.3), Power: Power{0.3, 1.1}, Stops: []Stop{
				{201, Hold, 50 * time.Minute, minutes(0.9, 0.6)}, // bowl jammed
				{202, Hold, 4 * time.Hour, minutes(6, 0.5)},      // bowl empty
			}},
			{
				ID: "press", Pace: 1.03, Buffer: 20, Scrap: 0.006, Setup: minutes(12, 0.25), Power: Power{2.2, 9.5},
				Slow: Spell{Every: 100 * time.Minute, Lasts: minutes(20, 0.5), Low: 0.78, High: 0.92},
				Wear: &Wear{Life: 52 * time.Hour, New: 1.6, Worn: 5.2, Service: minutes(35, 0.15)},
				Stops: []Stop{
					{211, Hold, 55 * time.Minute, minutes(1.2, 0.5)}, // part not seated
					{212, Hold, 150 * time.Minute, minutes(6, 0.5)},  // force out of window
					{213, Hold, 9 * time.Hour, minutes(28, 0.5)},     // hydraulic pressure low
					{0, Halt, 220 * time.Minute, minutes(6, 0.6)},
				},
			},
			{ID: "screwdriver", Pace: 0.93, Buffer: 20, Scrap: 0.008, Setup: minutes(8, 0.3), Power: Power{0.4, 1.6}, Burst: burst(5, 8), Stops: []Stop{
				{221, Hold, 75 * time.Minute, minutes(1.6, 0.6)}, // screw jammed
				{222, Hold, 6 * time.Hour, minutes(12, 0.5)},     // bit worn
			}},
			{ID: "tester", Pace: 0.95, Scrap: 0.016, Setup: minutes(6, 0.3), Power: Power{0.5, 1.2}, Burst: burst(4, 10), Stops: []Stop{
				{231, Hold, 2 * time.Hour, minutes(2, 0.5)}, // leak test not tight
				{0, Hold, 3 * time.Hour, minutes(3, 0.6)},
			}},
		},
	}
}

func packing1() Line {
	return Line{
		ID: "packing-1", Pacer: "loader", Shifts: breakAt(30),
		Products:  []Product{{"BOX-S", 2 * time.Second}, {"BOX-L", 3 * time.Second}},
		Programme: []Campaign{{"BOX-S", 2600}, {"BOX-L", 1500}, {"BOX-S", 2000}, {"BOX-L", 1200}},
		Units: []Unit{
			{ID: "erector", Pace: 0.85, Buffer: 30, Scrap: 0.004, Setup: minutes(5, 0.3), Power: Power{0.7, 3}, Burst: burst(8, 4), Stops: []Stop{
				{301, Hold, 80 * time.Minute, minutes(1.2, 0.6)}, // blank not opened
				{302, Hold, 5 * time.Hour, minutes(4, 0.5)},      // glue low
			}},
			{
				ID: "loader", Pace: 1.015, Buffer: 25, Scrap: 0.003, Setup: minutes(7, 0.25), Power: Power{1.4, 6.5},
				Slow: Spell{Every: 2 * time.Hour, Lasts: minutes(12, 0.5), Low: 0.8, High: 0.93},
				Stops: []Stop{
					{311, Hold, 38 * time.Minute, minutes(0.7, 0.5)}, // product missing in the grid
					{312, Hold, 3 * time.Hour, minutes(6, 0.6)},      // gripper vacuum
					{0, Hold, 2 * time.Hour, minutes(1.5, 0.6)},
					{901, Abort, 12 * time.Hour, minutes(6, 0.4)},
				},
			},
			{
				ID: "sealer", Pace: 0.9, Scrap: 0.005, Setup: minutes(6, 0.3), Power: Power{1.8, 4.4}, Burst: burst(6, 5), ShiftReset: true,
				Heater: &Heater{Setpoint: 165, Low: 100, High: 220, Lag: 90 * time.Second, Rise: 0.6, Fall: 0.25, Noise: 0.1},
				Stops: []Stop{
					{321, Hold, 110 * time.Minute, minutes(2, 0.5)}, // tape end
					{322, Hold, 10 * time.Hour, minutes(12, 0.4)},   // sealing bar
				},
			},
		},
	}
}

func minutes(median, sigma float64) chance.Spread {
	return chance.Spread{Median: time.Duration(median * float64(time.Minute)), Sigma: sigma}
}

// burst is a scrap burst every so many hours worked, for some minutes.
func burst(hours, lasts float64) Spell {
	return Spell{Every: time.Duration(hours * float64(time.Hour)), Lasts: minutes(lasts, 0.4), Low: 0.06, High: 0.2}
}
