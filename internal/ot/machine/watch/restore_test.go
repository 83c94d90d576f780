package watch

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/plant"
)

func TestReadingsThatTheHistoryLostArePutBack(t *testing.T) {
	good := machinetest.Mill().Good.Tag
	mark := func(at string, total int64) machine.Mark {
		return machine.Mark{Tag: good, At: machinetest.Clock(t, at), Total: plant.Pieces(total)}
	}
	for name, c := range map[string]struct {
		kept []string
		mark machine.Mark
		want []string
	}{
		"a reading that was on its way": {
			[]string{"09:00:00 good 140", "09:10:00 good 141"},
			mark("09:10:01", 142),
			[]string{"09:10:00 counted 1 good, 140 to 141", "09:10:01 counted 1 good, 141 to 142"},
		},
		"and the counter is not seen any more since": {
			[]string{"09:00:00 good 140", "09:10:00 good 141", "09:10:01.000001 good bad"},
			mark("09:10:01", 142),
			[]string{"09:10:00 counted 1 good, 140 to 141", "09:10:01 counted 1 good, 141 to 142"},
		},
		"the history has it": {
			[]string{"09:00:00 good 140", "09:10:00 good 141"},
			mark("09:10:00", 141),
			[]string{"09:10:00 counted 1 good, 140 to 141"},
		},
		"the history knows more": {
			[]string{"09:00:00 good 140", "09:10:00 good 143"},
			mark("09:09:00", 142),
			[]string{"09:10:00 counted 3 good, 140 to 143"},
		},
		"a time decided": {
			[]string{"09:00:00 good 140", "09:10:00 good 0"},
			mark("09:10:05", 0),
			[]string{"09:10:05 reset 0 good, 140 to 0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := remember(t, c.kept...)
			for range 2 {
				if err := Restore(t.Context(), m, []machine.Signals{machinetest.Mill()}, []machine.Mark{c.mark, {Tag: 99}}, machinetest.Clock(t, "09:30:00")); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(c.want, replayed(t, m, "09:00:01", "10:00:00")); d != "" {
				t.Error(d)
			}
		})
	}
	m := remember(t)
	m.broken = errors.New("away")
	if err := Restore(t.Context(), m, []machine.Signals{machinetest.Mill()}, []machine.Mark{mark("09:00:00", 1)}, machinetest.Clock(t, "09:30:00")); !errors.Is(err, m.broken) {
		t.Errorf("%v", err)
	}
}
