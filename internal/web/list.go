// Lists of business records: one page for all of them.

package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// listPages are those that lists have in common; the page of each list is its room's.
func (s *Server) listPages() []route {
	const anybody = plant.Planner | plant.Storekeeper | plant.Purchaser | plant.Sales
	return []route{
		get("/lists/:list/export", plant.Viewer, s.exportList),
		post("/lists/:list/act", plant.Viewer, s.actOnList).by(anybody),
		post("/lists/:list/views", plant.Viewer, s.saveView),
		post("/lists/:list/views/drop", plant.Viewer, s.dropView),
		get(recordImport, plant.Viewer, s.showImport).by(anybody),
		post(recordImport, plant.Viewer, s.uploadList).by(anybody),
		get(recordImport+"/:import", plant.Viewer, s.lookThrough).by(anybody),
		post(recordImport+"/:import", plant.Viewer, s.keepTable).by(anybody),
		get("/items", plant.Viewer, s.listPage("items")),
	}
}

// definition is the list of a name.
func (s *Server) definition(name string) (register.Definition, error) {
	for _, d := range s.Lists.Definitions() {
		if d.Name == name {
			return d, nil
		}
	}
	return register.Definition{}, errs.New(errs.NotFound, "there is no list %q", errs.Clip(name))
}

// listPage is the page of a list: get("/items", plant.Viewer, s.listPage("items")).
func (s *Server) listPage(name string) echo.HandlerFunc {
	return s.listPageWith(name, func(echo.Context) ([]ui.Fault, error) { return nil, nil })
}

// listPageWith is the page of a list above which something is told.
func (s *Server) listPageWith(name string, tell func(c echo.Context) ([]ui.Fault, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		d, err := s.definition(name)
		if err != nil {
			return err
		}
		told, err := tell(c)
		if err != nil {
			return err
		}
		q := c.QueryParams()
		if typed(q) {
			canonical, faults := s.narrowedBy(d, q)
			if len(faults) > 0 {
				return s.showList(c, d, listAsked{faults: faults, typed: q, told: told})
			}
			return c.Redirect(http.StatusSeeOther, listHref(d.Home, canonical))
		}
		if len(q) == 0 {
			if first, err := s.opening(c, d); err != nil || first != "" {
				return orRedirect(c, first, err)
			}
		}
		asked := s.askedOf(d, q)
		asked.told = told
		return s.showList(c, d, asked)
	}
}

func orRedirect(c echo.Context, to string, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// opening is the view with which a list opens for its reader; "" for none.
func (s *Server) opening(c echo.Context, d register.Definition) (string, error) {
	views, err := s.Lists.Views(c.Request().Context(), d.Name, by(c))
	for _, v := range views {
		if v.First && v.Owner.ID == by(c).ID && v.Owner.Name == by(c).Name {
			return viewHref(d, v), nil
		}
	}
	if err == nil && d.First != "" {
		return d.Home + "?" + d.First, nil
	}
	return "", err
}

func viewHref(d register.Definition, v register.View) string {
	return strings.TrimSuffix(d.Home+"?view="+strconv.FormatInt(v.ID, 10)+"&"+v.Query, "&")
}

func listHref(home string, q url.Values) string {
	if len(q) == 0 {
		return home + "?view=0"
	}
	return home + "?" + q.Encode()
}

// listAsked is what an address asks of a list, and what is wrong with it.
type listAsked struct {
	register.Ask
	faults []ui.Fault
	told   []ui.Fault // what is told above it, whatever is asked
	typed  url.Values // of the form of filters, when it was refused
}

// The names of what an address asks of a list.
const (
	qSearch, qFilter, qSort, qColumns, qAt, qView = "q", "filter", "sort", "columns", "at", "view"
)

// askedOf reads an address.
func (s *Server) askedOf(d register.Definition, q url.Values) listAsked {
	a := register.Ask{Search: q.Get(qSearch), Sort: q.Get(qSort), Cursor: q.Get(qAt)}
	if words := q.Get(qColumns); words != "" {
		a.Columns = strings.Split(words, ",")
	}
	var w wrong
	for _, f := range q[qFilter] {
		one, err := register.ParseFilter(d, f, s.zone())
		w.take(err)
		a.Filters = append(a.Filters, one)
	}
	if w.err() == nil {
		w.take(a.Check(d))
	}
	if err := w.err(); err != nil {
		return listAsked{faults: faults(err)}
	}
	return listAsked{Ask: a}
}

// query writes what is asked as an address does; of what is as it comes, nothing.
func (s *Server) query(d register.Definition, a register.Ask) url.Values {
	q := url.Values{}
	if a.Search != "" {
		q.Set(qSearch, a.Search)
	}
	for _, f := range a.Filters {
		c, _ := d.Column(f.Key)
		q.Add(qFilter, f.String(c, s.zone()))
	}
	if a.Sort != "" && a.Sort != d.Order {
		q.Set(qSort, a.Sort)
	}
	if len(a.Columns) > 0 && !slices.Equal(a.Columns, d.Shown()) {
		q.Set(qColumns, strings.Join(a.Columns, ","))
	}
	return q
}

// showList shows a part of a list. What cannot be asked is told above the list as it is at first.
func (s *Server) showList(c echo.Context, d register.Definition, asked listAsked) error {
	status := http.StatusOK
	a := asked.Ask
	if len(asked.faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if err := a.Check(d); err != nil {
		return err
	}
	page, err := s.Lists.Page(c.Request().Context(), d, a, s.zone())
	if len(asked.faults) == 0 && errs.KindOf(err) == errs.Invalid { // a cursor of another list
		a.Cursor, asked.faults, status = "", faults(err), http.StatusUnprocessableEntity
		page, err = s.Lists.Page(c.Request().Context(), d, a, s.zone())
	}
	if err != nil {
		return err
	}
	if err := s.nameDocuments(c, page); err != nil {
		return err
	}
	l := registerview.List{Frame: s.frame(c, d.Title, listCrumbs(d)...), Lead: d.Lead, Faults: append(asked.faults, asked.told...), Home: d.Home, Search: a.Search, Act: "/lists/" + d.Name + "/act", Key: rand.Text()}
	l.Frame.Live, l.Frame.Refresh = false, 0
	if c.QueryParam("done") != "" {
		l.Done = doneWords(c.QueryParam("done"))
	}
	q := s.query(d, a)
	s.listTools(c, d, a, &l)
	s.listTable(d, a, page, &l)
	l.Filters = s.filtersOf(d, a, asked.typed)
	l.Open = asked.typed != nil
	at := func(cursor string) string {
		if cursor == "" {
			return ""
		}
		there := url.Values{qAt: {cursor}}
		for k, v := range q {
			there[k] = v
		}
		return listHref(d.Home, there)
	}
	l.Back, l.Next, l.NextWord = at(page.Back), at(page.Next), "Later"
	if page.Looked > 0 {
		l.Looked = "So far " + s.locale().Whole(int64(page.Looked)) + " " + d.Many + " were looked through for this page."
		l.NextWord = "Look further"
	}
	if err := s.listViews(c, d, q, &l); err != nil {
		return err
	}
	return s.showAs(c, status, registerview.Show(l))
}

// listCrumbs is the way to a list from the room that it stands in.
func listCrumbs(d register.Definition) []ui.Link {
	switch {
	case strings.HasPrefix(d.Home, "/stock/"), d.Home == itemsHome:
		return []ui.Link{{Name: "Stock", Href: "/stock"}, {Name: d.Title}}
	case d.Home == billsHome:
		return []ui.Link{{Name: "Items", Href: itemsHome}, {Name: d.Title}}
	case d.Home == workHome, d.Home == planHome+"/forecasts":
		return []ui.Link{planLink(), {Name: d.Title}}
	}
	return nil
}

// nameDocuments puts the numbers of documents in the place of what the ledger calls them.
func (s *Server) nameDocuments(c echo.Context, page register.Page) error {
	for i, column := range page.Columns {
		if column.Key != "document" {
			continue
		}
		var all []string
		for _, r := range page.Rows {
			all = append(all, r.Cells[i].Text)
		}
		numbers, err := s.papers(c.Request().Context(), all...)
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if number := numbers[r.Cells[i].Text]; number != "" {
				r.Cells[i].Text = number
			}
		}
	}
	return nil
}

// doneWords tells what was just done.
func doneWords(what string) string {
	return map[string]string{"view": "The view is saved.", "dropped": "The view is removed."}[what]
}
