package plantserver

import (
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

func TestALateChangeHoldsNoOtherBack(t *testing.T) {
	began := time.Now()
	cases := map[string]struct {
		at   []int // ms after the start
		want int   // samples taken without waiting for the subscription
	}{
		"in step":        {[]int{0, 100, 200, 300}, 4},
		"late and early": {[]int{0, 130, 190, 300, 385}, 5},
		"twice as fast":  {[]int{0, 50, 100, 150, 200}, 3},
		"after a pause":  {[]int{0, 1000, 1050, 1100}, 3},
	}
	for name, x := range cases {
		i := &item{sub: &subscription{}, interval: 100 * time.Millisecond, mode: ua.MonitoringModeReporting, size: 10, newest: true, trigger: ua.DataChangeTriggerStatusValue}
		for n, ms := range x.at {
			at := began.Add(time.Duration(ms) * time.Millisecond)
			r := encode(Int32, tag.Sample{Time: at, Value: tag.IntValue(int64(n))})
			i.offer(&r, at)
		}
		if len(i.queue) != x.want {
			t.Errorf("%s: %d of %d changes were taken at once, not %d", name, len(i.queue), len(x.at), x.want)
		}
	}
}
