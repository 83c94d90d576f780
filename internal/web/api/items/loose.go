package items

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
)

// loose is an object whose fields are read with the rest of a request, so that everything wrong is told at once and a
// row that cannot be read leaves the others alone.
type loose map[string]json.RawMessage

// scalar gives a field as text: a string, a number or a boolean.
func (l loose) scalar(name string) (text string, ok bool) {
	raw := strings.TrimSpace(string(l[name]))
	switch {
	case raw == "" || raw == "null":
		return "", raw != ""
	case raw[0] == '"':
		return text, json.Unmarshal([]byte(raw), &text) == nil
	case raw[0] == '[' || raw[0] == '{':
		return "", false
	}
	return raw, true
}

// take gives a field as text, and takes it out.
func (l loose) take(name string) string {
	text, _ := l.scalar(name)
	delete(l, name)
	return text
}

// Facts are the facts of an item that somebody sends: those that are named are changed, the others stay.
type Facts struct{ loose }

// Schema says which fields there are.
func (Facts) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{}, Description: "The fields that are named are changed, the others stay. Decimals may be sent as numbers or texts."}
	for _, name := range written.Fields() {
		s.Properties[name] = &huma.Schema{Description: words[name]}
	}
	s.Properties["version"] = &huma.Schema{Description: "Of the item as you saw it: the change fails when somebody else was first."}
	s.Properties["why"] = &huma.Schema{Description: "Why it is changed; the audit keeps it."}
	return s
}

// words tell what those fields mean whose names do not.
var words = map[string]string{
	"number": "Unique without regard to case.", "kind": "make, buy, both or service.", "unit": "Of stock: a code of UNECE Recommendation 20 such as KGM.",
	"tracking": "none, lot or serial.", "shelfDays": "How many days a lot keeps; 0 for ever.", "valuation": "fifo, average or standard.",
	"standardCost": "Of one stock unit.", "product": "The code that the lines report.", "barcode": "A GTIN with its check digit, or a code of the plant's own.",
	"yield": "The share of what is started that becomes good: 0.98.", "reorder": "mrp, point, kanban or none.",
	"alternatesTaken": "When planning takes alternates in its place: when late, before ordering or by hand.",
	"lotRule":         "lot for lot, fixed, economic, periods or up to.", "supplier": "The id of a partner; 0 for none.",
	"units":      `[{"unit": "XBG", "factor": "25"}]: one bag is 25 stock units. Factors are exact: 0.45359237, 1/12.`,
	"revisions":  `[{"revision": "A", "from": "2026-03-02T00:00:00Z", "note": "…"}]`,
	"alternates": `[{"item": "A-200", "factor": "1"}], the best first.`,
}

// UnmarshalJSON keeps the fields as they are.
func (f *Facts) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &f.loose) }

// MarshalJSON gives the fields back.
func (f Facts) MarshalJSON() ([]byte, error) { return json.Marshal(f.loose) }

type unitFact struct {
	Unit   string          `json:"unit"`
	Factor json.RawMessage `json:"factor"`
}

type revisionFact struct {
	Revision string `json:"revision"`
	From     string `json:"from"`
	Note     string `json:"note"`
}

type alternateFact struct {
	Item   string          `json:"item"`
	Factor json.RawMessage `json:"factor"`
}

// read gives what writes the facts into an item.
func (d Deps) read(f Facts, zone *time.Location) (func(*item.Item), error) {
	fields, lists := map[string]string{}, []func(*item.Item){}
	var wrong []errs.Field
	for name := range f.loose {
		if text, ok := f.scalar(name); ok {
			fields[name] = text
			continue
		}
		list, err := f.list(name, zone)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: errs.Clip(name), Message: err.Error()})
			continue
		}
		lists = append(lists, list)
	}
	set, err := written.Read(fields, zone)
	wrong = append(wrong, fieldsOf(err)...)
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
		return func(*item.Item) {}, &errs.Error{Kind: errs.Invalid, Words: "the item cannot be read: mend what is wrong with it", Fields: wrong}
	}
	return func(i *item.Item) {
		set(i)
		for _, list := range lists {
			list(i)
		}
	}, nil
}

// list reads a field that is a list of objects.
func (f Facts) list(name string, zone *time.Location) (func(*item.Item), error) {
	raw := f.loose[name]
	switch name {
	case "units":
		all, err := each(raw, func(u unitFact) (item.Unit, error) {
			r, err := item.ParseRatio(unquoted(u.Factor))
			return item.Unit{Code: written.UnitCode(u.Unit), Factor: r}, err
		})
		return func(i *item.Item) { i.Units = all }, err
	case "revisions":
		all, err := each(raw, func(r revisionFact) (out item.Revision, err error) {
			out = item.Revision{Name: r.Revision, Note: r.Note}
			if r.From != "" {
				out.From, err = written.ParseTime(r.From, zone)
			}
			return out, err
		})
		return func(i *item.Item) { i.Revisions = all }, err
	case "alternates":
		all, err := each(raw, func(a alternateFact) (out item.Alternate, err error) {
			out = item.Alternate{Number: a.Item, Factor: item.One()}
			if text := unquoted(a.Factor); text != "" {
				out.Factor, err = item.ParseRatio(text)
			}
			return out, err
		})
		for n := range all {
			all[n].Rank = int64(n)
		}
		return func(i *item.Item) { i.Alternates = all }, err
	}
	return nil, errs.New(errs.Invalid, "send a text, a number or a boolean")
}

func unquoted(raw json.RawMessage) string { return strings.Trim(strings.TrimSpace(string(raw)), `"`) }

// most is how many entries a list of an item has at most.
const most = 1000

func each[T, O any](raw json.RawMessage, read func(T) (O, error)) ([]O, error) {
	var rows []T
	if err := json.Unmarshal(raw, &rows); err != nil || len(rows) > most {
		return nil, errs.New(errs.Invalid, "send a list of objects, of at most %d", most)
	}
	out := make([]O, len(rows))
	for n, row := range rows {
		var err error
		if out[n], err = read(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}
