package config

import (
	"math"
	"strings"
)

// What is handed in today holds no such numbers (see config/bounds). A plant that was put into use before that was
// asked goes on with something that does no harm in their place.

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// limit is a bound of the normal band; what is no number bounds nothing.
func limit(f *float64) *float64 {
	if f == nil || !finite(*f) {
		return nil
	}
	return f
}

// known is a part of a scale. What is no number makes no numbers: every value is out of range then.
func known(f float64) float64 {
	if !finite(f) {
		return math.Inf(1)
	}
	return f
}

// share is a share of the ideal speed; what is no number is the share that is meant when none is said.
func share(f float64) float64 {
	if !finite(f) {
		return 0
	}
	return f
}

// public is an address without what may be a secret.
func public(endpoint string) string {
	if i := strings.LastIndex(endpoint, "@"); i >= 0 {
		return "…" + endpoint[i:]
	}
	return endpoint
}

// factor is what raw values are multiplied by; 1 says the same as none.
func factor(scale float64) float64 {
	if scale == 1 {
		return 0
	}
	return known(scale)
}
