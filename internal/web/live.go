package web

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/live"
	"millwright/internal/plant"
)

// live opens the socket by which a page is kept as things are.
func (s *Server) live(c echo.Context) error {
	v := visitorOf(c)
	s.hub.Serve(c.Response(), c.Request(), live.Guard{
		Source: c.RealIP(),
		May:    s.mayWatch(v),
		Alive:  s.stillHere(v),
	})
	return nil
}

// mayWatch tells which panels a visitor sees: a display only those of its wall.
func (s *Server) mayWatch(v visitor) func(panel string) bool {
	role, page := v.Role, v.page
	return func(panel string) bool {
		if !s.painter().knows(panel) {
			return false
		}
		if role == plant.Display {
			return page == "/"+panel
		}
		if strings.HasPrefix(panel, "admin/") {
			return role >= plant.Admin
		}
		return role >= plant.Viewer
	}
}

// lookEvery is how often a session is looked for while its socket is open; a user or token is looked at more often.
const lookEvery = 2 * time.Second

// stillHere tells whether a visitor's session goes on. While the vault cannot say, it does: a plant that lost its
// database needs its screens.
func (s *Server) stillHere(v visitor) func() bool {
	alive, session := v.alive, v.session
	looked := s.Now()
	return func() bool {
		now := s.Now()
		if gone(alive(now)) {
			return false
		}
		if session == "" || now.Sub(looked).Abs() < lookEvery {
			return true
		}
		looked = now
		ctx, cancel := context.WithTimeout(context.Background(), fresh)
		defer cancel()
		_, found, err := s.Vault.FindCtx(ctx, session)
		return found || err != nil
	}
}

// gone tells an answer from none.
func gone(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.SignedOut || kind == errs.NotFound)
}
