package store

type reservationRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item     int64  `gorm:"column:item"`
	Revision string `gorm:"column:revision"`
	Place    int64  `gorm:"column:place"`
	Lot      string `gorm:"column:lot"`
	Serial   string `gorm:"column:serial"`
	Document string `gorm:"column:document"`
	Line     int64  `gorm:"column:line"`
	Qty      int64  `gorm:"column:qty"`
	Hard     bool   `gorm:"column:hard"`
	At       int64  `gorm:"column:at"`
	Who      by     `gorm:"embedded;embeddedPrefix:who_"`
	Why      string `gorm:"column:why"`
}

// TableName is the row's table.
func (reservationRow) TableName() string { return "reservation" }

func (r reservationRow) shelf() shelfKey {
	return shelfKey{r.Item, r.Revision, r.Place, r.Lot, r.Serial}
}

type stockCountRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Number    string `gorm:"column:number"`
	Place     int64  `gorm:"column:place"`
	Blind     bool   `gorm:"column:blind"`
	Freeze    bool   `gorm:"column:frozen"`
	Snapshot  int64  `gorm:"column:snapshot"`
	Tolerance int64  `gorm:"column:tolerance"`
	State     string `gorm:"column:state"`
	BeganAt   int64  `gorm:"column:began_at"`
	Who       by     `gorm:"embedded;embeddedPrefix:who_"`
	EndedAt   *int64 `gorm:"column:ended_at"`
	Ended     by     `gorm:"embedded;embeddedPrefix:ended_"`
	Why       string `gorm:"column:why"`
	Version   int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (stockCountRow) TableName() string { return "stock_count" }

type countLineRow struct {
	Count    int64    `gorm:"column:count;primaryKey;autoIncrement:false"`
	Line     int64    `gorm:"column:line;primaryKey;autoIncrement:false"`
	Shelf    countKey `gorm:"embedded;embeddedPrefix:"`
	Expected int64    `gorm:"column:expected"`
	Counted  *int64   `gorm:"column:counted"`
	Seen     int64    `gorm:"column:seen"`
	First    *int64   `gorm:"column:first"`
	By       by       `gorm:"embedded;embeddedPrefix:by_"`
}

// TableName is the row's table.
func (countLineRow) TableName() string { return "count_line" }

// countKey is the balance that a line counts.
type countKey struct {
	Item     int64  `gorm:"column:item"`
	Revision string `gorm:"column:revision"`
	Place    int64  `gorm:"column:place"`
	Lot      string `gorm:"column:lot"`
	Serial   string `gorm:"column:serial"`
}
