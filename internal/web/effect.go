package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/views/admin/requests"
)

// foreseen is what a change would have made of the past, as it is kept.
type foreseen struct {
	From  time.Time       `json:"from"`
	To    time.Time       `json:"to"`
	Left  int             `json:"left,omitempty"` // lines that were left out
	Lines []requests.Line `json:"lines"`
}

// mostForeseen bounds the lines that one request is laid out for: each takes a replay of a day, twice.
const mostForeseen = 12

// foresee computes what a request would have made of the last day. A request stands without it, but cannot be
// approved: it can be computed again from its page.
func (s *Server) foresee(ctx context.Context, number int64, by plant.Person) {
	a, err := s.askingOf(ctx, number)
	if err == nil && a.Effect.Number == 0 {
		err = s.foreseeNow(ctx, a, by)
	}
	if err != nil {
		s.Log.Warn("the effect of a request could not be computed", slog.Int64("request", number), slog.Any("err", err))
	}
}

func (s *Server) foreseeNow(ctx context.Context, a asking, by plant.Person) error {
	if a.Subject != consent.Plant {
		return nil
	}
	f, err := s.foretell(ctx, a)
	if err != nil {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return s.Setup.Desk.Foresee(ctx, a.Number, string(text), by)
}

// computeEffect computes it anew, up to now.
func (s *Server) computeEffect(c echo.Context) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	if a.Status != consent.Open || a.Subject != consent.Plant {
		return errs.New(errs.Conflict, "request %d has ended, or changes no line: there is nothing to compute", a.Number)
	}
	if err := s.foreseeNow(c.Request().Context(), a, by(c)); err != nil {
		return err
	}
	return done(c, requestHref(a.Number), "computed")
}

// foretell lays the last day of every line that is touched out, as it is and as it would be.
func (s *Server) foretell(ctx context.Context, a asking) (foreseen, error) {
	p := s.painter()
	d, err := config.ParseDocument("the plant", []byte(a.Text))
	if err != nil {
		return foreseen{}, err
	}
	after, err := s.Setup.model(d, p.Tags)
	if err != nil {
		return foreseen{}, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	f := foreseen{From: now.Add(-rehearsed), To: now, Lines: []requests.Line{}}
	var ids []plant.LineID
	for _, t := range a.Touches {
		if t.Line != "" && !slices.Contains(ids, t.Line) {
			ids = append(ids, t.Line)
		}
	}
	for _, id := range ids {
		if len(f.Lines) == mostForeseen {
			f.Left++
			continue
		}
		line, err := s.foretellLine(ctx, id, after, plant.Span{From: f.From, To: f.To})
		if err != nil {
			return f, err
		}
		f.Lines = append(f.Lines, line)
	}
	return f, nil
}

func (s *Server) foretellLine(ctx context.Context, id plant.LineID, after config.Model, window plant.Span) (requests.Line, error) {
	p := s.painter()
	inUse, ok := p.line(id)
	wanted, stays := after.Plant.Line(id)
	switch {
	case !ok:
		return requests.Line{Name: string(id), Lead: "This line is not in use yet: there is no past to lay out."}, nil
	case !stays:
		return requests.Line{Name: inUse.Name, Lead: "This line would be there no longer; what it did stays in the ledgers."}, nil
	}
	t, fresh := s.trialOf(inUse.Line, wanted, after, window)
	o, err := t.play(ctx)
	if err != nil {
		return requests.Line{}, err
	}
	l := inUse.locale
	line := requests.Line{
		Name: inUse.Name, Note: asKept,
		Lead: fmt.Sprintf("With this change: %s, %s, OEE %s %%. As it is: %s, %s, OEE %s %%.",
			counted(o[1].Stops, "stop"), counted(o[1].MicroStops, "micro-stop"), percent(l, o[1].Classic.OEE),
			counted(o[0].Stops, "stop"), counted(o[0].MicroStops, "micro-stop"), percent(l, o[0].Classic.OEE)),
	}
	switch {
	case blank(o[0]) && blank(o[1]):
		line.Lead, line.Note = unknown, ""
		return line, nil
	case fresh:
		line.Note = freshTags
	}
	for _, r := range rowsOf(l, o[0], o[1]) {
		if strings.HasSuffix(r.Name, ", min") && r.Before == r.After {
			continue // of the times, only those that would be laid out otherwise
		}
		line.Rows = append(line.Rows, requests.Compared(r))
	}
	return line, nil
}

// knownSignals are the signals that a line would have, as far as their tags have a past.
func knownSignals(known *tag.Registry, m config.Model, l plant.Line) (all []machine.Signals, fresh bool) {
	has := func(id tag.ID) tag.ID {
		if id == 0 || (known != nil && known.Has(id)) {
			return id
		}
		fresh = true
		return 0
	}
	for _, g := range m.Signals {
		if !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == g.Unit }) {
			continue
		}
		for _, id := range tagsOf(&g) {
			*id = has(*id)
		}
		all = append(all, g)
	}
	return all, fresh
}

// past is what was foreseen, for readers.
func (s *Server) past(q consent.Request) *requests.Past {
	p := &requests.Past{Again: q.Status == consent.Open, Lead: "It is not computed yet. Nobody can approve before it is."}
	if q.Effect.Number == 0 {
		return p
	}
	var f foreseen
	if err := json.Unmarshal([]byte(q.Effect.Text), &f); err != nil {
		p.Lead = "It cannot be read: compute it anew."
		return p
	}
	p.Known, p.Lines = true, f.Lines
	p.Lead = fmt.Sprintf("Computed %s, over the 24 hours before. What the machines did since is not in it.", s.stamp(f.To))
	if len(f.Lines) == 0 {
		p.Lead += " No line would have been laid out otherwise."
	}
	if f.Left > 0 {
		p.Lead += fmt.Sprintf(" %d more lines are touched as well.", f.Left)
	}
	return p
}
