package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// board reads the orders of a wall: "J-1 Running 40 min late".
func board(body string) (all []string) {
	row := regexp.MustCompile(`(?s)<tr id="order-(.*?)".*?<span class="orders-under">(\w+) .*?</td>.*?</td>.*?<td class="orders-time.*?>(.*?)</td>.*?<td class="orders-time.*?>(.*?)</td>.*?<span class="orders-word.*?<span>(.*?)</span>`)
	for _, m := range row.FindAllStringSubmatch(body, -1) {
		all = append(all, strings.Join(m[1:], " | "))
	}
	return all
}

func TestOrdersAreForecastAndTheLateOnesStandFirst(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, berlin)
	w.clock.still = noon
	at := func(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour, minute, 0, 0, berlin) }
	job := func(id string, line plant.LineID, s execution.Status, product string, planned, good int64, due time.Time) execution.Job {
		return execution.Job{ID: id, Line: line, Product: product, Planned: plant.Pieces(planned), Good: plant.Pieces(good), Status: s, Due: due, Version: 1}
	}
	// Filling-1 made 6,000 in two hours of which half ran: OEE 50 %, so 3,000 an hour; COLA-05 takes 600 ms.
	half := func(s *oee.Snapshot) {
		s.Classic = oee.Classic{Good: plant.Pieces(6000), PPT: 2 * time.Hour, OEE: oee.Ratio{Value: .5, OK: true}}
	}
	w.lines.change("filling-1", half)
	w.lines.change("packing-1", func(s *oee.Snapshot) { s.Classic = oee.Classic{} })
	w.jobs.all = []execution.Job{
		job("J-2", "filling-1", execution.Waiting, "COLA-05", 3000, 0, at(14, 30)),    // 13:00 and an hour: in time
		job("J-1", "filling-1", execution.Running, "COLA-05", 9000, 6000, at(13, 30)), // 13:00: in time
		job("J-3", "filling-1", execution.Waiting, "COLA-05", 6000, 0, at(15, 20)),    // 16:00: late
		job("J-4", "filling-1", execution.Waiting, "MYSTERY", 10, 0, at(20, 0)),       // no cycle is known
		job("J-5", "filling-1", execution.Waiting, "COLA-05", 10, 0, time.Time{}),     // nor what comes after it
		job("J-6", "filling-1", execution.Completed, "COLA-05", 10, 10, at(8, 0)),     // ended
		job("J-7", "packing-1", execution.Running, "COLA-05", 100, 100, at(11, 0)),    // made
		job("J-8", "packing-1", execution.Waiting, "COLA-05", 100, 0, at(11, 0)),      // its line's pace is not known
		job("J-9", "packing-1", execution.Held, "COLA-05", 100, 50, time.Time{}),
	}
	want := []string{
		"J-8 | Waits | 11:00 | – | Overdue",
		"J-3 | Waits | 15:20 | 16:00 | 40 min late",
		"J-7 | Running | 11:00 | made | All made",
		"J-1 | Running | 13:30 | 13:00 | In time",
		"J-2 | Next | 14:30 | 14:00 | In time",
		"J-9 | Held | – | – | –",
		"J-4 | Waits | 20:00 | – | –",
		"J-5 | Waits | – | – | –",
	}
	a := vera.get("/wall/orders/ulm")
	if got := strings.ReplaceAll(strings.Join(board(a.body), "\n"), "\u00a0", " "); a.status != 200 || got != strings.Join(want, "\n") {
		t.Errorf("%d\n%s", a.status, got)
	}
	if !strings.Contains(a.body, "2 late") {
		t.Error("the head does not say how many are late")
	}
	if got := board(vera.get("/wall/orders/packing").body); len(got) != 3 {
		t.Errorf("of one hall: %q", got)
	}
	w.jobs.all = nil
	if a := vera.get("/wall/orders/filling"); a.status != 200 || !strings.Contains(a.body, "No orders") {
		t.Errorf("without any: %d", a.status)
	}
	for range 14 {
		w.jobs.all = append(w.jobs.all, job("L", "filling-1", execution.Waiting, "COLA-05", 10, 0, at(11, 0)))
	}
	if a := vera.get("/wall/orders/filling"); !strings.Contains(a.body, "4 more, 4 of them late") {
		t.Error("it is not told how many more there are")
	}
	if a := vera.get("/wall/orders/nowhere"); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}

func TestHoursAreCountedFromWhereTheShiftBegins(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.still = time.Date(2026, 3, 2, 8, 0, 0, 0, berlin)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		line, _ := thePlant(t).Line("filling-1")
		*s = morning(line, time.Date(2026, 3, 2, 8, 30, 0, 0, berlin))
		s.Shift.To = s.Shift.From.Add(3*time.Hour + 15*time.Minute)
	})
	for path, want := range map[string]string{"/wall/line/filling-1": "06:30 07:30", "/line/filling-1": "06:30 07:30 08:30 09:30"} { // a wall has room for those that have begun
		var labels []string
		for _, m := range regexp.MustCompile(`class="hour-label">(.*?)<`).FindAllStringSubmatch(otto.get(path).body, -1) {
			labels = append(labels, m[1])
		}
		if got := strings.Join(labels, " "); got != want {
			t.Errorf("%s: the hours are %q", path, got)
		}
	}
	if body := otto.get("/wall/line/filling-1").body; !strings.Contains(body, `class="hour-delta">−600<`) {
		t.Error("the first hour does not tell that it is 600 behind")
	}
}
