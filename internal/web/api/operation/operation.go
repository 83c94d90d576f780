// Package operation adds operations to the API, whose errors all go the same way.
package operation

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// Route is one address of the API, with what a token needs for it; people need the role that the scope stands for.
type Route struct {
	Method string
	Path   string // in the router's words: "/api/v1/lines/:line"
	Scope  access.Scope
}

// At is an address and what it takes.
func At(method, path string, scope access.Scope) Route { return Route{method, path, scope} }

// Room is operations that belong together, and their addresses.
type Room struct {
	Routes []Route
	Mount  func(Book)
}

// Book is where operations are added.
type Book struct {
	API     huma.API
	Explain func(ctx context.Context, operation string, err error) error // into what who asked may be told
}

// Get adds a question.
func Get[I, O any](b Book, path, summary string, answer func(context.Context, *I) (*O, error)) {
	Add(b, huma.Operation{Method: http.MethodGet, Path: path, Summary: summary, OperationID: IDOf(summary)}, answer)
}

// Post adds a request that changes something.
func Post[I, O any](b Book, path, summary string, answer func(context.Context, *I) (*O, error)) {
	Add(b, huma.Operation{Method: http.MethodPost, Path: path, Summary: summary, OperationID: IDOf(summary)}, answer)
}

// Add adds any operation.
func Add[I, O any](b Book, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	op.BodyReadTimeout = 30 * time.Second
	huma.Register(b.API, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, b.Explain(ctx, op.OperationID, err)
		}
		return out, nil
	})
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
func (b Book) Quantities() {
	b.API.OpenAPI().Components.Schemas.RegisterTypeAlias(reflect.TypeFor[plant.Quantity](), reflect.TypeFor[Exact]())
}
