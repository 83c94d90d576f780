package items

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
)

// Draft is a bill that somebody sends.
type Draft struct{ loose }

// Schema says which fields there are.
func (Draft) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{
		"item": {Description: "The number of the item that it makes."}, "batch": {Description: "The lines and run times are for so much of the item; 1 when left out."},
		"revision": {Description: "Of the item; any when left out."}, "note": {}, "why": {Description: "Why; the audit keeps it."},
		"version":    {Description: "Of a draft that is changed, as you saw it."},
		"lines":      {Description: "Each with item, quantity and, where they are not as usual, position, kind, unit, once, scrap, policy, every, operation, instead, share, note."},
		"operations": {Description: "Each with name, centre and, where they are not as usual, position, setupSeconds, runSeconds, queueSeconds, crew, skill (its name), tool (its number), tools (how many), also (other tools and skills: GAUGE-1; 2 × DIE-L; Welding), note. setup, run and queue take texts like 1.5 h instead."},
	}}
}

// UnmarshalJSON keeps the fields as they are.
func (d *Draft) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &d.loose) }

// MarshalJSON gives the fields back.
func (d Draft) MarshalJSON() ([]byte, error) { return json.Marshal(d.loose) }

// written reads a draft's fields as texts.
func (d Draft) written() (out written.Bill, err error) {
	var rows, steps []loose
	for name, into := range map[string]*[]loose{"lines": &rows, "operations": &steps} {
		if raw := d.loose[name]; len(raw) > 0 && json.Unmarshal(raw, into) != nil {
			return out, &errs.Error{Kind: errs.Invalid, Words: "the bill of material cannot be read", Fields: []errs.Field{{Path: name, Message: "send a list of objects"}}}
		}
	}
	out.Batch, _ = d.scalar("batch")
	out.Revision, _ = d.scalar("revision")
	out.Note, _ = d.scalar("note")
	for _, row := range rows {
		var l written.Line
		for name := range row {
			text, _ := row.scalar(name)
			l.Set(name, text)
		}
		out.Lines = append(out.Lines, l)
	}
	for _, row := range steps {
		text := func(name string) string { t, _ := row.scalar(name); return t }
		lasts := func(name string) string {
			if s := text(name + "Seconds"); s != "" {
				return s + " s"
			}
			return text(name)
		}
		out.Operations = append(out.Operations, written.Operation{
			Position: text("position"), Name: text("name"), Centre: text("centre"), Setup: lasts("setup"), Run: lasts("run"), Queue: lasts("queue"), Crew: text("crew"), Skill: text("skill"), Tool: text("tool"), Tools: text("tools"), Also: text("also"), Note: text("note"),
		})
	}
	return out, nil
}

// readDraft reads a draft against the items and work centres that there are.
func (d Deps) readDraft(ctx context.Context, in Draft, into bill.Bill) (bill.Bill, error) {
	text, err := in.written()
	if err != nil {
		return into, err
	}
	items, err := d.Items.Numbered(ctx, written.Numbers(text.Lines))
	if err != nil {
		return into, err
	}
	all, err := d.Centres.Centres(ctx)
	if err != nil {
		return into, err
	}
	centres := make(map[string]bill.Centre, len(all))
	for _, c := range all {
		centres[strings.ToLower(c.Code)] = c
	}
	kit, err := d.Tools.Kit(ctx)
	if err != nil {
		return into, err
	}
	return text.Read(into, items, centres, kit)
}
