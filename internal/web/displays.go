// What displays show, as an admin sets it.

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/access/rotation"
	"millwright/internal/errs"
	"millwright/views/admin/people"
	"millwright/views/ui"
)

// walls are the pages that a display can show.
func (s *Server) walls() (all []ui.Choice) {
	for _, site := range s.painter().Plant.Sites {
		all = append(all, ui.Choice{Value: "/wall/orders/" + string(site.ID), Name: "Orders of " + site.Name})
		for _, a := range site.Areas {
			all = append(all, ui.Choice{Value: "/wall/hall/" + a.ID, Name: "Hall " + a.Name}, ui.Choice{Value: "/wall/orders/" + a.ID, Name: "Orders of hall " + a.Name})
			for _, l := range a.Lines {
				all = append(all, ui.Choice{Value: "/wall/line/" + string(l.ID), Name: "Line " + l.Name})
			}
		}
	}
	return all
}

// wallsFor are those that a display can show, with those that it shows although the plant does not have them any more.
func (s *Server) wallsFor(t access.Token) []ui.Choice {
	all := s.walls()
	for _, turn := range append([]rotation.Turn{{Page: t.Page}}, t.Turns.Turns...) {
		if !slices.ContainsFunc(all, func(w ui.Choice) bool { return w.Value == turn.Page }) {
			all = append(all, ui.Choice{Value: turn.Page, Name: turn.Page + " (not in the plant)"})
		}
	}
	return all
}

// isThere refuses a wall that the plant does not have.
func (s *Server) isThere(page string) error {
	if s.painter().hasWall(page) {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "there is no such wall", Fields: []errs.Field{{Path: "page", Message: "Choose the wall that the display shows."}}}
}

// shownOn says what a display shows, in a table.
func shownOn(t access.Token) string {
	if t.Turns.None() {
		return t.Page
	}
	return fmt.Sprintf("%d walls by turns", len(t.Turns.Turns))
}

// usual is how long a wall is shown when nothing else is said.
const usual = 30 * time.Second

// displayed is the form about what a display shows, as it shows it now.
func displayed(t access.Token) people.Form {
	f := people.Form{Seen: t.Shows(), Calls: onOff(t.Turns.Calls), Stops: onOff(t.Turns.Stops)}
	for _, turn := range t.Turns.Turns {
		f.Turns = append(f.Turns, people.Turn{Page: turn.Page, Seconds: strconv.Itoa(int(turn.For / time.Second))})
	}
	if t.Turns.None() {
		f.Turns = []people.Turn{{Page: t.Page}}
	}
	return withEmpty(f)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return ""
}

// withEmpty adds empty turns to a form, for more walls.
func withEmpty(f people.Form) people.Form {
	for n := min(max(len(f.Turns)+2, 4), rotation.Most); len(f.Turns) < n; {
		f.Turns = append(f.Turns, people.Turn{})
	}
	return f
}

// turnsTyped reads the form. A row without a wall is none; a wall without a time has the usual one.
func (s *Server) turnsTyped(c echo.Context) (typed people.Form, r rotation.Rotation, err error) {
	typed = people.Form{Seen: c.FormValue("seen"), Calls: c.FormValue("calls"), Stops: c.FormValue("stops")}
	r = rotation.Rotation{Calls: typed.Calls == "on", Stops: typed.Stops == "on"}
	var w wrong
	for i := range rotation.Most {
		page, seconds := c.FormValue(rotation.Field("page", i)), strings.TrimSpace(c.FormValue(rotation.Field("seconds", i)))
		if page == "" {
			continue
		}
		n, turn := len(r.Turns), rotation.Turn{Page: page, For: usual}
		typed.Turns = append(typed.Turns, people.Turn{Page: errs.Clip(page), Seconds: errs.Clip(seconds)})
		if s.isThere(page) != nil {
			w.add(rotation.Field("page", n), "This wall is not in the plant any more: choose another, or none.")
		}
		if seconds != "" {
			number, err := strconv.Atoi(seconds)
			if err != nil || number > int(rotation.Longest/time.Second) {
				number = 0 // which is too short
			}
			turn.For = time.Duration(number) * time.Second
		}
		r.Turns = append(r.Turns, turn)
	}
	typed = withEmpty(typed)
	if len(r.Turns) == 0 {
		w.add("page", "Choose the wall that the display shows.")
	}
	if len(r.Turns) > 1 {
		w.take(r.Check())
	}
	return typed, r, w.err()
}

// moveDisplay gives a display other walls: one, or several by turns.
func (s *Server) moveDisplay(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	typed, r, err := s.turnsTyped(c)
	if err == nil {
		typed.Why, err = reason(c, "page-why")
	} else {
		typed.Why = errs.Clip(c.FormValue("page-why"))
	}
	if err == nil {
		to := access.Assignment{Token: t.ID, Page: r.Turns[0].Page, Seen: typed.Seen, Why: typed.Why}
		if len(r.Turns) > 1 {
			to.Rotation = r
		}
		err = access.Assign(c.Request().Context(), s.Vault, to, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = wrong
		return s.tokenPage(c, http.StatusUnprocessableEntity, t, people.OneToken{Move: typed})
	}); shown {
		return err
	}
	return done(c, tokenHref(t.ID), "moved")
}
