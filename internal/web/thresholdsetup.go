// Where a pause of a line ends and a stop begins.

package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/views/admin/equipment"
)

func thresholdsForm(p place) equipment.Form {
	t := p.line.Thresholds
	low := ""
	if t.LowSpeed > 0 {
		low = strconv.FormatFloat(100*t.LowSpeed, 'f', -1, 64)
	}
	return equipment.Form{
		ID: "thresholds", Title: "Stops and micro-stops", Action: "/admin/lines/" + p.id() + "/thresholds", Try: "/admin/lines/" + p.id() + "/thresholds/preview", TryName: previewed,
		Lead: "Where a pause ends and a stop begins. Try it on what the line did before you keep it.",
		Seal: seal(t), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			inUnit("min_stop", "Shortest stop", "A shorter pause is lost speed. Empty: 10 s, or one and a half ideal cycles where that is longer.", secondsText(t.MinStop), "s"),
			inUnit("micro_max", "Longest micro-stop", "A longer one is a stop that asks for a reason. Empty: 300 s.", secondsText(t.MicroMax), "s"),
			inUnit("low_speed", "Low speed below", "Of the ideal speed. Empty: 90 %.", low, "%"),
		}}},
	}
}

func readThresholds(c echo.Context, e *config.LineEntry) error {
	var w wrong
	read := func(field string, most float64) float64 { return bounded(c, &w, field, 0, most) }
	t := config.ThresholdsEntry{MinStop: seconds(read("min_stop", 86400)), MicroMax: seconds(read("micro_max", 86400)), LowSpeed: read("low_speed", 100) / 100}
	if t.MinStop > 0 && t.MicroMax > 0 && t.MicroMax < t.MinStop {
		w.add("micro_max", "It is shorter than the shortest stop: no pause could be a micro-stop.")
	}
	if err := w.err(); err != nil {
		return err
	}
	e.Thresholds = t
	return nil
}
