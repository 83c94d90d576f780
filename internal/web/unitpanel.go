// The panel of a work unit in Admin: how it stands, and what its tags say.

package web

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

// unitPanel and the name of a work unit in use, filling-1/filler, is its panel; ?page=2 tells which of its tags it shows.
const unitPanel = "admin/unit/"

// unitOfPanel finds the work unit in use that a panel shows.
func (p *painter) unitOfPanel(panel string) (l lineInfo, unit plant.UnitID, ok bool) {
	name, isUnit := strings.CutPrefix(panel, unitPanel)
	name, query, _ := strings.Cut(name, "?")
	if panel != unitPanel+name+pageQuery(pageOfQuery(query)) { // by one name only
		return l, "", false
	}
	line, _, _ := strings.Cut(name, "/")
	l, ok = p.line(plant.LineID(line))
	if !isUnit || !ok {
		return l, "", false
	}
	unit = plant.UnitID(name)
	return l, unit, slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == unit })
}

// unitAt finds the component of the panel of a work unit, as it is drafted.
func (s *Server) unitAt(ctx context.Context, m moment, panel string) (templ.Component, error) {
	d, err := s.document(ctx)
	if err != nil {
		return nil, err
	}
	name, query, _ := strings.Cut(strings.TrimPrefix(panel, unitPanel), "?")
	line, unit, _ := strings.Cut(name, "/")
	at, _ := lineAt(&d, line)
	p, ok := placeOf(&d, at+"/"+unit)
	if !ok || p.kind != "unit" { // taken out of the draft meanwhile
		return equipment.Now(equipment.Values{Panel: panel}), nil
	}
	return equipment.Now(s.unitValues(m, p, pageOfQuery(query)).Values), nil
}

// pageOfQuery is the part of a list that a panel names; what is no number is the first.
func pageOfQuery(query string) int { return max(0, whole(strings.TrimPrefix(query, "page="))) }

// unitValues is a part of a unit's tags, and the panel that shows it.
type unitValues struct {
	equipment.Values
	at   int
	more bool
}

// turn leads to the other parts from a page that shows this one.
func (v unitValues) turn(href string) (earlier, later string) {
	sign := "?"
	if strings.Contains(href, "?") {
		sign = "&"
	}
	return turn(v.at, v.more, func(page int) string { return href + sign + "page=" + strconv.Itoa(page) + "#values-title" })
}

// unitValues is the panel "admin/unit/<line>/<unit>"; it has no name for a unit that is not in use yet.
func (s *Server) unitValues(m moment, p place, page int) unitValues {
	names := unitTags(p)
	from, to, at := pageOf(page, tagsShown, len(names))
	v := unitValues{at: at, more: to < len(names)}
	v.Rows = s.readings(m, p, names[from:to])
	if len(names) > tagsShown {
		v.Shown = shownOf(from, to, len(names)) + ", those that are used first."
	}
	f := s.painter()
	panel := unitPanel + p.line.ID + "/" + p.id() + pageQuery(page)
	l, unit, ok := f.unitOfPanel(panel)
	if !ok {
		return v
	}
	v.Panel = panel
	for _, u := range f.units(m, l).Units {
		if u.ID == string(unit) {
			v.Unit = &u
		}
	}
	return v
}

// notRead offers to read what was not, and tells why that did not work.
func (v *unitValues) notRead(p place, trouble error) {
	if trouble != nil {
		v.Trouble = "They could not be read: " + faults(trouble)[0].Text
	}
	if p.unit.Connection != "" {
		v.Read = p.href() + "?read=now#values-title"
	}
}

// unitTags are the tags of a unit as it is drafted; of more than are shown at a time, those that are used first.
func unitTags(p place) []string {
	tags, inherited := p.typeOf()
	names := slices.Sorted(maps.Keys(tags))
	if len(names) <= tagsShown {
		return names
	}
	uses := usesOf(inherited.Over(p.unit.Signals))
	var first, rest []string
	for _, name := range names {
		if uses[name] != nil {
			first = append(first, name)
		} else {
			rest = append(rest, name)
		}
	}
	return append(first, rest...)
}

// choosable are the tags of a unit with their newest values, where they are few enough to choose from.
func (s *Server) choosable(m moment, p place) []equipment.Value {
	tags, _ := p.typeOf()
	if len(tags) > mostTagChoices {
		return nil
	}
	return s.readings(m, p, slices.Sorted(maps.Keys(tags)))
}

// readings are tags of a unit as it is drafted, with their newest values where they are read already.
func (s *Server) readings(m moment, p place, names []string) []equipment.Value {
	tags, inherited := p.typeOf()
	uses := usesOf(inherited.Over(p.unit.Signals))
	l := figure.Locale{Zone: s.zone()}
	var all []equipment.Value
	for _, name := range names {
		v := equipment.Value{Name: name, Label: cmp.Or(tags[name].Label, name), Value: figure.Unknown, Age: ui.Timer{Text: figure.Unknown}, Use: strings.Join(uses[name], ", ")}
		sample, ok := s.newest(p.line.ID + "/" + p.id() + "/" + name)
		if !ok {
			sample, ok = p.peeked[name]
		}
		if ok {
			v.Read, v.Value, v.Age = true, strings.TrimSpace(reading(l, sample)+" "+measure.Symbol(tags[name].Unit)), m.ageOf(sample.Time)
			if !sample.Quality.Good() {
				v.Bad = sample.Quality.String()
			}
		}
		all = append(all, v)
	}
	return all
}
