package store

import (
	"slices"
	"sync"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp/desk"
)

// planMemo remembers what planning reads that seldom changes: the items with their rules, and the bills in force. Most
// changes are of stock and orders, and reading the rest again is most of a plan's time.
type planMemo struct {
	mu    sync.Mutex
	at    planMark
	items []desk.Item
	parts []desk.Part
}

// planMark tells two states of items and bills apart. Neither is ever deleted, and every change of one takes its version
// one further; Now counts the bills whose time has come.
type planMark struct{ Items, Bills, Now int64 }

func planMarkSQL(now string) string {
	return `
	SELECT (SELECT CAST(COUNT(*) + COALESCE(SUM(version), 0) AS BIGINT) FROM item) AS items,
	       CAST(COUNT(*) + COALESCE(SUM(version), 0) AS BIGINT) AS bills,
	       COUNT(CASE WHEN from_at <= ` + now + ` THEN 1 END) AS now
	  FROM bill`
}

// fill gives facts their items and parts: as they are remembered, or as fresh reads them.
func (m *planMemo) fill(at planMark, f *desk.Facts, fresh func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != at || m.items == nil {
		if err := fresh(); err != nil {
			return err
		}
		m.at, m.items, m.parts = at, f.Items, slices.Clip(f.Parts)
	}
	f.Items, f.Parts = slices.Clone(m.items), m.parts // stock is written into the items
	return nil
}

// rules reads items and bills in force, unless they are as they were.
func (k plans) rules(tx *gorm.DB, f *desk.Facts) error {
	var at planMark
	if err := tx.Raw(planMarkSQL(k.s.dialect.now())).Row().Scan(&at.Items, &at.Bills, &at.Now); err != nil {
		return err
	}
	return k.memo.fill(at, f, func() error {
		if err := planItems(tx, f); err != nil {
			return err
		}
		return k.parts(tx, f)
	})
}
