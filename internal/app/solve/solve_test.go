package solve

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const la01 = "../../erp/schedule/shop/testdata/la01.txt"

func TestTellsMakespanBoundAndGap(t *testing.T) {
	var out strings.Builder
	if err := Run(t.Context(), la01, Options{Steps: 50_000, Seed: 1}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"makespan   666\n", "bound      666\n", "gap        0.00 % (proven"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestTellsThePlanAsJSON(t *testing.T) {
	var out strings.Builder
	if err := Run(t.Context(), la01, Options{Steps: 50_000, JSON: true}, &out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Makespan   int64
		Proven     bool
		Operations []struct{ Job, Operation, Machine, Start, End int64 }
	}
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Makespan != 666 || !got.Proven || len(got.Operations) != 50 {
		t.Errorf("told %d, %v, %d operations", got.Makespan, got.Proven, len(got.Operations))
	}
}

func TestAFileThatIsNoProblemIsToldByLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.fjs")
	if err := os.WriteFile(file, []byte("1 1 1\n1 5 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), file, Options{}, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("read with %v", err)
	}
	if err := Run(t.Context(), file, Options{Form: "xml"}, &strings.Builder{}); err == nil {
		t.Error("a format that there is not is taken")
	}
}
