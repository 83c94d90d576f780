// Package workdays tells on which dates a plant works, and which date it is there.
package workdays

import (
	"time"

	"millwright/internal/plant"
)

// Open tells whether a shift of any line opens on a date; a plant without lines works from Monday to Friday.
func Open(lines []plant.Line, d plant.Date) bool {
	if len(lines) == 0 {
		day := d.Begin(time.UTC).Weekday()
		return day != time.Saturday && day != time.Sunday
	}
	name := d.String()
	for i := range lines {
		zone := lines[i].Calendar.Zone
		if zone == nil {
			zone = time.UTC
		}
		for _, s := range lines[i].Calendar.Between(d.Begin(zone), (d + 1).Begin(zone)) {
			if s.Date == name {
				return true
			}
		}
	}
	return false
}

// Today is the date by the clocks of the first site.
func Today(sites []plant.Site, now time.Time) plant.Date {
	zone := time.UTC
	if len(sites) > 0 && sites[0].Zone != nil {
		zone = sites[0].Zone
	}
	return plant.DateIn(now, zone)
}
