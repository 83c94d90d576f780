// The stops of a line: why it stood, in the words of the people there.

package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	tree "millwright/internal/plant/reason"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// mostStops is how many stops stand in the list under the strip.
const mostStops = 12

// stops fills in the newest stops of the shift, and how many of all lack a reason.
func (p *painter) stops(m moment, l lineInfo, s oee.Snapshot, panel *lineview.ShiftPanel) {
	if s.Open > 0 {
		panel.Missing = strconv.Itoa(s.Open) + " without a reason"
	}
	for _, x := range slices.Backward(edit.Stops(s.Segments)) {
		if len(panel.Stops) == mostStops {
			return
		}
		panel.Stops = append(panel.Stops, p.notedStop(m, l, s, x))
	}
}

// stopRow is a stop in the list of its shift.
func stopRow(m moment, l lineInfo, s oee.Snapshot, x edit.Stop) lineview.Stop {
	stop := lineview.Stop{
		State:   stateOf(x.Category, cmp.Or(x.Fault, x.Reason)),
		From:    l.locale.Time(x.From),
		To:      l.locale.Time(x.To),
		Length:  figure.Span(x.Lasted),
		Cause:   l.because(oee.Segment{Unit: x.Unit, Fault: x.Fault, Reason: x.Reason, By: x.By}),
		Href:    stopHref(l.ID, x.From),
		Missing: x.Missing(),
	}
	if x.Category == oee.Changeover {
		stop.Cause = cmp.Or(l.setUp(s.Segments, oee.Segment{From: x.From}), stop.Cause)
	}
	if x.To.Equal(s.Window.To) && x.Category == s.Now {
		stop.To, stop.Lasts, stop.Since = "now", true, m.since(x.From)
	}
	stop.Cause = cmp.Or(stop.Cause, "Details")
	return stop
}

// notedStop is the same with what it cost.
func (p *painter) notedStop(m moment, l lineInfo, s oee.Snapshot, x edit.Stop) lineview.Stop {
	stop := stopRow(m, l, s, x)
	stop.Note = p.stopNote(l, s, x, stop.Lasts)
	return stop
}

// reasonNamed is a reason in the line's language; one that is not in the plant any more is called by its identity.
func (l lineInfo) reasonNamed(id string) string {
	if r, ok := l.whole.Reasons.Stop(tree.ID(id)); ok {
		return r.In(l.Language)
	}
	return id
}

// because says which unit stopped a line and why: as a person said, or else as its fault tells.
func (l lineInfo) because(s oee.Segment) string {
	if s.By == "" {
		return l.cause(s.Unit, s.Fault)
	}
	return strings.TrimPrefix(l.names[s.Unit]+", "+l.reasonNamed(s.Reason), ", ")
}

func stopHref(line plant.LineID, at time.Time) string {
	return "/line/" + string(line) + "/stop?at=" + strconv.FormatInt(at.UnixMicro(), 10)
}

// oneStop is a stop with what a page about it needs.
type oneStop struct {
	edit.Stop
	line lineInfo
	at   time.Time
	view logbook.View // of the time around it
	next *edit.Stop   // of the same shift; nil when there is none
	last *edit.Stop
}

// around is how far before and after a stop its neighbours are looked for.
const around = 8 * time.Hour

// stopOf finds the stop that a page or a form is about.
func (s *Server) stopOf(c echo.Context) (o oneStop, err error) {
	if o.line, err = s.lineOf(c); err != nil {
		return o, err
	}
	us, err := strconv.ParseInt(c.FormValue("at"), 10, 64)
	if err != nil {
		return o, errs.New(errs.Invalid, "the address does not say which stop; open it from the page of the line")
	}
	o.at = time.UnixMicro(us).UTC()
	if y := o.at.Year(); y < 2000 || y > 9999 {
		return o, errs.New(errs.Invalid, "there is no such stop; open it from the page of the line")
	}
	o.view, err = s.painter().Logbook.View(c.Request().Context(), o.line.ID, plant.Span{From: o.at.Add(-around), To: o.at.Add(around)})
	if err != nil {
		return o, err
	}
	all := o.view.Stops
	i := slices.IndexFunc(all, func(x edit.Stop) bool { return x.Contains(o.at) })
	if i < 0 {
		return o, errs.New(errs.NotFound, "the line did not stand then, as far as is known now; look at the stops on the page of the line")
	}
	o.Stop = all[i]
	together := func(x edit.Stop) bool { return x.Shift == o.Shift && x.Date == o.Date }
	if i > 0 && together(all[i-1]) {
		o.last = &all[i-1]
	}
	if i+1 < len(all) && together(all[i+1]) {
		o.next = &all[i+1]
	}
	return o, nil
}

func (s *Server) stop(c echo.Context) error {
	o, err := s.stopOf(c)
	if err != nil {
		return err
	}
	p := s.stopPage(c, o)
	if p.Behind, err = s.behindStop(c, o); err != nil {
		return err
	}
	return s.show(c, lineview.ShowStop(p))
}

func (s *Server) stopPage(c echo.Context, o oneStop) lineview.StopPage {
	l, title := o.line, fmt.Sprintf("Stop from %s to %s", o.line.locale.Time(o.From), o.line.locale.Time(o.To))
	p := lineview.StopPage{
		Frame: s.frame(c, title, ui.Link{Name: l.site.Name, Href: "/"}, ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, ui.Link{Name: title}),
		Back:  ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, Again: ui.Link{Name: "See it again", Href: replayHref(string(l.ID), o.From)}, Title: title, State: stateOf(o.Category, cmp.Or(o.Fault, o.Reason)),
		Missing: o.Missing(), Action: "/line/" + string(l.ID) + "/stop", At: strconv.FormatInt(o.at.UnixMicro(), 10), Seen: strconv.FormatInt(o.Seen, 10),
		Reason:  ui.Input{ID: "reason", Label: "Reason", Value: o.Reason},
		Reasons: l.reasonChoices(),
		Comment: ui.Input{ID: "comment", Label: "Comment", Optional: true, Value: o.Comment},
		Split:   ui.Input{ID: "cut", Label: "The second began at", Help: "Both keep what was said, until you say something else of one.", Type: "text", Value: l.locale.Clock(middle(o.Span))},
	}
	if o.By == "" && o.Reason != "" { // the machine's
		p.Reason.Value = ""
	}
	if o.Missing() {
		p.Suggestions = s.suggested(c, o)
	}
	p.Facts = o.facts()
	p.Said = o.sayings()
	for _, x := range o.view.Signed {
		if x.Contains(o.From) {
			p.Frozen = fmt.Sprintf("The shift %s of %s was signed by %s. Nothing more can be said about it until a manager opens it again.", x.Shift, x.Date, x.By.Name)
		}
	}
	if o.last != nil {
		p.Joins = append(p.Joins, ui.Choice{Value: "last", Name: "Join it with the stop before, " + l.locale.Time(o.last.From) + "–" + l.locale.Time(o.last.To)})
	}
	if o.next != nil {
		p.Joins = append(p.Joins, ui.Choice{Value: "next", Name: "Join it with the stop after, " + l.locale.Time(o.next.From) + "–" + l.locale.Time(o.next.To)})
	}
	return p
}

func middle(s plant.Span) time.Time { return s.From.Add(s.Duration() / 2).Truncate(time.Second) }

// facts are what is known of a stop.
func (o oneStop) facts() []ui.Term {
	word := func(c oee.Category) string { return upper(c.String()) }
	all := []ui.Term{
		{Name: "Lasted", Value: figure.Span(o.Lasted)},
		{Name: "Shift", Value: figure.Dash(strings.TrimSpace(o.Shift + " " + o.Date))},
		{Name: "Cause", Value: figure.Dash(o.line.cause(o.Unit, o.Fault))},
		{Name: "Reason", Value: figure.Dash(o.line.reasonNamed(o.Reason))},
	}
	if o.Reason != "" {
		all = append(all, ui.Term{Name: "Said by", Value: cmp.Or(o.By, "the machine")})
	}
	all = append(all, ui.Term{Name: "Counts as", Value: word(o.Category)})
	if o.Derived != o.Category {
		all = append(all, ui.Term{Name: "The machine said", Value: word(o.Derived)})
	}
	return all
}

// sayings are what people said of a stop, the newest first.
func (o oneStop) sayings() (all []lineview.Saying) {
	undone := map[int64]bool{}
	for _, e := range slices.Backward(o.view.Edits) {
		if !e.Shapes || !e.From.Before(o.To) || !o.From.Before(e.To) {
			continue
		}
		undone[e.Undoes] = true
		if e.Kind != edit.Undo {
			all = append(all, lineview.Saying{
				Words: o.line.words(e), By: e.By.Name, At: o.line.locale.Time(e.At), Undone: undone[e.ID], Edit: strconv.FormatInt(e.ID, 10),
			})
		}
	}
	return all
}

// words tells what somebody said.
func (l lineInfo) words(e edit.Edit) string {
	words := map[edit.Kind]string{edit.Reason: "Reason", edit.Split: "Split at " + l.locale.Time(e.Cut), edit.Merge: "Joined", edit.Comment: "Comment", edit.Note: "Note", edit.Undo: "Undone"}[e.Kind]
	for _, more := range []string{l.reasonNamed(e.Reason), e.Comment} {
		if more != "" {
			words += ": " + more
		}
	}
	return words
}

// reasonChoices are the reasons that can be given at a line.
func (l lineInfo) reasonChoices() []ui.Choice {
	all := []ui.Choice{{Name: "– choose –"}}
	l.whole.Reasons.Within(l.Reasons).Walk(func(r tree.Reason, depth int) {
		all = append(all, ui.Choice{Value: string(r.ID), Name: strings.Repeat("\u2003", depth) + r.In(l.Language)})
	})
	return all
}
