package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// routes builds the site from the table. A page that is got may be asked for its head alone.
func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.source
	e.Use(s.observe, s.protect, s.compress(), limitBody, s.guard)
	s.table = map[string]guarded{}
	for _, r := range s.pages() {
		s.table[r.method+" "+r.path] = guarded{r, whereOf(r.path), scopeOf(r)}
		e.Add(r.method, r.path, r.handle)
		if r.method == http.MethodGet {
			s.table[http.MethodHead+" "+r.path] = s.table[r.method+" "+r.path]
			e.Add(http.MethodHead, r.path, r.handle)
		}
	}
	a := s.api()
	for _, r := range a.Routes() {
		s.table[r.Method+" "+r.Path] = guarded{route{method: r.Method, path: r.Path, role: r.Scope.Role(), duty: r.Scope.Duty()}, whereOf(r.Path), r.Scope}
	}
	a.Mount(e)
	return e
}
