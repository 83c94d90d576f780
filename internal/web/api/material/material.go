// Package material is how programs read and post the ledger of material, in the words of the API.
package material

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/erp/costing"
	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Ledger   stock.Ledger
	Store    stock.Store
	Meant    stock.Reservations
	Counts   stock.Counts
	Accounts costing.Accounts
	Items    item.Catalogue
	By       func(ctx context.Context) plant.Person
	Zone     func() *time.Location
	Now      func() time.Time
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/stock", "Tell how much there is of items", d.onHand)
	operation.Get(b, access.Read, "/api/v1/stock/balances", "Tell where material is", d.balances)
	operation.Get(b, access.Read, "/api/v1/stock/moves", "Read the moves of material", d.moves)
	operation.Create(b, access.WriteStock, "/api/v1/stock/moves", "Post moves of material", d.post)
	operation.Create(b, access.WriteStock, "/api/v1/stock/moves/{move}/reverse", "Take a move back", d.reverse)
	operation.Create(b, access.WriteStock, "/api/v1/stock/moves/{move}/land", "Land a cost on a receipt", d.land)
	operation.Get(b, access.Read, "/api/v1/stock/pick", "Suggest what to pick", d.pick)
	operation.Get(b, access.Read, "/api/v1/stock/places", "List places", d.places)
	operation.Create(b, access.WriteStock, "/api/v1/stock/places", "Add a place", d.addPlace)
	operation.Post(b, access.WriteStock, "/api/v1/stock/places/{place}/change", "Change a place", d.changePlace)
	operation.Get(b, access.Read, "/api/v1/stock/lots", "Find lots and serials", d.lots)
	operation.Post(b, access.WriteStock, "/api/v1/stock/lots/{lot}/state", "Hold or release a lot", d.hold)
	operation.Get(b, access.Read, "/api/v1/stock/reservations", "List reservations", d.reserved)
	operation.Create(b, access.WriteStock, "/api/v1/stock/reservations", "Reserve stock", d.reserve)
	operation.Post(b, access.WriteStock, "/api/v1/stock/reservations/{reservation}/release", "Release a reservation", d.release)
	operation.Get(b, access.Read, "/api/v1/stock/counts", "List counts of the stock", d.counts)
	operation.Create(b, access.WriteStock, "/api/v1/stock/counts", "Begin a count of the stock", d.beginCount)
	operation.Get(b, access.Read, "/api/v1/stock/counts/{count}", "Show a count of the stock", d.count)
	operation.Post(b, access.WriteStock, "/api/v1/stock/counts/{count}/enter", "Enter what was counted", d.enterCount)
	operation.Post(b, access.WriteStock, "/api/v1/stock/counts/{count}/finish", "Post or drop a count", d.finishCount)
	operation.Get(b, access.Read, "/api/v1/stock/valuation", "Value the stock", d.valuation)
	operation.Get(b, access.Read, "/api/v1/stock/variances", "List variances and late costs", d.variances)
	operation.Get(b, access.Read, "/api/v1/stock/tie-out", "Tie out the stock", d.tieOut)
	operation.Get(b, access.Read, "/api/v1/stock/periods", "List closed periods", d.periods)
	operation.Post(b, access.WriteStock, "/api/v1/stock/periods", "Close or open a period", d.closePeriod)
}

// Exact is an exact decimal.
type Exact struct{ plant.Quantity }

// Schema says that it is a number.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString}}, Description: "Exact, with six decimal places at most; a number, or the same as text."}
}

func money(m plant.Money) Exact     { return Exact{plant.Quantity(m)} }
func amount(q plant.Quantity) Exact { return Exact{q} }

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

// names finds items and places by what people call them, each once.
type names struct {
	d      Deps
	ctx    context.Context //nolint:containedctx // it lives as long as one request
	items  map[string]item.Item
	ids    map[int64]string
	places map[string]int64
	codes  map[int64]string
}

func (d Deps) names(ctx context.Context) *names {
	return &names{d: d, ctx: ctx, items: map[string]item.Item{}, ids: map[int64]string{}}
}

func (n *names) item(number string) (item.Item, error) {
	key := strings.ToLower(number)
	if i, known := n.items[key]; known {
		return i, nil
	}
	if number == "" {
		return item.Item{}, errs.New(errs.Invalid, "name an item")
	}
	i, err := n.d.Items.ByCode(n.ctx, number)
	if errs.KindOf(err) == errs.NotFound {
		return i, errs.New(errs.Invalid, "there is no item %q", errs.Clip(number))
	} else if err == nil {
		n.items[key] = i
	}
	return i, err
}

func (n *names) load() error {
	if n.places != nil {
		return nil
	}
	all, err := n.d.Store.Places(n.ctx)
	n.places, n.codes = map[string]int64{}, map[int64]string{}
	for _, p := range all {
		n.places[strings.ToLower(p.Code)], n.codes[p.ID] = p.ID, p.Code
	}
	return err
}

func (n *names) place(code string) (int64, error) {
	if err := n.load(); err != nil {
		return 0, err
	}
	id, known := n.places[strings.ToLower(strings.TrimSpace(code))]
	if !known {
		return 0, errs.New(errs.Invalid, "there is no place %q", errs.Clip(code))
	}
	return id, nil
}

// numbers are the numbers of items, by id.
func (n *names) numbers(ids []int64) error {
	found, err := n.d.Items.Named(n.ctx, ids)
	for id, i := range found {
		n.ids[id] = i.Number
	}
	if err != nil {
		return err
	}
	return n.load()
}
