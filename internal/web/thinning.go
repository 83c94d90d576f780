// Which readings of a tag are left out, and which are kept.

package web

import (
	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/views/admin/equipment"
)

// thinningFields are those of the settings by which readings are left out.
func thinningFields(t config.TagEntry) []equipment.Field {
	return []equipment.Field{
		optional(text("deadband", "Deadband", "A change that is smaller is not passed on at all. Empty: every change is.", numberText(t.Deadband))),
		optional(text("swing", "Swing", "How far the history may be off, in the tag's unit: readings on a straight line are not kept. Not for tags that are signals. Empty: every reading is kept.", numberText(t.Swing))),
		inUnit("heartbeat", "Heartbeat", "A reading is passed on, and kept, at least this often, as long as the machine says any. Empty: with a swing every 60 s, otherwise only what changes.", secondsText(t.Heartbeat), "s"),
	}
}

// readThinning reads thinningFields.
func readThinning(c echo.Context, w *wrong, t *config.TagEntry) {
	read := func(field string, least, most float64) float64 { return bounded(c, w, field, least, most) }
	t.Deadband, t.Swing, t.Heartbeat = read("deadband", 0, 1e9), read("swing", 0, 1e9), seconds(read("heartbeat", 1, 86400))
}
