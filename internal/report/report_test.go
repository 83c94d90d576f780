package report_test

import (
	"testing"

	"millwright/internal/report"
)

func TestNamesOfFilesAreTame(t *testing.T) {
	for _, c := range [][]string{
		{"shift-filling-1-2026-03-02-early", "shift", "filling-1", "2026-03-02", "Early"}, {"report"}, {"report", "../..", "\r\n"}, {"a-b", "a\"; b"}, {"f-ller-i", "Füller İ"},
	} {
		if got := report.Name(c[1:]...); got != c[0] {
			t.Errorf("%q gives %q, want %q", c[1:], got, c[0])
		}
	}
}
