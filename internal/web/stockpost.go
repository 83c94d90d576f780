package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// postKind is something that is posted step by step: one field at a time, as a scanner fills them.
type postKind struct {
	path, name string
	from, to   int64 // 0 is asked for
	steps      []string
}

func postKinds() []postKind {
	return []postKind{
		{"receive", "Receive", stock.Supplier, 0, []string{"item", "lot", "to", "quantity", "paid", "document"}},
		{"issue", "Issue", 0, stock.Customer, []string{"item", "from", "lot", "quantity", "document", "why"}},
		{"transfer", "Move", 0, 0, []string{"item", "from", "lot", "to", "quantity"}},
		{"scrap", "Scrap", 0, stock.Scrapped, []string{"item", "from", "lot", "quantity", "why"}},
	}
}

// postAsk is one posting as far as its fields are filled in.
type postAsk struct {
	kind postKind
	w    words
	item item.Item
	move stock.Move
	why  string
	text map[string]string // as typed
	best []stock.Pick
}

func numbered(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // what is no number asks for nothing
	return max(0, n)
}

// keyField keeps a form from being carried out twice.
func keyField(c echo.Context) ui.Choice {
	key := c.FormValue("key")
	if key == "" || c.Request().Method == http.MethodGet {
		key = rand.Text()
	}
	return ui.Choice{Name: "key", Value: key}
}

// pageKey is the key of a form, apart from those of others.
func pageKey(c echo.Context) string {
	if key := c.FormValue("key"); key != "" && len(key) < 100 {
		return fmt.Sprintf("page/%d/%s", by(c).ID, key)
	}
	return ""
}

// reads reads the fields in their order, as far as they are given; step is the first that is missing or wrong, "" for none.
func (s *Server) reads(c echo.Context, get func(string) (string, bool)) (a postAsk, step string, err error) {
	for _, k := range postKinds() {
		if k.path == c.Param("step") {
			a.kind = k
		}
	}
	if a.kind.path == "" {
		return a, "", errs.New(errs.NotFound, "nothing is posted so")
	}
	ctx := c.Request().Context()
	if a.w, err = s.words(ctx); err != nil {
		return a, "", err
	}
	a.text = map[string]string{}
	a.move = stock.Move{From: a.kind.from, To: a.kind.to, Source: "person"}
	for _, step := range a.kind.steps {
		text, given := get(step)
		if step == "lot" && a.item.Tracking == item.None {
			continue
		}
		if !given {
			return a, step, nil
		}
		a.text[step] = text
		if err := s.readStep(c, &a, step, strings.TrimSpace(text)); err != nil {
			return a, step, err
		}
	}
	return a, "", nil
}

// readStep reads one field.
func (s *Server) readStep(c echo.Context, a *postAsk, step, text string) (err error) {
	switch step {
	case "item":
		if text == "" {
			return errs.New(errs.Invalid, "scan or type an item")
		}
		if a.item, err = s.Trade.Items.ByCode(c.Request().Context(), text); errs.KindOf(err) == errs.NotFound {
			return errs.New(errs.Invalid, "there is no item %q", errs.Clip(text))
		}
		a.move.Item = a.item.ID
		if err == nil && a.kind.from == 0 {
			err = s.suggest(c, a)
		}
		return err
	case "from", "to":
		p, err := a.w.placed(text)
		if err == nil && p.Virtual {
			err = errs.New(errs.Invalid, "%s is none of our places", p.Code)
		}
		if step == "from" {
			a.move.From = p.ID
		} else {
			a.move.To = p.ID
		}
		return err
	case "lot":
		if text == "" {
			return errs.New(errs.Invalid, "%s is kept by %ss; scan or type it", a.item.Number, a.item.Tracking)
		}
		if a.item.Tracking == item.Serial {
			a.move.Serial = text
		} else {
			a.move.Lot = text
		}
		return nil
	}
	if step == "document" && s.Names != nil && text != "" && !strings.Contains(text, "/") {
		if text, err = s.Names.Find(c.Request().Context(), text); errs.KindOf(err) == errs.NotFound {
			return errs.New(errs.Invalid, "there is no document %q", errs.Clip(a.text[step]))
		} else if err != nil {
			return err
		}
	}
	return a.readRest(step, text)
}

func (a *postAsk) readRest(step, text string) error {
	switch step {
	case "quantity":
		number, unit, _ := strings.Cut(text, " ")
		q, err := plant.ParseQuantity(strings.Replace(number, ",", ".", 1))
		if err != nil {
			return errs.New(errs.Invalid, "write how much, such as 12 or 2.5")
		}
		if unit = strings.TrimSpace(unit); unit != "" {
			if q, err = a.item.Stock(q, unit); err != nil {
				return err
			}
		}
		if q <= 0 {
			return errs.New(errs.Invalid, "a move needs more than nothing; it has %s", q)
		}
		a.move.Quantity = q
	case "paid":
		if text == "" {
			return nil
		}
		m, err := plant.ParseMoney(strings.Replace(text, ",", ".", 1))
		if err != nil || m < 0 {
			return errs.New(errs.Invalid, "write an amount of money, such as 4.50, or nothing")
		}
		a.move.Paid = &m
	case "document":
		a.move.Document = text
	case "why":
		if a.why = text; text == "" && (a.kind.to == stock.Scrapped || a.other()) {
			return errs.New(errs.Invalid, "say why it is scrapped, or another is taken than suggested")
		}
	}
	return nil
}

// suggest finds what is taken first.
func (s *Server) suggest(c echo.Context, a *postAsk) error {
	there, err := s.Trade.Material.Ledger.Balances(c.Request().Context(), stock.Shelf{Item: a.item.ID, Limit: 1000})
	a.best, _ = stock.Suggest(there, stock.FEFO, plant.Quantity(1)<<55, s.Now())
	return err
}

// other tells whether another lot is issued than the first that is suggested.
func (a *postAsk) other() bool {
	return a.kind.path == "issue" && len(a.best) > 0 && (a.best[0].Lot != a.move.Lot || a.item.Tracking == item.Serial && a.best[0].Serial != a.move.Serial)
}

// postForm asks for the next field, or shows what is about to be posted.
func (s *Server) postForm(c echo.Context) error {
	q := c.QueryParams()
	a, step, err := s.reads(c, func(name string) (string, bool) { return q.Get(name), q.Has(name) })
	status := http.StatusOK
	if code, is := mendable(err); is {
		status = code
	} else if err != nil {
		return err
	}
	return s.askStep(c, status, a, step, err)
}

// askStep is the page of one field, or the last one.
func (s *Server) askStep(c echo.Context, status int, a postAsk, step string, why error) error {
	page := s.stockPage(c, a.kind.name)
	for _, k := range a.kind.steps {
		if text, given := a.text[k]; given && k != step {
			page.Facts = append(page.Facts, stockview.Fact{Name: stepLabel(a, k), Text: orNone(text)})
		}
	}
	if n := numbered(c.QueryParam("posted")); n > 0 {
		page.Lead = "Posted as move " + asDigits(n) + "."
		page.Actions = []ui.Link{{Name: "See move " + asDigits(n), Href: "/stock/move/" + asDigits(n)}}
	}
	f := &stockview.Form{Action: "/stock/post/" + a.kind.path, Get: true, Button: "Next"}
	for _, k := range a.kind.steps {
		if text, given := a.text[k]; given && k != step {
			f.Hidden = append(f.Hidden, ui.Choice{Name: k, Value: text})
		}
	}
	title := "Post it"
	if step != "" {
		in := stepField(a, step)
		f.Fields, title = []stockview.Field{in}, in.Label
		if why != nil {
			f.Faults = []ui.Fault{{Field: step, Text: sentence(why)}}
			f.Fields[0].Fault = sentence(why)
		}
	} else {
		f.Get, f.Button, f.Hidden = false, a.kind.name+" "+s.muchOf(a.move.Quantity, a.item.Unit), append(f.Hidden, keyField(c))
		if why != nil {
			f.Faults = []ui.Fault{{Text: sentence(why)}}
		}
	}
	page.Sections = []stockview.Section{{ID: "step", Title: title, Form: f}}
	if len(a.text) > 0 {
		page.Sections[0].More = []ui.Link{{Name: "Begin anew", Href: "/stock/post/" + a.kind.path}}
	}
	return s.showAs(c, status, stockview.Show(page))
}

// stepField is the one field of a step, ready to be scanned into.
func stepField(a postAsk, step string) stockview.Field {
	optional := step == "paid" || step == "document" || step == "why" && a.kind.to != stock.Scrapped && !a.other()
	f := field(step, stepLabel(a, step), a.text[step], optional)
	f.Focus = true
	switch step {
	case "item":
		f.Help = "Its number or barcode."
	case "to", "from":
		f.Offers = a.w.places(true)
		if len(a.best) > 0 && step == "from" {
			f.Help = "Take it first from " + strings.TrimSpace(a.w.codes[a.best[0].Place]+" "+a.best[0].Lot+a.best[0].Serial) + "."
		}
	case "lot":
		for _, p := range a.best {
			if p.Place == a.move.From {
				f.Offers = append(f.Offers, ui.Choice{Value: p.Lot + p.Serial, Name: p.Quantity.String()})
			}
		}
	case "quantity":
		f.Help = "In " + symbol(a.item.Unit) + ", or with another unit of the item behind it."
	case "document":
		f.Help = "The number of its order, such as PO-000007."
	}
	return f
}

// postMove posts what was asked for.
func (s *Server) postMove(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read: %w", err)
	}
	a, step, err := s.reads(c, func(name string) (string, bool) { return form.Get(name), form.Has(name) })
	if err == nil && step == "" {
		p := stock.Posting{Key: pageKey(c), By: by(c), Why: a.why, Moves: []stock.Move{a.move}}
		var kept stock.Posted
		if kept, err = s.Trade.Material.Ledger.Post(c.Request().Context(), p); err == nil {
			return c.Redirect(http.StatusSeeOther, "/stock/post/"+a.kind.path+"?posted="+asDigits(kept.First))
		}
	}
	status, is := mendable(err)
	if err == nil {
		status = http.StatusUnprocessableEntity // a field is missing
	} else if !is {
		return err
	}
	return s.askStep(c, status, a, step, err)
}
