package plain

import (
	"bytes"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Read reads a text into the zero value that into points to. ok is false, and into is to be thrown away, when the text
// is not, to the last letter, what Write makes of what was read: then YAML in general must read it.
func Read(text []byte, into any) (ok bool) {
	r := reader{shapes: shapes{}, memory: memory{}, rest: string(text)}
	v := reflect.ValueOf(into).Elem()
	if v.Kind() != reflect.Struct || !r.next() || !r.structure(v, 0) || r.more {
		return false
	}
	again, ok := Write(v.Interface())
	return ok && bytes.Equal(again, text)
}

type reader struct {
	shapes shapes
	memory memory
	rest   string // after the line
	more   bool   // there is a line
	indent int    // of the line
	line   string // without its indent, as far as it is not read
}

// next goes to the next line; false when there is none. What is no line of the plain form is found by comparing.
func (r *reader) next() bool {
	if r.more = r.rest != ""; !r.more {
		return false
	}
	var line string
	line, r.rest, _ = strings.Cut(r.rest, "\n")
	r.line = strings.TrimLeft(line, " ")
	r.indent = len(line) - len(r.line)
	return true
}

// at tells whether the line belongs to what is so deep.
func (r *reader) at(depth int) bool { return r.more && r.indent == 2*depth }

// key takes the key from the line, and leaves what follows its colon.
func (r *reader) key() (key string, ok bool) {
	end := strings.Index(r.line, ": ")
	if quote := r.line[:min(1, len(r.line))]; quote == `"` || quote == "'" {
		if end = closing(r.line); end < 0 || end == len(r.line) || r.line[end] != ':' {
			return "", false
		}
	} else if end < 0 {
		if end = len(r.line) - 1; end < 0 || r.line[end] != ':' {
			return "", false
		}
	}
	key, r.line = r.line[:end], strings.TrimPrefix(r.line[end+1:], " ")
	return r.text(key)
}

// closing is where a quoted text ends; -1 for never.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[0] == '"' && s[i] == '\\':
			i++
		case s[i] == s[0] && s[0] == '\'' && strings.HasPrefix(s[i+1:], "'"):
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return -1
}

func (r *reader) text(token string) (string, bool) {
	if easy(token) {
		return token, true
	}
	return r.memory.meant(token)
}

// value reads what follows a key, or what begins on its own lines below it.
func (r *reader) value(v reflect.Value, depth int) bool {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		if r.line == "{}" {
			r.next()
			return v.Kind() == reflect.Struct
		}
		if r.line != "" || !r.next() || !r.at(depth+1) {
			return false
		}
		if v.Kind() == reflect.Map {
			return r.mapping(v, depth+1)
		}
		return r.structure(v, depth+1)
	case reflect.Slice:
		return r.line == "" && r.next() && r.at(depth+1) && r.list(v, depth+1)
	}
	ok := r.scalar(v)
	r.next()
	return ok
}

func (r *reader) scalar(v reflect.Value) (ok bool) {
	var err error
	switch v.Kind() {
	case reflect.String:
		var s string
		s, ok = r.text(r.line)
		v.SetString(s)
		return ok
	case reflect.Bool:
		v.SetBool(r.line == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		if v.Type() == duration {
			var d time.Duration
			d, err = time.ParseDuration(r.line)
			n = int64(d)
		} else {
			n, err = strconv.ParseInt(r.line, 10, v.Type().Bits())
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var n uint64
		n, err = strconv.ParseUint(r.line, 10, v.Type().Bits())
		v.SetUint(n)
	case reflect.Float64:
		var f float64
		f, err = strconv.ParseFloat(r.line, 64)
		v.SetFloat(f)
	default:
		return false
	}
	return err == nil
}

func (r *reader) structure(v reflect.Value, depth int) bool {
	s := r.shapes.of(v.Type())
	for r.at(depth) && s.ok && !strings.HasPrefix(r.line, "- ") {
		key, ok := r.key()
		f, known := s.byKey[key]
		if !ok || !known || !r.value(v.Field(f.index), depth) {
			return false
		}
	}
	return s.ok && (!r.more || r.indent < 2*depth)
}

func (r *reader) mapping(v reflect.Value, depth int) bool {
	v.Set(reflect.MakeMap(v.Type()))
	for r.at(depth) {
		key, ok := r.key()
		item := reflect.New(v.Type().Elem()).Elem()
		if !ok || !r.value(item, depth) {
			return false
		}
		at := reflect.New(v.Type().Key()).Elem()
		switch at.Kind() {
		case reflect.String:
			at.SetString(key)
		case reflect.Int:
			n, err := strconv.ParseInt(key, 10, 64)
			if err != nil {
				return false
			}
			at.SetInt(n)
		default:
			return false
		}
		v.SetMapIndex(at, item)
	}
	return !r.more || r.indent < 2*depth
}

func (r *reader) list(v reflect.Value, depth int) bool {
	for r.at(depth) && strings.HasPrefix(r.line, "- ") {
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		item := v.Index(v.Len() - 1)
		r.line, r.indent = r.line[2:], r.indent+2
		switch {
		case item.Kind() != reflect.Struct:
			if !r.value(item, depth) {
				return false
			}
		case r.line == "{}":
			r.next()
		case !r.structure(item, depth+1):
			return false
		}
	}
	return !r.more || r.indent < 2*depth
}
