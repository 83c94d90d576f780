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

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/survey"
	"millwright/internal/ot/tag"
	"millwright/views/admin/browse"
	"millwright/views/figure"
	"millwright/views/ui"
)

// The bounds of a page of a machine.
const (
	nodesShown = 200
	mostFound  = 1000
	browseTime = 15 * time.Second

	recogniseTime = time.Second // what was not seen by then is seen by the next page: the survey remembers
	namesOfTags   = "{name}"
)

// look is what a page of a machine is drawn from.
type look struct {
	survey *survey.Survey
	one    config.Connection
	at     string
	find   string
	deep   bool
	page   int
}

func (l look) home() string { return connectionHref(l.one.ID) + "/browse" }

// href is the address of a level, or of what is looked for in it.
func (l look) href(at string, page int) string {
	q := url.Values{}
	if at != "" {
		q.Set("at", at)
	}
	if l.find != "" && at == l.at {
		q.Set("find", l.find)
		if l.deep {
			q.Set("deep", "on")
		}
	}
	if page > 0 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return l.home()
	}
	return l.home() + "?" + q.Encode()
}

// lookAt opens the machine for this person, with the draft's settings.
func (s *Server) lookAt(ctx context.Context, c echo.Context) (look, error) {
	one, err := s.drafted(c)
	if err != nil {
		return look{}, err
	}
	l := look{one: one, at: c.FormValue("at"), find: strings.TrimSpace(c.FormValue("find")), deep: c.FormValue("deep") == "on"}
	l.page, _ = strconv.Atoi(c.FormValue("page")) // what is no number is the first
	l.page = max(l.page, 0)
	l.survey, err = s.Machines.Look(ctx, by(c).ID, one)
	return l, err
}

// browse shows one level of what a machine offers.
func (s *Server) browse(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
	defer cancel()
	l, err := s.lookAt(ctx, c)
	if errs.KindOf(err) == errs.Unavailable {
		return s.connectionPage(c, http.StatusServiceUnavailable, l.one, withFaults(formOf(l.one), err), nil)
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
	p.Page, p.Href, p.At, p.Find, p.Deep = page, l.home(), l.at, l.find, l.deep
	p.Crumbs = append(p.Crumbs, ui.Link{Name: "Top", Href: l.home()})
	for _, n := range l.survey.Trail(l.at) {
		p.Crumbs = append(p.Crumbs, ui.Link{Name: clip(n.Name), Href: l.home() + "?at=" + url.QueryEscape(n.Address)})
	}
	found, note, err := l.found(ctx)
	if err != nil {
		return unreachable(err)
	}
	p.Note, p.Total = note, len(found)
	for _, f := range found {
		if !f.Folder {
			p.Form.Values++
		}
	}
	if l.find != "" && l.deep {
		p.Form.Values = 0 // they stand on several levels
	}
	l.page = min(l.page, max(len(found)-1, 0)/nodesShown)
	from, to := l.page*nodesShown, min((l.page+1)*nodesShown, len(found))
	p.Shown, p.Again = shownOf(from, to, len(found)), l.href(l.at, l.page)
	if l.page > 0 {
		p.Earlier = l.href(l.at, l.page-1)
	}
	if to < len(found) {
		p.Later = l.href(l.at, l.page+1)
	}
	p.ReadAt = figure.Locale{Zone: s.painter().site().Zone}.Clock(s.Now())
	if p.Rows, err = l.rows(ctx, found[from:to], s.painter().site().Zone); err != nil {
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

func shownOf(from, to, of int) string {
	if of == 0 {
		return "Nothing"
	}
	return fmt.Sprintf("%d to %d of %d", from+1, to, of)
}

// unreachable is a machine that ceased to answer while it was looked through.
func unreachable(err error) error {
	if errs.KindOf(err) != errs.Internal {
		return err
	}
	return errs.New(errs.Unavailable, "the machine does not answer as it should; go back to its connection and test it: %w", err)
}

// typesOf lists the machine types of the draft.
func (s *Server) typesOf(ctx context.Context, f *browse.Form) error {
	d, err := s.document(ctx)
	for _, id := range slices.Sorted(maps.Keys(d.Machines)) {
		f.Types = append(f.Types, ui.Choice{Value: id, Name: id})
	}
	return err
}

// found gives the level, or what is looked for in it or below.
func (l look) found(ctx context.Context) (all []survey.Found, note string, err error) {
	if l.find != "" && l.deep {
		all, whole, err := l.survey.Search(ctx, l.at, survey.Named(l.find), mostFound)
		if !whole {
			note = "There is more than was looked through: begin further down, or search for a longer name."
		}
		return all, note, err
	}
	nodes, err := l.survey.Level(ctx, l.at)
	if err != nil && len(nodes) > 0 {
		note, err = "There are more than the first 10,000.", nil
	}
	fits := survey.Named(l.find)
	for _, n := range nodes {
		if fits(n) {
			all = append(all, survey.Found{Node: n})
		}
	}
	return all, note, err
}

// rows shows nodes, with the values that stand there now.
func (l look) rows(ctx context.Context, found []survey.Found, zone *time.Location) ([]browse.Row, error) {
	var ask []string
	for _, f := range found {
		if !f.Folder {
			ask = append(ask, f.Address)
		}
	}
	var values []tag.Sample
	if len(ask) > 0 {
		var err error
		if values, err = l.survey.Read(ctx, ask); err != nil {
			return nil, err
		}
	}
	locale, rows := figure.Locale{Zone: zone}, make([]browse.Row, len(found))
	for i, f := range found {
		rows[i] = browse.Row{Name: cut(f.Name), Address: f.Address, Where: cut(strings.Join(f.Path, " / "))}
		if f.Folder {
			rows[i].Href = l.home() + "?at=" + url.QueryEscape(f.Address)
			continue
		}
		rows[i].Kind, rows[i].Value, rows[i].Quality = f.Kind.String(), reading(locale, values[0]), values[0].Quality.String()
		values = values[1:]
	}
	return rows, nil
}

// presets are the companion standards that are recognised at this level and below; at the top everything would be
// looked through, so there it is not.
func (l look) presets(ctx context.Context) (all []browse.Preset, err error) {
	if l.at == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, recogniseTime)
	defer cancel()
	found, _, err := l.survey.Search(ctx, l.at, survey.Telling, mostFound)
	if err != nil {
		return nil, err
	}
	for _, c := range survey.Companions() {
		roles, more := c.Match(found)
		if len(roles) == 0 {
			continue
		}
		p := browse.Preset{ID: c.ID, Name: c.Name}
		for _, r := range slices.Sorted(maps.Keys(roles)) {
			p.Roles = append(p.Roles, browse.Role{Role: string(r), Name: cut(roles[r].Name), Address: roles[r].Address})
		}
		if more {
			p.Note = "There are several of a kind below; the first of each is taken. Open the folder of one machine to choose."
		}
		all = append(all, p)
	}
	return all, nil
}

// keeps fits what can become a tag.
func keeps(n driver.Node) bool { return !n.Folder && n.Kind != tag.None }
