// Where a pause of a line ends and a stop begins.

package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
)

func thresholdsForm(p place) equipment.Form {
	t := p.line.Thresholds
	f := equipment.Form{
		ID: "thresholds", Title: "Stops and micro-stops", Action: "/admin/lines/" + p.id() + "/thresholds", Try: "/admin/lines/" + p.id() + "/thresholds/preview", TryName: previewed,
		Lead: "Where a pause ends and a stop begins. Try it on what the line did before you keep it. What a product needs otherwise goes before that of the line; an empty product removes the row.",
		Seal: seal(thresholdsOf(p)), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			inUnit("min_stop", "Shortest stop", "A shorter pause is lost speed. Empty: 10 s, or one and a half ideal cycles where that is longer.", secondsText(t.MinStop), "s"),
			inUnit("micro_max", "Longest micro-stop", "A longer one is a stop that asks for a reason. Empty: 300 s.", secondsText(t.MicroMax), "s"),
			inUnit("low_speed", "Low speed below", "Of the ideal speed. Empty: 90 %.", shareText(t.LowSpeed), "%"),
		}}},
	}
	products := slices.Sorted(maps.Keys(p.line.Special))
	for i := range len(products) + 2 {
		product, own := "", config.ThresholdsEntry{}
		if i < len(products) {
			product = products[i]
			own = p.line.Special[product]
		}
		n := strconv.Itoa(i)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{
			optional(text("special-"+n, "Product", "", product)),
			inUnit("min_stop-"+n, "Shortest stop", "", secondsText(own.MinStop), "s"),
			inUnit("micro_max-"+n, "Longest micro-stop", "", secondsText(own.MicroMax), "s"),
			inUnit("low_speed-"+n, "Low speed below", "", shareText(own.LowSpeed), "%"),
		}})
	}
	return f
}

func shareText(share float64) string {
	if share <= 0 {
		return ""
	}
	return strconv.FormatFloat(100*share, 'f', -1, 64)
}

// thresholdsOf is what the form is about.
func thresholdsOf(p place) any {
	return struct {
		Thresholds config.ThresholdsEntry
		Special    map[string]config.ThresholdsEntry `yaml:"product_thresholds"`
	}{p.line.Thresholds, p.line.Special}
}

func readThresholds(c echo.Context, e *config.LineEntry) error {
	var w wrong
	read := func(field string, most float64) float64 { return bounded(c, &w, field, 0, most) }
	limits := func(n string) config.ThresholdsEntry {
		return config.ThresholdsEntry{MinStop: seconds(read("min_stop"+n, 86400)), MicroMax: seconds(read("micro_max"+n, 86400)), LowSpeed: read("low_speed"+n, 100) / 100}
	}
	crossed := func(n string, t config.ThresholdsEntry) {
		if t.MinStop > 0 && t.MicroMax > 0 && t.MicroMax < t.MinStop {
			w.add("micro_max"+n, "It is shorter than the shortest stop: no pause could be a micro-stop.")
		}
	}
	now := config.LineEntry{Thresholds: limits("")}
	crossed("", now.Thresholds)
	for _, n := range rowsSent(c, "special-") {
		product, own := strings.TrimSpace(c.FormValue("special-"+n)), limits("-"+n)
		switch _, twice := now.Special[product]; {
		case product == "" && own != config.ThresholdsEntry{}:
			w.add("special-"+n, "Name the product that this is said of.")
		case product == "*":
			w.add("special-"+n, "What holds for all products stands above.")
		case twice:
			w.add("special-"+n, "%s stands here twice; keep one of them.", errs.Clip(product))
		case product != "" && own == config.ThresholdsEntry{}:
			w.add("special-"+n, "Say what differs for it, or leave the product out.")
		case product != "":
			now.Special = put(now.Special, product, own)
			crossed("-"+n, bounds.Limits(now, product))
		}
	}
	if err := w.err(); err != nil {
		return err
	}
	e.Thresholds, e.Special = now.Thresholds, now.Special
	return nil
}
