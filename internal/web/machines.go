package web

import (
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
	"millwright/views/admin/equipment"
	"millwright/views/admin/kinds"
	"millwright/views/ui"
)

const machinesHome = "/admin/machines"

func machineHref(name string) string { return machinesHome + "/" + url.PathEscape(name) }

// machineTypes shows every machine type of the draft.
func (s *Server) machineTypes(c echo.Context) error { return s.machinesPage(c, refusal{}) }

func (s *Server) machinesPage(c echo.Context, r refusal) error {
	page, err := s.admin(c, machinesHome, "Machine types", "What a kind of machine has for tags, and what they mean: written once, for every work unit that has it.")
	if err != nil {
		return err
	}
	inUse, d, err := s.bothPlants(c)
	if err != nil {
		return err
	}
	p := kinds.List{Page: page, Add: newMachineForm(d)}
	uses := machines.Uses(d)
	for _, name := range slices.Sorted(maps.Keys(d.Machines)) {
		t := d.Machines[name]
		row := kinds.Row{Name: cut(name), Href: machineHref(name), Version: fmt.Sprint(t.Number()), Tags: fmt.Sprint(len(t.Tags)), Units: usedBy(uses[name])}
		switch was, used := inUse.Machines[name]; {
		case !used:
			row.Note = "new"
		case was.Number() != t.Number():
			row.Note = fmt.Sprintf("version %d is in use", was.Number())
		}
		p.Rows = append(p.Rows, row)
	}
	if len(p.Rows) == 0 {
		p.Empty = &ui.Empty{Title: "No machine types yet", Text: "Add one below, or take tags from a machine under Connections."}
	}
	if len(r.Faults) > 0 {
		p.Add = p.Add.Typed(c.FormValue, r.Faults)
	}
	return s.showAs(c, r.status(), kinds.ShowList(p))
}

// bothPlants are the plant in use, and the one that is drafted.
func (s *Server) bothPlants(c echo.Context) (inUse, drafted config.Document, err error) {
	ctx := c.Request().Context()
	if inUse, err = s.inUse(ctx); err != nil {
		return inUse, drafted, err
	}
	drafted, err = s.document(ctx)
	return inUse, drafted, err
}

// usedBy counts the units that have a machine type.
func usedBy(all []machines.Use) string {
	if len(all) == 0 {
		return "none"
	}
	stay := 0
	for _, u := range all {
		if u.Pinned {
			stay++
		}
	}
	if stay == 0 {
		return fmt.Sprint(len(all))
	}
	return fmt.Sprintf("%d, %d of them on a version of their own", len(all), stay)
}

func newMachineForm(d config.Document) equipment.Form {
	like := []ui.Choice{{Name: "Nothing: it begins empty"}}
	for _, name := range slices.Sorted(maps.Keys(d.Machines)) {
		like = append(like, ui.Choice{Value: name, Name: fmt.Sprintf("%s (%s)", name, counted(len(d.Machines[name].Tags), "tag"))})
	}
	return equipment.Form{
		ID: "add", Title: "New machine type", Action: machinesHome, Seal: seal(nil), Button: "Add to the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			text("name", "Name", "Short and for ever: small letters, digits, - and _.", ""),
			choose("like", "Copied from", "", "", like...),
		}}},
	}
}

// addMachine puts a new machine type into the draft.
func (s *Server) addMachine(c echo.Context) error {
	name := strings.TrimSpace(c.FormValue("name"))
	r, err := s.change(c, subject{
		part:  func(place) any { return nil },
		apply: func(p place) error { return machines.Add(p.doc, name, c.FormValue("like")) },
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.machinesPage(c, r)
	}
	return done(c, machineHref(name), "drafted")
}

// machineStep is one way to change a machine type: what it shows of it, and how it changes it.
type machineStep struct {
	part  func(d config.Document, name string) any
	apply func(c echo.Context, d *config.Document, name string) error
	next  func(c echo.Context) string // where it leads; nil is the page of the type
}

func (s *Server) machineSteps() map[string]machineStep {
	return map[string]machineStep{
		"signals": {part: func(d config.Document, name string) any { return d.Machines[name].Signals }, apply: s.keepSignals},
		"faults":  {part: func(d config.Document, name string) any { return d.Machines[name].Faults }, apply: keepTypeFaults},
		"units": {
			part: func(d config.Document, name string) any { return machines.Uses(d)[name] },
			apply: func(c echo.Context, d *config.Document, name string) error {
				machines.MoveAll(d, name, whole(c.FormValue("version")))
				return nil
			},
		},
		"tags": {
			part: tagsInType, apply: addTag,
			next: func(c echo.Context) string {
				return oneTagHref(c.Param("machine"), strings.TrimSpace(c.FormValue("fresh")), "") + "&done=drafted"
			},
		},
		"tags/remove": {part: tagsInType, apply: removeTag},
		"drop": {
			part: func(d config.Document, name string) any { return d.Machines[name].Versions() },
			apply: func(c echo.Context, d *config.Document, name string) error {
				return machines.Drop(d, name, whole(c.FormValue("version")))
			},
		},
		"remove": {
			part:  func(d config.Document, name string) any { return d.Machines[name] },
			apply: func(_ echo.Context, d *config.Document, name string) error { return machines.Remove(d, name) },
			next:  func(echo.Context) string { return machinesHome + "?done=drafted" },
		},
	}
}

// changeMachine changes a machine type in the draft.
func (s *Server) changeMachine(what string) echo.HandlerFunc {
	step := s.machineSteps()[what]
	return func(c echo.Context) error {
		name := c.Param("machine")
		r, err := s.change(c, subject{
			part: func(p place) any { return step.part(*p.doc, name) },
			names: func(p place) []renamed {
				codes := codeNames(c, func(string) string { return "machines." + name + ".faults" })
				return append(codes, signalsOfUsers(p.doc, name)...)
			},
			apply: func(p place) error {
				if _, there := p.doc.Machines[name]; !there {
					return noMachine(name)
				}
				return step.apply(c, p.doc, name)
			},
		})
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.machinePage(c, what, r)
		}
		if step.next == nil {
			return done(c, machinePageHref(name, pageAsked(c)), "drafted")
		}
		return c.Redirect(http.StatusSeeOther, step.next(c))
	}
}

func noMachine(name string) error {
	return errs.New(errs.NotFound, "there is no machine type %q in the plant as it is drafted", errs.Clip(name))
}

// signalsOfUsers say where the form of a type's signals shows what is wrong with those of its units.
func signalsOfUsers(d *config.Document, name string) (all []renamed) {
	for _, u := range machines.Uses(*d)[name] {
		if at, ok := lineAt(d, u.Line); ok {
			if p, ok := placeOf(d, at+"/"+u.Unit); ok {
				all = append(all, signalNames(p)...)
			}
		}
	}
	return all
}

// ownTags gives a machine type of a document tags that can be changed.
func ownTags(d *config.Document, name string) config.MachineType {
	t := d.Machines[name]
	if t.Tags = maps.Clone(t.Tags); t.Tags == nil {
		t.Tags = map[string]config.TagEntry{}
	}
	return t
}

func tagsInType(d config.Document, name string) any {
	return slices.Sorted(maps.Keys(d.Machines[name].Tags))
}

func (s *Server) keepSignals(c echo.Context, d *config.Document, name string) error {
	inUse, err := s.inUse(c.Request().Context())
	if err != nil {
		return err
	}
	t := d.Machines[name]
	err = readSignals(c, t.Tags, &t.Signals)
	d.Machines[name] = t
	hold(c, inUse, d, name)
	return err
}

func addTag(c echo.Context, d *config.Document, name string) error {
	t, fresh := ownTags(d, name), strings.TrimSpace(c.FormValue("fresh"))
	if !machines.TagName.MatchString(fresh) {
		return wrongField("fresh", "Use up to 60 letters, digits, _, - and points.")
	}
	if _, there := t.Tags[fresh]; there {
		return wrongField("fresh", "The type has a tag of this name already; choose another.")
	}
	t.Tags[fresh] = config.TagEntry{}
	d.Machines[name] = t
	return nil
}

func removeTag(c echo.Context, d *config.Document, name string) error {
	t := ownTags(d, name)
	delete(t.Tags, c.FormValue("tag")) // what is gone already is gone
	d.Machines[name] = t
	return nil
}
