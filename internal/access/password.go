package access

import (
	"cmp"
	"context"
	_ "embed" // of the common words
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"millwright/internal/errs"
)

// LeastPassword is how many characters a password needs.
const LeastPassword = 12

const longestPassword = 256 // bytes: more only costs time

// strength is what a guess costs: 19 MiB and two passes (OWASP's first choice for argon2id).
func strength() *argon2id.Params {
	return &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// hashers bounds how many passwords are hashed at one time, so that a flood of guesses cannot take all memory.
type hashers chan struct{}

const (
	atOnce      = 2
	hashersWait = 5 * time.Second
)

func newHashers() hashers { return make(hashers, atOnce) }

// matches compares a password with a hash; the time it takes does not tell the answer.
func (h hashers) matches(ctx context.Context, password, hash string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, hashersWait)
	defer cancel()
	select {
	case h <- struct{}{}:
	case <-ctx.Done():
		return false, errs.New(errs.TooMany, "too many people sign in at this moment; try again in a few seconds")
	}
	defer func() { <-h }()
	possible := len(password) <= longestPassword
	ok, err := argon2id.ComparePasswordAndHash(password[:min(len(password), longestPassword)], hash)
	if err != nil {
		return false, fmt.Errorf("compare a password with its hash: %w", err)
	}
	return ok && possible, nil
}

// hash makes the PHC string that is kept in the place of a password.
func hash(password string) (string, error) {
	h, err := argon2id.CreateHash(password, strength())
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return h, nil
}

// Account is a name and a password as somebody chose them.
type Account struct {
	Name     string
	Password string
}

// Check says in the fields "name" and "password" what is wrong with a choice; nil when it will do.
func (a Account) Check() error { return a.check(nameFault) }

// CheckNew is Check for the name of somebody who is not there yet.
func (a Account) CheckNew() error { return a.check(NewNameFault) }

// Choice is a password as somebody chose it, typed twice.
type Choice struct{ Password, Again string }

// Check says in the fields "name", "password" and "again" what is wrong with it for the person of a name.
func (c Choice) Check(name string) error {
	return together(Account{Name: name, Password: c.Password}.Check(), c.CheckAgain())
}

// CheckAgain says in the field "again" that it was not typed the same twice.
func (c Choice) CheckAgain() error {
	if c.Again == c.Password {
		return nil
	}
	return field("the passwords differ", "again", "Type the same password twice.")
}

// together is what is wrong at the fields of several errors as one; nil when nothing is.
func together(all ...error) error {
	var out errs.Error
	for _, err := range all {
		var e *errs.Error
		if errors.As(err, &e) {
			out.Kind, out.Words, out.Fields = e.Kind, cmp.Or(out.Words, e.Words), append(out.Fields, e.Fields...)
		}
	}
	if out.Words == "" {
		return nil
	}
	return &out
}

func (a Account) check(name func(string) string) error {
	var fields []errs.Field
	if m := name(a.Name); m != "" {
		fields = append(fields, errs.Field{Path: "name", Message: m})
	}
	if m := passwordFault(a); m != "" {
		fields = append(fields, errs.Field{Path: "password", Message: m})
	}
	if fields == nil {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the name or the password cannot be used", Fields: fields}
}

func nameFault(name string) string {
	switch {
	case name == "":
		return "Give a name."
	case !utf8.ValidString(name) || utf8.RuneCountInString(name) > 64:
		return "A name has at most 64 characters."
	case name != strings.TrimSpace(name):
		return "A name begins and ends with a letter or digit, not with a space."
	case !strings.ContainsFunc(name, unicode.IsLetter):
		return "A name holds at least one letter."
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(" .-_@'", r) {
			return "A name is made of letters, digits, spaces and . - _ @ '."
		}
	}
	return ""
}

func passwordFault(a Account) string {
	p := strings.ToLower(a.Password)
	switch {
	case !utf8.ValidString(a.Password) || len(a.Password) > longestPassword:
		return fmt.Sprintf("A password has at most %d bytes.", longestPassword)
	case utf8.RuneCountInString(a.Password) < LeastPassword:
		return fmt.Sprintf("A password has at least %d characters. A sentence is easy to remember.", LeastPassword)
	case a.Name != "" && strings.Trim(strings.ReplaceAll(p, strings.ToLower(a.Name), ""), "0123456789!?.-_ ") == "":
		return "The password must not be the name."
	case isCommon(p):
		return "This password is one of the first that anybody tries. Choose another."
	case monotonous(p), repeats(p):
		return "The password repeats itself or only counts. Choose another."
	}
	return ""
}

// commonText are the words that most guessed passwords of this length are made of: those first tried everywhere, and
// those of a factory and of this program.
//
//go:embed common.txt
var commonText string

// sentence is how many different words make up for being common: nobody tries all sentences of so many.
const sentence = 4

// isCommon tells whether nothing is left of a password without a few common words, digits and signs, also when letters
// are written as the digits and signs that look like them.
func isCommon(p string) bool {
	words := strings.Fields(commonText)
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, letters := range []string{lookAlikes, "oieastasi", "oleastasl"} {
		read := strings.Map(func(r rune) rune {
			if i := strings.IndexRune(lookAlikes, r); i >= 0 {
				return rune(letters[i])
			}
			return r
		}, p)
		if madeOf(words, p, read) {
			return true
		}
	}
	return false
}

// lookAlikes are digits and signs that stand for letters.
const lookAlikes = "013457@$!"

// madeOf tells whether nothing of a password is left but digits and signs where the words in how it reads are taken out.
func madeOf(words []string, p, read string) bool {
	left, used := []byte(p), 0
	for _, w := range words {
		if !strings.Contains(read, w) {
			continue
		}
		used++
		for at := strings.Index(read, w); at >= 0; at = strings.Index(read, w) {
			blank := strings.Repeat(" ", len(w))
			copy(left[at:], blank)
			read = read[:at] + blank + read[at+len(w):]
		}
	}
	return used < sentence && strings.Trim(string(left), "0123456789!?.,-_@#$%&*+ ") == ""
}

// repeats tells whether a password is one short piece again and again: otter1otter1.
func repeats(p string) bool {
	for n := 1; n <= len(p)/2 && n < LeastPassword; n++ {
		if strings.HasPrefix(strings.Repeat(p[:n], len(p)/n+1), p) {
			return true
		}
	}
	return false
}

// monotonous tells whether a password is made of fewer than five different characters or is one run
// like abcdefghijkl or 987654321098.
func monotonous(p string) bool {
	runes := []rune(p)
	seen := map[rune]bool{}
	steps := 0
	for i, r := range runes {
		seen[r] = true
		if i > 0 && (r-runes[i-1] == 1 || runes[i-1]-r == 1) {
			steps++
		}
	}
	return len(seen) < 5 || steps >= len(runes)-2
}
