package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/plan"
	"millwright/views/admin/requests"
	"millwright/views/ui"
)

// needed tells what of a change needs approval by others than an owner for a side.
func needed(rules consent.Rules, side plant.Side, touches []consent.Touch) (all []string) {
	for _, t := range rules.Governed(touches) {
		if others := rules.Need[t.Kind] &^ side; others != plant.NoSide {
			all = append(all, upper(plan.Told(t))+": by "+others.Owners())
		}
	}
	return all
}

// answerRequest keeps what an owner says, and puts into use what everybody agrees on.
func (s *Server) answerRequest(verdict consent.Verdict) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, err := s.asking(c)
		if err != nil {
			return err
		}
		comment := strings.TrimSpace(c.FormValue("comment"))
		r, err := s.answered(c, a, verdict, comment)
		if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
			now, err := s.askingOf(c.Request().Context(), a.Number)
			if err != nil {
				return err
			}
			return s.requestPage(c, http.StatusUnprocessableEntity, now, requests.One{Form: &requests.Form{Comment: comment, Faults: wrong}})
		}); shown {
			return err
		}
		s.Log.Info("a request was answered", slog.Int64("request", r.Number), slog.String("verdict", string(verdict)), slog.String("by", by(c).Name))
		if r.Status == consent.Published && r.Subject == consent.Plant {
			if err := s.Setup.Use(c.Request().Context()); err != nil {
				return err
			}
			return done(c, requestHref(r.Number), "published")
		}
		return done(c, requestHref(r.Number), "answered")
	}
}

func (s *Server) answered(c echo.Context, a asking, verdict consent.Verdict, comment string) (consent.Request, error) {
	ctx := c.Request().Context()
	if len(comment) > 500 || (verdict == consent.Refuse && comment == "") {
		return a.Request, &errs.Error{Kind: errs.Invalid, Words: "this needs another comment", Fields: []errs.Field{{Path: "comment", Message: "Say in one sentence of up to 500 letters why."}}}
	}
	u, err := s.sure(c, a)
	if err != nil {
		return a.Request, err
	}
	signer, err := s.Setup.Notary.Signer(ctx)
	if err != nil {
		return a.Request, err
	}
	effect, _ := strconv.ParseInt(c.FormValue("effect"), 10, 64) // what is no number was not looked at
	said := consent.Said{Request: a.Number, User: u.ID, Verdict: verdict, Comment: comment, Effect: effect}
	if verdict == consent.Approve && a.Subject == consent.Plant {
		said.Anew = s.anew(a.before, a.Text, a.Since)
	}
	r, err := s.Setup.Desk.Answer(ctx, said, signer)
	if err == nil {
		s.spend(c, u, r)
	}
	return r, err
}

// askAgain asks for the same change on top of what is in use now, and takes the overtaken request back.
func (s *Server) askAgain(c echo.Context) error {
	ctx := c.Request().Context()
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	out, err := s.rebased(ctx, a, by(c))
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.requestPage(c, http.StatusUnprocessableEntity, a, requests.One{Faults: wrong})
	}); shown {
		return err
	}
	if !out.Waits() {
		return done(c, "/admin/plant", "published")
	}
	return done(c, requestHref(out.Request), "asked")
}

func (s *Server) rebased(ctx context.Context, a asking, who plant.Person) (consent.Outcome, error) {
	if !a.overtaken() || a.Subject != consent.Plant {
		return consent.Outcome{}, errs.New(errs.Conflict, "request %d is not overtaken: there is nothing to ask again", a.Number)
	}
	head, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return consent.Outcome{}, err
	}
	text, ok := revision.Merge(a.before, a.Text, head.Text)
	if !ok {
		return consent.Outcome{}, errs.New(errs.Conflict, "revision %d changes the same lines of the plant file: make the change again in the draft", head.Number)
	}
	r := revision.Revision{Parent: head.Number, Text: text, By: who, Why: a.Why, Origin: fmt.Sprintf("request %d", a.Number)}
	return s.handIn(ctx, consent.Change{Revision: r, Since: a.Since, Again: a.Number})
}

// handIn publishes a change and puts it into use, or has its effect computed for those who must approve it.
func (s *Server) handIn(ctx context.Context, c consent.Change) (consent.Outcome, error) {
	before, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return consent.Outcome{}, err
	}
	if err := s.made(ctx, before.Text, &c.Revision); err != nil {
		return consent.Outcome{}, err
	}
	c.Anew = s.anew(before.Text, c.Text, c.Since)
	out, err := s.Setup.Desk.Submit(ctx, c)
	if err != nil {
		return out, err
	}
	if out.Waits() {
		s.foresee(ctx, out.Request, c.By)
		return out, nil
	}
	return out, s.Setup.Use(ctx)
}
