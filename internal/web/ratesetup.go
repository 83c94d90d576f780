// How fast a line makes its products at best.

package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/worth"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

func ratesForm(p place) equipment.Form {
	f := equipment.Form{
		ID: "rates", Title: "Ideal cycles, and what they are worth", Action: "/admin/lines/" + p.id() + "/rates", Try: "/admin/lines/" + p.id() + "/rates/preview", TryName: previewed,
		Lead: "How fast the line makes each product at best: performance is measured against it, and unknown without it, as is OEE. * stands for every other product. An empty product removes the row. Losses are valued by the margin of the product that ran, else by the hour, in the currency of the site.",
		Seal: seal(ratesOf(p)), Button: "Keep in the draft",
	}
	f.Groups = []equipment.Group{{Fields: []equipment.Field{
		optional(text("hour", "An hour is worth", "In which the line makes good pieces at its best. Empty: not known.", p.line.Worth.Hour)),
	}}}
	named := maps.Clone(p.line.Rates)
	for product := range p.line.Worth.Margins {
		if _, ok := named[product]; !ok {
			named = put(named, product, 0)
		}
	}
	products := slices.Sorted(maps.Keys(named))
	for i := range len(products) + 3 {
		product, cycle, unit, margin := "", "", "s", ""
		if i < len(products) {
			product = products[i]
			margin = p.line.Worth.Margins[product]
			if d := named[product]; d > 0 {
				cycle, unit = cycleText(d)
			}
		}
		n := strconv.Itoa(i)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{
			optional(text("product-"+n, "Product", "", product)),
			optional(text("cycle-"+n, "At best", "", cycle)),
			choose("unit-"+n, "In", "", unit, ui.Choice{Value: "s", Name: "s per piece"}, ui.Choice{Value: "ms", Name: "ms per piece"}, ui.Choice{Value: "rate", Name: "pieces per minute"}),
			optional(text("margin-"+n, "Margin of a piece", "", margin)),
		}})
	}
	return f
}

// cycleHelp tells where an ideal cycle is found: by what the line has done, or before it has done anything.
func (s *Server) cycleHelp(f equipment.Form, p place) equipment.Form {
	line := plant.LineID(p.id())
	if _, inUse := s.painter().line(line); inUse {
		f.Lead += " Not sure? What the line has sustained for a while tells, once it ran."
		f.Look = ui.Link{Name: "Which ideal cycles fit what it has done", Href: healthHref(line)}
		return f
	}
	f.Lead += " Not known yet? Take the cycle of the machine's data sheet or of its program, or the shortest one that you have timed, and not an average: OEE is above 100 % with one that is too slow." +
		" Or leave it out: once the line was published and ran a while, it is proposed what would fit, and a setting that is published later can apply from an earlier moment, so that nothing is lost."
	return f
}

// proposed fills in the ideal cycle that an address proposes for a product. Nothing is kept before the form is sent.
func proposed(c echo.Context, f equipment.Form) equipment.Form {
	product := errs.Clip(strings.TrimSpace(c.QueryParam("product")))
	cycle, err := time.ParseDuration(c.QueryParam("cycle"))
	if product == "" || err != nil || cycle <= 0 || cycle > 7*24*time.Hour {
		return f
	}
	named := func(i int, is string) bool {
		return len(f.Groups[i].Fields) > 1 && f.Groups[i].Fields[0].Value == is
	}
	for _, is := range []string{product, ""} { // its row, or the first empty one
		for i := 1; i < len(f.Groups); i++ {
			if !named(i, is) {
				continue
			}
			fields := f.Groups[i].Fields
			fields[0].Value = product
			fields[1].Value, fields[2].Value = cycleText(cycle)
			f.Lead = fmt.Sprintf("Proposed for %s: %s %s. Nothing changes before you keep it and it is published. %s", product, fields[1].Value, fields[2].Value, f.Lead)
			return f
		}
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
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	rates, worths := map[string]time.Duration{}, worth.Entry{Hour: w.money("hour", value("hour"))}
	seen := map[string]bool{}
	for _, n := range rowsSent(c, "product-") {
		product, cycle, margin := value("product-"+n), value("cycle-"+n), w.money("margin-"+n, value("margin-"+n))
		if product == "" {
			if cycle+margin != "" {
				w.add("product-"+n, "Name the product that this is said of, or * for all others.")
			}
			continue
		}
		if seen[product] {
			w.add("product-"+n, "%s stands here twice; keep one of them.", errs.Clip(product))
		}
		seen[product] = true
		if margin != "" {
			if product == "*" {
				w.add("margin-"+n, "Say what an hour is worth instead: it holds for all other products.")
			}
			worths.Margins = put(worths.Margins, product, margin)
		}
		if cycle == "" && margin != "" {
			continue // how fast it is made is said of all others
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
	e.Rates, e.Worth = rates, worths
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

// put puts a thing into a map that may not be there yet.
func put[V any](m map[string]V, key string, thing V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = thing
	return m
}

// money reads an amount as people write it, with a point or a comma; "" is none.
func (w *wrong) money(field, text string) string {
	text = strings.Replace(text, ",", ".", 1)
	if text == "" {
		return ""
	}
	m, err := worth.Amount(text)
	if err != nil {
		w.add(field, "Write an amount of money, such as 4.50.")
	}
	return m.String()
}

// ratesOf is what the form is about.
func ratesOf(p place) any {
	return struct {
		Rates map[string]config.Duration
		Worth worth.Entry
	}{p.line.Rates, p.line.Worth}
}
