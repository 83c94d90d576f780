package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/errs"
)

// items keeps what is made, bought, kept and sold. All who change items pass one by one, so that what a change was
// checked against still holds when it is kept.
type items struct{ s *Store }

var _ item.Catalogue = items{}

// Items keeps items.
func (s *Store) Items() item.Catalogue { return items{s} }

// Find gives an item.
func (k items) Find(ctx context.Context, id int64) (item.Item, error) {
	return k.one(ctx, fmt.Sprintf("there is no item of id %d", id), "id = ?", id)
}

// ByNumber gives the item of a number.
func (k items) ByNumber(ctx context.Context, number string) (item.Item, error) {
	return k.one(ctx, "there is no item "+errs.Clip(number), "folded = ?", foldedNumber(number))
}

// ByCode gives the item that a label names: by its barcode, else by its number.
func (k items) ByCode(ctx context.Context, code string) (item.Item, error) {
	found, err := k.one(ctx, "", "barcode <> '' AND barcode = ?", text(code))
	if errs.KindOf(err) != errs.NotFound {
		return found, err
	}
	return k.one(ctx, "there is no item with the code or number "+errs.Clip(code), "folded = ?", foldedNumber(code))
}

func foldedNumber(number string) string { return strings.ToLower(text(strings.TrimSpace(number))) }

func (k items) one(ctx context.Context, none, where string, key any) (item.Item, error) {
	var found item.Item
	err := k.s.read(ctx, "find an item", func(db *gorm.DB) (err error) {
		var row itemRow
		if err := takeOne(db.Where(where, key), &row, none); err != nil {
			return err
		}
		found, err = wholeItem(db, row)
		return err
	})
	return found, err
}

// Named gives items by their ids, without what hangs on them.
func (k items) Named(ctx context.Context, ids []int64) (map[int64]item.Item, error) {
	all := make(map[int64]item.Item, len(ids))
	err := k.s.read(ctx, "find items", func(db *gorm.DB) error {
		return eachItem(db, ids, func(r itemRow) { all[r.ID] = r.item() })
	})
	return all, err
}

// Numbered gives items by their numbers, without what hangs on them.
func (k items) Numbered(ctx context.Context, numbers []string) (map[string]item.Item, error) {
	asked := map[string][]string{}
	for _, n := range numbers {
		asked[foldedNumber(n)] = append(asked[foldedNumber(n)], n)
	}
	folded, all := slices.Sorted(maps.Keys(asked)), make(map[string]item.Item, len(numbers))
	err := k.s.read(ctx, "find items", func(db *gorm.DB) error {
		for from := 0; from < len(folded); from += atOnce {
			var rows []itemRow
			if err := db.Where("folded IN ?", folded[from:min(from+atOnce, len(folded))]).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				for _, n := range asked[r.Folded] {
					all[n] = r.item()
				}
			}
		}
		return nil
	})
	return all, err
}

// atOnce is how many keys one statement asks for.
const atOnce = 500

func eachItem(db *gorm.DB, ids []int64, see func(itemRow)) error {
	for from := 0; from < len(ids); from += atOnce {
		var rows []itemRow
		if err := db.Where("id IN ?", ids[from:min(from+atOnce, len(ids))]).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			see(r)
		}
	}
	return nil
}

// mostItems is how many items one search gives.
const mostItems = 10_000

// Search gives items in the order of their numbers.
func (k items) Search(ctx context.Context, s item.Search) ([]item.Item, error) {
	var rows []itemRow
	err := k.s.read(ctx, "look for items", func(db *gorm.DB) error {
		db = db.Where("folded > ?", strings.ToLower(text(s.After)))
		if s.Text != "" {
			like := "%" + likely(strings.ToLower(text(s.Text))) + "%"
			db = db.Where(`(folded LIKE ? ESCAPE '\' OR LOWER(name) LIKE ? ESCAPE '\' OR LOWER(barcode) LIKE ? ESCAPE '\')`, like, like, like)
		}
		if s.Kind != "" {
			db = db.Where("kind = ?", text(string(s.Kind)))
		}
		if s.Product != "" {
			db = db.Where("product <> '' AND product = ?", text(s.Product))
		}
		if !s.Retired {
			db = db.Where("retired = ?", false)
		}
		limit := s.Limit
		if limit <= 0 || limit > mostItems {
			limit = mostItems
		}
		return db.Order("folded").Limit(limit).Find(&rows).Error
	})
	all := make([]item.Item, len(rows))
	for i, r := range rows {
		all[i] = r.item()
	}
	return all, err
}

// likely makes words fit for LIKE … ESCAPE '\'.
func likely(words string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(words)
}

// Add keeps a new item.
func (k items) Add(ctx context.Context, i item.Item, c item.Change) (item.Item, error) {
	i.ID = 0
	var kept item.Item
	err := k.change(ctx, "add item "+errs.Clip(i.Number), c, func(w *itemWriting) (err error) {
		if was, again, err := w.repeated(i); again || err != nil {
			kept = was
			return err
		}
		kept, err = w.keep(i)
		return err
	})
	return kept, err
}

// Save keeps an item in the place of the version it was read at.
func (k items) Save(ctx context.Context, i item.Item, c item.Change) (item.Item, error) {
	var kept item.Item
	err := k.change(ctx, "change item "+errs.Clip(i.Number), c, func(w *itemWriting) (err error) {
		kept, err = w.keep(i)
		return err
	})
	return kept, err
}

// itemWriting is a transaction that writes items. What it has to say in the audit comes last.
type itemWriting struct {
	tx   *gorm.DB
	c    item.Change
	told []access.Entry
}

func (k items) change(ctx context.Context, doing string, c item.Change, fn func(*itemWriting) error) error {
	return k.s.write(ctx, doing, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "items"); err != nil {
			return err
		}
		w := &itemWriting{tx: tx, c: c}
		if err := fn(w); err != nil {
			return err
		}
		for _, e := range w.told {
			if _, err := k.s.audit(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// repeated finds what the same person made with the same key.
func (w *itemWriting) repeated(i item.Item) (item.Item, bool, error) {
	if w.c.Key == "" {
		return item.Item{}, false, nil
	}
	var row itemRow
	err := w.tx.Take(&row, "made_id = ? AND made_name = ? AND made_key = ?", w.c.By.ID, text(w.c.By.Name), text(w.c.Key)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return item.Item{}, false, nil
	} else if err != nil {
		return item.Item{}, false, err
	}
	if row.Folded != foldedNumber(i.Number) {
		return item.Item{}, false, errs.New(errs.Invalid, "this key was used for another item, %s; make a new key for each", row.Number)
	}
	was, err := wholeItem(w.tx, row)
	return was, true, err
}

// keep checks an item and keeps it: a new one where it has no ID, else in the place of its version.
func (w *itemWriting) keep(i item.Item) (item.Item, error) {
	i, err := w.alternates(i.Tidy())
	if err != nil {
		return i, err
	}
	if err := i.Check(); err != nil {
		return i, err
	}
	var was item.Item
	if i.ID != 0 {
		if was, err = w.current(i); err != nil {
			return i, err
		}
	}
	old, now := item.Differences(was, i)
	if i.ID != 0 && now == "" {
		return was, nil
	}
	if err := w.free(i); err != nil {
		return i, err
	}
	if err := w.unmoved(was, i); err != nil {
		return i, err
	}
	what := "item.change"
	if i.ID == 0 {
		id, err := next(w.tx, "item", 1)
		if err != nil {
			return i, err
		}
		i.ID, what, old = id, "item.add", ""
	}
	i.Version = was.Version + 1
	if err := w.write(i, was); err != nil {
		return i, err
	}
	if i.Planning.Supplier != was.Planning.Supplier {
		if err := w.prefer(i); err != nil {
			return i, err
		}
	}
	w.told = append(w.told, access.Entry{Who: w.c.By, What: what, On: fmt.Sprintf("item/%d", i.ID), Old: old, New: now, Why: w.c.Why})
	return i, nil
}

// current gives the item in the place of which another is to be kept.
func (w *itemWriting) current(i item.Item) (item.Item, error) {
	var row itemRow
	if err := takeOne(w.tx.Where("id = ?", i.ID), &row, fmt.Sprintf("there is no item of id %d", i.ID)); err != nil {
		return i, err
	}
	if row.Version != i.Version {
		return i, conflict("item %s was changed by somebody else meanwhile; look again", row.Number)
	}
	return wholeItem(w.tx, row)
}

// free proves that no other item has the number or the barcode.
func (w *itemWriting) free(i item.Item) error {
	var other []itemRow
	err := w.tx.Where("(folded = ? OR (barcode <> '' AND barcode = ?)) AND id <> ?", foldedNumber(i.Number), text(i.Barcode), i.ID).Find(&other).Error
	if err != nil || len(other) == 0 {
		return err
	}
	if o := other[0]; o.Folded != foldedNumber(i.Number) {
		return conflict("item %s has the barcode %s already; give this one another", o.Number, o.Barcode)
	}
	return conflict("there is an item %s already; give this one another number", other[0].Number)
}
