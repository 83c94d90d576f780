// One reason: to add it, to change it, to take it away.

package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/reasons"
	"millwright/internal/errs"
	tree "millwright/internal/plant/reason"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

func noReason() error {
	return errs.New(errs.NotFound, "there is no such reason in the plant as it is drafted")
}

// twigIn finds the reason that an address or a form is about, in the draft.
func (s *Server) twigIn(c echo.Context) (t twig, d config.Document, err error) {
	if d, err = s.document(c.Request().Context()); err != nil {
		return t, d, err
	}
	t, ok := twigOf(&d, c.FormValue("at"))
	if !ok {
		return t, d, noReason()
	}
	return t, d, nil
}

func (s *Server) showAddReason(c echo.Context) error { return s.addReasonPage(c, refusal{}) }

func (s *Server) addReasonPage(c echo.Context, r refusal) error {
	t, _, err := s.twigIn(c)
	if err != nil {
		return err
	}
	if t.level >= t.deepest() {
		return errs.New(errs.NotFound, "a reason on the lowest level has no parts")
	}
	f := equipment.Form{ID: "add", Title: "New reason", Lead: "It stands under " + t.name() + ".", Action: "/admin/reasons/add", At: t.at(), Button: "Add to the draft", Seal: seal(nil)}
	fields := reasonFields(t.tree, reasons.Entry{})
	identity := text("id", "Identity", "Short and for ever: fault codes and programs name it. Small letters, digits, - and _.", "")
	f.Groups = []equipment.Group{{Fields: slices.Insert(fields, 1, identity)}}
	return s.onePage(c, reasonsHome(), "Add reason", f, r)
}

// reasonFields are what can be changed of a reason.
func reasonFields(of string, e reasons.Entry) []equipment.Field {
	fields := []equipment.Field{
		text("name", "Name", "As people call it: Film jam.", e.Name),
		lines("names", "Names in other languages", "One a line: de = Filmstau. A site shows the names of its own language.", pairsText(e.Names)),
	}
	if of == scrapTree {
		return fields
	}
	losses := []ui.Choice{{Name: "As the one above it says, if any does"}}
	for _, l := range tree.Losses() {
		losses = append(losses, ui.Choice{Value: l, Name: upper(l)})
	}
	return append(fields, choose("category", "Loss that it explains", "", e.Category, losses...))
}

// readReason reads a reason's form into it.
func readReason(c echo.Context, e *reasons.Entry) error {
	var w wrong
	e.Name = strings.TrimSpace(c.FormValue("name"))
	if c.Request().Form.Has("category") { // what the form does not ask about stays
		e.Category = c.FormValue("category")
	}
	e.Names = pairs(&w, "names", c.FormValue("names"), func(name string) error {
		if name == "" {
			return fmt.Errorf("a language has no name after its =")
		}
		return nil
	})
	if e.Name == "" {
		w.add("name", "Say what people call it.")
	}
	return w.err()
}

// reasonNames say where a reason's form shows what is wrong with it.
func reasonNames(path string) []renamed {
	return []renamed{{path + ".names", "names"}, {path + ".name", "name"}, {path + ".category", "category"}, {path + ".id", "id"}}
}

func (s *Server) addReason(c echo.Context) error {
	at, id := c.FormValue("at"), strings.TrimSpace(c.FormValue("id"))
	r, err := s.change(c, subject{
		part: func(place) any { return nil },
		names: func(p place) []renamed {
			t, ok := twigOf(p.doc, at)
			if !ok {
				return nil
			}
			return reasonNames(t.next())
		},
		apply: func(p place) error {
			t, ok := twigOf(p.doc, at)
			if !ok {
				return noReason()
			}
			e := reasons.Entry{ID: id}
			err := readReason(c, &e)
			*t.parts() = append(*t.parts(), e)
			return err
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.addReasonPage(c, r)
	}
	of, _, _ := strings.Cut(at, "/")
	return toReasons(c, of+"/"+id)
}

func (s *Server) showReason(c echo.Context) error { return s.reasonPage(c, refusal{}) }

// reasonOf is what the form of a reason shows; nil when there is none.
func reasonOf(at string) func(p place) any {
	return func(p place) any {
		t, ok := twigOf(p.doc, at)
		if !ok || t.i < 0 {
			return nil
		}
		e := *t.entry()
		e.Parts = nil
		return struct {
			Under  string
			Reason reasons.Entry
		}{t.above, e}
	}
}

func (s *Server) reasonPage(c echo.Context, r refusal) error {
	t, d, err := s.twigIn(c)
	if err != nil {
		return err
	}
	if t.i < 0 {
		return noReason()
	}
	e := *t.entry()
	root, _ := twigOf(&d, t.tree)
	above := append([]ui.Choice{{Name: root.name() + ", on the first level"}}, reasonChoices(*root.list, nil, func(o reasons.Entry, level int) bool {
		return o.ID != e.ID && level+height(e) <= t.deepest()
	})...)
	f := equipment.Form{
		ID: "reason", Title: "Reason " + e.ID, Lead: "Its identity stays: fault codes and programs name it.", Action: "/admin/reasons/edit", At: t.at(),
		Seal: seal(reasonOf(t.at())(place{doc: &d})), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: append(reasonFields(t.tree, e), choose("under", "Stands under", "", t.above, above...))}},
	}
	return s.onePage(c, reasonsHome(), t.name(), f, r)
}

// reasonChoices are the reasons to choose from that are let in, with those let in below them. Each begins with its own
// name, by which keys find it; above are those over it.
func reasonChoices(list []reasons.Entry, above []string, in func(e reasons.Entry, level int) bool) (all []ui.Choice) {
	for _, e := range list {
		if !in(e, len(above)+1) {
			continue
		}
		name := cmp.Or(e.Name, e.ID)
		c := ui.Choice{Value: e.ID, Name: name}
		if len(above) > 0 {
			c.Name += " (" + strings.Join(above, ", ") + ")"
		}
		all = append(append(all, c), reasonChoices(e.Parts, append(slices.Clip(above), name), in)...)
	}
	return all
}

func (s *Server) keepReason(c echo.Context) error {
	at := c.FormValue("at")
	r, err := s.change(c, subject{
		part: reasonOf(at),
		names: func(p place) []renamed {
			t, _ := twigOf(p.doc, at)
			return reasonNames(t.path)
		},
		apply: func(p place) error {
			t, ok := twigOf(p.doc, at)
			if !ok || t.i < 0 {
				return noReason()
			}
			if err := readReason(c, t.entry()); err != nil {
				return err
			}
			if under := c.FormValue("under"); under != t.above && !t.under(p.doc, under) {
				var w wrong
				w.add("under", "It has no room there with its parts: choose another.")
				return w.err()
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.reasonPage(c, r)
	}
	return toReasons(c, at)
}

func (s *Server) showRemoveReason(c echo.Context) error {
	return s.removeReasonPage(c, refusal{})
}

func (s *Server) removeReasonPage(c echo.Context, r refusal) error {
	t, _, err := s.twigIn(c)
	if err != nil {
		return err
	}
	if t.i < 0 {
		return noReason()
	}
	f := equipment.Form{
		ID: "removing", Title: "Remove reason " + t.name(), Lead: "With it go its parts. What fault codes or lines still name cannot go: give those another reason first. Ledgers keep the codes, and show them bare.",
		Action: "/admin/reasons/remove", At: t.at(), Seal: seal(*t.entry()), Button: "Remove from the draft", Danger: true,
	}
	return s.onePage(c, reasonsHome(), "Remove "+t.name(), f, r)
}

func (s *Server) removeReason(c echo.Context) error {
	at := c.FormValue("at")
	r, err := s.change(c, subject{
		part: func(p place) any {
			if t, ok := twigOf(p.doc, at); ok && t.i >= 0 {
				return *t.entry()
			}
			return nil
		},
		apply: func(p place) error {
			t, ok := twigOf(p.doc, at)
			if !ok || t.i < 0 {
				return noReason()
			}
			*t.list = slices.Delete(*t.list, t.i, t.i+1)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.removeReasonPage(c, r)
	}
	return done(c, reasonsHome().Href, "drafted")
}
