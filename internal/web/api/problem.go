package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
)

// Problem is what goes wrong as a reader is told it (RFC 9457, with the reference of what was logged).
type Problem struct {
	Type      string       `json:"type" doc:"Always about:blank: the title says it all."`
	Title     string       `json:"title" doc:"What kind of problem it is."`
	Status    int          `json:"status"`
	Detail    string       `json:"detail" doc:"What went wrong here, and what to do about it."`
	Reference string       `json:"reference,omitempty" doc:"What to tell the admin: it stands in the log."`
	Errors    []FieldFault `json:"errors,omitempty" doc:"The parts of the input that are wrong."`

	retry time.Duration
}

// FieldFault is one wrong part of the input.
type FieldFault struct {
	Message  string `json:"message"`
	Location string `json:"location"`
}

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems in JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives the headers that belong to the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="millwright"`)
	}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retry+time.Second-1)/time.Second)))
	}
	return h
}

// statusGone is what servers log when who asked did not wait for the answer.
const statusGone = 499

var statuses = map[errs.Kind]int{
	errs.Invalid: http.StatusUnprocessableEntity, errs.NotFound: http.StatusNotFound, errs.Conflict: http.StatusConflict,
	errs.Forbidden: http.StatusForbidden, errs.SignedOut: http.StatusUnauthorized,
	errs.TooMany: http.StatusTooManyRequests, errs.Unavailable: http.StatusServiceUnavailable,
}

// Explain turns any error into what a reader may be told. What is nobody's business is logged under a reference.
func Explain(ctx context.Context, log *slog.Logger, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return NewProblem(http.StatusRequestEntityTooLarge, "The request is longer than "+strconv.FormatInt(tooLong.Limit>>10, 10)+" kB.")
	}
	var e *errs.Error
	if errors.As(err, &e) && e.Kind != errs.Internal {
		p = NewProblem(statuses[e.Kind], e.Words)
		for _, f := range e.Fields {
			p.Errors = append(p.Errors, FieldFault{f.Message, f.Path})
		}
		var wait *access.Wait
		if errors.As(err, &wait) {
			p.retry = wait.For
		} else if e.Kind == errs.TooMany || e.Kind == errs.Unavailable {
			p.retry = 5 * time.Second
		}
		return p
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return NewProblem(statusGone, "The connection was closed before the answer.")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		log.WarnContext(ctx, "a request took too long", slog.Any("err", err))
		p = NewProblem(http.StatusServiceUnavailable, "This took too long; ask for less, or try again in a few seconds.")
		p.retry = 5 * time.Second
		return p
	}
	return unknown(ctx, log, err)
}

// unknown logs what went wrong and gives only a reference away.
func unknown(ctx context.Context, log *slog.Logger, err error) *Problem {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	ref := hex.EncodeToString(b[:])
	log.ErrorContext(ctx, "a request failed", slog.String("reference", ref), slog.Any("err", err))
	p := NewProblem(http.StatusInternalServerError, "Something went wrong, reference "+ref+".")
	p.Reference = ref
	return p
}

// NewProblem makes a problem of a status, in words.
func NewProblem(status int, detail string) *Problem {
	title := http.StatusText(status)
	if title == "" {
		title = "Request failed"
	}
	return &Problem{Type: "about:blank", Title: title, Status: status, Detail: detail}
}
