package chance

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDiceTakenUpAgainFallTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := New(rapid.Uint64().Draw(r, "seed"), rapid.String().Draw(r, "name"))
		for range rapid.IntRange(0, 50).Draw(r, "throws") {
			d.Normal()
		}
		text, err := json.Marshal(d)
		if err != nil {
			r.Fatal(err)
		}
		var again Dice
		if err := json.Unmarshal(text, &again); err != nil || !again.Loaded() {
			r.Fatal(err)
		}
		for range 20 {
			if a, b := d.Normal(), again.Normal(); a != b {
				r.Fatalf("%v and %v", a, b)
			}
		}
	})
}

func TestAnotherNameIsAnotherLuck(t *testing.T) {
	if New(1, "a").Between(0, 1) == New(1, "b").Between(0, 1) || New(1, "a").Between(0, 1) == New(2, "a").Between(0, 1) {
		t.Error("two things have the same luck")
	}
}

func TestDamagedDiceAreRefused(t *testing.T) {
	for _, text := range []string{`"AAAA"`, `17`, `"?"`} {
		var d Dice
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestLengthsHaveTheirMeans(t *testing.T) {
	const n = 50_000
	d := New(7, "means")
	var until, low, hits float64
	s := Spread{Median: time.Minute, Sigma: 0.5}
	for range n {
		until += d.Until(time.Hour).Hours() / n
		l := d.Lasts(s)
		if l < 6*time.Second || l > 8*time.Minute {
			t.Fatalf("a length of %v", l)
		}
		if l < time.Minute {
			low += 1.0 / n
		}
		if d.Chance(0.3) {
			hits += 1.0 / n
		}
		if v := d.Normal(); math.Abs(v) > 4 {
			t.Fatalf("a normal value of %v", v)
		}
	}
	if math.Abs(until-1) > 0.03 || math.Abs(low-0.5) > 0.02 || math.Abs(hits-0.3) > 0.02 {
		t.Errorf("mean %v h of 1 h, %v below the median, %v of 0.3 true", until, low, hits)
	}
}
