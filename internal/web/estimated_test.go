package web_test

import (
	"strings"
	"testing"

	"millwright/internal/plant"
)

func TestNumbersThatRestOnAnEstimateSaySo(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	for _, page := range []string{"/", "/line/filling-1"} {
		if strings.Contains(b.get(page).body, "estimated") {
			t.Errorf("%s says that something is estimated", page)
		}
	}
	w.jobs.mu.Lock()
	w.jobs.all[0].Estimated = plant.Pieces(12)
	w.jobs.mu.Unlock()
	for _, page := range []string{"/", "/line/filling-1"} {
		if !strings.Contains(b.get(page).body, "12 estimated") {
			t.Errorf("%s does not say that 12 pieces are estimated", page)
		}
	}
	var got struct{ Good, Estimated float64 }
	b.read("/api/v1/jobs/J-1", &got)
	if got.Good != 9600 || got.Estimated != 12 {
		t.Errorf("the API tells %+v", got)
	}
}
