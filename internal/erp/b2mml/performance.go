package b2mml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// Told is what a performance says of itself.
type Told struct {
	Published   time.Time
	From, Until time.Time // of what is told; 0 is without bound
}

type (
	performance struct {
		XMLName       xml.Name   `xml:"ProductionPerformance"`
		Space         string     `xml:"xmlns,attr"`
		ID            string     `xml:"ID"`
		PublishedDate string     `xml:"PublishedDate"`
		StartTime     string     `xml:"StartTime,omitempty"`
		EndTime       string     `xml:"EndTime,omitempty"`
		Responses     []response `xml:"ProductionResponse"`
	}
	response struct {
		ID        string    `xml:"ID"`
		Request   string    `xml:"ProductionRequestID"`
		Scope     *scope    `xml:"HierarchyScope"`
		StartTime string    `xml:"StartTime,omitempty"`
		EndTime   string    `xml:"EndTime,omitempty"`
		Segments  []segment `xml:"SegmentResponse"`
		State     string    `xml:"ResponseState"`
	}
	scope struct {
		EquipmentID string `xml:"EquipmentID"`
		Level       string `xml:"EquipmentElementLevel"`
	}
	segment struct {
		ID          string     `xml:"ID"`
		Process     string     `xml:"ProcessSegmentID,omitempty"`
		Description string     `xml:"Description,omitempty"`
		StartTime   string     `xml:"ActualStartTime,omitempty"`
		EndTime     string     `xml:"ActualEndTime,omitempty"`
		Data        []data     `xml:"ProductionData"`
		Produced    []material `xml:"MaterialProducedActual"`
		Consumed    []material `xml:"MaterialConsumedActual"`
		Segments    []segment  `xml:"SegmentResponse"`
	}
	data struct {
		ID    string `xml:"ID"`
		Value value  `xml:"Value"`
	}
	value struct {
		ValueString string `xml:"ValueString"`
		DataType    string `xml:"DataType"`
		Unit        string `xml:"UnitOfMeasure"`
	}
	material struct {
		Definition  string   `xml:"MaterialDefinitionID"`
		Lot         string   `xml:"MaterialLotID,omitempty"`
		Serial      string   `xml:"MaterialSubLotID,omitempty"`
		Description string   `xml:"Description,omitempty"`
		Quantity    quantity `xml:"Quantity"`
	}
	quantity struct {
		QuantityString string `xml:"QuantityString"`
		DataType       string `xml:"DataType"`
		Unit           string `xml:"UnitOfMeasure"`
	}
)

// The units of times in codes of UNECE Recommendation 20.
const minutes = "MIN"

// Performance writes what was made, taken and spent as a ProductionPerformance of V0600.
func Performance(w io.Writer, all []workorder.Performance, told Told) error {
	p := performance{
		Space: v0600, ID: "millwright-" + told.Published.UTC().Format("20060102T150405Z"), PublishedDate: stamp(told.Published),
		StartTime: stamp(told.From), EndTime: stamp(told.Until),
	}
	for i := range all {
		p.Responses = append(p.Responses, responseOf(&all[i]))
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(p); err != nil {
		return fmt.Errorf("write a production performance: %w", err)
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func responseOf(p *workorder.Performance) response {
	r := response{ID: p.Number, Request: p.Reference, StartTime: stamp(p.Begun), EndTime: stamp(p.Ended), State: state(&p.Order)}
	if r.Request == "" {
		r.Request = p.Number
	}
	if p.Line != "" {
		r.Scope = &scope{p.Line, "ProductionLine"}
	}
	whole := segment{
		ID: p.Number, Description: p.ItemName, StartTime: r.StartTime, EndTime: r.EndTime,
		Data: []data{number("RequestedQuantity", p.Quantity, p.Unit), number("GoodQuantity", p.Yield, p.Unit), number("ScrapQuantity", p.Loss, p.Unit)},
	}
	for _, m := range p.Made {
		whole.Produced = append(whole.Produced, materialOf(m))
	}
	steps := map[int64]int{}
	for _, s := range p.Steps {
		steps[s.Position] = len(whole.Segments)
		whole.Segments = append(whole.Segments, segmentOf(s, p.Unit))
	}
	for _, m := range p.Used {
		if at, is := steps[m.Operation]; is {
			whole.Segments[at].Consumed = append(whole.Segments[at].Consumed, materialOf(m))
			continue
		}
		whole.Consumed = append(whole.Consumed, materialOf(m))
	}
	r.Segments = []segment{whole}
	return r
}

func segmentOf(s workorder.Worked, unit string) segment {
	return segment{
		ID: strconv.FormatInt(s.Position, 10), Process: s.Name, StartTime: stamp(s.Begun), EndTime: stamp(s.Ended),
		Data: []data{
			number("GoodQuantity", s.Good, unit), number("ScrapQuantity", s.Scrap, unit),
			number("SetUpTime", s.SetUp, minutes), number("RunTime", s.Run, minutes), number("LabourTime", s.Labour, minutes),
		},
	}
}

func number(id string, q plant.Quantity, unit string) data {
	return data{id, value{q.String(), "decimal", unit}}
}

func materialOf(m workorder.Lotted) material {
	return material{m.Number, m.Lot, m.Serial, m.Name, quantity{m.Quantity.String(), "decimal", m.Unit}}
}

// state is an order's in the standard's words.
func state(o *workorder.Order) string {
	switch {
	case o.Lifecycle == workorder.Cancelled:
		return "Aborted"
	case o.Lifecycle == workorder.Completed || o.Lifecycle == workorder.Closed:
		return "Completed"
	case o.Held != "":
		return "Holding"
	case o.Lifecycle == workorder.Started:
		return "Running"
	}
	return "Ready"
}
