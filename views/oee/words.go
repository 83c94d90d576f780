package oee

import "millwright/views/ui"

// dueLine says when a job is wanted, how it will be, and that it is not running when it is not.
func dueLine(j Job) string {
	line := ui.Due(j.Due, j.Promise)
	switch {
	case j.Status == "" || j.Status == "running":
		return line
	case line == "":
		return j.Status
	}
	return j.Status + ", " + line
}

func rowTone(r Row) string { return "row-" + string(r.State.Tone) }
