package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/plant"
	"millwright/views/figure"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// locale is how the plant writes numbers and times.
func (s *Server) locale() figure.Locale { return figure.Locale{Zone: s.zone()} }

// listTable fills in the rows.
func (s *Server) listTable(d register.Definition, a register.Ask, page register.Page, l *registerview.List) {
	key, down := strings.CutPrefix(a.Sort, "-")
	for _, c := range page.Columns {
		head := registerview.Column{Title: s.headOf(c), Help: c.Help, Right: c.Kind.Number()}
		if c.Sort {
			other := a
			other.Sort = c.Key
			if c.Key == key {
				head.Sorted = "descending"
				if !down {
					head.Sorted, other.Sort = "ascending", "-"+c.Key
				}
			}
			head.Href = listHref(d.Home, s.query(d, other))
		}
		l.Columns = append(l.Columns, head)
	}
	for _, r := range page.Rows {
		row := registerview.Row{ID: tickedAs(r), Href: d.Page(r.ID)}
		for i, v := range r.Cells {
			row.Cells = append(row.Cells, s.cell(page.Columns[i], v))
		}
		l.Rows = append(l.Rows, row)
	}
	l.Total = s.totalWords(d, page.Total)
	summed := false
	for i, v := range page.Sums {
		sum := registerview.Cell{Right: page.Columns[i].Kind.Number()}
		if v.Known {
			sum.Text, summed = s.cellText(page.Columns[i], v), true
		}
		l.Sums = append(l.Sums, sum)
	}
	if !summed {
		l.Sums = nil
	}
	l.Empty = ui.Empty{Title: "Nothing is found", Text: "No " + d.One + " is as you ask for.", Next: ui.Link{Name: "Show all", Href: d.Home + "?view=0"}}
	if a.Search == "" && len(a.Filters) == 0 {
		l.Empty = ui.Empty{Title: "There are no " + d.Many + " yet", Text: "They stand here once there are some.", Next: ui.Link{Name: "Add", Href: d.New}}
		if d.New == "" {
			l.Empty.Next = ui.Link{}
		}
	}
}

func (s *Server) totalWords(d register.Definition, n int) string {
	switch {
	case n < 0:
		return upper(d.Many)
	case n > register.Enough:
		return "More than " + s.locale().Whole(register.Enough) + " " + d.Many
	case n == 1:
		return "1 " + d.One
	}
	return s.locale().Whole(int64(n)) + " " + d.Many
}

func (s *Server) cell(c register.Column, v register.Value) registerview.Cell {
	out := registerview.Cell{Text: s.cellText(c, v), Right: c.Kind.Number(), Wide: c.Kind == register.Text}
	switch c.Mood(v.Text) {
	case register.Good:
		out.Mood = ui.Well
	case register.Warning:
		out.Mood = ui.Warning
	case register.Bad:
		out.Mood = ui.Alarm
	}
	return out
}

// headOf is the head of a column; one of money names the currency.
func (s *Server) headOf(c register.Column) string {
	if c.Kind == register.Money {
		return s.inMoney(c.Title)
	}
	return c.Title
}

// cellText writes a value for a reader.
func (s *Server) cellText(c register.Column, v register.Value) string {
	if !v.Known {
		return figure.Unknown
	}
	switch c.Kind {
	case register.Text:
		if c.Key == "unit" {
			return symbol(v.Text)
		}
		return v.Text
	case register.Money:
		return s.priceText(plant.Money(v.Number))
	case register.State:
		return c.Name(v.Text)
	case register.Date:
		return s.locale().Date(time.UnixMicro(v.Number))
	case register.Time:
		return s.locale().Date(time.UnixMicro(v.Number)) + ", " + s.locale().Time(time.UnixMicro(v.Number))
	case register.Count:
		return s.locale().Whole(v.Number)
	}
	plain, _ := s.locale().Plain(plant.Quantity(v.Number).String())
	return plain
}

// listViews fills in the views of a list.
func (s *Server) listViews(c echo.Context, d register.Definition, q url.Values, l *registerview.List) error {
	views, err := s.Lists.Views(c.Request().Context(), d.Name, by(c))
	if err != nil {
		return err
	}
	v := visitorOf(c)
	for _, one := range views {
		own := one.Owner.ID == v.ID && one.Owner.Name == v.Name
		view := registerview.View{Link: ui.Link{Name: one.Name, Href: viewHref(d, one)}, Current: c.QueryParam(qView) == strconv.FormatInt(one.ID, 10)}
		switch {
		case own && one.First:
			view.Note = "opens the list"
		case !own:
			view.Note = "shared by " + one.Owner.Name
		case one.Shared:
			view.Note = "shared"
		}
		if own || v.Role >= plant.Manager {
			view.ID = strconv.FormatInt(one.ID, 10)
		}
		l.Views = append(l.Views, view)
	}
	home := "/lists/" + d.Name + "/views"
	l.Save = registerview.Save{
		Action: home, Drop: home + "/drop", Query: q.Encode(), Share: mayShare(v),
		Name:   ui.Input{ID: "view", Label: "Name", Type: "text", Complete: "off", Fault: ui.FaultOf(l.Faults, "view")},
		Opens:  ui.Input{ID: "opens", Label: "The list opens with it"},
		Shared: ui.Input{ID: "shared", Label: "Everybody sees it"},
	}
	return nil
}

// mayShare tells whether somebody may show a view to all: who has any duty, and managers.
func mayShare(v visitor) bool {
	return v.reach.Does(plant.Planner | plant.Storekeeper | plant.Purchaser | plant.Sales)
}

// saveView keeps what is shown under a name.
func (s *Server) saveView(c echo.Context) error {
	d, err := s.definition(c.Param("list"))
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(c.FormValue("query"))
	if err != nil {
		q = url.Values{}
	}
	asked := s.askedOf(d, q)
	v := register.View{
		List: d.Name, Name: strings.TrimSpace(c.FormValue("view")), Query: s.query(d, asked.Ask).Encode(),
		First: c.FormValue("opens") == "on", Shared: c.FormValue("shared") == "on" && mayShare(visitorOf(c)),
	}
	kept, err := s.Lists.SaveView(c.Request().Context(), v, by(c))
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		asked.faults = wrong
		return s.showList(c, d, asked)
	}); shown {
		return err
	}
	return c.Redirect(http.StatusSeeOther, viewHref(d, kept)+"&done=view")
}

// dropView removes a view.
func (s *Server) dropView(c echo.Context) error {
	d, err := s.definition(c.Param("list"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.FormValue("id"), 10, 64)
	if err == nil {
		err = s.Lists.DropView(c.Request().Context(), id, by(c))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.Home+"?view=0&done=dropped")
}

// rowsFor reads all rows that are asked for, page by page, up to a bound; more tells that there were others.
func (s *Server) rowsFor(ctx context.Context, d register.Definition, a register.Ask, most int, see func(register.Page) error) (more bool, err error) {
	a.Limit, a.Cursor, a.Bare = register.MostRows, "", true
	for n := 0; ; {
		page, err := s.Lists.Page(ctx, d, a, s.zone())
		if err != nil {
			return false, fmt.Errorf("read all %s: %w", d.Many, err)
		}
		if n+len(page.Rows) > most {
			page.Rows, more = page.Rows[:most-n], true
		}
		if err := see(page); err != nil || more || page.Next == "" {
			return more, err
		}
		n, a.Cursor = n+len(page.Rows), page.Next
	}
}
