package plain

import (
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Write gives the text of a thing; ok is false when it cannot be told in the plain form, and YAML in general must do.
func Write(thing any) (text []byte, ok bool) {
	w := writer{shapes: shapes{}, memory: memory{}}
	v := reflect.ValueOf(thing)
	if !v.IsValid() || !w.value(v, 0, atTop) || w.stuck {
		return nil, false
	}
	return w.out, true
}

type writer struct {
	shapes shapes
	memory memory
	out    []byte
	stuck  bool
}

// place is what stands before a value on its line.
type place int

const (
	atTop  place = iota // nothing
	atKey               // a key and a colon
	atDash              // a dash and a space
)

var duration = reflect.TypeFor[time.Duration]()

// value writes one thing, and the end of its line.
func (w *writer) value(v reflect.Value, depth int, at place) bool {
	switch v.Kind() {
	case reflect.Struct:
		return w.structure(v, depth, at)
	case reflect.Map:
		return w.mapping(v, depth, at)
	case reflect.Slice:
		return w.list(v, depth, at)
	case reflect.Pointer:
		return !v.IsNil() && w.value(v.Elem(), depth, at)
	}
	if at == atKey {
		w.out = append(w.out, ' ')
	}
	ok := w.scalar(v)
	w.out = append(w.out, '\n')
	return ok
}

func (w *writer) scalar(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return w.text(v.String())
	case reflect.Bool:
		w.out = strconv.AppendBool(w.out, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == duration {
			w.out = append(w.out, time.Duration(v.Int()).String()...)
			return true
		}
		w.out = strconv.AppendInt(w.out, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.out = strconv.AppendUint(w.out, v.Uint(), 10)
	case reflect.Float64:
		if f := v.Float(); f-f != 0 {
			return false // no number
		}
		w.out = strconv.AppendFloat(w.out, v.Float(), 'g', -1, 64)
	default:
		return false
	}
	return true
}

func (w *writer) text(s string) bool {
	if easy(s) {
		w.out = append(w.out, s...)
		return true
	}
	token, ok := w.memory.written(s)
	w.out = append(w.out, token...)
	return ok
}

// begin ends the line of a key before what stands below it, and gives the depth of that.
func (w *writer) begin(depth int, at place) int {
	if at != atKey {
		return depth
	}
	w.out = append(w.out, '\n')
	return depth + 1
}

// indent begins a line, but for the first one after a dash.
func (w *writer) indent(depth int, first bool, at place) {
	if first && at == atDash {
		return
	}
	for range depth {
		w.out = append(w.out, "  "...)
	}
}

// room doubles what a long text has room for: append alone would grow it by a quarter, and copy it again and again.
func (w *writer) room() {
	if cap(w.out)-len(w.out) < 1024 {
		w.out = slices.Grow(w.out, len(w.out)+1024)
	}
}

func (w *writer) structure(v reflect.Value, depth int, at place) bool {
	s := w.shapes.of(v.Type())
	if !s.ok {
		return false
	}
	w.room()
	first := true
	below := depth
	for _, f := range s.fields {
		of := v.Field(f.index)
		if f.omitEmpty && w.empty(of) {
			continue
		}
		if first {
			below = w.begin(depth, at)
		}
		w.indent(below, first, at)
		first = false
		if !w.text(f.key) {
			return false
		}
		w.out = append(w.out, ':')
		if !w.value(of, below, atKey) {
			return false
		}
	}
	if first {
		w.nothing(at)
	}
	return true
}

// nothing writes a thing without keys.
func (w *writer) nothing(at place) {
	if at == atKey {
		w.out = append(w.out, ' ')
	}
	w.out = append(w.out, "{}\n"...)
}

// entry is one of a map, whose keys are texts or numbers.
type entry struct {
	key    string
	number int64
	item   reflect.Value
}

func (w *writer) mapping(v reflect.Value, depth int, at place) bool {
	kind := v.Type().Key().Kind()
	if kind != reflect.String && kind != reflect.Int || v.IsNil() {
		return false
	}
	all := make([]entry, 0, v.Len())
	for i := v.MapRange(); i.Next(); {
		e := entry{item: i.Value()}
		if kind == reflect.Int {
			e.number = i.Key().Int()
		} else if e.key = i.Key().String(); !orderly(e.key) {
			return false
		}
		all = append(all, e)
	}
	if len(all) == 0 {
		w.nothing(at)
		return true
	}
	slices.SortFunc(all, func(a, b entry) int {
		if kind == reflect.Int && a.number < b.number || kind == reflect.String && sooner(a.key, b.key) {
			return -1
		}
		return 1
	})
	below := w.begin(depth, at)
	for i, e := range all {
		w.indent(below, i == 0, at)
		if kind == reflect.Int {
			w.out = strconv.AppendInt(w.out, e.number, 10)
		} else if !w.text(e.key) {
			return false
		}
		w.out = append(w.out, ':')
		if !w.value(e.item, below, atKey) {
			return false
		}
	}
	return true
}

func (w *writer) list(v reflect.Value, depth int, at place) bool {
	if v.Len() == 0 || at == atDash {
		return false
	}
	below := w.begin(depth, at)
	for i := range v.Len() {
		w.indent(below, false, at)
		w.out = append(w.out, "- "...)
		if !w.value(v.Index(i), below+1, atDash) {
			return false
		}
	}
	return true
}

// empty tells what is left out where it may be.
func (w *writer) empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Float64:
		return v.Float() == 0
	case reflect.Struct:
		s := w.shapes.of(v.Type())
		w.stuck = w.stuck || !s.ok
		for _, f := range s.fields {
			if !w.empty(v.Field(f.index)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}
