package store

import (
	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// by is who did something, as rows keep it.
type by struct {
	ID   int64  `gorm:"column:id"`
	Name string `gorm:"column:name"`
	Role string `gorm:"column:role"`
}

func byOf(p plant.Person) by      { return by{p.ID, text(p.Name), p.Role.String()} }
func (b by) person() plant.Person { return plant.Person{ID: b.ID, Name: b.Name, Role: roleOf(b.Role)} }

type placeRow struct {
	ID         int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Code       string `gorm:"column:code"`
	Folded     string `gorm:"column:folded"`
	Name       string `gorm:"column:name"`
	Parent     int64  `gorm:"column:parent"`
	Line       string `gorm:"column:line"`
	Quarantine bool   `gorm:"column:quarantine"`
	Virtual    bool   `gorm:"column:virtual"`
	Counting   int64  `gorm:"column:counting"`
	Version    int64  `gorm:"column:version"`
	Retired    bool   `gorm:"column:retired"`
}

// TableName is the row's table.
func (placeRow) TableName() string { return "stock_place" }

func (r placeRow) place() stock.Place {
	return stock.Place{
		ID: r.ID, Code: r.Code, Name: r.Name, Parent: r.Parent, Line: r.Line, Quarantine: r.Quarantine, Virtual: r.Virtual,
		Counting: r.Counting, Version: r.Version, Retired: r.Retired,
	}
}

type lotRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item        int64  `gorm:"column:item"`
	Number      string `gorm:"column:number"`
	Serial      bool   `gorm:"column:serial"`
	ExpiresAt   *int64 `gorm:"column:expires_at"`
	Supplier    int64  `gorm:"column:supplier"`
	SupplierLot string `gorm:"column:supplier_lot"`
	State       string `gorm:"column:state"`
	Why         string `gorm:"column:why"`
	By          by     `gorm:"embedded;embeddedPrefix:by_"`
	CameAt      int64  `gorm:"column:came_at"`
	Version     int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (lotRow) TableName() string { return "lot" }

func (r lotRow) lot() stock.Lot {
	return stock.Lot{
		ID: r.ID, Item: r.Item, Number: r.Number, Serial: r.Serial, Expires: known(r.ExpiresAt), Supplier: r.Supplier, SupplierLot: r.SupplierLot,
		State: stock.State(r.State), Why: r.Why, By: r.By.person(), Came: moment(r.CameAt), Version: r.Version,
	}
}

type postingRow struct {
	First    int64   `gorm:"column:first_move;primaryKey;autoIncrement:false"`
	Last     int64   `gorm:"column:last_move"`
	Key      *string `gorm:"column:key"`
	Digest   string  `gorm:"column:digest"`
	At       int64   `gorm:"column:at"`
	PostedAt int64   `gorm:"column:posted_at"`
	Who      by      `gorm:"embedded;embeddedPrefix:who_"`
	Why      string  `gorm:"column:why"`
}

// TableName is the row's table.
func (postingRow) TableName() string { return "stock_posting" }

type moveRow struct {
	Number   int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	Posting  int64  `gorm:"column:posting"`
	Item     int64  `gorm:"column:item"`
	Revision string `gorm:"column:revision"`
	Lot      string `gorm:"column:lot"`
	Serial   string `gorm:"column:serial"`
	From     int64  `gorm:"column:from_place"`
	To       int64  `gorm:"column:to_place"`
	Qty      int64  `gorm:"column:qty"`
	Kind     string `gorm:"column:kind"`
	Document string `gorm:"column:document"`
	Source   string `gorm:"column:source"`
	Reverses *int64 `gorm:"column:reverses"`
	At       int64  `gorm:"column:at"`
	Value    int64  `gorm:"column:value"`
	Cost     int64  `gorm:"column:cost"`
}

// TableName is the row's table.
func (moveRow) TableName() string { return "stock_move" }

func (r moveRow) kept() stock.Kept {
	k := stock.Kept{
		Move: stock.Move{
			Item: r.Item, Revision: r.Revision, Lot: r.Lot, Serial: r.Serial, From: r.From, To: r.To,
			Quantity: plant.Quantity(r.Qty), Document: r.Document, Source: r.Source,
		},
		Number: r.Number, Kind: stock.Kind(r.Kind), Value: plant.Money(r.Value), Cost: plant.Money(r.Cost),
	}
	if r.Reverses != nil {
		k.Reverses = *r.Reverses
	}
	return k
}

// shelfKey is where a balance is kept.
type shelfKey struct {
	Item     int64  `gorm:"column:item;primaryKey;autoIncrement:false"`
	Revision string `gorm:"column:revision;primaryKey"`
	Place    int64  `gorm:"column:place;primaryKey;autoIncrement:false"`
	Lot      string `gorm:"column:lot;primaryKey"`
	Serial   string `gorm:"column:serial;primaryKey"`
}

type balanceRow struct {
	Key       shelfKey `gorm:"embedded;embeddedPrefix:"`
	Qty       int64    `gorm:"column:qty"`
	Allocated int64    `gorm:"column:allocated"`
	Since     int64    `gorm:"column:since"`
}

// TableName is the row's table.
func (balanceRow) TableName() string { return "stock_balance" }

type valueRow struct {
	Item     int64  `gorm:"column:item;primaryKey;autoIncrement:false"`
	Method   string `gorm:"column:method"`
	Cost     int64  `gorm:"column:cost"`
	Qty      int64  `gorm:"column:qty"`
	Value    int64  `gorm:"column:value"`
	LastCost int64  `gorm:"column:last_cost"`
}

// TableName is the row's table.
func (valueRow) TableName() string { return "stock_value" }

type layerRow struct {
	Item    int64 `gorm:"column:item;primaryKey;autoIncrement:false"`
	Receipt int64 `gorm:"column:receipt;primaryKey;autoIncrement:false"`
	Qty     int64 `gorm:"column:qty"`
	Value   int64 `gorm:"column:value"`
}

// TableName is the row's table.
func (layerRow) TableName() string { return "stock_layer" }

type drawRow struct {
	Move    int64 `gorm:"column:move;primaryKey;autoIncrement:false"`
	Receipt int64 `gorm:"column:receipt;primaryKey;autoIncrement:false"`
	Qty     int64 `gorm:"column:qty"`
	Value   int64 `gorm:"column:value"`
}

// TableName is the row's table.
func (drawRow) TableName() string { return "stock_draw" }

type valueEntryRow struct {
	ID       int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item     int64   `gorm:"column:item"`
	Kind     string  `gorm:"column:kind"`
	Move     int64   `gorm:"column:move"`
	After    int64   `gorm:"column:after"`
	Gain     int64   `gorm:"column:gain"`
	Variance int64   `gorm:"column:variance"`
	Method   string  `gorm:"column:method"`
	Cost     int64   `gorm:"column:cost"`
	Document string  `gorm:"column:document"`
	At       int64   `gorm:"column:at"`
	Key      *string `gorm:"column:key"`
	Who      by      `gorm:"embedded;embeddedPrefix:who_"`
	Why      string  `gorm:"column:why"`
}

func (r valueEntryRow) entry() costing.Entry {
	return costing.Entry{
		ID: r.ID, Item: r.Item, Kind: r.Kind, Move: r.Move, After: r.After, Gain: plant.Money(r.Gain), Variance: plant.Money(r.Variance),
		Document: r.Document, At: moment(r.At), By: r.Who.person(), Why: r.Why,
	}
}

// TableName is the row's table.
func (valueEntryRow) TableName() string { return "value_entry" }

type periodRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name    string `gorm:"column:name"`
	FromAt  int64  `gorm:"column:from_at"`
	ToAt    int64  `gorm:"column:to_at"`
	State   string `gorm:"column:state"`
	Who     by     `gorm:"embedded;embeddedPrefix:who_"`
	SetAt   int64  `gorm:"column:set_at"`
	Why     string `gorm:"column:why"`
	Version int64  `gorm:"column:version"`

	// What moved and was booked until its end; nil: not kept.
	Moves  *int64 `gorm:"column:moves"`
	Came   *int64 `gorm:"column:came"`
	Went   *int64 `gorm:"column:went"`
	Beside *int64 `gorm:"column:beside"`
}

// TableName is the row's table.
func (periodRow) TableName() string { return "period" }

type periodValueRow struct {
	Period int64 `gorm:"column:period;primaryKey;autoIncrement:false"`
	Item   int64 `gorm:"column:item;primaryKey;autoIncrement:false"`
	Qty    int64 `gorm:"column:qty"`
	Value  int64 `gorm:"column:value"`
}

// TableName is the row's table.
func (periodValueRow) TableName() string { return "period_value" }
