package machine

import (
	"fmt"
	"strings"
)

var stateNames = [...]string{
	"Unknown", "Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting",
	"Aborted", "Holding", "Held", "Unholding", "Suspending", "Unsuspending", "Resetting", "Completing", "Complete",
}

// String gives the PackML word.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return stateNames[Unknown]
}

// ParseState reads a PackML word, without regard to case.
func ParseState(word string) (State, error) {
	for i, n := range stateNames {
		if strings.EqualFold(n, word) {
			return State(i), nil
		}
	}
	return Unknown, fmt.Errorf("%q is no PackML state; use one of %s", word, strings.Join(stateNames[1:], ", "))
}

var modeNames = [...]string{"Invalid", "Production", "Maintenance", "Manual", "ChangeOver"}

// String gives the mode's word, or its number when it has none.
func (m Mode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("Mode %d", m)
}

// ParseMode reads a mode's word, without regard to case.
func ParseMode(word string) (Mode, error) {
	for i, n := range modeNames {
		if strings.EqualFold(n, word) {
			return Mode(i), nil
		}
	}
	return ModeInvalid, fmt.Errorf("%q is no unit mode; use one of %s", word, strings.Join(modeNames[1:], ", "))
}
