package web

import (
	"context"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/tool"
	"millwright/internal/mes/trace"
	"millwright/internal/web/api/items"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/tools"
)

// Trade is what the plant makes, buys and sells, and keeps of it. What is nil is not kept here.
type Trade struct {
	Items    item.Catalogue
	Bills    bill.Book
	Centres  bill.Centres
	Tools    tool.Book
	Stock    stock.Ledger
	Places   stock.Store
	Partners partner.Book
	Orders   order.Book
	Material Material
	Trace    trace.Desk // its archive is the site's
}

// rooms are the operations of the business in the API.
func (s *Server) rooms() (all []operation.Room) {
	if s.Trade.Items != nil {
		all = append(all, s.itemRoom())
	}
	if s.Trade.Tools != nil {
		all = append(all, func(b *operation.Book) { tools.Mount(b, tools.Deps{Book: s.Trade.Tools, By: who, Zone: s.zone}) })
	}
	if s.Trade.Orders != nil {
		all = append(all, s.orderRoom())
	}
	if s.Trade.Material.Ledger != nil {
		all = append(all, s.materialRoom())
	}
	if _, there := s.tracer(); there {
		all = append(all, s.traceRoom())
	}
	if s.Lists != nil {
		all = append(all, s.listRoom(), s.tableRoom())
	}
	if s.Folio != nil {
		all = append(all, s.folioRoom())
	}
	if s.Hooks.Book != nil {
		all = append(all, s.hookRoom())
	}
	if s.Promises != nil {
		all = append(all, s.riskRoom())
	}
	return append(append(all, s.queueRoom(), s.readyRoom(), s.setpointRoom(), s.learnedRoom()), s.planRooms()...)
}

// itemRoom is the API of items and bills.
func (s *Server) itemRoom() operation.Room {
	return func(b *operation.Book) {
		items.Mount(b, items.Deps{
			Items: s.Trade.Items, Bills: s.Trade.Bills, Centres: s.Trade.Centres, Tools: s.Trade.Tools, By: who, Now: s.Now,
			Zone: func(context.Context) *time.Location { return s.zone() },
		})
	}
}
