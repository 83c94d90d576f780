package machines

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millwright/config"
	"millwright/internal/errs"
)

// The bounds of a tag that is set up in the browser or by a table.
const (
	maxAddress  = 1000 // bytes
	maxLabel    = 200  // letters
	maxUnit     = 40   // letters
	longestPace = 24 * time.Hour
)

// Name and TagName are how new machine types and tags may be called.
var (
	Name    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
	TagName = regexp.MustCompile(`^[\pL\pN_][\pL\pN_.-]{0,59}$`)
)

// Check tells what is wrong with a tag, by key.
func Check(e config.TagEntry) (wrong []errs.Field) {
	add := func(key, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: key, Message: fmt.Sprintf(format, args...)})
	}
	if len(e.Address) > maxAddress || !clean(e.Address) {
		add("address", "Write an address of up to %d letters, without line breaks.", maxAddress)
	}
	if utf8.RuneCountInString(e.Label) > maxLabel || !clean(e.Label) {
		add("label", "Write up to %d letters, without line breaks.", maxLabel)
	}
	if utf8.RuneCountInString(e.Unit) > maxUnit || !clean(e.Unit) {
		add("unit", "Write a unit of up to %d letters.", maxUnit)
	}
	if e.Interval < 0 || e.Interval > longestPace || e.Interval > 0 && e.Interval < time.Millisecond {
		add("interval", "Write seconds from 0.001 up to 86400, or nothing.")
	}
	for _, m := range e.Misfits() {
		add(m.Path, "It %s.", m.Message)
	}
	if !finite(e.Scale) {
		add("scale", "Write a number, or nothing.")
	}
	if !finite(e.Offset) {
		add("offset", "Write a number, or nothing.")
	}
	low, high := e.Low != nil, e.High != nil
	if low && !finite(*e.Low) {
		add("low", "Write a number, or nothing.")
	}
	if high && !finite(*e.High) {
		add("high", "Write a number, or nothing.")
	}
	if low && high && *e.Low >= *e.High {
		add("high", "The normal band ends at %g where it begins at %g or below: write a higher number.", *e.High, *e.Low)
	}
	return wrong
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// clean tells that a text has nothing in it that cannot be seen.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
