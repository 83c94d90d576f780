package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/changeover"
	"millwright/config/reasons"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// changeoverForm asks how long changes between products may take.
func changeoverForm(p place) equipment.Form {
	e, detect := p.line.Changeover, ""
	if e.Detects() {
		detect = "on"
	}
	f := equipment.Form{
		ID: "changeover", Title: "Changeover targets", Action: "/admin/lines/" + p.id() + "/changeover", Seal: seal(e), Button: "Keep in the draft",
		Lead: "A stop in which the product changes is a changeover, where no machine's mode tells one. How long the line may take to change to another product: a changeover is shown against it. What is said of two products goes before what is said of the next one alone. Without a product before, a row is about all changes to the next; without a next product it is no row. To another order of the same product there is nothing to set up, unless a row names that product twice.",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			inUnit("target", "Any change", "", minutesText(e.Target), "min"),
			{Kind: equipment.Tick, Input: ui.Input{ID: "detect", Label: "Stops in which the product changes are changeovers", Help: "Else only those are that a machine's mode tells.", Value: detect, Optional: true}},
		}}},
	}
	row := func(from, to string, d time.Duration) {
		n := strconv.Itoa(len(f.Groups) - 1)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{
			optional(text("from-"+n, "From product", "", from)),
			optional(text("to-"+n, "To product", "", to)),
			inUnit("takes-"+n, "May take", "", minutesText(d), "min"),
		}})
	}
	for _, to := range slices.Sorted(maps.Keys(e.To)) {
		row("", to, e.To[to])
	}
	for _, words := range slices.Sorted(maps.Keys(e.FromTo)) {
		pair, _ := changeover.Split(words)
		row(pair.From, pair.To, e.FromTo[words])
	}
	for range 3 {
		row("", "", 0)
	}
	return f
}

func minutesText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatFloat(d.Minutes(), 'f', -1, 64)
}

// readChangeover reads the rows of the form: what has no next product is no row.
func readChangeover(c echo.Context, l *config.LineEntry) error {
	var w wrong
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	minutes := func(field string) time.Duration {
		f, ok := number(value(field))
		if !ok || f <= 0 || f > changeover.Longest.Minutes() {
			w.add(field, "Write minutes greater than 0 and up to a week, such as 12.5.")
			return 0
		}
		return seconds(f * 60)
	}
	var e changeover.Entry
	if value("target") != "" {
		e.Target = minutes("target")
	}
	if value("detect") != "on" {
		e.Detect = new(bool)
	}
	e.To, e.FromTo = map[string]time.Duration{}, map[string]time.Duration{}
	for _, n := range rowsSent(c, "to-") {
		from, to := value("from-"+n), value("to-"+n)
		if to == "" {
			if from+value("takes-"+n) != "" {
				w.add("to-"+n, "Name the product that is made next.")
			}
			continue
		}
		into, key := e.To, to
		if from != "" {
			into, key = e.FromTo, changeover.Between(from, to)
			if pair, ok := changeover.Split(key); !ok || pair.From != from {
				w.add("to-"+n, "Name the product before without a >.")
			}
		}
		if _, twice := into[key]; twice {
			w.add("to-"+n, "This change stands here twice; keep one of them.")
		}
		into[key] = minutes("takes-" + n)
	}
	if err := w.err(); err != nil {
		return err
	}
	l.Changeover = e
	return nil
}

// givenForm asks which reasons people can give at a line.
func givenForm(p place) equipment.Form {
	f := equipment.Form{
		ID: "reasons", Title: "Reasons", Action: "/admin/lines/" + p.id() + "/reasons", Seal: seal(p.line.Reasons), Button: "Keep in the draft",
		Lead: "Those that people can give when this line stands, each with its parts. None ticked: all of them. What fault codes mean is not narrowed by this.",
	}
	g := equipment.Group{Days: true}
	for _, id := range offered(*p.doc, *p.line) {
		e := equipment.Field{Kind: equipment.Tick}
		e.ID, e.Label, e.Optional = "given-"+id, id, true
		if t, ok := twigOf(p.doc, stopTree+"/"+id); ok {
			e.Label = t.name()
		}
		if slices.Contains(p.line.Reasons, id) {
			e.Value = "on"
		}
		g.Fields = append(g.Fields, e)
	}
	if len(g.Fields) == 0 {
		f.Lead = "There are no reasons yet: add them under Reasons first."
	}
	f.Groups = []equipment.Group{g}
	return f
}

// offered are the reasons that a line's form offers: those of the first level, and what the line names already.
func offered(d config.Document, l config.LineEntry) []string {
	all := identities(d.Reasons, func(e reasons.Entry) string { return e.ID })
	for _, id := range l.Reasons {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// readGiven reads which reasons are ticked.
func readGiven(c echo.Context, l *config.LineEntry) error {
	fields, err := c.FormParams()
	if err != nil {
		return err
	}
	l.Reasons = nil
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if id, ok := strings.CutPrefix(field, "given-"); ok && fields.Get(field) == "on" {
			l.Reasons = append(l.Reasons, id)
		}
	}
	return nil
}
