// What was ticked of machines and is not taken yet: it waits here, so that a reader can tick on several levels, pages
// and searches, and take all of it at once.

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/ot/survey"
)

// The bounds of baskets, which are in memory only.
const (
	mostBaskets = 16
	basketKept  = 12 * time.Hour // after it was looked at last
)

// basketOf is whose basket it is, and of which machine. At another address is another machine.
type basketOf struct {
	person               int64
	connection, endpoint string
}

// baskets are those of all readers.
type baskets struct {
	mu  sync.Mutex
	all map[basketOf]*basket
}

type basket struct {
	survey.Basket
	at time.Time // looked at last
}

func newBaskets() *baskets { return &baskets{all: map[basketOf]*basket{}} }

// open gives a copy of a basket, which is empty when nothing is ticked.
func (b *baskets) open(of basketOf, now time.Time) survey.Basket {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, there := b.all[of]
	if !there || now.Sub(one.at) > basketKept {
		return survey.Basket{}
	}
	one.at = now
	return one.Basket
}

// change puts nodes into a basket and takes some out; errs.Invalid when it would hold too many, and nothing is done then.
// Of too many baskets the one that was left alone for longest goes.
func (b *baskets) change(of basketOf, now time.Time, put []survey.Found, out []string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, one := range b.all {
		if one.Len() == 0 || now.Sub(one.at) > basketKept {
			delete(b.all, key)
		}
	}
	one, there := b.all[of]
	if !there {
		one = &basket{}
	}
	one.at = now
	if !one.Change(put, out) {
		return wrongField("nodes", fmt.Sprintf("At most %d can be ticked at once. Take these first, or clear them.", survey.MostTicked))
	}
	if !there && len(b.all) >= mostBaskets {
		delete(b.all, b.oldest())
	}
	b.all[of] = one
	return nil
}

func (b *baskets) oldest() (key basketOf) {
	var at time.Time
	for k, one := range b.all {
		if at.IsZero() || one.at.Before(at) {
			key, at = k, one.at
		}
	}
	return key
}

// tick keeps what a page ticked and unticked, and leads on: to the same page, another one of the list or another level.
// To the page's own script it tells how many are ticked.
func (s *Server) tick(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), browseTime)
	defer cancel()
	l, err := s.lookAt(ctx, c)
	if err != nil {
		return err
	}
	err = s.keepTicks(ctx, l, c.Request().Form)
	script := strings.Contains(c.Request().Header.Get("Accept"), "application/json")
	switch {
	case errs.KindOf(err) == errs.Invalid && script:
		return c.JSON(http.StatusUnprocessableEntity, map[string]string{"problem": faults(err)[0].Text})
	case err != nil:
		return s.untaken(ctx, c, l, err)
	case script:
		ticked := s.baskets.open(l.basket, s.Now())
		return c.JSON(http.StatusOK, map[string]int{"ticked": ticked.Len()})
	}
	return c.Redirect(http.StatusSeeOther, l.next(c.Request().Form))
}

// next is where the button of a page leads.
func (l look) next(form url.Values) string {
	if form.Has("to") || form.Get("show") == "on" {
		to := look{one: l.one, at: l.at, ticked: !form.Has("to")}
		if form.Has("to") {
			to.at = form.Get("to")
		}
		return to.href(to.at, 0)
	}
	page := l.page
	if to, err := strconv.Atoi(form.Get("go")); err == nil {
		page = max(to, 0)
	}
	return l.href(l.at, page)
}

// keepTicks reads them from a form: node is what is ticked, was what had been ticked when the page was made. So two
// pages that are open at once undo nothing of each other.
func (s *Server) keepTicks(ctx context.Context, l look, form url.Values) error {
	if form.Get("clear") == "on" {
		ticked := s.baskets.open(l.basket, s.Now())
		return s.baskets.change(l.basket, s.Now(), nil, addresses(ticked.All()))
	}
	ticked := form["node"]
	put, err := l.listed(ctx, ticked)
	if err == nil && form.Get("all") == "on" {
		put, err = l.all(ctx)
	}
	if err != nil {
		return err
	}
	out := slices.DeleteFunc(slices.Clone(form["was"]), func(a string) bool { return slices.Contains(ticked, a) })
	return s.baskets.change(l.basket, s.Now(), put, out)
}

func addresses(found []survey.Found) []string {
	all := make([]string, len(found))
	for i, f := range found {
		all[i] = f.Address
	}
	return all
}

// all is every value that the pages of this list show.
func (l look) all(ctx context.Context) ([]survey.Found, error) {
	found, _, err := l.found(ctx)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(slices.Clone(found), func(f survey.Found) bool { return !keeps(f.Node) })
	if l.deep && l.find != "" {
		return found, nil
	}
	return l.survey.Find(ctx, l.at, addresses(found)) // which says where they stand
}

// listed are those whose addresses a form names, wherever they were listed.
func (l look) listed(ctx context.Context, named []string) ([]survey.Found, error) {
	found, missing, err := l.onLevels(ctx, named)
	if err == nil && len(missing) > 0 { // the machine is looked at anew since
		if _, _, err = l.found(ctx); err != nil {
			return nil, err
		}
		var more []survey.Found
		more, missing, err = l.onLevels(ctx, missing)
		found = append(found, more...)
	}
	if err == nil && len(missing) > 0 {
		err = wrongField("nodes", "What was ticked is not there any more. Tick it again.")
	}
	return found, err
}

// onLevels looks for nodes where they were seen; what was not seen anywhere, on the level itself.
func (l look) onLevels(ctx context.Context, named []string) (found []survey.Found, missing []string, err error) {
	levels, order := map[string][]string{}, []string(nil)
	for _, a := range named {
		level := l.at
		if way := l.survey.Trail(a); len(way) > 1 {
			level = way[len(way)-2].Address
		} else if len(way) == 1 {
			level = ""
		}
		if levels[level] == nil {
			order = append(order, level)
		}
		levels[level] = append(levels[level], a)
	}
	there := map[string]bool{}
	for _, level := range order {
		all, err := l.survey.Find(ctx, level, levels[level])
		if err != nil {
			return nil, nil, err
		}
		for _, f := range all {
			there[f.Address] = true
		}
		found = append(found, all...)
	}
	for _, a := range named {
		if !there[a] {
			missing = append(missing, a)
		}
	}
	return found, missing, nil
}
