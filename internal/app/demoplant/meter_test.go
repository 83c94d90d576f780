package demoplant

import (
	"log/slog"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// TestMetersAreReadOfEveryLineThatHasThem: all machines of a line together, over a counter that begins anew; the mill has no
// meter.
func TestMetersAreReadOfEveryLineThatHasThem(t *testing.T) {
	model, err := config.LoadPlant("../../../config/plants/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := embedded.Open(t.TempDir(), model.Tags, slog.New(slog.DiscardHandler), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	m := Meter{Archive: a, Tags: func() *tag.Registry { return model.Tags }, Lines: model.Plant.Lines}
	begin := time.Now().Add(-time.Hour).Truncate(time.Second).UTC()
	for _, l := range m.Lines() {
		var batch []tag.Sample
		want := plant.Quantity(0)
		for _, u := range l.Units {
			id, metered := model.Tags.Find(string(u.ID) + "/energy")
			if !metered {
				continue
			}
			want += 3 * plant.One
			for i, v := range []float64{10, 12.25, 0.5, 1.25} { // begins anew in between
				batch = append(batch, tag.Sample{Tag: id, Time: begin.Add(time.Duration(10*i-5) * time.Minute), Value: tag.FloatValue(v)})
			}
		}
		if _, err := a.Append(t.Context(), time.Now(), batch); err != nil {
			t.Fatal(err)
		}
		used, known, err := m.Used(t.Context(), l.ID, plant.Span{From: begin, To: begin.Add(30 * time.Minute)})
		if err != nil || used != want || known != (want > 0) || known == (l.ID == Mill) {
			t.Errorf("%s has used %s kWh (%v), want %s: %v", l.ID, used, known, want, err)
		}
	}
	if _, known, err := m.Used(t.Context(), "nowhere", plant.Span{From: begin, To: begin.Add(time.Minute)}); known || err != nil {
		t.Errorf("a line that is not there: %v %v", known, err)
	}
}
