package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// The published job shops are solved to their optimum, proven, and always alike; of others the gap to the bound is told.
func TestJobShopsAreSolved(t *testing.T) {
	t.Parallel()
	// Three jobs of two operations; each may be done by either of two machines.
	flexible := "3 2 2\n2 2 1 3 2 4 1 2 2\n2 1 1 2 2 1 3 2 2\n2 2 1 4 2 3 1 1 1\n"
	shops := "../erp/schedule/shop/testdata/"
	for path, want := range map[string][]string{
		shops + "ft06.txt":             {"makespan   55\n", "bound      55\n", "gap        0.00 %"},
		shops + "la01.txt":             {"makespan   666\n", "bound      666\n", "gap        0.00 %"},
		file(t, "three.fjs", flexible): {"jobs       3\n", "machines   2\n", "operations 6\n", "makespan   7\n", "bound      7\n", "gap        0.00 %"},
	} {
		first := ""
		for range 2 {
			out, err := exec.Command(binary(t), "schedule", "solve", path).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v: %s", path, err, out)
			}
			said := string(out)
			for _, w := range want {
				if !strings.Contains(said, w) {
					t.Errorf("%s: no %q in\n%s", path, w, said)
				}
			}
			if first != "" && said != first {
				t.Errorf("%s: first\n%s\nthen\n%s", path, first, said)
			}
			first = said
		}
	}
}
