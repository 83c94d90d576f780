package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/machines"
	"millwright/internal/errs"
	"millwright/internal/ot/survey"
	"millwright/views/admin/browse"
	"millwright/views/admin/connect"
	"millwright/views/ui"
)

// reported bounds the rows of a report; those that were not taken come first.
const reported = 500

func withFaults(f connect.Form, err error) connect.Form {
	f.Faults = faults(err)
	return f
}

// take puts nodes of a machine into a machine type of the draft. One that cannot be taken stops no other.
func (s *Server) take(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
	defer cancel()
	l, err := s.lookAt(ctx, c)
	if err != nil {
		return err
	}
	if err = s.keepTicks(ctx, l, url.Values{"node": c.Request().Form["node"], "was": c.Request().Form["was"]}); err != nil {
		return s.untaken(ctx, c, l, err)
	}
	w, err := s.wanted(ctx, c, l)
	if err == nil {
		w.units = l.units(ctx, slices.Concat(w.found, slices.Collect(maps.Values(w.roles))))
		err = s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
			w.into(d)
			return nil
		})
	}
	if err == nil {
		err = s.baskets.change(l.basket, s.Now(), nil, w.settled())
	}
	if err != nil {
		return s.untaken(ctx, c, l, err)
	}
	return s.report(c, l, w)
}

// untaken shows the page again with what was typed, when that was wrong.
func (s *Server) untaken(ctx context.Context, c echo.Context, l look, err error) error {
	if errs.KindOf(err) != errs.Invalid {
		return unreachable(err)
	}
	return s.browsePage(ctx, c, l, browse.Page{Faults: here(faults(err), ""), Form: formOfTake(c)})
}

func formOfTake(c echo.Context) browse.Form {
	return browse.Form{Names: c.FormValue("names"), Type: c.FormValue("type"), Fresh: strings.TrimSpace(c.FormValue("fresh")), Why: c.FormValue(ui.WhyField)}
}

// wanted is what is to become tags, and what became of it.
type wanted struct {
	kind   string // the machine type
	names  string
	found  []survey.Found
	roles  map[survey.Role]survey.Found
	nested bool // several of them tell the state together
	preset survey.Companion
	units  map[string]string // that the machine says its values are in
	rows   []browse.Outcome
	again  map[string]bool // by address: another template would do
}

// wanted reads the form.
func (s *Server) wanted(ctx context.Context, c echo.Context, l look) (*wanted, error) {
	form := formOfTake(c)
	w := &wanted{kind: form.Type, names: form.Names}
	field, what := "type", "Choose a machine type, or name a new one."
	if form.Fresh != "" {
		w.kind, field, what = form.Fresh, "fresh", "Use up to 40 small letters, digits, - and _."
	}
	if !machines.Name.MatchString(w.kind) {
		return nil, wrongField(field, what)
	}
	if w.names == "" || len(w.names) > 200 {
		return nil, wrongField("names", "Write a template such as {name} or {parent}_{name}.")
	}
	if id := c.FormValue("preset"); id != "" {
		if machine := c.FormValue("machine"); machine != "" {
			l.at = machine
		}
		return w, l.mapped(ctx, id, w)
	}
	ticked := s.baskets.open(l.basket, s.Now())
	if w.found = ticked.All(); len(w.found) == 0 {
		return w, wrongField("nodes", "Tick at least one value.")
	}
	return w, nil
}

func wrongField(field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: message, Fields: []errs.Field{{Path: field, Message: message}}}
}

// mapped takes what a companion standard gives a meaning to.
func (l look) mapped(ctx context.Context, id string, w *wanted) error {
	if !slices.ContainsFunc(survey.Companions(), func(c survey.Companion) bool { return c.ID == id }) {
		return errs.New(errs.Invalid, "this mapping is not known")
	}
	found, err := l.survey.Recognise(ctx, l.at)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found, func(r survey.Recognised) bool { return r.ID == id })
	if i < 0 {
		return errs.New(errs.Invalid, "this mapping is not recognised here any more; look again")
	}
	w.preset, w.roles, w.nested = found[i].Companion, found[i].Roles, found[i].Nests()
	return nil
}

// into puts what is wanted into a plant, and notes what became of each.
func (w *wanted) into(d *config.Document) {
	w.rows, w.again = nil, map[string]bool{} // it may be tried again
	t := d.Machines[w.kind]
	tags := make(map[string]config.TagEntry, len(t.Tags)+len(w.found))
	taken := make(map[string]string, len(t.Tags))
	for name, e := range t.Tags {
		tags[name] = e
		taken[e.Address] = name
	}
	add := func(name string, f survey.Found, set string) (tag string) {
		row := browse.Outcome{Name: cut(f.Name), Where: cut(strings.Join(f.Path, " / ")), Tag: name, Set: set}
		row.Why, w.again[f.Address] = why(name, f, tags, taken)
		if row.OK = row.Why == ""; row.OK {
			tags[name] = config.TagEntry{Address: f.Address, Label: labelOf(f), Unit: w.units[f.Address]}
			taken[f.Address] = name
		}
		w.rows = append(w.rows, row)
		return taken[f.Address]
	}
	for _, f := range w.found {
		add(survey.Name(w.names, f), f, "")
	}
	if w.nested {
		w.nest(tags, &t.Signals, add)
	}
	for _, role := range []survey.Role{survey.State, survey.Mode, survey.Total, survey.Good, survey.Reject, survey.Speed, survey.Product, survey.Order, survey.Fault} {
		if f, there := w.roles[role]; there && (role != survey.State || !w.nested) {
			w.mean(&t.Signals, role, add(string(role), f, string(role)))
		}
	}
	t.Tags = tags
	if d.Machines == nil {
		d.Machines = map[string]config.MachineType{}
	}
	d.Machines[w.kind] = t
}

// why tells why a node does not become a tag, and whether it could with another name; "" when it does.
func why(name string, f survey.Found, tags map[string]config.TagEntry, taken map[string]string) (words string, again bool) {
	if !keeps(f.Node) {
		return "it has no value that can be kept", false
	}
	if strings.Contains(f.Address, "{line}") || strings.Contains(f.Address, "{unit}") {
		return "its address holds {line} or {unit}, which stand for something else here", false
	}
	if other, there := taken[f.Address]; there {
		return "the type has it already, as " + other, false
	}
	if name == "" {
		return "nothing of its name can stand in the name of a tag; use a template with words of your own, such as value_{parent}", true
	}
	if e, there := tags[name]; there {
		return fmt.Sprintf("the type has a tag of this name already, at %s; use a template with {parent}", cut(e.Address)), true
	}
	return "", false
}

// settled are the addresses of what was ticked and is no more: all but those that another template would take.
func (w *wanted) settled() (all []string) {
	for _, f := range w.found {
		if !w.again[f.Address] {
			all = append(all, f.Address)
		}
	}
	return all
}

// labelOf is what people read.
func labelOf(f survey.Found) string {
	if f.Name == "" {
		return ""
	}
	return errs.Clip(f.Name)
}

// mean gives a tag its meaning, unless the type says it otherwise already.
func (w *wanted) mean(s *config.SignalsEntry, role survey.Role, tag string) {
	into := map[survey.Role]*string{
		survey.State: &s.State, survey.Mode: &s.Mode, survey.Total: &s.Total.Tag, survey.Good: &s.Good.Tag,
		survey.Reject: &s.Reject.Tag, survey.Speed: &s.Speed, survey.Product: &s.Product, survey.Order: &s.Order, survey.Fault: &s.Fault,
	}[role]
	if tag == "" || *into != "" {
		return
	}
	*into = tag
	if role == survey.State && s.States == nil {
		s.States = w.preset.States
	}
	if role == survey.Mode && s.Modes == nil {
		s.Modes = w.preset.Modes
	}
}

// report says what became of each.
func (s *Server) report(c echo.Context, l look, w *wanted) error {
	page, err := s.admin(c, connectionsHome, "Taken from "+l.one.ID, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: l.one.ID, Href: connectionHref(l.one.ID)}, {Name: "Browse", Href: l.home()}}
	r := browse.Report{Page: page, Type: w.kind, Back: l.href(l.at, 0)}
	if still := len(w.found) - len(w.settled()); still > 0 {
		r.Still = counted(still, "value") + " stay ticked: take them with another template."
	}
	for _, row := range w.rows {
		if row.OK {
			r.Added++
		}
	}
	r.Refused = len(w.rows) - r.Added
	slices.SortStableFunc(w.rows, func(a, b browse.Outcome) int { return rankOf(a) - rankOf(b) })
	if r.Rows = w.rows; len(r.Rows) > reported {
		r.Rows, r.More = r.Rows[:reported], fmt.Sprintf("And %d more.", len(w.rows)-reported)
	}
	return s.showAs(c, http.StatusOK, browse.ShowReport(r))
}

func rankOf(o browse.Outcome) int {
	if o.OK {
		return 1
	}
	return 0
}
