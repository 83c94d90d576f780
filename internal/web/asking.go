// One request: what it asks for, how it stands, and who may answer it.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/plan"
	"millwright/views/admin/requests"
	"millwright/views/ui"
)

// asking is a request, and how it stands.
type asking struct {
	consent.Request
	rules   consent.Rules
	missing plant.Side
	before  string // the text that it changes
	head    int64  // what is in use now, revision or rules
}

func (s *Server) asking(c echo.Context) (a asking, err error) {
	number, err := numberOf(c, "such request")
	if err != nil {
		return a, err
	}
	return s.askingOf(c.Request().Context(), number)
}

func (s *Server) askingOf(ctx context.Context, number int64) (a asking, err error) {
	if a.Request, err = s.Setup.Desk.Request(ctx, number); err != nil {
		return a, err
	}
	if a.rules, err = s.Setup.Desk.Rules(ctx); err != nil {
		return a, err
	}
	a.missing, a.head = a.Missing(a.rules), a.rules.Version
	if a.Subject == consent.Law {
		a.before = a.rules.Text()
		return a, nil
	}
	head, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return a, err
	}
	base, err := s.Setup.Book.Revision(ctx, a.Base)
	a.head, a.before = head.Number, base.Text
	return a, err
}

func (a asking) overtaken() bool { return a.Status == consent.Open && a.head != a.Base }

func (a asking) state() string {
	switch {
	case a.overtaken():
		return "Overtaken"
	case a.Status == consent.Open:
		return "Waits for " + a.missing.Owners()
	case a.Status == consent.Published && a.Subject == consent.Plant:
		return fmt.Sprintf("Approved, and published as revision %d", a.Outcome)
	case a.Status == consent.Published:
		return "Approved, and in force"
	}
	return upper(string(a.Status)) + " by " + a.EndedBy
}

// request shows one.
func (s *Server) request(c echo.Context) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	return s.requestPage(c, http.StatusOK, a, requests.One{})
}

// requestPage shows a request, with what was typed into its forms in p.
func (s *Server) requestPage(c echo.Context, status int, a asking, p requests.One) error {
	page, err := s.admin(c, requestsHome, fmt.Sprintf("Request %d", a.Number), a.Why)
	if err != nil {
		return err
	}
	p.Href = requestHref(a.Number)
	page.Frame.Crumbs = []ui.Link{{Name: "Requests", Href: requestsHome}, {Name: page.Frame.Title}}
	page.Frame.Path = p.Href
	p.Page, p.State, p.Facts, p.Answers = page, a.state(), s.facts(a), s.answers(a.Request)
	if a.overtaken() {
		p.Stale = "It can no longer be published: what it was made from is not in use any more. Withdraw it, and ask again."
		p.Again = a.Subject == consent.Plant && visitorOf(c).Role >= plant.Admin
	}
	s.contents(a, &p)
	if a.Status == consent.Published && a.Subject == consent.Plant && a.Outcome == a.head && visitorOf(c).Role >= plant.Admin {
		head, err := s.Setup.Book.Head(c.Request().Context())
		if err != nil {
			return err
		}
		if p.After, err = s.after(c.Request().Context(), head); err != nil {
			return err
		}
	}
	return s.showAs(c, status, requests.ShowOne(*s.mayAnswer(c, a, &p)))
}

// contents is what a request would change.
func (s *Server) contents(a asking, p *requests.One) {
	if a.Subject == consent.Law {
		wanted, _ := consent.ReadRules(a.Base, a.Text) // it was written by ourselves; what cannot be read changes nothing
		for _, k := range consent.Kinds() {
			if old, now := a.rules.Need[k], wanted.Need[k]; old != now {
				p.Touches = append(p.Touches, fmt.Sprintf("%s: approved by %s, no longer by %s", upper(k.String()), now.Owners(), old.Owners()))
			}
		}
		if len(p.Touches) == 0 {
			p.Touches = []string{"The rules are as it asks for."}
		}
		return
	}
	for _, t := range a.Touches {
		if side := a.rules.Need[t.Kind]; side != plant.NoSide {
			p.Touches = append(p.Touches, upper(plan.Told(t))+": by "+side.Owners())
		}
	}
	both := s.drafts.compare(a.before, a.Text)
	p.Diff, _ = both.diff()
	p.Effects, p.Past = both.effects(), s.past(a.Request)
}

// facts are who asks for what.
func (s *Server) facts(a asking) []requests.Fact {
	names := make([]string, 0, len(a.Authors))
	for _, one := range a.Authors {
		names = append(names, one.Name)
	}
	asker := a.By.Name
	if a.Side != plant.NoSide {
		asker += ", an owner for " + a.Side.String() + ", who agrees by asking"
	}
	all := []requests.Fact{
		{Name: "Asked by", Value: asker}, {Name: "Had a hand in it", Value: strings.Join(names, ", ")}, {Name: "Asked", Value: s.stamp(a.At)},
	}
	if a.Subject == consent.Plant {
		all = append(all, requests.Fact{Name: "Made from", Value: fmt.Sprintf("revision %d, %s", a.Base, a.Origin)}, requests.Fact{Name: "Holds", Value: s.sinceWords(a.Since)})
	}
	all = append(all, requests.Fact{Name: "SHA-256", Value: a.Hash})
	if a.EndWhy != "" {
		all = append(all, requests.Fact{Name: "Why it ended", Value: a.EndWhy})
	}
	return all
}

func (s *Server) answers(q consent.Request) (all []requests.Answer) {
	for _, a := range q.Answers {
		verdict := map[consent.Verdict]string{consent.Approve: "Approved", consent.Refuse: "Refused"}[a.Verdict]
		all = append(all, requests.Answer{
			Verdict: verdict, By: a.By.Name, Side: a.Side.String(), At: s.stamp(a.At), Comment: a.Comment, Signed: fmt.Sprintf("key %d, %.12s…", a.Key, a.Signature),
		})
	}
	return all
}

// mayAnswer gives the forms to those who may use them, and tells the others why they may not.
func (s *Server) mayAnswer(c echo.Context, a asking, p *requests.One) *requests.One {
	typed, back := requests.Form{}, requests.Withdrawal{}
	if p.Form != nil {
		typed = *p.Form
	}
	if p.Back != nil {
		back = *p.Back
	}
	p.Form, p.Back = nil, nil
	if a.Status != consent.Open {
		return p
	}
	v := visitorOf(c)
	if v.isPerson() && a.Releases(v.Person) == nil {
		p.Back = &back
	}
	u, err := s.Vault.User(c.Request().Context(), v.ID)
	if !v.isPerson() || err != nil {
		return p
	}
	if err := a.Admits(v.Person, u.Owner, a.missing); err != nil {
		p.May = sentence(err)
		return p
	}
	typed.Side, typed.Effect, typed.Password = u.Owner.String(), strconv.FormatInt(a.Effect.Number, 10), u.Hash != ""
	if !typed.Password {
		how, err := s.confirmation(c, u, a)
		if err != nil || how.Provider == "" {
			p.May = "You have no password here, and nobody vouches for you at this moment: ask an admin."
			return p
		}
		typed.Provider, typed.Until = how.Provider, how.Until
	}
	typed.Approve = !a.overtaken() && (a.Subject == consent.Law || a.Effect.Number > 0)
	p.Form = &typed
	return p
}

// withdraw takes a request back.
func (s *Server) withdraw(c echo.Context) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	why, err := whyOf(c)
	if err == nil {
		err = s.Setup.Desk.Withdraw(c.Request().Context(), a.Number, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.requestPage(c, http.StatusUnprocessableEntity, a, requests.One{Back: &requests.Withdrawal{Why: why, Faults: wrong}})
	}); shown {
		return err
	}
	return done(c, requestHref(a.Number), "withdrawn")
}
