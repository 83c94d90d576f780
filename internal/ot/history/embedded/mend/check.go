package mend

import (
	"errors"
	"io"
)

// checker looks for the first record of a segment that is not sound, without unpacking any.
type checker struct {
	in    io.Reader
	sound int64 // where the last sound record so far ends
	last  bool  // nothing stands behind the one that is not sound
	at    int64 // where the page begins
	begun bool  // a record has its first fragment, not its last
}

func (c *checker) check() (clean bool, err error) {
	buf := make([]byte, page)
	for {
		n, err := io.ReadFull(c.in, buf)
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return false, err
		}
		bad, sound := c.page(buf[:n])
		if !sound {
			c.last, err = c.nothing(buf[bad:n], end)
			return false, err
		}
		if end {
			c.last = true
			return !c.begun, nil
		}
		c.at += page
	}
}

// page goes through the fragments of a page; bad is where the first that is not sound begins.
func (c *checker) page(b []byte) (bad int, sound bool) {
	i := 0
	for i < len(b) && b[i]&typeMask != padding {
		kind := b[i] & typeMask
		data, ok := fragment(b[i:])
		if !ok || kind > last || (kind == full || kind == first) == c.begun {
			return i, false
		}
		i += headSize + len(data)
		c.begun = kind != full && kind != last
		if !c.begun {
			c.sound = c.at + int64(i)
		}
	}
	return i, empty(b[i:])
}

// nothing tells whether a bad fragment is the last thing in the segment, as it is when a write was cut
// off: it reaches the end, or only zeros follow it.
func (c *checker) nothing(b []byte, end bool) (bool, error) {
	if len(b) >= headSize {
		b = b[min(len(b), headSize+length(b)):]
		if !empty(b) {
			return false, nil
		}
	}
	if end {
		return true, nil
	}
	buf := make([]byte, page)
	for {
		n, err := io.ReadFull(c.in, buf)
		if !empty(buf[:n]) {
			return false, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// empty tells whether there are only zeros.
func empty(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}
