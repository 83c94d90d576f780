// Package api is the site for machines: the same facts as the pages, in JSON, described by OpenAPI.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Deps is what the API answers from.
type Deps struct {
	Floor   func() Floor // the one in use
	Latest  Latest
	Archive history.Archive
	// Sessions may be nil: then there are no connections.
	Sessions  Connections
	PlantFile PlantFile
	Ingest    func(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error)
	Who       func(ctx context.Context) plant.Person // who asks
	Build     string
	Log       *slog.Logger
	Now       func() time.Time
}

// Floor is what changes when another revision of the plant is put into use.
type Floor struct {
	Plant  *plant.Plant
	Tags   *tag.Registry
	UnitOf func(tag.ID) (plant.UnitID, plant.LineID) // both "" for a tag of no unit
	Units  Units
	Lines  Lines
	Jobs   Jobs
}

// Latest is the newest sample of every tag.
type Latest interface {
	Get(id tag.ID) (tag.Sample, bool)
}

// Units is how the work units stand.
type Units interface {
	Units() []machine.Status
}

// Lines is the time ledger of the lines.
type Lines interface {
	Snapshot(line plant.LineID) (oee.Snapshot, bool)
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Jobs is the work on the lines: to look at, and to change.
type Jobs interface {
	JobList
	JobDesk
}

// JobList tells which jobs there are.
type JobList interface {
	Jobs(line plant.LineID) []execution.Job
	Job(id string) (execution.Job, bool)
	Current(line plant.LineID) (execution.Job, bool)
}

// JobDesk is where jobs are added and taken from status to status; version is the one that who asks has seen.
type JobDesk interface {
	Add(ctx context.Context, j execution.Job, by plant.Person, why string) (execution.Job, error)
	Start(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Hold(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Resume(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Complete(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Abort(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
}

// Route is one address of the API, with the least role that may use it.
type Route struct {
	Method string
	Path   string // in the router's words: "/api/v1/lines/:line"
	Role   plant.Role
}

// API answers machines.
type API struct {
	Deps
	paces *paces
	once  *once
	huma  huma.API
}

// New makes the API.
func New(d Deps) *API {
	return &API{Deps: d, paces: newPaces(), once: newOnce()}
}

// Routes is every address of the API.
func (a *API) Routes() []Route {
	const get, post = http.MethodGet, http.MethodPost
	return []Route{
		{get, "/api/v1/openapi.json", plant.Viewer},
		{get, "/api/v1/openapi.yaml", plant.Viewer},
		{get, "/api/v1/lines", plant.Viewer},
		{get, "/api/v1/lines/:line", plant.Viewer},
		{get, "/api/v1/units", plant.Viewer},
		{get, "/api/v1/connections", plant.Viewer},
		{get, "/api/v1/tags", plant.Viewer},
		{get, "/api/v1/tags/samples", plant.Viewer},
		{get, "/api/v1/tags/buckets", plant.Viewer},
		{get, "/api/v1/segments", plant.Viewer},
		{get, "/api/v1/oee", plant.Viewer},
		{get, "/api/v1/jobs", plant.Viewer},
		{get, "/api/v1/jobs/:job", plant.Viewer},
		{post, "/api/v1/jobs", plant.Manager},
		{post, "/api/v1/jobs/:job/:step", plant.Operator},
		{post, "/api/v1/samples", plant.Operator},
		{get, "/api/v1/plant", plant.Admin},
		{http.MethodPut, "/api/v1/plant", plant.Admin},
	}
}

// Mount puts the API's handlers into a router. Who may use them is for the router's guard, by Routes.
func (a *API) Mount(e *echo.Echo) {
	c := huma.DefaultConfig("Millwright", a.Build)
	c.Info.Description = "What the pages show, for programs. Times are RFC 3339 in UTC; what is not known is null, never zero. " +
		"Programs send a token: Authorization: Bearer mw_…"
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // would add links to schemas to every answer
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	c.Security = []map[string][]string{{"token": {}}}
	a.huma = humaecho.New(e, c)
	a.mountLines()
	a.mountTags()
	a.mountTimes()
	a.mountConnections()
	a.mountJobs()
	a.mountSamples(e)
	a.mountPlant(e)
	e.GET("/api/v1/openapi.json", a.description("application/vnd.oai.openapi+json", a.huma.OpenAPI().MarshalJSON))
	e.GET("/api/v1/openapi.yaml", a.description("application/vnd.oai.openapi", a.huma.OpenAPI().YAML))
}

func (a *API) description(kind string, write func() ([]byte, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		text, err := write()
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, kind, text)
	}
}

// get adds a question. Its errors go the same way as everybody's.
func get[I, O any](a *API, path, summary string, answer func(context.Context, *I) (*O, error)) {
	register(a, huma.Operation{Method: http.MethodGet, Path: path, Summary: summary, OperationID: summaryID(summary)}, answer)
}

func register[I, O any](a *API, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	op.BodyReadTimeout = 30 * time.Second
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			p := Explain(ctx, a.Log.With("operation", op.OperationID), err)
			return nil, huma.ErrorWithHeaders(p, p.GetHeaders())
		}
		return out, nil
	})
}

// summaryID makes an operation's id of its summary: "List the lines" → "list-the-lines".
func summaryID(s string) string {
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
