package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/stock"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// lotPage is one lot: its state, where it is, and how it moved.
func (s *Server) lotPage(c echo.Context) error { return s.showLot(c, http.StatusOK, nil) }

func (s *Server) showLot(c echo.Context, status int, why error) error {
	id, err := numberOf(c, "such lot")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	l, err := s.Trade.Material.Store.Lot(ctx, id)
	if err != nil {
		return err
	}
	w, err := s.words(ctx, l.Item)
	if err != nil {
		return err
	}
	page, i := s.stockPage(c, l.Number, ui.Link{Name: "Lots and serials", Href: "/stock/lot"}), w.item(l.Item)
	page.State = upper(l.State.Words())
	if l.State != stock.Free {
		page.Mood = ui.Warning
	}
	expires := "never"
	if !l.Expires.IsZero() {
		expires = l.Expires.In(s.zone()).Format("2 Jan 2006")
	}
	page.Facts = []stockview.Fact{
		{Name: "Item", Text: i.Text + " " + i.Under, Href: i.Href},
		{Name: "Expires", Text: expires},
		{Name: "Came", Text: s.stamp(l.Came)},
	}
	for _, f := range []stockview.Fact{{Name: "Supplier's lot", Text: l.SupplierLot}, {Name: "Why it is " + l.State.Words(), Text: l.Why}, {Name: "By", Text: l.By.Name}} {
		if f.Text != "" {
			page.Facts = append(page.Facts, f)
		}
	}
	of := stock.Search{Item: l.Item, Lot: l.Number}
	where := stock.Shelf{Item: l.Item, Lot: l.Number}
	if l.Serial {
		of.Lot, of.Serial, where.Lot = "", l.Number, ""
	}
	places, err := s.balances(c, where)
	if err != nil {
		return err
	}
	moves, err := s.movesTable(c, of, "/stock/lot/"+asDigits(id))
	if err != nil {
		return err
	}
	if _, there := s.tracer(); there {
		page.Actions = append(page.Actions, ui.Link{Name: "Trace", Href: traceHref(id)}, ui.Link{Name: "Recall", Href: traceHome + "/recall?lot=" + asDigits(id)})
	}
	page.Sections = []stockview.Section{{ID: "where", Title: "Where it is", Table: &places}, moves}
	if storekeeper(c) {
		page.Sections = append(page.Sections, stockview.Section{ID: "state", Title: "Hold or release", Form: holdForm(c, l, why)})
	}
	if page.Folio, err = s.hanging(c, "lot", id); err != nil {
		return err
	}
	return s.showAs(c, status, stockview.Show(page))
}

func holdForm(c echo.Context, l stock.Lot, why error) *stockview.Form {
	state := field("state", "State", string(l.State), false)
	state.As = "select"
	for _, one := range stock.States() {
		state.Choices = append(state.Choices, ui.Choice{Value: string(one), Name: upper(one.Words())})
	}
	if typed := c.FormValue("state"); typed != "" {
		state.Value = typed
	}
	f := &stockview.Form{
		Action: "/stock/lot/" + asDigits(l.ID), Button: "Keep", Hidden: []ui.Choice{{Name: "version", Value: asDigits(l.Version)}},
		Fields: []stockview.Field{state, field("why", "Why", c.FormValue("why"), false)}, Note: "A lot on hold can be moved into quarantine, given back or scrapped, and not issued.",
	}
	if why != nil {
		faulted(f, why)
	}
	return f
}

func (s *Server) holdLot(c echo.Context) error {
	id, err := numberOf(c, "such lot")
	if err != nil {
		return err
	}
	_, err = s.Trade.Material.Store.Hold(c.Request().Context(), stock.Holding{
		Lot: id, State: stock.State(c.FormValue("state")), Why: strings.TrimSpace(c.FormValue("why")), Version: numbered(c.FormValue("version")), By: by(c),
	})
	if status, is := mendable(err); is {
		return s.showLot(c, status, err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/lot/"+asDigits(id), "saved")
}

// placeTree is all places, each below the one that it lies in.
func (s *Server) placeTree(c echo.Context) error {
	w, err := s.words(c.Request().Context())
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Places")
	page.Tabs = stockTabs("/stock/places")
	page.Lead = "Where material can be. What goes to a place that is not ours leaves the stock."
	t := &stockview.Table{Columns: columns("Place", "Name", "Beside line", "State")}
	var add func(parent int64, indent string, depth int)
	add = func(parent int64, indent string, depth int) {
		for _, p := range w.all {
			if p.Parent != parent || depth > 20 {
				continue
			}
			code := w.place(p.ID)
			code.Text = indent + code.Text
			t.Rows = append(t.Rows, []stockview.Cell{code, {Text: p.Name}, {Text: p.Line}, {Text: upper(placeState(p))}})
			add(p.ID, indent+"\u2003", depth+1)
		}
	}
	add(0, "", 0)
	page.Sections = []stockview.Section{{ID: "places", Title: "All places", Table: t, More: []ui.Link{{Name: "As a list", Href: "/stock/place"}}}}
	if storekeeper(c) {
		page.Sections[0].More = append(page.Sections[0].More, ui.Link{Name: "Import", Href: "/lists/places/import"})
		page.Sections = append(page.Sections, stockview.Section{ID: "new", Title: "Add a place", Form: s.placeForm(c, w, stock.Place{}, nil)})
	}
	return s.show(c, stockview.Show(page))
}

func placeState(p stock.Place) string {
	switch {
	case p.Virtual:
		return "not ours"
	case p.Retired:
		return "no longer used"
	case p.Counting != 0:
		return "being counted"
	case p.Quarantine:
		return "quarantine"
	}
	return ""
}

func (s *Server) placeForm(c echo.Context, w words, p stock.Place, why error) *stockview.Form {
	within := w.codes[p.Parent]
	tick := func(on bool) string { return map[bool]string{true: "on"}[on] }
	if why != nil {
		p.Code, p.Name, p.Line, within = c.FormValue("code"), c.FormValue("name"), c.FormValue("line"), c.FormValue("within")
		p.Quarantine, p.Retired = c.FormValue("quarantine") == "on", c.FormValue("retired") == "on"
	}
	in := field("within", "Lies in", within, true)
	in.Offers = w.places(true)
	quarantine := field("quarantine", "Quarantine: what lies there is held", tick(p.Quarantine), true)
	quarantine.As = "check"
	f := &stockview.Form{
		Action: "/stock/place/" + asDigits(p.ID), Button: "Keep", Hidden: []ui.Choice{{Name: "version", Value: asDigits(p.Version)}},
		Fields: []stockview.Field{field("code", "Code", p.Code, false), field("name", "Name", p.Name, true), in, field("line", "Beside line", p.Line, true), quarantine},
	}
	if p.ID != 0 {
		retired := field("retired", "No longer used", tick(p.Retired), true)
		retired.As = "check"
		f.Fields = append(f.Fields, retired)
	}
	f.Fields = append(f.Fields, field("why", "Why", c.FormValue("why"), true))
	if why != nil {
		faulted(f, why)
	}
	return f
}

// placePage is one place: what is there, and what it is.
func (s *Server) placePage(c echo.Context) error { return s.showPlace(c, http.StatusOK, nil) }

func (s *Server) showPlace(c echo.Context, status int, why error) error {
	id, err := numberOf(c, "such place")
	if err != nil {
		return err
	}
	w, err := s.words(c.Request().Context())
	if err != nil {
		return err
	}
	var p stock.Place
	if id != 0 {
		if p, err = s.Trade.Material.Store.Place(c.Request().Context(), id); err != nil {
			return err
		}
	}
	title := p.Code
	if id == 0 {
		title = "New place"
	}
	page := s.stockPage(c, title, ui.Link{Name: "Places", Href: "/stock/places"})
	if page.Lead, page.State = p.Name, upper(placeState(p)); id != 0 {
		there, err := s.balances(c, stock.Shelf{Place: id, Limit: 500})
		if err != nil {
			return err
		}
		moves, err := s.movesTable(c, stock.Search{Place: id}, "/stock/place/"+asDigits(id))
		if err != nil {
			return err
		}
		page.Sections = []stockview.Section{{ID: "where", Title: "What is there", Table: &there}, moves}
	}
	if storekeeper(c) && (id == 0 || id >= stock.Warehouse) {
		page.Sections = append(page.Sections, stockview.Section{ID: "place", Title: "The place", Form: s.placeForm(c, w, p, why)})
	}
	if id != 0 {
		if page.Folio, err = s.hanging(c, "place", id); err != nil {
			return err
		}
	}
	return s.showAs(c, status, stockview.Show(page))
}

func (s *Server) keepPlace(c echo.Context) error {
	id, err := numberOf(c, "such place")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	p := stock.Place{
		ID: id, Code: strings.TrimSpace(c.FormValue("code")), Name: strings.TrimSpace(c.FormValue("name")), Line: strings.TrimSpace(c.FormValue("line")),
		Quarantine: c.FormValue("quarantine") == "on", Retired: c.FormValue("retired") == "on", Version: numbered(c.FormValue("version")),
	}
	if within := c.FormValue("within"); strings.TrimSpace(within) != "" {
		parent, err := w.placed(within)
		if err != nil {
			return s.showPlace(c, http.StatusUnprocessableEntity, err)
		}
		p.Parent = parent.ID
	}
	p, err = s.Trade.Material.Store.KeepPlace(ctx, p, by(c), strings.TrimSpace(c.FormValue("why")))
	if status, is := mendable(err); is {
		return s.showPlace(c, status, err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/place/"+asDigits(p.ID), "saved")
}
