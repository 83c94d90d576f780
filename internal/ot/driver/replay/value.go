package replay

import (
	"strconv"

	"millwright/internal/ot/tag"
)

// unavailable is how MTConnect says that there is no value.
const unavailable = "UNAVAILABLE"

// typed reads a value as it stands in a log: a number, or text. UNAVAILABLE and nothing are no value.
// A number that is padded with zeros is a name, like an article's.
func typed(s string) (tag.Value, tag.Quality) {
	if s == "" || s == unavailable {
		return tag.Value{}, tag.Bad
	}
	if !numeric(s) {
		return tag.TextValue(s), tag.Good
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return tag.IntValue(i), tag.Good
	}
	if u, err := strconv.ParseUint(s, 10, 64); err == nil {
		return tag.UintValue(u), tag.Good
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return tag.TextValue(s), tag.Good // beyond every float: nobody can count with it
	}
	return tag.FloatValue(f), tag.Good
}

// numeric tells whether a value is written like a decimal number: what else programs take for numbers
// (NaN, Inf, 0x10, 1_000, 007) is text.
func numeric(s string) bool {
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	whole := 0
	for whole < len(s) && s[whole] >= '0' && s[whole] <= '9' {
		whole++
	}
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	for _, c := range []byte(s[whole:]) {
		if (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '-' && c != '+' {
			return false
		}
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || len(s) == whole
}

// As gives the row's value in the kind that all values of its item share, so that a reading of "0"
// among readings like "0.5" is no change of type.
func (r Row) As(k tag.Kind) tag.Value {
	switch {
	case r.Quality.Bad() || r.Value.Kind() == k:
		return r.Value
	case k == tag.Text:
		return tag.TextValue(r.Raw)
	case k == tag.Float:
		if f, ok := r.Value.Float(); ok {
			return tag.FloatValue(f)
		}
	}
	return r.Value
}

// wider gives the kind that holds values of both kinds.
func wider(a, b tag.Kind) tag.Kind {
	switch {
	case a == tag.None || a == b:
		return b
	case b == tag.None:
		return a
	case a == tag.Text || b == tag.Text:
		return tag.Text
	}
	return tag.Float // whole numbers beyond 63 bits among others
}
