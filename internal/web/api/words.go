package api

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/piece"
)

// Value is a reading as it came: integers are exact, what is not a finite number is null.
type Value struct{ tag.Value }

// MarshalJSON writes the value exactly.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.Kind() {
	case tag.Boolean, tag.Int, tag.Uint:
		return []byte(v.String()), nil
	case tag.Float:
		f, _ := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return []byte("null"), nil
		}
		return exact(f), nil
	case tag.Text:
		return json.Marshal(v.String())
	}
	return []byte("null"), nil
}

// exact writes a float so that it reads back as one, not as an integer.
func exact(f float64) []byte {
	text := strconv.AppendFloat(nil, f, 'g', -1, 64)
	if !bytes.ContainsAny(text, ".e") {
		text = append(text, ".0"...)
	}
	return text
}

// Schema says that a value is one scalar of any kind.
func (Value) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "A boolean, number or text as the machine sent it; null when there is none. Integers have up to 64 bits.",
		OneOf:       []*huma.Schema{{Type: "boolean"}, {Type: "number"}, {Type: "string"}, {Type: "null"}},
	}
}

// number gives a finite number, else null.
func number(f float64, ok bool) *float64 {
	if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

func ratio(r oee.Ratio) *float64 { return number(r.Value, r.OK) }

func seconds(d time.Duration) float64 { return d.Seconds() }

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

// Amount is a quantity of pieces as it is told.
type Amount = float64

func amount(q plant.Quantity) Amount { return piece.Told(q) }
