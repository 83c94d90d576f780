// Package items is how programs keep items and how they are made, in the words of the API.
package items

import (
	"context"
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

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/items", "List items", d.list)
	operation.Create(b, access.WriteItems, "/api/v1/items", "Add an item", d.add)
	operation.Post(b, access.WriteItems, "/api/v1/items/batch", "Keep many items", d.batch)
	operation.Get(b, access.Read, "/api/v1/items/{item}", "Show an item", d.one)
	operation.Post(b, access.WriteItems, "/api/v1/items/{item}/change", "Change an item", d.change)
	operation.Get(b, access.Read, "/api/v1/items/{item}/convert", "Tell a quantity in another unit", d.convert)
	operation.Get(b, access.Read, "/api/v1/codes", "Find the item of a barcode", d.code)
	operation.Get(b, access.Read, "/api/v1/items/{item}/bills", "List the bills of an item", d.bills)
	operation.Get(b, access.Read, "/api/v1/items/{item}/needs", "Explode an item", d.needs)
	operation.Get(b, access.Read, "/api/v1/items/{item}/tree", "Show what an item is made of", d.tree)
	operation.Get(b, access.Read, "/api/v1/items/{item}/uses", "Show where an item is used", d.uses)
	operation.Get(b, access.Read, "/api/v1/items/{item}/cost", "Roll up what an item costs", d.cost)
	operation.Get(b, access.Read, "/api/v1/items/{item}/snapshot", "Show what an order would copy of an item", d.snapshot)
	operation.Create(b, access.WriteItems, "/api/v1/bills", "Draft a bill", d.draft)
	operation.Post(b, access.WriteItems, "/api/v1/bills/batch", "Draft many bills", d.draftMany)
	operation.Get(b, access.Read, "/api/v1/bills/{bill}", "Show a bill", d.bill)
	operation.Get(b, access.Read, "/api/v1/bills/{bill}/compare/{other}", "Compare two bills", d.compare)
	operation.Post(b, access.WriteItems, "/api/v1/bills/{bill}/change", "Change a draft", d.changeBill)
	operation.Post(b, access.WriteItems, "/api/v1/bills/{bill}/release", "Release a bill", d.release)
	operation.Post(b, access.WriteItems, "/api/v1/bills/{bill}/obsolete", "Make a bill obsolete", d.obsolete)
	operation.Get(b, access.Read, "/api/v1/work-centres", "List work centres", d.centres)
	operation.Create(b, access.WriteItems, "/api/v1/work-centres", "Add a work centre", d.addCentre)
	operation.Post(b, access.WriteItems, "/api/v1/work-centres/{centre}/change", "Change a work centre", d.changeCentre)
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
