// The ledger of material: what there is, how it moved, what it is worth.

package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/material"
	"millwright/internal/web/api/operation"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// Material is the ledger of material. Without a ledger nothing of it is there.
type Material struct {
	Ledger   stock.Ledger
	Store    stock.Store
	Meant    stock.Reservations
	Counts   stock.Counts
	Accounts costing.Accounts
}

// materialPages are those of the ledger of material.
func (s *Server) materialPages() []route {
	keeper := plant.Storekeeper
	return append([]route{
		get("/stock", plant.Viewer, s.stockHome),
		get("/stock/item/:number", plant.Viewer, s.stockCard),
		get("/stock/item", plant.Viewer, s.listPage("stock")),
		get("/stock/move", plant.Viewer, s.listPage("moves")),
		get("/stock/lot", plant.Viewer, s.listPage("lots")),
		get("/stock/move/:number", plant.Viewer, s.stockMove),
		post("/stock/move/:number", plant.Viewer, s.reverseMove).by(keeper),
		get("/stock/post/:step", plant.Viewer, s.postForm).by(keeper),
		post("/stock/post/:step", plant.Viewer, s.postMove).by(keeper),
		get("/stock/lot/:number", plant.Viewer, s.lotPage),
		post("/stock/lot/:number", plant.Viewer, s.holdLot).by(keeper),
		get("/stock/places", plant.Viewer, s.placeTree),
		get("/stock/place", plant.Viewer, s.listPage("places")),
		get("/stock/place/:number", plant.Viewer, s.placePage),
		post("/stock/place/:number", plant.Viewer, s.keepPlace).by(keeper),
		get("/stock/counts", plant.Viewer, s.countList),
		post("/stock/counts", plant.Viewer, s.beginCount).by(keeper),
		get("/stock/count/:number", plant.Viewer, s.countPage),
		post("/stock/count/:number", plant.Viewer, s.enterCount).by(keeper),
		post("/stock/count/:number/file", plant.Viewer, s.importCount).by(keeper),
		post("/stock/count/:number/finish", plant.Viewer, s.finishCount).by(keeper),
		get("/stock/value", plant.Viewer, s.stockValue),
		get("/stock/periods", plant.Viewer, s.periodPage),
		post("/stock/periods", plant.Manager, s.setPeriod),
	}, append(s.reservedPages(), s.landedPages()...)...)
}

// materialRoom is the API of the ledger of material.
func (s *Server) materialRoom() operation.Room {
	m := s.Trade.Material
	return func(b *operation.Book) {
		material.Mount(b, material.Deps{
			Ledger: m.Ledger, Store: m.Store, Meant: m.Meant, Counts: m.Counts, Accounts: m.Accounts, Items: s.Trade.Items, By: who, Zone: s.zone, Now: s.Now,
		})
	}
}

// stockPage is a page of the ledger, below the pages that are given.
func (s *Server) stockPage(c echo.Context, title string, above ...ui.Link) stockview.Page {
	crumbs := append(append([]ui.Link{{Name: "Stock", Href: "/stock"}}, above...), ui.Link{Name: title})
	page := stockview.Page{Frame: s.frame(c, title, crumbs...), Title: title}
	page.Frame.Live, page.Frame.Refresh = false, 0
	return page
}

// storekeeper tells whether the reader may post material.
func storekeeper(c echo.Context) bool { return visitorOf(c).reach.Does(plant.Storekeeper) }

// words finds the numbers of items and the codes of places.
type words struct {
	items map[int64]item.Item
	codes map[int64]string
	all   []stock.Place
}

func (s *Server) words(ctx context.Context, ids ...int64) (w words, err error) {
	if w.all, err = s.Trade.Material.Store.Places(ctx); err != nil {
		return w, err
	}
	w.codes = map[int64]string{}
	for _, p := range w.all {
		w.codes[p.ID] = p.Code
	}
	w.items, err = s.Trade.Items.Named(ctx, ids)
	return w, err
}

func (w words) item(id int64) stockview.Cell {
	return stockview.Cell{Text: w.items[id].Number, Href: "/stock/item/" + asDigits(id), Under: w.items[id].Name}
}

func (w words) place(id int64) stockview.Cell {
	if stock.Virtual(id) {
		return stockview.Cell{Text: w.codes[id]}
	}
	return stockview.Cell{Text: w.codes[id], Href: "/stock/place/" + asDigits(id)}
}

// places are all places that are in use, to choose from or to type.
func (w words) places(ours bool) (all []ui.Choice) {
	for _, p := range w.all {
		if !p.Retired && (!ours || !p.Virtual) {
			all = append(all, ui.Choice{Value: p.Code, Name: p.Name})
		}
	}
	return all
}

// placed finds a place by its code.
func (w words) placed(code string) (stock.Place, error) {
	for _, p := range w.all {
		if strings.EqualFold(p.Code, strings.TrimSpace(code)) {
			return p, nil
		}
	}
	return stock.Place{}, errs.New(errs.Invalid, "there is no place %q", errs.Clip(code))
}

func asDigits(n int64) string { return strconv.FormatInt(n, 10) }

// mendable tells whether a form is to be shown once more with what is wrong, and by which status.
func mendable(err error) (status int, is bool) {
	switch errs.KindOf(err) {
	case errs.Invalid:
		return http.StatusUnprocessableEntity, true
	case errs.Conflict:
		return http.StatusConflict, true
	}
	return 0, false
}

// field is one field of a form of the ledger.
func field(id, label, typed string, optional bool) stockview.Field {
	return stockview.Field{Input: ui.Input{ID: id, Label: label, Type: "text", Value: typed, Optional: optional}}
}

// faulted puts what is wrong beside the fields it is about.
func faulted(f *stockview.Form, err error) {
	f.Faults = faults(err)
	for i := range f.Fields {
		f.Fields[i].Fault = ui.FaultOf(f.Faults, f.Fields[i].ID)
	}
}
