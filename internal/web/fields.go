// The fields that forms of the plant are made of, and how what is written into them is read.

package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// onePage shows forms about one thing; the one that was refused as it was typed.
func (s *Server) onePage(c echo.Context, home ui.Link, title string, f equipment.Form, r refusal) error {
	page, err := s.admin(c, home.Href, title, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{home, {Name: title}}
	refused := ""
	if len(r.Faults) > 0 {
		refused = f.ID
	}
	return s.formsPage(c, equipment.One{Page: page, Forms: []equipment.Form{f}}, refused, r)
}

// formsPage shows forms; the one that is named was refused, or tried out, and is shown as it was typed.
func (s *Server) formsPage(c echo.Context, one equipment.One, form string, r refusal) error {
	if one.Preview != nil {
		one.Preview.Form = form
	}
	for i, f := range one.Forms {
		if f.ID == form {
			one.Forms[i] = r.again(c, f)
		}
	}
	return s.showAs(c, r.status(), equipment.ShowOne(one))
}

// text is a field of one line.
func text(id, label, help, value string) equipment.Field {
	return equipment.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Value: value}}
}

func optional(f equipment.Field) equipment.Field {
	f.Optional = true
	return f
}

func inUnit(id, label, help, value, unit string) equipment.Field {
	f := optional(text(id, label, help, value))
	f.Unit = unit
	return f
}

func choose(id, label, help, value string, choices ...ui.Choice) equipment.Field {
	if !slices.ContainsFunc(choices, func(c ui.Choice) bool { return c.Value == value }) {
		choices = append(choices, ui.Choice{Value: value, Name: value + " (not there any more)"})
	}
	return equipment.Field{Kind: equipment.Choose, Choices: choices, Input: ui.Input{ID: id, Label: label, Help: help, Value: value}}
}

// rowsSent are the numbers of the rows that a form has sent, by a column that each of them has.
func rowsSent(c echo.Context, column string) (all []string) {
	fields, err := c.FormParams()
	for err == nil && fields.Has(column+strconv.Itoa(len(all))) {
		all = append(all, strconv.Itoa(len(all)))
	}
	return all
}

// number reads a number as people write it: with a point, or a comma.
func number(text string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return f, err == nil && f > -1e12 && f < 1e12 // NaN is neither
}

// seconds makes a time of seconds, to the microsecond.
func seconds(f float64) time.Duration {
	return time.Duration(f * float64(time.Second)).Round(time.Microsecond)
}

// bounded reads a number within bounds, of which the lower may be 0 and is then left out; nothing is 0.
func bounded(c echo.Context, w *wrong, field string, least, most float64) float64 {
	value := strings.TrimSpace(c.FormValue(field))
	if value == "" {
		return 0
	}
	f, ok := number(value)
	switch {
	case ok && f > 0 && f >= least && f <= most:
	case least > 0:
		w.add(field, "Write a number from %s to %s, or nothing.", plain(least), plain(most))
	default:
		w.add(field, "Write a number greater than 0 and up to %s, or nothing.", plain(most))
	}
	return f
}

func secondsText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

func numberText(f float64) string {
	if f == 0 {
		return ""
	}
	return plain(f)
}
