package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/reasons"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// Tables of fault codes, as the forms of machine types and of work units have them: code-N, reason-N, and for-N where
// it is said for what a code means that.

// typeFaults is the form of what fault codes mean in every work unit of a machine type.
func typeFaults(name string, d config.Document) equipment.Form {
	f := equipment.Form{
		ID: "faults", Title: "Fault codes", Action: machineHref(name) + "/faults", Seal: seal(d.Machines[name].Faults), Button: "Keep in the draft",
		Lead: "What they mean in every work unit of this type, whichever version it has; a work unit can say otherwise on its page. A span of numbers is 100-106. A row without a meaning is left out.",
	}
	rows := codeRows("", d.Machines[name].Faults)
	for range 5 {
		rows = append(rows, faultRow{})
	}
	means, note := meanings(d.Reasons, len(rows))
	f.Lead += note
	for i, r := range rows {
		n := strconv.Itoa(i)
		f.Groups = append(f.Groups, equipment.Group{Row: true, Fields: []equipment.Field{optional(text("code-"+n, "Code", "", r.code)), means("reason-"+n, r.reason)}})
	}
	return f
}

func keepTypeFaults(c echo.Context, d *config.Document, name string) error {
	all := map[string]map[string]string{"": {}}
	err := readCodes(c, all)
	putFaults(d, name, all[""])
	return err
}

// putFaults says of a machine type what its fault codes mean.
func putFaults(d *config.Document, name string, faults map[string]string) {
	m := d.Machines[name]
	m.Faults = orNil(faults)
	d.Machines[name] = m
}

func orNil(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

// meanings gives the field that says what a code means; note, for the lead, that there is too much to choose from.
func meanings(tree []reasons.Entry, rows int) (means func(id, value string) equipment.Field, note string) {
	choices := append([]ui.Choice{{Name: "–"}}, reasonChoices(tree, nil, func(reasons.Entry, int) bool { return true })...)
	choices = append(choices, ui.Choice{Value: config.None, Name: "None, whatever the kind of machine says"})
	if rows*len(choices) > mostChoices {
		return func(id, value string) equipment.Field { return optional(text(id, "Means", "", value)) },
			" There are too many to choose from: write the identity of the reason, as the page of reasons shows it."
	}
	return func(id, value string) equipment.Field { return choose(id, "Means", "", value, choices...) }, ""
}

// codeRows are the codes that mean something.
func codeRows(kept string, faults map[string]string) (rows []faultRow) {
	for _, code := range slices.SortedFunc(maps.Keys(faults), byCode) {
		rows = append(rows, faultRow{code: code, reason: faults[code], kept: kept})
	}
	return rows
}

// byCode puts numbers in the order of numbers, before words.
func byCode(a, b string) int {
	number := func(code string) int {
		from, _, _ := strings.Cut(code, "-")
		n, err := strconv.Atoi(from)
		if err != nil {
			return 1 << 62
		}
		return n
	}
	return cmp.Or(cmp.Compare(number(a), number(b)), cmp.Compare(a, b))
}

// readCodes reads the rows of a form into what each is for: what has no reason is no row.
func readCodes(c echo.Context, all map[string]map[string]string) error {
	var w wrong
	for _, n := range rowsSent(c, "code-") {
		code, why := strings.TrimSpace(c.FormValue("code-"+n)), strings.TrimSpace(c.FormValue("reason-"+n))
		into, ok := all[c.FormValue("for-"+n)]
		switch {
		case why == "":
			continue
		case code == "":
			w.add("code-"+n, "Write the code that means this, such as 107 or 100-106.")
			continue
		case !ok:
			w.add("for-"+n, "The unit is of that kind no more: choose another.")
			continue
		}
		if _, twice := into[code]; twice {
			w.add("code-"+n, "%s stands here twice; keep one of them.", errs.Clip(code))
		}
		into[code] = why
	}
	return w.err()
}

// codeNames say where a form shows what is wrong with a code: longer codes first, as one may begin with another. at is
// where codes stand in the plant file, by what they are for.
func codeNames(c echo.Context, at func(kept string) string) (all []renamed) {
	for _, n := range rowsSent(c, "code-") {
		if code := strings.TrimSpace(c.FormValue("code-" + n)); code != "" && c.FormValue("reason-"+n) != "" {
			all = append(all, renamed{at(c.FormValue("for-"+n)) + "." + errs.Clip(code), "code-" + n})
		}
	}
	slices.SortStableFunc(all, func(a, b renamed) int { return len(b.path) - len(a.path) })
	return all
}
