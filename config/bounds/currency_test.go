package bounds

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/currency"
)

// TestTheCurrenciesAreThoseOfToday compares ours with those of the Unicode CLDR of 2018, and tells what was replaced since.
func TestTheCurrenciesAreThoseOfToday(t *testing.T) {
	ours := strings.Fields(currencies)
	if !slices.IsSorted(ours) || len(slices.Compact(slices.Clone(ours))) != len(ours) {
		t.Error("they are not in order, each once")
	}
	gone := map[string]string{ // and what came in its place
		"ANG": "XCG, 2025", "BGN": "EUR, 2026", "CUC": "CUP, 2021", "HRK": "EUR, 2023", "MRO": "MRU, 2018", "SLL": "SLE, 2022", "VEF": "VES, 2018",
	}
	fresh := strings.Fields("MRU SLE VED VES XCG ZWG SVC") // SVC is fixed to the dollar, which is paid with there
	var old []string
	for q := currency.Query(currency.Date(time.Date(2018, 12, 1, 0, 0, 0, 0, time.UTC))); q.Next(); {
		code := q.Unit().String()
		old = append(old, code)
		if _, known := gone[code]; !known && !isCurrency(code) {
			t.Errorf("%s was paid with, and is missing", code)
		}
	}
	for _, code := range ours {
		if _, is := gone[code]; is || !slices.Contains(old, code) && !slices.Contains(fresh, code) {
			t.Errorf("%s is no currency of today", code)
		}
	}
}
