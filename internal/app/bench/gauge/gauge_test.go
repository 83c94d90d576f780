package gauge

import "testing"

func TestPercentile(t *testing.T) {
	var hundred []float64
	for i := range 100 {
		hundred = append(hundred, float64(100-i))
	}
	for _, c := range []struct {
		values []float64
		p      int
		want   float64
	}{{nil, 99, 0}, {[]float64{7}, 50, 7}, {[]float64{7}, 99, 7}, {[]float64{3, 1, 2}, 50, 2}, {hundred, 50, 51}, {hundred, 99, 100}, {hundred, 100, 100}} {
		if got := Percentile(c.values, c.p); got != c.want {
			t.Errorf("%d%% of %d values is %g, want %g", c.p, len(c.values), got, c.want)
		}
	}
}
