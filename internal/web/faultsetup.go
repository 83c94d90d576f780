package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config/reasons"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

// What the fault codes of a machine mean: said of its kind, for all such machines, or of one work unit alone.

const (
	mostOffered = 40             // codes that a form offers by itself
	mostLooked  = 50_000         // samples that are looked through for them
	faultsBack  = 24 * time.Hour // how far back
	mostChoices = 30_000         // of all rows of a form; beyond, reasons are written by their identity
	shiftCodes  = 50             // that the page of reasons names
	forUnit     = "."            // where a code is kept that is one unit's alone: no kind of machine
)

// kinds are the kinds of machine of a unit, each once, the one that goes before the others first.
func (p place) kinds() (all []string) {
	for _, m := range slices.Backward(p.unit.Machines) {
		kind := reasons.KindOf(m)
		if _, ok := p.doc.Machines[kind]; ok && !slices.Contains(all, kind) {
			all = append(all, kind)
		}
	}
	return all
}

// faultsOf is what the form of a unit's fault codes shows: its own, and those of its kinds of machine.
func faultsOf(p place) any {
	all := p.faultsOfKinds()
	all["this unit alone"] = p.unit.Faults
	return all
}

// faultsOfKinds are the fault codes of the unit's kinds of machine.
func (p place) faultsOfKinds() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, kind := range p.kinds() {
		all[kind] = p.doc.Machines[kind].Faults
	}
	return all
}

// faultRow is a fault code in the form.
type faultRow struct{ code, reason, kept, note string }

func faultsForm(p place, seen []faultRow) equipment.Form {
	f := equipment.Form{
		ID: "faults", Title: "Fault codes", Action: "/admin/lines/" + p.line.ID + "/unit/" + p.id() + "/faults", Seal: seal(faultsOf(p)), Button: "Keep in the draft",
		Lead: "What they mean, said of a kind of machine or of this one alone. Codes seen in the last 24 hours that mean nothing yet stand on top; a span of numbers is 100-106. A row without a meaning is left out.",
	}
	var keep []ui.Choice
	for _, kind := range p.kinds() {
		keep = append(keep, ui.Choice{Value: kind, Name: "all of kind " + kind})
	}
	keep = append(keep, ui.Choice{Value: forUnit, Name: p.name() + " alone"})
	first := p.tellsFaults()
	rows := slices.Concat(seen, faultRows(p))
	for range 3 {
		rows = append(rows, faultRow{})
	}
	means, note := meanings(p.doc.Reasons, len(rows))
	f.Lead += note
	for i, r := range rows {
		n := strconv.Itoa(i)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{
			optional(text("code-"+n, "Code", r.note, r.code)),
			means("reason-"+n, r.reason),
			choose("for-"+n, "For", "", cmp.Or(r.kept, first), keep...),
		}})
	}
	return f
}

// tellsFaults is the unit's kind of machine that has the tag of fault codes; the unit itself when none has.
func (p place) tellsFaults() string {
	for _, kind := range p.kinds() {
		if p.doc.Machines[kind].Signals.Fault != "" {
			return kind
		}
	}
	return forUnit
}

// faultRows are the codes that mean something, by where that is said.
func faultRows(p place) []faultRow {
	rows := codeRows(forUnit, p.unit.Faults)
	for _, kind := range p.kinds() {
		rows = append(rows, codeRows(kind, p.doc.Machines[kind].Faults)...)
	}
	return rows
}

// readFaults keeps what the form says of the unit and of its kinds of machine.
func readFaults(c echo.Context, p place) error {
	all := map[string]map[string]string{forUnit: {}}
	for _, kind := range p.kinds() {
		all[kind] = map[string]string{}
	}
	err := readCodes(c, all)
	p.unit.Faults = orNil(all[forUnit])
	for _, kind := range p.kinds() {
		putFaults(p.doc, kind, all[kind])
	}
	return err
}

// faultNames say where the form shows what is wrong with a code.
func faultNames(c echo.Context) func(place) []renamed {
	return func(p place) []renamed {
		return codeNames(c, func(kept string) string {
			if kept == forUnit {
				return p.path + ".faults"
			}
			return "machines." + kept + ".faults"
		})
	}
}

// seenFaults are the codes that a unit has shown in the last 24 hours and that mean nothing yet, the most frequent first.
func (s *Server) seenFaults(ctx context.Context, p place) ([]faultRow, error) {
	f := s.painter()
	_, inherited := p.typeOf()
	id, ok := f.Tags.Find(p.line.ID + "/" + p.id() + "/" + inherited.Over(p.unit.Signals).Fault)
	if !ok {
		return nil, nil
	}
	now := s.Now()
	times, last, looked, before := map[string]int{}, map[string]time.Time{}, 0, ""
	err := f.Archive.Samples(ctx, history.Range{Tag: id, From: now.Add(-faultsBack), To: now, Carry: true}, func(sample tag.Sample) bool {
		code := ""
		if sample.Good() {
			code = sample.Value.String()
		}
		if code != before && faulty(code) {
			times[code], last[code] = times[code]+1, sample.Time
		}
		before, looked = code, looked+1
		return looked < mostLooked
	})
	if err != nil {
		return nil, err
	}
	layers := reasons.Read(p.doc.Reasons, nil, p.faultsOfKinds()).Layers("", p.unit.Faults, p.unit.Machines)
	var rows []faultRow
	l := figure.Locale{Zone: f.site().Zone}
	for _, code := range slices.SortedFunc(maps.Keys(times), func(a, b string) int { return cmp.Or(times[b]-times[a], byCode(a, b)) }) {
		if _, known := layers.Of(code); !known && len(rows) < mostOffered {
			rows = append(rows, faultRow{code: code, note: fmt.Sprintf("Seen %d×, last %s", times[code], l.Near(last[code], now))})
		}
	}
	return rows, nil
}

// unexplained are the fault codes of the lines' shifts that mean nothing yet, each with the unit where that is said.
func (s *Server) unexplained() (all []equipment.Link) {
	type one struct {
		unit plant.UnitID
		code string
	}
	f := s.painter()
	for _, l := range f.lines {
		snap, _ := f.Lines.Snapshot(l.ID)
		lasted := map[one]time.Duration{}
		var order []one
		for _, seg := range snap.Segments {
			o := one{seg.Unit, seg.Fault}
			if !faulty(seg.Fault) || seg.Unit == "" || l.reason(o.unit, o.code) != "" {
				continue
			}
			if _, known := lasted[o]; !known {
				order = append(order, o)
			}
			lasted[o] += seg.To.Sub(seg.From)
		}
		for _, o := range order {
			if len(all) == shiftCodes {
				return all
			}
			unit := strings.TrimPrefix(string(o.unit), string(l.ID)+"/")
			all = append(all, equipment.Link{
				Link: ui.Link{Name: l.Name + ", " + l.cause(o.unit, o.code), Href: "/admin/lines/" + string(l.ID) + "/unit/" + unit + "#faults"},
				Note: figure.Span(lasted[o]),
			})
		}
	}
	return all
}
