// Package errs names the kinds of failure a person can act on; every other error is logged and shown as a reference.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what a caller may do about an error. The zero kind is Internal.
type Kind uint8

// The kinds, each with the HTTP status the rim gives it.
const (
	Internal    Kind = iota // 500: ours; show only a reference
	Invalid                 // 422: mend the input and send it again
	NotFound                // 404
	Conflict                // 409: somebody else was first; look again
	Forbidden               // 403: who asks may not
	SignedOut               // 401: say who you are
	TooMany                 // 429: wait and try again
	Unavailable             // 503: a part that we need is down; try later
)

// Field is one thing wrong with one part of the input.
type Field struct {
	Path    string `json:"path"`    // "lines[2].rates.A", "password"
	Message string `json:"message"` // a sentence that says what to do next
}

// Error carries words for the person at the screen.
type Error struct {
	Kind   Kind
	Words  string  // a sentence: what, where, what to do next
	Fields []Field // empty unless several parts of the input are wrong
	Cause  error   // for the log; may be nil
}

// Error gives the words, which already hold those of the cause, then the fields.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Words)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "\n  %s: %s", f.Path, f.Message)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind from a format and its arguments; %w keeps a cause in the chain.
func New(k Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: k, Words: err.Error(), Cause: errors.Unwrap(err)}
}

// KindOf finds the kind of err anywhere in its chain; Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// longestQuote is how many characters of what a stranger wrote stand in a sentence.
const longestQuote = 64

// FieldsOf gives what an error says of each field, or all of it as one of no field.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) && len(e.Fields) > 0 {
		return e.Fields
	}
	return []Field{{Message: err.Error()}}
}

// Clip bounds what a stranger wrote, so that it can be quoted.
func Clip(s string) string {
	if r := []rune(s); len(r) > longestQuote {
		return string(r[:longestQuote])
	}
	return s
}
