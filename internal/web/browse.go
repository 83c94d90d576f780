// The page of what a machine offers.

package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/ot/survey"
	"millwright/views/admin/browse"
	"millwright/views/figure"
	"millwright/views/ui"
)

// The bounds of a page of a machine.
const (
	nodesShown = 200
	browseTime = 15 * time.Second

	unitsTime     = 3 * time.Second
	recogniseTime = time.Second // what was not seen by then is seen by the next page: the survey remembers
	namesOfTags   = "{name}"
)

// browse shows one level of what a machine offers.
func (s *Server) browse(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
	defer cancel()
	l, err := s.lookAt(ctx, c)
	if errs.KindOf(err) == errs.Unavailable {
		return s.connectionPage(c, http.StatusServiceUnavailable, l.one, withFaults(s.formOf(l.one), err), nil)
	}
	if err != nil {
		return err
	}
	return s.browsePage(ctx, c, l, browse.Page{Form: browse.Form{Names: namesOfTags}})
}

// browsePage draws the level with what was typed.
func (s *Server) browsePage(ctx context.Context, c echo.Context, l look, p browse.Page) error {
	page, err := s.admin(c, connectionsHome, "Browse "+l.one.ID, "Tick what is worth keeping; it becomes tags of a machine type in the draft.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: l.one.ID, Href: connectionHref(l.one.ID)}, {Name: "Browse"}}
	l.inside = s.baskets.open(l.basket, s.Now())
	p.Page, p.Href, p.At, p.Find, p.Deep = page, l.home(), l.at, l.find, l.deep
	p.Crumbs = append(p.Crumbs, ui.Link{Name: "Top", Href: l.home()})
	for _, n := range l.survey.Trail(l.at) {
		p.Crumbs = append(p.Crumbs, ui.Link{Name: errs.Clip(n.Name), Href: l.home() + "?at=" + url.QueryEscape(n.Address)})
	}
	found, note, err := l.found(ctx)
	if err != nil {
		return unreachable(err)
	}
	if p.Note = note; l.find != "" && len(found) == 0 {
		p.Note = strings.TrimSpace(l.nothing() + " " + note)
	}
	shown := l.turn(&p, found)
	p.Basket = l.ticks(found)
	p.ReadAt = figure.Locale{Zone: s.painter().site().Zone}.Clock(s.Now())
	if p.Rows, err = l.rows(ctx, shown, s.painter().site().Zone); err != nil {
		return unreachable(err)
	}
	if p.Presets, err = l.presets(ctx); err != nil {
		return unreachable(err)
	}
	if err := s.typesOf(c.Request().Context(), &p.Form); err != nil {
		return err
	}
	status := http.StatusOK
	if len(p.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showAs(c, status, browse.Show(p))
}

// browseValues tells what stands at the nodes of a page now, as the page itself would show it: an open page asks again
// and again while somebody looks at it.
func (s *Server) browseValues(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
	defer cancel()
	l, err := s.lookAt(ctx, c)
	if err != nil {
		return err
	}
	l.inside = s.baskets.open(l.basket, s.Now())
	found, _, err := l.found(ctx)
	if err != nil {
		return unreachable(err)
	}
	_, shown := l.cut(found)
	zone := s.painter().site().Zone
	rows, err := l.rows(ctx, shown, zone)
	if err != nil {
		return unreachable(err)
	}
	type value struct {
		Address string `json:"address"`
		Value   string `json:"value"`
		Quality string `json:"quality"`
	}
	told := struct {
		At     string  `json:"at"`
		Ticked int     `json:"ticked"`
		Values []value `json:"values"`
	}{At: figure.Locale{Zone: zone}.Clock(s.Now()), Ticked: l.inside.Len()}
	for _, r := range rows {
		if r.Href == "" {
			told.Values = append(told.Values, value{r.Address, r.Value, r.Quality})
		}
	}
	return c.JSON(http.StatusOK, told)
}

// turn puts a page of what was found, and the ways to its neighbours.
func (l look) turn(p *browse.Page, found []survey.Found) (shown []survey.Found) {
	from, shown := l.cut(found)
	to := from + len(shown)
	l.page = from / nodesShown
	p.Shown, p.Again = shownOf(from, to, len(found)), l.href(l.at, l.page)
	if l.find == "" {
		p.Empty = l.nothing() // what is looked for is told beside the search
	}
	if l.page > 0 {
		p.Earlier = strconv.Itoa(l.page - 1)
	}
	if to < len(found) {
		p.Later = strconv.Itoa(l.page + 1)
	}
	asked := strings.TrimPrefix(p.Again, l.home())
	p.Values, p.Tick = l.home()+"/values"+asked, l.home()+"/tick"+asked
	return shown
}

// nothing says why a page shows none, and what to do next.
func (l look) nothing() string {
	switch {
	case l.ticked:
		return "Nothing is ticked. Go back to the machine and tick what is worth keeping."
	case l.find != "" && l.deep:
		return "No name here or below contains it. Search for a part of the name, or from the top."
	case l.find != "":
		return "No name of this level contains it. Search everything below too."
	}
	return "The machine offers nothing here. Go up by the path above, or search from the top."
}

// ticks tells what is ticked already, and what can be at once.
func (l look) ticks(found []survey.Found) browse.Basket {
	b := browse.Basket{Ticked: l.inside.Len(), Only: l.ticked}
	l.ticked = !l.ticked
	b.Other = l.href(l.at, 0)
	if b.Only {
		return b
	}
	values := 0
	for _, f := range found {
		if keeps(f.Node) {
			values++
		}
	}
	switch {
	case values < 2:
	case l.find != "":
		b.All = fmt.Sprintf("Tick all %d found", values)
	default:
		b.All = fmt.Sprintf("Tick all %d of this level", values)
	}
	return b
}

func shownOf(from, to, of int) string {
	if of == 0 {
		return "Nothing"
	}
	return fmt.Sprintf("%d to %d of %d", from+1, to, of)
}

// typesOf lists the machine types of the draft.
func (s *Server) typesOf(ctx context.Context, f *browse.Form) error {
	d, err := s.document(ctx)
	for _, id := range slices.Sorted(maps.Keys(d.Machines)) {
		f.Types = append(f.Types, ui.Choice{Value: id, Name: id})
	}
	return err
}
