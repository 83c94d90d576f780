package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api"
)

// view is what of the plant somebody sees: "" is all of it, else "@" and the places in order. Who sees the same has
// the same view, and shares its drawings.
type view string

func viewOf(r plant.Reach) view {
	places := r.Places(plant.Viewer)
	if slices.Contains(places, "") {
		return ""
	}
	words := make([]string, len(places))
	for i, p := range places {
		words[i] = string(p)
	}
	return view("@" + strings.Join(words, ","))
}

// sees tells whether a place is part of what is seen.
func (v view) sees(p plant.Place) bool {
	if v == "" {
		return true
	}
	for one := range strings.SplitSeq(string(v[1:]), ",") {
		if one != "" && plant.Place(one).Covers(p) {
			return true
		}
	}
	return false
}

// maxViews bounds the painters that are kept for parts of the plant.
const maxViews = 256

// within is the painter of a part of the plant: it knows no line, area or tag of the rest.
func (p *painter) within(v view) *painter {
	if v == p.view {
		return p
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if part, ok := p.parts[v]; ok {
		return part
	}
	d := p.Deps
	d.Plant = p.Plant.Within(v.sees)
	part := newPainter(d)
	part.view = v
	if len(p.parts) >= maxViews {
		clear(p.parts)
	}
	p.parts[v] = part
	return part
}

// shows tells whether a tag may be seen: by its line, or by its connection.
func (p *painter) shows(id tag.ID) bool {
	return p.view == "" || int(id) < len(p.homes) && p.homes[id].line >= 0 || p.view.sees(plant.ConnectionPlace(p.Tags.Tag(id).Connection))
}

// find finds a tag that may be seen.
func (p *painter) find(name string) (tag.ID, bool) {
	id, ok := p.Tags.Find(name)
	return id, ok && p.shows(id)
}

// talks tells whether any tag of a connection may be seen.
func (p *painter) talks(connection string) bool {
	return p.view.sees(plant.ConnectionPlace(connection)) ||
		slices.ContainsFunc(p.Tags.All(), func(t tag.Tag) bool { return t.Connection == connection && p.shows(t.ID) })
}

// sight is the painter of what a reader sees; a display's page is bounded by its wall.
func (s *Server) sight(c echo.Context) *painter {
	v := visitorOf(c)
	if v.page != "" {
		return s.painter()
	}
	return s.painter().within(viewOf(v.reach))
}

// floor is what the API answers a program from.
func (s *Server) floor(ctx context.Context) api.Floor {
	v := asks(ctx)
	whole := s.painter()
	p := whole.within(viewOf(v.reach))
	return api.Floor{
		Plant: p.Plant, Tags: p.Tags, UnitOf: p.unitOf, Units: p.Units, Lines: p.Lines, Jobs: s.gate(p.Jobs), Log: p.Logbook, Health: p.Health, Layout: p.layout, Alone: p.Alone,
		Sees: p.shows, Talks: p.talks,
		Sends:    func(id tag.ID) bool { return whole.may(v.reach, id, plant.Operator) },
		Corrects: func(id tag.ID) bool { return whole.may(v.reach, id, plant.Manager) },
		Sources: func(u plant.UnitID) (names []string) {
			for _, id := range sources(p.Signals, u) {
				names = append(names, p.Tags.Tag(id).Name)
			}
			return names
		},
	}
}

// may tells whether a reach has a role at a tag: everywhere, at its line, or at its connection.
func (p *painter) may(r plant.Reach, id tag.ID, least plant.Role) bool {
	if r.Base >= least {
		return true
	}
	line, ok := p.line(p.lineOfTag(id))
	return ok && r.At(line.Place()) >= least || r.At(plant.ConnectionPlace(p.Tags.Tag(id).Connection)) >= least
}

func (p *painter) lineOfTag(id tag.ID) plant.LineID {
	_, line := p.unitOf(id)
	return line
}

// api is the same for machines.
func (s *Server) api() *api.API {
	return api.New(api.Deps{
		Floor:   s.floor,
		Latest:  s.Latest,
		Archive: s.Archive, Sums: s.Sums, Sessions: s.Sessions,
		Ingest: s.Ingest, Corrections: s.Corrections, Calls: s.Calls, Called: s.callsChanged,
		PlantFile: api.PlantFile{Get: s.givePlant, Put: s.takePlant, Most: maxPlant},
		Who: func(ctx context.Context) api.Asker {
			v := asks(ctx)
			return api.Asker{Person: v.Person, Reach: v.reach, Program: v.token != nil}
		},
		Past:  s.pastOf(),
		Rooms: s.rooms(),
		Build: s.Build,
		Log:   s.Log,
		Now:   s.Now,
	})
}

// where is what a request is about, and so where its role is needed.
type where uint8

const (
	wholePlant where = iota // what does not say otherwise
	anywhere                // what shows or changes only what the reader may
	oneLine
	oneArea
	oneHall
	oneJob
)

// whereOf tells it by the route's address.
func whereOf(path string) where {
	switch {
	case strings.HasPrefix(path, "/admin"):
		return wholePlant
	case strings.Contains(path, "/:line"):
		return oneLine
	case strings.Contains(path, "/:area"):
		return oneArea
	case strings.Contains(path, "/:hall"):
		return oneHall
	case strings.Contains(path, "/:job"):
		return oneJob
	}
	if slices.Contains(narrowed, path) {
		return anywhere
	}
	return wholePlant
}

// narrowed are the addresses whose handlers go by the reader's sight, or by nothing of the plant.
var narrowed = []string{
	"/", "/lines", "/calls", "/health", "/unexplained", "/operator", "/losses", "/losses/export.csv", "/losses/stops.csv", "/losses/lens", "/figures", "/figures/export.csv", "/segments", "/segments/export.csv", "/reports", "/reports/shift", "/reports/losses", "/trends", "/live", "/account", "/account/password", "/account/sessions",
	"/replay", "/replay/view", "/whatif", parkedHome,
	"/api/v1/openapi.json", "/api/v1/openapi.yaml", "/api/v1/lines", "/api/v1/units", "/api/v1/reasons", "/api/v1/connections", "/api/v1/tags", "/api/v1/tags/samples",
	"/api/v1/tags/last", "/api/v1/tags/buckets", "/api/v1/segments", "/api/v1/oee", "/api/v1/kpi", "/api/v1/kpi/lens", "/api/v1/kpi/segments", "/api/v1/replay", "/api/v1/whatif", "/api/v1/health", "/api/v1/unexplained", "/api/v1/jobs", "/api/v1/samples",
	"/api/v1/calls", "/api/v1/calls/:call/:step", "/api/v1/stops", "/api/v1/edits", "/api/v1/edits/:edit/undo", "/api/v1/shifts/signed", "/api/v1/shifts/sign", "/api/v1/shifts/reopen",
}

// scopeOf is what a program's token needs for a page. Those of admins are its own scope's, whichever role they take.
func scopeOf(r route) access.Scope {
	if strings.HasPrefix(r.path, "/admin") {
		return access.Administer
	}
	if r.method == http.MethodPost {
		switch {
		case r.path == "/line/:line/shift/sign", r.path == "/line/:line/shift/reopen":
			return access.SignTime
		case r.path == "/line/:line/stop", r.path == "/unexplained", strings.HasPrefix(r.path, "/line/:line/shift"), strings.HasPrefix(r.path, "/operator/:line"):
			return access.WriteTime
		}
	}
	if r.duty != plant.NoDuty {
		return dutyScope(r)
	}
	return access.PageScope(r.role)
}

// dutyScope is what a program needs for a page that takes a duty. A planner keeps items and bills, and plans with them.
func dutyScope(r route) access.Scope {
	keeps := slices.ContainsFunc([]string{"/items", "/bills", "/centres", "/tools"}, func(home string) bool { return strings.HasPrefix(r.path, home) })
	switch {
	case strings.HasPrefix(r.path, "/folio"):
		return access.Annotate
	case r.duty&plant.Planner != 0 && keeps:
		return access.WriteItems
	case r.duty&plant.Planner != 0:
		return access.WritePlan
	case r.duty&plant.Storekeeper != 0:
		return access.WriteStock
	case r.duty&plant.Purchaser != 0:
		return access.WritePurchase
	}
	return access.WriteSales
}

// placeOf gives the place that a request is about; the error is what is told when it is not there, or not to be seen.
func (s *Server) placeOf(c echo.Context, w where) (at plant.Place, found bool, unseen error) {
	p := s.painter()
	switch w {
	case oneLine:
		l, ok := p.line(plant.LineID(c.Param("line")))
		return l.Place(), ok, errs.New(errs.NotFound, "there is no line %q; look for it among the lines", errs.Clip(c.Param("line")))
	case oneArea:
		a, ok := p.areas[c.Param("area")]
		return a.place, ok, errs.New(errs.NotFound, "there is no area %q; look for it among the lines", errs.Clip(c.Param("area")))
	case oneHall:
		h, ok := p.hall(c.Param("hall"))
		return h.place, ok, noHall(c.Param("hall"))
	case oneJob:
		j, ok := p.Jobs.Job(c.Param("job"))
		l, there := p.line(j.Line)
		return l.Place(), ok && there, errs.New(errs.NotFound, "there is no job %q that is open or ended lately", errs.Clip(c.Param("job")))
	}
	return "", true, nil
}
