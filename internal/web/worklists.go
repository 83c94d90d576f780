// Work orders and what planning asks for as lists: what is done to several rows at once.

package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/views/ui"
)

// workListSteps are the steps that several orders can be taken at once.
func workListSteps() []workorder.Step {
	return []workorder.Step{workorder.Firm, workorder.Release, workorder.Hold, workorder.Resume, workorder.Close}
}

// stepsWork takes one of several orders a step on.
func (s *Server) stepsWork(step workorder.Step) act {
	return func(ctx context.Context, a acting) (string, error) {
		o, err := s.Planning.Work.Step(ctx, workorder.Stepping{ID: a.id, Version: a.version, Step: step}, workorder.Doing{By: a.by, Why: a.why, Key: a.key})
		if err == nil {
			return o.Number, nil
		}
		if o, failed := s.Planning.Work.Order(ctx, a.id); failed == nil {
			return o.Number, err
		}
		return "", err
	}
}

// followsMessage does what planning asks for, and releases what is to be made if asked to.
func (s *Server) followsMessage(release bool) act {
	return func(ctx context.Context, a acting) (string, error) {
		_, err := s.Planning.Decisions.Accept(ctx, planner.Acceptance{ID: a.id, Version: a.version, Today: s.planDay(), Release: release}, planner.Doing{By: a.by, Why: a.why, Key: a.key})
		return "", err
	}
}

// dismissMessage leaves a message out of the list until a date.
func (s *Server) dismissMessage(ctx context.Context, a acting) (string, error) {
	return "", s.Planning.Decisions.Ignore(ctx, planner.Ignoring{ID: a.id, Version: a.version, Until: a.until}, planner.Doing{By: a.by, Why: a.why, Key: a.key})
}

// worklist is the planner's list; what cannot be planned is told above it.
func (s *Server) worklist() echo.HandlerFunc {
	return s.planned(s.listPageWith("messages", func(c echo.Context) ([]ui.Fault, error) {
		st, err := s.Planning.Desk.Standing(c.Request().Context())
		if err != nil {
			return nil, err
		}
		var told []ui.Fault
		for _, w := range st.Plan.Warnings {
			told = append(told, ui.Fault{Text: upper(w.Say(st.Plan.Items)) + "."})
		}
		return told, nil
	}))
}

// message leads from a message to the plan that asks for it, where each number says what it is made of.
func (s *Server) message(c echo.Context) error {
	id, err := numberOf(c, "such message")
	if err != nil {
		return err
	}
	kept, err := s.Planning.Desk.Messages(c.Request().Context())
	if err != nil {
		return err
	}
	for _, m := range kept {
		if m.ID == id {
			return c.Redirect(http.StatusSeeOther, planItemHref(m.Item))
		}
	}
	return errs.New(errs.NotFound, "this message is not there any more: somebody has done it, or it is not needed; look at the list again")
}
