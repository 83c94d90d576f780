// What is changed on the pages of people, tokens, certificates and rules is kept as a version of who may come in.

package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access/accessfile"
)

// versioned is a handler after which who and what may come in is kept as a version, when it changed that.
func (s *Server) versioned(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Setup.Access == nil {
			return handle(c)
		}
		before, err := s.accessNow(c)
		if err != nil {
			return err
		}
		if err := handle(c); err != nil {
			return err
		}
		return s.noteAccess(c, before)
	}
}

func (s *Server) accessNow(c echo.Context) (string, error) {
	now, err := s.inForce(c.Request().Context())
	if err != nil {
		return "", err
	}
	return now.Text()
}

// noteAccess keeps the version. The change itself is made, audited and answered by now: what goes wrong here is logged, and
// stands in the difference of the next version.
func (s *Server) noteAccess(c echo.Context, before string) error {
	ctx := c.Request().Context()
	shelved, err := s.Machines.Shelved()
	if err == nil {
		_, err = s.Setup.Access.Note(ctx, before, shelved, accessfile.Wish{By: by(c), Why: whyTyped(c), Origin: "browser"})
	}
	if err != nil {
		s.Log.Warn("a change of who may come in was made, and is not kept as a version", "err", err)
	}
	return nil
}

// whyTyped is the reason in a form, whichever field it stands in.
func whyTyped(c echo.Context) string {
	fields, err := c.FormParams()
	if err != nil {
		return ""
	}
	for name, all := range fields {
		if (name == "why" || strings.HasSuffix(name, "-why")) && len(all) > 0 && all[0] != "" {
			return all[0]
		}
	}
	return ""
}
