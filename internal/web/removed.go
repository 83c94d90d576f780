// Lines that are no longer there: who removed them, when, and where they come back from.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/views/ui"
)

// mostLookedBack is how many revisions a line that is not there is looked for in, and mostUnderstoodBack how many of them
// are read that name something like it.
const (
	mostLookedBack     = 50
	mostUnderstoodBack = 5
)

// nextField is where a handler leaves the link that leads on from its error.
const nextField = "next"

// noLine is none, the error of a page about a line that there is not; who sees the whole plant is told what became of one
// that was there.
func (s *Server) noLine(c echo.Context, v visitor, none error) error {
	id := c.Param("line")
	if c.Request().Method != http.MethodGet || !v.isPerson() || viewOf(v.reach) != "" || id == "" || len(id) > 40 {
		return none
	}
	gone, had, err := s.removed(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if had.Number == 0 {
		return none
	}
	words := fmt.Sprintf("line %s was removed by %s on %s, with revision %d", id, gone.By.Name, s.stamp(gone.At), gone.Number)
	if gone.Why != "" {
		words += " (" + gone.Why + ")"
	}
	words += fmt.Sprintf(". What it did stays in the ledgers, and it comes back with it: revision %d still has it", had.Number)
	if v.reach.Base >= plant.Admin {
		c.Set(nextField, ui.Link{Name: fmt.Sprintf("Look at revision %d, and put it back", had.Number), Href: fmt.Sprintf("/admin/plant/revision/%d#back", had.Number)})
	} else {
		words += "; an admin can put it back"
	}
	return errs.New(errs.NotFound, "%s", words)
}

// removed finds the newest revision that has a line, and the one by which it went. What is not found has no number.
func (s *Server) removed(ctx context.Context, id string) (gone, had revision.Revision, err error) {
	all, err := s.Setup.Book.Revisions(ctx, 0, mostLookedBack)
	if err != nil {
		return gone, had, err
	}
	read := 0
	for i, r := range all {
		r, err := s.Setup.Book.Revision(ctx, r.Number)
		if err != nil {
			return gone, had, err
		}
		if !strings.Contains(r.Text, "id: "+id) && !strings.Contains(r.Text, `id: "`+id+`"`) {
			continue
		}
		if read++; read > mostUnderstoodBack {
			break
		}
		d, err := config.ParseDocument("the plant", []byte(r.Text))
		if err != nil {
			continue // it is no plant any more
		}
		if _, there := lineAt(&d, id); !there {
			continue
		}
		if i == 0 {
			return gone, had, nil // it is in use, and the engines have not taken it over yet
		}
		return all[i-1], r, nil
	}
	return gone, had, nil
}
