package access

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// newNameFault tells what is wrong with a name that nobody has yet: it must not only seem to be that of somebody else.
// Names that people have already stay as they are.
func newNameFault(name string) string {
	if m := nameFault(name); m != "" {
		return m
	}
	if plain := norm.NFKC.String(name); plain != norm.NFC.String(name) {
		return "The name has letters in a form of their own; write it plainly: " + plain + "."
	}
	scripts := 0
	for _, s := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(s, r) }) {
			scripts++
		}
	}
	if scripts > 1 {
		return "The name mixes letters of several alphabets, which look alike; write it in one."
	}
	return ""
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

// look is what names have in common that a reader could take for one another.
func look(name string) string {
	return cases.Fold().String(likeness().Replace(norm.NFKC.String(name)))
}

// double finds the user whose name a new one would be taken for; "" when there is none. The very same name is for the
// vault to refuse.
func double(ctx context.Context, v Users, name string) (string, error) {
	users, err := v.Users(ctx)
	if err != nil {
		return "", err
	}
	mine, fold := look(name), cases.Fold()
	for _, u := range users {
		if look(u.Name) == mine && fold.String(norm.NFC.String(u.Name)) != fold.String(norm.NFC.String(name)) {
			return u.Name, nil
		}
	}
	return "", nil
}
