package shop

import (
	"os"
	"testing"

	"millwright/internal/erp/schedule"
)

// TestKnownShopsComeToTheirOptimum: ft06 of Fisher and Thompson, la01 of Lawrence.
func TestKnownShopsComeToTheirOptimum(t *testing.T) {
	for _, c := range []struct {
		file string
		best schedule.Tick
	}{{"ft06.txt", 55}, {"la01.txt", 666}} {
		f, err := os.Open("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Read(f, Either)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			plan, err := schedule.Solve(&p, schedule.Search{Steps: 60_000, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			if plan.Makespan != c.best || plan.Bound != c.best || plan.Gap() != 0 {
				t.Errorf("%s with seed %d: %d, at least %d; want %d", c.file, seed, plan.Makespan, plan.Bound, c.best)
			}
		}
	}
}
