// Package orders is how programs keep partners, prices and orders, and deliver and receive, in the words of the API.
package orders

import (
	"context"
	"strings"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Orders   order.Book
	Partners partner.Book
	Items    item.Catalogue
	By       func(ctx context.Context) plant.Person
	Today    func(ctx context.Context) string                                   // by the plant's clocks: "2026-12-24"
	Currency func(ctx context.Context) string                                   // the company's
	Promise  func(ctx context.Context, o order.Order) ([]order.Promised, error) // when lines can go that have no date
}

// on is the operations of one side.
type on struct {
	Deps
	side order.Side
}

// sides are both, with what a token needs to write there.
func sides() map[order.Side]access.Scope {
	return map[order.Side]access.Scope{partner.Sales: access.WriteSales, partner.Purchase: access.WritePurchase}
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	d.mountPartners(b)
	for side, write := range sides() {
		o := on{d, side}
		home, word := "/api/v1/"+string(side), string(side)
		operation.Get(b, access.Read, home+"/prices", "List "+word+" prices", o.prices)
		operation.Create(b, write, home+"/prices", "Keep a "+word+" price", o.keepPrice)
		operation.Post(b, write, home+"/prices/batch", "Keep many "+word+" prices", o.keepPrices)
		operation.Post(b, write, home+"/prices/{price}/remove", "Remove a "+word+" price", o.dropPrice)
		operation.Get(b, access.Read, home+"/orders/{order}", "Show a "+word+" order", o.one)
		operation.Get(b, access.Read, home+"/orders/{order}/papers", "List what moved for a "+word+" order", o.papers)
		operation.Create(b, write, home+"/orders", "Add a "+word+" order", o.create)
		operation.Post(b, write, home+"/orders/batch", "Add many "+word+" orders", o.createMany)
		operation.Post(b, write, home+"/orders/{order}/change", "Change a "+word+" order", o.change)
		operation.Post(b, write, home+"/orders/{order}/confirm", "Confirm a "+word+" order", o.confirm)
		operation.Post(b, write, home+"/orders/{order}/cancel", "Cancel what is open of a "+word+" order", o.cancel)
		operation.Create(b, access.WriteStock, home+"/orders/{order}/papers", "Post what moves for a "+word+" order", o.move)
		operation.Post(b, write, home+"/exports", "Hand "+word+" over to accounting", o.export)
		operation.Get(b, access.Read, home+"/exports/{export}", "Show what "+word+" was handed over", o.exported)
	}
}

// Keyed is a request that is carried out once however often it comes.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key again, however much later, gives the same answer and does nothing twice."`
}

func (d Deps) doing(ctx context.Context, k Keyed, why string) order.Doing {
	return order.Doing{By: d.By(ctx), Why: strings.TrimSpace(why), Key: k.Key}
}
