package web

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/views/admin/connect"
	"millwright/views/ui"
)

// testTime is how long a test may take.
const testTime = 20 * time.Second

// testConnection tries a connection out as the form has it, and keeps nothing. A secret that is not typed is the one that is
// set. Without a form it is the connection as it stands in the draft.
func (s *Server) testConnection(c echo.Context) error {
	one, err := s.drafted(c)
	if err != nil {
		return err
	}
	form := s.formOf(one)
	if sent, err := c.FormParams(); err == nil && sent.Has("endpoint") {
		f := formTyped{was: one}
		var wrong error
		if one, f.place, wrong, err = s.typedWhole(c, one); err != nil {
			return err
		}
		form = s.shown(c, f, wrong)
		if wrong != nil {
			return s.connectionPage(c, http.StatusUnprocessableEntity, f.was, form, nil)
		}
	}
	found := s.callUp(c, one)
	return s.connectionPage(c, http.StatusOK, one, form, &found)
}

// testNew tries a connection out that is being added, as the form has it. Nothing of it is kept.
func (s *Server) testNew(c echo.Context) error {
	one, f, wrong, err := s.typedNew(c)
	if err != nil {
		return err
	}
	form := s.shown(c, f, wrong)
	if wrong != nil {
		return s.newPage(c, http.StatusUnprocessableEntity, form, nil)
	}
	found := s.callUp(c, one)
	return s.newPage(c, http.StatusOK, form, &found)
}

// callUp tries a connection out and tells what became of it, in words for people and for who mends it.
func (s *Server) callUp(c echo.Context, one config.Connection) connect.Finding {
	s.Log.Info("a connection is tested", slog.String("connection", one.ID), slog.String("endpoint", one.Endpoint), slog.String("by", by(c).Name))
	ctx, cancel := context.WithTimeout(c.Request().Context(), testTime)
	defer cancel()
	f := s.Machines.Test(ctx, one)
	found := connect.Finding{OK: f.OK, Words: f.Words, Next: f.Next, Detail: f.Detail}
	if f.Pending {
		found.Link = ui.Link{Name: "Certificates", Href: "/admin/certificates"}
	}
	if secretTyped(c) {
		found.Note = "What was typed was tested, and nothing is kept. A password, a key and a file are not shown again: give them once more to keep them."
	}
	return found
}

// typedNew reads the form of a new connection; wrong is all that keeps it from being one of the plant.
func (s *Server) typedNew(c echo.Context) (one config.Connection, f formTyped, wrong, err error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return one, f, nil, err
	}
	one, w := s.typed(c, config.Connection{ID: strings.TrimSpace(c.FormValue("id")), Driver: "opcua"})
	f.place = connectionPlace(len(d.Connections))
	d.Connections = append(slices.Clone(d.Connections), one)
	return one, f, w.checked(d, f.place), nil
}

// typedWhole reads the form over what the connection was; wrong is all that keeps it from being one of the plant.
func (s *Server) typedWhole(c echo.Context, was config.Connection) (one config.Connection, place string, wrong, err error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return was, "", nil, err
	}
	_, i, err := findConnection(d, was.ID)
	if err != nil {
		return was, "", nil, err
	}
	one, w := s.typed(c, was)
	d.Connections[i], place = one, connectionPlace(i)
	return one, place, w.checked(d, place), nil
}

// secretTyped tells whether the form holds what is not shown again.
func secretTyped(c echo.Context) bool {
	for _, file := range []string{"user_certificate_file", "user_key_file"} {
		if h, err := c.FormFile(file); err == nil && h.Size > 0 {
			return true
		}
	}
	return c.FormValue("password") != "" || c.FormValue("user_key") != ""
}
