// Package dates lays out the rules of a plant file by which dates repeat.
package dates

import (
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// furthest is how many dates one rule may name.
const furthest = 20_000

// earliest is from when on rules may begin: each year of one takes time to lay out.
func earliest() plant.Date { return plant.DateOf(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)) }

// horizon is up to when rules are laid out: the calendar of a plant holds dates, no rules.
func horizon() time.Time { return time.Date(2070, 1, 1, 0, 0, 0, 0, time.UTC) }

// Repeated lays out a recurrence rule (RFC 5545) from a date on.
func Repeated(on plant.Date, rule string) ([]plant.Date, error) {
	o, err := rrule.StrToROption(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:"))
	if err != nil {
		return nil, fmt.Errorf("%q is no recurrence rule; write one like FREQ=YEARLY or FREQ=WEEKLY;BYDAY=MO", errs.Clip(rule))
	}
	if o.Freq > rrule.DAILY || len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0 {
		return nil, fmt.Errorf("%q repeats within a day; the shortest is FREQ=DAILY", errs.Clip(rule))
	}
	if on < earliest() {
		return nil, fmt.Errorf("%q begins on %s; let it begin in 1900 or later", errs.Clip(rule), on)
	}
	o.Dtstart = time.Unix(int64(on)*24*3600, 0).UTC()
	if o.Until.IsZero() || o.Until.After(horizon()) {
		o.Until = horizon()
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, fmt.Errorf("%q is no recurrence rule: %w", errs.Clip(rule), err)
	}
	var all []plant.Date
	for next := r.Iterator(); ; {
		t, more := next()
		if !more {
			break
		}
		if all = append(all, plant.DateOf(t)); len(all) > furthest {
			return nil, fmt.Errorf("%q names more than %d dates; end it with UNTIL", errs.Clip(rule), furthest)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q names no date from %s on", errs.Clip(rule), on)
	}
	return all, nil
}
