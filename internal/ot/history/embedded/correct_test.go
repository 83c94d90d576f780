package embedded

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

func TestACorrectionHoldsEverywhere(t *testing.T) {
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(inMemory(t), "h")
	a, err := Open(dir, reg, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { a.Close() }()
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	one := func(s int, v tag.Value) []tag.Sample { return []tag.Sample{{Tag: 1, Time: at(s), Value: v}} }
	for s := range 5 {
		if refused, err := a.Append(t.Context(), t0, one(s, tag.FloatValue(10))); err != nil || len(refused) > 0 {
			t.Fatal(refused, err)
		}
	}
	correct := func(s int, v tag.Value) []history.Refusal {
		refused, err := a.Correct(t.Context(), t0, one(s, v))
		if err != nil {
			t.Fatal(err)
		}
		return refused
	}
	bucket := func() history.Bucket {
		all, err := a.Buckets(t.Context(), history.Range{Tag: 1, From: at(0), To: at(5)}, 5*time.Second)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	if b := bucket(); b.Mean != 10 || b.Count != 5 {
		t.Fatalf("%+v", b) // and it is remembered
	}
	if r := correct(2, tag.IntValue(20)); len(r) > 0 {
		t.Fatal(r)
	}
	if r := correct(9, tag.IntValue(20)); len(r) != 1 || !strings.Contains(r[0].Why, "nothing stands") {
		t.Error(r)
	}
	if b := bucket(); b.Mean != 12 || b.Max != 20 || b.Count != 5 {
		t.Errorf("%+v", b)
	}
	for _, v := range []tag.Value{tag.FloatValue(30), tag.FloatValue(30), tag.TextValue("no"), tag.FloatValue(60)} { // again, and back to another kind
		if r := correct(2, v); len(r) > 0 {
			t.Fatal(r)
		}
	}
	if r := correct(4, tag.FloatValue(0)); len(r) > 0 { // the newest of its tag
		t.Fatal(r)
	}
	if refused, err := a.Append(t.Context(), t0, one(4, tag.FloatValue(10))); err != nil || len(refused) != 1 {
		t.Errorf("what was corrected comes again: %v %v", refused, err)
	}
	for range 2 {
		if b := bucket(); b.Mean != 18 || b.Max != 60 || b.Min != 0 || b.Last != 0 {
			t.Errorf("%+v", b)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if a, err = Open(dir, reg, nil, Options{}); err != nil {
			t.Fatal(err)
		}
	}
}
