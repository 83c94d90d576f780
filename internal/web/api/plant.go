package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/web/api/foretold"
	"millwright/internal/web/api/operation"
)

// PlantFile is how the plant file is got and put: text, not JSON, so it stands beside the rest.
type PlantFile struct {
	Get, Put echo.HandlerFunc
	Most     int64 // bytes of it
}

func (a *API) mountPlant(e *echo.Echo, b *operation.Book) {
	text := map[string]*huma.MediaType{"application/yaml": {Schema: &huma.Schema{Type: "string"}}}
	json := func(kind string, t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: b.API.OpenAPI().Components.Schemas.Schema(t, true, "")}}
	}
	wrong := &huma.Response{Description: "Nothing was changed.", Content: json("application/problem+json", reflect.TypeFor[Problem]())}
	foretells := json("application/json", reflect.TypeFor[foretold.Plan]())
	query := func(name, kind, what string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: what, Schema: &huma.Schema{Type: kind}}
	}
	b.Plain(e, access.ReadPlant, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/plant", OperationID: "get-the-plant-file", Summary: "Get the plant file",
		Parameters: []*huma.Param{query("revision", "integer", "One that was in use before.")},
		Responses:  map[string]*huma.Response{"200": {Description: "The file; its ETag is the number of its revision.", Content: text}, "default": wrong},
	}, a.PlantFile.Get)
	b.Plain(e, access.WritePlant, huma.Operation{
		Method: http.MethodPut, Path: "/api/v1/plant", OperationID: "put-the-plant-file", Summary: "Put a plant file into use", MaxBodyBytes: a.PlantFile.Most,
		Parameters: []*huma.Param{
			query("dry", "boolean", "Only tell what would change."), query("why", "string", "Why it is changed, in a sentence; not needed when dry."),
			query("drop", "boolean", "A draft that people work on may be dropped."),
			{Name: "If-Match", In: "header", Description: "ETag of the file it was made from; 412 when another is in use.", Schema: &huma.Schema{Type: "string"}},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: text},
		Responses:   map[string]*huma.Response{"200": {Description: "What changed, or would.", Content: foretells}, "202": {Description: "Nothing has changed yet: it waits for owners to approve it at the Location.", Content: foretells}, "default": wrong},
	}, a.PlantFile.Put)
}
