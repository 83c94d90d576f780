package store

type workReportRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Order     int64  `gorm:"column:work_order"`
	Operation int64  `gorm:"column:operation"`
	Good      int64  `gorm:"column:good"`
	Scrap     int64  `gorm:"column:scrap"`
	SetUp     int64  `gorm:"column:set_up"`
	Run       int64  `gorm:"column:run"`
	Labour    int64  `gorm:"column:labour"`
	Cost      int64  `gorm:"column:cost"`
	Issued    int64  `gorm:"column:issued"`
	Received  int64  `gorm:"column:received"`
	FirstMove int64  `gorm:"column:first_move"`
	LastMove  int64  `gorm:"column:last_move"`
	Source    string `gorm:"column:source"`
	At        int64  `gorm:"column:at"`
	ByID      int64  `gorm:"column:by_id"`
	ByName    string `gorm:"column:by_name"`
	Job       string `gorm:"column:job"`
}

// TableName is the row's table.
func (workReportRow) TableName() string { return "work_report" }

type workScrapRow struct {
	Report int64  `gorm:"column:report;primaryKey;autoIncrement:false"`
	Order  int64  `gorm:"column:work_order"`
	Reason string `gorm:"column:reason;primaryKey"`
	Qty    int64  `gorm:"column:qty"`
}

// TableName is the row's table.
func (workScrapRow) TableName() string { return "work_scrap" }
