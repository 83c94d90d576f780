package simulate

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// story is what four days of the demo plant told, read only from its signals, as a stranger would.
type story struct {
	plant  *Plant
	byNode map[string][]tag.Sample
}

func fourDays(seed uint64) story {
	p, err := New(Demo(), seed, monday, 1)
	if err != nil {
		panic(err)
	}
	s := story{plant: p, byNode: map[string][]tag.Sample{}}
	told := make([]bool, len(p.signals))
	for i, sig := range p.signals {
		told[i] = sig.Class == Discrete || sig.Label == "Vibration" || (sig.Class == Count && (sig.Unit == "packer" || sig.Unit == "tester" || sig.Unit == "sealer"))
	}
	keep := func(all []tag.Sample) {
		for _, v := range all {
			if told[v.Tag-1] {
				n := p.signals[v.Tag-1].Node
				s.byNode[n] = append(s.byNode[n], v)
			}
		}
	}
	keep(p.Values())
	for p.Now().Before(monday.Add(4 * 24 * time.Hour)) {
		keep(p.Advance(p.Now().Add(time.Hour)))
	}
	return s
}

// twice is seed 2, lived through once for all tests that only listen.
var twice = sync.OnceValue(func() story { return fourDays(2) })

func whole(t testing.TB, v tag.Value) int64 {
	t.Helper()
	i, ok := v.Int()
	if !ok {
		t.Fatalf("%v is no integer", v)
	}
	return i
}

// made is how many pieces a counter counted between two readings.
func made(from, to int64, modulus int64) int64 {
	if to < from && modulus > 0 {
		return to - from + modulus
	}
	if to < from {
		return to
	}
	return to - from
}

func TestTheDemoLooksLikeAPlant(t *testing.T) {
	modulus := map[string]int64{"filling-1": 65536}
	for seed := range uint64(3) {
		s := twice()
		if seed != 2 {
			s = fourDays(seed)
		}
		for _, l := range s.plant.lines {
			out := l.plan.Units[len(l.plan.Units)-1].ID
			ideal := time.Duration(0)
			products := s.byNode[l.plan.ID+"."+out+".Product"]
			good := s.byNode[l.plan.ID+"."+out+".Good"]
			for i, at := 1, 0; i < len(good); i++ {
				for at+1 < len(products) && !products[at+1].Time.After(good[i].Time) {
					at++
				}
				name, _ := products[at].Value.Text()
				n := made(whole(t, good[i-1].Value), whole(t, good[i].Value), modulus[l.plan.ID])
				ideal += time.Duration(n) * l.plan.ideal(name)
			}
			oee := ideal.Hours() / (4 * 22.5)
			if oee < 0.60 || oee > 0.83 {
				t.Errorf("seed %d: %s has an OEE of %.3f", seed, l.plan.ID, oee)
			}
			hours := 96 / float64(l.Campaign)
			if hours < 1 || hours > 3 {
				t.Errorf("seed %d: %s needs %.1f h for a campaign", seed, l.plan.ID, hours)
			}
			if scrap := float64(l.Scrap) / float64(l.In); scrap < 0.004 || scrap > 0.07 {
				t.Errorf("seed %d: %s rejects a share of %.3f", seed, l.plan.ID, scrap)
			}
		}
	}
}

func TestMostStopsAreExplainedButNotAll(t *testing.T) {
	s := twice()
	for _, l := range s.plant.lines {
		explained, not, waiting := 0, 0, 0
		for _, u := range l.plan.Units {
			fault, at := s.byNode[l.plan.ID+"."+u.ID+".Fault"], 0
			for _, v := range s.byNode[l.plan.ID+"."+u.ID+".State"] {
				for at+1 < len(fault) && !fault[at+1].Time.After(v.Time) {
					at++
				}
				switch state := machine.State(whole(t, v.Value)); {
				case state == machine.Suspended:
					waiting++
				case state == machine.Held && whole(t, fault[at].Value) != 0:
					explained++
				case state == machine.Held:
					not++
				}
			}
		}
		if explained < 3*not || not == 0 || waiting < 20 {
			t.Errorf("%s: %d stops with a fault, %d without, %d times starved or blocked", l.plan.ID, explained, not, waiting)
		}
	}
}

func TestEachCampaignMakesItsQuantity(t *testing.T) {
	s := twice()
	for _, l := range s.plant.lines {
		out := l.plan.ID + "." + l.plan.Units[len(l.plan.Units)-1].ID
		good := s.byNode[out+".Good"]
		at, campaigns := 0, 0
		products := s.byNode[out+".Product"]
		for i := 1; i < len(products); i++ {
			pieces := int64(0)
			for at+1 < len(good) && good[at+1].Time.Before(products[i].Time) {
				pieces += made(whole(t, good[at].Value), whole(t, good[at+1].Value), map[bool]int64{true: 65536}[l.plan.ID == "filling-1"])
				at++
			}
			c := l.plan.Programme[(i-1)%len(l.plan.Programme)]
			if name, _ := products[i-1].Value.Text(); name != c.Product || pieces != c.Quantity {
				t.Errorf("%s: campaign %d made %d × %s, the programme says %d × %s", l.plan.ID, i, pieces, name, c.Quantity, c.Product)
			}
			campaigns++
		}
		if campaigns < 30 {
			t.Errorf("%s finished only %d campaigns in four days", l.plan.ID, campaigns)
		}
	}
}

func TestUnitsRestInBreaks(t *testing.T) {
	s := twice()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	calendars := map[string]plant.Calendar{}
	for i, l := range Demo().Lines {
		calendars[l.ID] = plant.Calendar{Zone: zone, Shifts: Demo().ShiftsOf(i)}
	}
	for node, values := range s.byNode {
		if !strings.HasSuffix(node, ".State") {
			continue
		}
		for i, v := range values {
			if machine.State(whole(t, v.Value)) != machine.Execute || i+1 == len(values) {
				continue
			}
			line, _, _ := strings.Cut(node, ".")
			for _, shift := range calendars[line].Between(v.Time, values[i+1].Time) {
				for _, b := range shift.Breaks {
					from, to := b.From.Add(10*time.Second), b.To // the piece under way is finished
					if v.Time.Before(to) && values[i+1].Time.After(from) {
						t.Fatalf("%s ran from %v to %v, in the break from %v", node, v.Time, values[i+1].Time, b.From)
					}
				}
			}
		}
	}
}

func TestCountersRollOverAndReset(t *testing.T) {
	s := twice()
	rolled := 0
	for i, v := range s.byNode["filling-1.packer.Good"] {
		if n := whole(t, v.Value); n > math.MaxUint16 {
			t.Fatalf("the packer's 16-bit counter shows %d", n)
		} else if n == 0 && i > 0 {
			rolled++
		}
	}
	if rolled < 2 {
		t.Errorf("the packer's counter rolled over %d times in four days", rolled)
	}
	var resets []time.Time
	for i, v := range s.byNode["packing-1.sealer.Total"] {
		if whole(t, v.Value) == 0 && i > 0 {
			resets = append(resets, v.Time)
		}
	}
	if len(resets) != 12 || !resets[0].Equal(monday.Add(time.Hour)) || !resets[1].Equal(monday.Add(9*time.Hour)) {
		t.Errorf("the sealer's counters were reset at %v", resets)
	}
}

func TestTheHeatedZoneLagsBehindItsSetpoint(t *testing.T) {
	p := grow(t, 1, monday, 1)
	u := p.lines[0].units[1]
	h := *u.plan.Heater
	h.Rise, h.Fall, h.Noise = 10, 10, 0 // no limit, no noise: a pure lag
	u.plan.Heater = &h
	if _, err := p.Write(u.tags[setpoint], tag.FloatValue(95)); err != nil {
		t.Fatal(err)
	}
	p.Advance(monday.Add(h.Lag))
	if want := 95 - 10*math.Exp(-1); math.Abs(u.Heat-want) > 1e-6 {
		t.Errorf("after one lag it is %.4f °C, the first-order answer is %.4f", u.Heat, want)
	}
	p.Advance(monday.Add(2 * h.Lag))
	if want := 95 - 10*math.Exp(-2); math.Abs(u.Heat-want) > 1e-6 {
		t.Errorf("after two lags it is %.4f °C, the first-order answer is %.4f", u.Heat, want)
	}
}

func TestTheHeaterHasALimit(t *testing.T) {
	p := grow(t, 1, monday, 1)
	u := p.lines[3].units[2]
	write := func(v float64) {
		if _, err := p.Write(u.tags[setpoint], tag.FloatValue(v)); err != nil {
			t.Fatal(err)
		}
	}
	before := u.Heat
	write(220) // 55 K up: the lag alone would rise 0.608 K in the first second
	p.Advance(monday.Add(time.Second))
	if rose := u.Heat - before; math.Abs(rose-0.6) > 1e-9 {
		t.Errorf("it rose %.4f K in a second; the heater gives 0.6 K/s", rose)
	}
	before = u.Heat
	write(100)
	p.Advance(monday.Add(11 * time.Second))
	if fell := before - u.Heat; math.Abs(fell-2.5) > 1e-9 {
		t.Errorf("it fell %.4f K in ten seconds; the air takes 0.25 K/s", fell)
	}
}

func TestVibrationGrowsUntilService(t *testing.T) {
	s := twice()
	modes := s.byNode["assembly-1.press.Mode"]
	var service time.Time
	for _, v := range modes {
		if machine.Mode(whole(t, v.Value)) == machine.Maintenance && service.IsZero() {
			service = v.Time
		}
	}
	if service.IsZero() {
		t.Fatal("the press was never serviced in four days")
	}
	mean := func(from, to time.Time) float64 {
		sum, n := 0.0, 0
		for _, v := range s.byNode["assembly-1.press.Vibration"] {
			if f, _ := v.Value.Float(); f > 1 && v.Time.After(from) && v.Time.Before(to) {
				sum, n = sum+f, n+1
			}
		}
		return sum / float64(n)
	}
	first, last := mean(monday, monday.Add(4*time.Hour)), mean(service.Add(-4*time.Hour), service)
	after := mean(service.Add(time.Hour), service.Add(5*time.Hour))
	if !(first < 2.2 && last > 4.5 && after < 2) {
		t.Errorf("vibration was %.2f at first, %.2f before the service and %.2f after", first, last, after)
	}
}

func TestSpeedShortensEverythingButTheClock(t *testing.T) {
	const long = 20 * time.Hour
	slow, fast := grow(t, 9, monday, 1), grow(t, 9, monday, 10)
	slow.Advance(monday.Add(long))
	fast.Advance(monday.Add(long / 10))
	for i := range slow.lines {
		a, b := slow.lines[i], fast.lines[i]
		if share := float64(b.Out) / float64(a.Out); share < 0.85 || share > 1.3 {
			t.Errorf("%s made %d in %s at speed 1 and %d in a tenth of that at speed 10", a.plan.ID, a.Out, long, b.Out)
		}
	}
	if e := fast.lines[0].units[1].Energy; e > 22*2 {
		t.Errorf("a filler of 22 kW used %.1f kWh in two hours", e)
	}
}

// TestThePlantFileSpeaksOfThisPlant holds the demo's plant file against the simulator: every address is there with
// a fitting type, and cycles, shifts and outputs are the same.
func TestThePlantFileSpeaksOfThisPlant(t *testing.T) {
	m, err := config.Demo()
	if err != nil {
		t.Fatal(err)
	}
	p := grow(t, 1, monday, 1)
	byNode := map[string]Signal{}
	for _, s := range p.Signals() {
		byNode[s.Node] = s
	}
	found := 0
	for _, tg := range m.Tags.All() {
		node, is := strings.CutPrefix(tg.Address, "nsu=urn:millwright:simulator;s=")
		if !is {
			continue
		}
		s, ok := byNode[node]
		if !ok || s.Name != tg.Name || s.Writable != tg.Writable {
			t.Errorf("tag %s at %s: the simulator has %+v", tg.Name, tg.Address, s)
		}
		found++
	}
	if found != len(byNode) {
		t.Errorf("the plant file has %d of the simulator's %d signals", found, len(byNode))
	}
	for n, l := range Demo().Lines {
		line, ok := m.Plant.Line(plant.LineID(l.ID))
		if !ok || len(line.Units) != len(l.Units) || string(line.Pacer) != l.ID+"/"+l.Pacer || string(line.Output) != l.ID+"/"+l.Units[len(l.Units)-1].ID {
			t.Errorf("the plant file has line %s as %+v", l.ID, line)
		}
		for _, product := range l.Products {
			if c, ok := line.Ideal(product.Code); !ok || c != product.Ideal {
				t.Errorf("%s makes %s in %v, the plant file says %v", l.ID, product.Code, product.Ideal, c)
			}
		}
		for i, s := range Demo().ShiftsOf(n) {
			if got := line.Calendar.Shifts[i]; got.Start != s.Start || got.End != s.End || got.Breaks[0] != s.Breaks[0] {
				t.Errorf("shift %s of %s is %+v, the plant file says %+v", s.Name, l.ID, s, got)
			}
		}
	}
}
