// Package plain writes and reads settings in the one form of YAML that this program gives them, many times faster than
// YAML in general: every key on a line of its own, two spaces deeper at each level.
package plain

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is one key of a struct.
type field struct {
	index     int
	key       string
	omitEmpty bool
}

// shapes are the structs met so far, by their keys in the order they are written in.
type shapes map[reflect.Type]shape

type shape struct {
	fields []field
	byKey  map[string]field
	ok     bool // false for what is written in other ways: embedded structs, keys without names
}

func (all shapes) of(t reflect.Type) shape {
	if s, known := all[t]; known {
		return s
	}
	s := shape{byKey: map[string]field{}, ok: true}
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" || key == "-" || !f.IsExported() || (options != "" && options != "omitempty") {
			s.ok = false
		}
		one := field{i, key, options == "omitempty"}
		s.fields, s.byKey[key] = append(s.fields, one), one
	}
	all[t] = s
	return s
}

// easy tells whether a text stands in YAML as it is, and as a text. It is careful: what it says no to may still.
func easy(s string) bool {
	if len(s) < 6 && reserved(s) || len(s) == 0 || !letter(s[0]) || s[len(s)-1] == ' ' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == ':' || c == '#' {
			return false
		}
	}
	return true
}

// reserved tells of words that mean something else in one or another version of YAML.
func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }

// memory is how texts that are not easy stand in YAML, both ways: most of them come again and again.
type memory map[string]string

// written is how a text is written; ok is false when it takes several lines.
func (m memory) written(s string) (token string, ok bool) {
	if token, ok = m[s]; ok {
		return token, true
	}
	out, err := yaml.Marshal(s)
	token = strings.TrimSuffix(string(out), "\n")
	if err != nil || strings.Contains(token, "\n") || strings.HasPrefix(token, "!") {
		return "", false
	}
	m[s] = token
	return token, true
}

// meant is the text that a token stands for.
func (m memory) meant(token string) (s string, ok bool) {
	if s, ok = m[token]; ok {
		return s, true
	}
	if err := yaml.Unmarshal([]byte(token), &s); err != nil {
		return "", false
	}
	m[token] = s
	return s, true
}

// sooner is the order that YAML gives to keys that are orderly: by letters, and the numbers in them by their worth.
func sooner(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return len(a) < len(b)
	}
	c, d := a[i], b[i]
	switch {
	case letter(c) && letter(d):
		return c < d
	case letter(c) || letter(d):
		return letter(c) == (i > 0 && digit(a[i-1]))
	}
	from := 0
	if c == '0' || d == '0' { // a nought counts behind other digits, and not before them
		for j := i - 1; j >= 0 && digit(a[j]); j-- {
			if a[j] != '0' {
				from = 1
				break
			}
		}
	}
	m, end := number(a, i, from)
	n, other := number(b, i, from)
	switch {
	case m != n:
		return m < n
	case end != other:
		return end < other
	}
	return c < d
}

// number reads digits behind a first one.
func number(s string, i, from int) (n, end int) {
	for n = from; i < len(s) && digit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n, i
}

// orderly tells whether sooner knows the place of a key.
func orderly(key string) bool {
	if len(key) > 100 {
		return false
	}
	digits := 0
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return false
		}
		if digits++; !digit(key[i]) {
			digits = 0
		}
		if digits > 15 {
			return false
		}
	}
	return true
}
