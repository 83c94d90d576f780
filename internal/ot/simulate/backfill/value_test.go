package backfill

import (
	"testing"

	"millwright/internal/ot/tag"
)

func TestAFloatIsSentAsOne(t *testing.T) {
	for want, v := range map[string]tag.Value{
		"85.0": tag.FloatValue(85), "0.5": tag.FloatValue(0.5), "1e+21": tag.FloatValue(1e21), "-3.0": tag.FloatValue(-3),
		"85": tag.UintValue(85), `"a"`: tag.TextValue("a"), "null": {}, "true": tag.BoolValue(true),
	} {
		if got, err := appendValue(nil, v); string(got) != want || err != nil {
			t.Errorf("%s %s is sent as %s, %v", v.Kind(), v, got, err)
		}
	}
}
