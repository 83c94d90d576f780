package loss

import (
	"slices"
	"testing"
	"time"

	"millwright/views/figure"
)

func TestLossesHangFromWhatWasLeft(t *testing.T) {
	f := Fall{Steps: []Step{{To: 200, Whole: true}, {From: 150, To: 200}, {From: 150, To: 150}, {To: 150, Whole: true}}}
	want := []rect{{"0%", "100%"}, {"75%", "25%"}, {"75%", "0%"}, {"0%", "75%"}}
	for i, s := range f.Steps {
		if got := f.bar(s); got != want[i] {
			t.Errorf("step %d is drawn at %v, want %v", i, got, want[i])
		}
	}
}

func TestALineFasterThanItsCycleStaysOnThePaper(t *testing.T) {
	f := Fall{Steps: []Step{{To: 100, Whole: true}, {From: 125, To: 100}, {To: 125, Whole: true}}}
	if got := f.bar(f.Steps[1]); got != (rect{"80%", "20%"}) {
		t.Errorf("what was gained is drawn at %v", got)
	}
	if got := (Fall{}).bar(Step{}); got != (rect{"0%", "0%"}) {
		t.Errorf("nothing is drawn at %v", got)
	}
}

func TestPointsLieBetweenThePowersOfTen(t *testing.T) {
	s := Scatter{Locale: figure.Locale{}, Points: []Point{
		{Name: "often", Count: 100, Lasts: 100 * time.Minute, Named: true},
		{Name: "long", Count: 1, Lasts: 100 * time.Minute, Named: true},
		{Name: "never", Lasts: time.Minute},
	}}
	dots := s.dots()
	if len(dots) != 2 || dots[0].x != "100%" || dots[0].y != "100%" || dots[0].anchor != "end" || dots[1].x != "0%" || dots[1].y != "0%" {
		t.Errorf("drawn as %+v", dots)
	}
	counts, lengths := s.ticks()
	if !slices.Equal(counts, []tick{{"0%", "1"}, {"50%", "10"}, {"100%", "100"}}) || len(lengths) != 3 {
		t.Errorf("the axes are %v, %v", counts, lengths)
	}
	for _, empty := range []Scatter{{}, {Points: []Point{{Count: 0}}}} {
		if len(empty.dots()) != 0 {
			t.Error("a point is drawn of nothing")
		}
		empty.ticks()
	}
}

func TestNamesOfPointsDoNotLieOverOneAnother(t *testing.T) {
	one := Point{Name: "a", Count: 5, Lasts: 50 * time.Minute, Named: true}
	other := one
	other.Name = "b"
	third := one
	third.Name = "c"
	if dots := (Scatter{Points: []Point{one, other, third}}).dots(); !dots[0].Named || !dots[1].Named || dots[2].Named || dots[0].anchor == dots[1].anchor {
		t.Errorf("of three in one place two have a side: %+v", dots)
	}
	// a point left of the middle lies under where the name of the one right of it would stand: that one stands on the other side
	near := Scatter{Points: []Point{
		{Name: "Breakdown", Count: 11, Lasts: 107 * time.Minute, Named: true},
		{Name: "Changeover", Count: 9, Lasts: 81 * time.Minute, Named: true},
		{Name: "Micro-stop", Count: 47, Lasts: 50 * time.Minute, Named: true},
	}}.dots()
	if !near[0].Named || near[0].anchor != "start" || !near[1].Named || near[1].anchor != "end" || !near[2].Named {
		t.Errorf("names stand as %+v", near)
	}
}
