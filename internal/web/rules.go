package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/views/admin/requests"
	"millwright/views/ui"
)

// rules shows who must agree to which kind of change.
func (s *Server) rules(c echo.Context) error {
	r, err := s.Setup.Desk.Rules(c.Request().Context())
	if err != nil {
		return err
	}
	return s.rulesPage(c, http.StatusOK, r, requests.Rules{})
}

func (s *Server) rulesPage(c echo.Context, status int, r consent.Rules, p requests.Rules) error {
	page, err := s.admin(c, requestsHome, "What needs approval", "A change that both sides feel can be made to wait for an owner of each.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Requests", Href: requestsHome}, {Name: "Rules"}}
	page.Frame.Path = requestsHome + "/rules"
	users, err := s.Vault.Users(c.Request().Context())
	if err != nil {
		return err
	}
	var owners []string
	for _, u := range users {
		if u.Owner != plant.NoSide && !u.Disabled {
			owners = append(owners, u.Name+" for "+u.Owner.String())
		}
	}
	p.Owners = "Nobody is an owner yet: an admin makes one on the page People."
	if len(owners) > 0 {
		p.Owners = "Owners are " + strings.Join(owners, ", ") + "."
	}
	p.Page, p.Version = page, strconv.FormatInt(r.Version, 10)
	for _, k := range consent.Kinds() {
		p.Kinds = append(p.Kinds, requests.Kind{ID: string(k), Label: upper(k.String()), Help: kindHelp(k), Value: r.Need[k].String(), Fault: ui.FaultOf(p.Faults, string(k))})
	}
	return s.showAs(c, status, requests.ShowRules(p))
}

func kindHelp(k consent.Kind) string {
	return map[consent.Kind]string{
		consent.Counters:    "Which tags count, what makes their values, how they are read, whose pieces are the line's, and how its units stand beside each other.",
		consent.Rates:       "How fast a line makes a product at best.",
		consent.Changeovers: "How long a line may take to change to another product, and whether a stop in which it changes is a changeover.",
		consent.Thresholds:  "What is a stop, a micro-stop, and slow.",
		consent.Ranges:      "Which tags can be written, and within which bounds.",
		consent.States:      "Which tags tell state, mode, product and fault, what makes their values, and what those mean.",
		consent.Faults:      "Which fault code stands for which reason.",
		consent.Calendar:    "Shifts, holidays and planned stops.",
		consent.Connections: "Where a connection leads, how, and its limits; not who signs in there, or whether it is open.",
		consent.Reasons:     "The trees of why lines stand and pieces are scrapped: names, losses, and what stands under what.",
	}[k]
}

// changeRules puts other rules into force, or makes a request of them when they are weaker.
func (s *Server) changeRules(c echo.Context) error {
	now, err := s.Setup.Desk.Rules(c.Request().Context())
	if err != nil {
		return err
	}
	var w wrong
	wanted := consent.Rules{Need: map[consent.Kind]plant.Side{}}
	wanted.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no version
	for _, k := range consent.Kinds() {
		wanted.Need[k] = sideTyped(c, &w, string(k), now.Need[k])
	}
	why, err := whyOf(c)
	w.take(err)
	var out consent.Outcome
	if err = w.err(); err == nil {
		out, err = s.Setup.Desk.Govern(c.Request().Context(), wanted, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		p := requests.Rules{Why: why, Faults: wrong}
		if errs.KindOf(err) == errs.Conflict {
			newest, err := s.Setup.Desk.Rules(c.Request().Context())
			if err != nil {
				return err
			}
			wanted.Version, p.Theirs = newest.Version, rulesText(newest)
		}
		return s.rulesPage(c, http.StatusUnprocessableEntity, wanted, p)
	}); shown {
		return err
	}
	if out.Waits() {
		return done(c, requestHref(out.Request), "asked")
	}
	return done(c, requestsHome, "saved")
}

// rulesText writes rules as a reader compares them with his own: one kind a line.
func rulesText(r consent.Rules) string {
	var all []string
	for _, k := range consent.Kinds() {
		all = append(all, upper(k.String())+": "+requests.SideWord(r.Need[k].String()))
	}
	return strings.Join(all, "\n")
}

// sideTyped reads the side that a form names, which may be none. What is no side is told at its field, and stays as it was.
func sideTyped(c echo.Context, w *wrong, field string, was plant.Side) plant.Side {
	word := c.FormValue(field)
	side := plant.ParseSide(word)
	if side == plant.NoSide && word != "" {
		w.add(field, "%q is no choice here; take one of the list.", errs.Clip(word))
		return was
	}
	return side
}
