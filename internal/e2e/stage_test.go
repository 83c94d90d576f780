package e2e

import (
	"testing"
	"time"
	_ "time/tzdata" // the demo's plant has a zone of its own
)

// stage is a line of the demo, and what a story on it needs.
type stage struct {
	line, unit string // the unit that sets its pace, as people call it
	products   [2]string
	customer   string // who buys them
	part       string // of which one or more go into each
	rest       int    // minutes after two in the morning at which its break of half an hour begins; another follows after each eight hours
}

// atWork is a line that has no break within the next minutes. There may be none for ten minutes; then it waits.
func atWork(t *testing.T) stage {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for {
		now := time.Now().In(zone)
		for _, s := range []stage{
			{"assembly-1", "Press", [2]string{"VALVE-A", "VALVE-B"}, "C-200", "SPRING", 0},
			{"filling-2", "Filler", [2]string{"WATER-05", "COLA-10"}, "C-110", "CAP-28", 30},
		} {
			if since := (now.Hour()*60 + now.Minute() - 120 - s.rest + 8*60) % (8 * 60); since >= 30 && since < 8*60-9 {
				return s
			}
		}
		time.Sleep(5 * time.Second)
	}
}

// seenAtWork is such a line in a demo at sixty times the speed whose machines are there, seen by its first admin.
func seenAtWork(t *testing.T) (stage, *server, *browser) {
	t.Helper()
	on := atWork(t)
	s := startDemo(t, "--speed", "60")
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.promise(settled)
	s.eventually(time.Minute, "the machines to be there", func() bool {
		return b.promise(`fetch("/api/v1/connections").then((r) => r.json()).then((all) => (all.connections ?? all).find((c) => c.id === "plc").phase)`) == "active"
	})
	return on, s, b
}
