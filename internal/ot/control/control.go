// Package control is what people may write into machines: a value as it is typed becomes one that a tag takes, or is refused in words.
package control

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// longest bounds a text that is written.
const longest = 200

// Value gives what is to be sent to the machine so that the tag reads what was typed. The tag's low and high bound it.
func Value(t tag.Tag, kind tag.Kind, typed string) (tag.Value, error) {
	typed = strings.TrimSpace(typed)
	if !t.Writable || t.Expr != "" || t.Connection == "" {
		return tag.Value{}, errs.New(errs.Forbidden, "%s is only read: nothing can be written there", t.Name)
	}
	switch kind {
	case tag.Boolean:
		return yesOrNo(typed)
	case tag.Text:
		if utf8.RuneCountInString(typed) > longest {
			return tag.Value{}, refused("Write up to %d letters.", longest)
		}
		return tag.TextValue(typed), nil
	}
	f, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return tag.Value{}, refused("Write a number.")
	}
	if t.Low != nil && f < *t.Low || t.High != nil && f > *t.High {
		return tag.Value{}, refused("Write a number %s.", Range(t))
	}
	return raw(t, kind, f)
}

// raw takes the scale back.
func raw(t tag.Tag, kind tag.Kind, f float64) (tag.Value, error) {
	scaled := t.Scale != 0 && t.Scale != 1 || t.Offset != 0
	if scaled {
		scale := t.Scale
		if scale == 0 {
			scale = 1
		}
		f = (f - t.Offset) / scale
	}
	const exact = 1 << 53
	if kind != tag.Int && kind != tag.Uint || scaled {
		return tag.FloatValue(f), nil
	}
	if f != math.Trunc(f) || math.Abs(f) > exact {
		return tag.Value{}, refused("Write a whole number.")
	}
	return tag.IntValue(int64(f)), nil
}

func yesOrNo(typed string) (tag.Value, error) {
	b, err := strconv.ParseBool(typed)
	if err != nil {
		return tag.Value{}, refused("Choose on or off.")
	}
	return tag.BoolValue(b), nil
}

// Range says between which numbers a tag may be written: "from 60 to 98"; "" for any.
func Range(t tag.Tag) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case t.Low != nil && t.High != nil:
		return "from " + number(*t.Low) + " to " + number(*t.High)
	case t.Low != nil:
		return "from " + number(*t.Low) + " up"
	case t.High != nil:
		return "up to " + number(*t.High)
	}
	return ""
}

// Commands are those of PackML that a machine's command tag takes: the ones between its low and high.
func Commands(t tag.Tag) (all []machine.Command) {
	for _, c := range machine.Commands() {
		if f := float64(c); (t.Low == nil || f >= *t.Low) && (t.High == nil || f <= *t.High) {
			all = append(all, c)
		}
	}
	return all
}

func refused(format string, args ...any) error {
	err := errs.New(errs.Invalid, format, args...)
	return &errs.Error{Kind: errs.Invalid, Words: err.Error(), Fields: []errs.Field{{Path: "value", Message: err.Error()}}}
}
