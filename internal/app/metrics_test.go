package app

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestNoMeterHasTheNameOfAnother(t *testing.T) {
	a := &App{}
	r := prometheus.NewPedanticRegistry()
	for _, m := range a.meters() {
		if err := r.Register(m); err != nil {
			t.Error(err)
		}
	}
}
