// Package wording says promises in words: why an order is late, and what would help.
package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"millwright/internal/mes/execution/promise"
	"millwright/internal/plant/measure"
)

// Say writes the causes of an order in a line: "Filler down 38 min; resin short from 14:10".
func Say(o *promise.Forecast, causes []promise.Cause) string {
	var all []string
	for i := range causes {
		words := say(o, &causes[i])
		if i == 0 {
			words = strings.ToUpper(words[:1]) + words[1:]
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}

func say(o *promise.Forecast, c *promise.Cause) string {
	line := o.LineName(c.Line)
	switch c.Why {
	case promise.OnHold:
		if c.Text == "" {
			return c.Job + " is on hold"
		}
		return "on hold: " + c.Text
	case promise.Halted:
		return c.Text + " " + Lasting(o.At.Sub(c.Since))
	case promise.Short:
		return short(o, c)
	case promise.Queued:
		words := "waits behind " + c.Job
		if c.N > 1 {
			words = fmt.Sprintf("waits behind %d jobs", c.N)
		}
		if c.Until.IsZero() {
			return words + " on " + line
		}
		return words + " on " + line + " until " + Clock(o, c.Until)
	case promise.Slow:
		return line + " runs at " + c.Share.Percent() + " of its ideal speed"
	case promise.Stopping:
		return line + " ran " + c.Share.Percent() + " of its time lately"
	case promise.Rejecting:
		return c.Share.Percent() + " are scrapped on " + line
	case promise.Shut:
		return "no shift on " + line + " until " + Clock(o, c.Until)
	}
	return sayPlan(o, c)
}

// sayPlan writes the causes that lie in what was planned, and not in what a line does.
func sayPlan(o *promise.Forecast, c *promise.Cause) string {
	line := o.LineName(c.Line)
	switch c.Why {
	case promise.Unplaced:
		return c.Text + " is on no line"
	case promise.Unreleased:
		return c.Text + " is not released"
	case promise.Unpaced:
		return "nobody says how fast " + line + " makes " + c.Text
	case promise.Unordered:
		it := o.Item(c.Item)
		words := "nothing is ordered for " + strings.TrimSpace(c.Quantity.String()+" "+symbol(it.Unit)) + " of " + it.Name
		if !c.Until.IsZero() {
			words += days(it.Lead)
		}
		return words
	case promise.Awaited:
		return "waits for " + c.Text + ", " + Clock(o, c.Until)
	case promise.Shippable:
		return "it is there, and not delivered"
	case promise.Making:
		return "it is being made on " + line
	case promise.TooLong:
		return "it takes longer than a year on " + line
	}
	return string(c.Why)
}

func short(o *promise.Forecast, c *promise.Cause) string {
	words := o.Item(c.Item).Name + " short"
	if c.Since.After(o.At) {
		words += " from " + Clock(o, c.Since)
	}
	switch {
	case c.Late:
		return words + ", none is on its way: ordered now it is there " + Clock(o, c.Until)
	case c.Until.IsZero():
		return words + ", none is on its way"
	case c.Text != "":
		return words + " until " + c.Text + " comes, " + Clock(o, c.Until)
	}
	return words + " until " + Clock(o, c.Until)
}

// symbol is a unit where it is said; pieces are not.
func symbol(unit string) string {
	if unit == "H87" || unit == "C62" {
		return ""
	}
	return measure.Symbol(unit)
}

func days(n int64) string {
	switch {
	case n <= 0:
		return ", which can be there today"
	case n == 1:
		return ", which takes 1 working day"
	}
	return ", which takes " + strconv.FormatInt(n, 10) + " working days"
}

// Clock writes a time by the plant's clocks: "14:10" today, else "Tue 1 Dec 06:30".
func Clock(o *promise.Forecast, t time.Time) string {
	t = t.In(o.Zone())
	if t.Format(time.DateOnly) == o.At.In(o.Zone()).Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// Lasting writes how long something lasts: "38 min", "2 h 5 min", "3 d 4 h".
func Lasting(d time.Duration) string {
	d = max(0, d).Truncate(time.Minute)
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case d == 0:
		return "under 1 min"
	case h == 0:
		return strconv.Itoa(m) + " min"
	case h < 24 && m == 0:
		return strconv.Itoa(h) + " h"
	case h < 24:
		return fmt.Sprintf("%d h %d min", h, m)
	case h%24 == 0:
		return fmt.Sprintf("%d d", h/24)
	}
	return fmt.Sprintf("%d d %d h", h/24, h%24)
}

// Fix says what a remedy does: "Next on Press: done 13:00, in time".
func Fix(o *promise.Forecast, f promise.Fix) string {
	words := remedy(o, f) + ": done " + Clock(o, f.Likely)
	if f.Lateness <= 0 {
		words += ", in time"
	} else {
		words += ", " + Lasting(f.Lateness) + " late"
	}
	for i, r := range f.Hurts {
		x, _ := o.Of(r)
		switch {
		case i == 0:
			words += "; then late: " + x.Text
		case i < 3:
			words += ", " + x.Text
		case i == 3:
			return words + " and more"
		}
	}
	return words
}

func remedy(o *promise.Forecast, f promise.Fix) string {
	line := o.LineName(f.Line)
	switch f.Remedy {
	case promise.First:
		return "Next on " + line
	case promise.Elsewhere:
		return "On " + line
	case promise.Supplied:
		return "With all its material at once"
	case promise.Through:
		return line + " without breaks and closed hours"
	}
	return "Taken off hold"
}
