package store

import (
	"slices"
	"sync"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp/desk"
)

// planMemo remembers what planning reads that seldom changes: the items with their rules, the bills in force, and the list
// that it keeps itself. Most changes are of stock and orders, and reading the rest again is most of a plan's time.
type planMemo struct {
	mu    sync.Mutex
	at    planMark
	items []desk.Item
	parts []desk.Part
	stead []desk.Alternate

	changes  int64          // of the list, when it was as is remembered
	messages []desk.Message // by ID; nil when nothing is remembered
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
		m.at, m.items, m.parts, m.stead = at, f.Items, slices.Clip(f.Parts), slices.Clip(f.Alternates)
	}
	f.Items, f.Parts, f.Alternates = slices.Clone(m.items), m.parts, m.stead // stock is written into the items
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
		if err := k.parts(tx, f); err != nil {
			return err
		}
		return k.alternates(tx, f)
	})
}

// listed gives the list as it was after so many changes, if it is remembered.
func (m *planMemo) listed(changes int64) ([]desk.Message, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.messages), m.messages != nil && m.changes == changes
}

// list remembers the list as it was read.
func (m *planMemo) list(changes int64, all []desk.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changes, m.messages = changes, append(make([]desk.Message, 0, len(all)), all...)
}

// keep changes what is remembered like the list: first is the ID of the first message that is new. Where somebody else has
// changed the list between, nothing is remembered.
func (m *planMemo) keep(changes, first int64, d desk.Difference) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.messages == nil || m.changes != changes-1 {
		m.messages = nil
		return
	}
	drop, change := make(map[int64]bool, len(d.Drop)), make(map[int64]desk.Message, len(d.Change))
	for _, id := range d.Drop {
		drop[id] = true
	}
	for _, c := range d.Change {
		c.Version++
		change[c.ID] = c
	}
	all := make([]desk.Message, 0, len(m.messages)-len(d.Drop)+len(d.Add))
	for _, was := range m.messages {
		if c, is := change[was.ID]; is {
			c.Action, c.Item, c.Document, c.Line, c.Reason = was.Action, was.Item, was.Document, was.Line, text(c.Reason)
			was = c
		}
		if !drop[was.ID] {
			all = append(all, was)
		}
	}
	for i, a := range d.Add {
		a.ID, a.Decision, a.Document, a.Reason = first+int64(i), desk.Decision{Version: 1}, text(a.Document), text(a.Reason)
		all = append(all, a)
	}
	m.changes, m.messages = changes, all
}
