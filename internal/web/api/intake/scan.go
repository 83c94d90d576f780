package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// scanner finds the rows of {"samples":[…]} one after the other, so that a request of any length and shape takes
// little memory, and time in proportion to its length. What is in a row is for the JSON decoder to say.
type scanner struct {
	from   *bufio.Reader
	row    bytes.Buffer // the row found last
	object bool         // it is an object
	first  bool         // no row was found yet
}

var (
	errShape  = errors.New("not the shape of a batch")
	errRowLen = errors.New("a row is too long")
)

func newScanner(body io.Reader) *scanner {
	return &scanner{from: bufio.NewReaderSize(body, 64<<10), first: true}
}

// open reads up to the first row.
func (s *scanner) open() error {
	for _, want := range []string{"{", `"samples"`, ":", "["} {
		c, err := s.skip()
		if err != nil || c != want[0] {
			return errors.Join(errShape, err)
		}
		for i := 1; i < len(want); i++ {
			if c, err := s.from.ReadByte(); err != nil || c != want[i] {
				return errors.Join(errShape, err)
			}
		}
	}
	return nil
}

// skip gives the next byte that is no space.
func (s *scanner) skip() (byte, error) {
	for {
		c, err := s.from.ReadByte()
		if err != nil || (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
			return c, err
		}
	}
}

// next finds the next row; more is false after the last one, when the request has ended as it should.
func (s *scanner) next() (more bool, err error) {
	c, err := s.skip()
	if err != nil {
		return false, errors.Join(errShape, err)
	}
	switch {
	case c == ']':
		return false, s.end()
	case !s.first && c == ',':
		if c, err = s.skip(); err != nil || c == ']' {
			return false, errors.Join(errShape, err)
		}
	case !s.first:
		return false, errShape
	}
	s.first = false
	return true, s.take(c)
}

// end reads what closes a batch, and nothing after it.
func (s *scanner) end() error {
	if c, err := s.skip(); err != nil || c != '}' {
		return errors.Join(errShape, err)
	}
	if _, err := s.skip(); !errors.Is(err, io.EOF) {
		return errors.Join(errShape, err)
	}
	return nil
}

// take reads one row that begins with c.
func (s *scanner) take(c byte) error {
	s.row.Reset()
	s.object = c == '{'
	if c != '{' && c != '[' && c != '"' {
		return s.word(c)
	}
	s.row.WriteByte(c)
	var at nesting
	at.over(c)
	for s.row.Len() <= maxRow {
		chunk, err := s.chunk()
		if err != nil {
			return errors.Join(errShape, err)
		}
		n, over := at.through(chunk)
		s.row.Write(chunk[:n])
		_, _ = s.from.Discard(n) // it was peeked at
		if over {
			return nil
		}
	}
	return errRowLen
}

// chunk gives what has arrived, at least one byte, without taking it.
func (s *scanner) chunk() ([]byte, error) {
	if _, err := s.from.Peek(1); err != nil {
		return nil, err
	}
	return s.from.Peek(min(s.from.Buffered(), maxRow+1-s.row.Len()))
}

// word reads a number or a name like null, which is no row; the JSON around it must go on.
func (s *scanner) word(c byte) error {
	if !strings.ContainsRune("-0123456789tfn", rune(c)) {
		return errShape
	}
	for n := 0; n < maxRow; n++ {
		if c == ',' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			return s.from.UnreadByte()
		}
		var err error
		if c, err = s.from.ReadByte(); err != nil {
			return errors.Join(errShape, err)
		}
	}
	return errRowLen
}

// nesting follows a value to its end: braces outside of texts, and the ends of texts.
type nesting struct {
	depth   int
	text    bool
	escaped bool
}

// through follows a value as far as some bytes go, and tells how many belong to it and whether it ends with them.
func (n *nesting) through(chunk []byte) (taken int, over bool) {
	for i, c := range chunk {
		if n.over(c) {
			return i + 1, true
		}
	}
	return len(chunk), false
}

// over takes one byte more, and tells whether the value ends with it.
func (n *nesting) over(c byte) bool {
	switch {
	case n.escaped:
		n.escaped = false
	case n.text:
		n.escaped = c == '\\'
		if c == '"' {
			n.text = false
			return n.depth == 0
		}
	case c == '"':
		n.text = true
	case c == '{' || c == '[':
		n.depth++
	case c == '}' || c == ']':
		n.depth--
		return n.depth == 0
	}
	return false
}
