package web_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// drafted puts a document into the draft.
func (w *world) drafted(change func(*config.Document)) {
	w.t.Helper()
	d := w.draft()
	change(&d)
	text, err := d.Text()
	if err == nil {
		draft := revision.Draft{Base: 1}
		if going, err := w.book.Draft(w.t.Context()); err == nil {
			draft = going
		}
		draft.Text, draft.By = string(text), plant.Program()
		_, err = w.book.SaveDraft(w.t.Context(), draft)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestALongCalendarIsKeptWhole: a form shows a part of a long list, and what it does not show stays as it is.
func TestALongCalendarIsKeptWhole(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const site = "/admin/calendar/site/ulm"
	var want []config.DayEntry
	var stops []config.StopEntry
	for i := range 250 {
		on := time.Date(2027, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		want = append(want, config.DayEntry{Name: fmt.Sprint("Day ", i+1), On: on})
		stops = append(stops, config.StopEntry{Name: fmt.Sprint("Stop ", i+1), On: on, Start: "10:00", End: "10:05"})
	}
	w.drafted(func(d *config.Document) { d.Sites[0].Holidays, d.Sites[0].Stops = want, stops })
	same := func(when string) {
		t.Helper()
		if got := w.draft().Sites[0]; !reflect.DeepEqual(got.Holidays, want) || !reflect.DeepEqual(got.Stops, stops) {
			t.Fatalf("%s: %d exceptions and %d stops are left: %+v", when, len(got.Holidays), len(got.Stops), got.Holidays[:min(len(got.Holidays), 3)])
		}
	}
	kept(t, ada.fill(site, site+"/holidays", map[string]string{"holiday-0-name": "First"}))
	want[0].Name = "First"
	same("the first page is kept")
	page := ada.get(site + "?holidays=1")
	says(t, page, "101 to 200 of 250")
	a := ada.send2(page, site+"/holidays?holidays=1", map[string]string{"holiday-3-name": "Changed", "holiday-4-name": "", "holiday-4-on": "", "holiday-101-name": "New", "holiday-101-on": "2028-01-01"})
	kept(t, a)
	if to := a.header.Get("Location"); to != site+"?holidays=1&done=drafted" {
		t.Errorf("it leads to %s", to)
	}
	want[103].Name = "Changed"
	want = append(append(append([]config.DayEntry(nil), want[:104]...), want[105:200]...), append([]config.DayEntry{{Name: "New", On: "2028-01-01"}}, want[200:]...)...)
	same("the second page is kept")
	kept(t, ada.fill(site+"?stops=2", site+"/stops?stops=2", map[string]string{"stop-49-end": "11:00"}))
	stops[249].End = "11:00"
	same("the last page of stops is kept")
	a = ada.fill(site+"?holidays=2", site+"/holidays?holidays=2", map[string]string{"holiday-3-on": "soon"})
	if a.status != 422 || !strings.Contains(a.body, `href="#holiday-3-on"`) || !strings.Contains(a.body, "Exception 204") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	a = ada.fill(site+"?stops=2", site+"/stops?stops=2", map[string]string{"stop-2-start": "noon"})
	if a.status != 422 || !strings.Contains(a.body, `href="#stop-2-start"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	many := map[string]string{}
	for i := range 900 {
		many[fmt.Sprintf("holiday-%d-name", 100+i)], many[fmt.Sprintf("holiday-%d-on", 100+i)] = fmt.Sprint("More ", i), "2029-01-01"
	}
	a = ada.fill(site, site+"/holidays", many)
	if a.status != 422 || !strings.Contains(a.body, "more than 1000 exceptions") || !strings.Contains(a.body, `value="More 899"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	same("what was refused changed something")
}

// TestManyShiftsAreKeptWhole: more rows than a form has to begin with.
func TestManyShiftsAreKeptWhole(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const line = "/admin/calendar/line/filling-1"
	set := map[string]string{}
	for i := range 120 {
		set[fmt.Sprintf("shift-%d-name", i)] = fmt.Sprint("Shift ", i)
		set[fmt.Sprintf("shift-%d-start", i)] = fmt.Sprintf("%02d:%02d", i/12, i%12*5)
		set[fmt.Sprintf("shift-%d-end", i)] = fmt.Sprintf("%02d:%02d", (i+1)/12, (i+1)%12*5)
	}
	a := ada.fill(line, line+"/shifts", set)
	if a.status != 422 || !strings.Contains(a.body, "more than 100 shifts") || !strings.Contains(a.body, `value="Shift 119"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	for name := range set {
		var n int
		if _, _ = fmt.Sscanf(name, "shift-%d-", &n); n >= 100 {
			delete(set, name)
		}
	}
	kept(t, ada.fill(line, line+"/shifts", set))
	if n := len(w.line().Shifts); n != 100 {
		t.Errorf("%d shifts are kept", n)
	}
}

// TestAnExceptionRunsIntoALinesShifts: it is said at the exception, with the line's name and no path of the plant file.
func TestAnExceptionRunsIntoALinesShifts(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const site, line = "/admin/calendar/site/ulm", "/admin/calendar/line/filling-1"
	night := func(end string) map[string]string {
		return map[string]string{"shift-0-name": "Night", "shift-0-start": "22:00", "shift-0-end": end}
	}
	extra := map[string]string{
		"holiday-1-name": "Extra", "holiday-1-on": "2027-03-06", "holiday-1-kind": "other",
		"holiday-1-shift-0-name": "Extra", "holiday-1-shift-0-start": "06:00", "holiday-1-shift-0-end": "12:00",
	}
	const told = `on line Filling-1: shift &#34;Night&#34; (22:00–07:00) of 2027-03-05 goes on when &#34;Extra&#34; (06:00–12:00) of 2027-03-06 begins`
	kept(t, ada.fill(line, line+"/shifts", night("07:00")))
	a := ada.fill(site, site+"/holidays", extra)
	if a.status != 422 || !strings.Contains(a.body, told) || !strings.Contains(a.body, `href="#holiday-1-kind"`) || strings.Contains(a.body, "sites[") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(line, line+"/shifts", night("06:00")))
	kept(t, ada.fill(site, site+"/holidays", extra))
	a = ada.fill(line, line+"/shifts", night("07:00"))
	if a.status != 422 || !strings.Contains(a.body, told) || strings.Contains(a.body, "sites[") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

// TestAUnitOfManyMachineTypesKeepsThemAll: more than a hand can count.
func TestAUnitOfManyMachineTypesKeepsThemAll(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	var want []string
	w.drafted(func(d *config.Document) {
		for i := range 20 {
			kind := fmt.Sprint("kind-", i)
			d.Machines[kind] = config.MachineType{Tags: map[string]config.TagEntry{fmt.Sprint("t", i): {}}}
			want = append(want, kind)
		}
		d.Sites[0].Areas[0].Lines[0].Units[0].Machines = want
	})
	const unit = "/admin/lines/filling-1/unit/filler"
	kept(t, ada.fill(unit, unit+"/machine", map[string]string{"name": "Filler one"}))
	if got := w.filler(); !reflect.DeepEqual(got, want) {
		t.Errorf("%d are kept: %v", len(got), got)
	}
}
