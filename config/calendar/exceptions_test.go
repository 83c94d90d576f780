package calendar

import (
	"fmt"
	"strings"
	"testing"
)

// TestThePlantsDatesAreBounded: what is too much is said once, at the entry with which it becomes too much.
func TestThePlantsDatesAreBounded(t *testing.T) {
	days := []Day{
		{On: "2026-01-01", Repeat: "FREQ=DAILY;COUNT=60"},
		{On: "2026-01-01", To: "2026-02-09"},
		{On: "2026-01-01"},
	}
	for left, want := range map[int]string{101: "", 100: "[2].repeat", 99: "[1].repeat", 59: "[0].repeat", 0: "[0].repeat"} {
		r := reader{left: left}
		r.exceptions("s", days)
		if want == "" && len(r.wrong) > 0 || want != "" && (len(r.wrong) != 1 || r.wrong[0].Path != "s.holidays"+want || !strings.Contains(r.wrong[0].Message, "in all")) {
			t.Errorf("%d: %v", left, r.wrong)
		}
	}
	r := reader{left: 100}
	r.stops("s", []Stop{{On: "2026-01-01", Start: "06:00", End: "07:00", Repeat: "FREQ=DAILY;COUNT=101"}})
	if len(r.wrong) != 1 || r.wrong[0].Path != "s.stops[0].repeat" {
		t.Errorf("%v", r.wrong)
	}
}

func TestRulesThatNameTooMuchAreRefused(t *testing.T) {
	for _, c := range []struct {
		day   Day
		words string
	}{
		{Day{On: "1970-01-01", To: "1970-12-31", Repeat: "FREQ=YEARLY"}, "more than 20000 dates"},
		{Day{On: "1970-01-01", Repeat: "FREQ=DAILY"}, "more than 20000 dates"},
		{Day{On: "0001-01-01", Repeat: "FREQ=YEARLY"}, "begins on 0001-01-01; let it begin in 1900"},
		{Day{On: "2100-01-01", Repeat: "FREQ=YEARLY"}, "names no date"},
	} {
		r := reader{left: Most}
		r.exceptions("s", []Day{c.day})
		if got := fmt.Sprint(r.wrong); len(r.wrong) != 1 || r.wrong[0].Path != "s.holidays[0].repeat" || !strings.Contains(got, c.words) {
			t.Errorf("%+v: %v", c.day, got)
		}
	}
}
