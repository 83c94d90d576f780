// Package operation adds operations to the API: each is said once, with its address, what it takes, and its answer.
package operation

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// Route is one address of the API, with what a token needs for it; people need the role that the scope stands for.
type Route struct {
	Method string
	Path   string // in the router's words: "/api/v1/lines/:line"
	Scope  access.Scope
	Most   int64 // bytes of a body; 0 is as many as anywhere
}

// Room adds operations that belong together.
type Room func(*Book)

// Book is where operations are added.
type Book struct {
	API     huma.API
	Explain func(ctx context.Context, operation string, err error) error // into what who asked may be told
	Routes  []Route                                                      // of what was added
}

// Get adds a question.
func Get[I, O any](b *Book, needs access.Scope, path, summary string, answer func(context.Context, *I) (*O, error)) {
	Add(b, needs, huma.Operation{Method: http.MethodGet, Path: path, Summary: summary, OperationID: IDOf(summary)}, answer)
}

// Post adds a request that changes something.
func Post[I, O any](b *Book, needs access.Scope, path, summary string, answer func(context.Context, *I) (*O, error)) {
	Add(b, needs, huma.Operation{Method: http.MethodPost, Path: path, Summary: summary, OperationID: IDOf(summary)}, answer)
}

// Create adds a request that makes something, and is answered 201.
func Create[I, O any](b *Book, needs access.Scope, path, summary string, answer func(context.Context, *I) (*O, error)) {
	Add(b, needs, huma.Operation{Method: http.MethodPost, Path: path, Summary: summary, OperationID: IDOf(summary), DefaultStatus: http.StatusCreated}, answer)
}

// Add adds any operation.
func Add[I, O any](b *Book, needs access.Scope, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	b.note(&op, needs)
	op.BodyReadTimeout = 30 * time.Second
	huma.Register(b.API, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, b.Explain(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// Plain adds an operation that reads requests and writes answers itself, and says all of its description.
func (b *Book) Plain(e *echo.Echo, needs access.Scope, op huma.Operation, answer echo.HandlerFunc) {
	e.Add(op.Method, b.note(&op, needs), answer)
	if !op.Hidden {
		b.API.OpenAPI().AddOperation(&op)
	}
}

// note keeps the route of an operation, and says in its description what it needs.
func (b *Book) note(op *huma.Operation, needs access.Scope) (path string) {
	path = strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	b.Routes = append(b.Routes, Route{op.Method, path, needs, op.MaxBodyBytes})
	op.Security = []map[string][]string{{"token": {string(needs)}}}
	return path
}

// IDOf makes an operation's id of its summary: "List the lines" → "list-the-lines".
func IDOf(s string) string {
	id := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			id = append(id, c+'a'-'A')
		case c >= 'a' && c <= 'z':
			id = append(id, c)
		case c == ' ':
			id = append(id, '-')
		}
	}
	return string(id)
}

// Exact is how an exact decimal is described: a number, or the same as text.
type Exact struct{}

// Schema says so.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString}}, Description: "Exact, with six decimal places at most; a number, or the same as text."}
}

// Quantities lets quantities be described as what they are written as.
func (b *Book) Quantities() {
	b.API.OpenAPI().Components.Schemas.RegisterTypeAlias(reflect.TypeFor[plant.Quantity](), reflect.TypeFor[Exact]())
}
