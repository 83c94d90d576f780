// Package piece writes and reads quantities as the API does.
package piece

import (
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/plant"
)

// Asked is a quantity as somebody asks for it: an exact decimal.
type Asked struct{ plant.Quantity }

// Schema says that it is a number.
func (Asked) Schema(huma.Registry) *huma.Schema {
	zero := 0.0
	return &huma.Schema{Type: huma.TypeNumber, ExclusiveMinimum: &zero, Description: "Pieces, with six decimal places at most."}
}

// Told is a quantity of pieces as a number.
func Told(q plant.Quantity) float64 {
	f, err := strconv.ParseFloat(q.String(), 64)
	if err != nil {
		return q.Float()
	}
	return f
}
