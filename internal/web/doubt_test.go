package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// With data missing OEE is an interval, with how far it can be relied on: on Now, on walls and in the API alike.
func TestOEEIsAnIntervalWhereDataIsMissing(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera, api := w.signedIn("Vera"), w.sender()
	var got struct {
		OEE, Low, High, AvailabilityLow, AvailabilityHigh *float64
		Confidence                                        struct{ Grade string }
	}
	api.read("/api/v1/oee?line=filling-1", &got)
	if got.Low != nil || got.High != nil || got.AvailabilityLow != nil || got.Confidence.Grade == "" {
		t.Errorf("nothing is missing: %+v", got)
	}
	if body := vera.get("/wall/line/packing-1").body; strings.Contains(body, "77.8–") {
		t.Error("the wall tells an interval where nothing is missing")
	}
	// Of 120 minutes the last 20 are not known: of 80 that are planned and known 75 run.
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		lost := s.Segments[2]
		s.Segments[2].To = s.Segments[2].To.Add(-20 * time.Minute)
		lost.From, lost.Category, lost.Good, lost.Reject, lost.Ideal, lost.Order = s.Segments[2].To, oee.NoData, 0, 0, 0, ""
		s.Segments = append(s.Segments, lost)
		s.Classic = oee.Measure(s.Window, s.Segments)
	})
	s, _ := w.lines.Snapshot("filling-1")
	low, high := s.Classic.OEELow, s.Classic.OEEHigh
	if !low.OK || !high.OK || low.Value >= high.Value {
		t.Fatalf("%+v %+v", low, high)
	}
	api.read("/api/v1/oee?line=filling-1", &got)
	if got.Low == nil || *got.Low != low.Value || *got.High != high.Value || *got.AvailabilityLow != s.Classic.AvailabilityLow.Value || *got.AvailabilityHigh != s.Classic.AvailabilityHigh.Value || got.Confidence.Grade != "low" {
		t.Errorf("the API: %+v", got)
	}
	between := percentText(low.Value) + "–" + percentText(high.Value)
	for _, path := range []string{"/", "/wall/line/filling-1", "/wall/hall/filling", "/figures" + w.morningOf("filling-1")} {
		if body := vera.get(path).body; !strings.Contains(body, between) || !strings.Contains(body, "low") {
			t.Errorf("%s does not say %s, or how far to rely on it", path, between)
		}
	}
	says(t, vera.get("/"), "confidence low")
	says(t, vera.get("/line/filling-1"), "Confidence: low")
}

func percentText(ratio float64) string { return fmt.Sprintf("%.1f", ratio*100) }
