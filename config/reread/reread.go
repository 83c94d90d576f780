// Package reread reads a plant file beside one that was read before: machine types that both write alike, which are most
// of a large plant, are taken from that one.
package reread

import (
	"strings"

	"millwright/config"
	"millwright/config/plain"
)

// Reading is a plant file that was read. Those that were read beside each other share machine types, so that what one
// holds must not be changed.
type Reading struct {
	Document config.Document
	types    map[string]string // by name, as they are written; nil where that may mean something else elsewhere
}

// Written is a document with the text that it is written as.
func Written(text string, d config.Document) Reading {
	r := Reading{Document: d, types: map[string]string{}}
	parts, _ := cut(text)
	for _, t := range parts.types {
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
	parts, ok := cut(text)
	if !ok || len(r.types) == 0 {
		return d, false
	}
	same, other := map[string]bool{}, strings.Builder{}
	for _, t := range parts.types {
		switch {
		case r.types[t.name] != t.text:
			other.WriteString(t.text)
		case same[t.name]:
			return d, false // it stands there twice
		default:
			same[t.name] = true
		}
	}
	rest := parts.before + parts.after
	if other.Len() > 0 {
		rest = parts.before + machines + other.String() + parts.after
	}
	if len(same) == 0 || !plain.Read([]byte(rest), &d) {
		return d, false
	}
	if d.Machines == nil {
		d.Machines = make(map[string]config.MachineType, len(same))
	}
	for name := range same {
		if _, twice := d.Machines[name]; twice {
			return d, false
		}
		d.Machines[name] = r.Document.Machines[name]
	}
	return d, true
}

// machines is the line under which machine types stand.
const machines = "machines:\n"

// pieces are a plant file, cut into its machine types and what stands before and after them.
type pieces struct {
	before, after string
	types         []piece
}

// piece is one machine type: its line, and those that are deeper.
type piece struct{ name, text string }

// cut cuts a text; ok is false when it has no machine types in the form that the program writes.
func cut(text string) (p pieces, ok bool) {
	at := strings.Index("\n"+text, "\n"+machines)
	if at < 0 {
		return p, false
	}
	p.before, text = text[:at], text[at+len(machines):]
	for deep(text, 1) {
		name, _, _ := strings.Cut(text, "\n")
		end := len(name) + 1
		for end < len(text) && deep(text[end:], 2) {
			line := strings.IndexByte(text[end:], '\n')
			if line < 0 {
				return p, false // the program ends every line
			}
			end += line + 1
		}
		if end > len(text) {
			return p, false
		}
		p.types = append(p.types, piece{strings.TrimSuffix(name[2:], ":"), text[:end]})
		text = text[end:]
	}
	p.after = text
	return p, len(p.types) > 0
}

// deep tells whether a text begins with a line so deep, or deeper.
func deep(text string, depth int) bool { return strings.HasPrefix(text, "    "[:2*depth]) }
