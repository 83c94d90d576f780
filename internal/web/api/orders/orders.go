// Package orders is how programs keep partners, prices and orders, and deliver and receive, in the words of the API.
package orders

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

// Routes are the addresses of the operations.
func Routes() []operation.Route {
	const get, post = http.MethodGet, http.MethodPost
	at := operation.At
	all := []operation.Route{
		at(get, "/api/v1/partners/:partner", access.Read),
		at(post, "/api/v1/customers", access.WriteSales),
		at(post, "/api/v1/suppliers", access.WritePurchase),
		at(post, "/api/v1/customers/batch", access.WriteSales),
		at(post, "/api/v1/suppliers/batch", access.WritePurchase),
		at(get, "/api/v1/partners/:partner/supplies", access.Read),
		at(post, "/api/v1/partners/:partner/supplies", access.WritePurchase),
	}
	for side, write := range sides() {
		home := "/api/v1/" + string(side)
		all = append(
			all,
			at(get, home+"/prices", access.Read),
			at(post, home+"/prices", write),
			at(post, home+"/prices/batch", write),
			at(post, home+"/prices/:price/remove", write),
			at(get, home+"/orders/:order", access.Read),
			at(get, home+"/orders/:order/papers", access.Read),
			at(post, home+"/orders", write),
			at(post, home+"/orders/batch", write),
			at(post, home+"/orders/:order/change", write),
			at(post, home+"/orders/:order/confirm", write),
			at(post, home+"/orders/:order/cancel", write),
			at(post, home+"/orders/:order/papers", access.WriteStock),
			at(post, home+"/exports", write),
			at(get, home+"/exports/:export", access.Read),
		)
	}
	return all
}

// Mount adds the operations.
func Mount(b operation.Book, d Deps) {
	d.mountPartners(b)
	for side := range sides() {
		o := on{d, side}
		home, word := "/api/v1/"+string(side), string(side)
		operation.Get(b, home+"/prices", "List "+word+" prices", o.prices)
		create(b, home+"/prices", "Keep a "+word+" price", o.keepPrice)
		operation.Post(b, home+"/prices/batch", "Keep many "+word+" prices", o.keepPrices)
		operation.Post(b, home+"/prices/{price}/remove", "Remove a "+word+" price", o.dropPrice)
		operation.Get(b, home+"/orders/{order}", "Show a "+word+" order", o.one)
		operation.Get(b, home+"/orders/{order}/papers", "List what moved for a "+word+" order", o.papers)
		create(b, home+"/orders", "Add a "+word+" order", o.create)
		operation.Post(b, home+"/orders/batch", "Add many "+word+" orders", o.createMany)
		operation.Post(b, home+"/orders/{order}/change", "Change a "+word+" order", o.change)
		operation.Post(b, home+"/orders/{order}/confirm", "Confirm a "+word+" order", o.confirm)
		operation.Post(b, home+"/orders/{order}/cancel", "Cancel what is open of a "+word+" order", o.cancel)
		create(b, home+"/orders/{order}/papers", "Post what moves for a "+word+" order", o.move)
		operation.Post(b, home+"/exports", "Hand "+word+" over to accounting", o.export)
		operation.Get(b, home+"/exports/{export}", "Show what "+word+" was handed over", o.exported)
	}
}

// create adds a request that makes something.
func create[I, O any](b operation.Book, path, summary string, answer func(context.Context, *I) (*O, error)) {
	operation.Add(b, huma.Operation{
		Method: http.MethodPost, Path: path, Summary: summary, OperationID: strings.ReplaceAll(strings.ToLower(summary), " ", "-"), DefaultStatus: http.StatusCreated,
	}, answer)
}

// Keyed is a request that is carried out once however often it comes.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key again, however much later, gives the same answer and does nothing twice."`
}

func (d Deps) doing(ctx context.Context, k Keyed, why string) order.Doing {
	return order.Doing{By: d.By(ctx), Why: strings.TrimSpace(why), Key: k.Key}
}
