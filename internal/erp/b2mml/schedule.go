// Package b2mml is how other systems speak of production in XML, as ANSI/ISA-95 has it: schedules come, performance goes.
//
// The words are those of MESA's B2MML V0600; a document of V0700 is read as well.
package b2mml

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
)

// The columns of a schedule as a table: the fields by which work orders are imported.
const (
	Reference = "Reference"
	Item      = "Item"
	Quantity  = "Quantity"
	Unit      = "Unit"
	Begin     = "Begin"
	Due       = "Due"
	Line      = "Line"
	Rank      = "Rank"
	Note      = "Note"
	State     = "State"
)

// Is tells whether a file looks like XML, and not like a table.
func Is(file []byte) bool {
	file = bytes.TrimSpace(bytes.TrimPrefix(file, []byte("\ufeff")))
	return bytes.HasPrefix(file, []byte("<"))
}

// Schedule reads a production schedule, or a message that carries one: each request is a row. What one request says
// wrongly is told of that row; times without a zone are the plant's.
func Schedule(file []byte, zone *time.Location) (t register.Table, err error) {
	t.Head = []string{Reference, Item, Quantity, Unit, Begin, Due, Line, Rank, Note, State}
	t.Wrong = map[int][]errs.Field{}
	head, err := read(file, []string{"ProductionRequest", "OperationsRequest"}, func(n *node) error {
		if len(t.Rows) == register.MostImported {
			return refuse("It has more than %d requests; split it.", register.MostImported)
		}
		q := request{node: n, zone: zone}
		row := q.row()
		if q.wrong != nil {
			t.Wrong[len(t.Rows)] = q.wrong
		}
		t.Rows, t.At = append(t.Rows, row), append(t.At, len(t.At)+1)
		return nil
	})
	switch {
	case err != nil:
		return register.Table{}, err
	case !strings.HasSuffix(head.name, "ProductionSchedule") && !strings.HasSuffix(head.name, "OperationsSchedule") && !strings.HasSuffix(head.name, "Request"):
		return register.Table{}, refuse("It is a %s; send a ProductionSchedule.", errs.Clip(head.name))
	case len(t.Rows) == 0:
		return register.Table{}, refuse("It has no ProductionRequest.")
	}
	return t, nil
}

// request is one request being read.
type request struct {
	*node
	zone  *time.Location
	wrong []errs.Field
}

func (q *request) refuse(path, format string, args ...any) {
	q.wrong = append(q.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (q *request) row() []string {
	p := q.product()
	begin, due := q.day(Begin, q.first("StartTime")), q.day(Due, q.first("EndTime"))
	first, last := "", ""
	for _, s := range q.within("SegmentRequirement") {
		early, late := q.day(Begin, s.first("EarliestStartTime")), q.day(Due, s.first("LatestEndTime"))
		if early != "" && (first == "" || early < first) {
			first = early
		}
		last = max(last, late)
	}
	if begin == "" {
		begin = first
	}
	if due == "" {
		due = last
	}
	return []string{q.first("ID"), p.item, p.quantity, p.unit, begin, due, q.line(), q.first("Priority"), q.first("Description"), q.state()}
}

// product is what is to be made.
type product struct{ item, quantity, unit string }

// materials gives what the request's segments make, or take.
func (q *request) materials(element string, uses ...string) (all []product) {
	for _, m := range q.within(element, "MaterialRequirement") {
		if m.name == "MaterialRequirement" && !slices.Contains(uses, m.first("MaterialUse")) {
			continue
		}
		p := product{m.first("MaterialDefinitionID"), m.first("Quantity", "QuantityString"), m.first("Quantity", "UnitOfMeasure")}
		all = append(all, p)
	}
	return all
}

// product finds what is made and not used up within the request.
func (q *request) product() (p product) {
	made := q.materials("MaterialProducedRequirement", "Produced", "Material Produced", "Yield Produced")
	for _, used := range q.materials("MaterialConsumedRequirement", "Consumed", "Material Consumed") {
		made = slices.DeleteFunc(made, func(m product) bool { return m.item == used.item })
	}
	for i, m := range made {
		switch {
		case i == 0:
			p = m
		case m.item != p.item:
			q.refuse(Item, "It asks for %s and for %s; ask for one product in one request.", errs.Clip(p.item), errs.Clip(m.item))
			return product{}
		case m != p:
			q.refuse(Quantity, "Its segments ask for %s %s and for %s %s of %s; say it once.", errs.Clip(p.quantity), errs.Clip(p.unit), errs.Clip(m.quantity), errs.Clip(m.unit), errs.Clip(p.item))
			return product{}
		}
	}
	if len(made) == 0 {
		q.refuse(Item, "It has no MaterialProducedRequirement with a MaterialDefinitionID.")
	}
	return p
}

// day is the plant's date of a time.
func (q *request) day(field, text string) string {
	if text == "" {
		return ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02Z07:00", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, q.zone); err == nil {
			if strings.Contains(layout, "T") {
				t = t.In(q.zone)
			}
			return t.Format(time.DateOnly)
		}
	}
	q.refuse(field, "%q is no time; write it like 2026-12-24T06:00:00Z.", errs.Clip(text))
	return ""
}

// line is the equipment that is asked for, else the line within whose scope the request is.
func (q *request) line() string {
	for _, e := range q.within("EquipmentRequirement") {
		if id := e.first("EquipmentID"); id != "" {
			return id
		}
	}
	line := ""
	for _, scope := range q.within("HierarchyScope", "Location") {
		switch scope.first("EquipmentElementLevel") {
		case "ProductionLine", "ProcessCell", "ProductionUnit", "WorkCenter":
			line = scope.first("EquipmentID")
		}
	}
	return line
}

// state is what the sender wants of the order: forecasts may still be changed by planning here.
func (q *request) state() string {
	state := q.first("RequestState") + q.first("RequestedState")
	switch state {
	case "Forecast":
		return "created"
	case "Cancelled", "Aborted":
		return "cancelled"
	}
	return "firmed"
}
