// Package reread reads a plant file beside one that was read before: machine types that both write alike, which are most
// of a large plant, are taken from that one, and so are such tags of a type that they write otherwise.
package reread

import (
	"maps"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/plain"
)

// Reading is a plant file that was read. Those that were read beside each other share machine types and tags, so that what
// one holds must not be changed.
type Reading struct {
	Document config.Document
	types    map[string]string // by name, as they are written; nil where that may mean something else elsewhere
}

// Written is a document with the text that it is written as.
func Written(text string, d config.Document) Reading {
	r := Reading{Document: d, types: map[string]string{}}
	parts, _ := cut(text, 0, machines)
	for _, t := range parts.entries {
		if _, there := d.Machines[t.name]; there {
			r.types[t.name] = t.text
		}
	}
	return r
}

// Read reads a text; path only names it in errors (errs.Invalid).
func Read(path, text string, beside []Reading) (Reading, error) {
	for _, b := range beside {
		if d, ok := b.beside(text); ok {
			return Written(text, d), nil
		}
	}
	var d config.Document
	if plain.Read([]byte(text), &d) {
		return Written(text, d), nil
	}
	d, err := config.ParseDocument(path, []byte(text))
	return Reading{Document: d}, err
}

// beside reads what a text writes otherwise; ok is false when all of it has to be read. As the rest is in the one form that
// the program writes, what is written alike means the same.
func (r Reading) beside(text string) (d config.Document, ok bool) {
	parts, ok := cut(text, 0, machines)
	if !ok || len(r.types) == 0 {
		return d, false
	}
	seen, other := map[string]bool{}, strings.Builder{}
	var same []string
	partly := map[string][]string{} // types that are written otherwise: tags of before that are not to be taken
	for _, t := range parts.entries {
		if seen[t.name] {
			return d, false // it stands there twice
		}
		seen[t.name] = true
		was := r.types[t.name]
		if was == t.text {
			same = append(same, t.name)
			continue
		}
		rest, left, ok := less(t.text, was)
		if ok {
			partly[t.name] = left
		}
		other.WriteString(rest)
	}
	rest := parts.before + parts.after
	if other.Len() > 0 {
		rest = parts.before + machines + other.String() + parts.after
	}
	if len(same)+len(partly) == 0 || !plain.Read([]byte(rest), &d) {
		return d, false
	}
	if d.Machines == nil {
		d.Machines = make(map[string]config.MachineType, len(same))
	}
	for _, name := range same {
		if _, twice := d.Machines[name]; twice {
			return d, false
		}
		d.Machines[name] = r.Document.Machines[name]
	}
	for name, left := range partly {
		t, there := d.Machines[name]
		if !there || !joined(&t, r.Document.Machines[name].Tags, left) {
			return d, false
		}
		d.Machines[name] = t
	}
	return d, true
}

// less leaves out of a type as it is written the tags that it was written with before, and tells which of before are not
// among them. It leaves one in, so that something of the type is always there to be read.
func less(text, was string) (rest string, left []string, ok bool) {
	now, ok := cut(text, 2, tags)
	before, both := cut(was, 2, tags)
	if !ok || !both {
		return text, nil, false
	}
	then := make(map[string]string, len(before.entries))
	for _, t := range before.entries {
		if strings.ContainsAny(t.name, `"'`) {
			return text, nil, false // a name that is written otherwise than it is
		}
		then[t.name] = t.text
	}
	other := strings.Builder{}
	for i, t := range now.entries {
		if then[t.name] != t.text || i == len(now.entries)-1 && other.Len() == 0 {
			other.WriteString(t.text)
			continue
		}
		delete(then, t.name)
	}
	return now.before + tags + other.String() + now.after, slices.Collect(maps.Keys(then)), true
}

// joined adds the tags of before to those of a type, but for some; false when it has one of the name.
func joined(t *config.MachineType, before map[string]config.TagEntry, but []string) bool {
	all := maps.Clone(before)
	for _, name := range but {
		delete(all, name)
	}
	for name, e := range t.Tags {
		if _, twice := all[name]; twice {
			return false
		}
		all[name] = e
	}
	t.Tags = all
	return true
}

// The lines under which machine types stand, and the tags of one.
const (
	machines = "machines:\n"
	tags     = "    tags:\n"
)

// pieces are a text, cut into the entries under one of its lines and what stands before and after them.
type pieces struct {
	before, after string
	entries       []piece
}

// piece is one entry: its line, and those that are deeper.
type piece struct{ name, text string }

// cut cuts a text at a line that is so deep; ok is false when there are no entries under it in the form that the program
// writes.
func cut(text string, depth int, under string) (p pieces, ok bool) {
	at := strings.Index("\n"+text, "\n"+under)
	if at < 0 {
		return p, false
	}
	p.before, text = text[:at], text[at+len(under):]
	for deep(text, depth+1) {
		name, _, _ := strings.Cut(text, "\n")
		end := len(name) + 1
		for end < len(text) && deep(text[end:], depth+2) {
			line := strings.IndexByte(text[end:], '\n')
			if line < 0 {
				return p, false // the program ends every line
			}
			end += line + 1
		}
		if end > len(text) {
			return p, false
		}
		p.entries = append(p.entries, piece{strings.TrimSuffix(name[2*(depth+1):], ":"), text[:end]})
		text = text[end:]
	}
	p.after = text
	return p, len(p.entries) > 0
}

// deep tells whether a text begins with a line so deep, or deeper.
func deep(text string, depth int) bool { return strings.HasPrefix(text, "          "[:2*depth]) }
