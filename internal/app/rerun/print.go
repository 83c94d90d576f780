package rerun

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// show writes what a log said, for people.
func show(out io.Writer, all []Line) error {
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%s  %s – %s\n", r.Line, r.From.Format(time.RFC3339), r.To.Format(time.RFC3339))
		for _, unit := range slices.Sorted(maps.Keys(r.States)) {
			printSeconds(&b, "time of "+unit+" in state", r.States[unit])
		}
		printSeconds(&b, "time of the line", r.Categories)
		fmt.Fprintf(&b, "  good %s, rejected %s, interrupts %d\n", r.Good, r.Reject, r.Interrupts)
		fmt.Fprintf(&b, "  availability %s, performance %s, quality %s, OEE %s\n", percent(r.Availability), percent(r.Performance), percent(r.Quality), percent(r.OEE))
		if r.LeftOut > 0 {
			fmt.Fprintf(&b, "  %d lines of the log could not be read and are left out\n", r.LeftOut)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func printSeconds(b *strings.Builder, title string, seconds map[string]float64) {
	fmt.Fprintf(b, "  %s\n", title)
	for _, name := range slices.Sorted(maps.Keys(seconds)) {
		fmt.Fprintf(b, "    %-14s %12.1f s\n", name, seconds[name])
	}
}

// percent prints a ratio; unknown is not zero.
func percent(r *float64) string {
	if r == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100**r)
}
