package paper

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// side is how wide a code is, in millimetres.
const side = 24.0

// code draws what a camera reads, at the upper right of the page: a QR code that is still read when a quarter of it is dirty.
func (s *sheet) code(text string) error {
	if text == "" {
		return nil
	}
	c, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		return fmt.Errorf("draw a code: %w", err)
	}
	n := c.Bounds().Dx()
	step := side / float64(n)
	s.SetFillColor(0, 0, 0)
	for y := range n {
		for x := range n {
			if r, _, _, _ := c.At(x, y).RGBA(); r == 0 {
				s.Rect(width-right-side+float64(x)*step, top+float64(y)*step, step*1.02, step*1.02, "F")
			}
		}
	}
	return nil
}
