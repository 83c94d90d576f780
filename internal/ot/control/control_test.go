package control

import (
	"testing"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

func TestWhatIsTypedBecomesWhatTheTagTakes(t *testing.T) {
	low, high := 60.0, 98.0
	oven := tag.Tag{Name: "oven", Connection: "plc", Writable: true, Low: &low, High: &high}
	open := tag.Tag{Name: "open", Connection: "plc", Writable: true}
	tenths := tag.Tag{Name: "tenths", Connection: "plc", Writable: true, Scale: 0.1, Offset: 5}
	for _, c := range []struct {
		t     tag.Tag
		kind  tag.Kind
		typed string
		want  tag.Value // none: refused
	}{
		{oven, tag.Float, "82.5", tag.FloatValue(82.5)},
		{oven, tag.Float, " 82,5 ", tag.FloatValue(82.5)},
		{oven, tag.Float, "59.9", tag.Value{}},
		{oven, tag.Float, "98.1", tag.Value{}},
		{oven, tag.Float, "hot", tag.Value{}},
		{oven, tag.Float, "NaN", tag.Value{}},
		{oven, tag.Float, "", tag.Value{}},
		{open, tag.Float, "Inf", tag.Value{}},
		{open, tag.Int, "3", tag.IntValue(3)},
		{open, tag.Uint, "3", tag.IntValue(3)},
		{open, tag.Int, "3.5", tag.Value{}},
		{open, tag.Int, "1e300", tag.Value{}},
		{open, tag.None, "3", tag.FloatValue(3)},
		{open, tag.Boolean, "true", tag.BoolValue(true)},
		{open, tag.Boolean, "perhaps", tag.Value{}},
		{open, tag.Text, "COLA-05", tag.TextValue("COLA-05")},
		{tenths, tag.Float, "7", tag.FloatValue(20)},
	} {
		got, err := Value(c.t, c.kind, c.typed)
		switch {
		case c.want.Kind() == tag.None && errs.KindOf(err) != errs.Invalid:
			t.Errorf("%s: %q gave %v and %v", c.t.Name, c.typed, got, err)
		case c.want.Kind() != tag.None && (err != nil || got != c.want):
			t.Errorf("%s: %q gave %v and %v, not %v", c.t.Name, c.typed, got, err, c.want)
		}
	}
}

func TestWhatIsOnlyReadIsNotWritten(t *testing.T) {
	for name, one := range map[string]tag.Tag{
		"not writable": {Connection: "plc"}, "derived": {Connection: "plc", Writable: true, Expr: "a + 1"}, "by HTTP": {Writable: true},
	} {
		if _, err := Value(one, tag.Float, "1"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMachineTakesTheCommandsInItsRange(t *testing.T) {
	low, high := 2.0, 3.0
	if got := Commands(tag.Tag{Low: &low, High: &high}); len(got) != 2 || got[0] != machine.StartIt || got[1].String() != "Stop" {
		t.Errorf("it takes %v", got)
	}
	if got := Commands(tag.Tag{}); len(got) != 10 {
		t.Errorf("without a range there are %d", len(got))
	}
	if got := Range(tag.Tag{Low: &low, High: &high}); got != "from 2 to 3" {
		t.Errorf("the range is %q", got)
	}
}
