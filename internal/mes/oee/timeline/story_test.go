package timeline

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline/stops"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// story is one part of a script: what the line is like, what its machines said and when, and what
// became of it. Its words:
//
//	== NAME                            begins a story
//	units A B C                        in the order of the flow; "*" marks the pacer, the last is the output;
//	                                   "|B" works beside the one before
//	buffer A 100                       pieces that find room after A
//	hours                              segments are shown as they are cut at the hours of the shift
//	silent                             the pacer has no state tag
//	untold                             the pacer has no product tag
//	alone B                            the time of that unit is laid out, not the line's
//	total                              the output counts its total, not its good pieces
//	ideal P 2s                         ideal cycle of product P ("-" for every other)
//	min_stop 5s, micro_max 60s         of the line; "min_stop P 5s" while it makes P
//	modes                              only a mode tells changeovers
//	again P                            another order of P is set up for
//	shift NAME 06:00-14:00 10:00-10:30 with breaks; without any the line always produces
//	HH:MM:SS UNIT state|mode|fault|product WORD
//	HH:MM:SS UNIT sight lost|back     of the counters of a silent pacer
//	HH:MM:SS UNIT order|done [J:]P     an order J runs, or is made; "order none" when none does
//	HH:MM:SS UNIT names N              the order that the machine works on
//	HH:MM:SS UNIT good|reject|total N  the counter shows N; "seen 8m", or "read 8m", if of the time since the one before the
//	                                   unit was seen no longer, or neither it nor the counter
//	HH:MM:SS now                       looks: the lines that follow are what must be seen
//	= FROM TO CATEGORY [unit=U] [fault=F] [product=P] [order=J] [shift=S] [good=N] [reject=N] [ideal=D] [unseen=D]
//	! WORD VALUE                       of the snapshot: oee, a, p, q, now, since, cause, open, target, window, order, speed, slow
//
// A time after "+" is on the next day. Everything not named in a "=" line is not looked at.
type story struct {
	name    string
	line    plant.Line
	signals []machine.Signals
	silent  bool
	hours   bool
	untold  bool
	alone   plant.UnitID
	total   bool
	facts   []machine.Fact
	looks   []look
}

type look struct {
	at    time.Time
	wants []string
}

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday

func readStories(t *testing.T, file string) []*story {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []*story
	totals := map[string]machine.Counted{}
	modes := map[plant.UnitID]machine.StateChanged{}
	for n, l := range strings.Split(string(text), "\n") {
		words := strings.Fields(l)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if words[0] == "==" {
			all = append(all, &story{name: strings.Join(words[1:], " "), line: plant.Line{ID: "l"}})
			clear(totals)
			clear(modes)
			continue
		}
		s := all[len(all)-1]
		if !s.set(words) && !s.expect(words) && !s.hear(words, totals, modes) {
			t.Fatalf("%s:%d: %q is not understood", file, n+1, l)
		}
	}
	for _, s := range all {
		s.finish()
	}
	return all
}

func (s *story) set(w []string) bool {
	switch w[0] {
	case "units":
		for _, u := range w[1:] {
			u, beside := strings.CutPrefix(u, "|")
			id := plant.UnitID(strings.TrimPrefix(u, "*"))
			one := plant.Unit{ID: id}
			if beside {
				one.Beside = s.line.Output
			} else {
				s.line.Output = id
			}
			s.line.Units = append(s.line.Units, one)
			if string(id) != u {
				s.line.Pacer = id
			}
		}
	case "modes":
		s.line.Changeover.Told = true
	case "again":
		s.line.Changeover.Pairs = map[plant.Pair]time.Duration{{From: w[1], To: w[1]}: time.Minute}
	case "buffer":
		for i := range s.line.Units {
			if u := &s.line.Units[i]; string(u.ID) == w[1] {
				u.Buffer, _ = plant.ParseQuantity(w[2])
			}
		}
	case "hours":
		s.hours = true
	case "silent":
		s.silent = true
	case "untold":
		s.untold = true
	case "alone":
		s.alone = plant.UnitID(w[1])
	case "total":
		s.total = true
	case "ideal":
		s.line.Rates = append(s.line.Rates, plant.Rate{Product: dash(w[1]), IdealCycle: mustLast(w[2])})
	case "min_stop", "micro_max":
		switch {
		case len(w) == 3:
			s.special(w)
		case w[0] == "min_stop":
			s.line.Thresholds.MinStop = mustLast(w[1])
		default:
			s.line.Thresholds.MicroMax = mustLast(w[1])
		}
	case "shift":
		p := plant.ShiftPattern{Name: w[1]}
		span := mustSpan(w[2])
		p.Start, p.End = span.Start, span.End
		for _, b := range w[3:] {
			p.Breaks = append(p.Breaks, mustSpan(b))
		}
		s.line.Calendar.Shifts = append(s.line.Calendar.Shifts, p)
	default:
		return false
	}
	return true
}

func (s *story) expect(w []string) bool {
	if w[0] != "=" && w[0] != "!" || len(s.looks) == 0 {
		return false
	}
	l := &s.looks[len(s.looks)-1]
	l.wants = append(l.wants, strings.Join(w, " "))
	return true
}

func (s *story) hear(w []string, totals map[string]machine.Counted, states map[plant.UnitID]machine.StateChanged) bool {
	at, ok := moment(w[0])
	if !ok {
		return false
	}
	if len(w) == 2 && w[1] == "now" {
		s.looks = append(s.looks, look{at: at})
		return true
	}
	if len(w) != 4 && len(w) != 6 {
		return false
	}
	unit := plant.UnitID(w[1])
	switch w[2] {
	case "state", "mode":
		x := states[unit]
		if x.Unit == "" {
			x.Mode = machine.Production
		}
		x.Unit, x.At = unit, at
		if w[2] == "state" {
			x.State = stateNamed(w[3])
		} else {
			x.Mode = map[string]machine.Mode{
				"production": machine.Production, "maintenance": machine.Maintenance,
				"manual": machine.Manual, "changeover": machine.ChangeOver,
			}[w[3]]
		}
		states[unit] = x
		s.facts = append(s.facts, x)
	case "fault":
		s.facts = append(s.facts, machine.FaultChanged{Unit: unit, At: at, Code: w[3]})
	case "product":
		s.facts = append(s.facts, machine.ProductChanged{Unit: unit, At: at, Product: dash(w[3])})
	case "order", "done":
		job, product, named := strings.Cut(w[3], ":")
		if !named {
			job, product = "", w[3]
		}
		s.facts = append(s.facts, oee.OrderChanged{
			Pacer: unit, At: at, Runs: w[2] == "order" && w[3] != "none", Order: job, Product: strings.TrimPrefix(dash(product), "none"),
		})
	case "names":
		s.facts = append(s.facts, machine.OrderNamed{Unit: unit, At: at, Order: dash(w[3])})
	case "sight":
		s.facts = append(s.facts, machine.SightChanged{Unit: unit, At: at, Blind: w[3] == "lost"})
	default:
		return s.count(w, unit, at, totals)
	}
	return true
}

func (s *story) count(w []string, unit plant.UnitID, at time.Time, totals map[string]machine.Counted) bool {
	what, ok := map[string]machine.What{"good": machine.Good, "reject": machine.Reject, "total": machine.Total}[w[2]]
	shown, err := strconv.ParseInt(w[3], 10, 64)
	if !ok || err != nil {
		return false
	}
	key := w[1] + w[2]
	last, known := totals[key]
	c := machine.Counted{Unit: unit, What: what, At: at, To: plant.Pieces(shown)}
	if known {
		c.Tag, c.Since, c.From = last.Tag, last.At, last.To
		c.Qty = c.To - c.From
	} else {
		c.Tag, c.Since, c.From, c.Event = tag.ID(len(totals)+1), at, c.To, machine.Baseline
	}
	totals[key] = c
	if len(w) == 6 {
		c.Unseen, c.Lost = at.Sub(c.Since)-mustLast(w[5]), w[4] == "read"
	}
	s.facts = append(s.facts, c)
	return true
}

func (s *story) finish() {
	for _, u := range s.line.Units {
		signals := machine.Signals{Unit: u.ID, State: 100, Good: machine.Counter{Tag: 101}}
		if s.silent && u.ID == cmp.Or(s.alone, s.line.Pacer) {
			signals.State = 0
		}
		if !s.untold {
			signals.Product = 103
		}
		if s.total && u.ID == s.line.Output {
			signals.Good.Tag, signals.Total.Tag = 0, 102
		}
		s.signals = append(s.signals, signals)
	}
}

func (s *story) engine() *Engine {
	if s.alone != "" {
		return NewUnitEngine(s.line, s.alone, s.signals...)
	}
	return NewEngine(s.line, s.signals...)
}

// moment reads "06:00:00", "06:00:00.5" and "+06:00:00".
func moment(w string) (time.Time, bool) {
	days := len(w) - len(strings.TrimLeft(w, "+"))
	c, err := time.Parse("15:04:05", w[days:])
	if err != nil {
		return time.Time{}, false
	}
	return midnight.AddDate(0, 0, days).Add(c.Sub(c.Truncate(24 * time.Hour))), true
}

func clockOf(t time.Time) string {
	days := int(t.Sub(midnight) / (24 * time.Hour))
	return strings.Repeat("+", days) + t.Format("15:04:05.999999")
}

func dash(w string) string {
	if w == "-" {
		return ""
	}
	return w
}

func mustLast(w string) time.Duration {
	d, err := time.ParseDuration(w)
	if err != nil {
		panic(err)
	}
	return d
}

func mustSpan(w string) plant.ClockSpan {
	from, to, _ := strings.Cut(w, "-")
	a, err := plant.ParseClock(from)
	if err != nil {
		panic(err)
	}
	b, err := plant.ParseClock(to)
	if err != nil {
		panic(err)
	}
	return plant.ClockSpan{Start: a, End: b}
}

func stateNamed(w string) machine.State {
	for s := machine.Unknown; s <= machine.Complete; s++ {
		if strings.EqualFold(s.String(), w) {
			return s
		}
	}
	panic("no state " + w)
}

// shown prints a segment with the parts that a wanted line names.
func shown(s oee.Segment, like string) string {
	b := fmt.Sprintf("= %s %s %s", clockOf(s.From), clockOf(s.To), strings.ReplaceAll(s.Category.String(), " ", "_"))
	for _, w := range strings.Fields(like)[4:] {
		key, _, _ := strings.Cut(w, "=")
		value := map[string]string{
			"unit": string(s.Unit), "fault": s.Fault, "product": s.Product, "order": s.Order, "shift": s.Shift,
			"good": s.Good.String(), "reject": s.Reject.String(), "ideal": s.Ideal.String(), "unseen": s.Unseen.String(),
			"state": s.State.String(), "unrated": s.Unrated.String(),
		}[key]
		b += " " + key + "=" + value
	}
	return b
}

func shownSnapshot(s oee.Snapshot, word string) string {
	r := func(r oee.Ratio) string {
		if !r.OK {
			return "–"
		}
		return fmt.Sprintf("%.6f", r.Value)
	}
	slow := "–"
	if !s.Slow.IsZero() {
		slow = clockOf(s.Slow)
	}
	return map[string]string{
		"oee": r(s.Classic.OEE), "a": r(s.Classic.Availability), "p": r(s.Classic.Performance), "q": r(s.Classic.Quality),
		"now": strings.ReplaceAll(s.Now.String(), " ", "_"), "since": clockOf(s.Since), "cause": string(s.Cause),
		"open": strconv.Itoa(s.Open), "target": s.Target.String(), "fault": s.Fault, "product": s.Product, "order": s.Order,
		"window": clockOf(s.Window.From) + "-" + clockOf(s.Window.To), "shift": s.Shift.Name, "state": s.State.String(),
		"speed": r(s.Speed), "slow": slow,
		"good": s.Classic.Good.String(), "coverage": r(s.Classic.Coverage),
	}[word]
}

func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, f := range files {
		for _, s := range readStories(t, filepath.Base(f)) {
			t.Run(s.name, s.tell)
		}
	}
}

// joined puts together what is cut at the hours alone.
func joined(all []oee.Segment) (one []oee.Segment) {
	for _, s := range all {
		n := len(one) - 1
		if n < 0 || !stops.Same(&one[n], &s) {
			one = append(one, s)
			continue
		}
		one[n].To = s.To
		stops.Count(&one[n], &s)
	}
	return one
}

func (s *story) tell(t *testing.T) {
	e := s.engine()
	var closed []oee.Segment
	next := 0
	for _, l := range s.looks {
		for ; next < len(s.facts) && !s.facts[next].When().After(l.at); next++ {
			closed = append(closed, e.Apply(s.facts[next])...)
		}
		closed = append(closed, e.Tick(l.at)...)
		all := slices.Concat(closed, e.Open(l.at))
		if !s.hours {
			all = joined(all)
		}
		snap := e.At(l.at)
		var want, got []string
		for _, w := range l.wants {
			want = append(want, w)
			if w[0] == '!' {
				word := strings.Fields(w)[1]
				got = append(got, fmt.Sprintf("! %s %s", word, shownSnapshot(snap, word)))
			}
		}
		seen := 0
		var rows []string
		for _, w := range l.wants {
			if w[0] != '=' {
				continue
			}
			if seen < len(all) {
				rows = append(rows, shown(all[seen], w))
			}
			seen++
		}
		if seen > 0 {
			for ; seen < len(all); seen++ {
				rows = append(rows, shown(all[seen], "= - - -"))
			}
		}
		if a, b := strings.Join(want, "\n"), strings.Join(inOrder(want, rows, got), "\n"); a != b {
			t.Errorf("at %s\nwant\n%s\ngot\n%s", clockOf(l.at), a, b)
		}
	}
	if at, late := e.Late(); late {
		t.Errorf("a fact of %s was late", clockOf(at))
	}
	if next != len(s.facts) {
		t.Errorf("%d facts come after the last look", len(s.facts)-next)
	}
}

// inOrder puts the rows and the looks at the snapshot in the order in which they are wanted.
func inOrder(want, rows, looks []string) []string {
	var all []string
	for _, w := range want {
		from := &rows
		if w[0] == '!' {
			from = &looks
		}
		if len(*from) > 0 {
			all = append(all, (*from)[0])
			*from = (*from)[1:]
		}
	}
	return append(append(all, rows...), looks...)
}

// special sets a threshold of one product.
func (s *story) special(w []string) {
	if s.line.Special == nil {
		s.line.Special = map[string]plant.Thresholds{}
	}
	t := s.line.Special[w[1]]
	if w[0] == "min_stop" {
		t.MinStop = mustLast(w[2])
	} else {
		t.MicroMax = mustLast(w[2])
	}
	s.line.Special[w[1]] = t
}
