package collect

import "testing"

func TestOnlyWhatShouldDeliverAndCannotIsDown(t *testing.T) {
	for name, c := range map[string]struct {
		Status
		want Tally
	}{
		"active":                    {Status{Phase: Active, Losses: 3}, Tally{All: 1, Losses: 3}},
		"idle":                      {Status{Phase: Idle}, Tally{All: 1}},
		"not taken as it came":      {Status{Phase: Active, Skewed: 1, Retyped: 2, Merged: 3, Overflows: 4}, Tally{All: 1, Skewed: 1, Retyped: 2, Merged: 3, Overflows: 4}},
		"idle since it came back":   {Status{Phase: Idle, LastError: "timeout"}, Tally{All: 1}},
		"degraded":                  {Status{Phase: Degraded, Bad: 2}, Tally{All: 1, Degraded: 1}},
		"lost":                      {Status{Phase: Waiting, LastError: "timeout"}, Tally{All: 1, Down: 1}},
		"tried again":               {Status{Phase: Starting, LastError: "timeout"}, Tally{All: 1, Down: 1}},
		"opened for the first time": {Status{Phase: Starting}, Tally{All: 1}},
		"could not be opened":       {Status{Phase: Stopped, LastError: "no such driver"}, Tally{All: 1, Down: 1}},
		"disabled":                  {Status{Phase: Stopped, Disabled: true}, Tally{All: 1}},
	} {
		if got := Count([]Status{c.Status}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got, want := Count([]Status{{Phase: Idle}, {Phase: Waiting}, {Phase: Degraded}}), (Tally{All: 3, Down: 1, Degraded: 1}); got != want {
		t.Errorf("%+v", got)
	}
}
