package web

import (
	"slices"
	"strings"

	"millwright/internal/plant"
	"millwright/views/layout"
	"millwright/views/ui"
)

// railEntry is one entry of the left rail.
type railEntry struct {
	name string
	href string
	icon ui.Icon
	open func(plant.Reach) bool
	at   []string // route patterns of the pages that belong to it; one that ends in * stands for all that begin so
}

// rail is the left rail, in order. A new room is one line.
func rail() []railEntry {
	return []railEntry{
		{"Now", "/", ui.IconNow, everybody, []string{"/", "/replay"}},
		{"Lines", "/lines", ui.IconLines, everybody, []string{"/lines", "/line/:line", "/line/:line/segment", "/line/:line/queue", skillsHome, briefsHome + "*"}},
		{"Calls", "/calls", ui.IconAlert, everybody, []string{"/calls"}},
		{"At risk", riskHome, ui.IconFlag, viewers, []string{riskHome}},
		{"Losses", "/losses", ui.IconLosses, everybody, []string{"/losses", "/losses/lens", "/whatif", figuresHome, segmentsHome}},
		{"Trends", "/trends", ui.IconTrends, everybody, []string{"/trends"}},
		{"Health", healthHome, ui.IconHealth, everybody, []string{healthHome, openHome, "/line/:line/health"}},
		{"Sales", "/sales", ui.IconRight, viewers, []string{"/sales*"}},
		{"Purchase", "/purchase", ui.IconLeft, viewers, []string{"/purchase*"}},
		{"Partners", "/partners", ui.IconUser, viewers, []string{"/partners*", pricesHome}},
		{"Stock", "/stock", ui.IconBox, viewers, []string{"/stock*", "/items*", traceHome + "*"}},
		{"Planning", planHome, ui.IconCheck, viewers, []string{planHome + "*", workHome + "*", scheduleHome, standardsHome + "*", toolsHome + "*"}},
		{"Reports", reportsHome, ui.IconBook, everybody, []string{reportsHome, reportsHome + "/shift", reportsHome + "/losses"}},
		{"Terminal", "/operator", ui.IconPen, operators, []string{"/operator", "/operator/:line", "/operator/:line/work"}},
		{"Admin", "/admin", ui.IconAdmin, managers, []string{"/admin*"}},
	}
}

// Whom an entry is for: those who may open its page.
func everybody(plant.Reach) bool   { return true }
func viewers(r plant.Reach) bool   { return r.Base >= plant.Viewer } // of the whole plant, as the business is
func operators(r plant.Reach) bool { return r.Most() >= plant.Operator }
func managers(r plant.Reach) bool  { return r.Base >= plant.Manager }

func nav(path string, reach plant.Reach) (items []layout.Item) {
	for _, e := range rail() {
		if e.open(reach) {
			items = append(items, layout.Item{Link: ui.Link{Name: e.name, Href: e.href}, Icon: e.icon, Current: slices.ContainsFunc(e.at, func(at string) bool { return stands(path, at) })})
		}
	}
	return items
}

// stands tells whether a route is one that a pattern of the rail means.
func stands(path, at string) bool {
	begins, all := strings.CutSuffix(at, "*")
	return path == at || all && strings.HasPrefix(path, begins)
}
