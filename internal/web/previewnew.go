package web

import (
	"context"
	"fmt"
	"slices"

	"millwright/config"
	"millwright/internal/mes/oee/rehearsal"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
)

// What is said of a line that is not in use yet.
const (
	notYet    = "This line is not in use yet, and no reading of its tags is kept: there is nothing to try the setting on."
	whatFirst = "Publish the line with the settings as they are: its readings are kept from then on, and a preview works as soon as there are some. A setting that is published later can apply from an earlier moment on, so that nothing of that time is lost."
	elsewhere = "The line is not in use yet. It is laid out of what tags in use have read at the same addresses. "
)

// tryNew lays out what a line that is not in use yet would have done, as far as what it reads is read already.
func (s *Server) tryNew(ctx context.Context, l plant.Line, m config.Model, window plant.Span) (*equipment.Preview, error) {
	f := s.painter()
	signals, fresh := heardSignals(f.Tags, m, l)
	o, err := rehearsal.Play(ctx, l, signals, s.replay(f.Orders, signals), window)
	if err != nil {
		return nil, err
	}
	if blank(o) {
		return &equipment.Preview{Title: "Preview", Lead: notYet, Note: whatFirst}, nil
	}
	locale := figure.Locale{Zone: f.site().Zone}
	p := &equipment.Preview{
		Title: "What this line would have made of the last 24 hours",
		Lead: fmt.Sprintf("This setting would give %s, %s, OEE %s %%. Nothing is changed yet.",
			counted(o.Stops, "stop"), counted(o.MicroStops, "micro-stop"), percent(locale, o.Classic.OEE)),
		Note: elsewhere + asKept, Rows: rowsOf(locale, rehearsal.Outcome{}, o),
	}
	for i := range p.Rows { // there is nothing before
		p.Rows[i].Before, p.Rows[i].Change = figure.Unknown, figure.Unknown
	}
	if fresh {
		p.Note = elsewhere + freshTags
	}
	return p, nil
}

// heardSignals are the signals of a line that is not in use, as far as their tags, or tags in use that read the same in
// the same way, have a past.
func heardSignals(known *tag.Registry, m config.Model, l plant.Line) ([]machine.Signals, bool) {
	if known == nil {
		return knownSignals(known, m, l)
	}
	read := map[tag.Tag]tag.ID{}
	for _, t := range known.All() {
		if t.Address != "" {
			read[source(t)] = t.ID
		}
	}
	m.Signals = slices.Clone(m.Signals)
	for i := range m.Signals {
		for _, id := range tagsOf(&m.Signals[i]) {
			if other, ok := read[source(m.Tags.Tag(*id))]; ok && !known.Has(*id) {
				*id = other
			}
		}
	}
	return knownSignals(known, m, l)
}

// source is what of a tag says where its readings come from and how they are scaled.
func source(t tag.Tag) tag.Tag {
	return tag.Tag{Connection: t.Connection, Address: t.Address, Scale: t.Scale, Offset: t.Offset}
}

// tagsOf are the tags of a unit's signals.
func tagsOf(g *machine.Signals) []*tag.ID {
	return []*tag.ID{&g.State, &g.Mode, &g.Good.Tag, &g.Reject.Tag, &g.Total.Tag, &g.Product, &g.Order, &g.Fault, &g.Speed, &g.Command}
}
