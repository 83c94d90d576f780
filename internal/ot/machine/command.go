package machine

// Command is a PackML control command (CntrlCmd of ISA-TR88.00.02); the numbers are those of PackTags.
type Command int32

// The commands. NoCommand stands there until one is given.
const (
	NoCommand Command = iota
	ResetIt
	StartIt
	StopIt
	HoldIt
	UnholdIt
	SuspendIt
	UnsuspendIt
	AbortIt
	ClearIt
	CompleteIt
)

var commandNames = [...]string{"", "Reset", "Start", "Stop", "Hold", "Unhold", "Suspend", "Unsuspend", "Abort", "Clear", "Complete"}

// String gives the PackML word; "" for no command.
func (c Command) String() string {
	if c > 0 && int(c) < len(commandNames) {
		return commandNames[c]
	}
	return ""
}

// Commands are all that can be given.
func Commands() []Command {
	return []Command{ResetIt, StartIt, StopIt, HoldIt, UnholdIt, SuspendIt, UnsuspendIt, AbortIt, ClearIt, CompleteIt}
}
