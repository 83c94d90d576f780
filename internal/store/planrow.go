package store

import (
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/plant"
)

type planMessageRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Action   string `gorm:"column:action"`
	Item     int64  `gorm:"column:item"`
	Document string `gorm:"column:document"`
	Line     int64  `gorm:"column:line"`
	FromDay  string `gorm:"column:from_day"`
	ToDay    string `gorm:"column:to_day"`
	Was      int64  `gorm:"column:was"`
	Quantity int64  `gorm:"column:quantity"`
	Soon     bool   `gorm:"column:soon"`
	Reason   string `gorm:"column:reason"`
	Ignored  string `gorm:"column:ignored"`
	Why      string `gorm:"column:why"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (planMessageRow) TableName() string { return "plan_message" }

func (r planMessageRow) message() desk.Message {
	return desk.Message{
		ID: r.ID, Action: r.Action, Item: r.Item, Document: r.Document, Line: r.Line, From: dateOf(r.FromDay), To: dateOf(r.ToDay),
		Was: plant.Quantity(r.Was), Quantity: plant.Quantity(r.Quantity), Soon: r.Soon, Reason: r.Reason,
		Decision: desk.Decision{IgnoredUntil: dateOf(r.Ignored), Why: r.Why, Version: r.Version},
	}
}

type forecastRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item     int64  `gorm:"column:item"`
	FromDay  string `gorm:"column:from_day"`
	ToDay    string `gorm:"column:to_day"`
	Quantity int64  `gorm:"column:quantity"`
	Note     string `gorm:"column:note"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (forecastRow) TableName() string { return "plan_forecast" }

func (r forecastRow) forecast() desk.Forecast {
	return desk.Forecast{ID: r.ID, Item: r.Item, From: dateOf(r.FromDay), To: dateOf(r.ToDay), Quantity: plant.Quantity(r.Quantity), Note: r.Note, Version: r.Version}
}

type loopRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item     int64  `gorm:"column:item"`
	Supply   string `gorm:"column:supply"`
	Place    int64  `gorm:"column:place"`
	Line     string `gorm:"column:line"`
	Quantity int64  `gorm:"column:quantity"`
	Note     string `gorm:"column:note"`
	Retired  bool   `gorm:"column:retired"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (loopRow) TableName() string { return "kanban_loop" }

type cardRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Code     string `gorm:"column:code"`
	Loop     int64  `gorm:"column:loop"`
	State    string `gorm:"column:state"`
	Document string `gorm:"column:document"`
	At       int64  `gorm:"column:at"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (cardRow) TableName() string { return "kanban_card" }

func (r cardRow) card() desk.Card {
	return desk.Card{ID: r.ID, Code: r.Code, Loop: r.Loop, State: desk.CardState(r.State), Document: r.Document, At: moment(r.At), Version: r.Version}
}

// planWishRow is how far planning has come.
type planWishRow struct {
	ID   int64 `gorm:"column:id;primaryKey;autoIncrement:false"`
	Done int64 `gorm:"column:done"`
	At   int64 `gorm:"column:at"`

	Listed int64 `gorm:"column:listed"`
}

// TableName is the row's table.
func (planWishRow) TableName() string { return "plan_wish" }
