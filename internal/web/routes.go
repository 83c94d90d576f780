package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/static"
)

// route is one address of the site. What does not stand in the table is not there.
type route struct {
	method string
	path   string
	role   plant.Role // the least; Nobody means everybody
	handle echo.HandlerFunc
	always bool // also before anybody can sign in
}

// pages is every address but the API's, which api.Routes lists in the same way.
func (s *Server) pages() []route {
	return slices.Concat(s.plantPages(), s.equipmentPages(), s.machinePages(), s.peoplePages(), s.systemPages())
}

// plantPages are the way in, the plant as it runs, and the file that it is set up by.
func (s *Server) plantPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/healthz", plant.Nobody, s.health, true},
		{get, "/readyz", plant.Nobody, s.readiness, true},
		{get, "/static/*", plant.Nobody, echo.WrapHandler(static.Handler()), true},
		{get, "/favicon.ico", plant.Nobody, s.icon, true},
		{get, "/robots.txt", plant.Nobody, s.robots, true},
		{get, "/metrics", plant.Nobody, s.metrics, false}, // its handler asks for loopback or a viewer

		{get, "/setup/:key", plant.Nobody, s.showSetUp, true},
		{post, "/setup", plant.Nobody, s.setUp, true},
		{get, "/sign-in", plant.Nobody, s.showSignIn, false},
		{post, "/sign-in", plant.Nobody, s.signIn, false},
		{post, "/sign-out", plant.Nobody, s.signOut, false},
		{post, "/theme", plant.Nobody, s.theme, false},
		{get, "/wall/open/:token", plant.Nobody, s.openWall, true},

		{get, "/wall/line/:line", plant.Display, onOwnWall(s.wallLine), false},
		{get, "/wall/hall/:area", plant.Display, onOwnWall(s.wallHall), false},
		{get, "/live", plant.Display, s.live, false},

		{get, "/", plant.Viewer, s.now, false},
		{get, "/lines", plant.Viewer, s.lines, false},
		{get, "/line/:line", plant.Viewer, s.line, false},
		{get, "/trends", plant.Viewer, s.trends, false},
		{get, "/account", plant.Viewer, s.account, false},
		{post, "/account/password", plant.Viewer, s.changePassword, false},
		{post, "/account/sessions", plant.Viewer, s.endOwnSessions, false},
		{post, "/jobs/:job/:step", plant.Operator, s.stepJob, false},

		{get, "/admin", plant.Admin, s.adminHome, false},
		{get, "/admin/plant", plant.Admin, s.plantFile, false},
		{post, "/admin/plant/publish", plant.Admin, s.publishPlant, false},
		{post, "/admin/plant/drop", plant.Admin, s.dropDraft, false},
		{get, "/admin/plant/edit", plant.Admin, s.plantText, false},
		{post, "/admin/plant/edit", plant.Admin, s.keepText, false},
		{get, "/admin/plant/file", plant.Admin, s.plantDownload, false},
		{get, "/admin/plant/revision/:number", plant.Admin, s.plantRevision, false},
		{post, "/admin/plant/revision/:number/back", plant.Admin, s.rollBack, false},
	}
}

// equipmentPages are those that set up lines and their calendars.
func (s *Server) equipmentPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/lines", plant.Admin, s.equipmentTree, false},
		{get, "/admin/lines/:line", plant.Admin, s.lineSetup, false},
		{post, "/admin/lines/:line/flow", plant.Admin, s.keepLine("flow"), false},
		{post, "/admin/lines/:line/rates", plant.Admin, s.keepLine("rates"), false},
		{post, "/admin/lines/:line/thresholds", plant.Admin, s.keepLine("thresholds"), false},
		{post, "/admin/lines/:line/rates/preview", plant.Admin, s.previewLine("rates"), false},
		{post, "/admin/lines/:line/thresholds/preview", plant.Admin, s.previewLine("thresholds"), false},
		{get, "/admin/lines/:line/unit/:unit", plant.Admin, s.unitSetup, false},
		{post, "/admin/lines/:line/unit/:unit/machine", plant.Admin, s.keepUnit("machine"), false},
		{post, "/admin/lines/:line/unit/:unit/signals", plant.Admin, s.keepUnit("signals"), false},
		{post, "/admin/equipment/move", plant.Admin, s.moveEquipment, false},
		{get, "/admin/equipment/add", plant.Admin, s.showAdd, false},
		{post, "/admin/equipment/add", plant.Admin, s.add, false},
		{get, "/admin/equipment/name", plant.Admin, s.showName, false},
		{post, "/admin/equipment/name", plant.Admin, s.name, false},
		{get, "/admin/equipment/remove", plant.Admin, s.showRemove, false},
		{post, "/admin/equipment/remove", plant.Admin, s.remove, false},
		{get, "/admin/calendar", plant.Admin, s.calendarSetup, false},
		{get, "/admin/calendar/site/:site", plant.Admin, s.calendarOne, false},
		{post, "/admin/calendar/site/:site/shifts", plant.Admin, s.keepCalendar("shifts"), false},
		{post, "/admin/calendar/site/:site/holidays", plant.Admin, s.keepCalendar("holidays"), false},
		{post, "/admin/calendar/site/:site/stops", plant.Admin, s.keepCalendar("stops"), false},
		{get, "/admin/calendar/line/:line", plant.Admin, s.calendarOne, false},
		{post, "/admin/calendar/line/:line/shifts", plant.Admin, s.keepCalendar("shifts"), false},
		{post, "/admin/calendar/line/:line/holidays", plant.Admin, s.keepCalendar("holidays"), false},
		{post, "/admin/calendar/line/:line/stops", plant.Admin, s.keepCalendar("stops"), false},
	}
}

// peoplePages are those about who may come in, and what they have changed.
func (s *Server) peoplePages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/people", plant.Admin, s.people, false},
		{post, "/admin/people", plant.Admin, s.addPerson, false},
		{get, "/admin/people/:number", plant.Admin, s.person, false},
		{post, "/admin/people/:number", plant.Admin, s.changePerson, false},
		{post, "/admin/people/:number/password", plant.Admin, s.resetPassword, false},
		{post, "/admin/people/:number/sessions", plant.Admin, s.endSessions, false},

		{get, "/admin/tokens", plant.Admin, s.tokens, false},
		{post, "/admin/tokens", plant.Admin, s.addToken, false},
		{get, "/admin/tokens/:number", plant.Admin, s.token, false},
		{post, "/admin/tokens/:number/page", plant.Admin, s.moveDisplay, false},
		{post, "/admin/tokens/:number/revoke", plant.Admin, s.revokeToken, false},

		{get, "/admin/audit", plant.Admin, s.audit, false},
		{get, "/admin/audit/export", plant.Admin, s.auditFile, false},
		{post, "/admin/audit/verify", plant.Admin, s.verifyAudit, false},
	}
}

// machinePages is how machines are connected to, and looked through.
func (s *Server) machinePages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/connections", plant.Admin, s.connections, false},
		{get, "/admin/new-connection", plant.Admin, s.newConnection, false},
		{post, "/admin/new-connection", plant.Admin, s.addConnection, false},
		{get, "/admin/connections/:connection", plant.Admin, s.connection, false},
		{post, "/admin/connections/:connection", plant.Admin, s.keepConnection, false},
		{post, "/admin/connections/:connection/test", plant.Admin, s.testConnection, false},
		{post, "/admin/connections/:connection/enable", plant.Admin, s.enableConnection, false},
		{post, "/admin/connections/:connection/disable", plant.Admin, s.disableConnection, false},
		{post, "/admin/connections/:connection/remove", plant.Admin, s.removeConnection, false},
		{get, "/admin/connections/:connection/browse", plant.Admin, s.browse, false},
		{post, "/admin/connections/:connection/browse", plant.Admin, s.take, false},
		{get, "/admin/certificates", plant.Admin, s.certificates, false},
		{get, "/admin/certificates/own", plant.Admin, s.ownCertificate, false},
		{post, "/admin/certificates/renew", plant.Admin, s.renewCertificate, false},
		{post, "/admin/certificates/machine/:thumbprint", plant.Admin, s.judgeCertificate, false},
	}
}

// systemPages are those about the program itself.
func (s *Server) systemPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/system", plant.Admin, s.systemPage, false},
		{get, "/admin/system/licences", plant.Admin, s.licencesPage, false},
		{get, "/admin/system/sbom.json", plant.Admin, s.sbom, false},
		{post, "/admin/system/backup", plant.Admin, s.backUp, false},
		{get, "/admin/system/backup/:name", plant.Admin, s.giveBackup, false},
	}
}

// routes builds the site from the table. A page that is got may be asked for its head alone.
func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.source
	e.Use(s.observe, s.protect, s.compress(), limitBody, s.guard)
	s.table = map[string]route{}
	for _, r := range s.pages() {
		s.table[r.method+" "+r.path] = r
		e.Add(r.method, r.path, r.handle)
		if r.method == http.MethodGet {
			s.table[http.MethodHead+" "+r.path] = r
			e.Add(http.MethodHead, r.path, r.handle)
		}
	}
	a := s.api()
	for _, r := range a.Routes() {
		s.table[r.Method+" "+r.Path] = route{method: r.Method, path: r.Path, role: r.Role}
	}
	a.Mount(e)
	return e
}

// api is the same for machines.
func (s *Server) api() *api.API {
	return api.New(api.Deps{
		Floor: func() api.Floor {
			p := s.painter()
			return api.Floor{Plant: p.Plant, Tags: p.Tags, UnitOf: p.unitOf, Units: p.Units, Lines: p.Lines, Jobs: p.Jobs}
		},
		Latest:  s.Latest,
		Archive: s.Archive, Sessions: s.Sessions,
		Ingest:    s.Ingest,
		PlantFile: api.PlantFile{Get: s.givePlant, Put: s.takePlant},
		Who:       who,
		Build:     s.Build,
		Log:       s.Log,
		Now:       s.Now,
	})
}
