package web_test

import (
	"strings"
	"testing"
	"time"

	"millwright/config"
)

func TestShiftsOfASiteAndOfALine(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const site, line = "/admin/calendar/site/ulm", "/admin/calendar/line/filling-1"
	kept(t, ada.fill(site, site+"/shifts", map[string]string{
		"shift-1-name": "", "shift-1-start": "", "shift-1-end": "", // no late shift any more
		"shift-0-breaks": "10:00–10:30, 12:00-12:15", "shift-0-mon": "on", "shift-0-fri": "on",
	}))
	got := w.draft().Sites[0].Shifts
	if len(got) != 2 || got[1].Name != "Night" || strings.Join(got[0].Breaks, " ") != "10:00-10:30 12:00-12:15" || strings.Join(got[0].Days, " ") != "mon fri" {
		t.Errorf("%+v", got)
	}
	kept(t, ada.fill(line, line+"/shifts", map[string]string{"shift-0-name": "Day", "shift-0-start": "07:00", "shift-0-end": "15:00"}))
	if l := w.line(); len(l.Shifts) != 1 || l.Shifts[0].Name != "Day" {
		t.Errorf("%+v", l.Shifts)
	}
	for set, c := range map[string]struct{ field, words string }{
		"shift-0-start=7 o'clock":  {"shift-0-start", "no time of day"},
		"shift-1-start=06:00":      {"shift-1-end", "no time of day"},
		"shift-0-breaks=lunch":     {"shift-0-breaks", "is no break"},
		"shift-0-breaks=5:00-6:00": {"", "does not lie within shift"},
	} {
		name, value, _ := strings.Cut(set, "=")
		a := ada.fill(line, line+"/shifts", map[string]string{name: value})
		if a.status != 422 || !strings.Contains(a.body, c.words) || c.field != "" && !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
}

func TestHolidaysAndPlannedStopsAreDrawn(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const site, line = "/admin/calendar/site/ulm", "/admin/calendar/line/filling-1"
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	in := func(days int) string { return w.clock.now().In(zone).AddDate(0, 0, days).Format(time.DateOnly) }
	kept(t, ada.fill(site, site+"/holidays", map[string]string{"holiday-0-name": "Founders' <b>Day", "holiday-0-on": in(3), "holiday-0-repeat": "FREQ=YEARLY"}))
	kept(t, ada.fill(line, line+"/stops", map[string]string{
		"stop-0-name": "Service", "stop-0-on": in(5), "stop-0-start": "10:00", "stop-0-end": "12:00", "stop-0-repeat": "own", "stop-0-rule": "FREQ=WEEKLY;COUNT=3",
	}))
	d := w.draft()
	if got, want := d.Sites[0].Holidays[0], (config.DayEntry{Name: "Founders' <b>Day", On: in(3), Repeat: "FREQ=YEARLY"}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := w.line().Stops[0], (config.StopEntry{Name: "Service", On: in(5), Start: "10:00", End: "12:00", Repeat: "FREQ=WEEKLY;COUNT=3"}); got != want {
		t.Errorf("%+v", got)
	}
	page := ada.get("/admin/calendar")
	if page.status != 200 || strings.Contains(page.body, "<b>Day") || strings.Count(page.body, "Founders&#39; &lt;b&gt;Day") < 2 || !strings.Contains(page.body, "10:00–12:00") {
		t.Errorf("%d: the holiday of both lines and the stop of one are not drawn", page.status)
	}
	if again := ada.get(line).form(t, line+"/stops"); again.Get("stop-0-repeat") != "own" || again.Get("stop-0-rule") != "FREQ=WEEKLY;COUNT=3" {
		t.Errorf("%v", again)
	}
	for set, field := range map[string]string{"holiday-1-name=X": "holiday-1-on", "holiday-0-on=soon": "holiday-0-on", "holiday-0-to=2020-01-01": "holiday-0-to", "holiday-0-repeat=FREQ=HOURLY": "holiday-0-repeat"} {
		name, value, _ := strings.Cut(set, "=")
		if a := ada.fill(site, site+"/holidays", map[string]string{name: value}); a.status != 422 || !strings.Contains(a.body, `href="#`+field+`"`) {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
	for _, path := range []string{"/admin/calendar/site/nope", "/admin/calendar/site/ulm%2Ffilling", "/admin/calendar/line/nope"} {
		if a := ada.get(path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
