package calendar

import (
	"strings"
	"time"
)

// ZoneLike is a time zone with the name of a town in it, or one to go by.
func ZoneLike(town string) string {
	for _, part := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Atlantic", "Indian", "Pacific"} {
		if at := part + "/" + strings.ReplaceAll(town, " ", "_"); town != "" && !strings.ContainsAny(town, "./\\") {
			if _, err := time.LoadLocation(at); err == nil {
				return at
			}
		}
	}
	return "Europe/Berlin"
}
