package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/static"
)

// health says that the program answers.
func (s *Server) health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readiness says whether the program can work; why it cannot is for the log.
func (s *Server) readiness(c echo.Context) error {
	if s.Ready == nil {
		return c.String(http.StatusOK, "ready\n")
	}
	if err := s.Ready(c.Request().Context()); err != nil {
		s.Log.Warn("not ready", "err", err)
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

func (s *Server) icon(c echo.Context) error {
	return c.Redirect(http.StatusPermanentRedirect, static.Path("icon.svg"))
}

func (s *Server) robots(c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /\n")
}

// metrics is for a Prometheus on this machine, or for one with a viewer's token.
func (s *Server) metrics(c echo.Context) error {
	if !direct(c.Request()) {
		v, err := s.desk.identify(c)
		if err != nil {
			return err
		}
		if !v.known() {
			return s.refuse(c)
		}
		if _, err := s.admit(c, guarded{route: route{role: plant.Viewer}, scope: access.Read}, v); err != nil {
			return err
		}
	}
	s.meters.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}

// routed puts the router's own errors into our words.
func routed(err error) error {
	var e *echo.HTTPError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case http.StatusNotFound:
		return errs.New(errs.NotFound, "nothing is here; look for it from the first page")
	case http.StatusMethodNotAllowed:
		return api.NewProblem(http.StatusMethodNotAllowed, "this address does not take such a request")
	case http.StatusRequestEntityTooLarge:
		return &http.MaxBytesError{Limit: maxBody}
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return errs.New(errs.Invalid, "the request cannot be read")
	}
	return err
}
