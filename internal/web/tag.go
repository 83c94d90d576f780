package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/machines"
	"millwright/config/tagtable"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/views/admin/equipment"
	"millwright/views/admin/tags"
	"millwright/views/figure"
	"millwright/views/trend"
	"millwright/views/ui"
)

// tagOne is the page of one tag.
func (s *Server) tagOne(c echo.Context) error { return s.tagPage(c, refusal{}) }

// asked finds the tag that an address or a form names, in a unit, and the other units that have it.
func (s *Server) asked(c echo.Context) (one tagtable.PlantTag, others []ui.Link, err error) {
	_, all, err := s.tagsDrafted(c.Request().Context())
	if err != nil {
		return one, nil, err
	}
	machine, name, unit := c.FormValue("of"), c.FormValue("tag"), c.FormValue("at")
	found := false
	for _, t := range all {
		if t.Machine != machine || t.Name != name {
			continue
		}
		at := strings.TrimSuffix(t.Full(), "/"+t.Name)
		if !found && (unit == "" && t.Version == 0 || unit != "" && unit == at) {
			one, found = t.PlantTag, true
		} else if len(others) < 50 {
			others = append(others, ui.Link{Name: at, Href: oneTagHref(machine, name, at)})
		}
	}
	if !found {
		return one, nil, errs.New(errs.NotFound, "there is no such tag in the plant as it is drafted")
	}
	return one, others, nil
}

func (s *Server) tagPage(c echo.Context, r refusal) error {
	one, others, err := s.asked(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.admin(c, tagsHome, cmp.Or(one.Label, one.Name), "Tag "+cmp.Or(one.Full(), one.Name)+" of machine type "+one.Machine)
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Tags", Href: tagsHome}, {Name: cut(one.Name)}}
	if one.Version > 0 {
		page.Lead += fmt.Sprintf(", version %d: its work unit stays on that, so that nothing can be changed here", one.Version)
	}
	p := tags.One{Page: page, Others: others, Form: tagForm(one), Fixed: one.Version > 0, Facts: s.tagFacts(one), Now: tags.NowPanel{Value: figure.Unknown}, Points: tags.PointsPanel{Words: noReadings}}
	if one.Version == 0 {
		if err := s.askReach(c, one.Machine, &p.Form); err != nil {
			return err
		}
	}
	if id, inUse := s.painter().Tags.Find(one.Full()); inUse {
		page.Frame.Live = true
		m := moment{Time: s.Now()}
		p.Page, p.Now = page, s.painter().tagNow(m, id)
		samples, err := s.painter().lastOf(ctx, m, id)
		if err != nil {
			return err
		}
		p.Points = s.painter().tagPoints(id, samples)
		told, err := s.corrected(ctx, one.Full())
		if err != nil {
			return err
		}
		p.Facts = append(p.Facts, told...)
		if p.Chart, err = s.chartOf(ctx, id, samples); err != nil {
			return err
		}
	}
	if len(r.Faults) > 0 {
		p.Form = r.again(c, p.Form)
	}
	p.Frame.Charts = p.Chart != nil
	return s.showAs(c, r.status(), tags.ShowOne(p))
}

// tagFacts are what is known of a tag besides what it says.
func (s *Server) tagFacts(t tagtable.PlantTag) (all []tags.Fact) {
	if _, inUse := s.painter().Tags.Find(t.Full()); !inUse {
		all = append(all, tags.Fact{Name: "In use", Value: "Not yet: publish the draft, and give a work unit this machine type."})
	}
	if u, known := measure.Of(t.TagEntry.Unit); known {
		all = append(all, tags.Fact{Name: "Unit", Value: fmt.Sprintf("%s, %s (%s): %s", u.Symbol, u.Name, u.Code, u.Kind)})
	}
	if t.Expr != "" {
		return append(all, tags.Fact{Name: "Formula", Value: t.Expr})
	}
	return append(all, tags.Fact{Name: "Connection", Value: cmp.Or(t.Connection, figure.Unknown)}, tags.Fact{Name: "Address", Value: cmp.Or(t.Source(), figure.Unknown)})
}

// chartOf draws what a tag said last; nil where there is no number in it.
func (s *Server) chartOf(ctx context.Context, id tag.ID, samples []tag.Sample) (*trend.Chart, error) {
	if !slices.ContainsFunc(samples, func(v tag.Sample) bool { _, number := v.Value.Float(); return number }) {
		return nil, nil
	}
	name := s.painter().Tags.Tag(id).Name
	span := plant.Span{From: samples[0].Time, To: samples[len(samples)-1].Time.Add(time.Second)}
	if span.To.Sub(span.From) > longest {
		span.From = span.To.Add(-longest)
	}
	chart, err := s.painter().chart(ctx, moment{Time: s.Now()}, ask{
		path: "/trends", tags: []string{name}, from: span.From.UTC().Format(time.RFC3339), to: span.To.Add(time.Second).UTC().Format(time.RFC3339),
	}, span)
	if err != nil {
		return nil, err
	}
	for i := range chart.Pens {
		chart.Pens[i].Remove = ""
	}
	return &chart, nil
}

// keepTag keeps the settings of a tag in the draft.
func (s *Server) keepTag(c echo.Context) error {
	machine, name := c.FormValue("of"), c.FormValue("tag")
	inUse, err := s.inUse(c.Request().Context())
	if err != nil {
		return err
	}
	r, err := s.change(c, subject{
		part: func(p place) any { return p.doc.Machines[machine].Tags[name] },
		apply: func(p place) error {
			e, there := p.doc.Machines[machine].Tags[name]
			if !there {
				return errs.New(errs.NotFound, "there is no such tag in the plant as it is drafted")
			}
			if err := readTag(c, &e); err != nil {
				return err
			}
			kind := p.doc.Machines[machine]
			kind.Tags = maps.Clone(kind.Tags)
			kind.Tags[name] = e
			p.doc.Machines[machine] = kind
			hold(c, inUse, p.doc, machine)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.tagPage(c, r)
	}
	at := c.FormValue("at")
	if c.FormValue(reachField) == reachNone {
		at = "" // the unit has the version before
	}
	return c.Redirect(http.StatusSeeOther, oneTagHref(machine, name, at)+"&done=drafted")
}

func tagForm(t tagtable.PlantTag) equipment.Form {
	e := t.TagEntry
	unit := optional(text("unit", "Unit", cmp.Or(measure.Hint(e.Unit), "A UNECE code such as CEL, or any text."), e.Unit))
	for _, u := range measure.All() {
		unit.Offers = append(unit.Offers, ui.Choice{Value: u.Code, Name: u.Symbol + ", " + u.Name})
	}
	writable := ""
	if e.Writable {
		writable = "on"
	}
	at := ""
	if t.Unit != "" {
		at = t.Line + "/" + t.Unit
	}
	return equipment.Form{
		ID: "settings", Title: "Settings", Action: oneTagHref(t.Machine, t.Name, at), Seal: seal(e), Button: "Keep in the draft",
		Lead: "For every work unit that follows machine type " + t.Machine + ": what differs from what is in use is its next version.",
		Groups: []equipment.Group{
			{Fields: []equipment.Field{
				optional(text("label", "Label", "As people call it. Empty: its name.", e.Label)),
				optional(text("address", "Address", "In the words of the machine. {line} and {unit} stand for where it is.", e.Address)),
				unit,
			}},
			{Title: "Reading", Row: true, Fields: []equipment.Field{
				choose("type", "Data type", "Of what the machine says. A reading of another type is bad, and kept as it came.", e.Type,
					ui.Choice{Name: "As the machine has it"}, ui.Choice{Value: "bool", Name: "On or off"}, ui.Choice{Value: "int", Name: "Whole number"}, ui.Choice{Value: "float", Name: "Number"}, ui.Choice{Value: "text", Name: "Text"}),
				inUnit("interval", "Interval", "Empty: as the connection has it.", secondsText(e.Interval), "s"),
				optional(text("queue", "Queue", "Readings that the machine keeps between two deliveries. Empty: those of two seconds.", numberText(float64(e.Queue)))),
			}},
			{Title: "What is passed on and kept", Row: true, Fields: []equipment.Field{
				optional(text("deadband", "Deadband", "A smaller change is not passed on. In raw units.", numberText(e.Deadband))),
				inUnit("deadband_percent", "Or of the normal band", "", numberText(e.Percent), "%"),
				optional(text("swing", "Swing", "How far the history may be off: readings on a straight line are not kept. Not for signals.", numberText(e.Swing))),
				inUnit("heartbeat", "Heartbeat", "Passed on at least this often while the connection is up. Empty: only what changes.", secondsText(e.Heartbeat), "s"),
			}},
			{Title: "Value = raw × scale + offset", Row: true, Fields: []equipment.Field{
				optional(text("scale", "Scale", "Empty: 1.", numberText(e.Scale))),
				optional(text("offset", "Offset", "Empty: 0.", numberText(e.Offset))),
			}},
			{Title: "Normal band", Row: true, Fields: []equipment.Field{
				optional(text("low", "From", "", perhaps(e.Low))),
				optional(text("high", "To", "", perhaps(e.High))),
			}},
			{Fields: []equipment.Field{
				{Kind: equipment.Tick, Input: ui.Input{ID: "writable", Label: "May be written", Value: writable, Optional: true}},
			}},
		},
	}
}

func perhaps(f *float64) string {
	if f == nil {
		return ""
	}
	return plain(*f)
}

// readTag reads the form of a tag over what it was.
func readTag(c echo.Context, e *config.TagEntry) error {
	var w wrong
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	numeric := func(name string) *float64 {
		if value(name) == "" {
			return nil
		}
		f, ok := number(value(name))
		if !ok {
			w.add(name, "Write a number such as 1.5, or nothing.")
		}
		return &f
	}
	orZero := func(name string) float64 {
		if f := numeric(name); f != nil {
			return *f
		}
		return 0
	}
	e.Label, e.Address, e.Unit, e.Writable = value("label"), value("address"), value("unit"), value("writable") == "on"
	e.Type = value("type")
	e.Interval = seconds(min(max(orZero("interval"), -1), 1e8))
	if e.Queue = int(min(max(orZero("queue"), -1), 1e8)); float64(e.Queue) != orZero("queue") {
		w.add("queue", "Write a whole number, or nothing.")
	}
	e.Deadband, e.Percent, e.Swing = orZero("deadband"), orZero("deadband_percent"), orZero("swing")
	e.Heartbeat = seconds(min(max(orZero("heartbeat"), -1), 1e8))
	e.Scale, e.Offset = orZero("scale"), orZero("offset")
	e.Low, e.High = numeric("low"), numeric("high")
	if w == nil {
		w = machines.Check(*e)
	}
	return w.err()
}
