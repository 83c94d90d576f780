// Package label makes the codes that things carry, and what stands beside them.
package label

import (
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/qr"
)

// Label is what sticks on a thing.
type Label struct {
	Code  Code
	Title string // "A-100"
	Sub   string // "Axle"
	Text  string // what the code says, for people
}

// Code is a code as black rectangles on white, in modules. White stands around it as its standard asks.
type Code struct {
	Across, Down int
	Square       bool // a matrix code, and no bars
	Black        []Bar
}

// Bar is a black rectangle.
type Bar struct{ X, Y, W, H int }

// How much white stands around codes, in modules (ISO/IEC 18004, 15417, GS1 General Specifications).
const (
	quietQR  = 4
	quietBar = 11
	high     = 40 // modules of a bar
)

// mostText is how long a code's text may be.
const mostText = 300

// QR makes a QR code that stands a quarter of its area being damaged.
func QR(text string) (Code, error) {
	if err := check(text); err != nil {
		return Code{}, err
	}
	made, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		return Code{}, fmt.Errorf("make a QR code of %q: %w", text, err)
	}
	return drawn(made, quietQR, true), nil
}

// Bars makes a bar code: an EAN of a GTIN, else a Code 128.
func Bars(text string) (Code, error) {
	if err := check(text); err != nil {
		return Code{}, err
	}
	made, err := bars(text)
	if err != nil {
		return Code{}, fmt.Errorf("make a bar code of %q: %w", text, err)
	}
	return drawn(made, quietBar, false), nil
}

func bars(text string) (barcode.Barcode, error) {
	if digits := strings.Trim(text, "0123456789") == ""; digits {
		switch len(text) {
		case 12: // a UPC is an EAN that begins with 0
			if made, err := ean.Encode("0" + text); err == nil {
				return made, nil
			}
		case 8, 13:
			if made, err := ean.Encode(text); err == nil {
				return made, nil
			}
		}
	}
	return code128.Encode(text)
}

func check(text string) error {
	if text == "" || len(text) > mostText {
		return fmt.Errorf("a code carries between 1 and %d letters, and not %d", mostText, len(text))
	}
	return nil
}

// drawn turns an image of one pixel a module into rectangles, each as wide as it can be.
func drawn(made image.Image, quiet int, square bool) Code {
	size := made.Bounds().Size()
	c := Code{Across: size.X + 2*quiet, Down: size.Y + 2*quiet, Square: square}
	deep := 1
	if !square {
		size.Y, deep = 1, high
		c.Down = high
	}
	for y := range size.Y {
		at := y
		if square {
			at += quiet
		}
		for x := 0; x < size.X; x++ {
			from := x
			for x < size.X && black(made.At(x, y)) {
				x++
			}
			if x > from {
				c.Black = append(c.Black, Bar{from + quiet, at, x - from, deep})
			}
		}
	}
	return c
}

func black(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}

// Path is the code as the path of an SVG whose view box is Box.
func (c Code) Path() string {
	var b strings.Builder
	for _, r := range c.Black {
		fmt.Fprintf(&b, "M%d %dh%dv%dh-%dz", r.X, r.Y, r.W, r.H, r.W)
	}
	return b.String()
}

// Box is the view box of Path.
func (c Code) Box() string {
	return "0 0 " + strconv.Itoa(c.Across) + " " + strconv.Itoa(c.Down)
}
