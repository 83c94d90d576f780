package api

import (
	"math"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web/api/piece"
)

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
