package simulate

import (
	"time"

	"millwright/internal/ot/simulate/turns"
)

// line is one running line. Pieces flow through units and buffers; what starves or blocks follows from that alone.
type line struct {
	lineState
	plan  *Line
	days  turns.Days
	speed float64
	units []*unit
	due   int64 // when the next event happens
}

// lineState is what a line remembers.
type lineState struct {
	Now      int64 // µs: time of the last event
	Turn     int64 // when the calendar next tells something
	Tick     int64 // when the sensors are next read
	Break    bool
	Campaign int   // how many campaigns were finished since the start
	Fed      int64 // pieces that entered the line in this campaign
	Rejected int64 // and left it as scrap
	Made     int64 // and left it as good
	Buffers  []int // pieces behind each unit but the last

	In, Scrap, Out int64 // the same since the start of the plant
}

func (l *line) begin(seed uint64, at int64) {
	l.Now, l.Tick, l.Turn = at, at+second, l.days.Next(at)
	l.Break = l.days.Resting(at)
	l.Buffers = make([]int, len(l.units)-1)
	for _, u := range l.units {
		u.begin(seed)
	}
	l.due = l.next()
}

const second = int64(time.Second / time.Microsecond)

// campaign is the order that the line is on.
func (l *line) campaign() Campaign { return l.plan.Programme[l.Campaign%len(l.plan.Programme)] }

// after is the time d from now, shortened by the speed.
func (l *line) after(d time.Duration) int64 {
	return l.Now + max(second/1000, int64(float64(d.Microseconds())/l.speed))
}

// next is the time of the next event.
func (l *line) next() int64 {
	at := min(l.Turn, l.Tick)
	for _, u := range l.units {
		at = min(at, u.Next)
	}
	return at
}

// step lets the next event happen: calendar first, then sensors, then units in the order of the flow.
func (l *line) step() {
	l.Now = l.due
	switch {
	case l.Turn == l.Now:
		l.turn()
	case l.Tick == l.Now:
		l.Tick += second
		for _, u := range l.units {
			u.sense()
		}
	default:
		l.act()
	}
	l.due = l.next()
}

func (l *line) act() {
	for _, u := range l.units {
		if u.Next == l.Now {
			u.act()
			return
		}
	}
}

// turn does what the calendar says.
func (l *line) turn() {
	for _, what := range l.days.At(l.Now) {
		switch what {
		case turns.ShiftStarts:
			for _, u := range l.units {
				u.shift()
			}
		case turns.BreakStarts:
			l.Break = true
			l.rouse()
		case turns.BreakEnds:
			l.Break = false
			l.rouse()
		}
	}
	l.Turn = l.days.Next(l.Now)
}

// rouse lets every unit that only waits look again at what it should do.
func (l *line) rouse() {
	for _, u := range l.units {
		if u.Phase == off || u.Phase == short || u.Phase == starved {
			u.ready()
		}
	}
}

// supply is how many pieces unit i could take now. The first unit draws no more than the campaign still
// needs, so the line has run empty when the last good piece leaves it.
func (l *line) supply(i int) int {
	if i > 0 {
		return l.Buffers[i-1]
	}
	return int(l.campaign().Quantity - (l.Fed - l.Rejected))
}

// draw takes a piece for unit i.
func (l *line) draw(i int) {
	if i > 0 {
		l.Buffers[i-1]--
		return
	}
	l.Fed++
	l.In++
}

// room is how many pieces unit i could hand on now.
func (l *line) room(i int) int { return l.plan.Units[i].Buffer - l.Buffers[i] }

// wake tells unit i that it may have got a piece or room for one.
func (l *line) wake(i int) {
	if i >= 0 && i < len(l.units) {
		l.units[i].wake()
	}
}

// scrap books a rejected piece.
func (l *line) scrap() {
	l.Rejected++
	l.Scrap++
}

// finish books a good piece out of the line; the last one of a campaign begins the next.
func (l *line) finish() {
	l.Made++
	l.Out++
	if l.Made < l.campaign().Quantity {
		return
	}
	l.Campaign++
	l.Fed, l.Rejected, l.Made = 0, 0, 0
	l.rouse()
}
