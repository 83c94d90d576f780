package drivertest

import (
	"fmt"
	"strconv"

	"millwright/internal/ot/tag"
)

// parseValue reads a value as Command writes it.
func parseValue(kind, text string) (tag.Value, error) {
	switch kind {
	case tag.None.String(), "":
		return tag.Value{}, nil
	case tag.Boolean.String():
		b, err := strconv.ParseBool(text)
		return tag.BoolValue(b), err
	case tag.Int.String():
		i, err := strconv.ParseInt(text, 10, 64)
		return tag.IntValue(i), err
	case tag.Uint.String():
		u, err := strconv.ParseUint(text, 10, 64)
		return tag.UintValue(u), err
	case tag.Float.String():
		f, err := strconv.ParseFloat(text, 64)
		return tag.FloatValue(f), err
	case tag.Text.String():
		return tag.TextValue(text), nil
	}
	return tag.Value{}, fmt.Errorf("%q is no kind of value", kind)
}
