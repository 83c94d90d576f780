// Package intake reads the samples that programs send: row by row, so that one bad row stops no other.
package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/tag"
)

const (
	maxRows  = 10_000
	maxFixes = 1000
	maxText  = 4 << 10  // bytes of a text value
	maxRow   = 64 << 10 // bytes of a row
	maxWhy   = 500      // bytes of a reason
)

// Batch is what a request held.
type Batch struct {
	Samples []tag.Sample
	Places  []int // in the request, of each sample
	Fixes   []Fix
	Refused []Refused
}

// Fix is a sample that shall hold in the place of the one of its time.
type Fix struct {
	tag.Sample
	Why   string
	Place int // in the request
}

// Refused is a sample that is not kept. It stops none of the others.
type Refused struct {
	Index int    `json:"index"`
	Error string `json:"error"`
}

// reader reads one request.
type reader struct {
	Batch
	door Door
	text *scanner
	rows *json.Decoder // of the row that the scanner has found
}

// entry is a row before it is understood.
type entry struct {
	Tag     string          `json:"tag"`
	Time    string          `json:"time"`
	Value   json.RawMessage `json:"value"`
	Quality *uint32         `json:"quality"`
	Correct bool            `json:"correct"`
	Why     string          `json:"why"`
}

// Door knows the tags: which there are for who sends, of which samples are taken from there, and which nobody sends.
// It knows the time as well: nothing is taken that is stamped further ahead of it than a machine's clock may be.
type Door struct {
	Now     time.Time
	Find    func(name string) (tag.ID, bool)
	May     func(tag.ID) bool
	Derived func(tag.ID) bool
	Tag     func(tag.ID) tag.Tag // what a tag takes; nil takes everything
	Mend    func(tag.ID) bool    // samples that are kept may be corrected
}

const shape = `the body must be {"samples":[{"tag":"…","time":"2026-03-27T06:00:00Z","value":1}]}`

// Read reads a batch. What is wrong with one row alone is a refusal; an error means that nothing can be read.
func Read(body io.Reader, door Door) (Batch, error) {
	in := reader{door: door, text: newScanner(body)}
	in.rows = json.NewDecoder(&in.text.row)
	in.rows.DisallowUnknownFields()
	if err := in.read(); err != nil {
		return Batch{}, in.unreadable(err)
	}
	return in.Batch, nil
}

func (in *reader) read() error {
	if err := in.text.open(); err != nil {
		return err
	}
	for n := 0; ; n++ {
		more, err := in.text.next()
		if err != nil || !more {
			return err
		}
		if n == maxRows {
			return errs.New(errs.Invalid, "a batch has %d samples at most; send several", maxRows)
		}
		if err := in.one(n); err != nil {
			return err
		}
	}
}

// unreadable explains why a request cannot be read: it is too long, or no such JSON.
func (in *reader) unreadable(err error) error {
	var tooLong *http.MaxBytesError
	var ours *errs.Error
	if errors.As(err, &tooLong) || errors.As(err, &ours) {
		return err
	}
	return errs.New(errs.Invalid, "after %d samples the request cannot be read: %s", len(in.Samples)+len(in.Fixes)+len(in.Refused), shape)
}

// one reads a sample. What is wrong with it alone is noted; an error ends the request.
func (in *reader) one(n int) error {
	if !in.text.object {
		in.refuse(n, "a sample is an object with tag, time, value and quality")
		return nil
	}
	var e entry
	err := in.rows.Decode(&e)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "quality":
		in.refuse(n, "quality is a status code of OPC UA, a whole number from 0 to %d", uint32(math.MaxUint32))
		return nil
	case errors.As(err, &wrong):
		in.refuse(n, "%q must not be a %s", errs.Clip(wrong.Field), wrong.Value)
		return nil
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field"):
		in.refuse(n, "%s; a sample has tag, time, value and quality, and a correction correct and why", strings.TrimPrefix(err.Error(), "json: "))
		return nil
	case err != nil:
		return err
	}
	id, ok := in.door.Find(e.Tag)
	if !ok {
		in.refuse(n, "there is no tag %q", errs.Clip(e.Tag))
		return nil
	}
	if !in.door.May(id) {
		in.refuse(n, "you may see tag %q, and not send samples of it", errs.Clip(e.Tag))
		return nil
	}
	if in.door.Derived(id) && !e.Correct {
		in.refuse(n, "tag %q is derived from others; send those", errs.Clip(e.Tag))
		return nil
	}
	at, ok := stampOf(e.Time)
	if !ok {
		in.refuse(n, "time %q is not like 2026-03-27T06:00:00.123Z", errs.Clip(e.Time))
		return nil
	}
	if early := at.Sub(in.door.Now); early > collect.Ahead {
		in.refuse(n, "it is stamped %s ahead of this computer's clock; at most %s is taken: set the clock of the sender", early.Round(time.Second), collect.Ahead)
		return nil
	}
	v, why := valueOf(e.Value)
	if why != "" {
		in.refuse(n, "%s", why)
		return nil
	}
	if in.door.Tag != nil && !in.door.Tag(id).Takes(v) {
		in.refuse(n, "tag %q takes %s; this is %s", errs.Clip(e.Tag), in.door.Tag(id).Kind, v.Kind())
		return nil
	}
	s := tag.Sample{Tag: id, Time: at, Value: v}
	if e.Quality != nil {
		s.Quality = tag.Quality(*e.Quality)
	}
	in.take(n, s.Clean(), e)
	return nil
}

// take takes what is understood.
func (in *reader) take(n int, s tag.Sample, e entry) {
	if e.Correct {
		in.mend(n, s, strings.TrimSpace(e.Why))
		return
	}
	in.Samples = append(in.Samples, s)
	in.Places = append(in.Places, n)
}

// mend takes a correction.
func (in *reader) mend(n int, s tag.Sample, why string) {
	s.Time = s.Time.UTC().Truncate(time.Microsecond)
	switch {
	case in.door.Mend == nil || !in.door.Mend(s.Tag):
		in.refuse(n, "you may send samples of this tag, and not correct them: that takes a manager, or the scope samples:correct")
	case why == "" || len(why) > maxWhy:
		in.refuse(n, "why says why the sample is corrected, in %d bytes at most", maxWhy)
	case len(in.Fixes) == maxFixes:
		in.refuse(n, "a batch corrects %d samples at most; send several", maxFixes)
	default:
		in.Fixes = append(in.Fixes, Fix{Sample: s, Why: why, Place: n})
	}
}

func (in *reader) refuse(n int, format string, args ...any) {
	in.Refused = append(in.Refused, Refused{n, fmt.Sprintf(format, args...)})
}

func stampOf(text string) (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, err == nil
}

// valueOf understands a JSON scalar. A number without a point or exponent is an integer, to the last digit.
func valueOf(raw []byte) (v tag.Value, why string) {
	if len(raw) == 0 {
		return v, "there is no value"
	}
	switch raw[0] {
	case 't', 'f':
		return tag.BoolValue(raw[0] == 't'), ""
	case '"':
		return textOf(raw)
	case 'n', '{', '[':
		return v, "a value is a boolean, a number or a text"
	}
	text := string(raw)
	if !strings.ContainsAny(text, ".eE") {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return tag.IntValue(i), ""
		}
		if u, err := strconv.ParseUint(text, 10, 64); err == nil {
			return tag.UintValue(u), ""
		}
		return v, "the integer " + errs.Clip(text) + " has more than 64 bits"
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return v, "the number " + errs.Clip(text) + " is out of range"
	}
	return tag.FloatValue(f), ""
}

func textOf(raw []byte) (v tag.Value, why string) {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return v, "the text cannot be read"
	}
	if len(s) > maxText {
		return v, fmt.Sprintf("a text has %d bytes at most", maxText)
	}
	return tag.TextValue(s), ""
}
