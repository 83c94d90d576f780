package errs

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestAnErrorKeepsItsWordsItsKindAndItsCause(t *testing.T) {
	err := fmt.Errorf("start job J-17: %w", New(NotFound, "plant file %s is not there; check the path: %w", "p.yaml", fs.ErrNotExist))
	if KindOf(err) != NotFound || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("kind %v, cause kept %v", KindOf(err), errors.Is(err, fs.ErrNotExist))
	}
	if got, want := err.Error(), "start job J-17: plant file p.yaml is not there; check the path: file does not exist"; got != want {
		t.Errorf("got %q", got)
	}
	if KindOf(errors.New("anything else")) != Internal {
		t.Error("an unknown error is ours")
	}
	several := &Error{Kind: Invalid, Words: "two things are wrong", Fields: []Field{{"a", "is empty"}, {"b", "is long"}}}
	if got, want := several.Error(), "two things are wrong\n  a: is empty\n  b: is long"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestWhatAStrangerWroteIsQuotedInPart(t *testing.T) {
	if got := Clip("Füller 1"); got != "Füller 1" {
		t.Errorf("%q", got)
	}
	if got := Clip(strings.Repeat("ü", 1000)); got != strings.Repeat("ü", longestQuote) {
		t.Errorf("%q", got)
	}
}
