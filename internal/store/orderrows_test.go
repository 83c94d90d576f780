package store

// The tables of orders: those of both sides hold the same.
type (
	salesOrderRow        orderRow
	salesPaperRow        paperRow
	salesPaperLineRow    paperLineRow
	salesExportRow       exportRow
	purchaseOrderRow     orderRow
	purchasePaperRow     paperRow
	purchasePaperLineRow paperLineRow
	purchaseExportRow    exportRow
	salesLineRow         struct {
		ID        int64  `gorm:"column:id"`
		Document  int64  `gorm:"column:document"`
		Place     int64  `gorm:"column:place"`
		Item      int64  `gorm:"column:item"`
		Revision  string `gorm:"column:revision"`
		Text      string `gorm:"column:text"`
		Unit      string `gorm:"column:unit"`
		Num       int64  `gorm:"column:num"`
		Den       int64  `gorm:"column:den"`
		Asked     int64  `gorm:"column:asked"`
		Price     int64  `gorm:"column:price"`
		PriceWhy  string `gorm:"column:price_why"`
		Promise   string `gorm:"column:promise_why"`
		OverPct   int64  `gorm:"column:over_pct"`
		UnderPct  int64  `gorm:"column:under_pct"`
		Requested string `gorm:"column:requested"`
		Due       string `gorm:"column:promised"`
		Ordered   int64  `gorm:"column:quantity"`
		Done      int64  `gorm:"column:delivered"`
		Cancelled int64  `gorm:"column:cancelled"`
		Returned  int64  `gorm:"column:returned"`
		Billed    int64  `gorm:"column:billed"`
		Open      int64  `gorm:"column:open"`
	}
	purchaseLineRow struct {
		ID        int64  `gorm:"column:id"`
		Document  int64  `gorm:"column:document"`
		Place     int64  `gorm:"column:place"`
		Item      int64  `gorm:"column:item"`
		Revision  string `gorm:"column:revision"`
		Text      string `gorm:"column:text"`
		Unit      string `gorm:"column:unit"`
		Num       int64  `gorm:"column:num"`
		Den       int64  `gorm:"column:den"`
		Asked     int64  `gorm:"column:asked"`
		Price     int64  `gorm:"column:price"`
		PriceWhy  string `gorm:"column:price_why"`
		Promise   string `gorm:"column:promise_why"`
		OverPct   int64  `gorm:"column:over_pct"`
		UnderPct  int64  `gorm:"column:under_pct"`
		Requested string `gorm:"column:requested"`
		Due       string `gorm:"column:due"`
		Ordered   int64  `gorm:"column:ordered"`
		Done      int64  `gorm:"column:received"`
		Cancelled int64  `gorm:"column:cancelled"`
		Returned  int64  `gorm:"column:returned"`
		Billed    int64  `gorm:"column:billed"`
		Open      int64  `gorm:"column:open"`
	}
)

func (salesOrderRow) TableName() string        { return "sales_order" }
func (salesPaperRow) TableName() string        { return "sales_paper" }
func (salesPaperLineRow) TableName() string    { return "sales_paper_line" }
func (salesExportRow) TableName() string       { return "sales_export" }
func (purchaseOrderRow) TableName() string     { return "purchase_order" }
func (purchasePaperRow) TableName() string     { return "purchase_paper" }
func (purchasePaperLineRow) TableName() string { return "purchase_paper_line" }
func (purchaseExportRow) TableName() string    { return "purchase_export" }
func (salesLineRow) TableName() string         { return "sales_line" }
func (purchaseLineRow) TableName() string      { return "purchase_line" }
