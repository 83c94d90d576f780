package api

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/ot/tag"
)

const (
	maxRows = 10_000
	maxText = 4 << 10  // bytes of a text value
	maxJSON = 16 << 20 // of a request after it is unpacked
)

// Batch is samples that somebody sends us.
type Batch struct {
	Samples []Row `json:"samples" maxItems:"10000"`
}

// Row is one sample of a batch.
type Row struct {
	Tag     string    `json:"tag" doc:"The tag's name." example:"filling-1/filler/good"`
	Time    time.Time `json:"time" doc:"When the machine had this value; kept to the microsecond."`
	Value   Value     `json:"value" doc:"A number without a point or exponent is an integer, and exact."`
	Quality uint32    `json:"quality,omitempty" doc:"OPC UA status code; 0 is good."`
}

// Receipt says what became of each sample.
type Receipt struct {
	Accepted int       `json:"accepted" doc:"Samples that are kept. One that was kept before counts, and is kept once."`
	Refused  []Refused `json:"refused" doc:"The others, by their place in the batch."`
}

// Refused is a sample that is not kept. It stops none of the others.
type Refused struct {
	Index int    `json:"index"`
	Error string `json:"error"`
}

func (a *API) mountSamples(e *echo.Echo) {
	e.POST("/api/v1/samples", a.receive)
	schema := func(t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(t, true, "")}}
	}
	a.huma.OpenAPI().AddOperation(&huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/samples", OperationID: "send-samples", Summary: "Send samples",
		Description: "Keeps samples in event time. Sending a batch again does no harm. The body may be packed (Content-Encoding: gzip).",
		RequestBody: &huma.RequestBody{Required: true, Content: schema(reflect.TypeFor[Batch]())},
		Responses: map[string]*huma.Response{
			"200":     {Description: "What became of each sample.", Content: schema(reflect.TypeFor[Receipt]())},
			"default": {Description: "Nothing was kept.", Content: schema(reflect.TypeFor[Problem]())},
		},
	})
}

// receive keeps a batch of samples.
func (a *API) receive(c echo.Context) error {
	r := c.Request()
	by := a.Who(r.Context())
	if err := a.paces.begin(by, a.Now()); err != nil {
		return err
	}
	body, err := unpacked(r)
	if err != nil {
		return err
	}
	in := intake{tags: a.Tags}
	if err := in.read(body); err != nil {
		return err
	}
	if err := a.paces.take(by, len(in.batch), a.Now()); err != nil {
		return err
	}
	receipt := Receipt{Refused: in.refused}
	if len(in.batch) > 0 {
		refusals, err := a.Ingest(r.Context(), in.batch)
		if err != nil {
			return err
		}
		for _, no := range refusals {
			receipt.Refused = append(receipt.Refused, Refused{in.places[no.Index], no.Why})
		}
		receipt.Accepted = len(in.batch) - len(refusals)
	}
	slices.SortFunc(receipt.Refused, func(a, b Refused) int { return a.Index - b.Index })
	if receipt.Refused == nil {
		receipt.Refused = []Refused{}
	}
	return c.JSON(http.StatusOK, receipt)
}

// unpacked gives the body as JSON, with a limit that holds after unpacking too.
func unpacked(r *http.Request) (io.Reader, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, NewProblem(http.StatusUnsupportedMediaType, "Send JSON, with Content-Type: application/json.")
	}
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
		return r.Body, nil
	case "gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, errs.New(errs.Invalid, "the body is not packed by gzip, as its header says")
		}
		return &bounded{from: z, left: maxJSON}, nil
	}
	return nil, NewProblem(http.StatusUnsupportedMediaType, "The body may be packed by gzip, and by nothing else.")
}

// bounded ends with an error where io.LimitReader would pretend that all was read.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &http.MaxBytesError{Limit: maxJSON}
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// intake reads a batch row by row.
type intake struct {
	tags    *tag.Registry
	batch   []tag.Sample
	places  []int // in the request, of each sample of the batch
	refused []Refused
}

// entry is a row before it is understood.
type entry struct {
	Tag     string          `json:"tag"`
	Time    string          `json:"time"`
	Value   json.RawMessage `json:"value"`
	Quality *uint32         `json:"quality"`
}

const shape = `the body must be {"samples":[{"tag":"…","time":"2026-03-27T06:00:00Z","value":1}]}`

func (in *intake) read(body io.Reader) error {
	dec := json.NewDecoder(bufio.NewReaderSize(body, 64<<10))
	dec.DisallowUnknownFields()
	for _, want := range []json.Token{json.Delim('{'), "samples", json.Delim('[')} {
		got, err := dec.Token()
		if err != nil || got != want {
			return in.unreadable(err)
		}
	}
	for n := 0; dec.More(); n++ {
		if n == maxRows {
			return NewProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("A batch has %d samples at most; send several.", maxRows))
		}
		if err := in.row(dec, n); err != nil {
			return in.unreadable(err)
		}
	}
	for _, want := range []json.Token{json.Delim(']'), json.Delim('}')} {
		got, err := dec.Token()
		if err != nil || got != want {
			return in.unreadable(err)
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return in.unreadable(err)
	}
	return nil
}

// unreadable explains why a request cannot be read: it is too long, or no such JSON.
func (in *intake) unreadable(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return errs.New(errs.Invalid, "after %d samples the request cannot be read: %s", len(in.batch)+len(in.refused), shape)
}

// row reads one sample. What is wrong with it alone is noted; an error ends the request.
func (in *intake) row(dec *json.Decoder, n int) error {
	var e entry
	err := dec.Decode(&e)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		in.refuse(n, "%q must not be a %s", clip(wrong.Field), wrong.Value)
		return nil
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field"):
		in.refuse(n, "%s; a sample has tag, time, value and quality", strings.TrimPrefix(err.Error(), "json: "))
		return nil
	case err != nil:
		return err
	}
	id, ok := in.tags.Find(e.Tag)
	if !ok {
		in.refuse(n, "there is no tag %q", clip(e.Tag))
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, e.Time)
	if err != nil {
		in.refuse(n, "time %q is not like 2026-03-27T06:00:00.123Z", clip(e.Time))
		return nil
	}
	v, why := valueOf(e.Value)
	if why != "" {
		in.refuse(n, "%s", why)
		return nil
	}
	s := tag.Sample{Tag: id, Time: at, Value: v}
	if e.Quality != nil {
		s.Quality = tag.Quality(*e.Quality)
	}
	in.batch = append(in.batch, s.Clean())
	in.places = append(in.places, n)
	return nil
}

func (in *intake) refuse(n int, format string, args ...any) {
	in.refused = append(in.refused, Refused{n, fmt.Sprintf(format, args...)})
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
		return v, "the integer " + clip(text) + " has more than 64 bits"
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return v, "the number " + clip(text) + " is out of range"
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
