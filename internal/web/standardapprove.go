// How a proposal becomes master data: a rate in the draft of the plant, a draft of a bill, the yield of an item.

package web

import (
	"context"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
	"millwright/internal/mes/standard"
)

// approving does what a form asks, and tells where to go and what to say there.
type approving struct {
	form string
	do   func(s *Server, c echo.Context, p learnedPlace) (href, what string, err error)
}

func approveRate() approving  { return approving{"rate", (*Server).takeRate} }
func approveBill() approving  { return approving{"bill", (*Server).takeTimes} }
func approveYield() approving { return approving{"yield", (*Server).takeYield} }

// approve answers a form of a product's page.
func (s *Server) approve(a approving) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.learnedPlaceOf(c)
		if err != nil {
			return err
		}
		href, what, err := a.do(s, c, p)
		if status, is := mendable(err); is {
			return s.showStandard(c, status, p, a.form, err)
		} else if err != nil {
			return err
		}
		return done(c, href, what)
	}
}

// takeRate puts the ideal cycle into the draft of the plant. Sent twice it is there already.
func (s *Server) takeRate(c echo.Context, p learnedPlace) (string, string, error) {
	was, bad := time.ParseDuration(c.FormValue("was"))
	is, wrong := time.ParseDuration(c.FormValue("is"))
	if bad != nil || wrong != nil || is <= 0 || is > 7*24*time.Hour {
		return "", "", errs.New(errs.Invalid, "the form tells no cycle; open the page again")
	}
	who := authorOf(c)
	if who.why == "" {
		who.why = p.evidence()
	}
	err := s.edit(c.Request().Context(), who, func(d *config.Document) error {
		at, there := lineAt(d, string(p.line.ID))
		if !there {
			return errs.New(errs.NotFound, "%s is not in the plant any more", p.line.Name)
		}
		place, _ := placeOf(d, at)
		now, own := place.line.Rates[p.Product]
		if !own {
			now = place.line.Rates["*"]
		}
		if now == is && own {
			return nil
		}
		if now != was {
			return stale("the ideal cycle")
		}
		place.line.Rates = put(place.line.Rates, p.Product, is)
		return nil
	})
	return standardHref(p.line.ID, p.Product, p.days), "drafted", err
}

// evidence says what a proposal rests on.
func (p learnedPlace) evidence() string {
	return fmt.Sprintf("learned on %s from %d stints and %d set-ups in %d days", p.line.Name, len(p.Cycle.Samples), len(p.SetUp.Samples), p.days)
}

// rewritten is the bill in force with the times that are proposed now.
func (p learnedPlace) rewritten() (bill.Bill, error) {
	t := standard.Times{}
	if d, ok := p.Usual(); ok {
		t.Cycle = d
	}
	if d, ok := p.Setting(); ok {
		t.SetUp = d
	}
	return standard.Rewrite(p.bill, p.at.Position, t, p.evidence())
}

// takeTimes makes a draft of the bill in force with the times that the form told. A draft that takes the same times
// already is shown instead.
func (s *Server) takeTimes(c echo.Context, p learnedPlace) (string, string, error) {
	ctx := c.Request().Context()
	cycle, bad := time.ParseDuration(c.FormValue("cycle"))
	setUp, wrong := time.ParseDuration(c.FormValue("setup"))
	if bad != nil || wrong != nil || cycle < 0 || setUp < 0 {
		return "", "", errs.New(errs.Invalid, "the form tells no times; open the page again")
	}
	if p.bill.ID == 0 || p.at.Position == 0 || c.FormValue("bill") != asDigits(p.bill.ID) {
		return "", "", stale("the bill")
	}
	next, err := standard.Rewrite(p.bill, p.at.Position, standard.Times{Cycle: cycle, SetUp: setUp}, p.evidence())
	if err != nil {
		return "", "", err
	}
	if again, is, err := s.draftLike(ctx, next); err != nil || is {
		return "/bills/" + asDigits(again.ID), "saved", err
	}
	kept, err := s.Trade.Bills.Add(ctx, next, item.Change{By: by(c), Why: p.evidence(), Key: pageKey(c)})
	return "/bills/" + asDigits(kept.ID), "saved", err
}

// draftLike finds a draft that takes the same times.
func (s *Server) draftLike(ctx context.Context, next bill.Bill) (b bill.Bill, is bool, err error) {
	all, err := s.Trade.Bills.Of(ctx, next.Item)
	if err != nil {
		return b, false, err
	}
	for _, v := range all[:min(len(all), 20)] {
		if v.State != bill.Draft {
			continue
		}
		if b, err = s.Trade.Bills.Find(ctx, v.ID); err != nil {
			return b, false, err
		}
		if standard.Same(b, next) && len(b.Lines) == len(next.Lines) && b.Batch == next.Batch {
			return b, true, nil
		}
	}
	return bill.Bill{}, false, nil
}

// takeYield gives the item the yield that the form told.
func (s *Server) takeYield(c echo.Context, p learnedPlace) (string, string, error) {
	y := numbered(c.FormValue("is"))
	if y <= 0 || y > 10_000 {
		return "", "", errs.New(errs.Invalid, "the form tells no yield; open the page again")
	}
	if p.item.ID == 0 {
		return "", "", errs.New(errs.Invalid, "no item is this product any more")
	}
	href, next := standardHref(p.line.ID, p.Product, p.days), p.item
	if next.Planning.Yield = (item.Ratio{Num: y, Den: 10_000}); next.Planning.Yield.String() == p.item.Planning.Yield.String() {
		return href, "saved", nil
	}
	next.Version = numbered(c.FormValue("version"))
	_, err := s.Trade.Items.Save(c.Request().Context(), next, item.Change{By: by(c), Why: p.evidence()})
	return href, "saved", err
}
