// The panels of tags: a page of their list, and what one says now and said last.

package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/views/admin/tags"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	tagsPanel = "admin/tags" // and what the list is narrowed by, as its address says it
	tagPanel  = "admin/tag/" // and the name of a tag in use, with one of tagParts
)

// tagParts are the panels of a tag's page.
var tagParts = []string{"/now", "/points"}

// pointsShown is how many of the last readings of a tag stand on its page.
const pointsShown = 100

const noReadings = "No readings yet"

// tagOfPanel finds the tag in use that a panel shows, and which part of it.
func (p *painter) tagOfPanel(panel string) (id tag.ID, part string, ok bool) {
	name, isTag := strings.CutPrefix(panel, tagPanel)
	i := strings.LastIndexByte(name, '/')
	if !isTag || i < 0 || !slices.Contains(tagParts, name[i:]) {
		return 0, "", false
	}
	plain, err := url.QueryUnescape(name[:i])
	if err != nil {
		return 0, "", false
	}
	id, ok = p.Tags.Find(plain)
	return id, name[i:], ok && p.tagPanelOf(id, name[i:]) == panel // by one name only
}

// tagPanelOf names a panel of a tag. Drawings are told apart by signs that a name may have: they are escaped.
func (p *painter) tagPanelOf(id tag.ID, part string) string {
	return tagPanel + url.QueryEscape(p.Tags.Tag(id).Name) + part
}

// listOfPanel finds what of the list of tags a panel shows.
func listOfPanel(panel string) (find, of string, page int, ok bool) {
	path, query, _ := strings.Cut(panel, "?")
	q, err := url.ParseQuery(query)
	if path != tagsPanel || err != nil || len(panel) > 4096 {
		return "", "", 0, false
	}
	page, _ = strconv.Atoi(q.Get("page"))
	find, of = q.Get("find"), q.Get("of")
	return find, of, page, tagsHref(tagsPanel, find, of, page) == panel // by one name only
}

// knowsTags tells whether a panel of tags exists: of one, of a list, or of those of a work unit.
func (p *painter) knowsTags(panel string) bool {
	_, _, one := p.tagOfPanel(panel)
	_, _, _, list := listOfPanel(panel)
	_, _, unit := p.unitOfPanel(panel)
	return one || list || unit
}

// tagsAt finds the component of a panel of tags.
func (s *Server) tagsAt(ctx context.Context, m moment, panel string) (templ.Component, error) {
	p := s.painter()
	if id, part, ok := p.tagOfPanel(panel); ok {
		if part == tagParts[0] {
			return tags.Now(p.tagNow(m, id)), nil
		}
		samples, err := p.lastOf(ctx, m, id)
		return tags.Points(p.tagPoints(id, samples)), err
	}
	if _, _, ok := p.unitOfPanel(panel); ok {
		return s.unitAt(ctx, m, panel)
	}
	find, of, page, ok := listOfPanel(panel)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no panel %q", panel)
	}
	_, all, err := s.tagsDrafted(ctx)
	if err != nil {
		return nil, err
	}
	found := findTags(all, of, find)
	from, to, _ := pageOf(page, tagsShown, len(found))
	rows := s.tagRows(m, found[from:to])
	rows.Panel = panel
	return tags.Rows(rows), nil
}

// tagNow is the panel "admin/tag/<name>/now".
func (p *painter) tagNow(m moment, id tag.ID) tags.NowPanel {
	n := tags.NowPanel{Panel: p.tagPanelOf(id, tagParts[0]), Value: figure.Unknown, Age: ui.Timer{Text: figure.Unknown}}
	v, ok := p.Latest.Get(id)
	if !ok {
		return n
	}
	l := figure.Locale{Zone: p.site().Zone}
	n.Value, n.Age, n.At = reading(l, v)+in(p.Tags.Tag(id).Unit), m.ageOf(v.Time), l.Date(v.Time)+", "+l.Clock(v.Time)
	n.Quality, n.Good, n.Kind = v.Quality.String(), v.Quality.Good(), v.Value.Kind().String()
	return n
}

// lastOf reads what a tag said last, the newest at the end.
func (p *painter) lastOf(ctx context.Context, m moment, id tag.ID) ([]tag.Sample, error) {
	until := m.Time
	if newest, ok := p.Latest.Get(id); ok {
		until = newest.Time
	}
	return history.Last(ctx, p.Archive, id, until, pointsShown)
}

// tagPoints is the panel "admin/tag/<name>/points".
func (p *painter) tagPoints(id tag.ID, samples []tag.Sample) tags.PointsPanel {
	panel := tags.PointsPanel{Panel: p.tagPanelOf(id, tagParts[1]), Words: noReadings}
	switch n := len(samples); {
	case n == 1:
		panel.Words = "The last reading"
	case n > 1:
		panel.Words = fmt.Sprintf("The last %d readings", n)
	}
	l := figure.Locale{Zone: p.site().Zone}
	for _, v := range slices.Backward(samples) {
		panel.Points = append(panel.Points, tags.Point{
			At: l.Date(v.Time) + ", " + l.Clock(v.Time) + fmt.Sprintf(".%03d", v.Time.Nanosecond()/1e6), Value: reading(l, v), Quality: v.Quality.String(),
		})
	}
	return panel
}
