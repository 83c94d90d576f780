package access

import (
	"testing"
	"time"

	"millwright/internal/plant"
)

func entry() Entry {
	return Entry{
		Seq: 7, At: time.Date(2026, 3, 2, 6, 0, 0, 123_456_000, time.UTC),
		Who:  plant.Person{ID: 3, Name: "anna", Role: plant.Manager},
		What: "job.start", On: "J-17", Old: "waiting", New: "running", Why: "early shift",
	}
}

func TestEveryFieldIsSealed(t *testing.T) {
	changes := map[string]func(*Entry){
		"seq":      func(e *Entry) { e.Seq++ },
		"time":     func(e *Entry) { e.At = e.At.Add(time.Microsecond) },
		"who id":   func(e *Entry) { e.Who.ID++ },
		"who name": func(e *Entry) { e.Who.Name = "berta" },
		"who role": func(e *Entry) { e.Who.Role = plant.Admin },
		"what":     func(e *Entry) { e.What = "job.hold" },
		"on":       func(e *Entry) { e.On = "J-18" },
		"old":      func(e *Entry) { e.Old = "" },
		"new":      func(e *Entry) { e.New = "held" },
		"why":      func(e *Entry) { e.Why = "" },
		"a letter moved to the next field": func(e *Entry) {
			e.Old, e.New = "waitin", "grunning"
		},
	}
	sound := entry().Seal([32]byte{1})
	for name, change := range changes {
		e := entry()
		change(&e)
		if e.Seal([32]byte{1}) == sound {
			t.Errorf("%s: the hash is the same after the change", name)
		}
	}
	if entry().Seal([32]byte{2}) == sound {
		t.Error("the hash is the same after another row")
	}
}

func TestSealKnowsNeitherZoneNorItsOwnHash(t *testing.T) {
	e := entry()
	e.At = e.At.In(time.FixedZone("CET", 3600))
	e.Hash = [32]byte{9}
	if e.Seal([32]byte{}) != entry().Seal([32]byte{}) {
		t.Error("the hash depends on the time zone or on the old hash")
	}
}
