package size

import "testing"

func TestSizesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "50GB": 50e9, "500 MB": 500e6, "1.5TB": 15e11, "12kB": 12000, "7B": 7, "1000": 1000} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"GB", "many", "-1GB", "1e30TB", "NaN", "5 GiB"} {
		if n, err := Parse(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
