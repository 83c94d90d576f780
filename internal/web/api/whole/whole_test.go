package whole_test

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"millwright/internal/web/api/whole"
)

type out struct{ Body struct{ Number float64 } }

// The status must not be sent before it is known that the answer can be.
func TestAnAnswerThatCannotBeWrittenIsNoAnswer(t *testing.T) {
	e := echo.New()
	c := huma.DefaultConfig("test", "1")
	whole.Answers(&c)
	number := 1.5
	huma.Get(humaecho.New(e, c), "/n", func(context.Context, *struct{}) (*out, error) {
		o := &out{}
		o.Body.Number = number
		return o, nil
	})
	ask := func() (r *httptest.ResponseRecorder, panicked bool) {
		r = httptest.NewRecorder()
		defer func() { panicked = recover() != nil }()
		e.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/n", nil))
		return r, false
	}
	if r, panicked := ask(); panicked || r.Code != 200 || !strings.Contains(r.Body.String(), `"Number":1.5`) {
		t.Errorf("%d %s, panicked %t", r.Code, r.Body, panicked)
	}
	number = math.NaN()
	if r, panicked := ask(); !panicked || r.Body.Len() > 0 || r.Result().Header.Get("Content-Length") != "" || r.Flushed {
		t.Errorf("%d %q, panicked %t", r.Code, r.Body, panicked)
	}
}
