// Package lookalike tells of names that a reader could take for one another.
package lookalike

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Mixed tells whether a name is written in several alphabets, whose letters look alike.
func Mixed(name string) bool {
	scripts := 0
	for _, s := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(s, r) }) {
			scripts++
		}
	}
	return scripts > 1
}

// likeness writes Cyrillic and Greek letters as the Latin ones that look the same.
func likeness() *strings.Replacer {
	return strings.NewReplacer(
		"а", "a", "А", "a", "е", "e", "Е", "e", "о", "o", "О", "o", "р", "p", "Р", "p", "с", "c", "С", "c", "у", "y", "У", "y", "х", "x", "Х", "x",
		"і", "i", "І", "i", "ј", "j", "Ј", "j", "ѕ", "s", "Ѕ", "s", "ԁ", "d", "һ", "h", "ԛ", "q", "ԝ", "w", "ү", "y", "Ү", "y",
		"В", "b", "Н", "h", "К", "k", "М", "m", "Т", "t",
		"ο", "o", "Ο", "o", "α", "a", "Α", "a", "Β", "b", "Ε", "e", "Ζ", "z", "Η", "h", "ι", "i", "Ι", "i", "Κ", "k", "κ", "k", "Μ", "m", "ν", "v", "Ν", "n",
		"ρ", "p", "Ρ", "p", "Τ", "t", "υ", "u", "Υ", "y", "χ", "x", "Χ", "x", "ϲ", "c", "ϳ", "j",
	)
}

// Of is what names have in common that a reader could take for one another.
func Of(name string) string {
	return cases.Fold().String(likeness().Replace(norm.NFKC.String(name)))
}
