// The addresses of items and of how they are made.

package web

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// itemPages are those of items, bills and work centres, of labels and of what they name.
func (s *Server) itemPages() []route {
	return []route{
		get("/items/new", plant.Viewer, s.newItem).by(plant.Planner),
		post("/items/new", plant.Viewer, s.addItem).by(plant.Planner),
		get("/items/:number", plant.Viewer, s.itemPage),
		get("/items/:number/change", plant.Viewer, s.showItemForm).by(plant.Planner),
		post("/items/:number/change", plant.Viewer, s.keepItem).by(plant.Planner),
		get("/items/:number/uses", plant.Viewer, s.usesPage),
		get("/items/:number/tree", plant.Viewer, s.madeOfPage),
		get("/items/:number/cost", plant.Viewer, s.costPage),
		get("/items/:number/bill", plant.Viewer, s.newBill).by(plant.Planner),
		post("/items/:number/bill", plant.Viewer, s.addBill).by(plant.Planner),
		get(billsHome, plant.Viewer, s.listPage("bills")),
		get("/bills/:number", plant.Viewer, s.billPage),
		get("/bills/:number/change", plant.Viewer, s.showBillForm).by(plant.Planner),
		post("/bills/:number/change", plant.Viewer, s.keepBill).by(plant.Planner),
		post("/bills/:number/release", plant.Viewer, s.releaseBill).by(plant.Planner),
		post("/bills/:number/obsolete", plant.Viewer, s.obsoleteBill).by(plant.Planner),
		get("/bills/:number/compare", plant.Viewer, s.comparePage),
		get(centresHome, plant.Viewer, s.centresPage),
		get(centresHome+"/new", plant.Viewer, s.newCentre).by(plant.Planner),
		post(centresHome+"/new", plant.Viewer, s.keepCentre).by(plant.Planner),
		get(centresHome+"/:number", plant.Viewer, s.showCentre).by(plant.Planner),
		post(centresHome+"/:number", plant.Viewer, s.keepCentre).by(plant.Planner),
		get(toolsHome, plant.Viewer, s.listPage("tools")),
		get(toolsHome+"/new", plant.Viewer, s.newTool).by(plant.Planner),
		post(toolsHome+"/new", plant.Viewer, s.keepTool).by(plant.Planner),
		get(toolsHome+"/:number", plant.Viewer, s.toolPage),
		get(toolsHome+"/:number/change", plant.Viewer, s.changeTool).by(plant.Planner),
		post(toolsHome+"/:number/change", plant.Viewer, s.keepTool).by(plant.Planner),
		get("/scan", plant.Viewer, s.scanPage),
		get("/labels", plant.Viewer, s.labelsPage),
		get("/labels.pdf", plant.Viewer, s.labelsFile),
	}
}

const (
	itemsHome   = "/items"
	billsHome   = "/bills"
	centresHome = "/centres"
	toolsHome   = "/tools"
)

func itemHref(id int64) string { return itemsHome + "/" + strconv.FormatInt(id, 10) }
func billHref(id int64) string { return billsHome + "/" + strconv.FormatInt(id, 10) }

// itemOf finds the item that an address names.
func (s *Server) itemOf(c echo.Context) (item.Item, error) {
	if s.Trade.Items == nil {
		return item.Item{}, errs.New(errs.NotFound, "there are no items here")
	}
	id, err := numberOf(c, "such item")
	if err != nil {
		return item.Item{}, err
	}
	return s.Trade.Items.Find(c.Request().Context(), id)
}

// keeps tells whether the reader may change items and bills.
func (s *Server) keeps(c echo.Context) bool {
	v := visitorOf(c)
	return plant.Planner.Open(v.Role, v.reach.Duties)
}

// itemFrame is a page below an item.
func (s *Server) itemView(c echo.Context, title string, crumbs ...ui.Link) itemview.Page {
	f := s.frame(c, title, append([]ui.Link{{Name: "Items", Href: itemsHome}}, crumbs...)...)
	f.Live, f.Refresh, f.Items = false, 0, true
	page := itemview.Page{Frame: f, Title: title}
	if words := itemDone[c.QueryParam("done")]; words != "" {
		page.Done = words
	}
	return page
}

// itemDone is what was done, by the word that an address says it with.
var itemDone = map[string]string{
	"added": "Added.", "kept": "Kept.", "released": "Released: it is never changed from here on.", "obsolete": "Obsolete: it is not used any more.",
}

func changeOf(c echo.Context) item.Change {
	return item.Change{By: visitorOf(c).Person, Why: strings.TrimSpace(c.FormValue("why")), Key: c.FormValue("key")}
}

// seenVersion is the version that who sends a form has seen.
func seenVersion(c echo.Context) int64 {
	v, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number has seen nothing
	return v
}

// typedAgain is the status of a form that is shown again; an error that no typing mends goes its own way.
func typedAgain(err error) (status int, again bool) {
	switch errs.KindOf(err) {
	case errs.Invalid:
		return http.StatusUnprocessableEntity, true
	case errs.Conflict:
		return http.StatusConflict, true
	}
	return 0, false
}

// formKey is the key of a form: that of the one that is shown again, else a new one.
func formKey(c echo.Context) string {
	if key := c.FormValue("key"); key != "" {
		return key
	}
	return rand.Text()
}

// sentRows are the numbers of the rows that a table of a form has sent.
func sentRows(c echo.Context, table, column string) []string {
	return rowsSent(c, table+"-"+column+"-")
}

var rowPath = regexp.MustCompile(`^(lines|operations)\[(\d+)\](?:\.(\w+))?$`)

// rowFaults ties what is wrong with rows to the fields that they stand in; rows are their numbers, by the name of the table.
func rowFaults(all []ui.Fault, rows map[string][]int) []ui.Fault {
	for i, f := range all {
		m := rowPath.FindStringSubmatch(f.Field)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil || n >= len(rows[m[1]]) {
			continue
		}
		field := m[3]
		if field == "" || field == "time" {
			field = map[string]string{"lines": "item", "operations": "run"}[m[1]]
		}
		at := rows[m[1]][n]
		all[i] = ui.Fault{Field: m[1] + "-" + field + "-" + strconv.Itoa(at), Text: "Row " + strconv.Itoa(at+1) + ": " + upper(f.Text) + "."}
	}
	return all
}

// choices are words as options, each written big.
func choices[T ~string](all []T) (out []ui.Choice) {
	for _, w := range all {
		out = append(out, ui.Choice{Value: string(w), Name: upper(string(w))})
	}
	return out
}

// unitOffers are the units in which items are counted, as a browser offers them.
func unitOffers() (all []ui.Choice) {
	kinds := []string{"count", "package", "mass", "length", "area", "volume", "time", "energy"}
	for _, u := range measure.All() {
		if slices.Contains(kinds, u.Kind) {
			all = append(all, ui.Choice{Value: u.Code, Name: u.Symbol + ", " + u.Name})
		}
	}
	return all
}

// day writes a moment as a date of the plant, with its time where it has one.
func (s *Server) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(s.zone())
	if t.Hour()+t.Minute()+t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// heads are the heads of columns; one that begins with "#" is of numbers.
func heads(names ...string) (all []itemview.Column) {
	for _, n := range names {
		name, num := strings.CutPrefix(n, "#")
		all = append(all, itemview.Column{Name: name, Num: num})
	}
	return all
}

// num is a cell of a number with its unit.
func num(text string, unit ...string) itemview.Cell {
	if len(unit) > 0 && text != "" {
		text += " " + unit[0]
	}
	return itemview.Cell{Text: text, Num: true}
}

func plainCell(text string) itemview.Cell     { return itemview.Cell{Text: text} }
func linked(text, href string) itemview.Cell  { return itemview.Cell{Text: text, Href: href} }
func cells(all ...itemview.Cell) itemview.Row { return itemview.Row{Cells: all} }
func symbol(unit string) string               { return measure.Symbol(unit) }
