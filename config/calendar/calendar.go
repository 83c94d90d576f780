// Package calendar reads when a site or a line is meant to produce, as a plant file says it.
package calendar

import (
	"fmt"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Shift is one shift of a calendar, as people write it.
type Shift struct {
	Name   string   `yaml:"name,omitempty"`
	Days   []string `yaml:"days,omitempty"` // mon, tue …; empty means every day
	Start  string   `yaml:"start,omitempty"`
	End    string   `yaml:"end,omitempty"`
	Breaks []string `yaml:"breaks,omitempty"` // "10:00-10:30"
}

// Day is a date, or several, on which no shift opens, or those that it names in the place of the weekdays'.
type Day struct {
	Name   string `yaml:"name,omitempty"`
	On     string `yaml:"on,omitempty"`     // "2026-12-25"
	To     string `yaml:"to,omitempty"`     // its last date; empty means that one alone
	Repeat string `yaml:"repeat,omitempty"` // a recurrence rule (RFC 5545): FREQ=YEARLY; empty means once

	Shifts []Shift `yaml:"shifts,omitempty"` // of these dates, without days; empty means that none opens
}

// Stop is a time at which lines are planned to stand still within their shifts.
type Stop struct {
	Name   string `yaml:"name,omitempty"`
	On     string `yaml:"on,omitempty"` // "2026-03-02"
	Start  string `yaml:"start,omitempty"`
	End    string `yaml:"end,omitempty"`    // at or before start means the next day
	Repeat string `yaml:"repeat,omitempty"` // a recurrence rule (RFC 5545): FREQ=WEEKLY;BYDAY=MO
}

// Written is the calendar of one level, a site or a line, as people write it.
type Written struct {
	Path   string // where the level stands in the plant file
	Shifts []Shift
	Days   []Day
	Stops  []Stop
}

// reader collects what is wrong on the way.
type reader struct {
	wrong []errs.Field
	left  int // how many dates may still be named
}

// read gives a calendar without its zone; sound tells whether nothing is wrong with it.
func (r *reader) read(w Written) (c plant.Calendar, sound bool) {
	mistakes := len(r.wrong)
	c.Shifts = r.shifts(w.Path, w.Shifts)
	for _, err := range c.Validate() {
		r.add(w.Path+".shifts", "%v", err)
	}
	c.Closed, c.Other = r.exceptions(w.Path, w.Days)
	c.Stops = r.stops(w.Path, w.Stops)
	return c, len(r.wrong) == mistakes
}

func (r *reader) add(path, format string, args ...any) {
	r.wrong = append(r.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) clock(path, text string) plant.Clock {
	c, err := plant.ParseClock(strings.TrimSpace(text))
	if err != nil {
		r.add(path, "%v", err)
	}
	return c
}

func (r *reader) date(path, text string) (plant.Date, bool) {
	d, err := plant.ParseDate(strings.TrimSpace(text))
	if err != nil {
		r.add(path, "%v", err)
	}
	return d, err == nil
}
