// What of the past is played: which lines, and which time.

package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/ui"
)

const (
	replayHome = "/replay"
	longestRun = 24 * time.Hour
)

// replayAsk is what an address asks of the past.
type replayAsk struct {
	where    string // a place, or a line's identity; "" is the whole plant
	from, to string // as typed; "" is the shift of the moment
	at       string // as typed, or in microseconds; "" is the end
}

func replayAskOf(q url.Values) replayAsk {
	word := func(name string) string { return errs.Clip(strings.TrimSpace(q.Get(name))) }
	return replayAsk{where: word("where"), from: word("from"), to: word("to"), at: word("at")}
}

// replayHref is the address of the past around a moment.
func replayHref(where string, at time.Time) string {
	return replayHome + "?" + url.Values{"where": {where}, "at": {microseconds(at)}}.Encode()
}

func microseconds(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// replayed is what is played.
type replayed struct {
	plant.Span
	at    time.Time
	lines []lineInfo
	title string
}

// typed writes a moment as somebody at the line would type it.
func (l lineInfo) typed(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(l.site.Zone).Format(time.DateTime)
}

// find understands what is asked; what is wrong is told beside its field.
func (a replayAsk) find(p *painter, now time.Time) (r replayed, err error) {
	if r.lines = a.lines(p); len(r.lines) == 0 {
		return r, errs.New(errs.NotFound, "there are no lines there; choose a place of the list")
	}
	l := r.lines[0]
	now = now.UTC().Truncate(time.Microsecond)
	r.at = now
	if a.at != "" {
		var ok bool
		if r.at, ok = typedMoment(a.at, l.site.Zone); !ok {
			return r, wrongRange("at", "Write a date and a time: "+now.In(l.locale.Zone).Format("2006-01-02 15:04:05")+".")
		}
	}
	if r.Span, r.title, err = a.span(l, r.at, now); err != nil {
		return r, err
	}
	switch {
	case !r.From.Before(now):
		return r, wrongRange("from", "This lies in the future: there is nothing to see again yet.")
	case r.To.After(now):
		r.To = now
	}
	r.at = plant.Later(plant.Earlier(r.at, r.To.Add(-time.Second)), r.From) // at its end the next shift begins, with nothing made
	return r, nil
}

// lines are those that are asked for, of those that the reader sees.
func (a replayAsk) lines(p *painter) (all []lineInfo) {
	for _, l := range p.lines {
		if a.where == "" || string(l.ID) == a.where || plant.Place(a.where).Covers(l.Place()) {
			all = append(all, l)
		}
	}
	return all
}

// span is the time that is asked for: from one time to another, or the shift around a moment, or the last one before it.
func (a replayAsk) span(l lineInfo, at, now time.Time) (s plant.Span, title string, err error) {
	if a.from == "" && a.to == "" {
		shifts := l.Calendar.Between(at.Add(-9*24*time.Hour), at.Add(time.Microsecond))
		if n := len(shifts); a.at == "" && n > 1 && shifts[n-1].To.After(now) { // the one that runs is not past
			shifts = shifts[:n-1]
		}
		if n := len(shifts); n > 0 {
			last := shifts[n-1]
			return last.Span(), last.Name + " shift, " + l.locale.Date(last.From) + ", " + span(l.locale, last), nil
		}
		s = plant.Span{From: at.Add(-8 * time.Hour), To: at}
		return s, l.locale.Moment(s.From) + " to " + l.locale.Moment(s.To), nil
	}
	from, ok := typedMoment(a.from, l.site.Zone)
	if !ok {
		return s, "", wrongRange("from", "Write a date and a time: 2026-11-28 06:00. With none in both fields it is the shift.")
	}
	to, ok := typedMoment(a.to, l.site.Zone)
	switch {
	case !ok:
		return s, "", wrongRange("to", "Write a date and a time: 2026-11-28 14:00.")
	case !from.Before(to):
		return s, "", wrongRange("to", "The end must come after the beginning.")
	case to.Sub(from) > longestRun:
		return s, "", wrongRange("to", "Choose 24 hours at most.")
	}
	s = plant.Span{From: from, To: to}
	return s, l.locale.Moment(s.From) + " to " + l.locale.Moment(s.To), nil
}

// typedMoment reads a time of the plant's clocks, or one of an address.
func typedMoment(text string, zone *time.Location) (time.Time, bool) {
	if us, err := strconv.ParseInt(text, 10, 64); err == nil {
		t := time.UnixMicro(us).UTC()
		return t, t.Year() > 1970 && t.Year() < 2300
	}
	if zone == nil {
		zone = time.UTC
	}
	t, ok := localMoment(text, zone)
	return t.UTC(), ok
}

// places are what can be chosen: the plant, its sites where there are several, its areas and lines.
func (a replayAsk) places(p *painter) []ui.Choice {
	all := []ui.Choice{{Name: "All lines"}}
	for _, site := range p.Plant.Sites {
		if len(p.Plant.Sites) > 1 {
			all = append(all, ui.Choice{Value: string(site.ID), Name: site.Name})
		}
		for _, area := range site.Areas {
			all = append(all, ui.Choice{Value: string(site.ID) + "/" + area.ID, Name: "\u2003" + area.Name})
			for _, l := range area.Lines {
				all = append(all, ui.Choice{Value: string(l.ID), Name: "\u2003\u2003" + l.Name})
			}
		}
	}
	return all
}

// href is the address of the same lines over the same time, at a moment.
func (a replayAsk) href(path string, at time.Time) string {
	q := a.query()
	q.Set("at", microseconds(at))
	return path + "?" + q.Encode()
}

func (a replayAsk) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"where": a.where, "from": a.from, "to": a.to} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}
