// The page of all requests, and what other pages say of them.

package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/views/admin/requests"
	"millwright/views/ui"
)

const (
	requestsHome  = "/admin/requests"
	requestsShown = 100
)

func requestHref(number int64) string { return requestsHome + "/" + strconv.FormatInt(number, 10) }

// ownSide is the side that the reader is an owner for.
func (s *Server) ownSide(c echo.Context) (plant.Side, error) {
	v := visitorOf(c)
	if !v.isPerson() {
		return plant.NoSide, nil
	}
	u, err := s.Vault.User(c.Request().Context(), v.ID)
	return u.Owner, err
}

// requests shows what waits for owners to agree, and what they must agree on.
func (s *Server) requests(c echo.Context) error {
	ctx := c.Request().Context()
	page, err := s.admin(c, requestsHome, "Requests", "Changes that both sides feel wait here until the owners of both agree.")
	if err != nil {
		return err
	}
	rules, err := s.Setup.Desk.Rules(ctx)
	if err != nil {
		return err
	}
	open, err := s.Setup.Desk.Requests(ctx, true, requestsShown)
	if err != nil {
		return err
	}
	all, err := s.Setup.Desk.Requests(ctx, false, requestsShown)
	if err != nil {
		return err
	}
	l := requests.List{Page: page, Rules: rulesTold(rules)}
	if visitorOf(c).Role >= plant.Admin {
		l.Edit = requestsHome + "/rules"
	}
	for _, q := range open {
		l.Open = append(l.Open, s.requestRow(q))
	}
	for _, q := range all {
		if q.Status != consent.Open {
			l.Ended = append(l.Ended, s.requestRow(q))
		}
	}
	return s.show(c, requests.ShowList(l))
}

func (s *Server) requestRow(q consent.Request) requests.Row {
	r := requests.Row{Name: fmt.Sprintf("Request %d", q.Number), Href: requestHref(q.Number), What: q.Why, By: q.By.Name, At: s.stamp(q.At), State: upper(string(q.Status))}
	if q.Status == consent.Open {
		r.State = "Needs " + (q.Needs &^ q.Side).Owners()
	}
	return r
}

func rulesTold(r consent.Rules) (all []requests.Rule) {
	for _, k := range consent.Kinds() {
		if side := r.Need[k]; side != plant.NoSide {
			all = append(all, requests.Rule{Kind: upper(k.String()), By: side.Owners()})
		}
	}
	return all
}

// waiting is how many requests wait, for the badge of their tab.
func (s *Server) waiting(ctx context.Context) (int, error) {
	open, err := s.Setup.Desk.Requests(ctx, true, requestsShown)
	return len(open), err
}

// needs tells what has to be approved, and by whom, before a change of the reader's is in use.
func (s *Server) needs(c echo.Context, before, after string) ([]string, error) {
	rules, err := s.Setup.Desk.Rules(c.Request().Context())
	if err != nil || !rules.On() {
		return nil, err
	}
	side, err := s.ownSide(c)
	if err != nil {
		return nil, err
	}
	touches, err := s.drafts.compare(before, after).touches()
	return needed(rules, side, touches), err
}

// waitsAs finds the open request that asks for a text on top of a revision.
func (s *Server) waitsAs(ctx context.Context, base int64, text string) (ui.Link, error) {
	open, err := s.Setup.Desk.Requests(ctx, true, requestsShown)
	hash := consent.Hash(text)
	i := slices.IndexFunc(open, func(q consent.Request) bool { return q.Base == base && q.Hash == hash })
	if err != nil || i < 0 {
		return ui.Link{}, err
	}
	return ui.Link{Name: fmt.Sprintf("request %d", open[i].Number), Href: requestHref(open[i].Number)}, nil
}
