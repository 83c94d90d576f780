package b2mml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"millwright/internal/errs"
)

// The bounds of a document that is read: nobody sends more, but somebody may try.
const (
	MaxFile      = 8 << 20 // bytes
	mostDeep     = 32
	mostElements = 500_000
	longestText  = 2000
)

// The namespaces that are read.
const (
	v0600 = "http://www.mesa.org/xml/B2MML-V0600"
	v0700 = "http://www.mesa.org/xml/B2MML"
)

// node is an element, its attributes left out.
type node struct {
	name string
	text string
	kids []*node
}

// first gives the text of the first element at a path; "" when there is none.
func (n *node) first(path ...string) string {
	for _, k := range n.all(path...) {
		return k.text
	}
	return ""
}

// all gives the elements at a path.
func (n *node) all(path ...string) (found []*node) {
	if len(path) == 0 {
		return []*node{n}
	}
	for _, k := range n.kids {
		if k.name == path[0] {
			found = append(found, k.all(path[1:]...)...)
		}
	}
	return found
}

// within gives every element of some names, however deep.
func (n *node) within(names ...string) (found []*node) {
	for _, k := range n.kids {
		if slices.Contains(names, k.name) {
			found = append(found, k)
		}
		found = append(found, k.within(names...)...)
	}
	return found
}

// reader reads a document once, from its beginning to its end.
type reader struct {
	*xml.Decoder
	deep, elements int
	space          string // the namespace of the outermost element
}

func refuse(format string, args ...any) error {
	return &errs.Error{Kind: errs.Invalid, Words: "the document cannot be read", Fields: []errs.Field{{Path: "file", Message: fmt.Sprintf(format, args...)}}}
}

// read gives every element of some names that is not within another of them.
func read(file []byte, names []string, take func(*node) error) (*node, error) {
	if len(file) > MaxFile {
		return nil, refuse("It has more than %d MB; split it.", MaxFile>>20)
	}
	r := &reader{Decoder: xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))}
	r.Entity = nil
	head := &node{}
	for {
		t, err := r.next()
		if errors.Is(err, io.EOF) {
			return head, r.ended()
		}
		start, begins := t.(xml.StartElement)
		if err != nil || !begins {
			if err != nil {
				return nil, err
			}
			continue
		}
		if r.deep == 1 {
			head.name = start.Name.Local
		}
		if !slices.Contains(names, start.Name.Local) {
			continue
		}
		n, err := r.element(start)
		if err == nil {
			err = take(n)
		}
		if err != nil {
			return nil, err
		}
	}
}

// next is the next token, within bounds.
func (r *reader) next() (xml.Token, error) {
	t, err := r.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	} else if err != nil {
		line, _ := r.InputPos()
		return nil, refuse("Line %d is not well-formed XML in UTF-8: %s.", line, errs.Clip(err.Error()))
	}
	switch t := t.(type) {
	case xml.Directive:
		return nil, refuse("It declares a document type; send it without, and without entities.")
	case xml.StartElement:
		r.deep++
		r.elements++
		switch {
		case r.deep > mostDeep:
			return nil, refuse("Its elements are nested more than %d deep.", mostDeep)
		case r.elements > mostElements:
			return nil, refuse("It has more than %d elements; split it.", mostElements)
		case r.deep == 1 && t.Name.Space != v0600 && t.Name.Space != v0700:
			return nil, refuse("Its namespace is %q; B2MML is %s or %s.", errs.Clip(t.Name.Space), v0600, v0700)
		case r.deep == 1:
			r.space = t.Name.Space
		}
	case xml.EndElement:
		r.deep--
	}
	return t, nil
}

func (r *reader) ended() error {
	if r.elements == 0 {
		return refuse("It is empty.")
	}
	return nil
}

// element reads one element whole. What is of another namespace is an extension, and left out.
func (r *reader) element(start xml.StartElement) (*node, error) {
	n := &node{name: start.Name.Local}
	var text strings.Builder
	for {
		t, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil, refuse("It ends within %s.", errs.Clip(n.name))
		} else if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			kid, err := r.element(t)
			if err != nil {
				return nil, err
			}
			if t.Name.Space == r.space {
				n.kids = append(n.kids, kid)
			}
		case xml.CharData:
			if text.Len() <= longestText {
				text.Write(t)
			}
		case xml.EndElement:
			n.text = strings.ToValidUTF8(strings.TrimSpace(text.String()), "?")
			return n, nil
		}
	}
}
