// Who and what may come in as one text: what is in force, what another text would change, and what was before.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config/strict"
	"millwright/internal/access/accessfile"
	"millwright/internal/errs"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/views/admin"
	accessview "millwright/views/admin/accessfile"
	"millwright/views/ui"
)

const accessHome = "/admin/access"

// inForce reads who and what may come in now.
func (s *Server) inForce(ctx context.Context) (accessfile.State, error) {
	if s.Setup.Access == nil {
		return accessfile.State{}, errs.New(errs.NotFound, "who may come in is not kept as a text here")
	}
	now, err := s.Setup.Access.State(ctx)
	if err == nil {
		now.Certificates, err = s.Machines.Shelved()
	}
	return now, err
}

// accessFile shows what is in force or, to put it back, an earlier version with what that would change.
func (s *Server) accessFile(c echo.Context) error {
	ctx := c.Request().Context()
	if c.QueryParam("version") != "" {
		number, _ := strconv.ParseInt(c.QueryParam("version"), 10, 64) // what is no number is no version's
		v, err := s.Setup.Access.Version(ctx, number)
		if err != nil {
			return err
		}
		return s.besideAccess(c, v.Text)
	}
	now, err := s.inForce(ctx)
	if err != nil {
		return err
	}
	text, err := now.Text()
	if err != nil {
		return err
	}
	return s.accessPage(c, http.StatusOK, accessview.Home{Text: text})
}

func (s *Server) accessPage(c echo.Context, status int, p accessview.Home) error {
	page, err := s.admin(c, "/admin/people", "Access as a file", "People, tokens, displays, certificates and rules of approval as one text, without any secret. The plant itself is in the plant file.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "People", Href: "/admin/people"}, {Name: "As a file"}}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	list, err := s.Setup.Access.Versions(c.Request().Context(), before, revisionsShown)
	if err != nil {
		return err
	}
	p.Page = page
	for _, v := range list {
		p.Past = append(p.Past, s.versionShown(v))
	}
	if n := len(list); n == revisionsShown && list[n-1].Number > 1 {
		p.Older = accessHome + "?before=" + strconv.FormatInt(list[n-1].Number, 10)
	}
	return s.showAs(c, status, accessview.Show(p))
}

func (s *Server) versionShown(v accessfile.Version) accessview.Version {
	n := strconv.FormatInt(v.Number, 10)
	return accessview.Version{Number: n, At: s.stamp(v.At), By: v.By.Name, Why: v.Why, Origin: v.Origin, Href: accessHome + "/version/" + n}
}

// typedAccess reads a text and compares it with what is in force.
func (s *Server) typedAccess(ctx context.Context, text string, prune bool) (accessfile.Plan, error) {
	a, err := accessfile.Parse("line", []byte(text))
	if err != nil {
		return accessfile.Plan{}, err
	}
	now, err := s.inForce(ctx)
	if err != nil {
		return accessfile.Plan{}, err
	}
	p, err := accessfile.Compare(now, "the text", a, prune)
	return p, strict.Lined([]byte(text), err)
}

func accessText(c echo.Context) string {
	return strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n")
}

// checkAccess says what a text would change. Nothing is kept.
func (s *Server) checkAccess(c echo.Context) error { return s.besideAccess(c, accessText(c)) }

func (s *Server) besideAccess(c echo.Context, text string) error {
	p := accessview.Home{Text: text, Prune: c.FormValue("prune")}
	plan, err := s.typedAccess(c.Request().Context(), text, p.Prune == "on")
	if errs.KindOf(err) == errs.Invalid {
		p.Faults = inText(faults(err))
		return s.accessPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Plan = shownPlan(plan)
	return s.accessPage(c, http.StatusOK, p)
}

func shownPlan(p accessfile.Plan) *accessview.Plan {
	all := &accessview.Plan{Seal: consent.Hash(p.Before), Diff: diffOf(revision.Diff(p.Before, p.After))}
	for _, c := range p.Changes {
		all.Changes = append(all.Changes, admin.Effect{Thing: upper(c.Thing), What: c.What})
	}
	return all
}

// applyAccess puts a text into force, if what is in force is still what it was compared with.
func (s *Server) applyAccess(c echo.Context) error {
	ctx := c.Request().Context()
	p := accessview.Home{Text: accessText(c), Prune: c.FormValue("prune")}
	plan, err := s.typedAccess(ctx, p.Text, p.Prune == "on")
	if errs.KindOf(err) == errs.Invalid {
		p.Faults = inText(faults(err))
		return s.accessPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if plan.Same() {
		return done(c, accessHome, "inforce")
	}
	why, err := whyOf(c)
	var out accessfile.Outcome
	if err == nil {
		out, err = s.enrol(c, plan, why)
	}
	if again, err := shownAgain(err, func(wrong []ui.Fault) error {
		p.Plan = shownPlan(plan)
		p.Plan.Why, p.Plan.Faults = why, wrong
		return s.accessPage(c, http.StatusUnprocessableEntity, p)
	}); again {
		return err
	}
	if out.Rules.Waits() {
		return done(c, requestHref(out.Rules.Request), "rulesasked")
	}
	return done(c, accessHome+"/version/"+strconv.FormatInt(out.Version, 10), "inforce")
}

// enrol carries a plan out: people, tokens and rules at once, then certificates.
func (s *Server) enrol(c echo.Context, plan accessfile.Plan, why string) (accessfile.Outcome, error) {
	ctx, who := c.Request().Context(), by(c)
	switch {
	case c.FormValue("seal") != consent.Hash(plan.Before):
		return accessfile.Outcome{}, errs.New(errs.Conflict, "somebody else has changed who or what may come in since you looked: what it would change now stands here; look again, then put it into force")
	case plan.Takes(who):
		return accessfile.Outcome{}, errs.New(errs.Conflict, "this would take your own place as an admin away: have another admin do it")
	}
	out, err := s.Setup.Access.Apply(ctx, plan, accessfile.Wish{By: who, Why: why, Origin: "browser"})
	if err == nil {
		err = s.Machines.Enrol(ctx, plan.Certificates, who, why)
	}
	return out, err
}

// accessFileNow gives what is in force.
func (s *Server) accessFileNow(c echo.Context) error {
	now, err := s.inForce(c.Request().Context())
	if err != nil {
		return err
	}
	text, err := now.Text()
	if err != nil {
		return err
	}
	return giveYAML(c, "access.yaml", text)
}

func giveYAML(c echo.Context, name, text string) error {
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, name))
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}

func (s *Server) accessVersionOf(c echo.Context) (accessfile.Version, error) {
	number, err := numberOf(c, "such version")
	if err != nil {
		return accessfile.Version{}, err
	}
	return s.Setup.Access.Version(c.Request().Context(), number)
}

// accessVersion shows one version, and what it changed.
func (s *Server) accessVersion(c echo.Context) error {
	v, err := s.accessVersionOf(c)
	if err != nil {
		return err
	}
	page, err := s.admin(c, "/admin/people", fmt.Sprintf("Access, version %d", v.Number), "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "People", Href: "/admin/people"}, {Name: "As a file", Href: accessHome}, {Name: fmt.Sprintf("Version %d", v.Number)}}
	told := s.versionShown(v)
	return s.show(c, accessview.ShowOne(accessview.One{
		Page: page, Version: told, Diff: diffOf(revision.Diff(v.Before, v.Text)),
		Back: accessHome + "?version=" + told.Number, File: told.Href + "/file",
	}))
}

// accessVersionFile gives the text of one version.
func (s *Server) accessVersionFile(c echo.Context) error {
	v, err := s.accessVersionOf(c)
	if err != nil {
		return err
	}
	return giveYAML(c, fmt.Sprintf("access-%d.yaml", v.Number), v.Text)
}
