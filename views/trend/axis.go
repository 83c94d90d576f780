package trend

import "time"

var timeSteps = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour,
}

// timeMarks are at whole steps of the site's clock, at most eight.
func (c Chart) timeMarks() []mark {
	whole := c.To.Sub(c.From)
	if whole <= 0 {
		return nil
	}
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if whole/s <= 8 {
			step = s
			break
		}
	}
	if whole/step > 60 {
		return nil
	}
	zone := c.Locale.Zone
	if zone == nil {
		zone = time.UTC
	}
	_, offset := c.From.In(zone).Zone()
	shift := time.Duration(offset) * time.Second
	var all []mark
	for t := c.From.Add(shift).Truncate(step).Add(-shift); !t.After(c.To); t = t.Add(step) {
		if x := c.at(t); !t.Before(c.From) && x > wide/50 && x < wide-wide/50 {
			all = append(all, mark{at: percent(x, wide), label: c.timeLabel(t.In(zone), step)})
		}
	}
	return all
}

func (c Chart) timeLabel(t time.Time, step time.Duration) string {
	switch {
	case step >= 24*time.Hour || t.Hour() == 0 && t.Minute() == 0 && step >= time.Minute:
		return t.Format("2 Jan")
	case step < time.Minute:
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}
