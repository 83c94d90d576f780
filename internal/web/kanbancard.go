// Kanban cards: printed, scanned, and turned.

package web

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/report/label"
	"millwright/internal/report/paper"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

const (
	cardsFile = planHome + "/kanban/cards.pdf"
	mostCards = 1000 // that are printed at once
)

// cardCode is a card's code, alone or at the end of the address that it carries.
var cardCode = regexp.MustCompile(`KB-[0-9]{6,18}$`)

func cardHref(code string) string { return planHome + "/kanban/card/" + code }

// boxRoute is the way of a loop's boxes: where they are filled, and where they stand.
type boxRoute struct{ from, to string }

func (s *Server) routeOf(c echo.Context, l planner.Loop, i item.Item) (r boxRoute, err error) {
	ctx := c.Request().Context()
	r.from, r.to = "Production", "Warehouse"
	if l.Supply == "buy" {
		r.from = "Supplier"
		if i.Planning.Supplier != 0 && s.Trade.Partners != nil {
			p, err := s.Trade.Partners.Partner(ctx, i.Planning.Supplier)
			if err != nil {
				return r, err
			}
			r.from = p.Number + " " + p.Name
		}
	}
	if l.Place != 0 && s.Trade.Places != nil {
		p, err := s.Trade.Places.Place(ctx, l.Place)
		if err != nil {
			return r, err
		}
		r.to = p.Code + " " + p.Name
	}
	if l.Line != "" {
		r.to += ", at " + s.lineName(plant.LineID(l.Line))
	}
	return r, nil
}

func (s *Server) lineName(id plant.LineID) string {
	for _, l := range s.painter().Plant.Lines() {
		if l.ID == id {
			return l.Name
		}
	}
	return string(id)
}

// kanbanCards gives cards to print: all of them, those of one loop, or one.
func (s *Server) kanbanCards(c echo.Context) error {
	loops, err := s.Planning.Kanban.Loops(c.Request().Context())
	if err != nil {
		return err
	}
	var ids []int64
	for _, l := range loops {
		ids = append(ids, l.Item)
	}
	items, err := s.Planning.Items.Named(c.Request().Context(), ids)
	if err != nil {
		return err
	}
	var all []paper.Card
	for _, l := range loops {
		if l.Retired || c.QueryParam("loop") != "" && c.QueryParam("loop") != strconv.FormatInt(l.ID, 10) {
			continue
		}
		way, err := s.routeOf(c, l, items[l.Item])
		if err != nil {
			return err
		}
		for n, k := range l.Cards {
			if one := c.QueryParam("card"); one != "" && one != k.Code {
				continue
			}
			code, err := label.QR(s.origin(c) + cardHref(k.Code))
			if err != nil {
				return err
			}
			all = append(all, paper.Card{
				Code: code, Title: l.Number, Name: l.Name, Quantity: l.Quantity.String() + " " + measure.Symbol(items[l.Item].Unit), From: way.from, To: way.to,
				Text: k.Code, Note: fmt.Sprintf("Card %d of %d", n+1, len(l.Cards)),
			})
		}
	}
	switch {
	case len(all) == 0:
		return errs.New(errs.NotFound, "there is no such card")
	case len(all) > mostCards:
		return errs.New(errs.Invalid, "%d cards are too many for one file; print one loop after the other", len(all))
	}
	var b bytes.Buffer
	if err := paper.Cards(&b, all, s.Now()); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="kanban-cards.pdf"`)
	return c.Blob(http.StatusOK, "application/pdf", b.Bytes())
}

// kanbanCard shows a card, as who scans it finds it.
func (s *Server) kanbanCard(c echo.Context) error { return s.cardPage(c, http.StatusOK, nil) }

func (s *Server) cardPage(c echo.Context, status int, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	k, err := s.Planning.Kanban.Card(ctx, c.Param("code"))
	if err != nil {
		return err
	}
	l, err := s.Planning.Kanban.Loop(ctx, k.Loop)
	if err != nil {
		return err
	}
	i, err := s.Planning.Items.Find(ctx, l.Item)
	if err != nil {
		return err
	}
	way, err := s.routeOf(c, l, i)
	if err != nil {
		return err
	}
	p := s.planPage(c, k.Code, planLink(), ui.Link{Name: "Kanban", Href: planHome + "/kanban"})
	p.Frame.Path, p.Faults = cardHref(k.Code), wrong
	p.State, p.Mood = upper(string(k.State)), ui.Well
	step := "Order: the box is empty"
	if k.State != planner.Full {
		p.Mood = ui.Warning
	}
	if k.State == planner.Ordered {
		step = "The box is full again"
	}
	p.Facts = []planview.Fact{
		{Name: "Item", Value: l.Number + " " + l.Name, Href: planItemHref(l.Item)},
		{Name: "Quantity", Value: l.Quantity.String() + " " + measure.Symbol(i.Unit)},
		{Name: "From", Value: way.from},
		{Name: "To", Value: way.to},
		{Name: "Since", Value: s.planLocale().Moment(k.At)},
	}
	if k.Document != "" {
		p.Facts = append(p.Facts, planview.Fact{Name: "Filled by", Value: k.Document, Href: planDocument(k.Document)})
	}
	p.Links = []planview.Link{{Link: ui.Link{Name: "Print this card", Href: cardsFile + "?card=" + k.Code}}, {Link: ui.Link{Name: "Print all of its loop", Href: cardsFile + "?loop=" + strconv.FormatInt(l.ID, 10)}}}
	if planMay(c, plant.Planner|plant.Storekeeper) && !l.Retired {
		p.Steps = []planview.Step{{Name: step, Action: cardHref(k.Code), Primary: true, Hidden: []planview.Hidden{{Name: "version", Value: strconv.FormatInt(k.Version, 10)}, planKey()}}}
	}
	return s.showAs(c, status, planview.Show(p))
}

// turnCard orders by a card, or says that its box is full: once for what was seen of it.
func (s *Server) turnCard(c echo.Context) error {
	version, err := formVersion(c)
	if err == nil {
		_, err = s.Planning.Kanban.ScanCard(c.Request().Context(), planner.Scanning{Code: c.Param("code"), Version: version, Today: s.planDay()}, planner.Doing{By: by(c), Key: c.FormValue("key")})
	}
	if status := planRefused(err); status == http.StatusNotFound || status == 0 && err != nil {
		return err
	} else if status != 0 {
		return s.cardPage(c, status, faults(err))
	}
	return c.Redirect(http.StatusSeeOther, cardHref(c.Param("code"))+"?done=scanned")
}

// scanCard orders by a card whose code is typed. One that has ordered already is shown: that its box is full takes a
// second look.
func (s *Server) scanCard(c echo.Context) error {
	ctx, typed := c.Request().Context(), strings.ToUpper(strings.TrimSpace(c.FormValue("code")))
	code := cmp.Or(cardCode.FindString(typed), typed)
	doing := planner.Doing{By: by(c), Key: c.FormValue("key")}
	k, err := s.Planning.Kanban.Card(ctx, code)
	if err == nil && k.State == planner.Ordered {
		return c.Redirect(http.StatusSeeOther, cardHref(k.Code)+"?done=ordered")
	}
	if err == nil {
		_, err = s.Planning.Kanban.ScanCard(ctx, planner.Scanning{Code: k.Code, Version: k.Version, Today: s.planDay()}, doing)
	}
	if status := planRefused(err); status != 0 {
		return s.kanbanPage(c, status, []ui.Fault{{Field: "code", Text: sentence(err)}})
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, planHome+"/kanban?done=scanned")
}
