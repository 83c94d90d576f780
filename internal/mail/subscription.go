// Package mail sends reports to people by itself: who gets which and when, and what became of every letter.
package mail

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/report"
)

// Kind is which report is sent, and when.
type Kind string

// The kinds of a Subscription.
const (
	Shift Kind = "shift" // of each line the report of each shift, a while after its end
	Day   Kind = "day"   // the losses of the day before
	Week  Kind = "week"  // the losses of the week before
)

// Kinds are all of them, in the order in which they are offered.
func Kinds() []Kind { return []Kind{Shift, Day, Week} }

// Subscription is who gets which report, and when.
type Subscription struct {
	ID      int64
	Name    string
	Kind    Kind
	Place   plant.Place   // of its lines; "" is the whole plant
	Delay   time.Duration // of a Shift: after its end
	At      plant.Clock   // of a Day or a Week: by the clocks of the place
	Weekday time.Weekday  // of a Week
	Format  report.Format
	To      []string // addresses
	Off     bool
	Since   time.Time // nothing that was due before is sent
	Version int64     // grows with each change
	Why     string    // it is changed; it stands in the audit alone
}

// The bounds of a subscription.
const (
	longestName  = 80
	longestAt    = 254 // characters of an address
	mostTo       = 20
	longestDelay = 24 * time.Hour
)

// Check refuses what is no subscription. Addresses are put in their plain form.
func (s *Subscription) Check() error {
	var fields []errs.Field
	wrong := func(is bool, path, message string) {
		if is {
			fields = append(fields, errs.Field{Path: path, Message: message})
		}
	}
	s.Name = strings.TrimSpace(s.Name)
	wrong(s.Name == "" || len([]rune(s.Name)) > longestName || controls(s.Name), "name", "Give it a name of up to 80 letters.")
	wrong(!slices.Contains(Kinds(), s.Kind), "kind", "Choose which report is sent.")
	wrong(s.Delay < 0 || s.Delay > longestDelay, "delay", "Write minutes from 0 to 1440.")
	wrong(s.At < 0 || s.At >= 24*60, "time", "Write a time of day like 06:30.")
	wrong(s.Weekday < time.Sunday || s.Weekday > time.Saturday, "weekday", "Choose a day of the week.")
	wrong(!slices.Contains(report.Formats(), s.Format), "format", "Choose PDF, XLSX or CSV.")
	plain := make([]string, 0, len(s.To))
	for _, one := range s.To {
		address, err := Address(one)
		wrong(err != nil, "to", fmt.Sprintf("%q is no address; write one on each line, like mara@example.com.", errs.Clip(one)))
		if !slices.Contains(plain, address) {
			plain = append(plain, address)
		}
	}
	wrong(len(s.To) == 0 || len(plain) > mostTo, "to", "Write from 1 to 20 addresses, one on each line.")
	if len(fields) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "this is no subscription", Fields: fields}
	}
	s.To = plain
	return nil
}

// Address reads one plain address, "mara@example.com": without a name, a comment, or anything that could end a header.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	a, err := mail.ParseAddress(text)
	if err != nil || a.Name != "" || a.Address != text || len(text) > longestAt || strings.ContainsAny(text, " <>()[]:;,\\\"") || !ascii(text) {
		return "", errs.New(errs.Invalid, "%q is no address; write it like mara@example.com", errs.Clip(text))
	}
	return a.Address, nil
}

// ascii tells whether a text is made of visible ASCII characters alone.
func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

func controls(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f })
}

// String tells what is sent to whom, for the audit chain.
func (s Subscription) String() string {
	when := map[Kind]string{
		Shift: fmt.Sprintf("each shift, %d min after its end", int(s.Delay.Minutes())),
		Day:   fmt.Sprintf("each day at %02d:%02d", s.At/60, s.At%60),
		Week:  fmt.Sprintf("each %s at %02d:%02d", s.Weekday, s.At/60, s.At%60),
	}[s.Kind]
	words := fmt.Sprintf("%s: %s of %q as %s to %s", s.Name, when, string(s.Place), s.Format, strings.Join(s.To, ", "))
	if s.Off {
		words += " (off)"
	}
	return words
}
