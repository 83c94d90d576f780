package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/plan"
	"millwright/internal/web/api"
	"millwright/internal/web/api/foretold"
)

const yamlType = "application/yaml; charset=utf-8"

// givePlant gives the plant file in use, or one that was, to a program.
func (s *Server) givePlant(c echo.Context) error {
	var r revision.Revision
	var err error
	if asked := c.QueryParam("revision"); asked != "" {
		number, wrong := strconv.ParseInt(asked, 10, 64)
		if wrong != nil {
			return errs.New(errs.Invalid, "revision must be a number; GET /admin/plant lists them")
		}
		r, err = s.Setup.Book.Revision(c.Request().Context(), number)
	} else {
		r, err = s.Setup.Book.Head(c.Request().Context())
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etag(r.Number))
	return c.Blob(http.StatusOK, yamlType, []byte(r.Text))
}

// takePlant takes a plant file from a program: to tell what it would change, or to put it into use.
func (s *Server) takePlant(c echo.Context) error {
	ctx := c.Request().Context()
	dry, err := flag(c, "dry")
	if err != nil {
		return err
	}
	drop, err := flag(c, "drop")
	if err != nil {
		return err
	}
	head, err := s.Setup.Book.Head(ctx)
	if err != nil {
		return err
	}
	if err := matches(c, head.Number, dry); err != nil {
		return err
	}
	text, err := io.ReadAll(c.Request().Body) // its length is bounded by limitBody
	if err != nil {
		return err
	}
	rules, err := s.Setup.Desk.Rules(ctx)
	if err != nil {
		return err
	}
	p, err := plan.Of(head, rules, "body", text)
	if err != nil {
		return err
	}
	answer := foretold.Of(p)
	status := http.StatusOK
	if !dry && !p.Same() {
		got, err := p.Carry(ctx, s.Setup.Book, s.Setup.Desk, plan.Wish{By: who(ctx), Why: strings.TrimSpace(c.QueryParam("why")), Origin: "program", Drop: drop, Seal: s.Setup.Seal})
		if err != nil {
			return err
		}
		if status, err = s.carried(c, got); err != nil {
			return err
		}
		answer.Revision, answer.Request = got.Revision.Number, got.Request
	}
	c.Response().Header().Set("ETag", etag(answer.Revision))
	return c.JSON(status, answer)
}

// carried puts into use what is published, and tells where to find what waits.
func (s *Server) carried(c echo.Context, got consent.Outcome) (status int, err error) {
	ctx := c.Request().Context()
	if !got.Waits() {
		return http.StatusOK, s.Setup.Use(ctx)
	}
	s.foresee(ctx, got.Request, who(ctx))
	c.Response().Header().Set("Location", requestHref(got.Request))
	return http.StatusAccepted, nil
}

func etag(number int64) string { return fmt.Sprintf("%q", strconv.FormatInt(number, 10)) }

// flag reads a question that is answered by true or false.
func flag(c echo.Context, name string) (bool, error) {
	given := c.QueryParam(name)
	is, err := strconv.ParseBool(given)
	if err != nil && given != "" {
		return false, errs.New(errs.Invalid, "%s must be true or false", name)
	}
	return is, nil
}

// matches holds the condition of a request against the head: who changes a plant has to say which one.
func matches(c echo.Context, head int64, dry bool) error {
	given := c.Request().Header.Get("If-Match")
	switch want := strings.Trim(strings.TrimPrefix(given, "W/"), `"`); {
	case given == "" && dry, given == "*", want == strconv.FormatInt(head, 10):
		return nil
	case given == "":
		return api.NewProblem(http.StatusPreconditionRequired, fmt.Sprintf("Say by the header If-Match which revision this was made from; revision %d is in use. If-Match: * takes any.", head))
	default:
		return api.NewProblem(http.StatusPreconditionFailed, fmt.Sprintf("Revision %d is in use, and this was made from revision %s: get it again and look what differs.", head, errs.Clip(want)))
	}
}
