package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
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

// guarded is a route in the table that the guard goes by.
type guarded struct {
	route
	where where        // where the role is needed
	scope access.Scope // what a program's token needs besides
}

// pages is every address but the API's, which api.Routes lists in the same way.
func (s *Server) pages() []route {
	return slices.Concat(s.plantPages(), s.wallPages(), s.insightPages(), s.reportPages(), s.requestPages(), s.equipmentPages(), s.machinePages(), s.draftPages(), s.peoplePages(), s.systemPages())
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
		{get, "/sign-in/provider", plant.Nobody, s.toProvider, false},
		{get, "/sign-in/callback", plant.Nobody, s.fromProvider, false},
		{post, "/sign-out", plant.Nobody, s.signOut, false},
		{post, "/theme", plant.Nobody, s.theme, false},
		{get, "/live", plant.Display, s.live, false},

		{get, "/", plant.Viewer, s.now, false},
		{get, "/lines", plant.Viewer, s.lines, false},
		{get, "/calls", plant.Viewer, s.callsPage, false},
		{get, "/line/:line", plant.Viewer, s.line, false},
		{get, "/line/:line/stop", plant.Viewer, s.stop, false},
		{post, "/line/:line/stop", plant.Operator, s.sayStop, false},
		{get, "/losses", plant.Viewer, s.losses, false},
		{get, "/losses/export.csv", plant.Viewer, s.paretoFile, false},
		{get, "/losses/stops.csv", plant.Viewer, s.stopsFile, false},
		{get, "/losses/lens", plant.Viewer, s.lens, false},
		{get, "/operator", plant.Operator, s.terminals, false},
		{get, "/operator/:line", plant.Operator, s.terminal, false},
		{post, "/operator/:line", plant.Operator, s.act, false},
		{post, "/operator/:line/call", plant.Operator, s.call, false},
		{get, "/line/:line/shift", plant.Viewer, s.shiftView, false},
		{post, "/line/:line/shift", plant.Operator, s.onShift(s.sayOfShift), false},
		{post, "/line/:line/shift/sign", plant.Manager, s.onShift(s.signShift), false},
		{post, "/line/:line/shift/reopen", plant.Manager, s.onShift(s.reopenShift), false},
		{post, "/line/:line/shift/acknowledge", plant.Operator, s.onShift(s.acknowledgeShift), false},
		{get, "/trends", plant.Viewer, s.trends, false},
		{get, "/account", plant.Viewer, s.account, false},
		{post, "/account/password", plant.Viewer, s.changePassword, false},
		{post, "/account/sessions", plant.Viewer, s.endOwnSessions, false},
		{post, "/jobs/:job/:step", plant.Operator, s.stepJob, false},

		{get, "/admin", plant.Manager, s.overview, false},
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

// insightPages show what is to be mended about how lines are measured, what was, and what it could have been.
func (s *Server) insightPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/health", plant.Viewer, s.linesHealth, false},
		{get, "/line/:line/health", plant.Viewer, s.lineHealth, false},
		{get, "/unexplained", plant.Viewer, s.unexplainedStops, false},
		{post, "/unexplained", plant.Operator, s.explainStops, false},
		{get, "/replay", plant.Viewer, s.seeAgain, false},
		{get, "/replay/view", plant.Viewer, s.seeMoment, false},
		{get, "/whatif", plant.Viewer, s.whatIf, false},
	}
}

// wallPages are those of displays.
func (s *Server) wallPages() []route {
	const get = http.MethodGet
	return []route{
		{get, "/wall/open/:token", plant.Nobody, s.openWall, true},
		{get, "/wall/line/:line", plant.Display, onOwnWall(s.wallLine), false},
		{get, "/wall/hall/:area", plant.Display, onOwnWall(s.wallHall), false},
		{get, "/wall/orders/:hall", plant.Display, onOwnWall(s.wallOrders), false},
		{get, "/wall/display/:number", plant.Display, onOwnWall(s.wallTurns), false},
	}
}

// requestPages are where changes wait for the owners who must approve them: managers may be owners.
func (s *Server) requestPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/requests", plant.Manager, s.requests, false},
		{get, "/admin/requests/rules", plant.Admin, s.rules, false},
		{post, "/admin/requests/rules", plant.Admin, s.changeRules, false},
		{get, "/admin/requests/:number", plant.Manager, s.request, false},
		{get, "/admin/requests/:number/confirm", plant.Manager, s.confirmAnswer, false},
		{post, "/admin/requests/:number/approve", plant.Manager, s.answerRequest(consent.Approve), false},
		{post, "/admin/requests/:number/refuse", plant.Manager, s.answerRequest(consent.Refuse), false},
		{post, "/admin/requests/:number/withdraw", plant.Manager, s.withdraw, false},
		{post, "/admin/requests/:number/effect", plant.Manager, s.computeEffect, false},
		{post, "/admin/requests/:number/again", plant.Admin, s.askAgain, false},
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
		{get, "/admin/lines/:line/unit/:unit/derive", plant.Admin, s.showDerived, false},
		{post, "/admin/lines/:line/unit/:unit/derive", plant.Admin, s.keepDerived, false},
		{post, "/admin/lines/:line/unit/:unit/derive/try", plant.Admin, s.tryDerived, false},
		{post, "/admin/lines/:line/unit/:unit/derive/remove", plant.Admin, s.removeDerived, false},
		{post, "/admin/lines/:line/unit/:unit/version", plant.Admin, s.keepUnit(versionsForm), false},
		{post, "/admin/equipment/move", plant.Admin, s.moveEquipment, false},
		{get, "/admin/equipment/add", plant.Admin, s.showAdd, false},
		{post, "/admin/equipment/add", plant.Admin, s.add, false},
		{get, "/admin/equipment/name", plant.Admin, s.showName, false},
		{post, "/admin/equipment/name", plant.Admin, s.name, false},
		{get, "/admin/equipment/remove", plant.Admin, s.showRemove, false},
		{post, "/admin/equipment/remove", plant.Admin, s.remove, false},
		{post, "/admin/lines/:line/changeover", plant.Admin, s.keepLine("changeover"), false},
		{post, "/admin/lines/:line/reasons", plant.Admin, s.keepLine("reasons"), false},
		{post, "/admin/lines/:line/unit/:unit/faults", plant.Admin, s.keepUnit("faults"), false},
		{get, "/admin/reasons", plant.Admin, s.reasonTrees, false},
		{post, "/admin/reasons/move", plant.Admin, s.moveReason, false},
		{get, "/admin/reasons/add", plant.Admin, s.showAddReason, false},
		{post, "/admin/reasons/add", plant.Admin, s.addReason, false},
		{get, "/admin/reasons/edit", plant.Admin, s.showReason, false},
		{post, "/admin/reasons/edit", plant.Admin, s.keepReason, false},
		{get, "/admin/reasons/remove", plant.Admin, s.showRemoveReason, false},
		{post, "/admin/reasons/remove", plant.Admin, s.removeReason, false},
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
		{post, "/admin/people/:number/grants", plant.Admin, s.changeGrant, false},
		{post, "/admin/people/:number/password", plant.Admin, s.resetPassword, false},
		{post, "/admin/people/:number/provider", plant.Admin, s.tiePerson, false},
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
		{post, "/admin/connections/:connection/browse/tick", plant.Admin, s.tick, false},
		{get, "/admin/connections/:connection/browse/values", plant.Admin, s.browseValues, false},
		{get, "/admin/machines", plant.Admin, s.machineTypes, false},
		{post, "/admin/machines", plant.Admin, s.addMachine, false},
		{get, "/admin/machines/:machine", plant.Admin, s.machineType, false},
		{post, "/admin/machines/:machine/signals", plant.Admin, s.changeMachine("signals"), false},
		{post, "/admin/machines/:machine/faults", plant.Admin, s.changeMachine("faults"), false},
		{post, "/admin/machines/:machine/units", plant.Admin, s.changeMachine("units"), false},
		{post, "/admin/machines/:machine/tags", plant.Admin, s.changeMachine("tags"), false},
		{post, "/admin/machines/:machine/tags/remove", plant.Admin, s.changeMachine("tags/remove"), false},
		{post, "/admin/machines/:machine/drop", plant.Admin, s.changeMachine("drop"), false},
		{post, "/admin/machines/:machine/remove", plant.Admin, s.changeMachine("remove"), false},
		{get, "/admin/tags", plant.Admin, s.tagList, false},
		{get, "/admin/tags/one", plant.Admin, s.tagOne, false},
		{post, "/admin/tags/one", plant.Admin, s.keepTag, false},
		{get, "/admin/tags/export.csv", plant.Admin, s.exportTags("csv"), false},
		{get, "/admin/tags/export.xlsx", plant.Admin, s.exportTags("xlsx"), false},
		{get, "/admin/tags/import", plant.Admin, s.importForm, false},
		{post, "/admin/tags/import", plant.Admin, s.uploadTags, false},
		{get, "/admin/tags/import/:import", plant.Admin, s.importJob, false},
		{post, "/admin/tags/import/:import", plant.Admin, s.takeTags, false},
		{get, "/admin/certificates", plant.Admin, s.certificates, false},
		{get, "/admin/certificates/own", plant.Admin, s.ownCertificate, false},
		{post, "/admin/certificates/renew", plant.Admin, s.renewCertificate, false},
		{post, "/admin/certificates/machine/:thumbprint", plant.Admin, s.judgeCertificate, false},
	}
}

// reportPages are what people take away, or get by mail.
func (s *Server) reportPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/mail", plant.Admin, s.mail, false},
		{post, "/admin/mail", plant.Admin, s.setMail, false},
		{post, "/admin/mail/test", plant.Admin, s.testMail, false},
		{get, "/admin/mail/subscription", plant.Admin, s.subscription, false},
		{post, "/admin/mail/subscription", plant.Admin, s.keepSubscription, false},
		{get, "/admin/mail/subscription/:number", plant.Admin, s.subscription, false},
		{post, "/admin/mail/subscription/:number", plant.Admin, s.keepSubscription, false},
		{post, "/admin/mail/subscription/:number/remove", plant.Admin, s.removeSubscription, false},
		{post, "/admin/mail/letter/:number/again", plant.Admin, s.sendAgain, false},
		{get, "/reports", plant.Viewer, s.reports, false},
		{get, "/reports/shift", plant.Viewer, s.reportShift, false},
		{get, "/reports/losses", plant.Viewer, s.reportLosses, false},
	}
}

// systemPages are those about the program itself.
func (s *Server) systemPages() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/system", plant.Admin, s.systemPage, false},
		{get, "/admin/system/upkeep", plant.Admin, s.upkeep, false},
		{post, "/admin/system/upkeep", plant.Admin, s.changeUpkeep, false},
		{get, "/admin/system/licences", plant.Admin, s.licencesPage, false},
		{get, "/admin/system/sbom.json", plant.Admin, s.sbom, false},
		{post, "/admin/system/backup", plant.Admin, s.backUp, false},
		{get, "/admin/system/backup/:name", plant.Admin, s.giveBackup, false},
	}
}
