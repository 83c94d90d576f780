package oee

import (
	"strings"

	"millwright/views/figure"
)

// known prints a word, or the sign for unknown.
func known(word string) string {
	if word == "" {
		return figure.Unknown
	}
	return word
}

// dueLine says when a job is wanted, how it will be, and that it is not running when it is not.
func dueLine(j Job) string {
	var parts []string
	if j.Status != "" && j.Status != "running" {
		parts = append(parts, j.Status)
	}
	if j.Due != "" {
		parts = append(parts, "due "+j.Due)
	}
	if j.Promise != "" {
		parts = append(parts, j.Promise)
	}
	return strings.Join(parts, ", ")
}

func rowTone(r Row) string { return "row-" + string(r.State.Tone) }
