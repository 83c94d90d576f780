package backfill

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/tag"
)

// The limits of one request and of a report.
const (
	maxBatch    = 5000
	maxAnswer   = 4 << 20
	maxRefusals = 10
)

// sender collects samples and posts them in batches, in order.
type sender struct {
	url, token string
	patience   time.Duration
	client     *http.Client
	names      []string // of the signals as JSON strings, by tag-1
	signals    []simulate.Signal
	batch      []tag.Sample
	report     Report
}

func newSender(signals []simulate.Signal, o Options) (*sender, error) {
	if !strings.HasPrefix(o.URL, "http://") && !strings.HasPrefix(o.URL, "https://") {
		return nil, errs.New(errs.Invalid, "back-fill to %q: use the address of a running Millwright, for example http://127.0.0.1:8080", o.URL)
	}
	s := &sender{
		url: strings.TrimRight(o.URL, "/") + "/api/v1/samples", token: o.Token, patience: o.Patience,
		signals: signals, client: &http.Client{Timeout: time.Minute},
	}
	if s.patience == 0 {
		s.patience = 2 * time.Minute
	}
	for _, sig := range signals {
		name, err := json.Marshal(sig.Name)
		if err != nil {
			return nil, fmt.Errorf("back-fill of %q: %w", sig.Name, err)
		}
		s.names = append(s.names, string(name))
	}
	return s, nil
}

// add takes samples, and posts whenever a batch is full.
func (s *sender) add(ctx context.Context, samples []tag.Sample) error {
	for len(samples) > 0 {
		n := min(len(samples), maxBatch-len(s.batch))
		s.batch = append(s.batch, samples[:n]...)
		samples = samples[n:]
		if len(s.batch) < maxBatch {
			return nil
		}
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// flush posts what was collected.
func (s *sender) flush(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	body, err := s.body()
	if err != nil {
		return fmt.Errorf("back-fill: %w", err)
	}
	a, err := s.persist(ctx, body)
	if err != nil {
		return err
	}
	s.report.Sent += len(s.batch)
	s.report.Accepted += a.Accepted
	s.report.Refused += len(a.Refused)
	for _, r := range a.Refused {
		if len(s.report.Refusals) == maxRefusals || r.Index < 0 || r.Index >= len(s.batch) {
			break
		}
		c := s.batch[r.Index]
		s.report.Refusals = append(s.report.Refusals, Refusal{Tag: s.signals[c.Tag-1].Name, Time: c.Time, Error: r.Error})
	}
	s.batch = s.batch[:0]
	return nil
}

// body is the batch as packed JSON.
func (s *sender) body() ([]byte, error) {
	text := append(make([]byte, 0, 100*len(s.batch)), `{"samples":[`...)
	for i, c := range s.batch {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, `{"tag":`...), s.names[c.Tag-1]...)
		text = append(text, `,"time":"`...)
		text = c.Time.UTC().AppendFormat(text, "2006-01-02T15:04:05.999999Z07:00")
		text = append(text, `","value":`...)
		var err error
		if text, err = appendValue(text, c.Value); err != nil {
			return nil, err
		}
		text = strconv.AppendUint(append(text, `,"quality":`...), uint64(c.Quality), 10)
		text = append(text, '}')
	}
	text = append(text, `]}`...)
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func appendValue(text []byte, v tag.Value) ([]byte, error) {
	if s, is := v.Text(); is {
		quoted, err := json.Marshal(s)
		return append(text, quoted...), err
	}
	if v.Kind() == tag.None {
		return append(text, "null"...), nil
	}
	text = append(text, v.String()...)
	if v.Kind() == tag.Float && !strings.ContainsAny(v.String(), ".e") {
		text = append(text, ".0"...) // without a point it would come as an integer
	}
	return text, nil
}

// answer is what the receiver says about a batch.
type answer struct {
	Accepted int `json:"accepted"`
	Refused  []struct {
		Index int    `json:"index"`
		Error string `json:"error"`
	} `json:"refused"`
}

// unready is a failure that passes: the receiver is not up yet, or busy.
type unready struct {
	error
	after time.Duration // how long it asks to wait; 0 when it does not say
}

// persist posts a body until it is taken, for as long as patience lasts. Sending a batch twice does no harm.
func (s *sender) persist(ctx context.Context, body []byte) (answer, error) {
	wait, deadline := 100*time.Millisecond, time.NewTimer(s.patience)
	defer deadline.Stop()
	for {
		a, err := s.post(ctx, body)
		var later *unready
		if !errors.As(err, &later) {
			return a, err
		}
		pause := max(time.Duration(float64(wait)*(0.75+0.5*rand.Float64())), min(later.after, 30*time.Second))
		wait = min(2*wait, 5*time.Second)
		select {
		case <-ctx.Done():
			return answer{}, ctx.Err()
		case <-deadline.C:
			return answer{}, errs.New(errs.Unavailable, "back-fill to %s: not taken for %s: %w", s.url, s.patience, later.error)
		case <-time.After(pause):
		}
	}
}

// post sends a body once.
func (s *sender) post(ctx context.Context, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return answer{}, errs.New(errs.Invalid, "back-fill to %s: %w", s.url, err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, &unready{error: err}
	}
	defer func() { _ = resp.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}, &unready{error: err}
	}
	return s.read(resp, text)
}

func (s *sender) read(resp *http.Response, text []byte) (answer, error) {
	code := resp.StatusCode
	switch {
	case code == http.StatusOK:
		var a answer
		if err := json.Unmarshal(text, &a); err != nil {
			return answer{}, fmt.Errorf("back-fill to %s: its answer is not what was agreed: %w", s.url, err)
		}
		return a, nil
	case code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout:
		after, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // a date or nothing means: as we see fit
		return answer{}, &unready{fmt.Errorf("it answers %s: %s", resp.Status, clip(text)), time.Duration(after) * time.Second}
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return answer{}, errs.New(errs.Forbidden, "back-fill to %s: the token is refused (%s); make one with `millwright token add` whose role may send samples", s.url, resp.Status)
	}
	return answer{}, fmt.Errorf("back-fill to %s: it answers %s: %s", s.url, resp.Status, clip(text))
}

func clip(text []byte) string {
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
