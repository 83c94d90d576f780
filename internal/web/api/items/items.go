// Package items is how programs keep items and how they are made, in the words of the API.
package items

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Items   item.Catalogue // nil means that there are none
	Bills   bill.Book
	Centres bill.Centres
	Tools   tool.Book
	By      func(ctx context.Context) plant.Person
	Zone    func(ctx context.Context) *time.Location // of the plant, for dates
	Now     func() time.Time
}

// Routes are the addresses of the operations.
func Routes() []operation.Route {
	const get, post = http.MethodGet, http.MethodPost
	at := operation.At
	return []operation.Route{
		at(get, "/api/v1/items", access.Read),
		at(post, "/api/v1/items", access.WriteItems),
		at(post, "/api/v1/items/batch", access.WriteItems),
		at(get, "/api/v1/items/:item", access.Read),
		at(post, "/api/v1/items/:item/change", access.WriteItems),
		at(get, "/api/v1/items/:item/convert", access.Read),
		at(get, "/api/v1/items/:item/bills", access.Read),
		at(get, "/api/v1/items/:item/needs", access.Read),
		at(get, "/api/v1/items/:item/tree", access.Read),
		at(get, "/api/v1/items/:item/uses", access.Read),
		at(get, "/api/v1/items/:item/cost", access.Read),
		at(get, "/api/v1/items/:item/snapshot", access.Read),
		at(get, "/api/v1/codes", access.Read),
		at(post, "/api/v1/bills", access.WriteItems),
		at(post, "/api/v1/bills/batch", access.WriteItems),
		at(get, "/api/v1/bills/:bill", access.Read),
		at(get, "/api/v1/bills/:bill/compare/:other", access.Read),
		at(post, "/api/v1/bills/:bill/change", access.WriteItems),
		at(post, "/api/v1/bills/:bill/release", access.WriteItems),
		at(post, "/api/v1/bills/:bill/obsolete", access.WriteItems),
		at(get, "/api/v1/work-centres", access.Read),
		at(post, "/api/v1/work-centres", access.WriteItems),
		at(post, "/api/v1/work-centres/:centre/change", access.WriteItems),
	}
}

// Mount adds the operations.
func Mount(b operation.Book, d Deps) {
	operation.Get(b, "/api/v1/items", "List items", d.list)
	create(b, "/api/v1/items", "Add an item", d.add)
	operation.Post(b, "/api/v1/items/batch", "Keep many items", d.batch)
	operation.Get(b, "/api/v1/items/{item}", "Show an item", d.one)
	operation.Post(b, "/api/v1/items/{item}/change", "Change an item", d.change)
	operation.Get(b, "/api/v1/items/{item}/convert", "Tell a quantity in another unit", d.convert)
	operation.Get(b, "/api/v1/codes", "Find the item of a barcode", d.code)
	operation.Get(b, "/api/v1/items/{item}/bills", "List the bills of an item", d.bills)
	operation.Get(b, "/api/v1/items/{item}/needs", "Explode an item", d.needs)
	operation.Get(b, "/api/v1/items/{item}/tree", "Show what an item is made of", d.tree)
	operation.Get(b, "/api/v1/items/{item}/uses", "Show where an item is used", d.uses)
	operation.Get(b, "/api/v1/items/{item}/cost", "Roll up what an item costs", d.cost)
	operation.Get(b, "/api/v1/items/{item}/snapshot", "Show what an order would copy of an item", d.snapshot)
	create(b, "/api/v1/bills", "Draft a bill", d.draft)
	operation.Post(b, "/api/v1/bills/batch", "Draft many bills", d.draftMany)
	operation.Get(b, "/api/v1/bills/{bill}", "Show a bill", d.bill)
	operation.Get(b, "/api/v1/bills/{bill}/compare/{other}", "Compare two bills", d.compare)
	operation.Post(b, "/api/v1/bills/{bill}/change", "Change a draft", d.changeBill)
	operation.Post(b, "/api/v1/bills/{bill}/release", "Release a bill", d.release)
	operation.Post(b, "/api/v1/bills/{bill}/obsolete", "Make a bill obsolete", d.obsolete)
	operation.Get(b, "/api/v1/work-centres", "List work centres", d.centres)
	create(b, "/api/v1/work-centres", "Add a work centre", d.addCentre)
	operation.Post(b, "/api/v1/work-centres/{centre}/change", "Change a work centre", d.changeCentre)
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

func (d Deps) by(ctx context.Context, why, key string) item.Change {
	return item.Change{By: d.By(ctx), Why: strings.TrimSpace(why), Key: key}
}

// Exact is an exact decimal.
type Exact struct{ plant.Quantity }

// Schema says that it is a number.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "Exact, with six decimal places at most."}
}

func money(m plant.Money) Exact { return Exact{plant.Quantity(m)} }

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
