package plant

import "time"

// wall is a reading of a local clock, as the number of seconds that a clock without zones would show
// since 1970. It grows with real time except where clocks are put back.
type wall int64

const day = wall(minutesPerDay * 60)

// wallOf reads the local clock at a moment.
func wallOf(t time.Time, zone *time.Location) wall {
	_, offset := t.In(zone).Zone()
	return wall(t.Unix() + int64(offset))
}

// midnight is the start of the wall's date.
func (w wall) midnight() wall {
	rest := w % day
	if rest < 0 {
		rest += day
	}
	return w - rest
}

func (w wall) date() string { return time.Unix(int64(w), 0).UTC().Format(time.DateOnly) }

func (w wall) weekday() time.Weekday { return time.Unix(int64(w), 0).UTC().Weekday() }

// first is the first moment at which the local clock shows w or more. A time that is skipped when
// clocks are put forward falls on the moment of the change; of a time that comes twice it is the first.
// So moments keep the order of the walls, and what abuts on the wall abuts in time.
func (w wall) first(zone *time.Location) time.Time {
	guess := time.Unix(int64(w), 0).In(zone) // at most a day off, so that one change of clocks lies between
	_, offset := guess.Zone()
	t := time.Unix(int64(w)-int64(offset), 0).In(zone)
	if now := wallOf(t, zone); now != w {
		t = settle(t, now, w, zone)
	}
	return earlier(t, w, zone).UTC()
}

// settle corrects a moment whose offset was guessed from the other side of a change of clocks.
func settle(t time.Time, now, w wall, zone *time.Location) time.Time {
	_, offset := t.Zone()
	again := time.Unix(int64(w)-int64(offset), 0).In(zone)
	if wallOf(again, zone) == w {
		return again
	}
	start, end := t.ZoneBounds() // w is skipped: the change is the near end of the period that t lies in
	if now > w {
		return start
	}
	return end
}

// earlier looks for the same wall before clocks were put back.
func earlier(t time.Time, w wall, zone *time.Location) time.Time {
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return t
	}
	_, before := start.Add(-time.Second).In(zone).Zone()
	if at := time.Unix(int64(w)-int64(before), 0); at.Before(start) {
		return at
	}
	return t
}

// reached is the highest wall that the local clock has shown up to t: while an hour is repeated, its end.
func reached(t time.Time, zone *time.Location) wall {
	now := wallOf(t, zone)
	start, _ := t.In(zone).ZoneBounds()
	if start.IsZero() {
		return now
	}
	return max(now, wallOf(start.Add(-time.Second), zone))
}
