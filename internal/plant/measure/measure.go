// Package measure is the units in which machines measure: the codes of UNECE Recommendation 20 that industry uses.
package measure

import (
	"regexp"
	"slices"
	"strings"
)

// Unit is an engineering unit.
type Unit struct {
	Code   string // the common code of UNECE Recommendation 20: "CEL"
	Symbol string // "°C"
	Name   string // "degree Celsius"
	Kind   string // the kind of quantity: "temperature"
}

// ID is how OPC UA numbers the unit in an EUInformation (OPC 10000-8 §5.6.3): its code, a byte a letter.
func (u Unit) ID() int32 {
	id := int32(0)
	for _, c := range []byte(u.Code) {
		id = id<<8 | int32(c)
	}
	return id
}

// Namespace is what an EUInformation says whose numbers are those of ID.
const Namespace = "http://www.opcfoundation.org/UA/units/un/cefact"

// units is every unit, by kind of quantity: in the order in which the kinds come, and in each the common ones first.
var units = byKind(slices.Concat(common, pieces, further))

func byKind(all []Unit) []Unit {
	kinds := map[string]int{}
	for _, u := range all {
		if _, known := kinds[u.Kind]; !known {
			kinds[u.Kind] = len(kinds)
		}
	}
	slices.SortStableFunc(all, func(a, b Unit) int { return kinds[a.Kind] - kinds[b.Kind] })
	return all
}

// All is every unit, by kind of quantity. The slice must not be changed.
func All() []Unit { return units }

// Of finds the unit that a text names, by its code or its symbol. A code goes before a symbol.
func Of(text string) (Unit, bool) {
	if i, ok := byCode[text]; ok {
		return units[i], true
	}
	if i, ok := bySymbol[text]; ok {
		return units[i], true
	}
	return Unit{}, false
}

// OfID finds the unit of a number of OPC UA.
func OfID(id int32) (Unit, bool) {
	var code []byte
	for ; id > 0; id >>= 8 {
		code = append(code, byte(id))
	}
	slices.Reverse(code)
	i, ok := byCode[string(code)]
	if !ok {
		return Unit{}, false
	}
	return units[i], true
}

// Symbol is what people read of a unit as somebody wrote it: the symbol of a code, and any other text as it is.
func Symbol(text string) string {
	if i, ok := byCode[text]; ok {
		return units[i].Symbol
	}
	return text
}

// near are units that somebody may have meant by a text that names none: those whose code, symbol or name it is but for
// its writing, and for what looks like a code those whose code differs in one sign.
func near(text string) (all []Unit) {
	const most = 3
	wanted := folded(text)
	if wanted == "" {
		return nil
	}
	for _, u := range units {
		if wanted == folded(u.Symbol) || wanted == folded(u.Name) || wanted == folded(u.Code) {
			all = append(all, u)
		}
	}
	if codeLike.MatchString(text) {
		for _, u := range units {
			if oneApart(text, u.Code) && !slices.Contains(all, u) {
				all = append(all, u)
			}
		}
	}
	return all[:min(len(all), most)]
}

// folded is a text without what people write one way or another: capitals, raised digits, dots and spaces.
func folded(text string) string {
	return fold.Replace(strings.ToLower(text))
}

var fold = strings.NewReplacer("²", "2", "³", "3", "₂", "2", "·", "", "*", "", "^", "", ".", "", " ", "", "µ", "u", "μ", "u", "ω", "ohm", "°", "deg")

// oneApart tells whether two codes of one length differ in one sign, or in the order of two beside each other.
func oneApart(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	var differ []int
	for i := range len(a) {
		if a[i] != b[i] {
			differ = append(differ, i)
		}
	}
	switch len(differ) {
	case 1:
		return true
	case 2:
		i, j := differ[0], differ[1]
		return j == i+1 && a[i] == b[j] && a[j] == b[i]
	}
	return false
}

// codeLike is a text that nobody writes but who means a code: CEL, 4H, K13.
var codeLike = regexp.MustCompile(`^([A-Z][A-Z0-9]{2}|[0-9][A-Z])$`)

// Hint says what to look at where a text looks like a unit or a code that it does not name, with those that may be
// meant; "" for any other.
func Hint(text string) string {
	if _, known := Of(text); known || len(text) > longest {
		return ""
	}
	var meant []string
	for _, u := range near(text) {
		meant = append(meant, u.Code+" is "+u.Name)
	}
	switch {
	case codeLike.MatchString(text) && len(meant) == 0:
		return text + " looks like a UNECE code and is none that is known here: it is shown as it is written"
	case codeLike.MatchString(text):
		return text + " looks like a UNECE code and is none that is known here: it is shown as it is written; " + strings.Join(meant, ", ")
	case len(meant) > 0:
		return text + " is taken as it is written; the code " + strings.Join(meant, ", ")
	}
	return ""
}

// longest is how long a text may be that is compared with all units.
const longest = 60

// byCode and bySymbol find a unit's place in the list. Of units of one symbol the first is meant.
var (
	byCode   = places(func(u Unit) string { return u.Code })
	bySymbol = places(func(u Unit) string { return u.Symbol })
)

func places(key func(Unit) string) map[string]int {
	all := make(map[string]int, len(units))
	for i, u := range units {
		if _, taken := all[key(u)]; !taken {
			all[key(u)] = i
		}
	}
	return all
}
