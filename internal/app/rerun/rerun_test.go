package rerun

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/internal/errs"
)

func replayed(t *testing.T, o Options) Line {
	t.Helper()
	o.JSON = true
	var out bytes.Buffer
	if err := Run(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	var all []Line
	if err := json.Unmarshal(out.Bytes(), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, out.String())
	}
	return all[0]
}

func TestTheRealMillsLogGivesItsKnownTimes(t *testing.T) {
	for file, want := range map[string]struct {
		active     float64
		interrupts int
	}{
		"Box-OP1-Hurco02-01of20.txt.gz": {1750.0, 0},
		"Box-OP1-Hurco02-02of20.txt.gz": {399.1, 2},
		"Box-OP1-Hurco02-03of20.txt.gz": {1762.5, 0},
	} {
		r := replayed(t, Options{Log: filepath.Join("..", "..", "..", "config", "plants", "nist", file)})
		if got := r.States["mill/mill"]["Execute"]; math.Abs(got-want.active) > 0.05 || r.Interrupts != want.interrupts {
			t.Errorf("%s: %.2f s in ACTIVE with %d interrupts, want %.1f with %d", file, got, r.Interrupts, want.active, want.interrupts)
		}
		sum := 0.0
		for _, s := range r.Categories {
			sum += s
		}
		if window := r.To.Sub(r.From).Seconds(); math.Abs(sum-window) > 1e-6 {
			t.Errorf("%s: the line's time sums to %f of %f s", file, sum, window)
		}
		if r.OEE != nil || r.Good != 0 {
			t.Errorf("%s: nothing was counted, and OEE is %v", file, r.OEE)
		}
	}
}

func TestALogInAnyColumnsIsReplayed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	log := "when,Program_Status,Part_Count\n2026-01-05T08:00:00Z,ACTIVE,100\n2026-01-05T08:30:00Z,,101\nnonsense,,\n2026-01-05T09:00:00Z,READY,102\n"
	if err := os.WriteFile(path, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	r := replayed(t, Options{Log: path, Mapping: "time=when"})
	if r.Good.Floor() != 2 || r.States["mill/mill"]["Execute"] != 3600 || r.LeftOut != 1 {
		t.Errorf("%+v", r)
	}
	var words bytes.Buffer
	if err := Run(t.Context(), Options{Log: path, Mapping: "time=when"}, &words); err != nil || !strings.Contains(words.String(), "good 2,") {
		t.Errorf("%v: %s", err, words.String())
	}
	for _, o := range []Options{{Log: "/nowhere"}, {Log: path, Mapping: "hour=when"}, {Log: path, Mapping: "time=clock"}} {
		if err := Run(t.Context(), o, &words); err == nil || !strings.Contains(err.Error(), o.Log) && !strings.Contains(err.Error(), "write time=") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestALogOfNothingIsRefused(t *testing.T) {
	for name, log := range map[string]string{"empty": "", "no log": "a: b\nc: d\n", "other items": "2026-01-05T08:00:00Z|Oil_Level|7\n"} {
		path := filepath.Join(t.TempDir(), "log.txt")
		if err := os.WriteFile(path, []byte(log), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Run(t.Context(), Options{Log: path, JSON: true}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "--mapping") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMappingNamesColumns(t *testing.T) {
	f, err := mapping("time=when,item=what,value=how much")
	if err != nil || !f.CSV || f.Time != "when" || f.Item != "what" || f.Value != "how much" {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err := mapping(""); err != nil || f.CSV {
		t.Errorf("no mapping gives %+v, %v", f, err)
	}
	for _, s := range []string{"time", "when=time", "time=when,,", ","} {
		if _, err := mapping(s); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "write time=COLUMN") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestATimeThatRunsBackwardsIsRefused(t *testing.T) {
	for _, speed := range []float64{-1, math.NaN()} {
		if err := Run(t.Context(), Options{Log: "any", Speed: speed}, io.Discard); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "speed") {
			t.Errorf("speed %v: %v", speed, err)
		}
	}
}
