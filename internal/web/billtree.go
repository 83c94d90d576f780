// What an item is made of down to what is bought, and what that costs.

package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
	"millwright/internal/plant"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// How much of a tree a page shows.
const (
	treeDepth = 20
	treeRows  = 2000
)

// graphOf is the item that an address names, all that it is made of, and the page that is made of that.
func (s *Server) graphOf(c echo.Context, what string) (item.Item, *bill.Graph, itemview.Page, error) {
	i, err := s.itemOf(c)
	if err != nil {
		return i, nil, itemview.Page{}, err
	}
	page := s.itemView(c, i.Number, ui.Link{Name: i.Number, Href: itemHref(i.ID)}, ui.Link{Name: what})
	page.Title, page.Sub = i.Number+": "+what, i.Name
	g, err := s.Trade.Bills.Below(c.Request().Context(), []int64{i.ID}, s.Now())
	return i, g, page, err
}

// askHow is the form by which a page is asked about another quantity.
func askHow(c echo.Context, q plant.Quantity, unit string) *itemview.Ask {
	value := c.QueryParam("quantity")
	if value == "" {
		value = q.String()
	}
	return &itemview.Ask{Action: c.Request().URL.Path, Button: "Show", Inputs: []ui.Input{{ID: "quantity", Label: "For how many " + unit, Value: value}}}
}

// madeOfPage shows what an item is made of: as a tree, and what of each is needed in all.
func (s *Server) madeOfPage(c echo.Context) error {
	i, g, page, err := s.graphOf(c, "made of")
	if err != nil {
		return err
	}
	q, status := askedQuantity(c, &page, plant.One)
	page.Ask = askHow(c, q, symbol(i.Unit))
	branches, whole, err := g.Tree(i.ID, q, treeDepth, treeRows)
	var needs []bill.Need
	if err == nil {
		needs, err = g.Needs(i.ID, q)
	}
	if errs.KindOf(err) == errs.Invalid {
		page.Faults = append(page.Faults, faults(err)...)
		return s.showAs(c, http.StatusUnprocessableEntity, itemview.Show(page))
	} else if err != nil {
		return err
	}
	tree := itemview.Table{ID: "tree", Title: "Tree", Columns: heads("Item", "Name", "#Position", "#Quantity", "Note"), Empty: "It has no bill of material in force.", Tall: true}
	if !whole {
		tree.Lead = "Some of it is left out: open an item for what it is made of."
	}
	for _, b := range branches {
		of := g.Items[b.Line.Item]
		name := linked(of.Number, itemHref(of.ID))
		name.Depth = b.Depth - 1
		r := cells(name, plainCell(of.Name), num(strconv.FormatInt(b.Line.Position, 10)), num(b.Quantity.String(), symbol(of.Unit)), plainCell(branchNote(b, of)))
		r.Hush = b.Line.Instead != 0
		tree.Rows = append(tree.Rows, r)
	}
	page.Tables = []itemview.Table{tree, needsTable(needs, g)}
	return s.showAs(c, status, itemview.Show(page))
}

func branchNote(b bill.Branch, of item.Item) string {
	switch {
	case b.Line.Kind != bill.Component:
		return string(b.Line.Kind)
	case b.Line.Instead != 0:
		return "may stand for position " + strconv.FormatInt(b.Line.Instead, 10)
	case of.Phantom:
		return "phantom"
	case b.Deeper:
		return "its parts are left out"
	}
	return ""
}

func needsTable(needs []bill.Need, g *bill.Graph) itemview.Table {
	t := itemview.Table{ID: "needs", Title: "Needed in all", Lead: "Without regard to stock. What an order takes once is taken once for each item that is made.", Columns: heads("Item", "Name", "#Level", "#Quantity", "Comes by"), Tall: true}
	for _, n := range needs {
		of := g.Items[n.Item]
		comes := string(of.Kind)
		if n.Phantom {
			comes = "phantom"
		}
		t.Rows = append(t.Rows, cells(linked(of.Number, itemHref(of.ID)), plainCell(of.Name), num(strconv.Itoa(n.Level)), num(n.Quantity.String(), symbol(of.Unit)), plainCell(comes)))
	}
	return t
}

// costPage shows what making an item costs, line by line.
func (s *Server) costPage(c echo.Context) error {
	i, g, page, err := s.graphOf(c, "cost")
	if err != nil {
		return err
	}
	q, status := askedQuantity(c, &page, 0)
	cost, err := g.Roll(i.ID, q, bill.Standard)
	if errs.KindOf(err) == errs.Invalid {
		page.Faults = append(page.Faults, faults(err)...)
		page.Ask = askHow(c, plant.One, symbol(i.Unit))
		return s.showAs(c, http.StatusUnprocessableEntity, itemview.Show(page))
	} else if err != nil {
		return err
	}
	page.Ask = askHow(c, cost.Quantity, symbol(i.Unit))
	page.Lead = "What is bought costs its standard cost; what is made, what its own bill comes to in its usual lot. Set-ups are spread over the lot."
	page.Facts = []itemview.Facts{s.costFacts(cost, i)}
	page.Tables = []itemview.Table{s.rolledTable(cost, g)}
	return s.showAs(c, status, itemview.Show(page))
}

func (s *Server) costFacts(c bill.Cost, i item.Item) itemview.Facts {
	f := itemview.Facts{ID: "sums", Title: "For " + c.Quantity.String() + " " + symbol(i.Unit), Rows: []itemview.Fact{
		{Name: "Material", Value: s.priced(c.Material)}, {Name: "Machines", Value: s.priced(c.Machine)}, {Name: "Labour", Value: s.priced(c.Labour)}, {Name: "Together", Value: s.priced(c.Total())},
	}}
	if c.Shared != 0 {
		f.Rows = append(f.Rows, itemview.Fact{Name: "Of that for what comes out besides", Value: s.priced(c.Shared)})
	}
	one := itemview.Fact{Name: "1 " + symbol(i.Unit), Value: s.priced(c.Unit)}
	if !c.Known {
		one.Value += ", and more: something has no cost yet"
	}
	f.Rows = append(f.Rows, one)
	if i.Standard > 0 {
		f.Rows = append(f.Rows, itemview.Fact{Name: "Its standard cost", Value: s.priced(i.Standard)})
	}
	return f
}

func (s *Server) rolledTable(c bill.Cost, g *bill.Graph) itemview.Table {
	t := itemview.Table{ID: "lines", Title: "Line by line", Columns: heads("#Position", "What", "#How much", "#Rate", "#Machines", "#Labour", "#Amount", "Where from"), Empty: "It has no bill of material in force: it costs what its standard cost says."}
	for _, l := range c.Lines {
		if l.Centre != 0 {
			k := g.Centres[l.Centre]
			t.Rows = append(t.Rows, cells(
				num(strconv.FormatInt(l.Position, 10)), plainCell(l.Name), num(written.WriteDuration(l.Time)), num(""), num(l.Machine.String()), num(l.Labour.String()), num(l.Amount.String()),
				plainCell(k.Code+": "+k.Machine.String()+" machine, "+k.Labour.String()+" labour an hour"),
			))
			continue
		}
		of := g.Items[l.Item]
		from, rate := "standard cost", l.Rate.String()
		switch {
		case l.Amount < 0:
			from, rate = "share of what comes out besides", ""
		case !l.Known && l.Rate == 0:
			from, rate = "no cost is known", "–"
		case l.Rolled:
			from = "its own bill"
		}
		source := plainCell(from)
		if l.Rolled {
			source.Href = itemHref(of.ID) + "/cost"
		}
		if !l.Known {
			source.Mood = ui.Warning
			source.Href = ""
		}
		t.Rows = append(t.Rows, cells(num(strconv.FormatInt(l.Position, 10)), linked(of.Number+" "+of.Name, itemHref(of.ID)), num(l.Quantity.String(), symbol(of.Unit)), num(rate), num(""), num(""), num(l.Amount.String()), source))
	}
	if len(t.Rows) > 0 {
		t.Foot = []itemview.Cell{{Text: "Together"}, {}, {}, {}, num(c.Machine.String()), num(c.Labour.String()), num((c.Total() - c.Shared).String()), {}}
	}
	return t
}
