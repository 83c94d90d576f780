package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// patience bounds what one answer may take.
const patience = 20 * time.Second

// observe gives every request an id, answers its errors, survives its panics, and measures it.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.Now()
		ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		id := requestID()
		c.Set("id", id)
		c.Response().Header().Set("X-Request-Id", id)
		if err := s.survive(next, c); err != nil {
			s.fail(err, c)
		}
		took := s.Now().Sub(start)
		s.meters.observe(c, took)
		// The pattern of the route, not the path: that of a set-up link is a secret.
		s.Log.DebugContext(c.Request().Context(), "request", slog.String("id", id), slog.String("method", c.Request().Method),
			slog.String("route", c.Path()), slog.Int("status", c.Response().Status), slog.Duration("took", took))
		return nil
	}
}

// survive turns a panic into an error: one bad request must not end the program.
func (s *Server) survive(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if e, is := r.(error); is && errors.Is(e, http.ErrAbortHandler) {
			panic(r)
		}
		err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
	}()
	return next(c)
}

func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	return hex.EncodeToString(b[:])
}

// policy lets a page load only what is ours, and no script or style that stands in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// protect sets the headers that make browsers careful, and refuses changes that another site asks for.
func (s *Server) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if err := s.cross.Check(c.Request()); err != nil {
			return errs.New(errs.Forbidden, "the request comes from another site; open the page here and try again")
		}
		return next(c)
	}
}

// secure tells whether browsers reach us by TLS.
func (s *Server) secure() bool { return s.public != nil && s.public.Scheme == "https" }

// compress packs pages and answers. Static files are packed already; a socket and a download of metrics are not pages.
func (s *Server) compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level:     5,
		MinLength: 1024,
		Skipper: func(c echo.Context) bool {
			return c.Path() == "/live" || c.Path() == "/static/*" || c.Path() == "/metrics" || c.Path() == "/admin/system/backup/:name" || c.Request().Method == http.MethodHead
		},
	})
}

// limitBody ends bodies that are longer than their address takes.
func (s *Server) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		limit := cmp.Or(s.table[r.Method+" "+c.Path()].most, maxBody)
		if r.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		return next(c)
	}
}

// guard lets in who may: nothing that is not in the table, nothing but the set-up before anybody can sign in,
// and nobody below a row's role.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		row, ok := s.table[c.Request().Method+" "+c.Path()]
		if !ok {
			if err := next(c); err != nil { // the router's own 404 or 405
				return err
			}
			return echo.ErrNotFound
		}
		ctx := c.Request().Context()
		if row.role == plant.Nobody {
			return s.open(c, row, next)
		}
		v, err := s.desk.identify(c)
		if err != nil {
			return err
		}
		if !v.known() && !row.always { // a token was made by somebody who owns the data folder
			if err := s.closed(ctx); err != nil {
				return err
			}
		}
		if !v.known() {
			return s.refuse(c)
		}
		v, err = s.admit(c, row, v)
		c.Set(visitorKey, v) // also who is refused is told where to go
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(with(ctx, v)))
		return next(c)
	}
}

// open answers what everybody may see, once somebody can sign in.
func (s *Server) open(c echo.Context, row guarded, next echo.HandlerFunc) error {
	if !row.always {
		if err := s.closed(c.Request().Context()); err != nil {
			return err
		}
	}
	return next(c)
}

// closed is an error until there is a first admin.
func (s *Server) closed(ctx context.Context) error {
	open, err := s.Gate.Open(ctx)
	if err == nil && !open {
		err = errs.New(errs.Unavailable, "nobody can sign in yet: open the set-up link that Millwright printed when it started")
	}
	return err
}

// admit gives a visitor the role that counts for a row where the request is about; an error when it does not suffice.
// What may not be seen there is not there.
func (s *Server) admit(c echo.Context, row guarded, v visitor) (visitor, error) {
	if v.token != nil {
		as, ok := plant.Display, v.page != ""
		if !ok {
			as, ok = v.token.Allows(row.scope)
		}
		if !ok {
			c.Response().Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%q, error=%q, scope=%q", "millwright", "insufficient_scope", row.scope))
			return v, errs.New(errs.Forbidden, "this takes a token with the scope %s; %s has %s", row.scope, v.Name, access.Words(v.token.Scopes))
		}
		v.reach = v.token.Reach(as)
		v.reach.Duties = row.scope.Duty()
	}
	switch row.where {
	case wholePlant:
		v.Role = v.reach.Base
	case anywhere:
		v.Role = v.reach.Most()
	default:
		at, found, unseen := s.placeOf(c, row.where)
		if v.Role = v.reach.At(at); (!found || v.Role < plant.Viewer) && v.reach.Most() >= plant.Viewer {
			if !found {
				unseen = s.noLine(c, v, unseen)
			}
			return v, unseen
		}
	}
	switch {
	case v.Role >= row.role && row.duty.Open(v.Role, v.reach.Duties):
		return v, nil
	case v.Role >= row.role:
		return v, errs.New(errs.Forbidden, "this takes the duty %s, or the role manager; ask an admin", row.duty.Or())
	case v.reach.Most() == plant.Nobody:
		return v, errs.New(errs.Forbidden, "you have no role here yet; ask an admin")
	case v.Role == plant.Nobody:
		return v, errs.New(errs.Forbidden, "this takes the role %s in the whole plant; ask an admin", row.role)
	case v.reach.Most() >= row.role:
		return v, errs.New(errs.Forbidden, "this is about the whole plant, where you have the role %s; ask an admin", v.Role)
	}
	return v, errs.New(errs.Forbidden, "this is not open to the role %s; ask an admin", v.Role)
}

// refuse sends who is not signed in to the door.
func (s *Server) refuse(c echo.Context) error {
	r := c.Request()
	if r.Method == http.MethodGet && wantsPage(r) {
		return c.Redirect(http.StatusSeeOther, "/sign-in?next="+escape(r.URL.RequestURI()))
	}
	return errs.New(errs.SignedOut, "sign in first")
}

// wantsPage tells a browser that opens a page from a program.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/live" && r.URL.Path != "/metrics"
}

// source is the address that a request comes from. Only a proxy that we were told of, on this machine or a private
// network, may say that it comes from somewhere else.
func (s *Server) source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	peer = peer.Unmap()
	if s.public == nil || !peer.IsLoopback() && !peer.IsPrivate() {
		return network(peer)
	}
	said := r.Header.Values("X-Forwarded-For")
	if len(said) == 0 {
		return network(peer)
	}
	last := said[len(said)-1]
	last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	if client, err := netip.ParseAddr(last); err == nil {
		return network(client.Unmap())
	}
	return network(peer)
}

// network puts the addresses together that one household has: of IPv6 the first 64 bits.
func network(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
