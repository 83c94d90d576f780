package wall

import "testing"

func TestCausesAreShownWholeOrNotAtAll(t *testing.T) {
	short, two := Stop{Cause: "Filler, E-107"}, Stop{Cause: "Infeed conveyor is jammed"}
	three := Stop{Cause: "No empty bottles came from the depalletiser"}
	endless := Stop{Cause: "Hochgeschwindigkeitsgetränkeabfüllanlagensteuerung ausgefallen, der Lieferant ist seit gestern verständigt, kommt aber nicht"}
	for _, c := range []struct {
		name   string
		all    []Stop
		handed bool
		shown  int
	}{
		{"nothing stood", nil, false, 0},
		{"three short ones", []Stop{short, short, short}, false, 3},
		{"three of two lines", []Stop{two, two, two}, false, 3},
		{"one of three lines leaves room for one more", []Stop{three, two, two}, false, 2},
		{"two of three lines", []Stop{three, three, short}, false, 2},
		{"one that fills it alone", []Stop{endless, short}, false, 1},
		{"a hand-over takes the room of one", []Stop{short, two, short}, true, 2},
	} {
		l := LinePanel{Tile: Tile{}, Stops: c.all}
		if c.handed {
			l.Handed = &Handed{}
		}
		if got := len(l.fitting()); got != c.shown {
			t.Errorf("%s: %d of them are shown, want %d", c.name, got, c.shown)
		}
	}
	for cause, lines := range map[string]int{"": 2, "Filler": 2, "Exactly nineteen ch": 2, "Infeed conveyor is jammed": 2, three.Cause: 3, "Hochgeschwindigkeitsgetränkeabfüllanlagensteuerung": 3} {
		if got := (Stop{Cause: cause}).lines(); got != lines {
			t.Errorf("%q takes %d lines, want %d", cause, got, lines)
		}
	}
}
