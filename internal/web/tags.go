package web

import (
	"bytes"
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
	"millwright/config/machines"
	"millwright/config/tagtable"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant/measure"
	"millwright/internal/sheet"
	"millwright/views/admin/tags"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	tagsHome  = "/admin/tags"
	tagsShown = 100
)

// tagList shows every tag of the plant as it is drafted, each with what it says now where it is in use.
func (s *Server) tagList(c echo.Context) error {
	page, err := s.admin(c, tagsHome, "Tags", "What is read from the machines. Settings belong to a machine type and count for every unit that has it.")
	if err != nil {
		return err
	}
	d, all, err := s.tagsDrafted(c.Request().Context())
	if err != nil {
		return err
	}
	page.Frame.Live = true
	p := tags.List{Page: page, Find: errs.Clip(strings.TrimSpace(c.QueryParam("find"))), Type: errs.Clip(c.QueryParam("of")), Types: []ui.Choice{{Name: "All"}}}
	for _, m := range slices.Sorted(maps.Keys(d.Machines)) {
		p.Types = append(p.Types, ui.Choice{Value: m, Name: fmt.Sprintf("%s (%s)", m, counted(len(d.Machines[m].Tags), "tag"))})
	}
	found := findTags(all, p.Type, p.Find)
	n, _ := strconv.Atoi(c.QueryParam("page")) // what is no number is the first
	from, to, at := pageOf(n, tagsShown, len(found))
	p.Shown = shownOf(from, to, len(found))
	p.Earlier, p.Later = turn(at, to < len(found), func(page int) string { return tagsHref(tagsHome, p.Find, p.Type, page) })
	p.Rows = s.tagRows(moment{Time: s.Now()}, found[from:to])
	p.Rows.Panel = tagsHref(tagsPanel, p.Find, p.Type, at)
	if len(found) == 0 {
		p.Empty = &ui.Empty{Title: "No tags", Text: "Take them from a machine under Connections, or import a table."}
	}
	p.Exports = []ui.Link{{Name: "Export as CSV", Href: tagsHref(tagsHome+"/export.csv", "", p.Type, 0)}, {Name: "Export as XLSX", Href: tagsHref(tagsHome+"/export.xlsx", "", p.Type, 0)}}
	return s.showAs(c, http.StatusOK, tags.ShowList(p))
}

// tagsDrafted is the draft, with the list of its tags. Neither must be changed.
func (s *Server) tagsDrafted(ctx context.Context) (d config.Document, all []listedTag, err error) {
	_, draft, _, err := s.work(ctx)
	if err != nil {
		return d, nil, err
	}
	u := s.drafts.understood(draft.Text)
	if d, err = u.document(); err != nil {
		return d, nil, err
	}
	all, err = u.tags()
	return d, all, err
}

// findTags are those of a machine type whose words hold all that is looked for.
func findTags(all []listedTag, of, find string) []listedTag {
	wanted := strings.Fields(strings.ToLower(find))
	if of == "" && len(wanted) == 0 {
		return all
	}
	var found []listedTag
	for _, t := range all {
		if (of == "" || t.Machine == of) && !slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(t.words, w) }) {
			found = append(found, t)
		}
	}
	return found
}

// pageOf bounds a page of a list: from and to are its rows, at is its number.
func pageOf(page, shown, of int) (from, to, at int) {
	at = min(max(page, 0), max(of-1, 0)/shown)
	return at * shown, min((at+1)*shown, of), at
}

// turn gives the addresses of the pages around one; "" for none.
func turn(at int, more bool, href func(page int) string) (earlier, later string) {
	if at > 0 {
		earlier = href(at - 1)
	}
	if more {
		later = href(at + 1)
	}
	return earlier, later
}

// tagsHref is the address of a list of tags as it is narrowed.
func tagsHref(path, find, of string, page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"find": find, "of": of} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 0 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// oneTagHref is the page of a tag in a unit; of none in particular when unit is "".
func oneTagHref(machine, name, unit string) string {
	q := url.Values{"of": {machine}, "tag": {name}}
	if unit != "" {
		q.Set("at", unit)
	}
	return tagsHome + "/one?" + q.Encode()
}

func (s *Server) tagRows(m moment, found []listedTag) (p tags.RowsPanel) {
	for _, t := range found {
		p.Rows = append(p.Rows, s.tagRow(m, t))
	}
	return p
}

func (s *Server) tagRow(m moment, t listedTag) tags.Row {
	r := tags.Row{
		Name: cut(t.Name), Label: cut(t.Label), Type: t.Machine, Address: cut(t.Source()), Measure: measure.Symbol(t.TagEntry.Unit), Settings: settingsOf(t),
		Value: figure.Unknown, Age: ui.Timer{Text: figure.Unknown}, Quality: figure.Unknown, Kind: figure.Unknown, Good: true,
	}
	if t.Unit != "" {
		r.Unit = t.Line + "/" + t.Unit
	}
	if t.Version > 0 {
		r.Type = config.Pin(t.Machine, t.Version)
	}
	r.Href = oneTagHref(t.Machine, t.Name, r.Unit)
	sample, ok := s.newest(t.Full())
	if !ok {
		return r
	}
	l := figure.Locale{Zone: s.zone()}
	r.Value, r.Age, r.Kind = reading(l, sample), m.ageOf(sample.Time), sample.Value.Kind().String()
	r.Quality, r.Good = sample.Quality.String(), sample.Quality.Good()
	return r
}

// newest is the last sample of a tag that is in use.
func (s *Server) newest(name string) (sample tag.Sample, ok bool) {
	id, ok := s.painter().Tags.Find(name)
	if ok {
		sample, ok = s.Latest.Get(id)
	}
	return sample, ok
}

// settingsOf are those of a tag that are not as usual, in few words.
func settingsOf(t listedTag) string {
	var all []string
	if t.Interval > 0 {
		all = append(all, "every "+briefly(t.Interval))
	}
	if t.Deadband != 0 {
		all = append(all, "deadband "+plain(t.Deadband))
	}
	if t.Scale != 0 || t.Offset != 0 {
		scale := t.Scale
		if scale == 0 {
			scale = 1
		}
		all = append(all, "× "+plain(scale))
		if t.Offset != 0 {
			all = append(all, "+ "+plain(t.Offset))
		}
	}
	if t.Writable {
		all = append(all, "writable")
	}
	return strings.Join(all, ", ")
}

// briefly writes a short time.
func briefly(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + "\u00a0ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "\u00a0s"
}

// plain writes a number as it is typed.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// exportTags gives the tags of all machine types, or of one, as a table.
func (s *Server) exportTags(as string) echo.HandlerFunc {
	return func(c echo.Context) error {
		d, err := s.document(c.Request().Context())
		if err != nil {
			return err
		}
		of, name := c.QueryParam("of"), "tags"
		if of != "" {
			if _, there := d.Machines[of]; !there {
				return errs.New(errs.NotFound, "there is no machine type %q in the plant as it is drafted", errs.Clip(of))
			}
			if machines.Name.MatchString(of) {
				name = "tags-" + of
			}
		}
		var b bytes.Buffer
		kind := "text/csv; charset=utf-8; header=present"
		if as == "xlsx" {
			kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
			err = sheet.XLSX(&b, "Tags", tagtable.Table(d, of))
		} else {
			err = sheet.CSV(&b, tagtable.Table(d, of))
		}
		if err != nil {
			return err
		}
		c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.%s"`, name, s.Now().In(s.zone()).Format(time.DateOnly), as))
		return c.Blob(http.StatusOK, kind, b.Bytes())
	}
}
