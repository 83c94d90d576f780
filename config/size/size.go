// Package size reads amounts of data as people write them.
package size

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a size as people write it: 500MB, 50 GB, 1TB, or a number of bytes. Units are powers of ten.
func Parse(text string) (int64, error) {
	number, unit := strings.TrimSpace(text), int64(1)
	for _, u := range []struct {
		name  string
		bytes int64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}, {"B", 1}} {
		if cut, is := strings.CutSuffix(number, u.name); is {
			number, unit = strings.TrimSpace(cut), u.bytes
			break
		}
	}
	if number == "" && unit == 1 {
		return 0, nil
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n >= 0 && n*float64(unit) < 1e18) {
		return 0, fmt.Errorf("%q is no size; write 50GB or 500MB", text)
	}
	return int64(n * float64(unit)), nil
}
