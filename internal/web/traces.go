// Where material came from and where it went: what is asked, and the pages of one lot.

package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

const traceHome = "/trace"

// tracePages are where material came from, where it went, what must be found again, and what was learned meanwhile.
func (s *Server) tracePages() []route {
	return append(s.standardPages(), []route{
		get(traceHome, plant.Viewer, s.tracePage),
		get("/trace/lot/:number", plant.Viewer, s.traceLot),
		get("/trace/recall", plant.Viewer, s.recallPage),
		get("/trace/recall.csv", plant.Viewer, s.recallFile),
		get("/trace/excursion", plant.Viewer, s.excursionPage),
	}...)
}

// tracer answers what is asked of traces; false when no material is kept here.
func (s *Server) tracer() (trace.Desk, bool) {
	d := s.Trade.Trace
	d.Archive = s.Archive
	return d, d.Ledger != nil
}

func (s *Server) traces() (trace.Desk, error) {
	d, there := s.tracer()
	if !there {
		return d, errs.New(errs.NotFound, "no material is kept here")
	}
	return d, nil
}

func traceLink() ui.Link { return ui.Link{Name: "Traces", Href: traceHome} }

func traceHref(id int64) string { return traceHome + "/lot/" + asDigits(id) }

// traceAsk is the page of the lots of a document.
func traceAsk(number string) string { return traceHome + "?code=" + url.QueryEscape(number) }

// tracedLinks leads from a document to its lots; nowhere when no material is kept here.
func (s *Server) tracedLinks(number string) []planview.Link {
	if _, there := s.tracer(); !there {
		return nil
	}
	return []planview.Link{{Link: ui.Link{Name: "Lots and traces", Href: traceAsk(number)}}}
}

// tracePage takes what is scanned or written on a label: a lot, a serial or an order, and goes to its trace.
func (s *Server) tracePage(c echo.Context) error {
	d, err := s.traces()
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Traces")
	page.Lead = "Scan or write a lot, a serial, or the number of a work, sales or purchase order: what it was made from, what it went into, who got it, and how the machines ran meanwhile."
	page.Actions = []ui.Link{{Name: "From an excursion of a tag", Href: traceHome + "/excursion"}, {Name: "Lots and serials", Href: "/stock/lot"}}
	code := strings.TrimSpace(c.QueryParam("code"))
	form := &stockview.Form{Action: traceHome, Get: true, Button: "Trace", Fields: []stockview.Field{field("code", "Lot, serial or order", code, false)}}
	form.Fields[0].Focus = true
	page.Sections = []stockview.Section{{ID: "ask", Title: "What is traced", Form: form}}
	if code == "" {
		return s.show(c, stockview.Show(page))
	}
	ctx := c.Request().Context()
	lots, title, err := s.lotsOfCode(ctx, d, code)
	if err != nil {
		return err
	}
	if len(lots) == 0 {
		faulted(form, &errs.Error{Kind: errs.Invalid, Words: "nothing was found", Fields: []errs.Field{{Path: "code", Message: "No lot, serial or order that moved lots has the number " + errs.Clip(code) + "."}}})
		return s.showAs(c, http.StatusNotFound, stockview.Show(page))
	}
	named, err := d.Names.Named(ctx, lots)
	if err != nil {
		return err
	}
	if len(lots) == 1 && title == "" {
		return c.Redirect(http.StatusSeeOther, traceHref(named[lots[0]].ID))
	}
	page.Sections = append(page.Sections, s.foundLots(title, lots, named))
	return s.show(c, stockview.Show(page))
}

// lotsOfCode finds the lots and serials that a code names, or those that an order moved, whose number is the title then.
func (s *Server) lotsOfCode(ctx context.Context, d trace.Desk, code string) (lots []trace.Lot, title string, err error) {
	for _, number := range []string{code, strings.ToUpper(code)} {
		found, err := s.Trade.Material.Store.Lots(ctx, stock.Lots{Number: number, Limit: 1000})
		if err != nil {
			return nil, "", err
		}
		for _, l := range found {
			if l.Number == number {
				lots = append(lots, trace.Lot{Item: l.Item, Number: l.Number, Serial: l.Serial})
			}
		}
		if len(lots) > 0 || s.Names == nil {
			return lots, "", nil
		}
	}
	on, err := s.Names.Find(ctx, code)
	if errs.KindOf(err) == errs.NotFound {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	lots, err = lotsMoved(ctx, d, on)
	return lots, strings.ToUpper(code), err
}

// lotsMoved are the lots that a document moved, each once.
func lotsMoved(ctx context.Context, d trace.Desk, document string) (lots []trace.Lot, err error) {
	moves, err := d.Ledger.Orders(ctx, []string{document})
	seen := map[trace.Lot]bool{}
	for _, m := range moves {
		if m.Lot.Tracked() && !seen[m.Lot] {
			seen[m.Lot] = true
			lots = append(lots, m.Lot)
		}
	}
	return lots, err
}

// mostLotsShown is how many lots a list of a page has.
const mostLotsShown = 500

func (s *Server) foundLots(title string, lots []trace.Lot, named map[trace.Lot]trace.Named) stockview.Section {
	sec := stockview.Section{ID: "lots", Title: "Which one", Lead: "Several items have a lot of this number."}
	if title != "" {
		sec.Title, sec.Lead = "Lots of "+title, "What the order used, made, received or shipped."
	}
	t := &stockview.Table{Columns: columns("Lot or serial", "Item", "State", "Came"), Empty: "It moved nothing that is kept by lots."}
	q := url.Values{}
	for _, l := range lots[:min(len(lots), mostLotsShown)] {
		n, is := named[l]
		if !is {
			continue
		}
		t.Rows = append(t.Rows, []stockview.Cell{
			{Text: l.Number, Href: traceHref(n.ID)},
			{Text: n.ItemNumber, Href: "/stock/item/" + asDigits(l.Item), Under: n.ItemName},
			stateCell(n.State),
			{Text: s.stamp(n.Came)},
		})
		q.Add("lot", asDigits(n.ID))
	}
	sec.Table = t
	if len(t.Rows) > 0 && len(t.Rows) <= mostRecalled {
		sec.More = []ui.Link{{Name: "Recall all of these", Href: traceHome + "/recall?" + q.Encode()}}
	}
	return sec
}

func stateCell(state stock.State) stockview.Cell {
	cell := stockview.Cell{Text: upper(state.Words())}
	if state != stock.Free && state != "" {
		cell.Mood = ui.Warning
	}
	return cell
}

// traceLot is one lot: where and how it was made, what it was made from, what it went into.
func (s *Server) traceLot(c echo.Context) error {
	d, err := s.traces()
	if err != nil {
		return err
	}
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
	of := trace.Lot{Item: l.Item, Number: l.Number, Serial: l.Serial}
	page, i := s.stockPage(c, "Trace of "+l.Number, traceLink()), w.item(l.Item)
	if page.State = upper(l.State.Words()); l.State != stock.Free {
		page.Mood = ui.Warning
	}
	page.Lead = i.Text + " " + i.Under
	page.Actions = []ui.Link{{Name: "Recall", Href: traceHome + "/recall?lot=" + asDigits(id)}, {Name: "Stock and moves", Href: "/stock/lot/" + asDigits(id)}}
	if err := s.addMade(c, d, &page, of); err != nil {
		return err
	}
	for _, way := range []trace.Way{trace.Backward, trace.Forward} {
		sec, err := s.treeSection(ctx, d, of, way)
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, sec)
	}
	return s.show(c, stockview.Show(page))
}

// lotIDs are the lots that an address names.
func lotIDs(c echo.Context) (ids []int64, err error) {
	for _, text := range c.QueryParams()["lot"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return nil, errs.New(errs.Invalid, "there is no lot %s", errs.Clip(text))
		}
		ids = append(ids, id)
	}
	return ids, nil
}
