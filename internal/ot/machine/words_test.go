package machine_test

import (
	"testing"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

func TestACodeIsNamedByWhatItStandsFor(t *testing.T) {
	packml := machine.Signals{State: 1, Mode: 2}
	mapped := machine.Signals{State: 1, States: map[string]machine.State{"ACTIVE": machine.Execute}}
	for _, c := range []struct {
		signals machine.Signals
		sample  tag.Sample
		want    string
	}{
		{packml, tag.Sample{Tag: 1, Value: tag.IntValue(6)}, "Execute"},
		{packml, tag.Sample{Tag: 1, Value: tag.IntValue(99)}, ""},
		{packml, tag.Sample{Tag: 1, Value: tag.IntValue(6), Quality: tag.BadNoCommunication}, ""},
		{packml, tag.Sample{Tag: 2, Value: tag.UintValue(1)}, "Production"},
		{packml, tag.Sample{Tag: 3, Value: tag.IntValue(6)}, ""},
		{mapped, tag.Sample{Tag: 1, Value: tag.TextValue("ACTIVE")}, "Execute"},
		{mapped, tag.Sample{Value: tag.TextValue("ACTIVE")}, ""},
	} {
		if got := c.signals.Word(c.sample); got != c.want {
			t.Errorf("%+v is %q, want %q", c.sample, got, c.want)
		}
	}
}
