package web

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/layout"
	"millwright/views/ui"
)

// painter fills the pages' structs from what the plant's services say. It changes nothing.
type painter struct {
	Deps
	lines     []lineInfo
	at        map[plant.LineID]int // into lines
	areas     map[string]areaInfo
	homes     []home // of each tag, by its ID
	speedUnit map[plant.UnitID]string
	codes     map[tag.ID]machine.Signals // of the tags that tell a state or mode, what their values mean
	commands  map[plant.UnitID]tag.ID    // that take the commands of PackML
	lineOf    map[plant.UnitID]int       // of each unit, its line
	view      view                       // what of the plant it knows
	then      *then                      // the moment that it draws; nil is now

	mu    sync.Mutex
	parts map[view]*painter // those that know less
}

// lineInfo is a line with what pages need of it again and again.
type lineInfo struct {
	plant.Line
	site   plant.Site
	area   plant.Area
	names  map[plant.UnitID]string
	tags   []tag.ID
	locale figure.Locale
	layout kpi.Layout   // of its time
	whole  *plant.Plant // that it is part of

	connections []string // that its tags come by
}

type areaInfo struct {
	plant.Area
	place  plant.Place
	locale figure.Locale
}

// home is where a tag belongs; a tag of no work unit belongs to no line.
type home struct {
	unit plant.UnitID
	line int // into lines; -1 for none
}

func newPainter(d Deps) *painter {
	p := &painter{
		Deps:      d,
		at:        map[plant.LineID]int{},
		areas:     map[string]areaInfo{},
		speedUnit: map[plant.UnitID]string{},
		codes:     map[tag.ID]machine.Signals{},
		commands:  map[plant.UnitID]tag.ID{},
		lineOf:    map[plant.UnitID]int{},
		parts:     map[view]*painter{},
	}
	for _, site := range d.Plant.Sites {
		locale := figure.Locale{Zone: site.Zone}
		for _, area := range site.Areas {
			p.areas[area.ID] = areaInfo{area, plant.Place(string(site.ID) + "/" + area.ID), locale}
			for _, line := range area.Lines {
				info := lineInfo{Line: line, site: site, area: area, locale: locale, names: map[plant.UnitID]string{}, layout: kpi.LayoutOf(site, line), whole: d.Plant}
				for _, u := range line.Units {
					p.lineOf[u.ID] = len(p.lines)
					info.names[u.ID] = u.Name
				}
				p.at[line.ID] = len(p.lines)
				p.lines = append(p.lines, info)
			}
		}
	}
	p.homes = make([]home, d.Tags.Len()+1)
	for _, t := range d.Tags.All() {
		h := homeOf(t.Name, p.lineOf)
		p.homes[t.ID] = h
		if h.line >= 0 {
			l := &p.lines[h.line]
			l.tags = append(l.tags, t.ID)
			if !slices.Contains(l.connections, t.Connection) {
				l.connections = append(l.connections, t.Connection)
			}
		}
	}
	for _, s := range d.Signals {
		p.speedUnit[s.Unit] = d.Tags.Tag(s.Speed).Unit
		p.codes[s.State], p.codes[s.Mode], p.codes[s.Command] = s, s, s
		if p.commands[s.Unit] = s.Command; !d.Tags.Tag(s.Command).Writable {
			delete(p.commands, s.Unit)
		}
	}
	return p
}

// homeOf finds the work unit that a tag's name begins with: "filling-1/filler" in "filling-1/filler/good".
func homeOf(name string, units map[plant.UnitID]int) home {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] != '/' {
			continue
		}
		if line, ok := units[plant.UnitID(name[:i])]; ok {
			return home{plant.UnitID(name[:i]), line}
		}
	}
	return home{line: -1}
}

// unitOf gives the work unit and line of a tag; both are "" when it belongs to none.
func (p *painter) unitOf(id tag.ID) (plant.UnitID, plant.LineID) {
	if int(id) >= len(p.homes) || p.homes[id].line < 0 {
		return "", ""
	}
	return p.homes[id].unit, p.lines[p.homes[id].line].ID
}

// layout is how the time of a line is laid out, from where its ledger begins.
func (p *painter) layout(id plant.LineID) kpi.Layout {
	l, _ := p.line(id)
	l.layout.Begin = p.Lines.Begin(id)
	return l.layout
}

// since leaves of a time of a line what its ledger is of.
func (p *painter) since(line plant.LineID, of plant.Span) plant.Span {
	of.From = plant.Earlier(plant.Later(of.From, p.Lines.Begin(line)), of.To)
	return of
}

func (p *painter) line(id plant.LineID) (lineInfo, bool) {
	i, ok := p.at[id]
	if !ok {
		return lineInfo{}, false
	}
	return p.lines[i], true
}

// site is the plant's first site; the zero Site when there is none.
func (p *painter) site() plant.Site {
	if len(p.Plant.Sites) == 0 {
		return plant.Site{}
	}
	return p.Plant.Sites[0]
}

// moment is when something is drawn. What is pushed leaves the words of running times to the page, which keeps them
// itself, so that a panel whose times alone went on is not sent again.
type moment struct {
	time.Time
	pushed bool
	steps  bool // the reader may take the line's jobs on
}

func (m moment) since(t time.Time) ui.Timer { return ui.Since(t, m.or(t)) }
func (m moment) until(t time.Time) ui.Timer { return ui.Until(t, m.or(t)) }
func (m moment) ageOf(t time.Time) ui.Timer { return ui.AgeOf(t, m.or(t)) }

func (m moment) or(t time.Time) time.Time {
	if m.pushed {
		return t
	}
	return m.Time
}

// clock is the time as it is drawn in a strip. On an eight hour axis 20 seconds are less than a pixel.
func (m moment) clock() time.Time {
	if m.pushed {
		return m.Truncate(20 * time.Second)
	}
	return m.Time
}

// second is a time cut so that a panel does not change with every reading.
func second(t time.Time) time.Time { return t.Truncate(time.Second) }

// newest is the time of the newest reading of some tags.
func (p *painter) newest(ids []tag.ID) time.Time {
	var newest time.Time
	for _, id := range ids {
		if s, ok := p.Latest.Get(id); ok && s.Time.After(newest) {
			newest = s.Time
		}
	}
	return second(newest)
}

// shiftNow is the shift in the top bar: that of the first line which has one.
func (p *painter) shiftNow(now time.Time) *layout.Shift {
	shift, ok := p.shiftAt(now)
	if !ok {
		return nil
	}
	return &layout.Shift{Name: shift.Name, Span: span(figure.Locale{Zone: p.site().Zone}, shift), Left: ui.Until(shift.To, now)}
}

// shiftAt is the shift of the first line that has one then.
func (p *painter) shiftAt(t time.Time) (plant.Shift, bool) {
	for _, l := range p.lines {
		if shift, ok := l.Calendar.At(t); ok {
			return shift, true
		}
	}
	return plant.Shift{}, false
}

func span(locale figure.Locale, s plant.Shift) string {
	return locale.Time(s.From) + "–" + locale.Time(s.To)
}

// snapshot gives a line's ledger as it stands; one that is not derived yet reads as no data.
func (p *painter) snapshot(m moment, id plant.LineID) oee.Snapshot {
	if s, ok := p.Lines.Snapshot(id); ok {
		return s
	}
	return oee.Snapshot{Line: id, At: m.Time, Window: plant.Span{From: m.Time, To: m.Time}, Now: oee.NoData}
}

// cause says which unit stops a line, and its fault.
func (l lineInfo) cause(unit plant.UnitID, fault string) string {
	var parts []string
	if name := l.names[unit]; name != "" {
		parts = append(parts, name)
	}
	if faulty(fault) {
		parts = append(parts, cmp.Or(l.reason(unit, fault), "fault "+fault))
	}
	return strings.Join(parts, ", ")
}

// reason is what a fault code means, with the code beside it; "" where nobody has said.
func (l lineInfo) reason(unit plant.UnitID, fault string) string {
	if r, ok := l.whole.Why(l.Line, unit, fault); ok {
		return r.In(l.Language) + " (" + fault + ")"
	}
	return ""
}

func faulty(code string) bool { return code != "" && code != "0" }

// statuses gives the line's units in the order of the flow; one that says nothing is Unknown.
func (p *painter) statuses(l lineInfo) []machine.Status {
	all := p.Units.Units()
	mine := make([]machine.Status, 0, len(l.Units))
	for _, u := range l.Units {
		i := slices.IndexFunc(all, func(s machine.Status) bool { return s.Unit == u.ID })
		if i < 0 {
			mine = append(mine, machine.Status{Unit: u.ID})
			continue
		}
		mine = append(mine, all[i])
	}
	return mine
}
