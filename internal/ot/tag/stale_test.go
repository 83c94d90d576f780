package tag_test

import (
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

func TestWhatSaysNothingNew(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	last := tag.Sample{Tag: 1, Time: at, Value: tag.FloatValue(20)}
	with := func(v tag.Value, after time.Duration) tag.Sample {
		return tag.Sample{Tag: 1, Time: at.Add(after), Value: v}
	}
	bad := with(tag.FloatValue(20), time.Second)
	bad.Quality = tag.Bad
	for name, c := range map[string]struct {
		tag   tag.Tag
		s     tag.Sample
		stale bool
	}{
		"no deadband":          {tag.Tag{}, with(tag.FloatValue(20), time.Second), false},
		"within":               {tag.Tag{Deadband: 1}, with(tag.FloatValue(20.9), time.Second), true},
		"beyond":               {tag.Tag{Deadband: 1}, with(tag.FloatValue(21), time.Second), false},
		"scaled":               {tag.Tag{Deadband: 10, Scale: -0.1}, with(tag.FloatValue(20.9), time.Second), true},
		"another quality":      {tag.Tag{Deadband: 1}, bad, false},
		"another kind":         {tag.Tag{Deadband: 1}, with(tag.IntValue(20), time.Second), false},
		"text":                 {tag.Tag{Deadband: 1}, with(tag.TextValue("20"), time.Second), false},
		"the heartbeat is due": {tag.Tag{Deadband: 1, Heartbeat: time.Minute}, with(tag.FloatValue(20), time.Minute), false},
		"and not yet":          {tag.Tag{Deadband: 1, Heartbeat: time.Minute}, with(tag.FloatValue(20), time.Minute-1), true},
	} {
		if got := c.tag.Stale(last, c.s); got != c.stale {
			t.Errorf("%s: %v", name, got)
		}
	}
	if whole := (tag.Tag{Deadband: 2}); !whole.Stale(with(tag.IntValue(7), 0), with(tag.IntValue(8), time.Second)) {
		t.Error("whole numbers have no deadband")
	}
}
