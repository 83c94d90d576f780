package watch

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/plant"
)

func replayed(t *testing.T, m *memory, from, to string) []string {
	t.Helper()
	var got []string
	err := Replay(t.Context(), m, []machine.Signals{machinetest.Mill()}, plant.Span{From: machinetest.Clock(t, from), To: machinetest.Clock(t, to)}, func(f machine.Fact) bool {
		got = append(got, machinetest.Tell(f))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReplayBeginsWithHowThingsStood(t *testing.T) {
	m := remember(t,
		"07:00:00 mode 1", "07:00:00 product \"COLA-05\"", "07:00:00 good 100", "07:30:00 state 6",
		"08:00:00 state 11", "08:00:00 fault 7", "08:10:00 state 6", "08:10:00 fault 0",
		"08:20:00 good 130", "08:59:59 good 140",
		"09:00:00 good 141", "09:10:00 state 17", "09:59:59.999999 good 150", "10:00:00 good 151", "10:00:00 state 6",
	)
	want := []string{
		`07:00:00 product "COLA-05"`,
		"08:10:00 Execute in Production",
		`08:10:00 fault "0"`,
		"09:00:00 counted 1 good, 140 to 141",
		"09:10:00 Complete in Production",
		"09:59:59.999999 counted 9 good, 141 to 150",
	}
	if diff := cmp.Diff(want, replayed(t, m, "09:00:00", "10:00:00")); diff != "" {
		t.Error(diff)
	}
	if got := replayed(t, m, "06:00:00", "07:00:00"); got != nil {
		t.Errorf("before the first sample: %v", got)
	}
	want = []string{`07:00:00 product "COLA-05"`, "10:00:00 Execute in Production", `08:10:00 fault "0"`}
	slices.Sort(want)
	got := replayed(t, m, "12:00:00", "13:00:00")
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after the last sample:\n%s", diff)
	}
}

func TestReplayFindsTheBaselineBehindALostLink(t *testing.T) {
	m := remember(t,
		"06:00:00 good 1000", "06:00:00 state 6", "07:00:00 good bad", "07:00:00 state bad", "07:30:00 good \"1005\"", "07:45:00 good bad",
		"10:00:00 good 0", "10:00:00 state 6", "10:00:20 good 1040",
	)
	want := []string{"07:00:00 Unknown in Invalid", "10:00:00 Execute in Invalid", "10:00:20 suspect 40 good, 1000 to 1040"}
	if diff := cmp.Diff(want, replayed(t, m, "09:30:00", "11:00:00")); diff != "" {
		t.Error(diff)
	}
	// the window begins in the middle of the doubt
	want = []string{"10:00:00 Execute in Invalid", "10:00:20 suspect 40 good, 1000 to 1040"}
	if diff := cmp.Diff(want, replayed(t, m, "10:00:10", "11:00:00")); diff != "" {
		t.Error(diff)
	}
}

func TestReplayLetsTimeDecide(t *testing.T) {
	m := remember(t, "08:00:00 good 1000", "08:30:00 good 3", "08:30:05 state 6", "08:30:06 state 11", "08:59:58 good 1")
	want := []string{
		"08:30:05 Execute in Invalid", "08:30:05 reset 3 good, 1000 to 3", "08:30:06 Held in Invalid",
	}
	if diff := cmp.Diff(want, replayed(t, m, "08:30:00", "09:00:00")); diff != "" {
		t.Error(diff)
	}
	want = []string{"08:30:06 Held in Invalid", "09:00:03 reset 1 good, 3 to 1"}
	if diff := cmp.Diff(want, replayed(t, m, "09:00:00", "10:00:00")); diff != "" {
		t.Error(diff)
	}
	if got := replayed(t, m, "08:30:06", "08:30:06"); len(got) != 1 {
		t.Errorf("an empty window tells only how things stood: %v", got)
	}
}

func TestReplayStopsWhenToldOrBroken(t *testing.T) {
	m := remember(t, "08:00:00 good 1", "08:00:01 good 2", "08:00:02 good 3")
	n := 0
	err := Replay(t.Context(), m, []machine.Signals{machinetest.Mill()}, plant.Span{From: machinetest.Clock(t, "08:00:00"), To: machinetest.Clock(t, "09:00:00")}, func(machine.Fact) bool { n++; return false })
	if err != nil || n != 1 {
		t.Errorf("%d facts after being told to stop: %v", n, err)
	}
	m.broken = errors.New("disk gone")
	err = Replay(t.Context(), m, []machine.Signals{machinetest.Mill()}, plant.Span{From: machinetest.Clock(t, "08:00:00"), To: machinetest.Clock(t, "09:00:00")}, func(machine.Fact) bool { return true })
	if !errors.Is(err, m.broken) || !strings.Contains(err.Error(), "baseline of a counter") {
		t.Errorf("got %v", err)
	}
}

// TestWindowsAddUp: derived window by window, as ledgers do, the same is counted as in one go.
func TestWindowsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		signals, story := machinetest.DrawCounting(rt)
		story = machinetest.DrawSights(rt, signals.State, story)
		signals.Good.Lifetime = false // time never decides its falls: a window cannot know how long one has lasted
		m := &memory{}
		if _, err := m.Append(t.Context(), machinetest.Day(), story); err != nil {
			rt.Fatal(err)
		}
		derive := func(from, to time.Time) (all []machine.Fact) {
			err := Replay(t.Context(), m, []machine.Signals{signals}, plant.Span{From: from, To: to}, func(f machine.Fact) bool {
				if _, stands := f.(machine.StateChanged); !stands { // each window begins with how things stand
					all = append(all, f)
				}
				return true
			})
			if err != nil {
				rt.Fatal(err)
			}
			return all
		}
		end := story[len(story)-1].Time.Add(2 * time.Hour)
		cut := machinetest.Day().Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(machinetest.Day()))).Draw(rt, "cut")))
		whole := derive(machinetest.Day(), end)
		parts := append(derive(machinetest.Day(), cut), derive(cut, end)...)
		if !slices.Equal(whole, parts) {
			rt.Fatalf("in one go %v\ncut at %s %v", whole, cut, parts)
		}
		if again := derive(machinetest.Day(), end); !slices.Equal(whole, again) {
			rt.Fatalf("the same again gives %v, not %v", again, whole)
		}
	})
}
