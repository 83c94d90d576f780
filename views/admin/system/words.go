package system

import "millwright/views/ui"

// mood is the class of a reading that does not stand well.
func mood(r Reading) string {
	if r.Mood == ui.Plain {
		return ""
	}
	return "mood-" + string(r.Mood)
}
