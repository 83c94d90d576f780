package labour_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/plant"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func stint(from, to int) labour.Stint {
	return labour.Stint{Span: plant.Span{From: noon.Add(time.Duration(from) * time.Minute), To: noon.Add(time.Duration(to) * time.Minute)}}
}

func TestTimeIsSharedEvenly(t *testing.T) {
	t.Parallel()
	a, b, c := stint(0, 60), stint(30, 60), stint(50, 90)
	all := []labour.Stint{a, b, c}
	for _, x := range []struct {
		name string
		of   labour.Stint
		want time.Duration
	}{
		{"alone for 30, half for 20, a third for 10", a, 30*time.Minute + 10*time.Minute + 200*time.Second},
		{"half for 20, a third for 10", b, 10*time.Minute + 200*time.Second},
		{"a third for 10, alone for 30", c, 200*time.Second + 30*time.Minute},
	} {
		if got := labour.Share(x.of, all); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	if m := labour.Minutes(90 * time.Second); m != 1_500_000 {
		t.Errorf("90 s are %s minutes", m)
	}
}

// TestSharesAreThePersonsTime: however stints overlap, what the jobs bear together is the time in which the person was on any.
func TestSharesAreThePersonsTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []labour.Stint
		busy := map[int]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "stints") {
			from := rapid.IntRange(0, 50).Draw(t, "from")
			to := from + rapid.IntRange(0, 30).Draw(t, "long")
			all = append(all, stint(from, to))
			for m := from; m < to; m++ {
				busy[m] = true
			}
		}
		var sum time.Duration
		for _, s := range all {
			sum += labour.Share(s, all)
		}
		if off := sum - time.Duration(len(busy))*time.Minute; off > time.Microsecond || off < -time.Microsecond {
			t.Fatalf("the jobs bear %v of %d minutes: %v", sum, len(busy), all)
		}
	})
}

func TestAForgottenClockOffEndsWithTheShift(t *testing.T) {
	t.Parallel()
	l := plant.Line{ID: "L", Calendar: plant.Calendar{Zone: time.UTC, Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60}}}}
	s := labour.Begun(l, execution.Job{ID: "WO-000001/10", Work: 1, Operation: 10}, plant.Person{ID: 7}, plant.Person{ID: 8}, noon)
	if !s.To.Equal(noon.Add(2*time.Hour)) || s.Work != 1 || s.Operation != 10 {
		t.Errorf("%+v", s)
	}
	if s.Estimated(noon.Add(time.Hour)) || !s.Estimated(noon.Add(2*time.Hour)) {
		t.Error("it is estimated from the end of the shift on")
	}
	if s.Left = true; s.Estimated(noon.Add(3 * time.Hour)) {
		t.Error("who clocked off is not estimated")
	}
	if s := labour.Begun(l, execution.Job{}, plant.Person{}, plant.Person{}, noon.Add(4*time.Hour)); s.To.Sub(s.From) != 12*time.Hour {
		t.Errorf("outside shifts it lasts %v", s.To.Sub(s.From))
	}
}
