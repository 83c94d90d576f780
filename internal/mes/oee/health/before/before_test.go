package before_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/before"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

var noon = time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Minute)

// said is a value that a tag took so many seconds before noon (below zero: after it).
type said struct {
	tag    string
	before float64
	value  tag.Value
	bad    bool
}

func number(f float64) tag.Value { return tag.FloatValue(f) }
func whole(i int64) tag.Value    { return tag.IntValue(i) }

func signs(t *testing.T, all ...said) string {
	t.Helper()
	low, high := 0.0, 4.5
	names := []tag.Tag{
		{Name: "l/infeed/jam"},
		{Name: "l/filler/heat", Deadband: 0.1},
		{Name: "l/filler/vibration", Low: &low, High: &high},
		{Name: "l/filler/recipe"},
		{Name: "l/filler/level"},
		{Name: "l/filler/state"},
		{Name: "l/filler/good"},
		{Name: "l/filler/fault"},
		{Name: "l/filler/order"},
		{Name: "other/filler/heat"},
		{Name: "l/fillerette/heat"},
	}
	tags, err := tag.NewRegistry(names)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := embedded.Open(t.TempDir(), tags, slog.Default(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var batch []tag.Sample
	find := func(name string) tag.ID {
		id, _ := tags.Find(name)
		return id
	}
	for _, s := range all {
		one := tag.Sample{Tag: find(s.tag), Time: noon.Add(-time.Duration(s.before * float64(time.Second))), Value: s.value}
		if s.bad {
			one.Quality = tag.Bad
		}
		batch = append(batch, one)
	}
	if refused, err := archive.Append(t.Context(), time.Now(), batch); err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "l/infeed"}, {ID: "l/filler"}}}
	r := before.New(archive, tags, line, []machine.Signals{{
		Unit: "l/filler", State: find("l/filler/state"), Fault: find("l/filler/fault"), Order: find("l/filler/order"), Good: machine.Counter{Tag: find("l/filler/good")},
	}})
	found, err := r.Signs(t.Context(), &edit.Stop{Span: plant.Span{From: noon, To: noon.Add(time.Minute)}, Unit: "l/filler", Product: "COLA"})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 2 || found[0] != (hunch.Sign{Name: before.Unit, Value: "l/filler"}) || found[1] != (hunch.Sign{Name: before.Product, Value: "COLA"}) {
		t.Fatalf("%+v", found)
	}
	var words []string
	for _, s := range found[2:] {
		words = append(words, strings.TrimPrefix(s.Name, "l/")+" "+s.Value)
	}
	return strings.Join(words, ", ")
}

func TestWhatATagDidBeforeAStopIsAWord(t *testing.T) {
	for name, c := range map[string]struct {
		all  []said
		want string
	}{
		"nothing known":                  {nil, ""},
		"a flag that went up":            {[]said{{"l/infeed/jam", 3600, whole(0), false}, {"l/infeed/jam", 20, whole(1), false}}, "infeed/jam went to 1"},
		"one that is up for long":        {[]said{{"l/infeed/jam", 3600, whole(1), false}}, "infeed/jam was 1"},
		"as the line stands":             {[]said{{"l/infeed/jam", 60, whole(0), false}, {"l/infeed/jam", -1, whole(1), false}}, "infeed/jam went to 1"},
		"too late to have been before":   {[]said{{"l/infeed/jam", 60, whole(0), false}, {"l/infeed/jam", -3, whole(1), false}}, "infeed/jam was 0"},
		"the same said again":            {[]said{{"l/infeed/jam", 3600, whole(0), false}, {"l/infeed/jam", 20, whole(0), false}}, "infeed/jam was 0"},
		"a state has its name":           {[]said{{"l/filler/state", 900, whole(6), false}, {"l/filler/state", 0, whole(11), false}}, "filler/state went to Held"},
		"a fault is a name":              {[]said{{"l/filler/fault", 900, whole(0), false}, {"l/filler/fault", 2, whole(214), false}}, "filler/fault went to 214"},
		"text":                           {[]said{{"l/filler/recipe", 900, tag.TextValue("cold"), false}}, "filler/recipe was cold"},
		"counters and orders tell none":  {[]said{{"l/filler/good", 30, whole(7), false}, {"l/filler/order", 30, whole(7), false}}, ""},
		"nor does another line or unit":  {[]said{{"other/filler/heat", 30, number(7), false}, {"l/fillerette/heat", 30, number(7), false}}, ""},
		"heat that rose":                 {[]said{{"l/filler/heat", 280, number(80), false}, {"l/filler/heat", 200, number(81), false}, {"l/filler/heat", 30, number(84), false}}, "filler/heat rose"},
		"that fell":                      {[]said{{"l/filler/heat", 280, number(80), false}, {"l/filler/heat", 200, number(81), false}, {"l/filler/heat", 30, number(79), false}}, "filler/heat fell"},
		"that is as it was":              {[]said{{"l/filler/heat", 280, number(80), false}, {"l/filler/heat", 200, number(81), false}, {"l/filler/heat", 30, number(81.15), false}}, "filler/heat was steady"},
		"what it does afterwards":        {[]said{{"l/filler/heat", 280, number(80), false}, {"l/filler/heat", -1, number(20), false}}, "filler/heat was steady"},
		"a number of which little known": {[]said{{"l/filler/heat", 30, number(80), false}}, ""},
		"beyond its band":                {[]said{{"l/filler/vibration", 280, number(5), false}, {"l/filler/vibration", 30, number(5), false}}, "filler/vibration was above its band"},
		"a sensor that failed":           {[]said{{"l/filler/heat", 280, number(80), false}, {"l/filler/heat", 30, number(80), true}}, "filler/heat gave no data"},
		"amounts in whole numbers":       {[]said{{"l/filler/level", 280, whole(80), false}, {"l/filler/level", 30, whole(4), false}}, "filler/level fell"},
		"what is told of units comes first": {
			[]said{{"l/infeed/jam", 900, whole(0), false}, {"l/filler/state", 900, whole(6), false}},
			"filler/state was Execute, infeed/jam was 0",
		},
	} {
		if got := signs(t, c.all...); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheSignsOfAStopAreBounded(t *testing.T) {
	var names []tag.Tag
	for i := range 200 {
		names = append(names, tag.Tag{Name: fmt.Sprintf("l/filler/%03d", i)})
	}
	tags, err := tag.NewRegistry(names)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := embedded.Open(t.TempDir(), tags, slog.Default(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var batch []tag.Sample
	for _, x := range tags.All() {
		batch = append(batch, tag.Sample{Tag: x.ID, Time: noon.Add(-time.Minute), Value: tag.BoolValue(true)})
	}
	if _, err := archive.Append(t.Context(), time.Now(), batch); err != nil {
		t.Fatal(err)
	}
	r := before.New(archive, tags, plant.Line{Units: []plant.Unit{{ID: "l/filler"}}}, nil)
	found, err := r.Signs(t.Context(), &edit.Stop{Span: plant.Span{From: noon}, Unit: "u", Fault: "7", Product: "p"})
	if err != nil || len(found) != hunch.MostSigns {
		t.Errorf("%d signs, %v", len(found), err)
	}
}
