package b2mml

import (
	"bytes"
	"encoding/xml"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func sample(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/schedule.xml")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAScheduleIsATableOfOrders(t *testing.T) {
	file := sample(t)
	want := [][]string{
		{"4500001", "BOTTLE", "250", "H87", "2026-12-01", "2026-12-03", "filling-1", "3", "for the early delivery", "firmed"},
		{"4500002", "BOTTLE", "2", "DZN", "2026-12-03", "2026-12-05", "filling-1", "", "", "created"},
		{"4499999", "BOTTLE", "10", "", "", "", "", "", "", "cancelled"},
	}
	v7 := bytes.ReplaceAll(file, []byte("B2MML-V0600"), []byte("B2MML"))
	message := append([]byte("\ufeff"), []byte(strings.NewReplacer(
		`<ProductionSchedule xmlns="http://www.mesa.org/xml/B2MML-V0600"`, `<b:ProcessProductionSchedule xmlns:b="http://www.mesa.org/xml/B2MML-V0600"><b:DataArea><ProductionSchedule xmlns="http://www.mesa.org/xml/B2MML-V0600"`,
		"</ProductionSchedule>", "</ProductionSchedule></b:DataArea></b:ProcessProductionSchedule>").Replace(strings.TrimPrefix(string(file), `<?xml version="1.0" encoding="UTF-8"?>`)))...)
	operations := []byte(strings.ReplaceAll(strings.ReplaceAll(string(v7), "ProductionSchedule", "OperationsSchedule"), "ProductionRequest", "OperationsRequest"))
	for name, file := range map[string][]byte{"V0600": file, "V0700": v7, "in a message": message, "operations": operations} {
		got, err := Schedule(file, berlin(t))
		if err != nil || len(got.Wrong) > 0 {
			t.Fatal(name, err, got.Wrong)
		}
		if d := cmp.Diff(want, got.Rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if !Is(file) {
			t.Errorf("%s is taken for a table", name)
		}
	}
}

func inSchedule(requests string) []byte {
	return []byte(`<ProductionSchedule xmlns="http://www.mesa.org/xml/B2MML">` + requests + `</ProductionSchedule>`)
}

func TestWhatOneRequestSaysWronglyIsToldOfIt(t *testing.T) {
	made := func(item, quantity string) string {
		return `<SegmentRequirement><MaterialProducedRequirement><MaterialDefinitionID>` + item + `</MaterialDefinitionID><Quantity><QuantityString>` + quantity + `</QuantityString></Quantity></MaterialProducedRequirement></SegmentRequirement>`
	}
	got, err := Schedule(inSchedule(
		`<ProductionRequest><ID>1</ID></ProductionRequest>`+
			`<ProductionRequest><ID>2</ID>`+made("A", "1")+made("B", "1")+`</ProductionRequest>`+
			`<ProductionRequest><ID>3</ID>`+made("A", "1")+made("A", "2")+`</ProductionRequest>`+
			`<ProductionRequest><ID>4</ID><StartTime>soon</StartTime><EndTime>2026-13-01</EndTime>`+made("A", "1")+made("A", "1")+`</ProductionRequest>`), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for row := range got.Rows {
		for _, f := range got.Wrong[row] {
			wrong = append(wrong, got.Rows[row][0]+" "+f.Path)
		}
	}
	if d := cmp.Diff([]string{"1 Item", "2 Item", "3 Quantity", "4 Begin", "4 Due"}, wrong); d != "" {
		t.Error(d)
	}
}

func TestAHostileDocumentIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"nothing":       {nil, "empty"},
		"a table":       {[]byte("a;b\n1;2"), "empty"},
		"entities":      {[]byte(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + string(inSchedule("&b;"))), "document type"},
		"an entity":     {inSchedule(`<ProductionRequest><ID>&secret;</ID></ProductionRequest>`), "well-formed"},
		"another space": {[]byte(`<ProductionSchedule xmlns="http://example.com"/>`), "namespace"},
		"another thing": {[]byte(`<ProductionPerformance xmlns="http://www.mesa.org/xml/B2MML-V0600"/>`), "ProductionPerformance"},
		"no request":    {inSchedule(""), "no ProductionRequest"},
		"half of it":    {[]byte(`<ProductionSchedule xmlns="http://www.mesa.org/xml/B2MML"><ProductionRequest><ID>1`), "well-formed"},
		"too deep":      {inSchedule(`<ProductionRequest>` + strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40) + `</ProductionRequest>`), "deep"},
		"too many":      {inSchedule(strings.Repeat("<a/>", mostElements+1)), "elements"},
		"too large":     {inSchedule(`<a>` + strings.Repeat(" ", MaxFile) + `</a>`), "MB"},
		"another code":  {[]byte(`<?xml version="1.0" encoding="UTF-16"?>` + string(inSchedule(""))), "UTF-8"},
	} {
		_, err := Schedule(c.file, time.UTC)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSchedule(f *testing.F) {
	f.Add(sample(f))
	f.Add(inSchedule(`<ProductionRequest><ID>1</ID></ProductionRequest>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := Schedule(file, time.UTC)
		if err == nil && (len(table.Rows) == 0 || len(table.Rows) != len(table.At)) {
			t.Error(len(table.Rows), len(table.At))
		}
		for _, r := range table.Rows {
			if len(r) != len(table.Head) {
				t.Error(r)
			}
		}
	})
}

func TestAPerformanceTellsQuantitiesTimesAndLots(t *testing.T) {
	at := time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)
	one := workorder.Performance{
		Head: workorder.Head{
			Order:      workorder.Order{Number: "WO-000007", Reference: "4500001", Line: "filling-1", Quantity: plant.Pieces(250), Lifecycle: workorder.Started},
			ItemNumber: "BOTTLE", ItemName: "Bottle <1 l> & cap", Unit: "H87",
		},
		Begun: at, Ended: at.Add(time.Hour), Yield: plant.Pieces(100), Loss: plant.Pieces(2),
		Steps: []workorder.Worked{{Position: 10, Name: "Fill", Begun: at, Ended: at.Add(time.Hour), Good: plant.Pieces(100), Scrap: plant.Pieces(2), SetUp: plant.Pieces(10), Run: plant.Pieces(50)}},
		Made:  []workorder.Lotted{{Number: "BOTTLE", Name: "Bottle", Unit: "H87", Lot: "WO-000007", Quantity: plant.Pieces(100)}},
		Used:  []workorder.Lotted{{Number: "CAP", Unit: "H87", Lot: "C-1", Quantity: plant.Pieces(102), Operation: 10}, {Number: "BOX", Unit: "H87", Quantity: plant.Pieces(9)}},
	}
	var b bytes.Buffer
	if err := Performance(&b, []workorder.Performance{one}, Told{Published: at}); err != nil {
		t.Fatal(err)
	}
	var p performance
	if err := xml.Unmarshal(b.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	r := p.Responses[0]
	if p.XMLName.Space != v0600 || r.Request != "4500001" || r.ID != "WO-000007" || r.State != "Running" || r.Scope.EquipmentID != "filling-1" || r.StartTime != "2026-12-01T07:00:00Z" {
		t.Errorf("%+v", r)
	}
	whole := r.Segments[0]
	if whole.Data[1].Value.ValueString != "100" || whole.Produced[0].Lot != "WO-000007" || whole.Consumed[0].Definition != "BOX" || whole.Description != one.ItemName {
		t.Errorf("%+v", whole)
	}
	if step := whole.Segments[0]; step.Process != "Fill" || step.Data[3].Value.ValueString != "50" || step.Consumed[0].Quantity.QuantityString != "102" {
		t.Errorf("%+v", step)
	}
}
