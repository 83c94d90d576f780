package embedded

import (
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

// A machine sends its counters unsigned, JSON knows no such kind: the reading is one.
func TestTheSameNumberOfAnotherKindIsADuplicate(t *testing.T) {
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "good"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.TempDir(), reg, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	now := time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)
	early, late := now.Add(-time.Hour), now.Add(-time.Minute)
	for _, v := range []tag.Value{tag.IntValue(5), tag.UintValue(5), tag.FloatValue(5)} {
		for _, at := range []time.Time{late, early} {
			refused, err := a.Append(t.Context(), now, []tag.Sample{{Tag: 1, Time: at, Value: v}})
			if err != nil || len(refused) > 0 {
				t.Errorf("%s at %s: %v, %v", v.Kind(), at, refused, err)
			}
		}
	}
	if refused, err := a.Append(t.Context(), now, []tag.Sample{{Tag: 1, Time: early, Value: tag.UintValue(6)}}); err != nil || len(refused) != 1 {
		t.Errorf("another number is kept: %v, %v", refused, err)
	}
}
