package web

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/difference"
	"millwright/config/machines"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/views/admin"
)

// From when on lines apply a published change, as a request keeps it: one of these, or a moment (RFC 3339).
const (
	sinceNow   = "now"
	sinceShift = "shift" // the start of the running shift
)

// longestBack is how far back a change may be applied.
const longestBack = 31 * 24 * time.Hour

// sinceOf reads it from a form. What the history does not hold any more cannot be laid out anew.
func (s *Server) sinceOf(c echo.Context) (string, error) {
	wrong := func(field, message string) (string, error) {
		return "", &errs.Error{Kind: errs.Invalid, Words: "it is not said from when on lines apply it", Fields: []errs.Field{{Path: field, Message: message}}}
	}
	switch since := c.FormValue("since"); since {
	case "", sinceNow:
		return sinceNow, nil
	case sinceShift:
		return sinceShift, nil
	case "time":
	default:
		return wrong("since", "Choose one of the list.")
	}
	now := s.Now()
	at, ok := s.momentOf(strings.TrimSpace(c.FormValue("from")))
	switch {
	case !ok:
		return wrong("from", "Write the moment as it is on the plant's clocks, like "+now.In(s.zone()).Add(-24*time.Hour).Format("2006-01-02 15:04")+".")
	case at.After(now) || at.Before(now.Add(-longestBack)):
		return wrong("from", "Choose a moment of the last 31 days.")
	}
	if s.System.Health != nil {
		h, err := s.System.Health(c.Request().Context())
		if err != nil {
			return "", err
		}
		if oldest := h.History.Oldest; at.Before(oldest) {
			return wrong("from", "The oldest sample kept is of "+s.stamp(oldest)+": choose a later moment.")
		}
	}
	return at.UTC().Format(time.RFC3339), nil
}

// holds is what was typed of it.
func holds(c echo.Context) admin.Holds {
	return admin.Holds{Since: c.FormValue("since"), From: c.FormValue("from")}
}

// sinceWords say it to those who look a request through.
func (s *Server) sinceWords(since string) string {
	switch at, err := time.Parse(time.RFC3339, since); {
	case err == nil:
		return "from " + s.stamp(at) + " on, laid out anew"
	case since == sinceShift:
		return "from the start of the shift that runs then"
	}
	return "from the moment of the last approval"
}

// anewWords tell from when on lines go by a revision, where that is before it was published; none when all of them do
// from then on.
func (s *Server) anewWords(all []revision.Anew) (words []string) {
	lines := map[string][]string{}
	var moments []string
	for _, a := range all {
		at := s.stamp(a.From)
		if lines[at] == nil {
			moments = append(moments, at)
		}
		lines[at] = append(lines[at], string(a.Line))
	}
	for _, at := range moments {
		words = append(words, machines.Told(lines[at])+" from "+at+" on")
	}
	return words
}

// anew gives the lines whose time a change would lay out otherwise, and the moment that was chosen for it. None does
// when they apply the change from now on.
func (s *Server) anew(before, after, since string) (all []revision.Anew) {
	for _, line := range redrawn(before, after) {
		if from, past := s.begins(line, since); past {
			all = append(all, revision.Anew{Line: line.ID, From: from})
		}
	}
	return all
}

// begins is when a line begins to apply a change; anew is false when nothing before now changes.
func (s *Server) begins(line plant.Line, since string) (from time.Time, anew bool) {
	if at, err := time.Parse(time.RFC3339, since); err == nil {
		return at, true
	}
	if since != sinceShift {
		return from, false
	}
	now := s.Now()
	shifts := line.Calendar.Between(now.Add(-7*24*time.Hour), now)
	if len(shifts) == 0 {
		return from, false
	}
	return shifts[len(shifts)-1].From, true // the one before when none runs
}

// redrawn are the lines whose time would be laid out otherwise, as they are afterwards.
func redrawn(before, after string) (lines []plant.Line) {
	a, err := config.ParsePlant("before", []byte(before))
	if err != nil {
		return nil
	}
	b, err := config.ParsePlant("after", []byte(after))
	if err != nil {
		return nil
	}
	for _, id := range difference.Redrawn(a, b) {
		if l, ok := b.Plant.Line(id); ok {
			lines = append(lines, l)
		}
	}
	return lines
}
