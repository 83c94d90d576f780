// The pages of a table of tags: to upload it, to look it through, to take its good rows.

package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"
	"github.com/oklog/ulid/v2"

	"millwright/config"
	"millwright/config/tagtable"
	"millwright/internal/errs"
	"millwright/internal/sheet"
	"millwright/views/admin/tags"
	"millwright/views/ui"
)

// importForm asks for a table.
func (s *Server) importForm(c echo.Context) error { return s.importPage(c, http.StatusOK, nil) }

func (s *Server) importPage(c echo.Context, status int, wrong []ui.Fault) error {
	page, err := s.admin(c, tagsHome, "Import tags", "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Tags", Href: tagsHome}, {Name: "Import"}}
	limits := fmt.Sprintf("CSV or XLSX, up to %d MB and %d rows.", sheet.MaxFile>>20, sheet.MaxRows)
	return s.showAs(c, status, tags.ShowImport(tags.Import{Page: page, Limits: limits, Faults: wrong}))
}

// uploadTags takes a table, and has it looked through.
func (s *Server) uploadTags(c echo.Context) error {
	name, file, err := uploaded(c, "file")
	one := &imported{id: ulid.Make().String(), file: errs.Clip(name), by: by(c), at: s.Now()}
	if err == nil {
		err = s.imports.put(one)
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return s.importPage(c, http.StatusUnprocessableEntity, faults(err))
	}
	if err != nil {
		return err
	}
	s.begin(one, "Looking through "+one.file, func(ctx context.Context) error {
		s.imports.reading.Lock()
		defer s.imports.reading.Unlock()
		table, err := sheet.Read(file)
		if err != nil {
			return err
		}
		one.mu.Lock()
		one.table = table
		one.mu.Unlock()
		return s.compare(ctx, one)
	})
	return c.Redirect(http.StatusSeeOther, importHome+"/"+one.id)
}

// uploaded reads a file of a form, whose length limitBody bounds.
func uploaded(c echo.Context, field string) (name string, file []byte, err error) {
	h, err := c.FormFile(field)
	if err != nil || h.Size == 0 {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return "", nil, err
		}
		return "", nil, wrongField(field, "Choose a file that is not empty.")
	}
	f, err := h.Open()
	if err != nil {
		return h.Filename, nil, err
	}
	defer func() { _ = f.Close() }() // only read
	file, err = io.ReadAll(io.LimitReader(f, sheet.MaxFile+1))
	return h.Filename, file, err
}

// compare tells what a table would do to the draft as it is now.
func (s *Server) compare(ctx context.Context, one *imported) error {
	d, err := s.document(ctx)
	if err != nil {
		return err
	}
	report, err := tagtable.Compare(one.table, d, one.told)
	one.mu.Lock()
	defer one.mu.Unlock()
	one.report = report
	return err
}

// takeTags puts the good rows of a table into the draft, if they would still do what the report says.
func (s *Server) takeTags(c echo.Context) error {
	one, err := s.imports.find(c.Param("import"), by(c), s.Now())
	if err != nil {
		return err
	}
	who := authorOf(c)
	s.begin(one, "Taking the good rows into the draft", func(ctx context.Context) error { return s.takeGood(ctx, one, who) })
	return c.Redirect(http.StatusSeeOther, importHome+"/"+one.id)
}

func (s *Server) takeGood(ctx context.Context, one *imported, who author) error {
	if one.report.Good() == 0 {
		return nil
	}
	seen := one.report
	err := s.edit(ctx, who, func(d *config.Document) error {
		report, err := tagtable.Compare(one.table, *d, one.told)
		if err != nil {
			return err
		}
		if !report.Same(seen) {
			return errs.New(errs.Conflict, "the draft was changed since this table was looked through: look at the rows again as they stand below now")
		}
		report.Into(d)
		return nil
	})
	if err == nil {
		one.mu.Lock()
		one.taken = fmt.Sprintf("Taken into the draft: %d new, %d changed. Nothing on the lines changes before it is published.", seen.Counts[tagtable.New], seen.Counts[tagtable.Changed])
		one.mu.Unlock()
	}
	if again := s.compare(ctx, one); err == nil {
		err = again
	}
	return err
}

// importJob shows how far a table is.
func (s *Server) importJob(c echo.Context) error {
	one, err := s.imports.find(c.Param("import"), by(c), s.Now())
	if err != nil {
		return err
	}
	page, err := s.admin(c, tagsHome, "Import tags", one.file)
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Tags", Href: tagsHome}, {Name: "Import", Href: importHome}, {Name: one.file}}
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.working == "" && one.err != nil && len(one.report.Rows) == 0 { // it is no table
		if errs.KindOf(one.err) != errs.Invalid {
			return one.err
		}
		return s.importPage(c, http.StatusUnprocessableEntity, faults(one.err))
	}
	p := tags.Job{Page: page, Href: importHome + "/" + one.id, Working: one.working, Done: one.done, Of: len(one.table.Rows)}
	if p.Working != "" {
		p.Frame.Live, p.Frame.Refresh = true, 1
		return s.showAs(c, http.StatusOK, tags.ShowJob(p))
	}
	switch {
	case one.err == nil:
	case errs.KindOf(one.err) == errs.Internal:
		return one.err
	default:
		p.Faults = faults(one.err)
	}
	p.Notes, p.Taken, p.Good = one.report.Notes, one.taken, one.report.Good()
	n, _ := strconv.Atoi(c.QueryParam("page")) // what is no number is the first
	tableRows(&p, one.report, tagtable.Outcome(c.QueryParam("show")), n)
	return s.showAs(c, http.StatusOK, tags.ShowJob(p))
}

// tableRows shows a page of the rows of one outcome; of all but the unchanged ones, the wrong first, unless one is asked for.
func tableRows(p *tags.Job, r tagtable.Report, show tagtable.Outcome, page int) {
	href := func(show tagtable.Outcome, page int) string {
		q := url.Values{}
		if show != "" {
			q.Set("show", string(show))
		}
		if page > 0 {
			q.Set("page", strconv.Itoa(page))
		}
		if len(q) == 0 {
			return p.Href
		}
		return p.Href + "?" + q.Encode()
	}
	order := []tagtable.Outcome{tagtable.Wrong, tagtable.New, tagtable.Changed, tagtable.Same}
	if r.Counts[show] == 0 {
		for _, o := range order {
			if show = o; r.Counts[o] > 0 {
				break
			}
		}
	}
	for _, o := range order {
		p.Counts = append(p.Counts, tags.Count{Link: ui.Link{Name: upper(string(o)), Href: href(o, 0)}, Number: strconv.Itoa(r.Counts[o]), Current: o == show})
	}
	from, to, at := pageOf(page, rowsShown, r.Counts[show])
	p.Shown = shownOf(from, to, r.Counts[show]) + " " + string(show)
	p.Earlier, p.Later = turn(at, to < r.Counts[show], func(page int) string { return href(show, page) })
	i := 0
	for _, row := range r.Rows {
		if row.Outcome != show {
			continue
		}
		if i >= from && i < to {
			p.Rows = append(p.Rows, outcomeOf(row))
		}
		i++
	}
}

func outcomeOf(r tagtable.Row) tags.Outcome {
	o := tags.Outcome{Row: strconv.Itoa(r.Number), Type: cut(r.Machine), Tag: cut(r.Tag), Word: upper(string(r.Outcome)), Wrong: r.Outcome == tagtable.Wrong}
	for _, f := range r.Faults {
		o.Details = append(o.Details, tags.Detail{Column: upper(f.Path) + ":", Text: f.Message})
	}
	for _, ch := range r.Changes {
		o.Details = append(o.Details, tags.Detail{Column: upper(ch.Column) + ":", Old: cut(ch.Old), New: cut(ch.New)})
	}
	if r.Hint != "" {
		o.Details = append(o.Details, tags.Detail{Column: "Look again:", Text: r.Hint + "."})
	}
	return o
}
