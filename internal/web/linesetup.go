package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// lineSetup is the page of one line.
func (s *Server) lineSetup(c echo.Context) error { return s.linePage(c, "", refusal{}, nil) }

// linePlace finds the line of an address in a document.
func (s *Server) linePlace(c echo.Context) (place, error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return place{}, err
	}
	at, ok := lineAt(&d, c.Param("line"))
	if !ok {
		return place{}, errs.New(errs.NotFound, "there is no line %q in the plant as it is drafted", clip(c.Param("line")))
	}
	p, _ := placeOf(&d, at)
	return p, nil
}

// linePage shows the forms of a line; the one that was refused, or tried out, as it was typed.
func (s *Server) linePage(c echo.Context, form string, r refusal, tried *equipment.Preview) error {
	p, err := s.linePlace(c)
	if err != nil {
		return err
	}
	page, err := s.admin(c, "/admin/lines", p.name(), "Line "+p.id())
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, {Name: p.name()}}
	one := equipment.One{Page: page, Preview: tried, Title: "Work units, in the order of the flow", Forms: []equipment.Form{flowForm(p), ratesForm(p), thresholdsForm(p)}}
	for _, u := range p.parts() {
		one.Parts = append(one.Parts, equipment.Link{Link: ui.Link{Name: u.name(), Href: u.href()}, Note: u.note()})
	}
	status := http.StatusOK
	for i, f := range one.Forms {
		if f.ID != form {
			continue
		}
		one.Forms[i] = f.Typed(c.FormValue, r.Faults)
		one.Forms[i].Theirs, one.Forms[i].Seal = r.Theirs, r.Seal
		if len(r.Faults) > 0 {
			status = http.StatusUnprocessableEntity
		}
	}
	return s.showAs(c, status, equipment.ShowOne(one))
}

// lineForm is a form of the page of a line.
type lineForm struct {
	part  func(place) any
	read  func(c echo.Context, e *config.LineEntry) error
	names func(place) []renamed
}

func lineForms() map[string]lineForm {
	return map[string]lineForm{
		"flow": {part: flowOf, read: readFlow, names: func(p place) []renamed {
			return []renamed{{p.path + ".pacer", "pacer"}, {p.path + ".output", "output"}}
		}},
		"rates":      {part: func(p place) any { return p.line.Rates }, read: readRates},
		"thresholds": {part: func(p place) any { return p.line.Thresholds }, read: readThresholds},
	}
}

// keepLine keeps a form of a line in the draft.
func (s *Server) keepLine(form string) echo.HandlerFunc {
	how := lineForms()[form]
	return func(c echo.Context) error {
		p, err := s.linePlace(c)
		if err != nil {
			return err
		}
		r, err := s.change(c, subject{at: p.at, part: how.part, names: how.names, apply: func(p place) error { return how.read(c, p.line) }})
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.linePage(c, form, r, nil)
		}
		return done(c, "/admin/lines/"+p.id(), "drafted")
	}
}

// flowOf is what the form of a line's flow shows.
func flowOf(p place) any {
	return []string{p.line.Name, p.line.Pacer, p.line.Output}
}

func flowForm(p place) equipment.Form {
	units := []ui.Choice{}
	for _, u := range p.parts() {
		units = append(units, ui.Choice{Value: u.id(), Name: u.name()})
	}
	last := len(p.line.Units) - 1
	return equipment.Form{
		ID: "flow", Title: "Name and flow", Action: "/admin/lines/" + p.id() + "/flow", Seal: seal(flowOf(p)), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			text("name", "Name", "", p.name()),
			choose("pacer", "Unit that paces the line", "Its state is the state of the line: mostly the slowest machine, or the one that must never wait.", or(p.line.Pacer, p.line.Units[0].ID), units...),
			choose("output", "Unit that counts for the line", "Its good pieces are those of the line: mostly the last machine.", or(p.line.Output, p.line.Units[last].ID), units...),
		}}},
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func readFlow(c echo.Context, e *config.LineEntry) error {
	e.Name, e.Pacer, e.Output = strings.TrimSpace(c.FormValue("name")), c.FormValue("pacer"), c.FormValue("output")
	return nil
}

// mostRates bounds the rows of a form of rates.
const mostRates = 500

func ratesForm(p place) equipment.Form {
	f := equipment.Form{
		ID: "rates", Title: "Ideal cycles", Action: "/admin/lines/" + p.id() + "/rates", Try: "/admin/lines/" + p.id() + "/rates/preview",
		Lead: "How fast the line makes each product at best: performance is measured against it. * stands for every other product. An empty product removes the row.",
		Seal: seal(p.line.Rates), Button: "Keep in the draft",
	}
	products := slices.Sorted(maps.Keys(p.line.Rates))
	for i := range len(products) + 3 {
		product, cycle, unit := "", "", "s"
		if i < len(products) {
			product = products[i]
			cycle, unit = cycleText(p.line.Rates[product])
		}
		n := strconv.Itoa(i)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{
			optional(text("product-"+n, "Product", "", product)),
			optional(text("cycle-"+n, "At best", "", cycle)),
			choose("unit-"+n, "In", "", unit, ui.Choice{Value: "s", Name: "s per piece"}, ui.Choice{Value: "ms", Name: "ms per piece"}, ui.Choice{Value: "rate", Name: "pieces per minute"}),
		}})
	}
	return f
}

// cycleText writes an ideal cycle in the unit in which it is short.
func cycleText(d time.Duration) (text, unit string) {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64), "ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64), "s"
}

// readRates reads the rows of the form: what has no product is no row.
func readRates(c echo.Context, e *config.LineEntry) error {
	var w wrong
	rates := map[string]time.Duration{}
	for i := range mostRates {
		n := strconv.Itoa(i)
		product, cycle := strings.TrimSpace(c.FormValue("product-"+n)), strings.TrimSpace(c.FormValue("cycle-"+n))
		if product == "" {
			if cycle != "" {
				w.add("product-"+n, "Name the product that is made that fast, or * for all others.")
			}
			continue
		}
		if _, twice := rates[product]; twice {
			w.add("product-"+n, "%s stands here twice; keep one of them.", clip(product))
		}
		d, ok := cycleOf(cycle, c.FormValue("unit-"+n))
		if !ok {
			w.add("cycle-"+n, "Write a number greater than nothing, such as 1.5.")
		}
		rates[product] = d
	}
	if err := w.err(); err != nil {
		return err
	}
	e.Rates = rates
	return nil
}

// cycleOf reads an ideal cycle.
func cycleOf(text, unit string) (time.Duration, bool) {
	f, ok := number(text)
	if !ok || f <= 0 {
		return 0, false
	}
	switch unit {
	case "ms":
		f /= 1000
	case "rate":
		f = 60 / f
	case "s":
	default:
		return 0, false
	}
	d := seconds(f)
	return d, d > 0 && f < 7*24*3600
}

// seconds makes a time of seconds, to the microsecond.
func seconds(f float64) time.Duration {
	return time.Duration(f * float64(time.Second)).Round(time.Microsecond)
}

// number reads a number as people write it: with a point, or a comma.
func number(text string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return f, err == nil && f > -1e12 && f < 1e12 // NaN is neither
}

func thresholdsForm(p place) equipment.Form {
	t := p.line.Thresholds
	low := ""
	if t.LowSpeed > 0 {
		low = strconv.FormatFloat(100*t.LowSpeed, 'f', -1, 64)
	}
	return equipment.Form{
		ID: "thresholds", Title: "Stops and micro-stops", Action: "/admin/lines/" + p.id() + "/thresholds", Try: "/admin/lines/" + p.id() + "/thresholds/preview",
		Lead: "Where a pause ends and a stop begins. Try it on what the line did before you keep it.",
		Seal: seal(t), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			inUnit("min_stop", "Shortest stop", "A shorter pause is lost speed. Empty: 10 s, or one and a half ideal cycles where that is longer.", secondsText(t.MinStop), "s"),
			inUnit("micro_max", "Longest micro-stop", "A longer one is a stop that asks for a reason. Empty: 300 s.", secondsText(t.MicroMax), "s"),
			inUnit("low_speed", "Low speed below", "Of the ideal speed. Empty: 90 %.", low, "%"),
		}}},
	}
}

func inUnit(id, label, help, value, unit string) equipment.Field {
	f := optional(text(id, label, help, value))
	f.Unit = unit
	return f
}

func secondsText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

func readThresholds(c echo.Context, e *config.LineEntry) error {
	var w wrong
	read := func(field string, most float64) float64 {
		value := strings.TrimSpace(c.FormValue(field))
		if value == "" {
			return 0
		}
		f, ok := number(value)
		if !ok || f <= 0 || f > most {
			w.add(field, "Write a number greater than 0 and up to %s, or nothing.", strconv.FormatFloat(most, 'f', -1, 64))
		}
		return f
	}
	t := config.ThresholdsEntry{MinStop: seconds(read("min_stop", 86400)), MicroMax: seconds(read("micro_max", 86400)), LowSpeed: read("low_speed", 100) / 100}
	if t.MinStop > 0 && t.MicroMax > 0 && t.MicroMax < t.MinStop {
		w.add("micro_max", "It is shorter than the shortest stop: no pause could be a micro-stop.")
	}
	if err := w.err(); err != nil {
		return err
	}
	e.Thresholds = t
	return nil
}

// unitSetup is the page of one work unit.
func (s *Server) unitSetup(c echo.Context) error { return s.unitPage(c, "", refusal{}) }

func (s *Server) unitPlace(c echo.Context) (place, error) {
	p, err := s.linePlace(c)
	if err != nil {
		return p, err
	}
	u, ok := placeOf(p.doc, p.at+"/"+c.Param("unit"))
	if !ok || u.kind != "unit" {
		return u, errs.New(errs.NotFound, "line %s has no unit %q as it is drafted", p.id(), clip(c.Param("unit")))
	}
	return u, nil
}

func (s *Server) unitPage(c echo.Context, form string, r refusal) error {
	p, err := s.unitPlace(c)
	if err != nil {
		return err
	}
	line := ui.Link{Name: or(p.line.Name, p.line.ID), Href: "/admin/lines/" + p.line.ID}
	page, err := s.admin(c, "/admin/lines", p.name(), fmt.Sprintf("Work unit %s of %s", p.id(), line.Name))
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, line, {Name: p.name()}}
	now := s.readings(p)
	one := equipment.One{Page: page, Values: &equipment.Values{Rows: now}, Forms: []equipment.Form{machineForm(p), signalsForm(p, now)}}
	status := http.StatusOK
	for i, f := range one.Forms {
		if f.ID == form {
			one.Forms[i] = f.Typed(c.FormValue, r.Faults)
			one.Forms[i].Theirs, one.Forms[i].Seal = r.Theirs, r.Seal
			status = http.StatusUnprocessableEntity
		}
	}
	return s.showAs(c, status, equipment.ShowOne(one))
}

// unitForms are the forms of the page of a work unit.
func unitForms(c echo.Context, form string) subject {
	if form == "signals" {
		return subject{
			part:  func(p place) any { return p.unit.Signals },
			apply: func(p place) error { return readSignals(c, p.unit) },
			names: signalNames,
		}
	}
	return subject{
		part:  machineOf,
		apply: func(p place) error { return readMachine(c, p.unit) },
		names: func(p place) []renamed {
			return []renamed{{p.path + ".connection", "connection"}, {p.path + ".machines", "machine-0"}}
		},
	}
}

// keepUnit keeps a form of a work unit in the draft.
func (s *Server) keepUnit(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.unitPlace(c)
		if err != nil {
			return err
		}
		sub := unitForms(c, form)
		sub.at = p.at
		r, err := s.change(c, sub)
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.unitPage(c, form, r)
		}
		return done(c, p.href(), "drafted")
	}
}

// machineOf is what the form of a unit's machine shows.
func machineOf(p place) any {
	return append([]string{p.unit.Name, p.unit.Connection}, p.unit.Machines...)
}

func machineForm(p place) equipment.Form {
	connections := []ui.Choice{{Value: "", Name: "None: it sends by HTTP, or not at all"}}
	for _, c := range p.doc.Connections {
		connections = append(connections, ui.Choice{Value: c.ID, Name: c.ID + " (" + or(c.Endpoint, c.Driver) + ")"})
	}
	kinds := []ui.Choice{{Value: "", Name: "–"}}
	for _, m := range slices.Sorted(maps.Keys(p.doc.Machines)) {
		kinds = append(kinds, ui.Choice{Value: m, Name: fmt.Sprintf("%s (%s)", m, counted(len(p.doc.Machines[m].Tags), "tag"))})
	}
	fields := []equipment.Field{
		text("name", "Name", "", p.name()),
		choose("connection", "Connection", "Where its tags are read.", p.unit.Connection, connections...),
	}
	for i := range len(p.unit.Machines) + 1 {
		label, help, value := "Kind of machine", "Says which tags it has and what they mean.", ""
		if i > 0 {
			label, help = "And also", "Adds to those before, and goes before them where both say something."
		}
		if i < len(p.unit.Machines) {
			value = p.unit.Machines[i]
		}
		fields = append(fields, choose(fmt.Sprintf("machine-%d", i), label, help, value, kinds...))
	}
	return equipment.Form{
		ID: "machine", Title: "Machine", Action: "/admin/lines/" + p.line.ID + "/unit/" + p.id() + "/machine", Seal: seal(machineOf(p)), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: fields}},
	}
}

func readMachine(c echo.Context, u *config.UnitEntry) error {
	u.Name, u.Connection, u.Machines = strings.TrimSpace(c.FormValue("name")), c.FormValue("connection"), nil
	for i := range 16 {
		if m := c.FormValue(fmt.Sprintf("machine-%d", i)); m != "" && !slices.Contains(u.Machines, m) {
			u.Machines = append(u.Machines, m)
		}
	}
	return nil
}
