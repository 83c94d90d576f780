package equipment

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Calendar is the page of when lines are meant to produce. Component: ShowCalendar.
type Calendar struct {
	admin.Page
	Sites []SiteWeeks
	Empty *ui.Empty
}

// SiteWeeks is a site with its lines.
type SiteWeeks struct {
	ID, Name, Zone string
	Edit           string
	Days           []string // "Mon 2", over the strips
	Lines          []LineWeeks
}

// LineWeeks is the next two weeks of the lines that share a calendar.
type LineWeeks struct {
	Lines []ui.Link
	Note  string // whose calendar they follow
	Strip ui.Strip

	Exceptions []string // "Sat 5 Dec 2026: Extra, Early 06:00–12:00", in the order of dates
}

// legend names what is drawn.
func legend() []ui.State {
	return []ui.State{{Tone: ui.Running, Word: "Scheduled"}, {Tone: ui.Planned, Word: "Break or planned stop"}, {Tone: ui.Off, Word: "Not scheduled"}}
}
