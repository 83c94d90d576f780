package web_test

import (
	"reflect"
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

// TestShiftsThatOverlapAreToldOnce: however many lines go by them, and without a path of the plant file.
func TestShiftsThatOverlapAreToldOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill("/admin/calendar/line/filling-1", "/admin/calendar/line/filling-1/shifts", map[string]string{"shift-0-name": "Day", "shift-0-start": "07:00", "shift-0-end": "15:00"}))
	was := w.draft()
	for _, of := range []string{"/admin/calendar/site/ulm", "/admin/calendar/line/filling-1"} {
		a := ada.fill(of, of+"/shifts", map[string]string{
			"shift-0-name": "Early", "shift-0-start": "06:00", "shift-0-end": "14:00",
			"shift-1-name": "Late", "shift-1-start": "13:00", "shift-1-end": "21:00",
			"shift-2-name": "", "shift-2-start": "", "shift-2-end": "",
		})
		if a.status != 422 || strings.Count(a.body, "overlap: let one end before the other starts") != 1 || strings.Contains(a.body, "sites[") {
			t.Errorf("%s: %d %s", of, a.status, complaint(a))
		}
		says(t, a, `shifts &#34;Early&#34; (Sunday 06:00–14:00) and &#34;Late&#34; (Sunday 13:00–21:00) overlap`)
	}
	if now := w.draft(); len(now.Sites[0].Shifts) != len(was.Sites[0].Shifts) || len(w.line().Shifts) != 1 {
		t.Error("half of it is kept")
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
	if got, want := d.Sites[0].Holidays[0], (config.DayEntry{Name: "Founders' <b>Day", On: in(3), Repeat: "FREQ=YEARLY"}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got, want := w.line().Stops[0], (config.StopEntry{Name: "Service", On: in(5), Start: "10:00", End: "12:00", Repeat: "FREQ=WEEKLY;COUNT=3"}); got != want {
		t.Errorf("%+v", got)
	}
	page := ada.get("/admin/calendar")
	if page.status != 200 || strings.Contains(page.body, "<b>Day") || strings.Count(page.body, "Founders&#39; &lt;b&gt;Day") < 2 || !strings.Contains(page.body, "10:00–12:00") {
		t.Errorf("%d: the holiday of both lines and the stop of one are not drawn", page.status)
	}
	if strings.Count(page.body, ": Service, planned stop 10:00–12:00<") != 2 { // each of the two weeks, of one line
		t.Error("the planned stop of one line is not told by its name")
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

func TestADateHasOtherShifts(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const site, line = "/admin/calendar/site/ulm", "/admin/calendar/line/filling-1"
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	on := w.clock.now().In(zone).AddDate(0, 0, 4).Format(time.DateOnly)
	kept(t, ada.fill(site, site+"/holidays", map[string]string{"holiday-0-name": "Founders' Day", "holiday-0-on": on}))
	kept(t, ada.fill(line, line+"/holidays", map[string]string{
		"holiday-1-name": "Rush <i>order", "holiday-1-on": on, "holiday-1-kind": "other", // the first row is left empty
		"holiday-1-shift-0-name": "Short", "holiday-1-shift-0-start": "07:00", "holiday-1-shift-0-end": "11:00", "holiday-1-shift-0-breaks": "09:00–09:15",
	}))
	want := []config.DayEntry{{Name: "Rush <i>order", On: on, Shifts: []config.ShiftEntry{{Name: "Short", Start: "07:00", End: "11:00", Breaks: []string{"09:00-09:15"}}}}}
	if got := w.line().Holidays; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	page := ada.get("/admin/calendar")
	if page.status != 200 || strings.Contains(page.body, "<i>order") || !strings.Contains(page.body, "Rush &lt;i&gt;order, Short 07:00–11:00<") || !strings.Contains(page.body, "Founders&#39; Day, closed<") {
		t.Errorf("%d: the holiday that one line works on is not shown", page.status)
	}
	form := ada.get(line).form(t, line+"/holidays")
	if form.Get("holiday-0-kind") != "other" || form.Get("holiday-0-shift-0-breaks") != "09:00-09:15" || !form.Has("holiday-0-shift-1-start") {
		t.Errorf("%v", form)
	}
	says(t, ada.fill(line, line+"/holidays", map[string]string{"holiday-0-kind": "", "holiday-1-name": "Fair", "holiday-1-on": "soon"}), `href="#holiday-0-kind"`, `href="#holiday-1-on"`, `value="soon"`)
	for name, c := range map[string]struct {
		set          map[string]string
		field, words string
	}{
		"shifts of a closed day":     {map[string]string{"holiday-0-kind": ""}, "holiday-0-kind", "choose Other shifts"},
		"other shifts without one":   {map[string]string{"holiday-1-on": on, "holiday-1-kind": "other"}, "holiday-1-shift-0-start", "or choose Closed"},
		"no time of day":             {map[string]string{"holiday-0-shift-1-start": "noon", "holiday-0-shift-1-end": "13:00"}, "holiday-0-shift-1-start", "no time of day"},
		"a second row, without end":  {map[string]string{"holiday-2-on": on, "holiday-2-kind": "other", "holiday-2-shift-1-start": "12:00"}, "holiday-2-shift-1-end", "no time of day"},
		"a break out of the shift":   {map[string]string{"holiday-0-shift-0-breaks": "12:00-12:30"}, "holiday-0-kind", "does not lie within shift"},
		"no break":                   {map[string]string{"holiday-0-shift-0-breaks": "lunch"}, "holiday-0-shift-0-breaks", "is no break"},
		"shifts at the same time":    {map[string]string{"holiday-0-shift-1-start": "10:00", "holiday-0-shift-1-end": "12:00"}, "holiday-0-kind", "overlap"},
		"a date that is none":        {map[string]string{"holiday-0-on": "soon"}, "holiday-0-on", "is no date"},
		"breaks without the shift":   {map[string]string{"holiday-0-shift-1-breaks": "10:00-10:15"}, "holiday-0-shift-1-start", "no time of day"},
		"a kind without anything":    {map[string]string{"holiday-1-kind": "other"}, "holiday-1-shift-0-start", "or choose Closed"},
		"into the next day's shifts": {map[string]string{"holiday-0-shift-0-end": "06:30"}, "", "goes on when"},
	} {
		a := ada.fill(line, line+"/holidays", c.set)
		if a.status != 422 || !strings.Contains(a.body, c.words) || c.field != "" && !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%s: %d %s", name, a.status, complaint(a))
		}
	}
	if got := w.line().Holidays; !reflect.DeepEqual(got, want) {
		t.Errorf("what was refused was kept: %+v", got)
	}
	kept(t, ada.fill(line, line+"/holidays", map[string]string{"holiday-0-name": "", "holiday-0-on": "", "holiday-0-kind": "", "holiday-0-shift-0-name": "", "holiday-0-shift-0-start": "", "holiday-0-shift-0-end": "", "holiday-0-shift-0-breaks": ""}))
	if got := w.line().Holidays; len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
