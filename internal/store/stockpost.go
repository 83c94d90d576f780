package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// ahead is how far before the database's clock a posting may be dated: machines' clocks differ a little.
const ahead = 5 * time.Minute

// poster posts moves: it loads what they touch, works it all out, and writes it down. All postings pass one by one,
// because the number of the next move is one row; whoever posts in a transaction of their own audits there.
type poster struct {
	tx  *gorm.DB
	d   dialect
	p   stock.Posting
	now time.Time
	at  time.Time

	first  int64
	goods  map[int64]*goods
	places map[int64]placeRow
	lots   map[lotKey]*lotRow
	born   []*lotRow
	shelf  map[shelfKey]*shelf
	origin map[int64]*moveRow // that are reversed, in whole or part
	back   map[int64]int64    // of which so much was reversed already
	draws  map[int64][]drawRow
	worn   []drawRow // draws after reversals; of nothing: they go
	drawn  []drawRow
	stakes []*reservationRow
	beyond map[int64]int64 // used of items beyond what was set aside for the documents
	kept   []stock.Kept
	notes  []valueEntryRow
}

// goods is what is to be known of an item to move it.
type goods struct {
	ID        int64  `gorm:"column:id"`
	Number    string `gorm:"column:number"`
	Kind      string `gorm:"column:kind"`
	Tracking  string `gorm:"column:tracking"`
	ShelfDays int64  `gorm:"column:shelf_days"`
	Valuation string `gorm:"column:valuation"`
	Standard  int64  `gorm:"column:standard_cost"`
	Retired   bool   `gorm:"column:retired"`
	worth     valueRow
	isNew     bool
	changed   bool
	layers    costing.Stock
	before    map[int64]costing.Layer
	takes     plant.Quantity // by all moves of the posting
	receipts  []int64        // whose layers are touched by name
}

type lotKey struct {
	item   int64
	number string
	serial bool
}

// shelf is a balance, before and after.
type shelf struct {
	balanceRow
	there bool
	was   balanceRow
}

// postStock adds moves to the ledger of material in the caller's transaction, which audits them too.
func postStock(tx *gorm.DB, d dialect, p stock.Posting) (stock.Posted, error) {
	if err := p.Check(); err != nil {
		return stock.Posted{}, err
	}
	p = clean(p)
	w := &poster{tx: tx, d: d, p: p, beyond: map[int64]int64{}}
	if again, known, err := w.begin(); known || err != nil {
		return again, err
	}
	for _, step := range []func() error{w.dated, w.loadGoods, w.loadPlaces, w.loadLots, w.loadReversed, w.loadShelves, w.loadStakes, w.loadWorth, w.move, w.write, w.keeps} {
		if err := step(); err != nil {
			return stock.Posted{}, err
		}
	}
	return stock.Posted{First: w.first, Last: w.first + int64(len(p.Moves)) - 1, At: w.at, Moves: w.kept}, nil
}

// clean makes the words of a posting fit to be kept, and its time as exact as a kept one.
func clean(p stock.Posting) stock.Posting {
	p.Key, p.Why = text(p.Key), text(p.Why)
	moves := make([]stock.Move, len(p.Moves))
	for i, m := range p.Moves {
		m.Revision, m.Lot, m.Serial, m.Document, m.Source = text(m.Revision), text(m.Lot), text(m.Serial), text(m.Document), text(m.Source)
		moves[i] = m
	}
	p.Moves = moves
	return p
}

// digest tells one posting from another.
func digest(p stock.Posting) (string, error) {
	b, err := json.Marshal(struct {
		At    time.Time
		By    int64
		Why   string
		Moves []stock.Move
	}{p.At.UTC(), p.By.ID, p.Why, p.Moves})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// begin takes the numbers, and lets other postings wait. A posting whose key is known is answered as it was.
func (w *poster) begin() (again stock.Posted, known bool, err error) {
	n := int64(len(w.p.Moves))
	if w.first, err = next(w.tx, "stock move", n); err != nil {
		return again, false, err
	}
	sum, err := digest(w.p)
	if err != nil {
		return again, false, err
	}
	if w.p.Key != "" {
		var was postingRow
		err := w.tx.Take(&was, "key = ?", w.p.Key).Error
		if err == nil {
			again, err = w.repeat(was, sum)
			return again, true, err
		} else if !errors.Is(err, gorm.ErrRecordNotFound) {
			return again, false, err
		}
	}
	var us int64
	if err := w.tx.Raw("SELECT " + w.d.now()).Row().Scan(&us); err != nil {
		return again, false, fmt.Errorf("read the database's clock: %w", err)
	}
	w.now, w.at = moment(us), w.p.At.UTC()
	if w.at.IsZero() {
		w.at = w.now
	}
	w.at = moment(w.at.UnixMicro())
	row := postingRow{w.first, w.first + n - 1, nil, sum, w.at.UnixMicro(), us, byOf(w.p.By), w.p.Why}
	if w.p.Key != "" {
		row.Key = &w.p.Key
	}
	return again, false, w.tx.Create(&row).Error
}

// repeat gives the answer of a posting that was made with the same key, and gives back the numbers.
func (w *poster) repeat(was postingRow, sum string) (stock.Posted, error) {
	if err := w.tx.Exec("UPDATE numbers SET last = last - ? WHERE name = 'stock move'", len(w.p.Moves)).Error; err != nil {
		return stock.Posted{}, err
	}
	if was.Digest != sum {
		return stock.Posted{}, errs.New(errs.Invalid, "post stock: this key was used for another posting; make a new key for each")
	}
	var rows []moveRow
	err := w.tx.Where("number BETWEEN ? AND ?", was.First, was.Last).Order("number").Find(&rows).Error
	out := stock.Posted{First: was.First, Last: was.Last, At: moment(was.At), Again: true}
	for _, r := range rows {
		out.Moves = append(out.Moves, r.kept())
	}
	return out, err
}

// dated refuses what lies ahead, or in a closed period.
func (w *poster) dated() error {
	if w.at.After(w.now.Add(ahead)) {
		return errs.New(errs.Invalid, "post stock: %s lies ahead; post it when it has happened", w.at.Format("2 January 2006 15:04"))
	}
	return openAt(w.tx, w.at)
}

// openAt refuses a time in a closed period.
func openAt(tx *gorm.DB, at time.Time) error {
	var names []string
	err := tx.Raw("SELECT name FROM period WHERE state = 'closed' AND to_at > ? AND from_at <= ? LIMIT 1", at.UnixMicro(), at.UnixMicro()).Scan(&names).Error
	if err == nil && len(names) > 0 {
		return errs.New(errs.Conflict, "post stock: period %s is closed, and %s lies in it; date it in an open period", names[0], at.Format("2 January 2006"))
	}
	return err
}

// fail names the move of several that something is wrong with.
func (w *poster) fail(i int, err error) error {
	if known := (*errs.Error)(nil); err != nil && errors.As(err, &known) {
		words := known.Words
		if len(w.p.Moves) > 1 {
			words = fmt.Sprintf("move %d: %s", i+1, words)
		}
		return &errs.Error{Kind: known.Kind, Words: "post stock: " + words, Fields: []errs.Field{{Path: fmt.Sprintf("moves[%d]", i), Message: known.Words}}}
	}
	return err
}
