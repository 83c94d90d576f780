package store

// parkedRow is what was decided of counts that no job owned.
type parkedRow struct {
	ID     int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line   string `gorm:"column:line"`
	FromAt int64  `gorm:"column:from_at"`
	ToAt   int64  `gorm:"column:to_at"`
	Last   int64  `gorm:"column:last"`
	Job    string `gorm:"column:job"`
	Good   int64  `gorm:"column:good"`
	Scrap  int64  `gorm:"column:scrap"`
	At     int64  `gorm:"column:at"`
	ByID   int64  `gorm:"column:by_id"`
	ByName string `gorm:"column:by_name"`
	Why    string `gorm:"column:why"`
}

// TableName is the row's table.
func (parkedRow) TableName() string { return "parked_decision" }
