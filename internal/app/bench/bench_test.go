package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"millwright/config"
	"millwright/internal/errs"
)

func TestThePlantFileHoldsAsManyTagsAsAsked(t *testing.T) {
	for _, n := range []int{1, 50, 250, 10000} {
		model, err := config.ParsePlant("the bench", []byte(plantFile(n, "opc.tcp://127.0.0.1:4842", 10)))
		if err != nil {
			t.Fatalf("%d tags: %v", n, err)
		}
		if got := model.Tags.Len() - 1; got != n { // and the connection's heartbeat
			t.Errorf("%d tags became %d", n, got)
		}
		units := (n + perUnit - 1) / perUnit
		if lines := (units + 3) / 4; len(model.Signals) != units || len(model.Plant.Lines()) != lines {
			t.Errorf("%d tags: %d units on %d lines, want %d on %d", n, len(model.Signals), len(model.Plant.Lines()), units, lines)
		}
		last := nodeOf(n - 1)
		tag, ok := model.Tags.Find(strings.ReplaceAll(last, ".", "/"))
		if !ok || !strings.HasSuffix(model.Tags.Tag(tag).Address, "s="+last) {
			t.Errorf("%d tags: the station's last node %s is not read", n, last)
		}
		for _, s := range model.Signals {
			if s.Good.Tag == 0 {
				t.Errorf("%d tags: %s counts nothing", n, s.Unit)
			}
		}
	}
}

func TestTheStampsOfAFrameAreFound(t *testing.T) {
	for frame, want := range map[string][]int64{
		"":                          nil,
		"<td>12</td>":               nil,
		"<td>1795305600000000</td>": {1795305600000000},
		"<b>1795305600000000</b><b>1795305600000001</b><b>1795305599999999</b>": {1795305600000000, 1795305600000001, 1795305599999999},
		"<b>1\u202f795\u202f305\u202f600\u202f000\u202f002</b>":                 {1795305600000002},
		"<b>1'795'305'600'000'003</b>":                                          {1795305600000003},
		"<b>17953056000000001</b>":                                              nil, // one digit too many
		"<b>1795305600000000":                                                   nil, // cut off
		"<b>1795305600000000.5</b>":                                             {1795305600000000},
		"\xff1795305600000004\xff":                                              {1795305600000004},
	} {
		if got := stamps([]byte(frame)); !slices.Equal(got, want) {
			t.Errorf("%q gives %d, want %d", frame, got, want)
		}
	}
}

func TestEveryChangeIsTimedToItsFrame(t *testing.T) {
	var p page
	p.note(10_000, []int64{4000, 5000})
	if len(p.delays) > 0 {
		t.Errorf("what stood there before anybody looked is timed: %v", p.delays)
	}
	p.note(60_000, []int64{20_000, 58_000}) // one waited for this frame, one came just before it
	p.note(110_000, []int64{20_000, 100_000})
	p.note(120_000, []int64{20_000}) // a row less: nobody knows which
	if want := []float64{40, 2, 10}; !slices.Equal(p.delays, want) {
		t.Errorf("the delays are %v, want %v", p.delays, want)
	}
}

func TestWhatIsNoMeasurementIsRefused(t *testing.T) {
	if err := Run(t.Context(), "weather", Options{}, io.Discard); errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), "ingest, live, history, erp or all") {
		t.Errorf("%v", err)
	}
	if o := (Options{Tags: 5}).filled(); o.Hz != 10 || o.Pages != 1000 || o.For <= 0 || o.Tags != 5 {
		t.Errorf("%+v", o)
	}
}
