package operator

import "millwright/views/ui"

func facts(length, cause string) string {
	if cause == "" {
		return length
	}
	return length + ", " + cause
}

func moodClass(m ui.Mood) string {
	if m == ui.Plain {
		return ""
	}
	return "mood-" + string(m)
}
