// Package bounds is what is asked of a plant file that is handed in, beyond what is asked of the one in use.
package bounds

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"millwright/config"
	"millwright/config/calendar"
	"millwright/config/machines"
	"millwright/config/strict"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

const (
	shortestCycle = time.Microsecond
	longestCycle  = 7 * 24 * time.Hour
	longestWait   = 24 * time.Hour // of stops and glitches
	leastModulus  = 2
)

// Load reads a plant file and tells every mistake in it (errs.Invalid).
func Load(path string) (config.Model, error) {
	text, err := config.ReadPlant(path)
	if err != nil {
		return config.Model{}, err
	}
	d, err := config.ParseDocument(path, text)
	if err != nil {
		return config.Model{}, err
	}
	m, err := Check(path, nil, d)
	return m, strict.Lined(text, err)
}

// Check understands a plant that is handed in; path only names it in errors. Every mistake is told at once
// (errs.Invalid): what keeps it from being a plant, and what is out of bounds, unless that stood in the plant before
// already, if there was one: what is in use is not asked about again when something else is changed.
func Check(path string, before *config.Document, d config.Document) (config.Model, error) {
	m, err := d.Model(path, nil)
	var told *errs.Error
	if err != nil && !errors.As(err, &told) {
		return m, err
	}
	var wrong []errs.Field
	if told != nil {
		wrong = slices.Clone(told.Fields)
	}
	out := Of(d)
	var stood []errs.Field
	if before != nil && len(out) > 0 {
		stood = Of(*before)
	}
	for _, f := range out {
		same := func(o errs.Field) bool { return o.Path == f.Path }
		if !slices.Contains(stood, f) && !slices.ContainsFunc(wrong, same) {
			wrong = append(wrong, f)
		}
	}
	if told != nil && len(wrong) == len(told.Fields) || len(wrong) == 0 {
		return m, err
	}
	return m, &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf("%s is wrong in %d place(s); mend them and try again", path, len(wrong)), Fields: wrong}
}

// finder collects what is out of bounds.
type finder struct{ wrong []errs.Field }

func (w *finder) add(path, format string, args ...any) {
	w.wrong = append(w.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Of tells what of a plant is out of bounds, by its place in the plant file.
func Of(d config.Document) []errs.Field {
	var w finder
	for i, c := range d.Connections {
		w.connection(fmt.Sprintf("connections[%d]", i), c)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Machines)) {
		t := d.Machines[name]
		w.machine("machines."+name, t)
		for _, n := range slices.Sorted(maps.Keys(t.Before)) {
			w.machine(fmt.Sprintf("machines.%s.before.%d", name, n), t.Before[n])
		}
	}
	for i, s := range d.Sites {
		at := fmt.Sprintf("sites[%d]", i)
		w.site(at, s)
		w.calendar(calendar.Written{Path: at, Shifts: s.Shifts, Days: s.Holidays, Stops: s.Stops})
		for j, a := range s.Areas {
			for k, l := range a.Lines {
				w.line(fmt.Sprintf("%s.areas[%d].lines[%d]", at, j, k), l)
			}
		}
	}
	return w.wrong
}

// connection looks for what only seems to be an address: what stands before an @ would be shown wherever the address is.
func (w *finder) connection(path string, c config.Connection) {
	if strings.Contains(c.Endpoint, "@") {
		w.add(path+".endpoint", "has a user or password in it, which everybody would see; user and password are keys of their own")
	}
}

// site looks at what is said of a site itself. One without a name is called by its identity.
func (w *finder) site(path string, s config.SiteEntry) {
	if s.Name != "" && strings.TrimSpace(s.Name) == "" {
		w.add(path+".name", "is blank; write what people call the site")
	}
	if s.Currency != "" && !isCurrency(s.Currency) {
		w.add(path+".currency", "%q is no currency; write the three capital letters of ISO 4217, such as EUR", errs.Clip(s.Currency))
	}
}

func (w *finder) machine(path string, t config.MachineType) {
	var wrong []string // few are, if any: to look at all in their order would take longer than to look
	for name, e := range t.Tags {
		if len(machines.Check(e)) > 0 {
			wrong = append(wrong, name)
		}
	}
	slices.Sort(wrong)
	for _, name := range wrong {
		for _, f := range machines.Check(t.Tags[name]) {
			w.add(path+".tags."+name+"."+f.Path, "%s", f.Message)
		}
	}
	w.signals(path+".signals", t.Signals)
}

func (w *finder) signals(path string, s config.SignalsEntry) {
	for _, c := range []struct {
		name string
		config.CounterEntry
	}{{"good", s.Good}, {"reject", s.Reject}, {"total", s.Total}} {
		at := path + "." + c.name
		if c.Modulus > 0 && c.Modulus < leastModulus {
			w.add(at+".modulus", "is %d; write at how many the counter begins at 0 again, such as 65536, or nothing", c.Modulus)
		}
		if q, err := plant.ParseQuantity(c.Per); err == nil && q == 0 {
			w.add(at+".per", "is %s; write how many pieces a count is, such as 4, or nothing", c.Per)
		}
		w.span(at+".glitch", c.Glitch, 0, longestWait)
	}
}

// span looks at a time that may be left out.
func (w *finder) span(path string, d, least, most time.Duration) {
	if d != 0 && (d < least || d > most) {
		w.add(path, "is %s; write a time from %s to %s", d, least, most)
	}
}

func (w *finder) line(path string, l config.LineEntry) {
	w.calendar(calendar.Written{Path: path, Shifts: l.Shifts, Days: l.Holidays, Stops: l.Stops})
	w.thresholds(path+".thresholds.", l.Thresholds, l.Thresholds)
	for _, product := range slices.Sorted(maps.Keys(l.Special)) {
		at := path + ".product_thresholds." + product
		if product == "" || product == "*" {
			w.add(at, "names no product; what holds for all stands under thresholds")
		}
		w.thresholds(at+".", l.Special[product], Limits(l, product))
	}
	for _, product := range slices.Sorted(maps.Keys(l.Rates)) {
		w.span(path+".rates."+product, l.Rates[product], shortestCycle, longestCycle)
	}
	for i, u := range l.Units {
		w.signals(fmt.Sprintf("%s.units[%d].signals", path, i), u.Signals)
	}
}

// thresholds looks at what is said of a line, or of a product on it; all is what holds then.
func (w *finder) thresholds(at string, t, all config.ThresholdsEntry) {
	w.span(at+"min_stop", t.MinStop, time.Millisecond, longestWait)
	w.span(at+"micro_max", t.MicroMax, time.Millisecond, longestWait)
	if all.MinStop > 0 && all.MicroMax > 0 && all.MicroMax < all.MinStop {
		w.add(at+"micro_max", "is %s, shorter than the shortest stop, %s: no pause could be a micro-stop", all.MicroMax, all.MinStop)
	}
	if t.LowSpeed != 0 && !(t.LowSpeed > 0 && t.LowSpeed <= 1) {
		w.add(at+"low_speed", "is %v; write a share of the ideal speed up to 1, such as 0.9 for 90 %%", t.LowSpeed)
	}
}

// MostShifts is how many shifts an exception may put on its dates.
const MostShifts = 12

// How long the lists of one calendar may be.
const (
	mostPatterns = 100   // shifts
	mostEntries  = 1_000 // exceptions, or planned stops
)

// never is a rule that repeats after no time.
var never = regexp.MustCompile(`(?i)\bINTERVAL\s*=\s*[-+]?0*\s*(;|$)`)

func (w *finder) calendar(c calendar.Written) {
	w.length(c.Path+".shifts", len(c.Shifts), mostPatterns, "shifts")
	w.length(c.Path+".holidays", len(c.Days), mostEntries, "exceptions")
	w.length(c.Path+".stops", len(c.Stops), mostEntries, "planned stops")
	for i, e := range c.Days {
		at := fmt.Sprintf("%s.holidays[%d]", c.Path, i)
		w.repeat(at+".repeat", e.Repeat)
		if len(e.Shifts) > MostShifts {
			w.add(at+".shifts", "names %d shifts; a date has %d at most", len(e.Shifts), MostShifts)
		}
	}
	for i, e := range c.Stops {
		w.repeat(fmt.Sprintf("%s.stops[%d].repeat", c.Path, i), e.Repeat)
	}
}

func (w *finder) length(path string, n, most int, what string) {
	if n > most {
		w.add(path, "are more than %d %s; take out those that are long past, or make one of those that repeat", most, what)
	}
}

func (w *finder) repeat(path, rule string) {
	if never.MatchString(rule) {
		w.add(path, "has an INTERVAL of 0; leave it out, or write 1 or more")
	}
}

// Limits are the thresholds of a line while it makes a product.
func Limits(l config.LineEntry, product string) config.ThresholdsEntry {
	t, own := l.Thresholds, l.Special[product]
	if own.MinStop > 0 {
		t.MinStop = own.MinStop
	}
	if own.MicroMax > 0 {
		t.MicroMax = own.MicroMax
	}
	if own.LowSpeed > 0 {
		t.LowSpeed = own.LowSpeed
	}
	return t
}
