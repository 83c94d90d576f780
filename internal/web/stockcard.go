package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// movesShown is how many moves stand on a page.
const movesShown = 50

// stockCard is one item: how much there is, where, and how it moved.
func (s *Server) stockCard(c echo.Context) error {
	id, err := numberOf(c, "such item")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	i, err := s.Trade.Items.Find(ctx, id)
	if err != nil {
		return err
	}
	all, err := s.Trade.Material.Ledger.OnHand(ctx, id)
	if err != nil {
		return err
	}
	page, at := s.stockPage(c, i.Number, ui.Link{Name: "Stock by item", Href: "/stock/item"}), all[0]
	page.Lead = i.Name
	page.Figures = s.stockFigures(i, at)
	page.Tabs = itemTabs(i.ID, "stock")
	if storekeeper(c) {
		for _, k := range postKinds() {
			page.Actions = append(page.Actions, ui.Link{Name: k.name, Href: "/stock/post/" + k.path + "?item=" + queryOf(i.Number)})
		}
	}
	places, err := s.balances(c, stock.Shelf{Item: id, Limit: 500})
	if err != nil {
		return err
	}
	moves, err := s.movesTable(c, stock.Search{Item: id}, "/stock/item/"+asDigits(id))
	if err != nil {
		return err
	}
	page.Sections = []stockview.Section{{ID: "where", Title: "Where it is", Table: &places}, moves}
	if err := s.addReserved(c, &page, i); err != nil {
		return err
	}
	return s.show(c, stockview.Show(page))
}

// addReserved tells what the item is reserved for, and its variances.
func (s *Server) addReserved(c echo.Context, page *stockview.Page, i item.Item) error {
	ctx := c.Request().Context()
	meant, err := s.Trade.Material.Meant.Reserved(ctx, stock.Meant{Item: i.ID})
	if err != nil {
		return err
	}
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	var of []string
	for _, r := range meant {
		of = append(of, r.Document)
	}
	numbers, err := s.papers(ctx, of...)
	if err != nil {
		return err
	}
	t := &stockview.Table{Columns: columns("For", "#Quantity", "From", "By"), Empty: "Nothing is reserved."}
	for _, r := range meant {
		whom := docCell(numbers, r.Document)
		whom.Under = r.Why
		from := "any place"
		if r.Hard {
			from = strings.TrimSpace(w.codes[r.Place] + " " + r.Lot + r.Serial)
		}
		t.Rows = append(t.Rows, []stockview.Cell{whom, {Text: s.muchOf(r.Quantity, i.Unit)}, {Text: from}, {Text: r.By.Name, Under: s.stamp(r.At)}})
	}
	page.Sections = append(page.Sections, stockview.Section{ID: "reserved", Title: "Reserved", Table: t})
	entries, err := s.Trade.Material.Accounts.Entries(ctx, costing.Entries{Item: i.ID, Limit: movesShown})
	if err != nil || len(entries) == 0 {
		return err
	}
	v := &stockview.Table{Columns: columns("When", "What", "#"+s.inMoney("Into the stock"), "#"+s.inMoney("Variance"), "Why")}
	for _, e := range entries {
		what := stockview.Cell{Text: e.Kind}
		if e.Move != 0 {
			what.Href = "/stock/move/" + asDigits(e.Move)
		}
		v.Rows = append(v.Rows, []stockview.Cell{{Text: s.stamp(e.At), Under: e.By.Name}, what, {Text: s.cents(e.Gain)}, {Text: s.cents(e.Variance)}, {Text: e.Why}})
	}
	page.Sections = append(page.Sections, stockview.Section{ID: "variances", Title: "Variances and late costs", Table: v})
	return nil
}

// columns are the heads of a table; # marks numbers.
func columns(names ...string) (all []stockview.Column) {
	for _, n := range names {
		name, is := strings.CutPrefix(n, "#")
		all = append(all, stockview.Column{Name: name, Number: is})
	}
	return all
}

// balances is what there is at places.
func (s *Server) balances(c echo.Context, of stock.Shelf) (t stockview.Table, err error) {
	ctx := c.Request().Context()
	all, err := s.Trade.Material.Ledger.Balances(ctx, of)
	if err != nil {
		return t, err
	}
	var ids []int64
	for _, b := range all {
		ids = append(ids, b.Item)
	}
	w, err := s.words(ctx, ids...)
	if err != nil {
		return t, err
	}
	t = stockview.Table{Columns: columns("Place", "Item", "Lot or serial", "#Quantity", "#Allocated", "State"), Empty: "There is none."}
	for _, b := range all {
		state, mood := b.State.Words(), ui.Plain
		if b.Held() {
			mood = ui.Warning
		}
		if b.Quarantine {
			state = "in a quarantine place"
		}
		lot := stockview.Cell{Text: b.Lot + b.Serial}
		if !b.Expires.IsZero() {
			lot.Under = "expires " + b.Expires.In(s.zone()).Format("2 Jan 2006")
		}
		number := w.item(b.Item)
		if number.Under = ""; b.Revision != "" {
			number.Under = "revision " + b.Revision
		}
		t.Rows = append(t.Rows, []stockview.Cell{w.place(b.Place), number, lot, {Text: s.muchOf(b.Quantity, w.items[b.Item].Unit)}, {Text: s.much(b.Allocated)}, {Text: upper(state), Mood: mood}})
	}
	return t, nil
}

// movesTable is moves, the newest first, and the way to older ones.
func (s *Server) movesTable(c echo.Context, of stock.Search, home string) (sec stockview.Section, err error) {
	ctx := c.Request().Context()
	of.Newest, of.Limit = true, movesShown+1
	of.Before = numbered(c.QueryParam("before"))
	all, err := s.Trade.Material.Ledger.Moves(ctx, of)
	if err != nil {
		return sec, err
	}
	var ids []int64
	var documents []string
	for _, e := range all {
		ids, documents = append(ids, e.Item), append(documents, e.Document)
	}
	w, err := s.words(ctx, ids...)
	if err != nil {
		return sec, err
	}
	numbers, err := s.papers(ctx, documents...)
	if err != nil {
		return sec, err
	}
	t := &stockview.Table{Columns: columns("#Number", "When", "What", "Item", "#Quantity", "From", "To", "#"+s.inMoney("Value"), "For", "By"), Empty: "Nothing has moved."}
	for i, e := range all {
		if i == movesShown {
			sign := "?"
			if strings.Contains(home, "?") {
				sign = "&"
			}
			sec.More = []ui.Link{{Name: "Earlier moves", Href: home + sign + "before=" + asDigits(all[i-1].Number)}}
			break
		}
		number := w.item(e.Item)
		number.Under = strings.TrimSpace(e.Lot + " " + e.Serial)
		t.Rows = append(t.Rows, []stockview.Cell{
			{Text: asDigits(e.Number), Href: "/stock/move/" + asDigits(e.Number)},
			{Text: s.stamp(e.At)},
			{Text: upper(string(e.Kind))},
			number,
			{Text: s.muchOf(e.Quantity, w.items[e.Item].Unit)},
			w.place(e.From), w.place(e.To),
			{Text: s.cents(e.Value)},
			docCell(numbers, e.Document),
			{Text: e.By.Name, Under: e.Why},
		})
	}
	sec.ID, sec.Title, sec.Table = "moves", "Moves", t
	return sec, nil
}

// stockMove is one move, and how to take it back.
func (s *Server) stockMove(c echo.Context) error { return s.movePage(c, http.StatusOK, nil) }

func (s *Server) movePage(c echo.Context, status int, why error) error {
	id, err := numberOf(c, "such move")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	found, err := s.Trade.Material.Ledger.Moves(ctx, stock.Search{After: id - 1, Before: id + 1, Limit: 1})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errs.New(errs.NotFound, "there is no move %d", id)
	}
	m := found[0]
	w, err := s.words(ctx, m.Item)
	if err != nil {
		return err
	}
	numbers, err := s.papers(ctx, m.Document)
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Move "+asDigits(id), ui.Link{Name: "Moves", Href: "/stock/move"})
	i, from, to, whom := w.item(m.Item), w.place(m.From), w.place(m.To), docCell(numbers, m.Document)
	unit := w.items[m.Item].Unit
	page.Facts = []stockview.Fact{
		{Name: "What", Text: upper(string(m.Kind))},
		{Name: "Item", Text: i.Text + " " + i.Under, Href: i.Href},
		{Name: "Lot or serial", Text: orNone(m.Lot + m.Serial)},
		{Name: "Quantity", Text: s.muchOf(m.Quantity, unit)},
		{Name: "From", Text: from.Text, Href: from.Href},
		{Name: "To", Text: to.Text, Href: to.Href},
		{Name: "Value", Text: s.worth(m.Value)},
		{Name: "For", Text: orNone(whom.Text), Href: whom.Href},
		{Name: "Happened", Text: s.stamp(m.At)},
		{Name: "Posted", Text: s.stamp(m.Posted)},
		{Name: "By", Text: m.By.Name},
		{Name: "Why", Text: orNone(m.Why)},
	}
	if m.Reverses != 0 {
		page.Facts = append(page.Facts, stockview.Fact{Name: "Takes back", Text: "move " + asDigits(m.Reverses), Href: "/stock/move/" + asDigits(m.Reverses)})
	}
	if m.Back > 0 {
		page.Facts = append(page.Facts, stockview.Fact{Name: "Taken back since", Text: s.muchOf(m.Back, unit)})
	}
	if rest := m.Quantity - m.Back; storekeeper(c) && m.Kind != stock.Reversal && rest > 0 {
		f := &stockview.Form{Action: "/stock/move/" + asDigits(id), Button: "Take it back", Danger: true, Hidden: []ui.Choice{keyField(c)}, Note: "It stays in the ledger, with a move that undoes it."}
		q := field("quantity", "Quantity", c.FormValue("quantity"), true)
		q.Help = "All of it, " + s.muchOf(rest, unit) + ", when left empty."
		f.Fields = []stockview.Field{q, field("why", "Why", c.FormValue("why"), false)}
		if why != nil {
			faulted(f, why)
		}
		page.Sections = []stockview.Section{{ID: "back", Title: "Take it back", Form: f}}
	}
	if page.Folio, err = s.hanging(c, "move", id); err != nil {
		return err
	}
	return s.showAs(c, status, stockview.Show(page))
}

func (s *Server) reverseMove(c echo.Context) error {
	id, err := numberOf(c, "such move")
	if err != nil {
		return err
	}
	r := stock.Undoing{Key: pageKey(c), Move: id, By: by(c), Why: strings.TrimSpace(c.FormValue("why"))}
	if typed := strings.TrimSpace(c.FormValue("quantity")); typed != "" {
		q, err := plant.ParseQuantity(strings.Replace(typed, ",", ".", 1))
		if err != nil || q <= 0 {
			return s.movePage(c, http.StatusUnprocessableEntity, &errs.Error{Kind: errs.Invalid, Words: "take it back", Fields: []errs.Field{{Path: "quantity", Message: "Write how much is taken back, above nothing."}}})
		}
		r.Quantity = q
	}
	back, err := s.Trade.Material.Ledger.Reverse(c.Request().Context(), r)
	if status, is := mendable(err); is {
		return s.movePage(c, status, err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/move/"+asDigits(back.First), "saved")
}
