package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"millwright/internal/sheet"
)

// routes builds the site from the table. A page that is got may be asked for its head alone.
func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.source
	e.Use(s.observe, s.protect, s.compress(), s.limitBody, s.guard)
	s.table = map[string]guarded{}
	for _, r := range s.pages() {
		s.table[r.method+" "+r.path] = guarded{r, whereOf(r.path), scopeOf(r), mostOf(r.path)}
		e.Add(r.method, r.path, r.handle)
		if r.method == http.MethodGet {
			s.table[http.MethodHead+" "+r.path] = s.table[r.method+" "+r.path]
			e.Add(http.MethodHead, r.path, r.handle)
		}
	}
	for _, r := range s.api().Mount(e) {
		s.table[r.Method+" "+r.Path] = guarded{route{method: r.Method, path: r.Path, role: r.Scope.Role(), duty: r.Scope.Duty()}, whereOf(r.Path), r.Scope, r.Most}
	}
	return e
}

// The longest bodies: of a form, and of a plant file or a table in a form.
const (
	maxBody  = 1 << 20
	maxPlant = 12 << 20
	maxTable = sheet.MaxFile + 64<<10 // and what a form adds
)

// mostOf is how long the bodies of a page may be that takes files.
func mostOf(path string) int64 {
	switch path {
	case "/admin/plant/edit", accessHome + "/check", accessHome + "/apply":
		return maxPlant
	case importHome, recordImport, folioFile:
		return maxTable
	case restoreSend:
		return maxBackup
	}
	return maxBody
}
