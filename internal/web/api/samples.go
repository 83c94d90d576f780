package api

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/intake"
	"millwright/internal/web/api/mend"
	"millwright/internal/web/api/operation"
)

// maxJSON is how long a request may be, also after it is unpacked.
const maxJSON = 16 << 20

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
	Correct bool      `json:"correct,omitempty" doc:"It shall hold in the place of the sample that stands at its time. Takes the scope samples:correct, or a manager."`
	Why     string    `json:"why,omitempty" maxLength:"500" doc:"Why it is corrected; only with correct, and then it must be there."`
}

// Receipt says what became of each sample.
type Receipt struct {
	Accepted int              `json:"accepted" doc:"Samples that are kept. One that was kept before counts, and is kept once."`
	Refused  []intake.Refused `json:"refused" doc:"The others, by their place in the batch."`
}

func (a *API) mountSamples(e *echo.Echo, b *operation.Book) {
	schema := func(kind string, t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: b.API.OpenAPI().Components.Schemas.Schema(t, true, "")}}
	}
	b.Plain(e, access.SendSamples, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/samples", OperationID: "send-samples", Summary: "Send samples", MaxBodyBytes: maxJSON,
		Description: "Keeps samples in event time, and corrects those that are kept. Sending a batch again does no harm. The body may be packed (Content-Encoding: gzip).",
		RequestBody: &huma.RequestBody{Required: true, Content: schema("application/json", reflect.TypeFor[Batch]())},
		Responses: map[string]*huma.Response{
			"200":     {Description: "What became of each sample.", Content: schema("application/json", reflect.TypeFor[Receipt]())},
			"default": {Description: "Nothing was kept.", Content: schema("application/problem+json", reflect.TypeFor[Problem]())},
		},
	}, a.receive)
}

// receive keeps a batch of samples.
func (a *API) receive(c echo.Context) error {
	r := c.Request()
	by := a.Who(r.Context()).Person
	if err := a.paces.Begin(by, a.Now()); err != nil {
		return err
	}
	body, err := unpacked(r)
	if err != nil {
		return err
	}
	batch, err := intake.Read(body, a.Floor(r.Context()).door(a.Now()))
	if err != nil {
		return err
	}
	if err := a.paces.Take(by, len(batch.Samples)+len(batch.Fixes), a.Now()); err != nil {
		return err
	}
	receipt := Receipt{Refused: batch.Refused}
	mended, no, err := mend.Make(r.Context(), a.Corrections, batch.Fixes, a.author(r.Context()))
	if err != nil {
		a.Log.Warn("samples could not be corrected", slog.Any("err", err))
		return err
	}
	receipt.Accepted, receipt.Refused = mended, append(receipt.Refused, no...)
	if len(batch.Samples) > 0 {
		refusals, err := a.Ingest(r.Context(), batch.Samples)
		if errs.KindOf(err) == errs.Unavailable { // why is for the log: it names folders
			a.Log.Warn("samples that were sent could not be kept", slog.Any("err", err))
			return errs.New(errs.Unavailable, "the history takes no samples at this moment; nothing of this batch was kept, send it again")
		}
		if err != nil {
			return err
		}
		for _, no := range refusals {
			receipt.Refused = append(receipt.Refused, intake.Refused{Index: batch.Places[no.Index], Error: no.Why})
		}
		receipt.Accepted += len(batch.Samples) - len(refusals)
	}
	slices.SortFunc(receipt.Refused, func(a, b intake.Refused) int { return a.Index - b.Index })
	if receipt.Refused == nil {
		receipt.Refused = []intake.Refused{}
	}
	return c.JSON(http.StatusOK, receipt)
}

// author gives who corrects a sample of a tag, with the role there.
func (a *API) author(ctx context.Context) func(tag.ID) plant.Person {
	f, by := a.Floor(ctx), a.Who(ctx)
	return func(id tag.ID) plant.Person {
		_, line := f.UnitOf(id)
		if l, ok := f.Plant.Line(line); ok {
			return by.At(l.Place())
		}
		return by.Person
	}
}

// door lets in samples of the tags that who sends may see and send.
func (f Floor) door(now time.Time) intake.Door {
	return intake.Door{Now: now, Find: f.find, May: f.Sends, Derived: f.Tags.Derived, Tag: f.Tags.Tag, Mend: f.Corrects}
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
