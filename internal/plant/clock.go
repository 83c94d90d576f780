package plant

import (
	"fmt"
	"strconv"
	"strings"
)

const minutesPerDay = 24 * 60

// ParseClock reads a local time of day: "06:00", "22:00"; "24:00" is the end of the day.
func ParseClock(s string) (Clock, error) {
	hours, minutes, _ := strings.Cut(s, ":")
	h, errH := strconv.ParseUint(hours, 10, 8)
	m, errM := strconv.ParseUint(minutes, 10, 8)
	c := Clock(h*60 + m)
	if errH != nil || errM != nil || len(hours) > 2 || len(minutes) != 2 || m > 59 || c > minutesPerDay {
		return 0, fmt.Errorf("%q is no time of day: write it like 06:00 or 22:30", clip(s))
	}
	return c, nil
}

// String prints the clock as it is read: "06:00".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText prints the clock.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a clock.
func (c *Clock) UnmarshalText(b []byte) error {
	parsed, err := ParseClock(string(b))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// String prints "06:00–14:00".
func (s ClockSpan) String() string { return s.Start.String() + "–" + s.End.String() }
