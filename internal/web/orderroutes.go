// The addresses of orders and partners.

package web

import (
	"context"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/orders"
)

// trade is the pages of one side of orders.
type trade struct {
	*Server
	side order.Side
}

// home is where the side's pages begin.
func (t trade) home() string { return "/" + string(t.side) }

// orderPages are those of orders, of what moves for them, and of partners.
func (s *Server) orderPages() []route {
	all := s.partnerPages()
	for side, duty := range map[order.Side]plant.Duty{partner.Sales: plant.Sales, partner.Purchase: plant.Purchaser} {
		t := trade{s, side}
		home := t.home()
		all = append(
			all,
			get(home, plant.Viewer, s.listPage(string(side))),
			get(home+"/new", plant.Viewer, t.newOrder).by(duty),
			post(home+"/new", plant.Viewer, t.addOrder).by(duty),
			get(home+"/export", plant.Viewer, t.exportPage).by(duty),
			post(home+"/export", plant.Viewer, t.exportNow).by(duty),
			get(home+"/export/:number", plant.Viewer, t.exportFile).by(duty),
			get(home+"/:number", plant.Viewer, t.showOrder),
			get(home+"/:number/change", plant.Viewer, t.showChange).by(duty),
			post(home+"/:number/change", plant.Viewer, t.changeOrder).by(duty),
			post(home+"/:number/confirm", plant.Viewer, t.step(order.Confirm)).by(duty),
			post(home+"/:number/cancel", plant.Viewer, t.step(order.Cancel)).by(duty),
			get(home+"/:number/deliver", plant.Viewer, t.showMove(order.Delivery)).by(plant.Storekeeper),
			post(home+"/:number/deliver", plant.Viewer, t.move(order.Delivery)).by(plant.Storekeeper),
			get(home+"/:number/return", plant.Viewer, t.showMove(order.Return)).by(plant.Storekeeper),
			post(home+"/:number/return", plant.Viewer, t.move(order.Return)).by(plant.Storekeeper),
			post(home+"/:number/reverse/:paper", plant.Viewer, t.reverse).by(plant.Storekeeper),
			get(home+"/:number/order.pdf", plant.Viewer, t.orderFile),
			get(home+"/:number/paper/:paper", plant.Viewer, t.paperFile),
		)
	}
	return all
}

// partnerPages are those of customers and suppliers.
func (s *Server) partnerPages() []route {
	const either = plant.Sales | plant.Purchaser
	return []route{
		get("/partners", plant.Viewer, s.listPage("partners")),
		get(pricesHome, plant.Viewer, s.listPage("prices")),
		get(pricesHome+"/:number", plant.Viewer, s.price),
		get(suppliesHome, plant.Viewer, s.listPage("supplies")),
		get(suppliesHome+"/:number", plant.Viewer, s.supply),
		get("/partners/new", plant.Viewer, s.newPartner).by(either),
		post("/partners/new", plant.Viewer, s.keepPartner).by(either),
		get("/partners/:number", plant.Viewer, s.partner),
		get("/partners/:number/change", plant.Viewer, s.newPartner).by(either),
		post("/partners/:number/change", plant.Viewer, s.keepPartner).by(either),
		get("/partners/:number/price", plant.Viewer, s.newPrice).by(either),
		post("/partners/:number/price", plant.Viewer, s.keepPrice).by(either),
		post("/partners/:number/price/:price/remove", plant.Viewer, s.dropPrice).by(either),
		get("/partners/:number/supply", plant.Viewer, s.newSupply).by(plant.Purchaser),
		post("/partners/:number/supply", plant.Viewer, s.keepSupply).by(plant.Purchaser),
	}
}

// orderRoom is the API of partners and orders.
func (s *Server) orderRoom() operation.Room {
	return func(b *operation.Book) {
		orders.Mount(b, orders.Deps{
			Orders: s.Trade.Orders, Partners: s.Trade.Partners, Items: s.Trade.Items, By: who, Today: func(context.Context) string { return s.today() },
			Currency: func(context.Context) string { return s.painter().site().Currency }, Promise: s.promises,
		})
	}
}
