package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/strict"
	"millwright/internal/errs"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/views/admin"
	"millwright/views/ui"
)

const revisionsShown = 50

// plantFile shows what is in use, what is drafted, and what was before.
func (s *Server) plantFile(c echo.Context) error { return s.plantPage(c, http.StatusOK, "", nil) }

func (s *Server) plantPage(c echo.Context, status int, why string, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	page, err := s.admin(c, "/admin/plant", "Plant file", "Everything that is set up about the plant, as one text. Every change of it is kept.")
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	list, err := s.Setup.Book.Revisions(ctx, before, revisionsShown)
	if err != nil {
		return err
	}
	head, draft, differs, err := s.work(ctx)
	if err != nil {
		return err
	}
	p := admin.PlantFile{Page: page, Head: s.told(head), Undo: undoOf(head)}
	p.Draft = nil // it stands on the page itself
	if c.QueryParam("done") == "published" {
		if p.After, err = s.after(ctx, head); err != nil {
			return err
		}
	}
	for _, r := range list {
		p.Past = append(p.Past, s.told(r))
	}
	if n := len(list); n == revisionsShown && list[n-1].Number > 1 {
		p.Older = "/admin/plant?before=" + strconv.FormatInt(list[n-1].Number, 10)
	}
	if differs > 0 {
		both := s.drafts.compare(head.Text, draft.Text)
		diff, _ := both.diff()
		p.Drafted = &admin.Review{
			Version: strconv.FormatInt(draft.Version, 10), Lines: both.effects(), Amended: both.amended(), Diff: diff, Why: why, Holds: holds(c), DropWhy: errs.Clip(c.FormValue("drop-why")), Faults: wrong,
		}
		if p.Drafted.Needs, err = s.needs(c, head.Text, draft.Text); err != nil {
			return err
		}
		if p.Drafted.Waits, err = s.waitsAs(ctx, head.Number, draft.Text); err != nil {
			return err
		}
	}
	return s.showAs(c, status, admin.ShowPlantFile(p))
}

// told is a revision for readers.
func (s *Server) told(r revision.Revision) admin.Revision {
	n := strconv.FormatInt(r.Number, 10)
	return admin.Revision{
		Number: n, At: s.stamp(r.At), By: r.By.Name, Why: r.Why, Origin: r.Origin, Href: "/admin/plant/revision/" + n,
		Since: s.anewWords(r.Anew),
	}
}

// mostDiff bounds the lines of a comparison on a page.
const mostDiff = 2000

// diffOf is a comparison as a page shows it.
func diffOf(all []revision.Line) admin.Diff {
	var d admin.Diff
	for i, h := range revision.Hunks(all, 3) {
		if i > 0 || h[0].Old > 1 {
			d = append(d, admin.DiffRow{Kind: "cut"})
		}
		for _, l := range h {
			if len(d) == mostDiff {
				return append(d, admin.DiffRow{Kind: "cut", Text: "and more"})
			}
			row := admin.DiffRow{Old: l.Old, New: l.New, Text: l.Text}
			if l.New == 0 {
				row.Kind = "gone"
			} else if l.Old == 0 {
				row.Kind = "come"
			}
			d = append(d, row)
		}
	}
	return d
}

// longestWhy bounds a reason, in bytes.
const longestWhy = 500

// whyOf reads the reason that a form gives; it must have one.
func whyOf(c echo.Context) (string, error) { return reason(c, "why") }

// reason is whyOf for a page of several forms, whose fields have names of their own.
func reason(c echo.Context, field string) (string, error) {
	why := strings.TrimSpace(c.FormValue(field))
	if why == "" || len(why) > longestWhy {
		return errs.Clip(why), &errs.Error{Kind: errs.Invalid, Words: "a change needs a reason", Fields: []errs.Field{{Path: field, Message: "Say in one sentence of up to 500 letters why this is changed."}}}
	}
	return why, nil
}

// publishPlant puts the draft into use, if it is still the one that was looked through.
func (s *Server) publishPlant(c echo.Context) error {
	why, err := whyOf(c)
	if err == nil {
		err = s.reviewed(c)
	}
	var since string
	if err == nil {
		since, err = s.sinceOf(c)
	}
	var out consent.Outcome
	if err == nil {
		out, err = s.publish(c.Request().Context(), by(c), why, since)
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return s.plantPage(c, http.StatusUnprocessableEntity, why, faults(err))
	}
	if err != nil {
		return err
	}
	return handedIn(c, out)
}

// handedIn leads to what became of a change.
func handedIn(c echo.Context, out consent.Outcome) error {
	if out.Waits() {
		return done(c, requestHref(out.Request), "asked")
	}
	return done(c, "/admin/plant", "published")
}

// reviewed refuses a draft that was changed since the page was drawn.
func (s *Server) reviewed(c echo.Context) error {
	_, draft, _, err := s.work(c.Request().Context())
	if err == nil && strconv.FormatInt(draft.Version, 10) != c.FormValue("version") {
		return errs.New(errs.Conflict, "the draft was changed since you looked it through: look again")
	}
	return err
}

func (s *Server) dropDraft(c echo.Context) error {
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no draft's
	why, err := reason(c, "drop-why")
	if err == nil {
		err = s.Setup.Book.DropDraft(c.Request().Context(), version, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.plantPage(c, http.StatusUnprocessableEntity, "", wrong)
	}); shown {
		return err
	}
	return done(c, "/admin/plant", "dropped")
}

// plantDownload gives the plant file that is in use.
func (s *Server) plantDownload(c echo.Context) error {
	head, err := s.Setup.Book.Head(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="plant-%d.yaml"`, head.Number))
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", []byte(head.Text))
}

// plantText shows the draft as text, to be changed.
func (s *Server) plantText(c echo.Context) error {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return err
	}
	text, err := d.Text()
	if err != nil {
		return err
	}
	return s.textPage(c, http.StatusOK, admin.PlantText{Seal: sealOf(text), Text: string(text)})
}

func (s *Server) textPage(c echo.Context, status int, p admin.PlantText) error {
	page, err := s.admin(c, "/admin/plant", "Plant file as text", "It goes into the draft, and into use once it is published.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Plant file", Href: "/admin/plant"}, {Name: "As text"}}
	p.Page = page
	return s.showAs(c, status, admin.ShowPlantText(p))
}

// keepText puts what was typed in the place of the draft, if nobody else changed that meanwhile.
func (s *Server) keepText(c echo.Context) error {
	typed := strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n")
	page := admin.PlantText{Seal: c.FormValue("seal"), Text: typed, Why: c.FormValue(ui.WhyField)}
	wanted, err := config.ParseDocument("line", []byte(typed))
	if strict.Blank([]byte(typed)) {
		err = wrongField("text", "It is empty, and would take the whole plant away. Write a plant file, or drop the draft on the page before; a plant with nothing in it is written {}.")
	}
	if err == nil {
		err = s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
			now, err := d.Text()
			if err != nil {
				return err
			}
			if sealOf(now) != page.Seal {
				page.Theirs, page.Seal = string(now), sealOf(now)
				return errs.New(errs.Conflict, "somebody else has changed the draft since you opened this page: it stands below as it is now")
			}
			*d = wanted
			return nil
		})
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		page.Faults = inText(faults(strict.Lined([]byte(typed), err)))
		return s.textPage(c, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return done(c, "/admin/plant", "drafted")
}

// inText ties what is wrong with a text to its field, each with the place it is at.
func inText(all []ui.Fault) []ui.Fault {
	for i, f := range all {
		if f.Field != "" && f.Field != "text" && f.Field != ui.WhyField {
			all[i] = ui.Fault{Field: "text", Text: strings.Replace(f.Field, "line:", "line ", 1) + ": " + f.Text}
		}
	}
	return all
}
