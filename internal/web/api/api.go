// Package api is the site for machines: the same facts as the pages, in JSON, described by OpenAPI.
package api

import (
	"context"
	"log/slog"
	"net/http"
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
}

// New makes the API.
func New(d Deps) *API {
	return &API{Deps: d, paces: pace.New(), once: once.New[jobOut]()}
}

// Mount puts the API's handlers into a router, and gives every address. Who may use them is for the router's guard.
func (a *API) Mount(e *echo.Echo) []operation.Route {
	c := huma.DefaultConfig("Millwright", a.Build)
	c.Info.Description = "What the pages show, for programs. Times are RFC 3339 in UTC; what is not known is null, never zero. " +
		"Programs send a token: Authorization: Bearer mw_…"
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // would add links to schemas to every answer
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: schemeWords()}}
	whole.Answers(&c)
	b := &operation.Book{API: humaecho.New(e, c), Explain: func(ctx context.Context, name string, err error) error {
		p := Explain(ctx, a.Log.With("operation", name), err)
		return huma.ErrorWithHeaders(p, p.GetHeaders())
	}}
	a.mountLines(b)
	a.mountTags(b)
	a.mountTimes(b)
	a.mountConnections(b)
	a.mountJobs(b)
	a.mountSaid(b)
	for _, mount := range a.Rooms {
		mount(b)
	}
	a.mountSamples(e, b)
	a.mountPlant(e, b)
	describe(e, b)
	return b.Routes
}

// mountSaid adds what people say of the lines, and what is made of it.
func (a *API) mountSaid(b *operation.Book) {
	plantOf := func(ctx context.Context) *plant.Plant { return a.Floor(ctx).Plant }
	by := func(ctx context.Context, l plant.Line) plant.Person { return a.Who(ctx).At(l.Place()) }
	edits.Mount(b, edits.Deps{Book: func(ctx context.Context) edits.Book { return a.Floor(ctx).Log }, Line: a.find, Plant: plantOf, By: by})
	told.Mount(b, told.Desk{Plant: plantOf, Keeper: func(ctx context.Context) *health.Keeper { return a.Floor(ctx).Health }, Now: a.Now})
	past.Mount(b, a.Past)
	calls.Mount(b, calls.Deps{Board: a.Calls, Lines: a.asked, Changed: a.Called, Now: a.Now, By: by})
}

// describe adds the description of all that was added before. It does not describe itself.
func describe(e *echo.Echo, b *operation.Book) {
	for path, how := range map[string]struct {
		kind  string
		write func() ([]byte, error)
	}{
		"/api/v1/openapi.json": {"application/vnd.oai.openapi+json", b.API.OpenAPI().MarshalJSON},
		"/api/v1/openapi.yaml": {"application/vnd.oai.openapi", b.API.OpenAPI().YAML},
	} {
		b.Plain(e, access.Read, huma.Operation{Method: http.MethodGet, Path: path, Hidden: true}, func(c echo.Context) error {
			text, err := how.write()
			if err != nil {
				return err
			}
			return c.Blob(http.StatusOK, how.kind, text)
		})
	}
}

// schemeWords tells what the scopes are for.
func schemeWords() string {
	words := "A token with the scopes that an operation names:"
	for _, m := range access.Scopes() {
		words += " " + string(m.Scope) + ": " + m.Words + ";"
	}
	return strings.TrimSuffix(words, ";") + "."
}
