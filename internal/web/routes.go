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
	always bool       // also before anybody can sign in
	duty   plant.Duty // any of these besides the role, unless it is manager; NoDuty for none
}

func get(path string, least plant.Role, handle echo.HandlerFunc) route {
	return route{method: http.MethodGet, path: path, role: least, handle: handle}
}

func post(path string, least plant.Role, handle echo.HandlerFunc) route {
	return route{method: http.MethodPost, path: path, role: least, handle: handle}
}

// by is the route for people who have any of some duties; managers have all: post(…, plant.Viewer, …).by(plant.Planner).
func (r route) by(any plant.Duty) route {
	r.duty = any
	return r
}

// early is the route also before anybody can sign in.
func (r route) early() route {
	r.always = true
	return r
}

// guarded is a route in the table that the guard goes by.
type guarded struct {
	route
	where where        // where the role is needed
	scope access.Scope // what a program's token needs besides
	most  int64        // bytes of a body; 0 is maxBody
}

// pages is every address but the API's, which api.Mount gives in the same way.
func (s *Server) pages() []route {
	return slices.Concat(s.plantPages(), s.wallPages(), s.insightPages(), s.ledgerPages(), s.reportPages(), s.requestPages(), s.equipmentPages(), s.machinePages(), s.certificatePages(), s.draftPages(), s.listPages(), s.folioPages(), s.hookPages(), s.peoplePages(), s.systemPages(), s.restorePages(), s.planPages(), s.schedulePages(), s.shopPages(), s.riskPages(), s.dispatchPages(), s.orderPages(), s.materialPages(), s.tracePages(), s.itemPages())
}

// plantPages are the way in, the plant as it runs, and the file that it is set up by.
func (s *Server) plantPages() []route {
	return []route{
		get("/healthz", plant.Nobody, s.health).early(),
		get("/readyz", plant.Nobody, s.readiness).early(),
		get("/static/*", plant.Nobody, echo.WrapHandler(static.Handler())).early(),
		get("/favicon.ico", plant.Nobody, s.icon).early(),
		get("/robots.txt", plant.Nobody, s.robots).early(),
		get("/metrics", plant.Nobody, s.metrics), // its handler asks for loopback or a viewer

		get("/setup/:key", plant.Nobody, s.showSetUp).early(),
		post("/setup", plant.Nobody, s.setUp).early(),
		get("/sign-in", plant.Nobody, s.showSignIn),
		post("/sign-in", plant.Nobody, s.signIn),
		get("/sign-in/provider", plant.Nobody, s.toProvider),
		get("/sign-in/callback", plant.Nobody, s.fromProvider),
		post("/sign-out", plant.Nobody, s.signOut),
		post("/theme", plant.Nobody, s.theme),
		get("/live", plant.Display, s.live),

		get("/", plant.Viewer, s.now),
		get("/lines", plant.Viewer, s.lines),
		get("/calls", plant.Viewer, s.callsPage),
		get("/line/:line", plant.Viewer, s.line),
		get("/line/:line/stop", plant.Viewer, s.stop),
		post("/line/:line/stop", plant.Operator, s.sayStop),
		get("/losses", plant.Viewer, s.losses),
		get("/losses/export.csv", plant.Viewer, s.paretoFile),
		get("/losses/stops.csv", plant.Viewer, s.stopsFile),
		get("/losses/lens", plant.Viewer, s.lens),
		get("/operator", plant.Operator, s.terminals),
		get("/operator/:line", plant.Operator, s.terminal),
		post("/operator/:line", plant.Operator, s.act),
		post("/operator/:line/call", plant.Operator, s.call),
		post("/operator/:line/crew", plant.Operator, s.crew),
		get("/line/:line/shift", plant.Viewer, s.shiftView),
		post("/line/:line/shift", plant.Operator, s.onShift(s.sayOfShift)),
		post("/line/:line/shift/sign", plant.Manager, s.onShift(s.signShift)),
		post("/line/:line/shift/reopen", plant.Manager, s.onShift(s.reopenShift)),
		post("/line/:line/shift/acknowledge", plant.Operator, s.onShift(s.acknowledgeShift)),
		get("/trends", plant.Viewer, s.trends),
		get("/account", plant.Viewer, s.account),
		post("/account/password", plant.Viewer, s.changePassword),
		post("/account/sessions", plant.Viewer, s.endOwnSessions),
		post("/jobs/:job/:step", plant.Operator, s.stepJob),

		get("/admin", plant.Manager, s.overview),
		get("/admin/plant", plant.Admin, s.plantFile),
		post("/admin/plant/publish", plant.Admin, s.publishPlant),
		post("/admin/plant/drop", plant.Admin, s.dropDraft),
		get("/admin/plant/edit", plant.Admin, s.plantText),
		post("/admin/plant/edit", plant.Admin, s.keepText),
		get("/admin/plant/file", plant.Admin, s.plantDownload),
		get("/admin/plant/revision/:number", plant.Admin, s.plantRevision),
		post("/admin/plant/revision/:number/back", plant.Admin, s.rollBack),
	}
}

// insightPages show what is to be mended about how lines are measured, what was, and what it could have been.
func (s *Server) insightPages() []route {
	return []route{
		get("/health", plant.Viewer, s.linesHealth),
		get("/line/:line/health", plant.Viewer, s.lineHealth),
		get("/unexplained", plant.Viewer, s.unexplainedStops),
		post("/unexplained", plant.Operator, s.explainStops),
		get("/replay", plant.Viewer, s.seeAgain),
		get("/replay/view", plant.Viewer, s.seeMoment),
		get("/whatif", plant.Viewer, s.whatIf),
	}
}

// wallPages are those of displays.
func (s *Server) wallPages() []route {
	return []route{
		get("/wall/open/:token", plant.Nobody, s.openWall).early(),
		get("/wall/line/:line", plant.Display, onOwnWall(s.wallLine)),
		get("/wall/hall/:area", plant.Display, onOwnWall(s.wallHall)),
		get("/wall/orders/:hall", plant.Display, onOwnWall(s.wallOrders)),
		get("/wall/display/:number", plant.Display, onOwnWall(s.wallTurns)),
	}
}

// requestPages are where changes wait for the owners who must approve them: managers may be owners.
func (s *Server) requestPages() []route {
	return []route{
		get("/admin/requests", plant.Manager, s.requests),
		get("/admin/requests/rules", plant.Admin, s.rules),
		post("/admin/requests/rules", plant.Admin, s.versioned(s.changeRules)),
		get("/admin/requests/:number", plant.Manager, s.request),
		get("/admin/requests/:number/confirm", plant.Manager, s.confirmAnswer),
		post("/admin/requests/:number/approve", plant.Manager, s.answerRequest(consent.Approve)),
		post("/admin/requests/:number/refuse", plant.Manager, s.answerRequest(consent.Refuse)),
		post("/admin/requests/:number/withdraw", plant.Manager, s.withdraw),
		post("/admin/requests/:number/effect", plant.Manager, s.computeEffect),
		post("/admin/requests/:number/again", plant.Admin, s.askAgain),
	}
}

// equipmentPages are those that set up lines and their calendars.
func (s *Server) equipmentPages() []route {
	return []route{
		get("/admin/lines", plant.Admin, s.equipmentTree),
		get("/admin/lines/:line", plant.Admin, s.lineSetup),
		post("/admin/lines/:line/flow", plant.Admin, s.keepLine("flow")),
		post("/admin/lines/:line/rates", plant.Admin, s.keepLine("rates")),
		post("/admin/lines/:line/thresholds", plant.Admin, s.keepLine("thresholds")),
		post("/admin/lines/:line/rates/preview", plant.Admin, s.previewLine("rates")),
		post("/admin/lines/:line/thresholds/preview", plant.Admin, s.previewLine("thresholds")),
		get("/admin/lines/:line/unit/:unit", plant.Admin, s.unitSetup),
		post("/admin/lines/:line/unit/:unit/machine", plant.Admin, s.keepUnit("machine")),
		post("/admin/lines/:line/unit/:unit/signals", plant.Admin, s.keepUnit("signals")),
		get("/admin/lines/:line/unit/:unit/derive", plant.Admin, s.showDerived),
		post("/admin/lines/:line/unit/:unit/derive", plant.Admin, s.keepDerived),
		post("/admin/lines/:line/unit/:unit/derive/try", plant.Admin, s.tryDerived),
		post("/admin/lines/:line/unit/:unit/derive/remove", plant.Admin, s.removeDerived),
		post("/admin/lines/:line/unit/:unit/version", plant.Admin, s.keepUnit(versionsForm)),
		post("/admin/equipment/move", plant.Admin, s.moveEquipment),
		get("/admin/equipment/add", plant.Admin, s.showAdd),
		post("/admin/equipment/add", plant.Admin, s.add),
		get("/admin/equipment/name", plant.Admin, s.showName),
		post("/admin/equipment/name", plant.Admin, s.name),
		get("/admin/equipment/remove", plant.Admin, s.showRemove),
		post("/admin/equipment/remove", plant.Admin, s.remove),
		post("/admin/lines/:line/changeover", plant.Admin, s.keepLine("changeover")),
		post("/admin/lines/:line/reasons", plant.Admin, s.keepLine("reasons")),
		post("/admin/lines/:line/unit/:unit/faults", plant.Admin, s.keepUnit("faults")),
		post("/admin/lines/:line/unit/:unit/orders", plant.Admin, s.keepUnit("orders")),
		get("/admin/reasons", plant.Admin, s.reasonTrees),
		post("/admin/reasons/move", plant.Admin, s.moveReason),
		get("/admin/reasons/add", plant.Admin, s.showAddReason),
		post("/admin/reasons/add", plant.Admin, s.addReason),
		get("/admin/reasons/edit", plant.Admin, s.showReason),
		post("/admin/reasons/edit", plant.Admin, s.keepReason),
		get("/admin/reasons/remove", plant.Admin, s.showRemoveReason),
		post("/admin/reasons/remove", plant.Admin, s.removeReason),
		get("/admin/calendar", plant.Admin, s.calendarSetup),
		get("/admin/calendar/site/:site", plant.Admin, s.calendarOne),
		post("/admin/calendar/site/:site/shifts", plant.Admin, s.keepCalendar("shifts")),
		post("/admin/calendar/site/:site/holidays", plant.Admin, s.keepCalendar("holidays")),
		post("/admin/calendar/site/:site/stops", plant.Admin, s.keepCalendar("stops")),
		get("/admin/calendar/line/:line", plant.Admin, s.calendarOne),
		post("/admin/calendar/line/:line/shifts", plant.Admin, s.keepCalendar("shifts")),
		post("/admin/calendar/line/:line/holidays", plant.Admin, s.keepCalendar("holidays")),
		post("/admin/calendar/line/:line/stops", plant.Admin, s.keepCalendar("stops")),
	}
}

// peoplePages are those about who may come in, and what they have changed.
func (s *Server) peoplePages() []route {
	return []route{
		get("/admin/people", plant.Admin, s.people),
		post("/admin/people", plant.Admin, s.versioned(s.addPerson)),
		get("/admin/people/:number", plant.Admin, s.person),
		post("/admin/people/:number", plant.Admin, s.versioned(s.changePerson)),
		post("/admin/people/:number/grants", plant.Admin, s.versioned(s.changeGrant)),
		post("/admin/people/:number/password", plant.Admin, s.resetPassword),
		post("/admin/people/:number/provider", plant.Admin, s.versioned(s.tiePerson)),
		post("/admin/people/:number/sessions", plant.Admin, s.endSessions),

		get("/admin/tokens", plant.Admin, s.tokens),
		post("/admin/tokens", plant.Admin, s.versioned(s.addToken)),
		get("/admin/tokens/:number", plant.Admin, s.token),
		post("/admin/tokens/:number/page", plant.Admin, s.versioned(s.moveDisplay)),
		post("/admin/tokens/:number/revoke", plant.Admin, s.versioned(s.revokeToken)),

		get("/admin/audit", plant.Admin, s.audit),
		get("/admin/audit/export", plant.Admin, s.auditFile),
		post("/admin/audit/verify", plant.Admin, s.verifyAudit),
	}
}

// machinePages is how machines are connected to, and looked through.
func (s *Server) machinePages() []route {
	return []route{
		get("/admin/connections", plant.Admin, s.connections),
		get("/admin/new-connection", plant.Admin, s.newConnection),
		post("/admin/new-connection", plant.Admin, s.addConnection),
		get("/admin/connections/:connection", plant.Admin, s.connection),
		post("/admin/connections/:connection", plant.Admin, s.keepConnection),
		post("/admin/connections/:connection/test", plant.Admin, s.testConnection),
		post("/admin/connections/:connection/enable", plant.Admin, s.enableConnection),
		post("/admin/connections/:connection/disable", plant.Admin, s.disableConnection),
		post("/admin/connections/:connection/remove", plant.Admin, s.removeConnection),
		get("/admin/connections/:connection/browse", plant.Admin, s.browse),
		post("/admin/connections/:connection/browse", plant.Admin, s.take),
		post("/admin/connections/:connection/browse/tick", plant.Admin, s.tick),
		get("/admin/connections/:connection/browse/values", plant.Admin, s.browseValues),
		get("/admin/machines", plant.Admin, s.machineTypes),
		post("/admin/machines", plant.Admin, s.addMachine),
		get("/admin/machines/:machine", plant.Admin, s.machineType),
		post("/admin/machines/:machine/signals", plant.Admin, s.changeMachine("signals")),
		post("/admin/machines/:machine/faults", plant.Admin, s.changeMachine("faults")),
		post("/admin/machines/:machine/units", plant.Admin, s.changeMachine("units")),
		post("/admin/machines/:machine/tags", plant.Admin, s.changeMachine("tags")),
		post("/admin/machines/:machine/tags/remove", plant.Admin, s.changeMachine("tags/remove")),
		post("/admin/machines/:machine/drop", plant.Admin, s.changeMachine("drop")),
		post("/admin/machines/:machine/remove", plant.Admin, s.changeMachine("remove")),
		get("/admin/tags", plant.Admin, s.tagList),
		get("/admin/tags/one", plant.Admin, s.tagOne),
		post("/admin/tags/one", plant.Admin, s.keepTag),
		get("/admin/tags/export.csv", plant.Admin, s.exportTags("csv")),
		get("/admin/tags/export.xlsx", plant.Admin, s.exportTags("xlsx")),
		get("/admin/tags/import", plant.Admin, s.importForm),
		post("/admin/tags/import", plant.Admin, s.uploadTags),
		get("/admin/tags/import/:import", plant.Admin, s.importJob),
		post("/admin/tags/import/:import", plant.Admin, s.takeTags),
	}
}

// reportPages are what people take away, or get by mail.
func (s *Server) reportPages() []route {
	return []route{
		get("/admin/mail", plant.Admin, s.mail),
		post("/admin/mail", plant.Admin, s.setMail),
		post("/admin/mail/test", plant.Admin, s.testMail),
		get("/admin/mail/subscription", plant.Admin, s.subscription),
		post("/admin/mail/subscription", plant.Admin, s.keepSubscription),
		get("/admin/mail/subscription/:number", plant.Admin, s.subscription),
		post("/admin/mail/subscription/:number", plant.Admin, s.keepSubscription),
		post("/admin/mail/subscription/:number/remove", plant.Admin, s.removeSubscription),
		post("/admin/mail/letter/:number/again", plant.Admin, s.sendAgain),
		get("/reports", plant.Viewer, s.reports),
		get("/reports/shift", plant.Viewer, s.reportShift),
		get("/reports/losses", plant.Viewer, s.reportLosses),
	}
}

// systemPages are those about the program itself.
func (s *Server) systemPages() []route {
	return []route{
		get("/admin/system", plant.Admin, s.systemPage),
		get("/admin/system/upkeep", plant.Admin, s.upkeep),
		post("/admin/system/upkeep", plant.Admin, s.changeUpkeep),
		get("/admin/system/restore", plant.Admin, s.restorePage),
		get("/admin/system/licences", plant.Admin, s.licencesPage),
		get("/admin/system/sbom.json", plant.Admin, s.sbom),
		post("/admin/system/backup", plant.Admin, s.backUp),
		get("/admin/system/backup/:name", plant.Admin, s.giveBackup),
	}
}
