// What people do in the business: which of its duties are theirs.

package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
)

// dutyWords tells duties to a reader: "planner, sales"; "" for none.
func dutyWords(d plant.Duty) string { return strings.ReplaceAll(d.String(), " ", ", ") }

// dutiesTyped are the duties that are ticked in a form.
func dutiesTyped(c echo.Context) (all plant.Duty) {
	for _, one := range plant.Duties() {
		if c.FormValue("duty-"+one.String()) == "on" {
			all |= one
		}
	}
	return all
}

// dutyTicks are the boxes that duties tick.
func dutyTicks(d plant.Duty) map[string]bool {
	ticks := map[string]bool{}
	for _, one := range plant.Duties() {
		ticks[one.String()] = d&one != 0
	}
	return ticks
}
