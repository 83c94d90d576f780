package mail

import (
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Period is what one letter of a subscription is about; of each it sends one letter.
type Period struct {
	Line  plant.LineID // of a shift
	From  time.Time    // when the shift began
	First plant.Date   // of days: the first, and the last
	Last  plant.Date
}

// String writes a period as it is kept: "shift/filling-1/1772431200000000", "days/2026-03-02/2026-03-08".
func (p Period) String() string {
	if p.Line != "" {
		return "shift/" + string(p.Line) + "/" + strconv.FormatInt(p.From.UnixMicro(), 10)
	}
	return "days/" + p.First.String() + "/" + p.Last.String()
}

// ParsePeriod reads what String wrote.
func ParsePeriod(text string) (p Period, err error) {
	part := strings.Split(text, "/")
	if len(part) == 3 && part[0] == "shift" {
		us, err := strconv.ParseInt(part[2], 10, 64)
		if err == nil && part[1] != "" {
			return Period{Line: plant.LineID(part[1]), From: time.UnixMicro(us).UTC()}, nil
		}
	}
	if len(part) == 3 && part[0] == "days" {
		first, err := plant.ParseDate(part[1])
		last, wrong := plant.ParseDate(part[2])
		if err == nil && wrong == nil {
			return Period{First: first, Last: last}, nil
		}
	}
	return p, errs.New(errs.Invalid, "%q is no period of a report", errs.Clip(text))
}

// Occasion is when a letter about a period is due.
type Occasion struct {
	Period
	At time.Time
}

// Due gives the occasions of a subscription in (from, to]: of its lines, by the clocks of the first of them.
func (s *Subscription) Due(lines []plant.Line, from, to time.Time) (all []Occasion) {
	if len(lines) == 0 || s.Off {
		return nil
	}
	if s.Kind == Shift {
		for _, l := range lines {
			all = append(all, s.shifts(l, from, to)...)
		}
		return all
	}
	zone := lines[0].Calendar.Zone
	if zone == nil {
		zone = time.UTC
	}
	for d := plant.DateIn(from, zone) - 1; d <= plant.DateIn(to, zone)+1; d++ {
		midnight := d.Begin(time.UTC)
		at := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), int(s.At)/60, int(s.At)%60, 0, 0, zone).UTC()
		if !at.After(from) || at.After(to) || s.Kind == Week && midnight.Weekday() != s.Weekday {
			continue
		}
		o := Occasion{Period{First: d - 1, Last: d - 1}, at}
		if s.Kind == Week {
			monday := d - plant.Date((midnight.Weekday()+6)%7)
			o.First, o.Last = monday-7, monday-1
		}
		all = append(all, o)
	}
	return all
}

func (s *Subscription) shifts(l plant.Line, from, to time.Time) (all []Occasion) {
	for _, x := range l.Calendar.Between(from.Add(-s.Delay-time.Microsecond), to) {
		if at := x.To.Add(s.Delay); at.After(from) && !at.After(to) {
			all = append(all, Occasion{Period{Line: l.ID, From: x.From.UTC()}, at.UTC()})
		}
	}
	return all
}
