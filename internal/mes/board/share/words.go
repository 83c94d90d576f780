package share

import (
	"fmt"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/plant"
)

// words tells so much of a pool: "tool M-7", "2 people with Welding".
func (s *shared) words(amount int64) string {
	one := amount == int64(plant.One)
	switch n := plant.Quantity(amount).String(); {
	case s.tool.Number != "" && one:
		return "tool " + s.tool.Number
	case s.tool.Number != "":
		return n + " of tool " + s.tool.Number
	case one:
		return "one person with " + s.people
	default:
		return n + " people with " + s.people
	}
}

// never tells that an operation takes more than there ever is.
func (s *shared) never(amount int64, now time.Time) string {
	if s.tool.Number == "" {
		return fmt.Sprintf("it takes %s, and there are never more than %s: say who has it, or how many work in a shift", s.words(amount), plant.Quantity(s.Size))
	}
	if out := s.tool.Out(now); out > 0 {
		return fmt.Sprintf("it takes %s, and %d of %d are in maintenance: say when they are back", s.words(amount), out, s.tool.Count)
	}
	return fmt.Sprintf("it takes %s, and there are only %s", s.words(amount), plant.Quantity(s.Size))
}

// Waits tells what of a pool an operation waits for, and until when: until another one is done with it, or it is there.
func (p *Pools) Waits(at int, uses []schedule.Use, until schedule.Tick, other string, moment func(schedule.Tick) string) string {
	s, amount := &p.all[at], int64(0)
	for _, u := range uses {
		if u.Pool == at {
			amount = u.Amount
		}
	}
	words := "waits for " + s.words(amount) + " until " + moment(until)
	switch {
	case other != "":
		return words + ": " + other + " has it until then"
	case s.tool.Number != "":
		return words + ": it is in maintenance"
	}
	for _, shift := range p.work() {
		if shift.From.Unix() == until {
			return words + ", when shift " + shift.Name + " begins"
		}
	}
	return words
}
