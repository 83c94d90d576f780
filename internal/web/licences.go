package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/static/licences"
	"millwright/views/admin/system"
	"millwright/views/ui"
)

// licencesPage tells what the program is made from, with the whole text of every licence.
func (s *Server) licencesPage(c echo.Context) error {
	page, err := s.admin(c, systemHome, "Licences", "What this program is made from, and under which licences.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "System", Href: systemHome}, {Name: "Licences"}}
	t, err := licences.Here()
	if err != nil {
		return err
	}
	p := system.Licences{Page: page}
	of := map[string][]string{}
	for _, x := range t.Components {
		row := system.Component{Name: x.Name, Version: x.Version, Licence: x.Licence}
		for _, key := range x.Texts {
			of[key] = append(of[key], x.Name)
		}
		if len(x.Texts) > 0 {
			row.Href = "#text-" + x.Texts[0]
		}
		p.Components = append(p.Components, row)
	}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		p.Texts = append(p.Texts, system.Text{ID: "text-" + key, Of: strings.Join(of[key], ", "), Text: t.Texts[key]})
	}
	return s.show(c, system.ShowLicences(p))
}

// sbom gives the same to programs.
func (s *Server) sbom(c echo.Context) error {
	t, err := licences.Here()
	if err != nil {
		return err
	}
	text, err := t.SBOM(s.Build)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="millwright-sbom.json"`)
	return c.Blob(http.StatusOK, "application/vnd.cyclonedx+json", text)
}
