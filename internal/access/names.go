package access

import (
	"context"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"millwright/internal/access/lookalike"
)

// NameKey is what a name has in common with the same one written in another case.
func NameKey(name string) string { return cases.Fold().String(norm.NFC.String(name)) }

// NewNameFault tells what is wrong with a name that nobody has yet: it must not only seem to be that of somebody else.
// Names that people have already stay as they are.
func NewNameFault(name string) string {
	if m := nameFault(name); m != "" {
		return m
	}
	if plain := norm.NFKC.String(name); plain != norm.NFC.String(name) {
		return "The name has letters in a form of their own; write it plainly: " + plain + "."
	}
	if lookalike.Mixed(name) {
		return "The name mixes letters of several alphabets, which look alike; write it in one."
	}
	return ""
}

// double finds the user whose name a new one would be taken for; "" when there is none. The very same name is for the
// vault to refuse.
func double(ctx context.Context, v Users, name string) (string, error) {
	users, err := v.Users(ctx)
	if err != nil {
		return "", err
	}
	mine := lookalike.Of(name)
	for _, u := range users {
		if lookalike.Of(u.Name) == mine && NameKey(u.Name) != NameKey(name) {
			return u.Name, nil
		}
	}
	return "", nil
}
