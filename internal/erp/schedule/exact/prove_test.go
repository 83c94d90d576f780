package exact

import "testing"

var ft06 = [][]Step{
	{{2, 1}, {0, 3}, {1, 6}, {3, 7}, {5, 3}, {4, 6}},
	{{1, 8}, {2, 5}, {4, 10}, {5, 10}, {0, 10}, {3, 4}},
	{{2, 5}, {3, 4}, {5, 8}, {0, 9}, {1, 1}, {4, 7}},
	{{1, 5}, {0, 5}, {2, 5}, {3, 3}, {4, 8}, {5, 9}},
	{{2, 9}, {1, 3}, {4, 5}, {5, 4}, {0, 3}, {3, 1}},
	{{1, 3}, {3, 3}, {5, 9}, {0, 10}, {4, 4}, {2, 1}},
}

func TestNothingIsShorterThanTheOptimum(t *testing.T) {
	for lo := int64(53); lo <= 56; lo++ {
		p := 1 << 21
		if got := None(ft06, 6, lo, p); got != (lo <= 55) {
			t.Errorf("none shorter than %d: %v", lo, got)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	for b.Loop() {
		None(ft06, 6, 55, 1<<24)
	}
}
