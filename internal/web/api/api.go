// Package api is the site for machines: the same facts as the pages, in JSON, described by OpenAPI.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/calls"
	"millwright/internal/web/api/edits"
	told "millwright/internal/web/api/health"
	"millwright/internal/web/api/mend"
	"millwright/internal/web/api/once"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/pace"
	"millwright/internal/web/api/past"
	"millwright/internal/web/api/queue"
	"millwright/internal/web/api/whole"
)

// Deps is what the API answers from.
type Deps struct {
	Floor   func(ctx context.Context) Floor // the one in use, as far as who asks sees it
	Latest  Latest
	Archive history.Archive
	Sums    rollup.Book // nil when none are kept
	// Sessions may be nil: then there are no connections.
	Sessions  Connections
	PlantFile PlantFile
	Calls     *andon.Board
	Called    func(line plant.LineID) // a call there has changed
	Ingest    func(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error)

	Corrections Corrections // nil where none are made
	Who         func(ctx context.Context) Asker
	Past        past.Deps
	Rooms       []operation.Room // of the business
	Build       string
	Log         *slog.Logger
	Now         func() time.Time
}

// Asker is who asks, and what they may do where by this request.
type Asker struct {
	plant.Person // with the role that counts for the request
	Reach        plant.Reach
	Program      bool // by a token
}

// At is who asks as the author of what is done at a place.
func (a Asker) At(p plant.Place) plant.Person {
	by := a.Person
	by.Role = a.Reach.At(p)
	return by
}

// Floor is what changes when another revision of the plant is put into use. Its plant holds only what may be seen;
// everything else of it is asked about that alone.
type Floor struct {
	Plant *plant.Plant
	Tags  *tag.Registry
	Sees  func(tag.ID) bool
	Sends func(tag.ID) bool // samples of that tag may be sent

	Corrects func(tag.ID) bool                         // and corrected
	Sources  func(plant.UnitID) []string               // the tags that say how a unit stands
	Talks    func(connection string) bool              // it may be seen
	UnitOf   func(tag.ID) (plant.UnitID, plant.LineID) // both "" for a tag of no unit
	Units    Units
	Lines    Lines
	Jobs     Jobs
	Log      edits.Book // what people say of the lines' time
	Health   *health.Keeper
	Layout   rollup.Layouts
	Alone    *workunit.Units // the time of single machines; nil where it is not known
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
	Begin(line plant.LineID) time.Time // of its ledger: what was before is none of its time; zero when nobody says
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Corrections makes and tells corrections of samples that are kept.
type Corrections = mend.Book

// Jobs is the work on the lines: to look at, and to change.
type Jobs interface {
	queue.List
	queue.Desk
}

// API answers machines.
type API struct {
	Deps
	paces *pace.Keeper
	once  *once.Answers[jobOut]
	huma  huma.API
}

// New makes the API.
func New(d Deps) *API {
	return &API{Deps: d, paces: pace.New(), once: once.New[jobOut]()}
}

// Routes is every address of the API.
func (a *API) Routes() []operation.Route {
	const get, post = http.MethodGet, http.MethodPost
	at := operation.At
	all := slices.Concat(calls.Routes(), edits.Routes(), []operation.Route{
		at(get, "/api/v1/openapi.json", access.Read),
		at(get, "/api/v1/openapi.yaml", access.Read),
		at(get, "/api/v1/lines", access.Read), at(get, "/api/v1/lines/:line", access.Read),
		at(get, "/api/v1/units", access.Read), at(get, "/api/v1/reasons", access.Read), at(get, "/api/v1/connections", access.Read),
		at(get, "/api/v1/tags", access.Read), at(get, "/api/v1/tags/samples", access.Read),
		at(get, "/api/v1/tags/last", access.Read), at(get, "/api/v1/tags/buckets", access.Read), at(get, "/api/v1/tags/corrections", access.Read),
		at(get, "/api/v1/segments", access.Read),
		at(get, "/api/v1/oee", access.Read), at(get, "/api/v1/kpi", access.Read), at(get, "/api/v1/kpi/lens", access.Read), at(get, "/api/v1/kpi/segments", access.Read),
		at(get, "/api/v1/health", access.Read), at(get, "/api/v1/unexplained", access.Read),
		at(get, "/api/v1/replay", access.Read), at(get, "/api/v1/whatif", access.Read),
		at(get, "/api/v1/jobs", access.Read),
		at(get, "/api/v1/jobs/:job", access.Read),
		at(post, "/api/v1/jobs", access.WriteJobs),
		at(post, "/api/v1/jobs/:job/:step", access.StepJobs),
		at(post, "/api/v1/samples", access.SendSamples),
		at(get, "/api/v1/plant", access.ReadPlant),
		at(http.MethodPut, "/api/v1/plant", access.WritePlant),
	})
	for _, r := range a.Rooms {
		all = append(all, r.Routes...)
	}
	return all
}

// Mount puts the API's handlers into a router. Who may use them is for the router's guard, by Routes.
func (a *API) Mount(e *echo.Echo) {
	c := huma.DefaultConfig("Millwright", a.Build)
	c.Info.Description = "What the pages show, for programs. Times are RFC 3339 in UTC; what is not known is null, never zero. " +
		"Programs send a token: Authorization: Bearer mw_…"
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // would add links to schemas to every answer
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: schemeWords()}}
	whole.Answers(&c)
	a.huma = humaecho.New(e, c)
	a.mountLines()
	a.mountTags()
	a.mountTimes()
	a.mountConnections()
	a.mountJobs()
	edits.Mount(a.operations(), edits.Deps{
		Book:  func(ctx context.Context) edits.Book { return a.Floor(ctx).Log },
		Line:  a.find,
		Plant: func(ctx context.Context) *plant.Plant { return a.Floor(ctx).Plant },
		By:    func(ctx context.Context, l plant.Line) plant.Person { return a.Who(ctx).At(l.Place()) },
	})
	told.Mount(a.operations(), told.Desk{
		Plant:  func(ctx context.Context) *plant.Plant { return a.Floor(ctx).Plant },
		Keeper: func(ctx context.Context) *health.Keeper { return a.Floor(ctx).Health }, Now: a.Now,
	})
	past.Mount(a.operations(), a.Past)
	calls.Mount(a.operations(), calls.Deps{
		Board: a.Calls, Lines: a.asked, Changed: a.Called, Now: a.Now,
		By: func(ctx context.Context, l plant.Line) plant.Person { return a.Who(ctx).At(l.Place()) },
	})
	for _, r := range a.Rooms {
		r.Mount(a.operations())
	}
	a.mountSamples(e)
	a.mountPlant(e)
	a.secure()
	e.GET("/api/v1/openapi.json", a.description("application/vnd.oai.openapi+json", a.huma.OpenAPI().MarshalJSON))
	e.GET("/api/v1/openapi.yaml", a.description("application/vnd.oai.openapi", a.huma.OpenAPI().YAML))
}

// schemeWords tells what the scopes are for.
func schemeWords() string {
	words := "A token with the scopes that an operation names:"
	for _, m := range access.Scopes() {
		words += " " + string(m.Scope) + ": " + m.Words + ";"
	}
	return strings.TrimSuffix(words, ";") + "."
}

// secure writes into the description what each operation needs.
func (a *API) secure() {
	params := regexp.MustCompile(`:(\w+)`)
	for _, r := range a.Routes() {
		item := a.huma.OpenAPI().Paths[params.ReplaceAllString(r.Path, "{$1}")]
		if item == nil {
			continue // the description does not describe itself
		}
		for method, op := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put} {
			if method == r.Method {
				op.Security = []map[string][]string{{"token": {string(r.Scope)}}}
			}
		}
	}
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
	operation.Get(a.operations(), path, summary, answer)
}

func register[I, O any](a *API, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	operation.Add(a.operations(), op, answer)
}

func (a *API) operations() operation.Book {
	return operation.Book{API: a.huma, Explain: func(ctx context.Context, name string, err error) error {
		p := Explain(ctx, a.Log.With("operation", name), err)
		return huma.ErrorWithHeaders(p, p.GetHeaders())
	}}
}
