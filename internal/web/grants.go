package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/people"
	"millwright/views/ui"
)

// places are the sites, areas and lines of the plant, in the order of the tree.
func (s *Server) places() []ui.Choice { return s.painter().places() }

// places are those that are seen.
func (p *painter) places() (all []ui.Choice) {
	add := func(at plant.Place, name string) { all = append(all, ui.Choice{Value: string(at), Name: name}) }
	for _, site := range p.Plant.Sites {
		add(plant.Place(site.ID), site.Name)
		for _, a := range site.Areas {
			add(plant.Place(string(site.ID)+"/"+a.ID), site.Name+" › "+a.Name)
			for _, l := range a.Lines {
				add(l.Place(), site.Name+" › "+a.Name+" › "+l.Name)
			}
		}
	}
	return all
}

// placeName is what people call a place.
func placeName(all []ui.Choice, at plant.Place) string {
	i := slices.IndexFunc(all, func(c ui.Choice) bool { return c.Value == string(at) })
	if i < 0 {
		return string(at) + " (not in the plant)"
	}
	return all[i].Name
}

// grantWords tells roles at places: "operator at Ulm works › Filling".
func grantWords(places []ui.Choice, grants []plant.Grant) (all []string) {
	for _, g := range grants {
		all = append(all, g.Role.String()+" at "+placeName(places, g.At))
	}
	return all
}

// roles tells a person what they may do where.
func (s *Server) roles(r plant.Reach) string {
	return upper(strings.Join(append([]string{baseWord(r.Base)}, grantWords(s.places(), r.Grants)...), ", "))
}

// grantsOf shows what a user may do at places.
func (s *Server) grantsOf(u access.User, typed people.Grants) people.Grants {
	typed.Places = s.places()
	for _, g := range u.Grants {
		name := placeName(typed.Places, g.At)
		typed.Rows = append(typed.Rows, people.Grant{Place: name, Role: g.Role.String()})
		if !slices.ContainsFunc(typed.Places, func(c ui.Choice) bool { return c.Value == string(g.At) }) {
			typed.Places = append(typed.Places, ui.Choice{Value: string(g.At), Name: name})
		}
	}
	if typed.Role == "" {
		typed.Role = plant.Viewer.String()
	}
	return typed
}

// changeGrant gives a user a role at a place, or takes it away.
func (s *Server) changeGrant(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	typed := people.Grants{At: errs.Clip(c.FormValue("grant-at")), Role: c.FormValue("grant-role")}
	change := access.Regrant{ID: u.ID, At: plant.Place(c.FormValue("grant-at")), Role: baseOf(typed.Role)}
	change.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no version
	var w wrong
	s.checkGrant(&w, change, u)
	typed.Why, err = reason(c, "grant-why")
	change.Why = typed.Why
	w.take(err)
	if err = w.err(); err == nil {
		err = access.ChangeGrant(c.Request().Context(), s.Vault, change, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = inForm(wrong, []renamed{{"at", "grant-at"}, {"role", "grant-role"}})
		return s.personPage(c, http.StatusUnprocessableEntity, u, people.One{Change: asIs(u), Grants: typed})
	}); shown {
		return err
	}
	return done(c, personHref(u.ID), "saved")
}

// checkGrant tells of a place that the plant does not have, unless a role there is taken away, and of a role that none has.
func (s *Server) checkGrant(w *wrong, change access.Regrant, u access.User) {
	has := slices.ContainsFunc(u.Grants, func(g plant.Grant) bool { return g.At == change.At })
	there := slices.ContainsFunc(s.places(), func(c ui.Choice) bool { return c.Value == string(change.At) })
	if !there && (!has || change.Role != plant.Nobody) {
		w.add("at", "Choose a site, an area or a line.")
	}
	if change.Role == plant.Admin {
		w.add("role", "Whoever sets up does so in the whole plant: choose another role here, or admin above.")
	}
	w.take(access.CheckRole(change.Role))
}
