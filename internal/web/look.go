// What is looked at of a machine: one level of what it offers, or what is looked for below it.

package web

import (
	"context"
	"maps"
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
	"millwright/internal/plant/measure"
	"millwright/views/admin/browse"
	"millwright/views/figure"
)

// look is what a page of a machine is drawn from.
type look struct {
	survey *survey.Survey
	one    config.Connection
	at     string
	find   string
	deep   bool
	ticked bool // what is ticked, wherever it stands, instead of the level
	page   int
	basket basketOf
	inside survey.Basket
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
	if l.ticked {
		q.Set("ticked", "on")
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
	l := look{one: one, at: c.FormValue("at"), find: strings.TrimSpace(c.FormValue("find")), deep: c.FormValue("deep") == "on", ticked: c.FormValue("ticked") == "on"}
	l.basket = basketOf{by(c).ID, one.ID, one.Endpoint}
	l.page, _ = strconv.Atoi(c.FormValue("page")) // what is no number is the first
	l.page = max(l.page, 0)
	l.survey, err = s.Machines.Look(ctx, by(c).ID, one)
	return l, err
}

// found gives the level, or what is looked for in it or below.
func (l look) found(ctx context.Context) (all []survey.Found, note string, err error) {
	if l.ticked {
		return l.inside.All(), "", nil
	}
	if l.find != "" && l.deep {
		all, whole, err := l.survey.Search(ctx, l.at, survey.Named(l.find), survey.MostTicked)
		if !whole {
			note = "There is more than was looked through: begin further down, or search for a longer name."
		}
		return all, note, err
	}
	if l.deep {
		note = "Everything below is looked through for a name: write a part of it. This is the level alone."
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

// cut gives the page of what was found, and where it begins.
func (l look) cut(found []survey.Found) (from int, shown []survey.Found) {
	from = min(l.page, max(len(found)-1, 0)/nodesShown) * nodesShown
	return from, found[from:min(from+nodesShown, len(found))]
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
	units := l.units(ctx, found)
	locale, rows := figure.Locale{Zone: zone}, make([]browse.Row, len(found))
	for i, f := range found {
		rows[i] = browse.Row{Name: cut(f.Name), Address: f.Address, Where: cut(strings.Join(f.Path, " / "))}
		if f.Folder {
			rows[i].Href = l.home() + "?at=" + url.QueryEscape(f.Address)
			continue
		}
		rows[i].Ticked = l.inside.Has(f.Address)
		rows[i].Kind, rows[i].Value, rows[i].Quality = f.Kind.String(), reading(locale, values[0])+in(units[f.Address]), values[0].Quality.String()
		values = values[1:]
	}
	return rows, nil
}

// units are those that the machine says its values are in, as far as it does so in time.
func (l look) units(ctx context.Context, found []survey.Found) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, unitsTime)
	defer cancel()
	addresses := make([]string, 0, len(found))
	for _, f := range found {
		if keeps(f.Node) {
			addresses = append(addresses, f.Address)
		}
	}
	return l.survey.Units(ctx, addresses)
}

// in writes a unit after a number; nothing for none.
func in(unit string) string {
	if unit == "" {
		return ""
	}
	return "\u00a0" + errs.Clip(measure.Symbol(unit))
}

// presets are the companion standards that are recognised at this level and below; at the top everything would be
// looked through, so there it is not.
func (l look) presets(ctx context.Context) (all []browse.Preset, err error) {
	if l.at == "" || l.ticked {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, recogniseTime)
	defer cancel()
	found, err := l.survey.Recognise(ctx, l.at)
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		p := browse.Preset{ID: m.ID, Name: m.Name, Machine: m.At, By: recognised(m)}
		for _, r := range slices.Sorted(maps.Keys(m.Roles)) {
			p.Roles = append(p.Roles, browse.Role{Role: string(r), Name: cut(m.Roles[r].Name), Address: m.Roles[r].Address})
		}
		if m.More {
			p.Note = "There are several of a kind below; the first of each is taken. Open the folder of one machine to choose."
		}
		all = append(all, p)
	}
	return all, nil
}

// recognised says what a companion was recognised by, and of what it is when that stands above the level shown.
func recognised(m survey.Recognised) string {
	words := "By its type " + cut(m.Type.Name) + " of " + cut(m.Type.URI) + "."
	switch {
	case m.Type == driver.Type{}:
		words = "By names alone: the machine does not say that it follows this standard. Make sure that each means what it says before you take it."
	case m.Type.Name == "":
		words = "By its type, which is one of " + cut(m.Type.URI) + "."
	}
	if m.Above != "" {
		words += " It is the mapping of all of " + cut(m.Above) + ", in which this level stands."
	}
	return words
}

// keeps fits what can become a tag.
func keeps(n driver.Node) bool { return !n.Folder && n.Kind != tag.None }

// unreachable is a machine that ceased to answer while it was looked through.
func unreachable(err error) error {
	if errs.KindOf(err) != errs.Internal {
		return err
	}
	return errs.New(errs.Unavailable, "the machine does not answer as it should; go back to its connection and test it: %w", err)
}
