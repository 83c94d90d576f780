// Package gauge reads what this process has taken of the machine, and sums up how long things took.
package gauge

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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

// Children gives the CPU that the children of a process on this machine have had: of a PostgreSQL server, the processes that
// serve connections. It is read from Linux's /proc, and nothing where there is none.
func Children(parent int) (cpu time.Duration) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is sound
	for _, one := range all {
		text, err := os.ReadFile(one)
		if err != nil {
			continue // it has ended
		}
		var state string
		var of int
		if _, err := fmt.Sscan(string(text[bytes.LastIndexByte(text, ')')+1:]), &state, &of); err != nil || of != parent {
			continue
		}
		var ran int64
		if text, err := os.ReadFile(filepath.Join(filepath.Dir(one), "schedstat")); err == nil {
			_, _ = fmt.Sscan(string(text), &ran) // a kernel that does not count gives 0
		}
		cpu += time.Duration(ran)
	}
	return cpu
}

// Percentile is the value that p of a hundred are not above. It puts the values in order.
func Percentile(values []float64, p int) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, len(values)*p/100)]
}
