// The figures of losses as they are kept while their time goes on.

package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"millwright/internal/errs"
	lossview "millwright/views/loss"
)

// lossPanel is what the names of panels of figures begin with; the rest says of what time and line, as an address does.
const lossPanel = "losses/figures?"

// panel names the panel of the figures; "" when their time is over. Where the time has two ends that all lines share the
// name says them, so that the figures stay those of the page when the next shift begins.
func (l *loser) panel() string {
	if !goesOn(l.eras) {
		return ""
	}
	one := lossAsk{over: l.over, by: byCategory, in: inMinutes, line: l.line, from: l.from, to: l.to}
	if from, to := l.fixed(); from != "" && l.over != customRange {
		one.over, one.from, one.to = customRange, from, to
		eras, err := one.erasOf(one.over, l.lines, l.now)
		if err != nil || !slices.EqualFunc(eras, l.eras, sameTime) {
			one.over, one.from, one.to = l.over, "", ""
		}
	}
	return lossPanel + one.query().Encode()
}

func goesOn(eras []era) bool { return slices.ContainsFunc(eras, func(e era) bool { return e.now }) }

func sameTime(a, b era) bool {
	return a.From.Equal(b.From) && a.To.Equal(b.To) && a.first == b.first && a.last == b.last
}

// losing reads what a panel's name asks for; ok is false when it is none, or written in another way.
func (p *painter) losing(name string) (l loser, ok bool) {
	query, is := strings.CutPrefix(name, lossPanel)
	q, err := url.ParseQuery(query)
	if !is || err != nil {
		return l, false
	}
	if l.lossAsk, err = lossAskOf(q); err != nil || l.query().Encode() != query || l.by != byCategory || l.in != inMinutes || l.then != "" || len(l.only) > 0 {
		return l, false
	}
	if l.lines, err = l.lossAsk.lines(p); err != nil {
		return l, false
	}
	l.p = p
	return l, true
}

// knowsLosses tells whether there is such a panel.
func (p *painter) knowsLosses(name string) bool {
	l, ok := p.losing(name)
	if !ok {
		return false
	}
	eras, err := l.erasOf(l.over, l.lines, p.Now())
	return err == nil && goesOn(eras)
}

// lossFigures draws the figures that a panel's name asks for.
func (p *painter) lossFigures(ctx context.Context, m moment, name string) (c templ.Component, err error) {
	l, ok := p.losing(name)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no panel %q", errs.Clip(name))
	}
	if l.eras, err = l.erasOf(l.over, l.lines, m.Time); err != nil {
		return nil, err
	}
	if err := l.read(ctx, m.Time, false); err != nil {
		return nil, err
	}
	h := l.head()
	h.Live = name
	return lossview.Figures(h), nil
}
