// Package reading is a tag's sample as the API tells it.
package reading

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/ot/tag"
)

// Sample is one reading.
type Sample struct {
	Time    time.Time `json:"time"`
	Value   Value     `json:"value"`
	Kind    string    `json:"kind"`
	Quality uint32    `json:"quality" doc:"OPC UA status code; 0 is good."`
}

// Of tells a sample.
func Of(s tag.Sample) Sample {
	return Sample{s.Time.UTC(), Value{s.Value}, s.Value.Kind().String(), uint32(s.Quality)}
}

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
