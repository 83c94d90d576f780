package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/views/admin"
	"millwright/views/ui"
)

// plantRevision shows one state of the plant, and what putting it back would do.
func (s *Server) plantRevision(c echo.Context) error {
	return s.revisionPage(c, http.StatusOK, "", nil)
}

func (s *Server) revisionPage(c echo.Context, status int, why string, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	r, err := s.revisionOf(c)
	if err != nil {
		return err
	}
	var parent revision.Revision
	if r.Parent > 0 {
		if parent, err = s.Setup.Book.Revision(ctx, r.Parent); err != nil {
			return err
		}
	}
	head, draft, _, err := s.work(ctx)
	if err != nil {
		return err
	}
	needs, err := s.needs(c, head.Text, r.Text)
	if errs.KindOf(err) == errs.Invalid {
		err = nil // what is no plant any more cannot be put back either, which is told then
	}
	if err != nil {
		return err
	}
	page, err := s.admin(c, "/admin/plant", fmt.Sprintf("Revision %d", r.Number), "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Plant file", Href: "/admin/plant"}, {Name: page.Frame.Title}}
	diff, _ := s.drafts.compare(parent.Text, r.Text).diff()
	p := admin.OneRevision{
		Page: page, Revision: s.told(r), InUse: r.Number == head.Number, Diff: diff, Head: s.told(head),
		Back: s.drafts.compare(head.Text, r.Text).effects(), Needs: needs, Why: why, Holds: holds(c), Drop: c.FormValue("drop"), Faults: wrong,
	}
	if p.InUse {
		p.Undo = undoOf(head)
	}
	if draft.Loses(head, r.Text) && len(needs) == 0 {
		p.Lost = &admin.Lost{Version: strconv.FormatInt(draft.Version, 10), By: draft.By.Name, At: s.stamp(draft.At)}
	}
	return s.showAs(c, status, admin.ShowRevision(p))
}

// undoOf leads to where the revision before the one in use is put back; nowhere from the first.
func undoOf(head revision.Revision) ui.Link {
	if head.Number < 2 {
		return ui.Link{}
	}
	n := strconv.FormatInt(head.Number-1, 10)
	return ui.Link{Name: "Go back to revision " + n, Href: "/admin/plant/revision/" + n + "#back"}
}

// mostAfter bounds the lines that are led to once something is published.
const mostAfter = 6

// after leads to the lines of the revision in use that the one before would have otherwise.
func (s *Server) after(ctx context.Context, head revision.Revision) (*admin.After, error) {
	m, err := s.drafts.understood(head.Text).model()
	if err != nil {
		return nil, err
	}
	a, more := &admin.After{Undo: undoOf(head), Empty: len(m.Plant.Lines()) == 0}, 0
	if head.Parent == 0 {
		return a, nil
	}
	before, err := s.Setup.Book.Revision(ctx, head.Parent)
	if err != nil {
		return nil, err
	}
	for _, e := range s.drafts.compare(before.Text, head.Text).effects() {
		id, is := strings.CutPrefix(e.Thing, "Line ")
		l, there := m.Plant.Line(plant.LineID(id))
		switch {
		case !is:
		case !there && len(a.Gone) == mostAfter:
			more++
		case !there:
			a.Gone = append(a.Gone, e.Thing)
		case len(a.Lines) == mostAfter:
			more++
		default:
			a.Lines = append(a.Lines, ui.Link{Name: "Line " + cmp.Or(l.Name, id), Href: "/line/" + url.PathEscape(id)})
		}
	}
	if more > 0 {
		a.More = counted(more, "other line") + " changed too: see all under Now."
	}
	return a, nil
}

func (s *Server) revisionOf(c echo.Context) (revision.Revision, error) {
	n, err := numberOf(c, "such revision of the plant")
	if err != nil {
		return revision.Revision{}, err
	}
	return s.Setup.Book.Revision(c.Request().Context(), n)
}

// rollBack publishes an old revision once more.
func (s *Server) rollBack(c echo.Context) error {
	r, err := s.revisionOf(c)
	if err != nil {
		return err
	}
	why, err := whyOf(c)
	var out consent.Outcome
	if err == nil {
		out, err = s.putBack(c, r, why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.revisionPage(c, http.StatusUnprocessableEntity, why, wrong)
	}); shown {
		return err
	}
	return handedIn(c, out)
}

// putBack hands in an old revision, in the place of the one that its page named as in use.
func (s *Server) putBack(c echo.Context, r revision.Revision, why string) (out consent.Outcome, err error) {
	ctx := c.Request().Context()
	if _, err := config.ParsePlant("the plant", []byte(r.Text)); err != nil {
		return out, err
	}
	head, draft, _, err := s.work(ctx)
	if err != nil {
		return out, err
	}
	if strconv.FormatInt(head.Number, 10) != c.FormValue("head") {
		return out, errs.New(errs.Conflict, "since this page was shown, %s has put revision %d into use (%s): what rolling back would undo stands below as it is now; look again", head.By.Name, head.Number, head.Why)
	}
	since, err := s.sinceOf(c)
	if err != nil {
		return out, err
	}
	wanted := consent.Change{
		Revision: revision.Revision{Parent: head.Number, Text: r.Text, By: by(c), Why: why, Origin: fmt.Sprintf("revision %d", r.Number)}, Since: since,
	}
	if draft.Loses(head, r.Text) {
		if wanted.Draft, err = s.dropped(c, head, draft, r.Text); err != nil {
			return out, err
		}
	}
	return s.handIn(ctx, wanted)
}

// dropped is the version of a draft that ends with what is published now, once somebody has said that it may. What
// waits for approval ends no draft.
func (s *Server) dropped(c echo.Context, head revision.Revision, draft revision.Draft, text string) (int64, error) {
	needs, err := s.needs(c, head.Text, text)
	if err != nil || len(needs) > 0 {
		return 0, err
	}
	if c.FormValue("drop") != "on" || c.FormValue("draft") != strconv.FormatInt(draft.Version, 10) {
		words := draft.By.Name + " works on a draft: publish it first, or tick that it may be dropped."
		return 0, &errs.Error{Kind: errs.Invalid, Words: "a draft would be lost", Fields: []errs.Field{{Path: "drop", Message: words}}}
	}
	return draft.Version, nil
}
