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
	"millwright/internal/access/register"
	"millwright/internal/errs"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/views/admin"
	registers "millwright/views/admin/register"
	"millwright/views/ui"
)

const registerHome = "/admin/access"

// inForce reads who and what may come in now.
func (s *Server) inForce(ctx context.Context) (register.State, error) {
	if s.Setup.Register == nil {
		return register.State{}, errs.New(errs.NotFound, "who may come in is not kept as a text here")
	}
	now, err := s.Setup.Register.State(ctx)
	if err == nil {
		now.Certificates, err = s.Machines.Shelved()
	}
	return now, err
}

// register shows what is in force or, to put it back, an earlier version with what that would change.
func (s *Server) register(c echo.Context) error {
	ctx := c.Request().Context()
	if c.QueryParam("version") != "" {
		number, _ := strconv.ParseInt(c.QueryParam("version"), 10, 64) // what is no number is no version's
		v, err := s.Setup.Register.Version(ctx, number)
		if err != nil {
			return err
		}
		return s.besideRegister(c, v.Text)
	}
	now, err := s.inForce(ctx)
	if err != nil {
		return err
	}
	text, err := now.Text()
	if err != nil {
		return err
	}
	return s.registerPage(c, http.StatusOK, registers.Home{Text: text})
}

func (s *Server) registerPage(c echo.Context, status int, p registers.Home) error {
	page, err := s.admin(c, "/admin/people", "Access as a file", "People, tokens, displays, certificates and rules of approval as one text, without any secret. The plant itself is in the plant file.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "People", Href: "/admin/people"}, {Name: "As a file"}}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	list, err := s.Setup.Register.Versions(c.Request().Context(), before, revisionsShown)
	if err != nil {
		return err
	}
	p.Page = page
	for _, v := range list {
		p.Past = append(p.Past, s.versionShown(v))
	}
	if n := len(list); n == revisionsShown && list[n-1].Number > 1 {
		p.Older = registerHome + "?before=" + strconv.FormatInt(list[n-1].Number, 10)
	}
	return s.showAs(c, status, registers.Show(p))
}

func (s *Server) versionShown(v register.Version) registers.Version {
	n := strconv.FormatInt(v.Number, 10)
	return registers.Version{Number: n, At: s.stamp(v.At), By: v.By.Name, Why: v.Why, Origin: v.Origin, Href: registerHome + "/version/" + n}
}

// typedRegister reads a text and compares it with what is in force.
func (s *Server) typedRegister(ctx context.Context, text string, prune bool) (register.Plan, error) {
	a, err := register.Parse("line", []byte(text))
	if err != nil {
		return register.Plan{}, err
	}
	now, err := s.inForce(ctx)
	if err != nil {
		return register.Plan{}, err
	}
	p, err := register.Compare(now, "the text", a, prune)
	return p, strict.Lined([]byte(text), err)
}

func registerText(c echo.Context) string {
	return strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n")
}

// checkRegister says what a text would change. Nothing is kept.
func (s *Server) checkRegister(c echo.Context) error { return s.besideRegister(c, registerText(c)) }

func (s *Server) besideRegister(c echo.Context, text string) error {
	p := registers.Home{Text: text, Prune: c.FormValue("prune")}
	plan, err := s.typedRegister(c.Request().Context(), text, p.Prune == "on")
	if errs.KindOf(err) == errs.Invalid {
		p.Faults = inText(faults(err))
		return s.registerPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Plan = shownPlan(plan)
	return s.registerPage(c, http.StatusOK, p)
}

func shownPlan(p register.Plan) *registers.Plan {
	all := &registers.Plan{Seal: consent.Hash(p.Before), Diff: diffOf(revision.Diff(p.Before, p.After))}
	for _, c := range p.Changes {
		all.Changes = append(all.Changes, admin.Effect{Thing: upper(c.Thing), What: c.What})
	}
	return all
}

// applyRegister puts a text into force, if what is in force is still what it was compared with.
func (s *Server) applyRegister(c echo.Context) error {
	ctx := c.Request().Context()
	p := registers.Home{Text: registerText(c), Prune: c.FormValue("prune")}
	plan, err := s.typedRegister(ctx, p.Text, p.Prune == "on")
	if errs.KindOf(err) == errs.Invalid {
		p.Faults = inText(faults(err))
		return s.registerPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if plan.Same() {
		return done(c, registerHome, "inforce")
	}
	why, err := whyOf(c)
	var out register.Outcome
	if err == nil {
		out, err = s.enrol(c, plan, why)
	}
	if again, err := shownAgain(err, func(wrong []ui.Fault) error {
		p.Plan = shownPlan(plan)
		p.Plan.Why, p.Plan.Faults = why, wrong
		return s.registerPage(c, http.StatusUnprocessableEntity, p)
	}); again {
		return err
	}
	if out.Rules.Waits() {
		return done(c, requestHref(out.Rules.Request), "rulesasked")
	}
	return done(c, registerHome+"/version/"+strconv.FormatInt(out.Version, 10), "inforce")
}

// enrol carries a plan out: people, tokens and rules at once, then certificates.
func (s *Server) enrol(c echo.Context, plan register.Plan, why string) (register.Outcome, error) {
	ctx, who := c.Request().Context(), by(c)
	switch {
	case c.FormValue("seal") != consent.Hash(plan.Before):
		return register.Outcome{}, errs.New(errs.Conflict, "somebody else has changed who or what may come in since you looked: what it would change now stands here; look again, then put it into force")
	case plan.Takes(who):
		return register.Outcome{}, errs.New(errs.Conflict, "this would take your own place as an admin away: have another admin do it")
	}
	out, err := s.Setup.Register.Apply(ctx, plan, register.Wish{By: who, Why: why, Origin: "browser"})
	if err == nil {
		err = s.Machines.Enrol(ctx, plan.Certificates, who, why)
	}
	return out, err
}

// registerFile gives what is in force.
func (s *Server) registerFile(c echo.Context) error {
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

func (s *Server) registerVersionOf(c echo.Context) (register.Version, error) {
	number, err := numberOf(c, "such version")
	if err != nil {
		return register.Version{}, err
	}
	return s.Setup.Register.Version(c.Request().Context(), number)
}

// registerVersion shows one version, and what it changed.
func (s *Server) registerVersion(c echo.Context) error {
	v, err := s.registerVersionOf(c)
	if err != nil {
		return err
	}
	page, err := s.admin(c, "/admin/people", fmt.Sprintf("Access, version %d", v.Number), "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "People", Href: "/admin/people"}, {Name: "As a file", Href: registerHome}, {Name: fmt.Sprintf("Version %d", v.Number)}}
	told := s.versionShown(v)
	return s.show(c, registers.ShowOne(registers.One{
		Page: page, Version: told, Diff: diffOf(revision.Diff(v.Before, v.Text)),
		Back: registerHome + "?version=" + told.Number, File: told.Href + "/file",
	}))
}

// registerVersionFile gives the text of one version.
func (s *Server) registerVersionFile(c echo.Context) error {
	v, err := s.registerVersionOf(c)
	if err != nil {
		return err
	}
	return giveYAML(c, fmt.Sprintf("access-%d.yaml", v.Number), v.Text)
}
