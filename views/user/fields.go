package user

import (
	"fmt"

	"millwright/views/ui"
)

func (s SignIn) name() ui.Input {
	return ui.Input{
		ID: "name", Label: "Name", Type: "text", Value: s.Name, Complete: "username",
		Focus: s.Name == "" && len(s.Faults) == 0, Fault: ui.FaultOf(s.Faults, "name"),
	}
}

func (s SignIn) password() ui.Input {
	return ui.Input{
		ID: "password", Label: "Password", Type: "password", Complete: "current-password",
		Focus: s.Name != "" && len(s.Faults) == 0, Fault: ui.FaultOf(s.Faults, "password"),
	}
}

func (s SetUp) name() ui.Input {
	return ui.Input{
		ID: "name", Label: "Your name", Type: "text", Value: s.Name, Complete: "username",
		Help: "You will sign in with it.", Focus: len(s.Faults) == 0, Fault: ui.FaultOf(s.Faults, "name"),
	}
}

func (s SetUp) password() ui.Input {
	return ui.Input{
		ID: "password", Label: "Password", Type: "password", Complete: "new-password", Least: s.Least,
		Help: fmt.Sprintf("At least %d characters. A sentence is easier to remember than a riddle.", s.Least), Fault: ui.FaultOf(s.Faults, "password"),
	}
}

func (s SetUp) again() ui.Input {
	return ui.Input{
		ID: "again", Label: "Password once more", Type: "password", Complete: "new-password",
		Fault: ui.FaultOf(s.Faults, "again"),
	}
}
