// What a line's past would have come to under other settings, or with less lost.

package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/rehearsal"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
	"millwright/views/ui"
	whatifview "millwright/views/whatif"
)

// most is how many reasons and units can be cut at once.
const mostSliders = 6

// whatIf is the page of what would have been.
func (s *Server) whatIf(c echo.Context) error {
	f := s.frame(c, "What if")
	f.Live, f.Refresh, f.WhatIf = false, 0, true
	p := s.sight(c)
	a, err := whatIfOf(c.QueryParams())
	if a.line == "" && len(p.lines) > 0 {
		a.line = string(p.lines[0].ID)
	}
	page := whatifview.Page{Frame: f, Ask: a.drawn(p)}
	if len(p.lines) == 0 {
		page.Empty = noLines()
		return s.show(c, whatifview.Show(page))
	}
	l, ok := p.line(plant.LineID(a.line))
	if !ok {
		return errs.New(errs.NotFound, "there is no line of that name; look for it among the lines")
	}
	var w plant.Span
	if err == nil {
		w, page.Title, err = a.window(l, s.Now())
	}
	if err != nil {
		return s.whatIfAgain(c, page, err)
	}
	page.Title = l.Name + ", " + page.Title
	page.Ask.From, page.Ask.To = l.typed(w.From), l.typed(w.To)
	if !w.From.Before(w.To) {
		page.Empty = &ui.Empty{Title: "Nothing is known of that time", Text: "Choose another range: no shift of this line is over yet."}
		return s.show(c, whatifview.Show(page))
	}
	o, err := s.room(p).Try(c.Request().Context(), l.Line, w, a.Change)
	if err != nil {
		return err
	}
	t := tried{whatIfAsk: a, line: l, Outcome: o, year: s.Now()}
	t.fill(&page)
	if visitorOf(c).reach.Base >= plant.Admin {
		page.Result.Propose = t.proposals()
	}
	return s.show(c, whatifview.Show(page))
}

// whatIfAgain shows what was typed once more, and what is wrong with it.
func (s *Server) whatIfAgain(c echo.Context, page whatifview.Page, err error) error {
	if errs.KindOf(err) != errs.Invalid {
		return err
	}
	page.Ask.Faults = faults(err)
	for i := range page.Ask.Settings {
		in := &page.Ask.Settings[i]
		in.Fault = ui.FaultOf(page.Ask.Faults, in.Name)
	}
	return s.showAs(c, http.StatusUnprocessableEntity, whatifview.Show(page))
}

// room is where the past is read that is reckoned over. Nothing is written there.
func (s *Server) room(p *painter) whatif.Room {
	return whatif.Room{Segments: p.Lines.Segments, Anew: func(ctx context.Context, line plant.Line, window plant.Span) ([]oee.Segment, error) {
		signals := p.signalsOf(line)
		segments, err := rehearsal.Lay(ctx, line, signals, s.replay(p.Orders, signals), window)
		if err != nil {
			return nil, err
		}
		known, err := p.Logbook.View(ctx, line.ID, window)
		if err != nil {
			return nil, err
		}
		all := edit.Overlay(segments, known.Edits)
		edit.Explain(all, func(unit plant.UnitID, fault string) (string, bool) {
			r, ok := p.Plant.Why(line, unit, fault)
			return string(r.ID), ok
		})
		return all, nil
	}}
}

// drawn is the form as far as it does not depend on what was lost.
func (a whatIfAsk) drawn(p *painter) whatifview.Ask {
	f := whatifview.Ask{Line: a.line, Range: a.over, From: a.from, To: a.to, Since: a.from, Until: a.to}
	for _, r := range whatIfRanges() {
		link := ui.Link{Name: r.name, Href: a.href("range", r.word, "from", "", "to", "")}
		f.Ranges = append(f.Ranges, ui.Way{Link: link, Current: r.word == a.over})
	}
	for _, l := range p.lines {
		f.Lines = append(f.Lines, ui.Choice{Value: string(l.ID), Name: l.Name})
	}
	l, _ := p.line(plant.LineID(a.line))
	set := func(name, label, help, unit string) {
		f.Settings = append(f.Settings, whatifview.Setting{ID: "set-" + strconv.Itoa(len(f.Settings)), Name: name, Label: label, Help: help, Unit: unit, Value: a.typed.Get(name)})
	}
	minutes := "Empty: as they were."
	if d := l.Changeover.Default; d > 0 {
		minutes = "Empty: as they were. The target is " + plain(d.Minutes()) + " min."
	}
	set("changeover", "No changeover longer than", minutes, "min")
	others := ""
	if len(l.Special) > 0 {
		others = " Products with limits of their own keep them."
	}
	set("min_stop", "Shortest stop", "Now "+orUsual(l.Thresholds.MinStop, "as usual")+"."+others, "s")
	set("micro_max", "Longest micro-stop", "Now "+orUsual(l.Thresholds.MicroMax, "300 s")+"."+others, "s")
	for _, product := range slices.Sorted(maps.Keys(l.Special)) {
		own := l.Limits(product)
		set(minField+product, "Shortest stop of "+product, "Now "+orUsual(own.MinStop, "as usual")+".", "s")
		set(maxField+product, "Longest micro-stop of "+product, "Now "+orUsual(own.MicroMax, "300 s")+".", "s")
	}
	f.Scrap = a.slider("scrap", "scrap", "Rejects", "")
	f.Reset = whatIfHome + "?" + a.query().Encode()
	return f
}

func orUsual(d time.Duration, usual string) string {
	if d == 0 {
		return usual
	}
	return secondsText(d) + " s"
}

func (a whatIfAsk) slider(id, name, label, note string) whatifview.Slider {
	s := whatifview.Slider{ID: id, Name: name, Label: label, Note: note, Value: "0"}
	if v := a.typed.Get(name); v != "" {
		s.Value = v
	}
	return s
}

// tried is what came of it.
type tried struct {
	whatIfAsk
	line lineInfo
	whatif.Outcome
	year time.Time // from when on a year is planned
}

// fill draws what came of it, and what can be cut.
func (t *tried) fill(page *whatifview.Page) {
	l := t.line
	sliders := func(losses []whatif.Loss, prefix string, name func(key string) string) (all []whatifview.Slider) {
		for i, x := range losses {
			if _, set := t.typed[prefix+x.Key]; i < mostSliders || set {
				all = append(all, t.slider(prefix+strconv.Itoa(i), prefix+x.Key, name(x.Key), l.locale.Minutes(x.Lasts)+" min"))
			}
		}
		return all
	}
	page.Ask.Losses = sliders(t.Reasons, cutField, t.lossName)
	page.Ask.Units = sliders(t.Units, unitField, t.unitName)
	if len(t.Reasons) > 0 {
		page.Ask.Half = &ui.Link{Name: "Half of the top loss: " + t.lossName(t.Reasons[0].Key), Href: t.href(cutField+t.Reasons[0].Key, "50")}
	}
	for _, x := range t.Parts {
		if x.Before.Pieces() == 0 {
			continue
		}
		cycle, help := t.typed.Get(cycleField+x.Product), "Not known now."
		if d, ok := l.Ideal(x.Product); ok {
			help = "Now " + secondsText(d) + " s."
		}
		page.Ask.Settings = append(page.Ask.Settings, whatifview.Setting{
			ID: "set-" + strconv.Itoa(len(page.Ask.Settings)), Name: cycleField + x.Product, Label: "Ideal cycle of " + productWords(x.Product), Help: help, Unit: "s", Value: cycle,
		})
	}
	page.Result = &whatifview.Result{Rows: t.rows(), Effects: t.effectWords(), Notes: t.notes()}
	page.Result.Lead = t.lead()
	if slices.IndexFunc(t.Parts, func(x whatif.Part) bool { return x.Before.Window() > x.Before.Times[oee.NoData] }) < 0 {
		page.Empty = &ui.Empty{Title: "Nothing is known of that time", Text: "Choose another range."}
	}
}

// lossName is how people call a loss.
func (t *tried) lossName(key string) string {
	if kind, none := cutKind(key); none {
		if kind == oee.Breakdown.String() {
			return "Stops without a reason"
		}
		return upper(kind)
	}
	return t.line.reasonNamed(key)
}

func cutKind(key string) (string, bool) {
	if len(key) > 0 && key[0] == '=' {
		return errs.Clip(key[1:]), true
	}
	return "", false
}

func (t *tried) unitName(key string) string {
	if name := t.line.names[plant.UnitID(key)]; name != "" {
		return name
	}
	return errs.Clip(key)
}

func productWords(product string) string {
	if product == "" {
		return "what has no name"
	}
	return errs.Clip(product)
}

// proposals lead to the forms in which it is set up, with the values filled in.
func (t *tried) proposals() (all []ui.Link) {
	add := func(form, name string, q url.Values) {
		all = append(all, ui.Link{Name: name, Href: "/admin/lines/" + string(t.line.ID) + "?" + q.Encode() + "#" + form})
	}
	if t.MinStop > 0 || t.MicroMax > 0 {
		q := url.Values{"propose": {"thresholds"}}
		for _, field := range []string{"min_stop", "micro_max"} {
			if v := t.typed.Get(field); v != "" {
				q.Set(field, v)
			}
		}
		add("thresholds", "Propose these thresholds", q)
	}
	for _, product := range slices.Sorted(maps.Keys(t.Cycles)) {
		add("rates", "Propose this ideal cycle of "+productWords(product), url.Values{"product": {cmp.Or(product, "*")}, "cycle": {t.Cycles[product].String()}})
	}
	if t.SetUp > 0 {
		add("changeover", "Propose this as the target of changeovers", url.Values{"propose": {"changeover"}, "target": {minutesText(t.SetUp)}})
	}
	return all
}
