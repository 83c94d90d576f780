package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/views/admin/people"
	"millwright/views/figure"
)

// longestAgent is how much is kept of what a browser says of itself.
const longestAgent = 256

// note keeps whose a session is, and when and where from it is used. One that was ended meanwhile stays ended.
func (d *desk) note(ctx context.Context, c echo.Context, secret string) error {
	user := d.people.GetInt64(ctx, keyUser)
	data, err := d.people.Codec.Encode(d.people.Deadline(ctx), map[string]any{
		keyUser: user, keyVersion: d.people.GetInt64(ctx, keyVersion), keySeen: d.people.GetInt64(ctx, keySeen), keyNoted: true,
		keyMatter: d.people.GetString(ctx, keyMatter), keyVouched: d.people.GetInt64(ctx, keyVouched),
	})
	if err != nil {
		return fmt.Errorf("write a session: %w", err)
	}
	agent := c.Request().UserAgent()
	return d.vault.NoteSession(ctx, secret, data, access.Session{
		User: user, Seen: d.now(), Source: c.RealIP(), Agent: agent[:min(len(agent), longestAgent)],
	})
}

// vouch keeps on a session that a provider has just asked the person anew, and for what; "" ends that.
func (d *desk) vouch(c echo.Context, v visitor, matter string) error {
	ctx, err := d.people.Load(c.Request().Context(), v.session)
	if err != nil {
		return fmt.Errorf("read a session: %w", err)
	}
	d.people.Put(ctx, keyMatter, matter)
	d.people.Put(ctx, keyVouched, d.now().Unix())
	return d.note(ctx, c, v.session)
}

// vouched is when a provider has asked the person of a session anew for a matter; long ago when it has not.
func (d *desk) vouched(c echo.Context, matter string) (time.Time, error) {
	v := visitorOf(c)
	if !v.isPerson() {
		return time.Time{}, nil
	}
	ctx, err := d.people.Load(c.Request().Context(), v.session)
	if err != nil {
		return time.Time{}, fmt.Errorf("read a session: %w", err)
	}
	if d.people.GetString(ctx, keyMatter) != matter {
		return time.Time{}, nil
	}
	return time.Unix(d.people.GetInt64(ctx, keyVouched), 0), nil
}

// isPerson tells somebody with a session from a program, whose number may be the same.
func (v visitor) isPerson() bool { return v.session != "" && v.token == nil }

// stays gives the sessions of a user for a page; here marks the one by which it is read.
func (s *Server) stays(c echo.Context, user int64) ([]people.Stay, error) {
	all, err := s.Vault.SessionsOf(c.Request().Context(), user)
	if err != nil {
		return nil, err
	}
	here := ""
	if v := visitorOf(c); v.isPerson() {
		here = access.SessionID(v.session)
	}
	rows := make([]people.Stay, 0, len(all))
	for _, one := range all {
		if s.Now().Sub(one.Seen) > sessionIdle {
			continue // over, though its row is still there
		}
		rows = append(rows, people.Stay{
			ID: one.ID, Since: s.stamp(one.Since), Seen: s.stamp(one.Seen), Source: one.Source, Agent: browserOf(one.Agent), Here: one.ID == here,
		})
	}
	return rows, nil
}

// end ends the sessions that a form names: those ticked, or all. The one by which the form was sent goes on.
func (s *Server) end(c echo.Context, e access.Ending) error {
	form, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read: %w", err)
	}
	if v := visitorOf(c); v.isPerson() {
		e.Keep = access.SessionID(v.session)
	}
	ids := slices.DeleteFunc(slices.Clone(form["session"]), func(id string) bool { return id == "" })
	if form.Get("all") != "" {
		ids = []string{""}
	}
	if len(ids) == 0 {
		return errs.New(errs.Invalid, "tick the sessions that shall end")
	}
	for _, id := range ids[:min(len(ids), 1000)] {
		e.ID = id
		if _, err := s.Vault.EndSessions(c.Request().Context(), e, by(c)); err != nil {
			return err
		}
	}
	return nil
}

// browserOf names a browser for people who look through their sessions. It is what the browser says, no proof.
func browserOf(agent string) string {
	first := func(words ...string) string {
		for _, w := range words {
			sign, name, _ := strings.Cut(w, "=")
			if strings.Contains(agent, sign) {
				return name
			}
		}
		return ""
	}
	name := first("Edg/=Edge", "OPR/=Opera", "Firefox/=Firefox", "Chrome/=Chrome", "Safari/=Safari")
	system := first("Android=Android", "iPhone=iPhone", "iPad=iPad", "Windows=Windows", "Mac OS X=macOS", "CrOS=ChromeOS", "Linux=Linux")
	switch {
	case name != "" && system != "":
		return name + " on " + system
	case name != "":
		return name
	case agent != "":
		return errs.Clip(agent)
	}
	return figure.Unknown
}
