// Package gauge reads what this process has taken of the machine, and sums up how long things took.
package gauge

import (
	"slices"
	"syscall"
	"time"
)

// Usage is what this process has taken so far.
type Usage struct {
	At  time.Time
	CPU time.Duration
}

// Used gives it.
func Used() Usage {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // it fails only for a wrong argument
	return Usage{time.Now(), time.Duration(r.Utime.Nano() + r.Stime.Nano())}
}

// Since gives the CPU time and the wall time from an earlier reading.
func (u Usage) Since(before Usage) (cpu, wall time.Duration) {
	return u.CPU - before.CPU, u.At.Sub(before.At)
}

// Percentile is the value that p of a hundred are not above. It puts the values in order.
func Percentile(values []float64, p int) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, len(values)*p/100)]
}
