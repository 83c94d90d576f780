// Derived tags of a work unit: their page, and how a formula is kept.

package web

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/derive"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// tagNames are the signs of a derived tag's name: expressions can use it as it stands.
const tagNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// derivedHref is the page of a unit's derived tags; of one of them when it is named.
func (p place) derivedHref(name string) string {
	href := p.href() + "/derive"
	if name != "" {
		href += "?tag=" + name
	}
	return href
}

// derivedParts are a unit's derived tags, and the way to another.
func derivedParts(p place) []equipment.Link {
	tags, _ := p.typeOf()
	var all []equipment.Link
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		if t := tags[name]; t.Expr != "" {
			all = append(all, equipment.Link{Link: ui.Link{Name: cmp.Or(t.Label, name), Href: p.derivedHref(name)}, Note: t.Expr})
		}
	}
	return append(all, equipment.Link{Link: ui.Link{Name: "Derive a tag", Href: p.derivedHref("")}, Note: "from others, by a formula"})
}

// derivation is one derived tag of a unit, as a page shows it: a new one has no name.
type derivation struct {
	place
	kind string // the machine type it stands in
	name string
	tag  config.TagEntry
}

// derivationOf finds the derived tag that an address or a form names.
func (s *Server) derivationOf(c echo.Context, name string) (derivation, error) {
	p, err := s.unitPlace(c)
	if err != nil {
		return derivation{}, err
	}
	d := derivation{place: p, name: name}
	fixed := ""
	for _, ref := range p.unit.Machines {
		k, err := p.doc.Kind(ref)
		t, there := k.Tags[name]
		switch {
		case err != nil:
		case k.Pinned && there && t.Expr != "":
			fixed = ref
		case k.Pinned:
		case name == "" || there && t.Expr != "":
			d.kind, d.tag = k.Name, t
		}
	}
	if name == "" {
		return d, nil
	}
	if d.tag.Expr == "" && fixed != "" {
		return d, errs.New(errs.Conflict, "unit %s stays on %s, which never changes: let it follow the newest version on its page to change %s", p.id(), fixed, errs.Clip(name))
	}
	if d.tag.Expr == "" {
		return d, errs.New(errs.NotFound, "unit %s has no derived tag %q as it is drafted", p.id(), errs.Clip(name))
	}
	return d, nil
}

// showDerived asks for a formula.
func (s *Server) showDerived(c echo.Context) error {
	d, err := s.derivationOf(c, c.QueryParam("tag"))
	if err != nil {
		return err
	}
	return s.derivedPage(c, d, "", refusal{}, nil)
}

// derivedPage shows the forms of a derived tag; the one that was refused, or tried out, as it was typed.
func (s *Server) derivedPage(c echo.Context, d derivation, form string, r refusal, tried *equipment.Preview) error {
	title := cmp.Or(d.tag.Label, cmp.Or(d.name, "Derive a tag"))
	page, err := s.admin(c, "/admin/lines", title, "Derived tag of "+d.place.name())
	if err != nil {
		return err
	}
	line := ui.Link{Name: cmp.Or(d.line.Name, d.line.ID), Href: "/admin/lines/" + d.line.ID}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, line, {Name: d.place.name(), Href: d.href()}, {Name: title}}
	now := s.unitValues(moment{Time: s.Now()}, d.place, pageAsked(c))
	page.Frame.Live = now.Panel != ""
	one := equipment.One{Page: page, Preview: tried, Values: &now.Values}
	one.Earlier, one.Later = now.turn(d.derivedHref(d.name))
	if d.kind == "" {
		one.Parts = []equipment.Link{{Link: ui.Link{Name: "Choose the machine type", Href: d.href()}, Note: "A derived tag belongs to a machine type whose newest version the unit follows, and there is none yet."}}
		one.Title = "First"
		return s.show(c, equipment.ShowOne(one))
	}
	one.Forms = []equipment.Form{derivedForm(d)}
	if d.name != "" {
		one.Forms = append(one.Forms, equipment.Form{
			ID: "removing", Title: "Remove", Lead: "Its history stays.", Action: d.href() + "/derive/remove", At: d.name, Seal: seal(d.tag), Button: "Remove from the draft", Danger: true,
		})
	}
	return s.formsPage(c, one, form, r)
}

func derivedForm(d derivation) equipment.Form {
	f := equipment.Form{
		ID: "derived", Title: "Formula", Action: d.href() + "/derive", At: d.name, Seal: seal(d.tag), Button: "Keep in the draft",
		Try: d.href() + "/derive/try", TryName: "Try it out",
		Lead: "Every machine of type " + d.kind + " has it, reckoned from its own tags.",
	}
	t := d.tag
	var fields []equipment.Field
	if d.name == "" {
		fields = append(fields, text("name", "Tag name", "Short and for ever: its history hangs on it. Letters, digits and _.", ""))
	}
	formula := lines("expr", "Formula", `zone1 - zone2, round(speed * 1.5, 1), temperature > 80. Names are those above; tag("zone-1") for one with other signs, tag("line/unit/name") for another machine's. Functions: abs, min, max, avg, round, floor, ceil, sqrt, clamp, mod.`, t.Expr)
	formula.Optional = false
	fields = append(fields,
		formula,
		optional(text("label", "Label", "As people call it. Empty: its name.", t.Label)),
		optional(text("unit", "Unit", "°C, kWh, 1/min.", t.Unit)),
	)
	f.Groups = []equipment.Group{{Fields: fields}, {Title: "What is passed on and kept", Fields: thinningFields(t)}}
	return f
}

// readDerived reads the form over a derived tag.
func readDerived(c echo.Context, d derivation) (name string, t config.TagEntry, err error) {
	var w wrong
	name, t = d.name, d.tag
	if name == "" {
		name = strings.TrimSpace(c.FormValue("name"))
		there, _ := d.typeOf()
		if _, taken := there[name]; taken {
			w.add("name", "There is a tag of this name already; choose another.")
		}
		if name == "" || len(name) > 60 || strings.Trim(name, tagNames) != "" || name[0] >= '0' && name[0] <= '9' {
			w.add("name", "Use up to 60 letters, digits and _, a letter first.")
		}
	}
	t.Expr, t.Label, t.Unit = strings.TrimSpace(c.FormValue("expr")), strings.TrimSpace(c.FormValue("label")), strings.TrimSpace(c.FormValue("unit"))
	if len(t.Label) > 200 || len(t.Unit) > 40 {
		w.add("label", "Write a shorter label and unit.")
	}
	if _, err := derive.Compile(t.Expr); err != nil {
		w.add("expr", "%s.", upper(err.Error()))
	}
	readThinning(c, &w, &t)
	return name, t, w.err()
}

// put writes a derived tag into its machine type, which other units may share.
func (d derivation) put(name string, t config.TagEntry) {
	m := d.doc.Machines[d.kind]
	m.Tags = maps.Clone(m.Tags)
	if m.Tags == nil {
		m.Tags = map[string]config.TagEntry{}
	}
	m.Tags[name] = t
	d.doc.Machines[d.kind] = m
}

// keepDerived keeps a derived tag in the draft.
func (s *Server) keepDerived(c echo.Context) error {
	return s.changeDerived(c, "derived", func(d derivation) error {
		name, t, err := readDerived(c, d)
		if err == nil {
			d.put(name, t)
		}
		return err
	})
}

// removeDerived takes a derived tag out of the draft.
func (s *Server) removeDerived(c echo.Context) error {
	return s.changeDerived(c, "removing", func(d derivation) error {
		if d.name == "" {
			return errs.New(errs.Invalid, "say which tag is to be removed")
		}
		m := d.doc.Machines[d.kind]
		m.Tags = maps.Clone(m.Tags)
		delete(m.Tags, d.name)
		d.doc.Machines[d.kind] = m
		return nil
	})
}

func (s *Server) changeDerived(c echo.Context, form string, apply func(derivation) error) error {
	d, err := s.derivationOf(c, c.FormValue("at"))
	if err != nil {
		return err
	}
	again := func(p place) derivation {
		now := d
		now.place, now.tag = p, p.doc.Machines[d.kind].Tags[d.name]
		return now
	}
	r, err := s.change(c, subject{
		at: d.at, part: func(p place) any { return again(p).tag },
		apply: func(p place) error { return apply(again(p)) },
		names: func(place) []renamed { return derivedNames(c, d) },
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.derivedPage(c, d, form, r, nil)
	}
	return done(c, d.href(), "drafted")
}

// derivedNames say where the form of a derived tag shows what is wrong with it.
func derivedNames(c echo.Context, d derivation) []renamed {
	at := "machines." + d.kind + ".tags." + cmp.Or(d.name, strings.TrimSpace(c.FormValue("name"))) + "."
	var all []renamed
	for _, field := range []string{"expr", "deadband", "swing", "heartbeat"} {
		all = append(all, renamed{at + field, field})
	}
	return append(all, renamed{d.path + ".signals", "swing"})
}
