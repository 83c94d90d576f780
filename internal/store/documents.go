package store

import (
	"strings"

	"gorm.io/gorm"

	"millwright/internal/errs"
)

// documents are the kinds of documents, and the tables of them.
func documents() map[string]string {
	return map[string]string{
		"item": "item", "bill": "bill", "tool": "tool", "partner": "partner", "sales": "sales_order", "purchase": "purchase_order",
		"work": "work_order", "count": "stock_count", "lot": "lot", "place": "stock_place", "brief": "briefs",
		"move": "stock_move", "centre": "work_centre", "note": "sales_paper", "receipt": "purchase_paper",
	}
}

// documentKey is the column of a kind's table that a document's name has.
func documentKey(kind string) string {
	if kind == "move" {
		return "number"
	}
	return "id"
}

// thereIs refuses what hangs on no document.
func thereIs(db *gorm.DB, on string) error {
	kind, id, _ := strings.Cut(on, "/")
	table, known := documents()[kind]
	if !known || !db.Migrator().HasTable(table) {
		return errs.New(errs.NotFound, "there is no such document")
	}
	var one int64
	found := db.Raw("SELECT "+documentKey(kind)+" FROM "+table+" WHERE "+documentKey(kind)+" = CAST(? AS BIGINT)", id).Scan(&one)
	if found.Error == nil && found.RowsAffected == 0 {
		return errs.New(errs.NotFound, "there is no such document")
	}
	return found.Error
}
