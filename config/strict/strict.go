// Package strict reads YAML in which nothing is left out in silence.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"millwright/internal/errs"
)

// Blank tells of a text that says nothing: it is empty, or holds comments alone.
func Blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if said := bytes.TrimSpace(line); len(said) > 0 && said[0] != '#' && string(said) != "---" {
			return false
		}
	}
	return true
}

// Decode reads one YAML document strictly: an unknown key or a wrong type is an error with its line.
func Decode(path string, text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	err := d.Decode(into)
	if err == nil {
		return alone(path, d)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	var several *yaml.TypeError
	if !errors.As(err, &several) {
		return errs.New(errs.Invalid, "%s is not valid YAML: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	wrong := make([]errs.Field, 0, len(several.Errors))
	for _, e := range several.Errors {
		wrong = append(wrong, inWords(path, fmt.Sprint(e)))
	}
	return Refuse(path, wrong)
}

// alone refuses a second document behind the one that was read: nobody would see that it is left out.
func alone(path string, d *yaml.Decoder) error {
	var second yaml.Node
	err := d.Decode(&second)
	if errors.Is(err, io.EOF) || err == nil && len(second.Content) > 0 && second.Content[0].Tag == "!!null" {
		return nil
	}
	if err != nil {
		return errs.New(errs.Invalid, "%s is not valid YAML: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return Refuse(path, []errs.Field{{Path: fmt.Sprintf("%s:%d", path, second.Line), Message: "a second document begins behind ---; keep all in one, or each in a file of its own"}})
}

var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (\S+) not found in type (\S+)$`)
	twice      = regexp.MustCompile(`^line (\d+): mapping key (".*") already defined at line (\d+)$`)
	wrongType  = regexp.MustCompile("^line (\\d+): cannot unmarshal !!(\\S+)(?: `(.*)`)? into (\\S+)$")
)

// inWords turns what the YAML reader says into a sentence with a next step.
func inWords(path, e string) errs.Field {
	if m := unknownKey.FindStringSubmatch(e); m != nil {
		return errs.Field{Path: path + ":" + m[1], Message: fmt.Sprintf("key %q is unknown here; check the spelling against the documented keys", m[2])}
	}
	if m := twice.FindStringSubmatch(e); m != nil {
		return errs.Field{Path: path + ":" + m[1], Message: fmt.Sprintf("%s stands already in line %s; rename one of the two, or leave it out", m[2], m[3])}
	}
	if m := wrongType.FindStringSubmatch(e); m != nil {
		what := "a " + yamlWord(m[2])
		if m[3] != "" {
			what = fmt.Sprintf("%q is %s", m[3], what)
		}
		return errs.Field{Path: path + ":" + m[1], Message: what + " where a " + goWord(m[4]) + " belongs"}
	}
	return errs.Field{Path: path, Message: e}
}

func yamlWord(t string) string {
	switch t {
	case "str":
		return "text"
	case "seq":
		return "list"
	case "map":
		return "group of keys"
	case "int", "float":
		return "number"
	}
	return t
}

func goWord(t string) string {
	switch {
	case strings.HasSuffix(t, "Duration"):
		return "time such as 10s or 5m"
	case strings.HasPrefix(t, "[]"):
		return "list"
	case strings.HasPrefix(t, "map["), strings.Contains(t, "."): // a type of some package: config.SiteEntry
		return "group of keys"
	case strings.HasPrefix(t, "uint"):
		return "whole number of 0 or more"
	case strings.HasPrefix(t, "int"):
		return "whole number"
	case t == "string":
		return "text"
	case t == "bool":
		return "true or false"
	}
	return "number"
}

// Refuse makes one error of all that is wrong; nil when nothing is.
func Refuse(what string, wrong []errs.Field) error {
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf("%s is wrong in %d place(s); mend and start again", what, len(wrong)), Fields: wrong}
}
